"""Which trials enter a pool: one row a trial, of the comparisons that `screening.py` lets through.

Differences in the usual unit come before SD units and ratios, printed before worked out from arms, then the
longest follow-up, then the first printed; arms of one trial against the same control are averaged. What else
the trial printed is named in its note. Everything not used is listed with the reason. Trials that say no
difference without numbers, and trials that print a p without an estimate or a standard error, are listed
apart: two further readings hold them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from magnesim.errors import InputError
from magnesim.evidence import effect_sizes as es
from magnesim.evidence.comparisons import Comparison, arms, comparisons, people_of, result_rows, studies
from magnesim.evidence.outcomes import Outcome
from magnesim.evidence.screening import (
    DESIGNS,
    IN_PEOPLE,
    POOLED_DESIGNS,
    across_arms,
    contradicted,
    has_a_p_alone,
    why_not,
)
from magnesim.evidence.trials import LeftOut, POnly, Selection, SilentNull, Trial, TrialEffect
from magnesim.normal import MIDDLE_95

_MEASURE_ORDER = ("md", "log_rr", "log_or", "log_ratio", "smd")
_CONTRADICTION = (
    "prints a difference and no difference for the same outcome, without numbers: not established"
)


def select(
    outcome: Outcome, design: str = "rct", form: str | None = None, population: str | None = None
) -> Selection:
    """Sort the studies of an outcome by the rules above, and keep the measure that most trials use.

    Args:
        form, population: keep only trials of this compound, in this population.
    """
    found = gather(outcome, design, form, population)
    effects, odd = _one_measure(list(found.effects))
    return replace(found, effects=tuple(effects), left_out=(*found.left_out, *odd))


def gather(
    outcome: Outcome, design: str = "rct", form: str | None = None, population: str | None = None
) -> Selection:
    """As `select`, with effects in whatever measure each trial printed: not yet to be pooled."""
    if design not in DESIGNS:
        raise InputError(
            f"design {design.strip() or '(empty)'}",
            f"not known; there are {', '.join(DESIGNS)}.",
            "--design rct",
        )
    effects: list[TrialEffect] = []
    nulls: list[SilentNull] = []
    p_only: list[POnly] = []
    left: list[LeftOut] = []
    for members in _families(outcome, comparisons(outcome)).values():
        judged = [(c, why_not(outcome, c, design, form, population)) for c in members]
        usable = [c for c, why in judged if why is None and not c.null_without_numbers]
        silent = [c for c, why in judged if why is None and c.null_without_numbers]
        reasons = _reasons(judged)
        if usable:
            effect = _one_row(usable)
            effects.append(effect)
            left += [
                LeftOut(s, f"the same people as {effect.study_id}") for s in reasons if s != effect.study_id
            ]
        elif silent and not contradicted(silent, members):
            nulls.append(SilentNull(**_trial(_distinct_arms(silent)).shared()))
        else:
            with_p = [c for c in members if has_a_p_alone(outcome, c, design, form, population)]
            if with_p and not silent:
                p_only.append(_p_alone(outcome, with_p))
            if silent:
                reasons.setdefault(silent[0].study_id, []).insert(0, _CONTRADICTION)
            left += [LeftOut(s, "; ".join(dict.fromkeys(why))) for s, why in reasons.items()]
    return Selection(tuple(effects), tuple(nulls), tuple(p_only), tuple(left))


def measured_in(outcome: Outcome) -> list[str]:
    """Ids of all studies with a row for the outcome, in the order of the tables."""
    found = dict.fromkeys(comparisons(outcome))
    found |= dict.fromkeys(s for s in studies() if result_rows(outcome.key, s))
    return list(found)


def _families(outcome: Outcome, by_study: dict[str, list[Comparison]]) -> dict[str, list[Comparison]]:
    """Comparisons by trial family; pooled studies are no trials and are dealt with elsewhere."""
    found: dict[str, list[Comparison]] = {}
    for study_id in measured_in(outcome):
        study = studies()[study_id]
        if study["design"] in POOLED_DESIGNS or study["design"] not in IN_PEOPLE:
            continue
        rows = by_study.get(study_id) or [_arm_only(study_id)]
        found.setdefault(family_of(study_id), []).extend(rows)
    return found


def family_of(study_id: str) -> str:
    """Reports of the same people share a family; a study by itself is its own."""
    return str(studies()[study_id]["trial_family"] or study_id)


def _arm_only(study_id: str) -> Comparison:
    """Stands for a study that printed values of one arm and nothing to compare them with."""
    why = "values of one arm only, nothing to compare them with"
    return Comparison(study_id=study_id, treatment="", control="", missing=why)


def _p_alone(outcome: Outcome, rows: list[Comparison]) -> POnly:
    """The longest follow-up of a trial that prints no more than a p, the first printed where tied."""
    row = max(rows, key=lambda c: c.weeks or 0.0)
    assert row.p is not None and row.measure is not None
    sign = row.sign if row.estimate is None else (row.estimate > 0.0) - (row.estimate < 0.0)
    return POnly(
        **_trial([row]).shared(),
        measure=row.measure,
        sign=sign or None,
        p=row.p,
        p_bound=row.p_bound or "eq",
        estimate=row.estimate,
        across_arms=across_arms(row.study_id, outcome.key),
    )


def _trial(same: list[Comparison]) -> Trial:
    """The trial behind comparisons of its arms with one control."""
    first, study = same[0], studies()[same[0].study_id]
    people, of = people_of(same)
    n_treatment, n_control = _sizes(same)
    return Trial(
        study_id=first.study_id,
        n=people,
        n_of=of,
        n_treatment=n_treatment,
        n_control=n_control,
        paired=first.paired,
        compounds=_compounds(same),
        risk_of_bias=study["risk_of_bias"] or "unclear",
        funding=study["funding"],
    )


def _reasons(judged: Iterable[tuple[Comparison, str | None]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for comparison, why in judged:
        found.setdefault(comparison.study_id, [])
        if why is not None:
            found[comparison.study_id].append(why)
    return found


def _one_row(usable: list[Comparison]) -> TrialEffect:
    best = min(usable, key=_preference)
    same = _distinct_arms([c for c in usable if _kind(c) == _kind(best)])
    others = [c for c in usable if _kind(c) != _kind(best)]
    effect, note = _arms_together(same)
    normal = (effect.estimate - MIDDLE_95 * effect.se, effect.estimate + MIDDLE_95 * effect.se)
    return TrialEffect(
        **_trial(same).shared(),
        measure=best.measure or "",
        estimate=effect.estimate,
        se=effect.se,
        ci=best.ci if len(same) == 1 and best.ci is not None else normal,
        weeks=best.weeks,
        note="; ".join(part for part in (note, _also_printed(others)) if part),
        treatments=tuple(c.treatment for c in same),
        control=best.control,
        p=best.p if len(same) == 1 else None,
        p_bound=best.p_bound if len(same) == 1 else None,
    )


def _distinct_arms(rows: list[Comparison]) -> list[Comparison]:
    """The first row of each treatment arm, all against the control of the first."""
    first: dict[str, Comparison] = {}
    for row in rows:
        if (row.study_id, row.control) == (rows[0].study_id, rows[0].control):
            first.setdefault(row.treatment, row)
    return list(first.values())


def _sizes(same: list[Comparison]) -> tuple[int | None, int | None]:
    """People of all treatment arms together, and of their control; the same people in a crossover."""
    numbers = [c.n_treatment for c in same]
    if same[0].n_control is None or None in numbers:
        return None, None
    together = numbers[0] if same[0].paired else sum(n for n in numbers if n is not None)
    return together, same[0].n_control


def _preference(row: Comparison) -> tuple[int, int, float]:
    return (_MEASURE_ORDER.index(row.measure or "smd"), 0 if row.printed else 1, -(row.weeks or 0.0))


def _kind(row: Comparison) -> tuple[str, str | None, str | None, float | None, str, bool]:
    return (row.study_id, row.measure, row.instrument, row.weeks, row.control, row.printed)


def _arms_together(distinct: list[Comparison]) -> tuple[es.Effect, str]:
    effects = [es.Effect(c.estimate, c.se) for c in distinct if c.estimate is not None and c.se is not None]
    if len(distinct) == 1:
        return effects[0], distinct[0].note
    names = ", ".join(c.treatment for c in distinct)
    sizes = [c.n_treatment for c in distinct]
    control = distinct[0].n_control
    # Where sizes are unknown the arms count alike and share half of their variance with each other,
    # which is what equal arms against one control do.
    equal = None in sizes or control is None
    joined = es.arms_against_one_control(
        effects,
        [1] * len(effects) if equal else [n for n in sizes if n is not None],
        control if control and not equal else 1,
    )
    return joined, f"arms averaged against one control: {names}; {distinct[0].note}"


def _compounds(rows: list[Comparison]) -> tuple[str, ...]:
    found = (arms().get((c.study_id, c.treatment)) for c in rows)
    return tuple(dict.fromkeys(str(arm["compound"]) for arm in found if arm))


def _also_printed(others: list[Comparison]) -> str:
    named = [
        f"{c.instrument or c.measure} at {c.weeks:g} weeks {c.estimate:.3g}"
        for c in others
        if c.printed and c.estimate is not None and c.weeks is not None
    ]
    return f"not used: {', '.join(named)}" if named else ""


def _one_measure(effects: list[TrialEffect]) -> tuple[list[TrialEffect], list[LeftOut]]:
    """Keep the measure most trials use (the usual unit where tied); others cannot be added to it."""
    if not effects:
        return [], []
    counts = {m: sum(e.measure == m for e in effects) for m in _MEASURE_ORDER}
    chosen = max(_MEASURE_ORDER, key=lambda m: (m == "md" and counts[m] > 0, counts[m]))
    odd = [
        LeftOut(e.study_id, f"measured as {e.measure}, not mixed with {chosen}")
        for e in effects
        if e.measure != chosen
    ]
    return [e for e in effects if e.measure == chosen], odd
