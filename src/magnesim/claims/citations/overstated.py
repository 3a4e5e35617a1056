"""Section 5, problem 8: what of a faithful source is stretched.

People, salt, dose, size, length or certainty; a null or opposite result told as benefit; a contrary result of
the same source left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from magnesim.claims.citations.details import Details, any_near
from magnesim.claims.citations.studies import Study, designs, topics
from magnesim.claims.citations.words import spotted
from magnesim.claims.labels import Labels

_BENEFIT = frozenset(("improves", "increases", "decreases"))


def overstatement(study: Study, text: str, labels: Labels) -> str:
    """What of a faithful source was stretched: people, salt, size, certainty or its result."""
    if study.design == "guideline":
        return ""
    return next(filter(None, (check(study, text, labels) for check in _CHECKS)), "")


def _certainty_problem(study: Study, text: str, labels: Labels) -> str:
    """Proved, always or everyone, told of a study that is not of low risk of bias."""
    found = spotted("absolute", text)
    if not found or labels.strength == "negated" or study.row["risk_of_bias"] == "low":
        return ""
    bias = f"risk of bias {study.row['risk_of_bias']}"
    size = f"{min(study.sizes)} people, " if study.sizes and study.design in designs("trial") else ""
    return f'"{found.group()}" says more than {study.name} can carry ({size}{bias}).'


def _people_problem(study: Study, text: str, _labels: Labels) -> str:
    """Women at menopause told of a trial in other people."""
    others = study.design in designs("trial") and study.row["menopause"] in ("mixed", "pre", "na")
    people = str(study.row["population"])
    if others and spotted("menopause", text) and not re.search(r"menopaus", people, re.IGNORECASE):
        return f"{study.name} was not in menopausal women but in {people}."
    return ""


def named_topics(text: str, labels: Labels) -> list[str]:
    """The topic of a claim and the other outcomes that its sentence names."""
    others = [name for name, rule in topics().items() if rule.said and rule.said.search(text)]
    return [labels.topic, *(name for name in others if name != labels.topic)]


def _null(row: Mapping[str, Any]) -> bool:
    """Whether a comparison found no difference."""
    if row["null_without_numbers"]:
        return True
    low, high = row["ci_low"], row["ci_high"]
    nothing = 1.0 if row["effect_type"] in ("or", "rr", "ratio") else 0.0
    if low is not None and high is not None:
        return bool(low <= nothing <= high)
    return bool(row["p_value"] is not None and row["p_value"] > 0.05 and row["p_bound"] != "lt")


def _between(study: Study, topic: str) -> list[dict[str, Any]]:
    """Comparisons between arms on a topic; a change within both arms says nothing of magnesium."""
    rule = topics().get(topic)
    own = rule.outcomes if rule else frozenset()
    return [
        row for row in study.contrasts
        if row["outcome"] in own and row["effect_type"] != "within_md"
        and row["treatment_arm"] != row["control_arm"]
    ]  # fmt: skip


def _null_told_as_benefit(study: Study, text: str, labels: Labels) -> str:
    """No difference between the arms told as one."""
    if labels.direction not in _BENEFIT or labels.strength == "negated":
        return ""
    for topic in named_topics(text, labels):
        rows = _between(study, topic)
        per_outcome: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            per_outcome.setdefault(str(row["outcome"]), []).append(row)
        # on the topic itself one outcome in favour is enough; of a side topic a single null is one too many
        null = [name for name, group in per_outcome.items() if _speaks_null(group, topic != labels.topic)]
        if null and (len(null) == len(per_outcome) or topic != labels.topic):
            what = null[0].replace("_", " ")
            return f"{study.name} found no difference between magnesium and control in {what}."
    return ""


def _speaks_null(rows: list[dict[str, Any]], strict: bool) -> bool:
    return any(map(_null, rows)) if strict else all(map(_null, rows))


def _benefit_told_as_null(study: Study, _text: str, labels: Labels) -> str:
    """A difference between the arms told as none."""
    if labels.direction != "no_effect":
        return ""
    rows = _between(study, labels.topic)
    clear = [
        row for row in rows if not _null(row) and (row["ci_low"] is not None or row["p_value"] is not None)
    ]
    if rows and len(clear) == len(rows) and all(row["favours_magnesium"] == "yes" for row in rows):
        return f"{study.name} did find a difference in {str(rows[0]['outcome']).replace('_', ' ')}."
    return ""


def _contrary_left_out(study: Study, text: str, labels: Labels) -> str:
    """Two marks of the same topic moved apart and only one of them is told."""
    if labels.direction not in _BENEFIT or spotted("both_sides", text):
        return ""
    rule = topics().get(labels.topic)
    if rule is None or labels.topic not in ("bone_turnover", "hpa_cortisol", "lipids"):
        return ""
    treated = {arm["arm_id"] for arm in study.arms if arm["role"] == "treatment"}
    moved = {
        str(row["outcome"]): float(row["estimate"]) for row in study.contrasts
        if row["outcome"] in rule.outcomes and row["estimate"] is not None and not _null(row)
        and row["treatment_arm"] in treated
    }  # fmt: skip
    up = [name for name, value in moved.items() if value > 0]
    down = [name for name, value in moved.items() if value < 0]
    if up and down:
        return f"In {study.name} {up[0]} rose while {down[0]} fell; only one side is told."
    return ""


def _salt_problem(study: Study, _text: str, labels: Labels) -> str:
    """A salt that was not given."""
    if study.design not in designs("trial") or labels.form in ("any", *study.salts) or not study.salts:
        return ""
    return f"{study.name} gave {' and '.join(sorted(study.salts))}, not {labels.form}."


_SALT_SHARES = (1.0, 0.16, 0.14, 0.08, 0.6, 0.12)
"""Magnesium in a salt by weight, for doses quoted as salt: citrate, glycinate, threonate, oxide, chloride."""


def _size_problem(study: Study, text: str, labels: Labels) -> str:
    """People, weeks or milligrams that are not those of the study."""
    if study.design not in designs("trial"):
        return ""
    told = Details.of(text, labels)
    if told.sizes and study.sizes and not any_near(told.sizes, _with_sums(study.sizes), 0.1):
        return f"{study.name} had {max(study.sizes)} people, not {told.sizes[0]}."
    weeks = study.row["duration_weeks"]
    if len(told.weeks) == 1 and weeks and not any_near(told.weeks, [float(weeks)], 0.25):
        return f"{study.name} lasted {weeks:g} weeks, not {told.weeks[0]:.0f}."
    given = {dose for dose in study.doses if dose > 0}
    if told.doses and given:
        as_salt = [dose / share for dose in given for share in _SALT_SHARES]
        if not any_near(told.doses, as_salt, 0.15):
            return f"{study.name} gave {max(given):g} mg a day, not {told.doses[0]:g}."
    return ""


def _with_sums(sizes: frozenset[int]) -> frozenset[int]:
    """Counts, and what two arms make together."""
    return sizes | {left + right for left in sizes for right in sizes}


_CHECKS = (
    _null_told_as_benefit,
    _benefit_told_as_null,
    _contrary_left_out,
    _salt_problem,
    _size_problem,
    _certainty_problem,
    _people_problem,
)
"""In the order in which they are asked."""
