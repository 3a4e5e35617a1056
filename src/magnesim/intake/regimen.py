"""A regimen: which form, how much elemental magnesium a day, at which clock times, for how long.

The same object goes to the solver, the plan and the report.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from magnesim.errors import InputError, UnclearError
from magnesim.intake.compounds import compound as canonical_compound
from magnesim.intake.compounds import forms
from magnesim.intake.diet import Meal, hours, is_clock_time, is_near_a_meal
from magnesim.intake.dose_text import HIGHEST_MG, Dose, read_dose
from magnesim.intake.tables import rows
from magnesim.units import DAYS_A_WEEK, HOURS_A_DAY, mmol_from_mg

LONGEST_WEEKS = 520.0
USUAL_WEEKS = 12.0
"""Weeks when none are given: the length of the example in the contract, within that of most trials."""
NOTHING = "none"
"""The compound of taking nothing."""


@dataclass(frozen=True)
class DoseEvent:
    """One intake: hours after the start of the regimen's first day, elemental mmol, compound, with food."""

    time_h: float
    elemental_mmol: float
    compound: str
    with_meal: bool


@dataclass(frozen=True)
class Regimen:
    """What is taken.

    Attributes:
        compound: canonical name of the form, as in `forms()`; `none` for nothing.
        elemental_mg_per_day: elemental mg, all times together; above 0 and at most 5000.
        times: clock times HH:MM, unique, in order.
        weeks: above 0 and at most 520; taken as whole days, see `days`.
        with_meal: with food or without; None lets the clock decide.
        shares: share of the day's dose at each time, adding up to 1; empty for equal shares.

    Raises:
        InputError: a form that is not known, or a dose, times, weeks or shares that are not allowed.
    """

    compound: str
    elemental_mg_per_day: float
    times: tuple[str, ...]
    weeks: float = USUAL_WEEKS
    with_meal: bool | None = None
    shares: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not 0.0 < self.weeks <= LONGEST_WEEKS:
            raise InputError(
                f"--weeks {self.weeks:g}", f"above 0 and at most {LONGEST_WEEKS:g} is allowed.", "--weeks 12"
            )
        if self.compound == NOTHING:
            self._check_nothing()
            return
        if self.compound not in forms():
            allowed = ", ".join(forms())
            raise InputError(f"--form {self.compound}", f"one of {allowed} is allowed.", "--form citrate")
        _check_dose(self.elemental_mg_per_day)
        _check_times(self.times)
        self._check_shares()

    def _check_nothing(self) -> None:
        if self.elemental_mg_per_day or self.times or self.shares:
            raise InputError(
                "--form none with a dose", "no dose is allowed without a form.", "--form citrate"
            )

    def _check_shares(self) -> None:
        if not self.shares:
            return
        fit = len(self.shares) == len(self.times) and math.isclose(sum(self.shares), 1.0, rel_tol=1e-9)
        if not fit or min(self.shares) <= 0.0:
            raise InputError(
                f"shares {self.shares}",
                "one share above 0 for each time, adding up to 1, is allowed.",
                "0.5, 0.5",
            )

    @classmethod
    def none(cls, weeks: float = USUAL_WEEKS) -> Regimen:
        """Taking nothing for so many weeks: the arm that everything is compared with."""
        return cls(NOTHING, 0.0, (), weeks)

    @property
    def days(self) -> int:
        """The weeks as whole days, at least one."""
        return max(1, round(self.weeks * DAYS_A_WEEK))

    def events(self, day: int = 0, eaten: Sequence[Meal] | None = None) -> list[DoseEvent]:
        """The intakes of one day; day 0 is the first.

        Where `with_meal` is None, an intake near a meal counts as taken with food: of `eaten`, by default
        the meals of `meals.csv`.
        """
        shares = self.shares or (1.0 / max(len(self.times), 1),) * len(self.times)
        return [
            DoseEvent(
                time_h=hours(time) + HOURS_A_DAY * day,
                elemental_mmol=mmol_from_mg(self.elemental_mg_per_day * share),
                compound=self.compound,
                with_meal=is_near_a_meal(hours(time), eaten) if self.with_meal is None else self.with_meal,
            )
            for time, share in zip(self.times, shares, strict=True)
        ]


