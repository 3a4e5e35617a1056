"""`python -m magnesim.tolerability [--write]`: fits again, prints parameters, anchors, and what matters."""

import csv
import io
import sys
from pathlib import Path

import numpy as np

from magnesim.files import write_whole
from magnesim.tables import rows as rows_read
from magnesim.tolerability.anchors import anchors
from magnesim.tolerability.checks import checks
from magnesim.tolerability.fit import Posterior, fit, posterior, tables
from magnesim.tolerability.model import probability
from magnesim.tolerability.parameters import correlation, fitted, from_normal, inputs, priors

SETTINGS = ((10.0, 5.0), (20.0, 10.0), (20.0, 20.0), (40.0, 40.0))
"""Unabsorbed mmol a day and the largest load, at which the fits are compared."""


def as_csv(rows: list[dict[str, str]]) -> str:
    """The rows as the file that ships."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _line(label: str, found: Posterior) -> str:
    """Half amount and the share with loose stools at the settings, at the middle of what is believed."""
    values = {
        row.name: float(from_normal(row.scale, found.mean[i])) for i, row in enumerate(priors().values())
    }
    shares = [f"{float(probability(*setting, 1.0, values)):.3f}" for setting in SETTINGS]
    return ",".join([label, f"{values['half_amount']:.1f}", f"{values['background']:.3f}", *shares])


def main() -> None:
    """Print the tables; then each anchor against the model; then how far assumptions and anchors matter."""
    found = fit()
    for name, rows in tables(found).items():
        print(f"{name}\n{as_csv(rows)}")
        if "--write" in sys.argv[1:]:
            write_whole(Path(__file__).parent / name, as_csv(rows).encode())
    rows_read.cache_clear()
    fitted.cache_clear()
    correlation.cache_clear()
    print(f"draws worth {found.effective_draws:.0f} of equal weight\n")
    print("anchor,seen,model low,model high,inside")
    for check in checks():
        seen = " to ".join(f"{end:.3f}" for end in dict.fromkeys(check.seen))
        print(f"{check.anchor},{seen},{check.low:.3f},{check.high:.3f},{check.inside}")
    columns = [f"P({amount:g} of which {largest:g} at once)" for amount, largest in SETTINGS]
    print("\n" + ",".join(["fit", "half amount", "background", *columns]))
    print(_line("as shipped", found))
    for row in inputs().values():
        if not row.scale and not np.isnan(row.low):
            for end in (row.low, row.high):
                print(_line(f"{row.name} {end:g}", posterior(((row.name, end),))))
    for anchor in anchors():
        if anchor.use == "fit":
            print(_line(f"without {anchor.anchor}", posterior(without=(anchor.anchor,))))


if __name__ == "__main__":
    main()
