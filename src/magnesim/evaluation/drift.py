"""How far an outcome moves by itself, as control arms show: a change within one arm holds that too.

In SD between people. Before any trial of an outcome the drift is normal around nothing with the spread that
control arms of all outcomes have; each trial of the outcome then counts as much as that prior does.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

from magnesim.effects.trials import family_of
from magnesim.evaluation.contrasts import CONTROLS
from magnesim.evaluation.package import number
from magnesim.evidence.comparisons import arms, result_rows, studies
from magnesim.evidence.outcomes import Outcome, outcomes


class Drift(NamedTuple):
    """Mean and SD of the drift that a new group would show, in SD between people."""

    mean: float
    sd: float


def drift_of(key: str, without: frozenset[str]) -> Drift:
    """The drift of an outcome as other families' control arms show it."""
    others = [(of, change) for of, family, change in _changes() if family not in without]
    spread = math.sqrt(sum(change**2 for _, change in others) / len(others))
    own = [change for of, change in others if of == key]
    return Drift(sum(own) / (len(own) + 1), spread * math.sqrt(1.0 + 1.0 / (len(own) + 1)))


@cache
def _changes() -> tuple[tuple[str, str, float], ...]:
    """Outcome, family and change of each control arm with a known spread, its last reading."""
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for outcome in outcomes().values():
        for study_id in studies():
            for row in result_rows(outcome.key, study_id):
                arm = arms().get((study_id, row["arm_id"]), {})
                change = _in_sd(outcome, row)
                if arm.get("role") not in CONTROLS or change is None:
                    continue
                at, weeks = (outcome.key, family_of(study_id)), row["time_weeks"] or 0.0
                if at not in found or weeks > found[at][0]:
                    found[at] = (weeks, change)
    return tuple((key, family, change) for (key, family), (_, change) in found.items())


def _in_sd(outcome: Outcome, row: dict[str, object]) -> float | None:
    """Change of an arm over the SD between its people, else over the outcome's where units agree."""
    start, end, change = (number(row[name]) for name in ("mean_baseline", "mean_end", "mean_change"))
    if change is None and start is not None and end is not None:
        change = end - start
    sd = number(row["sd_baseline"]) if row["dispersion_as_reported"] == "sd" else None
    if sd is None and row["unit"] == outcome.unit:
        sd = outcome.typical_sd
    return change / sd if change is not None and sd and row["statistic"] == "mean" else None
