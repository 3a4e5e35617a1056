"""Which trials enter a pool: one row a trial, magnesium alone against placebo or nothing, numbers that hold.

Rules, in order:
- the design asked for (`rct`: randomised trials; `controlled`: open-label trials with a control arm too;
  `observational`: cohorts and surveys, as printed);
- a difference between arms, not a before-after change; magnesium in one arm only; the same other
  treatments in both arms (`cointerventions.csv` says what is inert or part of the salt; all else counts
  as a treatment); at least half a week of supplementation;
- no doubt about the figures (`doubts.csv`), no medians among means, a unit that can be converted, a
  standard error;
- one row a trial family: differences in the usual unit before SD units and ratios, printed before worked
  out from arms, then the longest follow-up, then the first printed; arms of one trial against the
  same control are averaged. What else the trial printed is named in its note.
Everything not used is listed with the reason. Trials that say no difference without numbers, and trials that
print a p without an estimate or a standard error, are listed apart: two further readings hold them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from magnesim.errors import InputError
from magnesim.evidence import effect_sizes as es
from magnesim.evidence.comparisons import (
    NO_ESTIMATE,
    Comparison,
    Row,
    arms,
    comparisons,
    people_of,
    result_rows,
    studies,
)
from magnesim.evidence.outcomes import Outcome, studied_in
from magnesim.evidence.trials import SIGNS, LeftOut, POnly, Selection, SilentNull, TrialEffect, is_significant
from magnesim.normal import MIDDLE_95

DESIGNS = {
    "rct": ("rct_parallel", "rct_crossover"),
    "controlled": ("rct_parallel", "rct_crossover", "open_label"),
    "observational": ("cohort", "cross_sectional"),
}
POOLED_DESIGNS = ("meta_analysis", "systematic_review")
IN_PEOPLE = (
    "rct_parallel",
    "rct_crossover",
    "open_label",
    "cohort",
    "cross_sectional",
    "balance",
    "case_report",
)
SHORTEST_WEEKS = 0.5

_MEASURE_ORDER = ("md", "log_rr", "log_or", "log_ratio", "smd")


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
            nulls.append(_silent_null(silent))
        else:
            with_p = [c for c in members if _has_a_p_alone(outcome, c, design, form, population)]
            if with_p and not silent:
                p_only.append(_p_alone(outcome, with_p))
            if silent:
                reasons.setdefault(silent[0].study_id, []).insert(0, _CONTRADICTION)
            left += [LeftOut(s, "; ".join(dict.fromkeys(why))) for s, why in reasons.items()]
    return Selection(tuple(effects), tuple(nulls), tuple(p_only), tuple(left))


_CONTRADICTION = (
    "prints a difference and no difference for the same outcome, without numbers: not established"
)


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
    return Comparison(
        study_id=study_id,
        treatment="",
        control="",
        instrument=None,
        weeks=None,
        measure=None,
        estimate=None,
        se=None,
        ci=None,
        n_treatment=None,
        n_control=None,
        sizes_assumed=False,
        k=None,
        i2=None,
        paired=False,
        printed=False,
        statistic="mean",
        null_without_numbers=False,
        p=None,
        p_bound=None,
        favours="unknown",
        sign=None,
        missing="values of one arm only, nothing to compare them with",
        note="",
    )


def why_not(
    outcome: Outcome, row: Comparison, design: str, form: str | None = None, population: str | None = None
) -> str | None:
    """The first rule that keeps a comparison out of the pool; None where none does."""
    reason = _not_asked_for(row, design, population)
    if reason is not None:
        return reason
    if not row.treatment or design == "observational":
        return row.missing
    return arms_do_not_compare(row, form) or _numbers_do_not_hold(outcome, row)


def _not_asked_for(row: Comparison, design: str, population: str | None) -> str | None:
    """Design or people other than asked for."""
    study = studies()[row.study_id]
    if study["design"] not in DESIGNS[design]:
        return f"design {study['design'].replace('_', ' ')}, not {design}"
    if design == "observational" and _is_group_of_people(row):
        return "groups of people compared, not how much magnesium they took"
    if population is not None and not studied_in(study, population):
        return f"people: {study['population']}"
    return None


def arms_do_not_compare(row: Comparison, form: str | None = None) -> str | None:
    """Why the two arms do not tell what magnesium alone does; None where they do."""
    treatment, control = arms().get((row.study_id, row.treatment)), arms().get((row.study_id, row.control))
    if row.measure is None or row.treatment == row.control:
        return "a before-after change, not a difference between arms"
    if treatment is None or control is None:
        return "the arms are not described"
    if row.weeks is not None and row.weeks < SHORTEST_WEEKS:
        return "a single dose, or values of the start only"
    if form is not None and treatment["compound"] != form:
        return f"other salt: {treatment['compound']}"
    return _not_magnesium_alone(treatment, control)


def _not_magnesium_alone(treatment: Row, control: Row) -> str | None:
    """Whether two arms differ in magnesium and in nothing else."""
    if treatment["compound"] in ("none", None) or treatment["role"] == "active_control":
        return f"{treatment['arm_id']} against {control['arm_id']}: not magnesium against a control"
    if control["role"] not in ("placebo", "no_treatment"):
        return f"compared with {control['arm_id']}, not with placebo or nothing"
    if active_cointervention(treatment["cointervention"]) != active_cointervention(control["cointervention"]):
        return f"magnesium together with {treatment['cointervention']}, not alone"
    return None


def _numbers_do_not_hold(outcome: Outcome, row: Comparison) -> str | None:
    if row.null_without_numbers:
        return None
    doubt = doubts().get((row.study_id, outcome.key))
    if doubt and doubt[0] == "leave_out":
        return doubt[1]
    if row.statistic == "median":
        return "medians, kept apart from means"
    if row.missing == NO_ESTIMATE and row.p is not None:
        return _p_in_words(outcome, row)
    return row.missing


def _p_in_words(outcome: Outcome, row: Comparison) -> str:
    """Says what size an exact p would mean, so that the reader sees what is missing from the pool."""
    text = f"prints p {SIGNS.get(row.p_bound or '', '')}{row.p:g} but no estimate"
    if across := across_arms(row.study_id, outcome.key):
        return f"{text}; {across}"
    known = outcome.typical_sd is not None and row.n_treatment is not None and row.n_control is not None
    if not (known and row.p_bound == "eq" and row.measure == "md" and not row.paired):
        return text
    assert row.p is not None and outcome.typical_sd and row.n_treatment and row.n_control
    size = es.z_of_p(row.p) * es.se_of_difference(outcome.typical_sd, row.n_treatment, row.n_control)
    return f"{text} (with an SD of {outcome.typical_sd:g} it would mean {size:.2g} {outcome.unit})"


def _has_a_p_alone(
    outcome: Outcome, row: Comparison, design: str, form: str | None, population: str | None
) -> bool:
    """Whether only the p, or only the bound of a p, keeps a comparison from being pooled or dismissed."""
    if _not_asked_for(row, design, population) or design == "observational" or not row.treatment:
        return False
    if arms_do_not_compare(row, form) or row.p is None or not 0.0 < row.p < 1.0 or row.statistic == "median":
        return False
    bound_alone = row.estimate is not None and row.se is None and row.p_bound == "lt"
    if doubts().get((row.study_id, outcome.key), ("", ""))[0] == "leave_out" or row.measure is None:
        return False
    return row.missing == NO_ESTIMATE or bound_alone


def _p_alone(outcome: Outcome, rows: list[Comparison]) -> POnly:
    """The longest follow-up of a trial that prints no more than a p, the first printed where tied."""
    row = max(rows, key=lambda c: c.weeks or 0.0)
    assert row.p is not None and row.measure is not None
    people, of = people_of([row])
    sign = row.sign if row.estimate is None else (row.estimate > 0.0) - (row.estimate < 0.0)
    return POnly(
        study_id=row.study_id,
        measure=row.measure,
        sign=sign or None,
        p=row.p,
        p_bound=row.p_bound or "eq",
        estimate=row.estimate,
        across_arms=across_arms(row.study_id, outcome.key),
        n=people,
        n_of=of,
        n_treatment=row.n_treatment,
        n_control=row.n_control,
        paired=row.paired,
        compounds=_compounds([row]),
        risk_of_bias=studies()[row.study_id]["risk_of_bias"] or "unclear",
    )


def _is_group_of_people(row: Comparison) -> bool:
    arm = arms().get((row.study_id, row.treatment))
    return arm is not None and arm["role"] == "baseline_only"


@cache
def _inert() -> frozenset[str]:
    with (Path(__file__).parent / "cointerventions.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["cointervention"] for row in csv.DictReader(file))


def active_cointervention(text: str | None) -> str:
    """What was given besides, empty where nothing or only a filler or part of the salt."""
    return "" if text is None or text in _inert() else text


@cache
def doubts() -> dict[tuple[str, str], tuple[str, str]]:
    """(Use, reason) by study and outcome: figures that cannot be taken as they are.

    The use is `leave_out`, `note` (used, with a word of warning), or `p_across_arms` (the p is of more than
    two arms, and says nothing of magnesium against its control).
    """
    with (Path(__file__).parent / "doubts.csv").open(encoding="utf-8", newline="") as file:
        return {(r["study_id"], r["outcome"]): (r["use"], r["because"]) for r in csv.DictReader(file)}


def across_arms(study_id: str, key: str) -> str | None:
    """Why a p of this study is not one of two arms; None where it is."""
    use, because = doubts().get((study_id, key), ("", ""))
    return because if use == "p_across_arms" else None


def _reasons(judged: Iterable[tuple[Comparison, str | None]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for comparison, why in judged:
        found.setdefault(comparison.study_id, [])
        if why is not None:
            found[comparison.study_id].append(why)
    return found


def contradicted(silent: list[Comparison], members: list[Comparison]) -> bool:
    """The same arms have a row with p below 0.05 and a row of no difference."""
    pairs = {(c.treatment, c.control) for c in silent}
    return any(
        (c.treatment, c.control) in pairs
        and not c.null_without_numbers
        and c.p is not None
        and is_significant(c.p, c.p_bound)
        for c in members
    )


def _one_row(usable: list[Comparison]) -> TrialEffect:
    best = min(usable, key=_preference)
    same = _distinct_arms([c for c in usable if _kind(c) == _kind(best)])
    others = [c for c in usable if _kind(c) != _kind(best)]
    effect, note = _arms_together(same)
    n_treatment, n_control = _sizes(same)
    people, of = people_of(same)
    study = studies()[best.study_id]
    normal = (effect.estimate - MIDDLE_95 * effect.se, effect.estimate + MIDDLE_95 * effect.se)
    return TrialEffect(
        study_id=best.study_id,
        measure=best.measure or "",
        estimate=effect.estimate,
        se=effect.se,
        ci=best.ci if len(same) == 1 and best.ci is not None else normal,
        n=people,
        n_of=of,
        n_treatment=n_treatment,
        n_control=n_control,
        weeks=best.weeks,
        compounds=_compounds(same),
        risk_of_bias=study["risk_of_bias"] or "unclear",
        funding=study["funding"],
        note="; ".join(part for part in (note, _also_printed(others)) if part),
        treatments=tuple(c.treatment for c in same),
        control=best.control,
        paired=best.paired,
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


def _silent_null(silent: list[Comparison]) -> SilentNull:
    same = _distinct_arms(silent)
    first = same[0]
    n_treatment, n_control = _sizes(same)
    people, of = people_of(same)
    study = studies()[first.study_id]
    return SilentNull(
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
