"""The parameters table: values with their sources, draws of what is not known, and spread between people.

Uncertainty (what nobody knows) and variability (how people differ) are drawn apart and reported apart.
Both are log-normal: `low` and `high` are read as the middle 90 % of what is believed, and
`between_person_cv` as the coefficient of variation between people. Draw i depends on the seed and on i
alone, never on how many are drawn.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from magnesim.draws import Stream, correlated, normal_draws

MIDDLE_90 = 1.6448536269514722
"""Normal quantile at 95 %: half the width of the middle 90 %, in standard deviations."""


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
    numbers = ("value", "low", "high", "between_person_cv")
    with (Path(__file__).parent / "parameters.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            {key: float(text) if key in numbers else text for key, text in row.items()}
            for row in csv.DictReader(file)
        ]
    return {str(row["name"]): Parameter(**row) for row in rows}  # type: ignore[arg-type]


def typical() -> dict[str, float]:
    """Typical value of every parameter, by name."""
    return {name: row.value for name, row in parameters().items()}


@cache
def correlation_of(names: tuple[str, ...]) -> np.ndarray:
    """Correlation of what is believed of the logarithms, (name, name), from `correlations.csv`."""
    matrix = np.eye(len(names))
    with (Path(__file__).parent / "correlations.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            i, j = names.index(row["first"]), names.index(row["second"])
            matrix[i, j] = matrix[j, i] = float(row["correlation"])
    return matrix


def uncertainty_draws(count: int, seed: int, first: int = 0) -> dict[str, np.ndarray]:
    """Factors on the typical values for what is not known, shape (count,) each; only those that vary.

    Parameters that the data bind together (a ridge) are drawn together. `first` is the number of the first.
    """
    varying = [row for row in parameters().values() if row.uncertainty_sd > 0]
    normal = normal_draws(count, len(varying), seed, Stream.UNCERTAINTY, first)
    bound = correlated(normal, correlation_of(tuple(row.name for row in varying)))
    return {row.name: np.exp(row.uncertainty_sd * bound[:, i]) for i, row in enumerate(varying)}


def between_person_draws(count: int, seed: int, first: int = 0) -> dict[str, np.ndarray]:
    """Factors on the typical values for how people differ, shape (count,) each; only those that vary.

    `first` is the global number of the first person.
    """
    varying = [row for row in parameters().values() if row.between_person_sd > 0]
    normal = normal_draws(count, len(varying), seed, Stream.BETWEEN_PEOPLE, first)
    return {row.name: np.exp(row.between_person_sd * normal[:, i]) for i, row in enumerate(varying)}
