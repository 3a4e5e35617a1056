"""Rule 4, refuted: what is said of the evidence, figures that the tables contradict, and absolutes.

A statement about the state of the evidence (section 2) is supported if right and refuted if wrong. A figure
is wrong beyond rounding, 15 %. An absolute is refuted where the evidence is null or contrary, and not
supported where it is merely low, mixed or missing; absolute negations alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from magnesim.claims.labels import Verdict
from magnesim.claims.quick import quick
from magnesim.claims.tables import rows
from magnesim.claims.verdicts.figures import Number
from magnesim.claims.verdicts.ladder import ladder
from magnesim.claims.verdicts.said import Said, say

ROUNDING = 0.15
"""A figure within 15 % of the printed one is rounding, not an error."""
OPEN_TO_ABSOLUTES = ("ladder", "pathway", "marker", "authorised", "refused", "timing")
OPEN_TO_EVIDENCE = (*OPEN_TO_ABSOLUTES, "form")
"""Ways of judging (`topic_evidence.csv`) of which evidence, or an absolute, may be told."""

Fact = dict[str, str]
_AT_LEAST = re.compile(r"more than |over |above |at least |upwards of |no fewer than |no less than ")
_IN_A_BRACKET = re.compile(r"\w*\s*[(:=]\s*(?:about |around |roughly |some |~|≈)?")
_AT_MOST = re.compile(r"less than |under |below |fewer than ")


def within(value: float, low: float, high: float) -> bool:
    """Whether a figure lies in a range, give or take rounding."""
    return low * (1 - ROUNDING) <= value <= high * (1 + ROUNDING)


# ---------------------------------------- the state of the evidence


def state_of_evidence(said: Said) -> Verdict | None:
    """A statement about the evidence, held against where the ladder stands."""
    if said.labels.kind == "citation" or said.labels.direction not in ("unclear", "no_effect"):
        return None
    if said.says("finding_in_spite"):
        return None  # "evidence is limited, but data point to a fall": a hedged claim
    told = said.says("state_of_evidence") or said.says("strong_evidence")
    if not told or said.row["judged"] not in OPEN_TO_EVIDENCE:
        return None
    if said.row["judged"] == "form" and said.says("better"):
        return None  # one salt not shown to be ahead of another: the comparisons know
    rung = ladder(said)
    right = _state_is_right(said, rung.verdict)
    return say(said, "supported" if right else "refuted", f"On the state of the evidence: {rung.because}.")


def _state_is_right(said: Said, verdict: str) -> bool:
    """Whether what is said of the evidence fits the verdict of the ladder."""
    if said.says("strong_evidence") and not said.says("denies_evidence"):
        return verdict == "supported"
    if said.says("untested"):
        return verdict in ("insufficient", "mechanism_only") or _denies_quality(said, verdict)
    if said.says("conflict"):
        return verdict in ("mixed", "insufficient", "supported_low_certainty")
    return verdict != "supported"


def _denies_quality(said: Said, verdict: str) -> bool:
    """`No good evidence` may be right where `no trial` is wrong."""
    if said.says("good_evidence"):
        return verdict != "supported"
    return verdict == "not_supported" and not said.says("trial_or_test")


# ---------------------------------------- figures


@cache
def _facts(topic: str) -> tuple[Fact, ...]:
    """Facts on a topic or, as `topic:salt`, on one salt."""
    return tuple(row for row in rows("verdicts/physiology_facts") if row["topic"] == topic)


def figures_checked(said: Said) -> Verdict | None:
    """A figure that the tables contradict, or bear out."""
    if not said.numbers or said.labels.kind == "citation":
        return None
    facts = _facts(said.labels.topic) + _facts(f"{said.labels.topic}:{said.labels.form}")
    facts = tuple(fact for fact in facts if not (fact["unless"] and quick(fact["unless"]).search(said.text)))
    if not facts:
        return None
    meant = ((number, _meant(said, number, facts)) for number in said.numbers)
    known = [(fact, _agrees(said, number, fact)) for number, fact in meant if fact is not None]
    if wrong := next((fact for fact, good in known if not good), None):
        return say(said, "refuted", f"The figure is wrong: {wrong['what']} {_range(wrong)}.")
    if not known or said.row["judged"] == "ladder":
        return None
    fact = known[0][0]
    # "do not reach the requirement" and "no fewer than" negate nothing of the figure
    figure_stands = said.labels.topic in ("status_test", "deficiency_prevalence") or said.says("at_least")
    denied = said.negated and not figure_stands
    because = f"The figure agrees: {fact['what']} {_range(fact)}."
    return say(said, "refuted" if denied else "supported", because)


def _range(fact: Fact) -> str:
    ends = fact["low"] if fact["low"] == fact["high"] else f"{fact['low']} to {fact['high']}"
    return f"{ends} {fact['unit']}".strip()


def _meant(said: Said, number: Number, facts: tuple[Fact, ...]) -> Fact | None:
    """The fact whose words stand nearest to a figure, of several the one that it fits; None where none."""
    near = [(gap, fact) for fact in facts for gap in _gaps(said, number, fact) if fact["unit"] == number.unit]
    closest = min((gap for gap, _ in near), default=0)
    nearest = [fact for gap, fact in near if gap <= closest]
    fitting = (fact for fact in nearest if within(number.value, float(fact["low"]), float(fact["high"])))
    return next(fitting, nearest[0] if nearest else None)


def _gaps(said: Said, number: Number, fact: Fact) -> Iterator[int]:
    """Characters between a figure and the words of a fact; words before it count as 12 further away.

    A figure in a bracket right behind its word, "bone (50 %)", belongs to that word.
    """
    if not fact["words"]:
        yield 500
        return
    for found in quick(fact["words"]).finditer(said.text):
        if found.start() >= number.start:
            yield max(found.start() - number.end, 0)
        elif _IN_A_BRACKET.fullmatch(said.text[found.end() : number.start]):
            yield 0
        else:
            yield max(number.start - found.end(), 0) + 12


def _agrees(said: Said, number: Number, fact: Fact) -> bool:
    """Whether a figure fits a fact; `more than` and `less than` leave room on one side."""
    low, high, value = float(fact["low"]), float(fact["high"]), number.value
    before = said.before(number, 22)
    if within(value, low, high):
        return True
    if _AT_LEAST.search(before):
        return low * 0.7 <= value <= high * (1 + ROUNDING)
    if _AT_MOST.search(before):
        return low * (1 - ROUNDING) <= value <= max(3 * high, high * 1.3)
    return False


# ---------------------------------------- absolutes


def absolute(said: Said) -> Verdict | None:
    """Cures, always, never, everyone, only, as good as a drug."""
    if not _is_absolute(said):
        return None
    rung = ladder(said)
    if said.denied:
        if rung.verdict == "not_supported":
            return None
        wrong = "refuted" if rung.verdict == "supported" else "not_supported"
        return say(said, wrong, f"An absolute denial beyond the evidence: {rung.because}.")
    contrary = rung.verdict in ("not_supported", "supported") or said.row["absolute"] == "refuted"
    wrong = "refuted" if contrary and said.row["judged"] != "refused" else "not_supported"
    return say(said, wrong, f"An absolute beyond the evidence: {rung.because}.")


def _is_absolute(said: Said) -> bool:
    """Whether an absolute is said of an effect: not of safety, facts or salts, and not itself denied."""
    kind = said.labels.kind
    if said.row["judged"] not in OPEN_TO_ABSOLUTES or kind in ("safety", "status", "form"):
        return False
    if not said.says("absolute") or said.says("not_absolute"):
        return False
    if kind == "citation" and said.says("news_for_every"):
        return False
    if said.negated and not said.says("never_or_nobody"):
        return False
    return kind != "mechanism" or said.says("absolute_of_mechanism")
