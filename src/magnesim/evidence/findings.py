"""What each study found on an outcome, pooled or not: one finding a study, for the page that lists them.

An uncontrolled change is marked as such and never stands for an effect; `usual_placebo_change` belongs
beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from magnesim.data import records
from magnesim.evidence.comparisons import (
    START_ONLY,
    Comparison,
    Row,
    arms,
    comparisons,
    people_of,
    result_rows,
    studies,
    whole_study,
)
from magnesim.evidence.outcomes import Outcome, checked_form, outcome
from magnesim.evidence.published import published_pools
from magnesim.evidence.screening import (
    DESIGNS,
    POOLED_DESIGNS,
    across_arms,
    arms_do_not_compare,
    contradicted,
    doubts,
)
from magnesim.evidence.selection import measured_in, select
from magnesim.evidence.trials import Selection, TrialEffect
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
        dose_basis: for each of these doses `elemental`, `salt_converted`, or `unclear`: as printed, and it
            may be the mass of the salt.
        control_role: what else the study compared with, `placebo`, else `no_treatment`, else
            `active_control`; None where it had no other arm. A change within an arm of a placebo-controlled
            trial is not uncontrolled: its comparison is not printed.
        n, n_of: people, and whether they are those of the `arms` compared or, where the sizes of arms are not
            printed, of the whole study: `analysed` or `randomised`.
        measure: `md` in `unit`, `smd` or a log ratio; `change` for a before-after change.
        estimate, ci, p: None where not printed; `p_bound` `lt` or `gt` where p is only a bound.
        p_across_arms: the p is of a test over more than two arms: not of magnesium against its control.
        favours_magnesium: as the table of contrasts has it, `yes`, `no`, `neutral` or `unknown`.
        direction: `better on magnesium`, `worse on magnesium`, `no difference`, for a neutral marker `higher`
            or `lower on magnesium`; of the estimate where there is one, however uncertain. None where not
            printed, and where magnesium was not given.
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
    dose_basis: tuple[str, ...]
    control_role: str | None
    cointervention: str | None
    n: int | None
    n_of: str | None
    weeks: float | None
    blinding: str | None
    risk_of_bias: str
    measure: str | None
    estimate: float | None
    ci: tuple[float, float] | None
    p: float | None
    p_bound: str | None
    p_across_arms: bool
    favours_magnesium: str
    direction: str | None
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
                n_of=effect.n_of,
                weeks=effect.weeks,
                measure=effect.measure,
                unit=asked.unit_of(effect.measure),
                estimate=effect.estimate,
                ci=effect.ci,
                p=_printed_p(asked, study_id, effect.weeks),
                favours_magnesium=_favours(asked, effect),
                direction=asked.direction(effect.estimate),
                pooled=True,
                note=effect.note,
            )
    reasons = {row.study_id: row.why for row in selection.left_out}
    for null in selection.silent_nulls:
        if null.study_id == study_id:
            return replace(
                bare,
                kind="silent_null",
                compounds=null.compounds,
                n=null.n,
                n_of=null.n_of,
                favours_magnesium="neutral",
                direction="no difference",
                why_not="no numbers; imputed in the pool with silent nulls",
            )
    return _not_pooled(asked, replace(bare, why_not=reasons.get(study_id, f"design {study['design']}")), salt)


def _not_pooled(asked: Outcome, bare: StudyFinding, salt: str | None) -> StudyFinding | None:
    """The most telling row of a study that is in no pool: a comparison of arms, else a change."""
    rows = comparisons(asked).get(bare.study_id, [])
    if bare.design in DESIGNS["observational"]:
        return _as_row(bare, rows[0], "observational") if rows else replace(bare, kind="observational")
    between = [c for c in rows if c.measure is not None and c.treatment != c.control and _is_of(c, salt)]
    if not between:
        return _within_arm(asked, bare, salt)
    best = min(between, key=_telling)
    if best.missing == START_ONLY:
        return None
    if doubts().get((bare.study_id, asked.key), ("", ""))[0] == "leave_out" or _says_both(between):
        best = replace(best, estimate=None, ci=None, p=None, p_bound=None, favours="unknown", sign=None)
    silent = best.null_without_numbers and best.estimate is None
    return _as_row(bare, best, "silent_null" if silent else "between_arms")


def _telling(row: Comparison) -> tuple[bool, bool, bool, float]:
    """Order of comparisons by how much they tell: like with like, figures, a p, the longest follow-up."""
    return (arms_do_not_compare(row) is not None, row.estimate is None, row.p is None, -(row.weeks or 0.0))


def _says_both(rows: list[Comparison]) -> bool:
    """No row has figures, and the paper states no difference and a significant one for the same arms."""
    silent = [row for row in rows if row.null_without_numbers]
    return all(row.estimate is None for row in rows) and contradicted(silent, rows)


def _is_of(row: Comparison, salt: str | None) -> bool:
    arm = arms().get((row.study_id, row.treatment))
    return salt is None or (arm is not None and arm["compound"] == salt)


def _as_row(bare: StudyFinding, row: Comparison, kind: str) -> StudyFinding:
    asked = outcome(bare.outcome)
    n, n_of = people_of([row])
    across = row.p is not None and across_arms(bare.study_id, bare.outcome) is not None
    return replace(
        bare,
        kind=kind,
        n=n or bare.n,
        n_of=n_of or bare.n_of,
        weeks=row.weeks if row.weeks is not None else bare.weeks,
        measure=row.measure,
        unit=asked.unit_of(row.measure),
        estimate=row.estimate,
        ci=row.ci,
        p=row.p,
        p_bound=row.p_bound,
        p_across_arms=across,
        favours_magnesium=row.favours,
        direction=_direction(asked, row, kind, across),
        note=row.note,
    )


def _direction(asked: Outcome, row: Comparison, kind: str, across: bool) -> str | None:
    """Of the estimate where there is one, else as the paper says it; None where nobody was given any."""
    if kind == "silent_null":
        return "no difference"
    if kind == "observational" or row.measure is None:
        return None
    if row.estimate is not None:
        return asked.direction(row.estimate)
    return None if row.sign is None or across else asked.direction(row.sign)


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
        n_of=None,
        measure=best.measure,
        unit=asked.unit_of(best.measure),
        estimate=best.estimate,
        ci=best.ci,
        direction=asked.direction(best.estimate) if best.of_trials and best.estimate is not None else None,
        why_not="a published pool, shown beside our own",
        note=f"{best.k or 'unknown number of'} trials; {best.note}",
    )


def _printed_p(asked: Outcome, study_id: str, weeks: float | None) -> float | None:
    rows = [
        c for c in comparisons(asked)[study_id] if c.weeks == weeks and c.p is not None and c.p_bound == "eq"
    ]
    return rows[0].p if len(rows) == 1 else None


def _favours(asked: Outcome, effect: TrialEffect) -> str:
    """What the table says of the rows that an effect is made of; `unknown` where they differ."""
    rows = [c for c in comparisons(asked)[effect.study_id] if c.printed and c.weeks == effect.weeks]
    said = {c.favours for c in rows if c.estimate is not None}
    return said.pop() if len(said) == 1 else "unknown"


CONTROL_ROLES = ("placebo", "no_treatment", "active_control")


def _control_role(study_id: str) -> str | None:
    roles = {arm["role"] for key, arm in arms().items() if key[0] == study_id}
    return next((role for role in CONTROL_ROLES if role in roles), None)


def _bare(asked: Outcome, study: Row) -> StudyFinding:
    own = [
        arm
        for key, arm in arms().items()
        if key[0] == study["study_id"] and arm["compound"] not in ("none", None)
    ]
    doses = dict.fromkeys((arm["elemental_mg_per_day"], arm["dose_basis"] or "unclear") for arm in own)
    n, n_of = whole_study(study["study_id"])
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
        elemental_mg_per_day=tuple(dose for dose, _ in doses),
        dose_basis=tuple(basis for _, basis in doses),
        control_role=_control_role(study["study_id"]),
        cointervention=besides[0] if besides else None,
        n=n,
        n_of=n_of,
        weeks=study["duration_weeks"],
        blinding=study["blinding"],
        risk_of_bias=study["risk_of_bias"] or "unclear",
        measure=None,
        estimate=None,
        ci=None,
        p=None,
        p_bound=None,
        p_across_arms=False,
        favours_magnesium="unknown",
        direction=None,
        unit=asked.unit,
        pooled=False,
        why_not=None,
        note="",
        doi=study["doi"],
        pmid=study["pmid"],
        source_url=study["source_url"],
    )
