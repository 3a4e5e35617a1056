"""Which trials enter the pool of a construct: each scale sorted as by itself, then one row a trial family.

Where a family used several scales, figures go before silence and before a p alone, and then the scale that
stands first in `constructs.csv` counts; the others are listed as left out. So nobody is counted twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from magnesim.evidence.constructs import Construct
from magnesim.evidence.outcomes import Outcome
from magnesim.evidence.selection import family_of, gather, measured_in
from magnesim.evidence.standardised import as_smd
from magnesim.evidence.trials import LeftOut, POnly, Selection, SilentNull, TrialEffect


@dataclass
class _Family:
    """What one family has, each with the scale: lists in the order of preference of the scales."""

    effects: list[tuple[Outcome, TrialEffect]] = field(default_factory=list)
    others: list[tuple[Outcome, SilentNull | POnly]] = field(default_factory=list)
    reasons: list[tuple[Outcome, LeftOut]] = field(default_factory=list)


def select_construct(
    construct: Construct, design: str = "rct", form: str | None = None, population: str | None = None
) -> Selection:
    """Sort the studies of all scales of a construct; arguments as of `selection.select`.

    Estimates are Hedges g, treatment minus control, turned so that all scales mean the same. Trials in the
    order of their ids, whatever the order of the tables.
    """
    families: dict[str, _Family] = {}
    for instrument in construct.instruments:
        _add(families, construct, instrument, gather(instrument, design, form, population))
    effects: list[TrialEffect] = []
    nulls: list[SilentNull] = []
    p_only: list[POnly] = []
    left: list[LeftOut] = []
    for _, family in sorted(families.items()):
        rest: list[tuple[Outcome, TrialEffect | SilentNull | POnly]] = [*family.effects, *family.others]
        left += _left_out(family.reasons)
        if not rest:
            continue
        scale, taken = rest[0]
        if isinstance(taken, TrialEffect):
            effects.append(taken)
        elif isinstance(taken, SilentNull):
            nulls.append(taken)
        else:
            p_only.append(taken)
        left += [
            LeftOut(one.study_id, f"{other.label}: the same people as in {scale.label}, counted once")
            for other, one in rest[1:]
        ]
    left += [
        LeftOut(study_id, f"{near.label}: {why}")
        for near, why in construct.not_pooled
        for study_id in measured_in(near)
    ]
    return Selection(tuple(effects), tuple(nulls), tuple(p_only), tuple(left))


def _add(families: dict[str, _Family], construct: Construct, instrument: Outcome, found: Selection) -> None:
    def family(study_id: str) -> _Family:
        return families.setdefault(family_of(study_id), _Family())

    sign = construct.sign(instrument)
    for effect in found.effects:
        turned = as_smd(instrument, effect, sign)
        if isinstance(turned, TrialEffect):
            family(effect.study_id).effects.append((instrument, turned))
            continue
        family(effect.study_id).reasons.append((instrument, LeftOut(effect.study_id, turned)))
        if effect.p is not None and 0.0 < effect.p < 1.0:
            family(effect.study_id).others.append((instrument, _p_of(effect, sign)))
    for null in found.silent_nulls:
        family(null.study_id).others.append((instrument, null))
    for trial in found.p_only:
        family(trial.study_id).others.append((instrument, _p_in_sds(instrument, trial, sign)))
    for row in found.left_out:
        family(row.study_id).reasons.append((instrument, row))


def _p_of(effect: TrialEffect, sign: float) -> POnly:
    """A trial whose difference cannot be standardised still says how many standard errors it lies from 0."""
    assert effect.p is not None
    direction = (effect.estimate > 0.0) - (effect.estimate < 0.0)
    return POnly(
        **effect.shared(),
        measure="smd",
        sign=int(sign) * direction or None,
        p=effect.p,
        p_bound=effect.p_bound or "eq",
        estimate=None,
        across_arms=None,
    )


def _p_in_sds(instrument: Outcome, trial: POnly, sign: float) -> POnly:
    """Sign turned, and a printed estimate over the usual SD where there is one."""
    estimate = None
    if trial.estimate is not None and trial.measure == "smd":
        estimate = sign * trial.estimate
    elif trial.estimate is not None and trial.measure == "md" and instrument.typical_sd is not None:
        estimate = sign * trial.estimate / instrument.typical_sd
    measure = "smd" if trial.measure in ("md", "smd") else trial.measure
    turned = None if trial.sign is None else int(sign) * trial.sign
    return replace(trial, estimate=estimate, sign=turned, measure=measure)


def _left_out(reasons: list[tuple[Outcome, LeftOut]]) -> list[LeftOut]:
    """One row a study, with the scale before each reason."""
    found: dict[str, list[str]] = {}
    for scale, row in reasons:
        found.setdefault(row.study_id, []).append(f"{scale.label}: {row.why}")
    return [LeftOut(study_id, "; ".join(why)) for study_id, why in found.items()]
