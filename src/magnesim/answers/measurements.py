"""What to expect by which week: one outcome, the weeks at which trials measured it, and what matters.

No trial in the tables tells a course, so none is drawn: before the first week at which anybody measured
nothing is expected, and from there to the last the expectation stands as one level with its interval.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from magnesim.answers.trials import name_of
from magnesim.effects import Expectation
from magnesim.evidence.comparisons import studies
from magnesim.evidence.trials import TrialEffect


@dataclass(frozen=True)
class Measured:
    """One trial at the week when it measured.

    Attributes:
        estimate, low, high: difference between arms in the outcome's unit with its 95 % interval; 0 without
            an interval where the trial wrote “no difference” and no number (`silent`).
    """

    study: str
    week: float
    estimate: float
    low: float | None
    high: float | None
    silent: bool


@dataclass(frozen=True)
class Measurements:
    """One outcome over the weeks.

    Attributes:
        estimate, interval: expected change and its middle 90 %, in `unit`.
        important: smallest change that matters, signed as it would have to be; None where not known.
        trials: in the order of weeks.
    """

    outcome: str
    label: str
    unit: str
    estimate: float
    interval: tuple[float, float]
    important: float | None
    trials: tuple[Measured, ...]

    @property
    def weeks(self) -> tuple[float, float]:
        """First and last week at which a trial measured."""
        return self.trials[0].week, self.trials[-1].week

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self) | {"interval": list(self.interval), "measured_weeks": list(self.weeks)}


def measurements_of(item: Expectation) -> Measurements | None:
    """The outcome over the weeks, or None where nothing is expected or no week is known."""
    if item.estimate is None or item.interval is None:
        return None
    chosen = item.evidence.selection
    trials = [_printed(one) for one in chosen.effects if one.measure == "md" and one.weeks]
    for null in chosen.silent_nulls:
        week = studies()[null.study_id]["duration_weeks"]
        if week:
            trials.append(Measured(name_of(null.study_id), float(week), 0.0, None, None, True))
    if not trials:
        return None
    important = item.important
    if important is not None and item.outcome.better_direction == "lower":
        important = -important
    return Measurements(
        item.outcome.key,
        item.outcome.label,
        item.outcome.unit,
        item.estimate,
        item.interval,
        important,
        tuple(sorted(trials, key=lambda one: (one.week, one.study))),
    )


def _printed(effect: TrialEffect) -> Measured:
    low, high = effect.ci
    return Measured(name_of(effect.study_id), float(effect.weeks or 0), effect.estimate, low, high, False)
