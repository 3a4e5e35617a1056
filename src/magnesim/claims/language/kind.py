"""Sections 1 and 2: whether a sentence claims anything, and of which kind; its topic goes with it.

The first kind that fits wins: not a claim, promotional, advice, citation, then the kind of the topic. What
sets a dose and what credits a source stand in `dose_words` and `credits`.
"""

from __future__ import annotations

import re
from functools import cache

from magnesim.claims.language.credits import credits_source
from magnesim.claims.language.dose_words import sets_dose
from magnesim.claims.language.sentence import Sentence
from magnesim.claims.language.terms import WORD, kind_of
from magnesim.claims.language.topic import GROUPS, best_of, topic_of_lead, topic_scores
from magnesim.claims.tables import rows

_START = re.compile(
    r"^\W*(?:(?:please|always|do|just|simply|first|then|so|and|but|instead|better|ideally|if in doubt"
    r"|as a rule|also|next|either way|otherwise|to be safe|safety first|whatever you do|for safety"
    r"|in any case|at first|finally|never|don't|do not|only|start low|remember to|be sure to|make sure to"
    r"|make sure you|you should|you could|you can|we suggest|we recommend|we advise|i would|try to)[ ,:]+)*"
)
_CONDITION = re.compile(
    r"^\W*(?:if|when|before|unless|for|once|in case|should you|after|with|until|as soon as|until)\b"
    r"[^,]*, (?:please |always |first |do |never |don't |just |only )*"
)
_LAST_PART = re.compile(
    r"(?:[?:;!]|\. | {2,}|, (?:then|and) )\s*(?:please |always |do |just |never |don't |so |then )*"
)
SILENT = ("not_a_claim", "promotional", "advice")
"""Kinds of which nothing more is asked."""


def kind_and_topic(s: Sentence) -> tuple[str, str]:
    """Kind and topic by the rules in their order."""
    imperative = _is_imperative(s)
    dose = sets_dose(s, imperative)
    scores = topic_scores(s, imperative, dose)
    best = best_of(scores)
    return _without_claim(s, best, imperative, dose) or _of_claim(s, best, dose)


def _without_claim(s: Sentence, best: str | None, imperative: bool, dose: bool) -> tuple[str, str] | None:
    """Kind and topic of what is not to be judged, or None."""
    replaced = best == "treatment_replacement"
    if _other_magnesium(s):
        return "not_a_claim", "off_topic"
    if _is_promotional(s) and not replaced:
        return "promotional", "product_quality"
    advice = (imperative or s.has("should_see")) and not dose and not replaced
    if not advice:
        nothing = _nothing_claimed(s)
        return ("not_a_claim", nothing) if nothing else None
    if _is_safety_advice(s, best):
        return None
    return "advice", "clinician_advice" if s.has("clinician", "test") else "none"


def _of_claim(s: Sentence, best: str | None, dose: bool) -> tuple[str, str]:
    """Kind and topic of a claim; what names no topic is a claim only if magnesium is said to do something."""
    if (
        best is None
        and s.lead_has_magnesium
        and s.has("study", "study_plural_only", "state", "no_effect", "place")
    ):
        best = topic_of_lead(s)
    if best is None:
        if s.has_magnesium and credits_source(s):
            return "citation", "other_outcome"
        if s.has_magnesium and s.has("improve", "worsen"):
            return "effect", "other_outcome"
        return "not_a_claim", _elsewhere(s)
    kind = "dose" if best in GROUPS and (dose or s.amount) else kind_of(best)
    if kind != "dose" and best != "regulation" and credits_source(s):
        return "citation", best
    return kind, best


def _elsewhere(s: Sentence) -> str:
    return "none" if s.has_magnesium else "off_topic"


# ---------------------------------------- requests


@cache
def _imperatives() -> frozenset[str]:
    """Words that begin a request."""
    (terms,) = [row["terms"] for row in rows("language/cues") if row["cue"] == "imperative"]
    return frozenset(term.strip().rstrip("_") for term in terms.split(";"))


