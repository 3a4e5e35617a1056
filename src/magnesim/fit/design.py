"""What is done to a body in a study: who, on which diet, what is given, how long and when it is read.

Doses and meals stand at the usual hours of `intake/meals.csv`: no study here prints its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from magnesim.intake import meals
from magnesim.people import gfr_l_h
from magnesim.people.kidney import egfr_ckd_epi_2021
from magnesim.people.person import population_values

INFUSION_H = 1.0 / 3.0
"""Length of an infusion that a page does not print, h."""
LARGEST_MMOL, LONGEST_DAYS, LARGEST_EGFR = 200.0, 3650, 200.0
LIVED_SERUM = (0.2, 3.0)
"""Beyond these ends a row is a slip: amounts, mmol; days; mL/min/1.73 m2; serum of the living, mmol/L."""


@cache
def meal_hours() -> tuple[float, ...]:
    """Clock hours of the usual meals."""
    return tuple(meal.time_h for meal in meals(0.0))


def dose_hours(times_a_day: int) -> tuple[float, ...]:
    """Clock hours of so many doses a day, with meals: one in the evening, two on either side of the day."""
    breakfast, _, dinner = meal_hours()
    return {1: (dinner,), 2: (breakfast, dinner)}.get(times_a_day, meal_hours())


@dataclass(frozen=True)
class Given:
    """Magnesium at a clock hour: `iv` for an infusion, `food` for a meal."""

    hour: float
    compound: str
    mmol: float
    with_meal: bool = True


@dataclass(frozen=True)
class Design:
    """What is done to whom.

    Attributes:
        sex: `female`, `male` or `mixed`.
        egfr: mL/min/1.73 m2, or None for a usual one.
        serum: measured serum to begin with, mmol/L, or None.
        habitual_mmol_d, diet_mmol_d: eaten before and during.
        given: doses of each day.
        days: how long.
        infusion_h: length of an infusion.
        empty_gut: begins with an empty gut and without meals; what was given is then followed to the end.
        looks: clock hours of the last day at which amounts are wanted.
    """

    sex: str = "mixed"
    egfr: float | None = None
    serum: float | None = None
    habitual_mmol_d: float = 0.0
    diet_mmol_d: float = 0.0
    given: tuple[Given, ...] = ()
    days: int = 1
    infusion_h: float = INFUSION_H
    empty_gut: bool = False
    looks: tuple[float, ...] = ()


def fault_of(design: Design) -> str | None:
    """Why a design is a slip of a table that must not be simulated for hours; None where it is none."""
    amounts = [one.mmol for one in design.given] + [design.habitual_mmol_d, design.diet_mmol_d]
    if not all(math.isfinite(mmol) and 0 <= mmol <= LARGEST_MMOL for mmol in amounts):
        return f"an amount outside of 0 to {LARGEST_MMOL:g} mmol"
    if not 0 < design.days <= LONGEST_DAYS:
        return f"a course outside of 1 to {LONGEST_DAYS} days"
    if design.serum is not None and not LIVED_SERUM[0] <= design.serum <= LIVED_SERUM[1]:
        return "a serum in which nobody lives"
    if design.egfr is not None and not 0 < design.egfr <= LARGEST_EGFR:
        return "a kidney function that nobody has"
    return None


def of_sex(name: str, sex: str) -> float:
    """A value of `population.csv` by sex, in its unit; the middle of both for a `mixed` group."""
    values = population_values()
    pair = [float(values[f"{name}_{one}"]["value"]) for one in ("female", "male")]
    return {"female": pair[0], "male": pair[1], "mixed": sum(pair) / 2}[sex]


def body_of(design: Design) -> dict[str, float]:
    """Weight, kg, and filtration, L/h, of a person of that design, by parameter name."""
    weight, height = of_sex("weight_kg", design.sex), of_sex("height_cm", design.sex)
    age = float(population_values()["age"]["value"])
    egfr = design.egfr
    if egfr is None:
        sexes = ("female", "male") if design.sex == "mixed" else (design.sex,)
        usual = [egfr_ckd_epi_2021(of_sex("creatinine_mg_dl", sex), age, sex) for sex in sexes]
        egfr = sum(usual) / len(usual)
    return {"weight": weight, "gfr": gfr_l_h(egfr, weight, height)}
