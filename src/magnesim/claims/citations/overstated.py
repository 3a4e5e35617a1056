"""Section 5, problem 8: what of a faithful source is stretched.

People, salt, dose, size, length or certainty; a null or opposite result told as benefit; a contrary result of
the same source left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from magnesim.claims.citations.details import any_near, details_of
from magnesim.claims.citations.people import people_problem
from magnesim.claims.citations.stretched import cause_problem, size_problem
from magnesim.claims.citations.studies import (
    Study,
    designs,
    is_told_null,
    nulls_in_notes,
    rests_on_as_null,
    topics,
    topics_said,
)
from magnesim.claims.citations.words import spotted
from magnesim.claims.labels import Labels
from magnesim.claims.quick import QuickList, quick
from magnesim.claims.tables import rows

_BENEFIT = frozenset(("improves", "increases", "decreases"))


def overstatement(study: Study, text: str, labels: Labels) -> str:
    """What of a faithful source was stretched: people, salt, size, certainty or its result."""
    if study.design == "guideline":
        return _null_told_as_benefit(study, text, labels)
    return next(filter(None, (check(study, text, labels) for check in _CHECKS)), "")


def _certainty_problem(study: Study, text: str, labels: Labels) -> str:
    """Proved, always or everyone, told of a study that is not of low risk of bias."""
    found = spotted("absolute", text)
    if not found or labels.strength == "negated" or study.row["risk_of_bias"] == "low":
        return ""
    bias = f"risk of bias {study.row['risk_of_bias']}"
    size = f"{min(study.sizes)} people, " if study.sizes and study.design in designs("trial") else ""
    return f'"{found.group()}" says more than {study.name} can carry ({size}{bias}).'


def named_topics(text: str, labels: Labels) -> list[str]:
    """The topic of a claim and the other outcomes that its sentence names."""
    others = [name for _, name in topics_said().found(text)]
    return [labels.topic, *(name for name in others if name != labels.topic)]


def _null(row: Mapping[str, Any]) -> bool:
    """Whether a comparison found no difference."""
    if row["null_without_numbers"] or is_told_null(row):
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
    compared = [
        row for row in study.contrasts
        if row["outcome"] in own and row["effect_type"] != "within_md"
        and row["treatment_arm"] != row["control_arm"]
    ]  # fmt: skip
    mixed = {arm["arm_id"] for arm in study.arms if arm["cointervention"]}
    alone = [row for row in compared if row["treatment_arm"] not in mixed]
    return alone or compared


def _null_told_as_benefit(study: Study, text: str, labels: Labels) -> str:
    """No difference between the arms told as one."""
    what = _null_outcome(study, text, labels)
    if what and study.design == "guideline":
        return f"{study.name} does not speak for magnesium in {what}."
    return f"{study.name} found no difference between magnesium and control in {what}." if what else ""


def found_nothing(study: Study, text: str, labels: Labels) -> bool:
    """Whether a study found nothing, or the opposite, of the benefit that it is credited with."""
    if labels.strength == "negated":
        return False
    if _null_outcome(study, text, labels):
        return True
    compared = _between(study, labels.topic)
    return bool(compared) and all(row["favours_magnesium"] == "no" for row in compared)


@cache
def _outcome_words() -> QuickList[str]:
    return QuickList(
        (quick(row["said"], re.IGNORECASE), row["outcome"]) for row in rows("citations/outcome_words")
    )


def _named(text: str, measured: Mapping[str, Any]) -> set[str]:
    """The outcomes that a sentence names of those that a study compared; all where it names none."""
    named = {name for _, name in _outcome_words().found(text) if name in measured}
    return named or set(measured)


def _is_null_in_words(study: Study, topic: str) -> bool:
    """Whether the tables tell in words, without a comparison, that a study found nothing on a topic."""
    rule = topics().get(topic)
    if rule is None or any(row["outcome"] in rule.outcomes for row in study.contrasts):
        return False
    if topic in nulls_in_notes(study.id):
        return True
    unprinted = study.design in designs("trial") and not rule.outcomes & study.measured
    return unprinted and study.id in rests_on_as_null(topic)


def _null_outcome(study: Study, text: str, labels: Labels) -> str:
    """The outcome told as a benefit in which the arms did not differ, or empty."""
    if labels.direction not in _BENEFIT or labels.strength == "negated":
        return ""
    if _is_null_in_words(study, labels.topic):
        return labels.topic.replace("_", " ")
    for topic in named_topics(text, labels):
        per_outcome: dict[str, list[dict[str, Any]]] = {}
        for row in _between(study, topic):
            per_outcome.setdefault(str(row["outcome"]), []).append(row)
        per_outcome = {name: per_outcome[name] for name in sorted(_named(text, per_outcome))}
        # on the topic itself one outcome in favour is enough; of a side topic a single null is one too many
        null = [name for name, group in per_outcome.items() if _speaks_null(group, topic != labels.topic)]
        if null and (len(null) == len(per_outcome) or topic != labels.topic):
            return null[0].replace("_", " ")
    return ""


def _speaks_null(compared: list[dict[str, Any]], strict: bool) -> bool:
    return any(map(_null, compared)) if strict else all(map(_null, compared))


def _benefit_told_as_null(study: Study, _text: str, labels: Labels) -> str:
    """A difference between the arms told as none."""
    if labels.direction != "no_effect":
        return ""
    compared = _between(study, labels.topic)
    clear = [
        row
        for row in compared
        if not _null(row) and (row["ci_low"] is not None or row["p_value"] is not None)
    ]
    if compared and len(clear) == len(compared) and all(row["favours_magnesium"] == "yes" for row in clear):
        return f"{study.name} did find a difference in {str(clear[0]['outcome']).replace('_', ' ')}."
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
    told = details_of(text, labels)
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
    people_problem,
    cause_problem,
    size_problem,
)
"""In the order in which they are asked."""
