"""How people differ: distributions of age, size, diet, creatinine and menopause, and how these go together.

Centres are the typical values of `population.csv`, widths stand in `spread.csv`, correlations of the normal
scores in `correlations.csv`; each row has a source or is called an assumption.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from magnesim.people.person import population_values
from magnesim.tables import rows

SCORED = ("height_cm", "weight_kg", "diet_mg", "creatinine_mg_dl")
"""What is drawn as a normal score beside age."""

OLDEST = 120.0
_AGE_STEPS = 1024
_SCORE_END = 5.0
"""A value further out, such as a diet of nothing, tells no more of the rest than one here."""


@cache
def spread_values() -> dict[str, dict[str, str]]:
    """Rows of `spread.csv` by name, with the columns of `population.csv`."""
    return {row["name"]: row for row in rows(Path(__file__).parent / "spread.csv")}


def correlation_rows() -> tuple[dict[str, str], ...]:
    """Rows of `correlations.csv`: two names, the correlation of their scores within one sex, its range."""
    return rows(Path(__file__).parent / "correlations.csv")


def spread(name: str) -> float:
    """One value of `spread.csv`."""
    return float(spread_values()[name]["value"])


def typical(name: str) -> float:
    """One value of `population.csv`."""
    return float(population_values()[name]["value"])


def adult_ages() -> tuple[float, float]:
    """Youngest and oldest of a population of which no age was asked, years."""
    row = population_values()["age"]
    return float(row["low"]), float(row["high"])


def correlation_of(names: tuple[str, ...]) -> np.ndarray:
    """Correlation matrix of the scores, (name, name)."""
    matrix = np.eye(len(names))
    for row in correlation_rows():
        i, j = names.index(row["first"]), names.index(row["second"])
        matrix[i, j] = matrix[j, i] = float(row["correlation"])
    return matrix


def value_of(name: str, score: np.ndarray, female: np.ndarray) -> np.ndarray:
    """Height, weight, diet or creatinine at a normal score, (person,)."""
    centre, width = _centre_and_width(name, female)
    if name == "height_cm":
        return centre + width * score
    scaled: np.ndarray = centre * np.exp(width * score)
    return scaled


def score_of(name: str, value: float, female: np.ndarray) -> np.ndarray:
    """Normal score of one height, weight, diet or creatinine among women and among men, (person,)."""
    centre, width = _centre_and_width(name, female)
    if name == "height_cm":
        scores = (value - centre) / width
    else:
        scores = np.log(max(value, np.finfo(float).tiny) / centre) / width
    return np.clip(scores, -_SCORE_END, _SCORE_END)


def _centre_and_width(name: str, female: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Median and standard deviation by sex, of the logarithm except for height, (person,) each."""
    of_sex = [_of_sex(name, sex) for sex in ("female", "male")]
    centre, width = (np.where(female, woman, man) for woman, man in zip(*of_sex, strict=True))
    return centre, width


def _of_sex(name: str, sex: str) -> tuple[float, float]:
    if name == "height_cm":
        return typical(f"height_cm_{sex}"), spread(f"height_sd_{sex}")
    centre = typical(f"{name}_{sex}")
    width = spread(f"{name.split('_', maxsplit=1)[0]}_log_sd_{sex}")
    if name == "weight_kg":
        # ICRP's reference masses are means, which in a log-normal lie above the median
        centre *= float(np.exp(-(width**2) / 2))
    return centre, width


def age_at(uniform: np.ndarray, low: float, high: float, stage: str | None = None) -> np.ndarray:
    """Ages in a range by the inverse distribution, (person,).

    Args:
        uniform: numbers between 0 and 1.
        low, high: years.
        stage: a stage of menopause that all have, where ages are those of such women.
    """
    if low == high:
        return np.full(len(uniform), low)
    ages, density = _age_density(low, high)
    if stage in ("pre", "peri", "post"):
        # the floor lets an early (surgical) menopause be asked for at any age
        density = density * np.maximum(stage_shares(ages)[stage], np.finfo(float).tiny)
    drawn: np.ndarray = np.interp(uniform, _cumulated(ages, density), ages)
    return drawn


def age_score(age: np.ndarray) -> np.ndarray:
    """Normal score of an age among all adults, (person,), whatever range of ages was asked for."""
    from scipy.special import ndtri

    ages, density = _age_density(adult_ages()[0], OLDEST)
    share = np.interp(age, ages, _cumulated(ages, density))
    return np.clip(ndtri(share), -_SCORE_END, _SCORE_END)


def _age_density(low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Ages and how many are alive at each: Gompertz survival."""
    ages = np.linspace(low, high, _AGE_STEPS + 1)
    return ages, np.exp(-np.exp((ages - spread("age_modal_death")) / spread("age_death_scale")))


def _cumulated(ages: np.ndarray, density: np.ndarray) -> np.ndarray:
    """Share that is no older than each age."""
    pieces = np.diff(ages) * (density[1:] + density[:-1]) / 2
    summed = np.concatenate([[0.0], np.cumsum(pieces)])
    share: np.ndarray = summed / summed[-1]
    return share


def stage_shares(age: np.ndarray) -> dict[str, np.ndarray]:
    """Share of women of an age who are before, in and after the transition, (age,) each."""
    from scipy.special import ndtr

    score = (age - typical("menopause_age")) / spread("menopause_age_sd")
    begun = score + spread("perimenopause_years") / spread("menopause_age_sd")
    return {"pre": ndtr(-begun), "peri": ndtr(begun) - ndtr(score), "post": ndtr(score)}


def menopause_age_at(score: np.ndarray) -> np.ndarray:
    """Age at menopause at a normal score, years, (person,)."""
    return typical("menopause_age") + spread("menopause_age_sd") * score
