"""Sections 1 and 2: whether a sentence claims anything, and of which kind; its topic goes with it.

The first kind that fits wins: not a claim, promotional, advice, citation, then the kind of the topic. What
sets a dose and what credits a source stand in `dose_words` and `credits`.
"""

from __future__ import annotations

import re

from magnesim.claims.language.credits import credits_source
from magnesim.claims.language.dose_words import sets_dose
from magnesim.claims.language.predicate import begins_request, has_finite_verb, has_predicate, is_ended
from magnesim.claims.language.sentence import Sentence, says
from magnesim.claims.language.sources import topic_of_study
from magnesim.claims.language.terms import kind_of
from magnesim.claims.language.topic import GROUPS, best_of, topic_of_lead, topic_scores
from magnesim.claims.language.votes import voted_topic
from magnesim.claims.tables import patterns

_START = re.compile(
    r"^\W*(?:(?:please|always|do|just|simply|first|then|so|and|but|instead|better|ideally|if in doubt"
    r"|as a rule|also|next|either way|otherwise|to be safe|safety first|whatever you do|for safety"
    r"|in any case|at first|finally|never|don't|do not|only|start low|remember to|be sure to|make sure to"
    r"|make sure you|you should|you could|you can|we suggest|we recommend|we advise|i would|try to)[ ,:]+)*"
)
_CONDITION = re.compile(
    r"^\W*(?:if|when|before|unless|for|once|in case|should you|after|with|until|as soon as|until)\b"
    r"[^,]*, (?:please |always |first |do |never |don't |just |only )*"
    r"|^\W*(?:for|against|with) (?:\w+ ){1,3}(?=(?:take|try|use|swallow|add|choose)\b)"
)
_CAUSE = re.compile(r"^\W*(?:because|since|as) [^,]*, ")
_LAST_PART = re.compile(
    r"(?:[?:;!]|\. | {2,}|, (?:then|and) )\s*(?:please |always |do |just |never |don't |so |then )*"
)
LONG_TITLE, LONG_SLOGAN = 14, 10
"""Words of a heading that is not ended as a sentence, and of a slogan that is."""
PROMISED = ("effect", "mechanism", "safety")
"""Kinds of topics that a request with a result in it makes a claim of."""
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
    if _other_magnesium(s) and best != "elemental_content":
        return "not_a_claim", "off_topic"
    if _is_navigation(s):
        return "not_a_claim", "none"
    if _is_promotional(s) and not replaced and not _is_question(s):
        return "promotional", "product_quality"
    advice = (imperative or s.has("should_see")) and not dose and not replaced and not s.says("no_need")
    if advice and s.has_magnesium and s.says("result_promised") and not s.has("clinician", "test"):
        # "drop a dress size with magnesium" promises something
        advice = best is None or kind_of(best) not in PROMISED
    if not advice:
        nothing = _nothing_claimed(s, best, dose)
        return ("not_a_claim", nothing) if nothing else None
    if _is_safety_advice(s, best) or (best in GROUPS and not imperative):
        return None
    return "advice", "clinician_advice" if s.has("clinician", "test") else "none"


def _of_claim(s: Sentence, best: str | None, dose: bool) -> tuple[str, str]:
    """Kind and topic of a claim; what names no topic is a claim only if magnesium is said to do something."""
    if best is None and s.says("talk") and not s.has("study", "state", "no_effect"):
        return "not_a_claim", "none"
    if best is None and s.context_has_magnesium and (s.has_magnesium or _tells_result(s)):
        best = topic_of_lead(s)
    if best is None and (s.has("magnesium") or s.forms):
        best = _topic_by_default(s)
        kind_of_default = kind_of(best) if best else ""
        if kind_of_default == "dose" and best is not None:
            return "dose", best
    if best is None:
        return _without_topic(s)
    told_when = dose and not s.has("clinician", "safety_word")
    kind = "dose" if best in GROUPS and (told_when or s.amount) else _kind_here(s, best)
    if kind != "dose" and best != "regulation" and credits_source(s):
        return "citation", best
    return kind, best


def _topic_by_default(s: Sentence) -> str | None:
    """The topic of what no term names: an amount a day, two salts compared, or what single words vote for."""
    if s.amount and s.says("amount_a_day"):
        return "supplement_dose"
    return voted_topic(s) or ("bioavailability_by_form" if len(s.forms) > 1 else None)


def _tells_result(s: Sentence) -> bool:
    """Whether a study or the state of the evidence is told of."""
    return s.has("study", "study_plural_only", "state", "no_effect", "place")


def _kind_here(s: Sentence, topic: str) -> str:
    """The kind of a topic, or the kind that the predicate turns it into."""
    if topic == "vascular_function" and s.says("vessel_tone") and not s.says("vessel_measured"):
        return "mechanism"
    if topic == "nerve_excitability" and says("visible_sign_first", _CAUSE.sub("", s.text)):
        return "effect"
    if kind_of(topic) == "effect" and s.says("persons_low_in"):
        return "status"
    if topic == "calcium_magnesium_relation":
        if s.says("uptake"):
            return "form"
        if s.says("status_told"):
            return "status"
    return kind_of(topic)


