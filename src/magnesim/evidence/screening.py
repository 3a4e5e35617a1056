"""Which comparisons may stand for what magnesium alone does, and why the others may not.

Rules, in order:
- the design asked for (`rct`: randomised trials; `controlled`: open-label trials with a control arm too;
  `observational`: cohorts and surveys, as printed);
- a difference between arms, not a before-after change; magnesium in one arm only; the same other
  treatments in both arms (`cointerventions.csv` says what is inert or part of the salt; all else counts
  as a treatment); at least half a week of supplementation;
- no doubt about the figures (`doubts.csv`), no medians among means, a unit that can be converted, a
  standard error.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from magnesim.evidence import effect_sizes as es
from magnesim.evidence.comparisons import NO_ESTIMATE, Comparison, Row, arms, studies
from magnesim.evidence.outcomes import Outcome, studied_in
from magnesim.evidence.trials import is_significant, printed_p
from magnesim.tables import rows

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
    assert row.p is not None
    text = f"prints {printed_p(row.p, row.p_bound)} but no estimate"
    if across := across_arms(row.study_id, outcome.key):
        return f"{text}; {across}"
    known = outcome.typical_sd is not None and row.n_treatment is not None and row.n_control is not None
    if not (known and row.p_bound == "eq" and row.measure == "md" and not row.paired):
        return text
    assert outcome.typical_sd and row.n_treatment and row.n_control
    size = es.z_of_p(row.p) * es.se_of_difference(outcome.typical_sd, row.n_treatment, row.n_control)
    return f"{text} (with an SD of {outcome.typical_sd:g} it would mean {size:.2g} {outcome.unit})"


def has_a_p_alone(
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


def _is_group_of_people(row: Comparison) -> bool:
    arm = arms().get((row.study_id, row.treatment))
    return arm is not None and arm["role"] == "baseline_only"


@cache
def _inert() -> frozenset[str]:
    return frozenset(row["cointervention"] for row in rows(Path(__file__).parent / "cointerventions.csv"))


def active_cointervention(text: str | None) -> str:
    """What was given besides, empty where nothing or only a filler or part of the salt."""
    return "" if text is None or text in _inert() else text


@cache
def doubts() -> dict[tuple[str, str], tuple[str, str]]:
    """(Use, reason) by study and outcome: figures that cannot be taken as they are.

    The use is `leave_out`, `note` (used, with a word of warning), or `p_across_arms` (the p is of more than
    two arms, and says nothing of magnesium against its control).
    """
    table = rows(Path(__file__).parent / "doubts.csv")
    return {(r["study_id"], r["outcome"]): (r["use"], r["because"]) for r in table}


def across_arms(study_id: str, key: str) -> str | None:
    """Why a p of this study is not one of two arms; None where it is."""
    use, because = doubts().get((study_id, key), ("", ""))
    return because if use == "p_across_arms" else None


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
