"""The parameters table: values with their sources, draws of what is not known, and spread between people.

Uncertainty (what nobody knows) and variability (how people differ) are drawn apart and reported apart.
Both are log-normal: `low` and `high` are read as the middle 90 % of what is believed, and
`between_person_cv` as the coefficient of variation between people. Draw i depends on the seed and on i
alone, never on how many are drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from magnesim.draws import Stream, normal_draws, uniform_draws
from magnesim.normal import MIDDLE_90
from magnesim.tables import rows, typed_rows

ERROR = "error_"
"""Begins the columns of the posterior that hold the model's own error."""


@dataclass(frozen=True)
class Parameter:
    """One row of the table.

    Attributes:
        value: typical value, in `unit`.
        low, high: middle 90 % of what is believed; equal to `value` where nothing is uncertain.
        between_person_cv: coefficient of variation between people.
        evidence_class: what kind of source stands behind it; `assumption` where it is a guess.
        source: facts and studies of the evidence package, parted by semicolons.
        derivation: how the value follows from the source.
    """

    name: str
    label: str
    value: float
    unit: str
    low: float
    high: float
    between_person_cv: float
    evidence_class: str
    source: str
    derivation: str

    @property
    def uncertainty_sd(self) -> float:
        """Standard deviation of the logarithm, from the range."""
        return math.log(self.high / self.low) / (2 * MIDDLE_90)

    @property
    def between_person_sd(self) -> float:
        """Standard deviation of the logarithm between people, from the coefficient of variation."""
        return math.sqrt(math.log1p(self.between_person_cv**2))


@cache
def parameters() -> dict[str, Parameter]:
    """The rows of `parameters.csv` by name."""
    return {row.name: row for row in typed_rows(Path(__file__).parent / "parameters.csv", Parameter)}


def typical() -> dict[str, float]:
    """Typical value of every parameter, by name."""
    return {name: row.value for name, row in parameters().items()}


@cache
def posterior() -> dict[str, np.ndarray]:
    """Columns of `posterior.csv`, (draw,) each: what human data leave of the fitted parameters, jointly.

    Written by `python -m magnesim.fit`; `error_*` is the model's own error by kind of reading, relative.
    """
    drawn = rows(Path(__file__).parent / "posterior.csv")
    return {name: np.array([float(row[name]) for row in drawn]) for name in drawn[0]}


def _posterior_places(count: int, seed: int, first: int) -> np.ndarray:
    """Which row of the posterior each draw takes, (count,)."""
    uniform = uniform_draws(count, 1, seed, Stream.POSTERIOR, first)[:, 0]
    size = next(iter(posterior().values())).size
    return np.minimum((uniform * size).astype(int), size - 1)


def uncertainty_draws(count: int, seed: int, first: int = 0) -> dict[str, np.ndarray]:
    """Factors on the typical values for what is not known, (count,) each by name; only those that vary.

    Fitted parameters come as rows of the joint posterior, so that what the data bind together stays together;
    the others by their range. `first` is the number of the first.
    """
    fitted = {name: values for name, values in posterior().items() if name in parameters()}
    places = _posterior_places(count, seed, first)
    varying = [row for row in parameters().values() if row.uncertainty_sd > 0 and row.name not in fitted]
    normal = normal_draws(count, len(varying), seed, Stream.UNCERTAINTY, first)
    ranged = {row.name: np.exp(row.uncertainty_sd * normal[:, i]) for i, row in enumerate(varying)}
    return ranged | {name: values[places] / parameters()[name].value for name, values in fitted.items()}


def model_error_draws(count: int, seed: int, first: int = 0) -> dict[str, np.ndarray]:
    """The model's own error by kind of reading, of the same draws as `uncertainty_draws`.

    Relative, so without a unit; shape (count,) each. `first` is the number of the first.
    """
    places = _posterior_places(count, seed, first)
    return {
        name.removeprefix(ERROR): values[places]
        for name, values in posterior().items()
        if name.startswith(ERROR)
    }


def range_factors(low: float, high: float, normal: np.ndarray) -> np.ndarray:
    """Log-normal factors whose middle 90 % spans a range.

    Args:
        low, high: ends of the range, in one unit, above 0.
        normal: standard normal scores, any shape.

    Returns:
        Factors without a unit, in the shape of `normal`.
    """
    drawn: np.ndarray = np.exp(np.log(high / low) / (2 * MIDDLE_90) * normal)
    return drawn


def between_person_draws(count: int, seed: int, first: int = 0) -> dict[str, np.ndarray]:
    """Factors on the typical values for how people differ, shape (count,) each; only those that vary.

    `first` is the global number of the first person.
    """
    varying = [row for row in parameters().values() if row.between_person_sd > 0]
    normal = normal_draws(count, len(varying), seed, Stream.BETWEEN_PEOPLE, first)
    return {row.name: np.exp(row.between_person_sd * normal[:, i]) for i, row in enumerate(varying)}
