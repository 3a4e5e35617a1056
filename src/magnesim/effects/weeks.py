"""When trials measured an outcome: all that they tell of its course."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from magnesim.evidence import Outcome
from magnesim.evidence import outcome as outcome_named
from magnesim.evidence.comparisons import comparisons, studies
from magnesim.evidence.screening import DESIGNS, arms_do_not_compare
from magnesim.evidence.selection import family_of
from magnesim.evidence.wording import weeks_in_words
from magnesim.figures import figure


@dataclass(frozen=True)
class MeasuredWeeks:
    """Weeks after which randomised trials of magnesium against a control measured an outcome.

    Attributes:
        trials: how many say when they measured.
        median, earliest, latest: over the trials, each at its last measurement; None without trials.
        first: the earliest measurement of any, in weeks.
        courses: trials that measured more than once.
    """

    outcome: Outcome
    trials: int
    median: float | None
    earliest: float | None
    latest: float | None
    first: float | None
    courses: tuple[str, ...]

    @property
    def words(self) -> str:
        """What may be said of the course, in a sentence or two."""
        if self.earliest is None or self.latest is None or self.first is None:
            return "No randomised trial in the tables says after how many weeks it measured this."
        low, high = figure(self.earliest), figure(self.latest)
        span = weeks_in_words(self.latest) if low == high else f"{low} to {high} weeks"
        who = "One trial" if self.trials == 1 else f"{self.trials} trials"
        early = (
            "no trial says what happens before"
            if self.first >= self.earliest
            else f"the first look was after {figure(self.first)}, and nothing is known before"
        )
        return f"{who} measured this after {span}; {early}."


def measured_weeks(outcome: Outcome | str) -> MeasuredWeeks:
    """Median and range of the weeks at which trials measured an outcome, from the tables.

    Trials that only say "no difference" count: they measured too. Where a row has no week, the length of the
    trial stands for it.

    Raises:
        InputError: no such outcome.
    """
    item = outcome_named(outcome) if isinstance(outcome, str) else outcome
    by_family: dict[str, set[float]] = {}
    for study_id, rows in comparisons(item).items():
        study = studies()[study_id]
        if study["design"] not in DESIGNS["rct"]:
            continue
        weeks = {row.weeks or study["duration_weeks"] for row in rows if arms_do_not_compare(row) is None} - {
            None
        }
        by_family.setdefault(family_of(study_id), set()).update(weeks)
    known = {family: weeks for family, weeks in by_family.items() if weeks}
    last = sorted(max(weeks) for weeks in known.values())
    return MeasuredWeeks(
        item,
        len(last),
        statistics.median(last) if last else None,
        last[0] if last else None,
        last[-1] if last else None,
        min((min(weeks) for weeks in known.values()), default=None),
        tuple(family for family, weeks in known.items() if len(weeks) > 1),
    )