def _without_topic(s: Sentence) -> tuple[str, str]:
    """Of what names no topic: a claim all the same if something is said of magnesium."""
    if credits_source(s) and (s.has_magnesium or (s.says("design_told") and not s.has("substance"))):
        return "citation", topic_of_study(s.original) or "other_outcome"
    if not s.has_magnesium:
        return "not_a_claim", "off_topic"
    named = s.has("magnesium") or bool(s.forms)
    if s.has("improve", "worsen") or (named and has_predicate(s)):
        return "effect", "other_outcome"
    return "not_a_claim", "none"


def _elsewhere(s: Sentence) -> str:
    return "none" if s.has_magnesium else "off_topic"


# ---------------------------------------- requests


def _is_imperative(s: Sentence) -> bool:
    """Whether the sentence, or a part of it, begins as a request."""
    if (":" in s.text or ";" in s.text) and s.says("statement_after_colon"):
        return False
    heads = (pattern.match(s.text) for pattern in (_START, _CONDITION))
    places = [found.end() for found in (*heads, *_LAST_PART.finditer(s.text)) if found]
    return any(begins_request(s.text, place) for place in places)


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
    if best == "kidney_disease" and s.has("test", "clinician") and not s.has("magnesium"):
        return False
    return best in ("kidney_disease", "gi_side_effects", "toxicity", "laxative_effect")


# ---------------------------------------- no claim


def _is_question(s: Sentence) -> bool:
    """Whether the words end as a question and no answer follows."""
    return s.text.rstrip(" \"')").endswith("?")


def _nothing_claimed(s: Sentence, best: str | None, dose: bool) -> str | None:
    """The topic of a sentence that claims nothing, or None."""
    if s.says("they") and says("clinicians", s.lead) and not s.has("magnesium"):
        return "none"
    title = _is_title(s)
    if _is_question(s):
        return "none" if s.has_magnesium or s.says("salt_or_product") else "off_topic"
    if title and s.says("question_word"):
        return "none"
    if not s.has_magnesium and not _leaves_it_unsaid(s, best, dose) and _speaks_of_other_things(s):
        return "off_topic"
    if s.has("definition") and best != "elemental_content" and not _says_more(s):
        return "none"
    short = title or len(s.text.split()) < LONG_SLOGAN
    return _elsewhere(s) if short and not has_predicate(s) else None


def _is_navigation(s: Sentence) -> bool:
    """Whether words only lead through the text: what follows, who wrote it, a call to share."""
    if s.says("lead_in_only") or s.says("byline"):
        return True
    return s.has("nav") and (s.at("nav") < 25 or not is_ended(s.text))


def _other_magnesium(s: Sentence) -> bool:
    """The metal, an excipient or a drip, unless something is said of magnesium by mouth as well."""
    return "magnesium stearate" in s.text or (s.has("metal", "drip") and not s.says("by_mouth"))


def _says_more(s: Sentence) -> bool:
    """Whether a definition goes on to claim something."""
    return s.has("definition_more") and bool(s.hits) and s.at("definition_more") > s.at("definition")


def _is_title(s: Sentence) -> bool:
    """Whether words look like a heading: a few, and not ended as a sentence."""
    return not is_ended(s.text) and len(s.text.split()) < LONG_TITLE


def _leaves_it_unsaid(s: Sentence, best: str | None, dose: bool) -> bool:
    """Whether a sentence without magnesium can only be of it: an amount or a time to take, a law."""
    named = s.has("substance", "other_mineral", "drug") or (s.has("other_subject") and not s.amount)
    return (dose and not named) or (best == "regulation" and not s.has("substance", "other_mineral"))


def _speaks_of_other_things(s: Sentence) -> bool:
    """Whether a sentence that does not name magnesium is about something else altogether.

    Elliptical sentences of a magnesium article ("HDL rises a little", "Half of us fall short") stay claims.
    """
    if not s.hits and s.says("design_told") and credits_source(s):
        return s.has("substance")
    told = s.has("study", "study_plural_only") or (s.has("place") and s.has("reported"))
    if told and (s.hits or s.context_has_magnesium) and not s.has("substance"):
        return False
    if s.says("about_a_person") or s.says("people_suffer") or (not s.hits and not s.has("dose_verb", "drug")):
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
    if (
        s.says("call_to_buy")
        or s.says("our_product")
        or (s.says("slogan_request") and not s.has("magnesium"))
    ):
        return True
    if _is_title(s) and not has_finite_verb(s.text) and not _is_imperative(s) and '"' not in s.text:
        return False
    if s.has("promo_strong") or patterns("language/patterns")["brand_name"].search(s.original):
        return not s.says("treats") and not s.says("about_trade")
    return _is_personal(s)


def _is_personal(s: Sentence) -> bool:
    """Whether somebody tells what became of them, rather than what they hear, know or advise."""
    if not s.has("first_person") or s.text.rstrip().endswith("?"):
        return False
    if '"' in s.text:
        return True
    if s.says("doctor_speaks") or s.says("says_of_others"):
        return False
    return s.says("own_experience") or s.has_magnesium or bool(s.hits)
