"""What of a result is stretched: a link told as a cause, and a size beyond what was found."""

from __future__ import annotations

import re
from typing import Any

from magnesim.claims.citations.studies import Study, designs, topics
from magnesim.claims.citations.words import spotted
from magnesim.claims.labels import Labels
from magnesim.claims.tables import rows
from magnesim.claims.verdicts.figures import Number, numbers_in, written_out

WATCHED = ("cohort", "cross_sectional")
SLACK = 1.15
"""A size is stretched from 15 % beyond the interval on: less is rounding."""
_SIZED = ("mmhg", "min", "points", "mmol/l", "mg/dl", "ng/ml", "mg/l")
"""Units in which the size of a result is told."""
_NO_TRIAL = re.compile(r"\bno (?:\w+ )?(?:RCTs?|trials?)\b")
_NO_CHANGE = re.compile(r"(?:over|above|below|under|from|least|than|between|baseline|level of|at) $")
"""Before a figure: a level of people, not a change."""


def cause_problem(study: Study, text: str, labels: Labels) -> str:
    """A link that was watched, told as an effect of magnesium."""
    pooled = study.design in designs("pool") and re.search(r"cohort|observational", study.told)
    tried = re.search(r"trial|RCT", _NO_TRIAL.sub(" ", study.told))
    watched = study.design in WATCHED or (pooled and not tried)
    causal = labels.direction in ("improves", "increases", "decreases") and labels.strength == "asserted"
    fact = any(
        row["judged"] == "fact" for row in rows("verdicts/topic_evidence") if row["topic"] == labels.topic
    )
    if not watched or not causal or fact or labels.kind == "status" or spotted("link", text):
        return ""
    return f"{study.name} watched people: it shows a link with magnesium, not that magnesium is the cause."


def size_problem(study: Study, text: str, labels: Labels) -> str:
    """A change larger than any that the study found on the topic, in the same unit."""
    plain = written_out(text.lower())
    told = [number for number in numbers_in(plain) if number.unit in _SIZED and _is_change(plain, number)]
    for unit in {number.unit for number in told}:
        found = _largest(study, labels.topic, unit)
        least = min(number.value for number in told if number.unit == unit)
        if found and least > found * SLACK:
            return f"{study.name} found at most {found:g} {unit}, not {least:g}."
    return ""


def _is_change(text: str, number: Number) -> bool:
    return not _NO_CHANGE.search(text, max(0, number.start - 20), number.start)


def _largest(study: Study, topic: str, unit: str) -> float:
    """The largest change between arms on a topic in a unit, or end of its interval; 0 if none is known."""
    rule = topics().get(topic)
    own = rule.outcomes if rule else frozenset()
    compared = [
        row for row in study.contrasts
        if row["outcome"] in own and row["effect_type"] == "md" and str(row["unit"] or "").lower() == unit
    ]  # fmt: skip
    return max((abs(float(value)) for row in compared for value in _ends(row)), default=0.0)


def _ends(row: dict[str, Any]) -> list[Any]:
    return [row[key] for key in ("estimate", "ci_low", "ci_high") if row[key] is not None]