def _check_dose(mg: float) -> None:
    if not 0.0 < mg <= HIGHEST_MG:
        raise InputError(
            f"--dose-mg {mg:g}",
            f"above 0 and at most {HIGHEST_MG:g} mg elemental a day is allowed.",
            "--dose-mg 300",
        )


def _check_times(times: tuple[str, ...]) -> None:
    given = f"--times {','.join(times)}"
    well_formed = all(is_clock_time(time) for time in times)
    if not times or not well_formed:
        raise InputError(given, "clock times HH:MM from 00:00 to 23:59 are allowed.", "--times 08:00,20:00")
    if list(times) != sorted(set(times)):
        raise InputError(given, "each time once and in order is allowed.", "--times 08:00,20:00")


def default_times(intakes: int) -> tuple[str, ...]:
    """Clock times for so many intakes a day (`default_times.csv`).

    Raises:
        InputError: more intakes than the table holds; then the times must be given.
    """
    table = {int(row["intakes"]): tuple(row["times"].split()) for row in rows("default_times")}
    if intakes not in table:
        raise InputError(
            f"{intakes} intakes a day",
            f"1 to {max(table)} is allowed unless the clock times are given.",
            "--times 08:00,20:00",
        )
    return table[intakes]


def times_from(text: str) -> tuple[str, ...]:
    """Clock times as written after `--times`, in order, as HH:MM."""
    pieces = [piece for piece in re.split(r"[,;\s]+", text.strip()) if piece]
    padded = tuple(
        sorted(piece.zfill(5) if re.fullmatch(r"[0-9]:[0-9]{2}", piece) else piece for piece in pieces)
    )
    _check_times(padded)
    return padded


def regimen_from(
    form: str | None = None,
    dose_mg: float | None = None,
    times_text: str | None = None,
    weeks: float = USUAL_WEEKS,
    dose_text: str | None = None,
) -> Regimen:
    """A regimen from what stands on the command line: a form with a dose, or a dose in words.

    Args:
        form: the form as a person writes it; beside `dose_text` it must not contradict the words.
        dose_mg: elemental mg a day, all times together.
        times_text: clock times, such as `08:00,20:00`.
        weeks: length.
        dose_text: the dose in words.

    Raises:
        InputError: neither or both ways were used, or a value is out of range.
        UnclearError: the words have two readings, or contradict the times.
    """
    if dose_text is not None and dose_mg is not None:
        raise InputError(
            "--dose with --dose-mg", "one of the two is allowed.", "--form citrate --dose-mg 300"
        )
    times = times_from(times_text) if times_text is not None else None
    if dose_text is not None:
        return _regimen_from_words(read_dose(dose_text, form), times, weeks)
    if form is None or dose_mg is None:
        missing = "--form" if form is None else "--dose-mg"
        raise InputError(
            f"a regimen without {missing}",
            "a form with its elemental mg a day, or a dose in words, is allowed.",
            "--form citrate --dose-mg 300",
        )
    return Regimen(canonical_compound(form), dose_mg, times or default_times(1), weeks)


def _regimen_from_words(dose: Dose, times: tuple[str, ...] | None, weeks: float) -> Regimen:
    given = times or dose.times or default_times(dose.intakes_per_day)
    contradicts = (dose.times and dose.times != given) or (
        dose.intakes_said and dose.intakes_per_day != len(given)
    )
    if contradicts:
        said = ", ".join(dose.times) or f"{dose.intakes_per_day} a day"
        raise UnclearError(
            f"--times {','.join(given)} with a dose in words that says {said}",
            "which of the two is meant?",
            "--times 08:00,20:00",
        )
    uneven = len(set(dose.portions_mg)) > 1
    shares = tuple(portion / dose.elemental_mg_per_day for portion in dose.portions_mg) if uneven else ()
    compound = dose.compound or "unspecified"
    return Regimen(compound, dose.elemental_mg_per_day, given, weeks, dose.with_meal, shares)
