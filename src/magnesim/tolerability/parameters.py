"""What is believed of loose stools: before the fit (`inputs.csv`), after it (`tolerability.csv`), and draws.

Every parameter is normal on its own scale, so that a range stays where it may lie: `logit` for shares, `log`
for positive figures, `log_above_one` for weights of 1 or more. `low` and `high` are the middle 90 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from magnesim.normal import MIDDLE_90
from magnesim.tables import rows, typed_rows

if TYPE_CHECKING:
    import numpy as np

SEED = 2005938
"""Seed of the draws: a number of this room's own, so that they go with no other draws."""


@dataclass(frozen=True)
class Belief:
    """One row of `inputs.csv` or `tolerability.csv`.

    Attributes:
        value: middle of what is believed, in `unit`.
        low, high: middle 90 % of what is believed; empty (NaN) for a printed figure without a range.
        scale: where the belief is normal; empty for a constant.
        evidence_class: what kind of source stands behind it; `assumption` where it is a guess.
        source: facts and studies of the evidence package, parted by semicolons.
        derivation: how the figures follow from the source.
    """

    name: str
    label: str
    value: float
    low: float
    high: float
    unit: str
    scale: str
    evidence_class: str
    source: str
    derivation: str

    @property
    def centre(self) -> float:
        """Mean on the normal scale."""
        return (to_normal(self.scale, self.low) + to_normal(self.scale, self.high)) / 2

    @property
    def sd(self) -> float:
        """Standard deviation on the normal scale."""
        return (to_normal(self.scale, self.high) - to_normal(self.scale, self.low)) / (2 * MIDDLE_90)


def to_normal(scale: str, value: float) -> float:
    """A value on the scale where its belief is normal."""
    if scale == "logit":
        return math.log(value / (1.0 - value))
    return math.log(value - 1.0) if scale == "log_above_one" else math.log(value)


def from_normal(scale: str, score: np.ndarray) -> np.ndarray:
    """Values, of any shape, from where they are normal."""
    import numpy as np
    from scipy.special import expit

    if scale == "logit":
        share: np.ndarray = expit(score)
        return share
    return np.exp(score) + (scale == "log_above_one")


def _beliefs(file_name: str) -> dict[str, Belief]:
    """Rows of a table of beliefs by name."""
    return {row.name: row for row in typed_rows(Path(__file__).parent / file_name, Belief, gaps=True)}


@cache
def inputs() -> dict[str, Belief]:
    """Priors (with a scale) and constants (without), by name."""
    return _beliefs("inputs.csv")


@cache
def fitted() -> dict[str, Belief]:
    """The parameters after the fit, by name."""
    return _beliefs("tolerability.csv")


def priors() -> dict[str, Belief]:
    """What was believed of the parameters before the fit, by name."""
    return {name: row for name, row in inputs().items() if row.scale}


def constants() -> dict[str, float]:
    """Figures that the fit takes as given, by name."""
    return {name: row.value for name, row in inputs().items() if not row.scale}


@cache
def correlation() -> np.ndarray:
    """Correlation of what is believed on the normal scales, (name, name), from `correlations.csv`."""
    import numpy as np

    names = list(fitted())
    matrix = np.eye(len(names))
    for row in rows(Path(__file__).parent / "correlations.csv"):
        i, j = names.index(row["first"]), names.index(row["second"])
        matrix[i, j] = matrix[j, i] = float(row["correlation"])
    return matrix


def central() -> dict[str, float]:
    """Middle value of every parameter, by name."""
    return {name: row.value for name, row in fitted().items()}


def draws(count: int, seed: int = SEED, first: int = 0) -> dict[str, np.ndarray]:
    """Draws of what is not known, shape (count,) each, by name; draw i depends on seed and i alone.

    Args:
        count: how many.
        seed: 0 to 2^64 - 1.
        first: number of the first draw.
    """
    from magnesim.draws import Stream, correlated, normal_draws

    believed = fitted().values()
    bound = correlated(normal_draws(count, len(believed), seed, Stream.TOLERABILITY, first), correlation())
    return {
        row.name: from_normal(row.scale, row.centre + row.sd * bound[:, i]) for i, row in enumerate(believed)
    }
