"""What to expect by which week: the body's course, and the weeks at which trials looked at the goal.

No trial tells a course of the goal, so none is drawn: before the first week at which anybody measured nothing
is expected, and from there to the last the expectation stands with its interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from magnesim.effects import Expectation, MeasuredWeeks, measured_weeks
from magnesim.exposure import Simulation

USUAL_TRIAL_WEEKS = 8
"""Weeks after which to stop where no trial of the goal tells how long it took."""
SHORTEST_TRIAL_WEEKS, LONGEST_TRIAL_WEEKS = 4, 12
SHOWN_WEEKS = (1, 2, 4, 8, 12)
"""Weeks of the body's course that are shown, and the week of looking back."""


@dataclass(frozen=True)
class BodyWeek:
    """Change of the body by the end of a week at the full dose, each with its middle 90 %.

    Attributes:
        serum: mean of the day, mmol/L.
        urine: of the day, mmol.
        stores: of all stores together, mmol.
    """

    week: int
    serum: tuple[float, float, float]
    urine: tuple[float, float, float]
    stores: tuple[float, float, float]

    def to_json(self) -> dict[str, Any]:
        """Plain values: estimate, low, high."""
        names = {"serum": "serum_mmol_l", "urine": "urine_mmol_d", "stores": "total_body_mmol"}
        return {"week": self.week} | {
            key: dict(zip(("change", "low", "high"), getattr(self, name), strict=True))
            for name, key in names.items()
        }


@dataclass(frozen=True)
class OutcomeWeeks:
    """An outcome of the goal, and when trials measured it."""

    expectation: Expectation
    measured: MeasuredWeeks

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        item, at = self.expectation, self.measured
        return {
            "outcome": item.outcome.key,
            "unit": item.outcome.unit,
            "estimate": item.estimate,
            "interval": list(item.interval) if item.interval else None,
            "trials": at.trials,
            "measured_weeks": None if at.first is None else [at.first, at.latest],
            "median_week": at.median,
            "words": at.words,
        }


@dataclass(frozen=True)
class ByWeek:
    """The body by week, the outcomes at the weeks of the trials, and the week of looking back."""

    body: tuple[BodyWeek, ...]
    outcomes: tuple[OutcomeWeeks, ...]
    look_back_week: int

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "body": [week.to_json() for week in self.body],
            "outcomes": [one.to_json() for one in self.outcomes],
            "look_back_week": self.look_back_week,
        }


def outcome_weeks(expectations: tuple[Expectation, ...]) -> tuple[OutcomeWeeks, ...]:
    """The primary outcomes of a goal with the weeks at which trials measured them."""
    return tuple(
        OutcomeWeeks(item, measured_weeks(item.outcome)) for item in expectations if item.role == "primary"
    )


def look_back_after(outcomes: tuple[OutcomeWeeks, ...]) -> int:
    """Weeks to wait before judging, within reason: half of the trials of every primary outcome had looked."""
    medians = [one.measured.median for one in outcomes if one.measured.median is not None]
    if not medians:
        return USUAL_TRIAL_WEEKS
    return min(LONGEST_TRIAL_WEEKS, max(SHORTEST_TRIAL_WEEKS, math.ceil(max(medians))))


def by_week(body: Simulation | None, outcomes: tuple[OutcomeWeeks, ...], look_back_week: int) -> ByWeek:
    """What to expect by week; no course of the body for people the model does not describe."""
    weeks = sorted({week for week in SHOWN_WEEKS if week + 1 < look_back_week} | {look_back_week})
    return ByWeek(tuple(_of(body, week) for week in weeks) if body else (), outcomes, look_back_week)


def _of(body: Simulation, week: int) -> BodyWeek:
    def change(rows: list[dict[str, float]]) -> tuple[float, float, float]:
        row = min(rows, key=lambda one: abs(one["week"] - week))
        return row["change"], row["low"], row["high"]

    return BodyWeek(week, change(body.weekly_serum), change(body.weekly_urine), change(body.weekly_stores))
