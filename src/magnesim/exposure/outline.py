"""A regimen in the middle of what is believed of one body: no intervals, fast enough to compare many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from magnesim.exposure.course import (
    MEASURES,
    STORES,
    Draws,
    day_measures,
    doses_of,
    meals_of,
    run_course,
    run_side_by_side,
    values_of,
)
from magnesim.exposure.simulation import BodyState, body_state, loose_stools_of
from magnesim.intake import Day, Regimen
from magnesim.people import Person, complete
from magnesim.solve.engine import Run

if TYPE_CHECKING:
    from magnesim.tolerability import LooseStool


@dataclass(frozen=True)
class Outline:
    """Central values of `simulate`, the same figures without their intervals.

    Attributes:
        baseline, end: the day before the regimen, and its last day.
        loose_stool: as in `Simulation`.
    """

    person: Person
    regimen: Regimen
    baseline: BodyState
    end: BodyState
    loose_stool: LooseStool | None

    @property
    def change(self) -> BodyState:
        """End less baseline."""
        return self.end.minus(self.baseline)


def outline(person: Person, regimen: Regimen, day: Day | None = None) -> Outline:
    """What a regimen does by the central parameters alone.

    Args:
        person: what is missing is filled with population values.
        regimen: compound, elemental mg a day, clock times, weeks.
        day: the person's own hours of meals; usual ones where not given.

    Raises:
        InputError: as `simulate`.
    """
    whole, _ = complete(person)
    diet, doses = meals_of(whole.diet_mg or 0.0, day), doses_of(regimen, day)
    course = run_course(
        values_of(whole, regimen), Draws(), diet, doses, regimen.days, 1, whole.serum_mg_mmol_l
    )
    baseline, end = body_state(course, course.before), body_state(course, course.course)
    return Outline(whole, regimen, baseline, end, loose_stools_of(regimen, baseline, end))


def outlines(person: Person, regimens: list[Regimen], day: Day | None = None) -> list[Outline]:
    """The same for several regimens of one length, in one run from one steady state; arguments as `outline`.

    Raises:
        InputError: as `simulate`.
        ValueError: regimens of different lengths.
    """
    if len({regimen.weeks for regimen in regimens}) > 1:
        raise ValueError("regimens side by side are of one length")
    if not regimens:
        return []
    whole, _ = complete(person)
    before, course = run_side_by_side(
        [values_of(whole, regimen) for regimen in regimens],
        meals_of(whole.diet_mg or 0.0, day),
        [doses_of(regimen, day) for regimen in regimens],
        regimens[0].days,
        whole.serum_mg_mmol_l,
    )
    (baseline,) = _states(before)
    return [
        Outline(whole, regimen, baseline, end, loose_stools_of(regimen, baseline, end))
        for regimen, end in zip(regimens, _states(course), strict=True)
    ]


def _states(run: Run) -> list[BodyState]:
    """Everybody on the last day of a run."""
    day = day_measures(run)
    return [
        BodyState(
            **{name: float(day[name][place]) for name in MEASURES},
            stores_mmol={name: float(day[name][place]) for name in STORES},
        )
        for place in range(run.daily.shape[2])
    ]
