"""`python -m magnesim.fit`: fits again, writes the draws and what follows from them, and prints the report.

Takes about four minutes on two cores. Needs the extra `magnesim[fit]`.
"""

import csv
import io
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from magnesim.body.parameters import ERROR, parameters
from magnesim.data import records
from magnesim.files import replace_whole
from magnesim.fit.experiments import experiments
from magnesim.fit.observed import TABLES, more_observations, observations
from magnesim.fit.posterior import KINDS, OXIDE, LeftOut, Posterior, fit, leave_one_out, priors

BODY = Path(__file__).parent.parent / "body"
HERE = Path(__file__).parent
SEED = 1
RIDGE = 0.7
"""Correlation of the logarithms from which two parameters are named a ridge."""


def main() -> None:
    """Fit, write, report."""
    begun = time.perf_counter()

    def say(text: str) -> None:
        sys.stderr.write(f"{time.perf_counter() - begun:5.0f} s  {text}\n")

    tables = {name: records("evidence", name) for name in ("studies", "arms", *TABLES)}
    studies = {row["study_id"]: row for row in tables["studies"]}
    made, _ = experiments(observations(tables) + more_observations(studies))
    found = fit(made, SEED, say)
    say("leaving out one study after another ...")
    left = leave_one_out(found, SEED)
    names = [prior.name for prior in priors()] + [ERROR + kind for kind in KINDS]
    write(found, left, names)
    report(found, left, names)
    say("done")


def write(found: Posterior, left: list[LeftOut], names: list[str]) -> None:
    """The draws, the central values and ranges that follow, the left-out predictions and the diagnostics."""
    draws = np.exp(found.draws)
    _write(BODY / "posterior.csv", names, [[f"{value:.4g}" for value in row] for row in draws])
    low, middle, high = np.quantile(draws, [0.05, 0.5, 0.95], axis=0)
    ends = {name: (middle[i], low[i], high[i]) for i, name in enumerate(names)}
    _update(
        BODY / "parameters.csv",
        "name",
        {
            name: dict(zip(("value", "low", "high"), ends[name], strict=True))
            for name in ends
            if name in parameters()
        },
    )
    columns = ("dissolution_rate", "dissolution_low", "dissolution_high")
    _update(BODY / "salts.csv", "compound", {"oxide": dict(zip(columns, ends[OXIDE], strict=True))})
    _write(
        HERE / "left_out.csv",
        ["study_id", "arm", "table", "row", "reading", "observed", "predicted", "low", "high"],
        [
            [
                one.experiment.observation.study_id,
                one.experiment.observation.arm,
                one.experiment.observation.table,
                str(one.experiment.observation.row),
                one.experiment.reading,
                f"{one.experiment.observation.observed:.4g}",
                *(f"{value:.4g}" for value in (one.predicted, one.low, one.high)),
            ]
            for one in left
        ],
    )
    _write(
        HERE / "diagnostics.csv",
        ["name", "r_hat", "effective_draws", "ridge_with"],
        [
            [name, f"{found.r_hat[i]:.4f}", f"{found.effective[i]:.0f}", "; ".join(ridges(found, names, i))]
            for i, name in enumerate(names)
        ],
    )


def ridges(found: Posterior, names: list[str], i: int) -> list[str]:
    """Parameters that the data bind to one, with the correlation of the logarithms."""
    correlation = np.corrcoef(found.draws.T)
    return [
        f"{names[j]} {correlation[i, j]:+.2f}"
        for j in range(len(names))
        if j != i and abs(correlation[i, j]) >= RIDGE
    ]


def _write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    replace_whole(path, text.getvalue().encode())


def _update(path: Path, key: str, changes: dict[str, dict[str, Any]]) -> None:
    """New figures in a table; all other cells stay as they are."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row |= {column: f"{value:.3g}" for column, value in changes.get(row[key], {}).items()}
    _write(path, list(rows[0]), [list(row.values()) for row in rows])


def report(found: Posterior, left: list[LeftOut], names: list[str]) -> None:
    """Print the posterior and the left-out predictions."""
    print(f"{len(found.data.experiments)} figures, {found.kept_share:.0%} effective after the correction")
    print("name,middle,low,high,r_hat,effective_draws")
    ends = np.exp(np.quantile(found.draws, [0.5, 0.05, 0.95], axis=0)).T
    for name, row, r_hat, effective in zip(names, ends, found.r_hat, found.effective, strict=True):
        print(f"{name},{row[0]:.3g},{row[1]:.3g},{row[2]:.3g},{r_hat:.4f},{effective:.0f}")
    print("\nleft out: study,reading,observed,predicted,low,high")
    for one in left:
        item = one.experiment.observation
        print(
            f"{item.study_id},{one.experiment.reading},{item.observed:.3g},"
            f"{one.predicted:.3g},{one.low:.3g},{one.high:.3g}"
        )


if __name__ == "__main__":
    main()
