"""What each study found on an outcome, pooled or not: one finding a study, for the page that lists them.

An uncontrolled change is marked as such and never stands for an effect; `usual_placebo_change` belongs
beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from magnesim.data import records
from magnesim.evidence.comparisons import START_ONLY, Comparison, Row, arms, comparisons, result_rows, studies
from magnesim.evidence.outcomes import Outcome, checked_form, outcome
from magnesim.evidence.published import published_pools
from magnesim.evidence.selection import (
    DESIGNS,
    POOLED_DESIGNS,
    Selection,
    arms_do_not_compare,
    doubts,
    measured_in,
    select,
)
from magnesim.evidence.usual_unit import factor_to_usual

CONTROLLED = ("between_arms", "silent_null")


@dataclass(frozen=True)
class StudyFinding:
    """One study on one outcome.

    Attributes:
        kind: `between_arms` (magnesium against a control, or what comes nearest to it), `silent_null` (no
            difference, without numbers), `within_arm` (before and after, no control: not an effect), `pool`
            (a meta-analysis), `observational`.
        compounds, elemental_mg_per_day: of the magnesium arms; doses in the order of the arms, None unknown.
        measure: `md` in `unit`, `smd` or a log ratio; `change` for a before-after change.
        estimate, ci, p: None where not printed; `p_bound` `lt` or `gt` where p is only a bound.
        pooled: whether it is part of our own pool; else `why_not` says why.
        note: the curator's notes and how numbers were worked out.
    """

    study_id: str
    outcome: str
    first_author: str | None
    year: int | None
    design: str
    kind: str
    condition: str | None
    population: str | None
    compounds: tuple[str, ...]
    elemental_mg_per_day: tuple[float | None, ...]
    cointervention: str | None
    n: int | None
    weeks: float | None
    blinding: str | None
    risk_of_bias: str
    measure: str | None
    estimate: float | None
    ci: tuple[float, float] | None
    p: float | None
    p_bound: str | None
    unit: str
    pooled: bool
    why_not: str | None
    note: str
    doi: str | None
    pmid: str | None
    source_url: str | None

    @property
    def controlled(self) -> bool:
        """Compared with something in the same study."""
        return self.kind in CONTROLLED


def findings(key: str, form: str | None = None) -> list[StudyFinding]:
    """What every study that measured an outcome found, in the order of the tables.

    Args:
        form: only studies with an arm of this salt, and of them this arm where the paper prints it.

    Raises:
        InputError: unknown outcome or form.
    """
    asked, salt = outcome(key), checked_form(form)
    selection = select(asked, "rct", salt)
    found = [_finding(asked, study_id, selection, salt) for study_id in measured_in(asked)]
    return [f for f in found if f is not None and (salt is None or salt in f.compounds)]


def findings_for_form(keys: Iterable[str], form: str) -> list[StudyFinding]:
    """What the trials of one salt found on several outcomes: controlled ones first, then by outcome."""
    found = [finding for key in keys for finding in findings(key, form)]
    return sorted(found, key=lambda f: not f.controlled)


def split(found: Iterable[StudyFinding]) -> tuple[list[StudyFinding], list[StudyFinding]]:
    """Studies with a control, and all others."""
    everything = list(found)
    return [f for f in everything if f.controlled], [f for f in everything if not f.controlled]


def _finding(asked: Outcome, study_id: str, selection: Selection, salt: str | None) -> StudyFinding | None:
    study = studies()[study_id]
    if study["design"] in POOLED_DESIGNS:
        return _pool_finding(asked, study)
    bare = _bare(asked, study)
    for effect in selection.effects:
        if effect.study_id == study_id:
            return replace(
                bare,
                kind="between_arms",
                compounds=effect.compounds,
                n=effect.n,
                weeks=effect.weeks,
                measure=effect.measure,
                unit=asked.unit_of(effect.measure),
                estimate=effect.estimate,
                ci=effect.ci,
                p=_printed_p(asked, study_id, effect.weeks),
                pooled=True,
                note=effect.note,
            )
    reasons = {row.study_id: row.why for row in selection.left_out}
    if study_id in {null.study_id for null in selection.silent_nulls}:
        return replace(bare, kind="silent_null", why_not="no numbers; imputed in the pool with silent nulls")
    return _not_pooled(asked, replace(bare, why_not=reasons.get(study_id, f"design {study['design']}")), salt)


def _not_pooled(asked: Outcome, bare: StudyFinding, salt: str | None) -> StudyFinding | None:
    """The most telling row of a study that is in no pool: a comparison of arms, else a change."""
    rows = comparisons(asked).get(bare.study_id, [])
    if bare.design in DESIGNS["observational"]:
        return _as_row(bare, rows[0], "observational") if rows else replace(bare, kind="observational")
    between = [c for c in rows if c.measure is not None and c.treatment != c.control and _is_of(c, salt)]
    if not between:
        return _within_arm(asked, bare, salt)
    best = min(between, key=lambda c: (arms_do_not_compare(c) is not None, c.estimate is None, c.p is None))
    if best.missing == START_ONLY:
        return None
    if doubts().get((bare.study_id, asked.key), ("", ""))[0] == "leave_out":
        best = replace(best, estimate=None, ci=None)
    silent = best.null_without_numbers and best.estimate is None
    return _as_row(bare, best, "silent_null" if silent else "between_arms")


def _is_of(row: Comparison, salt: str | None) -> bool:
    arm = arms().get((row.study_id, row.treatment))
    return salt is None or (arm is not None and arm["compound"] == salt)


def _as_row(bare: StudyFinding, row: Comparison, kind: str) -> StudyFinding:
    return replace(
        bare,
        kind=kind,
        n=row.people or bare.n,
        weeks=row.weeks if row.weeks is not None else bare.weeks,
        measure=row.measure,
        unit=outcome(bare.outcome).unit_of(row.measure),
        estimate=row.estimate,
        ci=row.ci,
        p=row.p,
        p_bound=row.p_bound,
        note=row.note,
    )


def _within_arm(asked: Outcome, bare: StudyFinding, salt: str | None) -> StudyFinding:
    """A before-after change as printed, else the end less the start of a magnesium arm."""
    for row in records("evidence", "contrasts"):
        mine = (row["study_id"], row["outcome"], row["effect_type"]) == (
            bare.study_id,
            asked.key,
            "within_md",
        )
        factor = factor_to_usual(asked, row["unit"]) if mine else None
        if factor is not None and row["estimate"] is not None:
            limits = (row["ci_low"], row["ci_high"])
            ci = None if None in limits else (limits[0] * factor, limits[1] * factor)
            changed = _change(bare, row, row["estimate"] * factor)
            return replace(changed, ci=ci, p=row["p_value"], p_bound=row["p_bound"])
    for row in result_rows(asked.key, bare.study_id):
        arm = arms()[(row["study_id"], row["arm_id"])]
        factor, change = factor_to_usual(asked, row["unit"]), _arm_change(row)
        mine = arm["role"] == "treatment" and (salt is None or arm["compound"] == salt)
        if mine and factor is not None and change is not None and row["statistic"] != "median":
            return _change(bare, row, change * factor)
    return replace(bare, kind="within_arm")


def _arm_change(row: Row) -> float | None:
    if row["mean_change"] is not None:
        return float(row["mean_change"])
    if row["mean_end"] is None or row["mean_baseline"] is None:
        return None
    return float(row["mean_end"] - row["mean_baseline"])


def _change(bare: StudyFinding, row: Row, estimate: float) -> StudyFinding:
    return replace(
        bare,
        kind="within_arm",
        measure="change",
        estimate=round(estimate, 10),
        weeks=row["time_weeks"],
        note=row["notes"] or "",
    )


def _pool_finding(asked: Outcome, study: Row) -> StudyFinding | None:
    pools = [p for p in published_pools(asked) if p.study_id == study["study_id"]]
    if not pools:
        return None
    best = next((p for p in pools if p.ci is not None), pools[0])
    return replace(
        _bare(asked, study),
        kind="pool" if best.of_trials else "observational",
        compounds=("mixed",),
        n=best.n,
        measure=best.measure,
        unit=asked.unit_of(best.measure),
        estimate=best.estimate,
        ci=best.ci,
        why_not="a published pool, shown beside our own",
        note=f"{best.k or 'unknown number of'} trials; {best.note}",
    )


def _printed_p(asked: Outcome, study_id: str, weeks: float | None) -> float | None:
    rows = [
        c for c in comparisons(asked)[study_id] if c.weeks == weeks and c.p is not None and c.p_bound == "eq"
    ]
    return rows[0].p if len(rows) == 1 else None


def _bare(asked: Outcome, study: Row) -> StudyFinding:
    own = [
        arm
        for key, arm in arms().items()
        if key[0] == study["study_id"] and arm["compound"] not in ("none", None)
    ]
    besides = [arm["cointervention"] for arm in own if arm["cointervention"]]
    return StudyFinding(
        study_id=study["study_id"],
        outcome=asked.key,
        first_author=study["first_author"],
        year=study["year"],
        design=study["design"],
        kind="within_arm",
        condition=study["condition"],
        population=study["population"],
        compounds=tuple(dict.fromkeys(arm["compound"] for arm in own)),
        elemental_mg_per_day=tuple(dict.fromkeys(arm["elemental_mg_per_day"] for arm in own)),
        cointervention=besides[0] if besides else None,
        n=study["n_analysed"] or study["n_randomised"],
        weeks=study["duration_weeks"],
        blinding=study["blinding"],
        risk_of_bias=study["risk_of_bias"] or "unclear",
        measure=None,
        estimate=None,
        ci=None,
        p=None,
        p_bound=None,
        unit=asked.unit,
        pooled=False,
        why_not=None,
        note="",
        doi=study["doi"],
        pmid=study["pmid"],
        source_url=study["source_url"],
    )
