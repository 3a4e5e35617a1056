"""Probability of loose stools over some weeks of daily magnesium, from what is not absorbed.

    P = 1 - (1 - background) (1 - q)
    logit q = slope (ln(weight U / half_amount) + load_effect (L / U - 1))

U is unabsorbed magnesium above the diet, mmol a day; L the largest single unabsorbed load, mmol. `weight`
is how much of it counts: 1 for dissolved salts, less for oxide that stays undissolved, more for sulfate.
`half_amount` is what, taken at once, loosens the stool of half of those whose stool was firm. `load_effect`
lies between 0 and 1, so that P rises with U and with L alike, and splitting a day's load never raises it.

It is the simplest form that the few trials can carry. They carry background and half amount; the slope
leans on a laxative dose; the effect of the load and the weights are assumptions with ranges (`inputs.csv`),
carried through the fit so that the interval holds them. It is a share of people over a trial of 4 to 26
weeks, not of days, and not for those who take a laxative, have slow bowels or a bowel disease.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from magnesim.errors import InputError
from magnesim.tables import typed_rows
from magnesim.tolerability.parameters import draws, inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    FloatOrArray = float | np.ndarray

DRAWS = 2000
QUANTILES = (0.05, 0.5, 0.95)
ROUNDING = 1e-9
"""By so much may the largest load exceed the day's amount: sums of loads are rounded."""


@dataclass(frozen=True)
class LooseStool:
    """How likely loose stools are over some weeks.

    Attributes:
        probability: share of people with loose stools, median of what is believed.
        interval: middle 90 % of what is believed of that share.
        background: share on placebo, median of what is believed.
        note: what it rests on, in plain words.
    """

    probability: float
    interval: tuple[float, float]
    background: float
    note: str


@dataclass(frozen=True)
class SaltWeight:
    """How one salt's unabsorbed magnesium counts against that of a dissolved salt.

    Attributes:
        weight: `1`, or the parameter that holds it.
        tested_mmol_d: most that a trial with counts left unabsorbed of such a salt, mmol a day, rounded up.
        note: what a person should know of it; empty for most.
    """

    compound: str
    weight: str
    tested_mmol_d: float
    evidence_class: str
    source: str
    derivation: str
    note: str


@cache
def salt_weights() -> dict[str, SaltWeight]:
    """The rows of `salts.csv` by compound."""
    return {row.compound: row for row in typed_rows(Path(__file__).parent / "salts.csv", SaltWeight)}


def weight_of(salt: str, values: Mapping[str, FloatOrArray]) -> FloatOrArray:
    """How much a salt's unabsorbed magnesium counts, in the shape of the values.

    Raises:
        InputError: a salt that `salts.csv` does not hold.
    """
    if salt not in salt_weights():
        known = ", ".join(salt_weights())
        raise InputError(f'salt "{salt}"', f"one of {known} is allowed.", "citrate")
    weight = salt_weights()[salt].weight
    return values[weight] if weight in values else float(weight)


def log_spared(
    unabsorbed_mmol_d: FloatOrArray,
    largest_load_mmol: FloatOrArray,
    weight: FloatOrArray,
    values: Mapping[str, FloatOrArray],
) -> np.ndarray:
    """Logarithm of the share of people whose stool stays firm; arguments as `probability`."""
    import numpy as np
    from scipy.special import log_expit

    amount, largest = np.asarray(unabsorbed_mmol_d, float), np.asarray(largest_load_mmol, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        at_once = np.where(amount > 0, np.minimum(largest / amount, 1.0), 1.0)
        dose = np.log(amount * weight / values["half_amount"]) + values["load_effect"] * (at_once - 1.0)
    spared: np.ndarray = np.log1p(-values["background"]) + log_expit(-values["slope"] * dose)
    return spared


def probability(
    unabsorbed_mmol_d: FloatOrArray,
    largest_load_mmol: FloatOrArray,
    weight: FloatOrArray,
    values: Mapping[str, FloatOrArray],
) -> np.ndarray:
    """Share of people with loose stools, 0 to 1, in the shape that the arguments broadcast to.

    Args:
        unabsorbed_mmol_d: unabsorbed magnesium above the diet, mmol a day, 0 or more (not checked).
        largest_load_mmol: largest single unabsorbed load, mmol; more than the day's amount counts as all.
        weight: how much of it counts, from `weight_of`.
        values: parameters by name, from `central` or `draws`.
    """
    import numpy as np

    share: np.ndarray = -np.expm1(log_spared(unabsorbed_mmol_d, largest_load_mmol, weight, values))
    return share


@cache
def _draws() -> dict[str, np.ndarray]:
    return draws(DRAWS)


def loose_stool(unabsorbed_mmol_d: float, largest_load_mmol: float, salt: str = "citrate") -> LooseStool:
    """How likely loose stools are over some weeks of daily magnesium.

    Args:
        unabsorbed_mmol_d: unabsorbed magnesium above the diet, mmol a day: dose less what is absorbed.
        largest_load_mmol: largest single unabsorbed load, mmol; at most the day's amount.
        salt: compound as in `salts.csv`.

    Raises:
        InputError: an amount that is negative or not a number, a load above the day's amount, or a salt
            that is not known.
    """
    import numpy as np

    amount, largest = unabsorbed_mmol_d, largest_load_mmol
    _check(amount, largest)
    values = _draws()
    drawn = probability(amount, largest, weight_of(salt, values), values)
    low, median, high = (float(value) for value in np.quantile(drawn, QUANTILES))
    # through the same formula, so that no extra load gives the background to the last digit
    background = float(np.median(probability(0.0, 0.0, 1.0, values)))
    return LooseStool(median, (low, high), background, _note(amount, salt))


def _check(amount: float, largest: float) -> None:
    _check_not_negative(amount, "unabsorbed mmol a day")
    _check_not_negative(largest, "mmol as the largest load")
    if largest > amount * (1.0 + ROUNDING) + ROUNDING:
        raise InputError(
            f"largest load {largest:g} mmol of {amount:g} mmol a day",
            "at most the day's amount is allowed.",
            "largest load 5 mmol of 10 mmol a day",
        )


def _check_not_negative(given: float, words: str) -> None:
    if not (math.isfinite(given) and given >= 0.0):
        raise InputError(f"{given:g} {words}", "a number of 0 or more is allowed.", f"10 {words}")


def _note(amount: float, salt: str) -> str:
    row = salt_weights()[salt]
    parts = [
        "Over some weeks of daily use; few trials counted loose stools, and their placebo groups differ."
    ]
    if amount > row.tested_mmol_d:
        parts.append("More than any of these trials left unabsorbed: this leans on the dose of a laxative.")
    return " ".join([*parts, row.note]).strip()


def stool_weight_g(stool_mg_above_diet_mmol: float) -> float:
    """Stool weight above the usual, g, from stool magnesium above that of the diet, mmol.

    Source: `fine1991b`, 7.3 g a mmol, doi:10.1056/NEJM199104113241502.

    Raises:
        InputError: an amount that is negative or not a number.
    """
    _check_not_negative(stool_mg_above_diet_mmol, "mmol stool magnesium above diet")
    return inputs()["stool_weight_per_mmol"].value * stool_mg_above_diet_mmol
