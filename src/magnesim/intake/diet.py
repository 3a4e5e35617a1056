"""The magnesium that a person eats, spread over the meals of a day, and whether a dose meets a meal.

The shares and clock times of `meals.csv` are assumptions with a range: no source by meal was seen.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from magnesim.errors import InputError
from magnesim.intake.tables import rows
from magnesim.units import HOURS_A_DAY, mmol_from_mg

_CLOCK_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True)
class Meal:
    """A meal of every day: hour on the clock (0 to 24), magnesium in mmol, name."""

    time_h: float
    mmol: float
    name: str


def is_clock_time(text: str) -> bool:
    """Whether a text is a clock time HH:MM, 00:00 to 23:59."""
    return _CLOCK_TIME.fullmatch(text) is not None


def hours(clock: str) -> float:
    """A clock time HH:MM as hours after midnight."""
    hour, minute = clock.split(":")
    return int(hour) + int(minute) / 60.0


def meals(diet_mg: float) -> tuple[Meal, ...]:
    """Usual food magnesium (mg a day) as meals in the order of the day.

    Raises:
        InputError: a negative or endless amount.
    """
    if not (math.isfinite(diet_mg) and diet_mg >= 0.0):
        raise InputError(f"--diet-mg {diet_mg:g}", "0 or more mg a day is allowed.", "--diet-mg 250")
    return tuple(
        Meal(hours(row["clock"]), mmol_from_mg(diet_mg) * float(row["share"]), row["name"])
        for row in rows("meals")
    )


def meal_window_h() -> float:
    """Hours on either side of a meal within which a dose shares the gut with it."""
    (row,) = rows("meal_window")
    return float(row["value"])


def is_near_a_meal(time_h: float, eaten: Sequence[Meal] | None = None, window_h: float | None = None) -> bool:
    """Whether a clock time lies within the window of a meal, on the 24-hour circle.

    Args:
        time_h: hours after midnight.
        eaten: the meals; by default those of `meals.csv`.
        window_h: hours on either side; by default that of `meal_window.csv`.
    """
    eaten = meals(0.0) if eaten is None else eaten
    window = meal_window_h() if window_h is None else window_h
    return any(_hours_apart(time_h, meal.time_h) <= window for meal in eaten)


def _hours_apart(a: float, b: float) -> float:
    apart = abs(a - b) % HOURS_A_DAY
    return min(apart, HOURS_A_DAY - apart)