def _is_imperative(s: Sentence) -> bool:
    """Whether the sentence, or a part of it, begins as a request."""
    heads = (pattern.match(s.text) for pattern in (_START, _CONDITION))
    places = [found.end() for found in (*heads, *_LAST_PART.finditer(s.text)) if found]
    words = (WORD.match(s.text, place) for place in places)
    return any(word is not None and word.group() in _imperatives() for word in words)


def _is_safety_advice(s: Sentence, best: str | None) -> bool:
    """Advice on who must not take it, on a medicine or on a side effect is a statement on safety."""
    if best is None or kind_of(best) not in ("safety", "dose"):
        return False
    if best == "drug_interaction":
        return s.says("spacing_or_mixing") and (not s.has("clinician") or s.at("see") > 0)
    if best in GROUPS:
        return not s.has("clinician")
    if best == "general_safety":
        return not s.has("clinician", "see")
    return best in ("kidney_disease", "gi_side_effects", "toxicity", "laxative_effect")


# ---------------------------------------- no claim


def _nothing_claimed(s: Sentence) -> str | None:
    """The topic of a sentence that claims nothing, or None."""
    title = _is_title(s)
    if s.text.rstrip(" \"')").endswith("?"):
        return "none" if s.has_magnesium or not s.text.strip() else "off_topic"
    if title and s.says("question_word"):
        return "none"
    if s.has("nav") and (s.at("nav") < 25 or not s.text.rstrip().endswith((".", "!"))):
        return "none"
    if not s.has_magnesium and _speaks_of_other_things(s):
        return "off_topic"
    if s.has("definition") and not _says_more(s):
        return "none"
    return _elsewhere(s) if title and not s.has("verb") else None


def _other_magnesium(s: Sentence) -> bool:
    """The metal, an excipient or a drip, unless something is said of magnesium by mouth as well."""
    return "magnesium stearate" in s.text or (s.has("metal", "drip") and not s.has("oral"))


def _says_more(s: Sentence) -> bool:
    """Whether a definition goes on to claim something."""
    return s.has("definition_more") and bool(s.hits) and s.at("definition_more") > s.at("definition")


def _is_title(s: Sentence) -> bool:
    """Whether words without a known verb look like a heading: not ended as a sentence, or very short."""
    words = len(s.text.split())
    ended = s.text.rstrip(" \"')").endswith((".", "!"))
    return (words < 14 and not ended) or words < 3 or (":" in s.text and words < 10)


def _speaks_of_other_things(s: Sentence) -> bool:
    """Whether a sentence that does not name magnesium is about something else altogether.

    Elliptical sentences of a magnesium article ("HDL rises a little", "Half of us fall short") stay claims.
    """
    told = s.has("study", "study_plural_only") or (s.has("place") and s.has("reported"))
    if told and (s.hits or s.lead_has_magnesium) and not s.has("substance"):
        return False
    if not s.hits and not s.has("dose_verb", "drug"):
        return True
    if s.has("other_mineral") or s.at("substance") < 20:
        return not _is_elliptical(s)
    if s.at("other_subject") < (9 if s.lead_has_magnesium else 30):
        return not s.has("oral") and not _is_elliptical(s)
    return False


def _is_elliptical(s: Sentence) -> bool:
    """Whether a measured thing is said to change, as after a magnesium lead-in."""
    return s.says("measured_first") and s.says("change") and not s.says("other_causes")


def _is_promotional(s: Sentence) -> bool:
    """Praise, a call to buy, or a personal story; promises of treatment are judged by content."""
    if s.says("call_to_buy"):
        return True
    if s.has("promo_strong"):
        return not s.says("treats") and not s.says("about_trade")
    personal = s.has("first_person") and not s.text.rstrip().endswith("?")
    return personal and ('"' in s.text or not s.says("doctor_speaks"))
