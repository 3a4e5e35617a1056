"""A pooled difference in SDs, told in the points of the best-known scale.

The product of g and one SD (Cochrane Handbook 15.5.3.2). The points are as sure as the SD is typical of
the reader's people: with another SD they stretch or shrink.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from magnesim.data import records
from magnesim.evidence import effect_sizes as es
from magnesim.evidence.comparisons import arms
from magnesim.evidence.constructs import Construct
from magnesim.evidence.estimates import Interval
from magnesim.evidence.headline import Headline
from magnesim.evidence.outcomes import Outcome
from magnesim.evidence.selection import gather
from magnesim.evidence.silent_nulls import implied_sd
from magnesim.evidence.trials import TrialEffect
from magnesim.evidence.usual_unit import factor_to_usual
from magnesim.evidence.wording import listed


@dataclass(frozen=True)
class BackConverted:
    """The headline on the scale `outcome`; figures None where no SD, or no estimate, is known.

    Attributes:
        mid: the minimal important difference of this scale; None where none is known.
        sd, sd_source: what it was multiplied by, and where that stands.
        because: why there are no figures; empty where there are.
    """

    outcome: Outcome
    estimate: float | None
    ci: Interval | None
    pi: Interval | None
    mid: float | None
    sd: float | None
    sd_source: str | None
    because: str


def back_converted(construct: Construct, lead: Headline) -> BackConverted:
    """The headline of a construct in points of its best-known scale."""
    scale = construct.convert_to
    sd, source = _sd_of(construct)
    bare = BackConverted(scale, None, None, None, scale.mid, sd, source, "")
    if lead.estimate is None or lead.ci is None:
        return _without(bare, "there is no pooled difference to convert")
    if sd is None:
        return _without(bare, f"no spread of {scale.label} between people is in the tables")
    factor = construct.sign(scale) * sd
    pi = lead.own.cautious_pi if lead.own else None
    return BackConverted(
        outcome=scale,
        estimate=lead.estimate * factor,
        ci=_scaled(lead.ci, factor),
        pi=None if pi is None else _scaled(pi, factor),
        mid=scale.mid,
        sd=sd,
        sd_source=source,
        because="",
    )


def _without(bare: BackConverted, because: str) -> BackConverted:
    return BackConverted(bare.outcome, None, None, None, bare.mid, bare.sd, bare.sd_source, because)


def _scaled(interval: Interval, factor: float) -> Interval:
    low, high = sorted((interval[0] * factor, interval[1] * factor))
    return low, high


def _sd_of(construct: Construct) -> tuple[float | None, str | None]:
    """The SD of the scale to convert to, from where the table of constructs says that it comes."""
    scale = construct.convert_to
    if construct.sd_from == "typical_sd":
        return scale.typical_sd, scale.sd_source
    found = _of_all_arms(scale) if construct.sd_from == "arms" else _implied(gather(scale).effects)
    return found if found is not None else (None, None)


def _of_all_arms(scale: Outcome) -> tuple[float, str] | None:
    """Pooled SD at the start of all arms that print it with its kind and their people."""
    sds, sizes, names = [], [], []
    for row in records("evidence", "results"):
        arm = arms().get((row["study_id"], row["arm_id"]))
        people = row["n"] or (arm["n_arm"] if arm else None)
        factor = factor_to_usual(scale, row["unit"]) if row["outcome"] == scale.key else None
        labelled = row["dispersion_as_reported"] != "none" and row["statistic"] != "median"
        if factor and labelled and row["sd_baseline"] and people and people > 1:
            sds.append(row["sd_baseline"] * factor)
            sizes.append(people)
            names.append(row["study_id"])
    if not sds:
        return None
    where = listed(list(dict.fromkeys(names)))
    return es.pooled_sd(sds, sizes)[0], f"pooled SD at the start of arms in results.csv: {where}"


def _implied(effects: tuple[TrialEffect, ...]) -> tuple[float, str] | None:
    """Median of the SDs that the trials' standard errors and sizes imply, as for silent nulls."""
    found = {e.study_id: sd for e in effects if e.measure == "md" and (sd := implied_sd(e)) is not None}
    if not found:
        return None
    source = f"implied by the standard errors and sizes of {listed(list(found))}"
    return statistics.median(found.values()), source
