"""Section 4: what the exposure is said to do, how firmly, and of which salt.

How a topic is read stands in `topics.csv`: a `fact` has no direction, a `harm` worsens, what is `measured`
increases or decreases, and what is `felt` improves or worsens.
"""

from __future__ import annotations

import re

from magnesim.claims.language.sentence import NOWHERE, Sentence, says
from magnesim.claims.language.terms import kind_of, topic_table
from magnesim.claims.language.topic import GROUPS
from magnesim.claims.tables import patterns

FEWER_IS_THE_POINT = ("fracture", "cardiovascular_risk", "inflammation", "body_weight")
"""Measured topics of which any word of decrease speaks of the topic itself."""
BETTER_WHEN = {
    "blood_pressure": "decreases", "body_weight": "decreases", "oxidative_stress": "decreases",
    "inflammation": "decreases", "fracture": "decreases", "cardiovascular_risk": "decreases",
    "bone_density": "increases", "vitd_level": "increases", "mg_level_response": "increases",
}  # fmt: skip
"""Where something measured goes if it is said to get better."""
_ASIDE = re.compile(r"(?:,| -|\() ?(?:not|no|never|although|though|even if|rather than)\b[^,]*(?:,|\)|$)")
_CONDITION_FIRST = re.compile(r"^\W*(?:if|when|for (?:people|women|those) who)\b[^,]*,")


def form_of(s: Sentence) -> str:
    """The salt named first, unless the words bear another mineral's salt."""
    if not s.forms or s.has("other_mineral"):
        return "any"
    return min(s.forms, key=lambda name: s.forms[name])


def direction_of(s: Sentence, kind: str, topic: str, strength: str) -> str:
    """What the exposure is said to do."""
    reads = topic_table()[topic][2]
    only_design = kind == "citation" and not s.hits and not s.has_magnesium
    if s.has("state") or only_design:
        return "unclear"
    if reads == "fact" or topic in GROUPS:
        return _of_fact(s, kind, topic, strength)
    if _denies_difference(s, topic, strength):
        return "no_effect"
    if kind == "dose":
        return "improves" if s.has("timing_frame") and s.says("best") else "unclear"
    if reads == "harm":
        return _harm(s, topic)
    return _rise_or_fall(s, kind, topic) if reads == "measured" else _better_or_worse(s, kind)


def _of_fact(s: Sentence, kind: str, topic: str, strength: str) -> str:
    """A fact has no direction, unless it denies what magnesium does in the body, or harm to a group."""
    if kind == "mechanism" and strength == "negated":
        return "no_effect"
    harmless = topic in GROUPS and kind == "safety" and s.has("no_effect") and not s.says("not_fit")
    return "no_effect" if harmless else "unclear"


def _harm(s: Sentence, topic: str) -> str:
    """Harm caused, spared, or only told to be acted on."""
    if s.says("side_effect_first"):
        return "unclear"
    if topic == "gi_side_effects" and s.says("fewer_complaints"):
        return "improves"
    caused = s.has("worsen") or topic in ("gi_side_effects", "deficiency_signs")
    return "worsens" if caused else "unclear"


def _denies_difference(s: Sentence, topic: str, strength: str) -> bool:
    """Whether an effect or a harm is denied."""
    if strength == "negated" or (s.has("no_effect") and s.says("without_difference")):
        return True
    if topic == "general_safety" and s.says("fit_for"):
        return True
    return topic in ("general_safety", "gi_side_effects") and s.has("no_effect") and not s.has("worsen")


def _rise_or_fall(s: Sentence, kind: str, topic: str) -> str:
    """Increase or decrease of something measured: the change named first, seen from the thing measured."""
    if topic in ("drug_interaction", "kidney_disease") and s.says("apart_or_advice"):
        return "unclear"
    told_last = patterns("language/patterns")["lower_than"].search(s.text)
    if topic == "laxative_effect" or (told_last and told_last["change"] in ("higher", "more")):
        return "increases"
    up, down = s.at("up"), s.at("down")
    if up == down == NOWHERE:
        return _without_change_word(s, kind, topic)
    if told_last or (topic in FEWER_IS_THE_POINT and down < NOWHERE):
        return "decreases"
    if topic == "blood_pressure" and s.says("improvement"):
        return "decreases"
    return "increases" if up < down else "decreases"


def _without_change_word(s: Sentence, kind: str, topic: str) -> str:
    """Of something measured of which no rise or fall is named."""
    if kind == "mechanism":
        return "unclear"
    better = _better_or_worse(s, kind)
    if better == "unclear" or topic not in BETTER_WHEN:
        return better
    rises = (BETTER_WHEN[topic] == "increases") == (better == "improves")
    return "increases" if rises else "decreases"


def _better_or_worse(s: Sentence, kind: str) -> str:
    """Improvement or worsening of something felt."""
    if s.has("lack") and not s.has("unlack"):
        return "unclear" if kind == "mechanism" and not s.hits else "worsens"
    if kind == "mechanism":
        return "worsens" if s.has("worsen") else "unclear"
    if kind not in ("effect", "citation") and not s.has("improve", "worsen"):
        return "unclear"
    # an outcome asserted of magnesium without any word of harm is a promise, whatever verb it wears
    start, end = s.cues.get("worsen", (NOWHERE, NOWHERE))
    names_patients = s.text[start:end].startswith(("symptom", "sign")) and s.has("improve")
    return "improves" if names_patients or s.at("improve") <= start else "worsens"


def strength_of(s: Sentence, kind: str, topic: str) -> str:
    """Whether the sentence denies, hedges or asserts."""
    if s.has("state"):
        if s.says("but_may"):
            return "hedged"
        return "negated" if s.says("told_of_trials") else "asserted"
    if s.has("negation") and _denies(s):
        return "negated"
    of_safety = kind in ("safety", "dose") or kind_of(topic) in ("safety", "dose")
    permits = of_safety and s.has("permission") and s.at("permission") <= s.at("hedge")
    # signs that point to a lack are told for certain
    points = topic == "deficiency_signs" and s.text[slice(*s.cues.get("hedge", (0, 0)))].startswith("point")
    return "hedged" if s.has("hedge") and not permits and not points else "asserted"


def _denies(s: Sentence) -> bool:
    """Whether a denial is of the main statement, not a prohibition or a side remark."""
    rest = s.text
    if s.has("lack") and s.at("lack") < s.at("negation"):
        # "without enough magnesium nerves cannot ..." tells what lack does
        return False
    if s.has("not_denial"):
        start, end = s.cues["not_denial"]
        rest = rest[:start] + " " + rest[end:]
    return says("denial", _CONDITION_FIRST.sub(" ", _ASIDE.sub(" ", rest)))
