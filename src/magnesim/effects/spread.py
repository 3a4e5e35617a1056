"""How far people differ in an outcome: the outcomes table, else what the arms of trials print."""

from __future__ import annotations

import math
import statistics
from functools import cache

from magnesim.evidence import Outcome
from magnesim.evidence.comparisons import result_rows, studies
from magnesim.evidence.outcomes import outcomes
from magnesim.evidence.screening import IN_PEOPLE
from magnesim.evidence.selection import family_of
from magnesim.evidence.usual_unit import factor_to_usual

PRINTED = ("sd", "se", "ci95")
"""Spreads as printed that the tables hold as an SD; ranges and unlabelled ones tell none."""


def people_sd(outcome: Outcome, without: frozenset[str] = frozenset()) -> float | None:
    """SD between people, in the outcome's unit; None where nothing tells it.

    Args:
        without: families of studies that must not tell it. The outcomes table may: it is no trial's effect.
    """
    if outcome.typical_sd or outcome.key not in outcomes():
        return outcome.typical_sd
    found = [sd for family, sd in printed_sds(outcome.key) if family not in without]
    return statistics.median(found) if found else None


@cache
def printed_sds(key: str) -> tuple[tuple[str, float], ...]:
    """Family and SD of each study in people that prints one of its arms, in the outcome's unit."""
    outcome = outcomes()[key]
    found: dict[str, list[float]] = {}
    for study_id, study in studies().items():
        if study["design"] not in IN_PEOPLE:
            continue
        for row in result_rows(key, study_id):
            factor = factor_to_usual(outcome, row["unit"])
            if factor is None or row["dispersion_as_reported"] not in PRINTED or row["statistic"] == "median":
                continue
            sds = [row[name] for name in ("sd_baseline", "sd_end") if row[name]]
            found.setdefault(family_of(study_id), []).extend(abs(factor) * sd for sd in sds)
    return tuple(
        (family, math.sqrt(sum(sd**2 for sd in sds) / len(sds))) for family, sds in found.items() if sds
    )
