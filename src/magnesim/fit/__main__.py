"""`python -m magnesim.fit`: fits again and prints values, correlations and each target."""

from itertools import combinations

from magnesim.body.parameters import typical
from magnesim.fit.first_fit import fit, predict, targets

SMALLEST_CORRELATION = 0.05


def main() -> None:
    """Print the fitted values with their middle 90 %, then correlations, then targets. Takes some minutes."""
    fitted, correlation = fit()
    print("name,value,low,high")
    for name, row in fitted.items():
        print(f"{name},{row.value:.3g},{row.low:.3g},{row.high:.3g}")
    print("\nfirst,second,correlation")
    for (i, first), (j, second) in combinations(enumerate(fitted), 2):
        if abs(correlation[i, j]) >= SMALLEST_CORRELATION:
            print(f"{first},{second},{correlation[i, j]:.3f}")
    values = typical() | {name: row.value for name, row in fitted.items()}
    print("\ntarget,study,observed,predicted,deviation in SD")
    for target in targets():
        got = predict(target, values)
        off = (got - target.observed) / target.sd
        print(f"{target.target},{target.study_id},{target.observed:g},{got:.3f},{off:+.2f}")


if __name__ == "__main__":
    main()
