"""Section 3, topic: how strongly each topic is named in a sentence.

Outcome beats mechanism, specific beats general, first named beats later: weights stand in `topics.csv`, what
one topic does to another in `adjustments.csv`, and what needs more than that here.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from magnesim.claims.language.sentence import NOWHERE, Hit, Sentence, says
from magnesim.claims.language.terms import kind_of, topic_table
from magnesim.claims.tables import patterns, rows

SIGNS = ("nerve_excitability", "gi_side_effects", "other_outcome")
"""Topics beside the outcomes that can be a sign of lack."""
LEVELS = {"body_distribution", "deficiency_prevalence", "mg_level_response", "status_test"}
"""Topics of how much magnesium there is."""
INHERITED = ("effect", "mechanism")
"""Kinds of topics that a sentence may leave to the sentence before it."""
_CONDITION = re.compile(r"\A\W*(?:if|when|once|without|should)\b[^,]*, ")
DOSE_ONLY = ("supplement_dose", "dose_timing")
GROUPS = ("children", "pregnancy_lactation")
GENERAL_FUNCTIONS = ("nervous_system_function", "muscle_function", "psychological_function")
ASIDE = 2.0
"""What a topic loses in words that tell a cause ("by calming nerves") or what something is."""
PEOPLE = 2.5
"""What a topic loses in words that only say who the people are."""
LATE = 0.006
"""What a topic loses for every character before it, up to 150 characters."""

Scores = dict[str, float]


def plain_scores(s: Sentence) -> Scores:
    """How strongly each topic is named: weight, less for people described and for late mention."""
    inner = _swallowed(s.hits)
    scores: Scores = {}
    # what a question names only leads up to its answer
    answer = s.text.rfind("?")
    asides = [found.span() for found in patterns("language/patterns")["cause_or_aside"].finditer(s.text)]
    for index, hit in enumerate(s.hits):
        if index in inner:
            continue
        kind, weight, _ = topic_table()[hit.topic]
        late = min(hit.start, 150) * LATE + (1.5 if hit.start < answer else 0.0)
        inside = any(start <= hit.start < end for start, end in asides)
        score = weight - late - (ASIDE if inside else 0.0)
        best = scores.get(hit.topic, 0.0)
        if score > best and kind in ("effect", "status") and _is_population(s.text, hit):
            score -= PEOPLE
        if score > best:
            scores[hit.topic] = score
    return scores


def _is_population(text: str, hit: Hit) -> bool:
    """Whether the words only say who the people are."""
    table = patterns("language/patterns")
    return (
        table["people_before"].search(text, max(0, hit.start - 60), hit.start) is not None
        or table["persons"].search(text, max(0, hit.start - 12), hit.end) is not None
        or table["people_after"].match(text, hit.end) is not None
    )


def _swallowed(hits: list[Hit]) -> set[int]:
    """Hits that lie inside a longer unbroken hit of another topic, as "sleep" in "sleep hormone"."""
    wholes = [hit for hit in hits if hit.whole]
    return {
        index
        for index, hit in enumerate(hits)
        if any(
            other.topic != hit.topic
            and other.start <= hit.start
            and hit.end <= other.end
            and other.end - other.start > hit.end - hit.start
            for other in wholes
        )
    }


def topic_scores(s: Sentence, imperative: bool, dose: bool) -> Scores:
    """Topic scores after the rules that need more than one word."""
    scores = plain_scores(s)
    _drug_rule(s, scores)
    _dose_rule(s, scores, imperative, dose)
    _group_rule(s, scores, dose)
    _lack_rule(s, scores)
    _form_rule(s, scores)
    _uptake_rule(s, scores)
    _menopause_rule(s, scores)
    _adjust(s, scores)
    _effect_rule(s, scores)
    return scores


def best_of(scores: Scores) -> str | None:
    """The topic named most strongly."""
    return max(scores, key=lambda topic: scores[topic]) if scores else None


def topic_of_lead(s: Sentence) -> str | None:
    """The outcome last spoken of: "a Norwegian trial found no benefit" is about that."""
    texts = (s.lead, *reversed(s.before.split("\n")))
    return next(filter(None, map(_outcome_of, texts)), None)


@lru_cache(maxsize=256)
def _outcome_of(text: str) -> str | None:
    """The outcome that a text names most strongly."""
    scores = plain_scores(Sentence.read(text)) if text else {}
    return best_of({topic: score for topic, score in scores.items() if kind_of(topic) in INHERITED})


def _drug_rule(s: Sentence, scores: Scores) -> None:
    """A medicine with a word of interaction is an interaction; a replaced medicine is not."""
    if not s.has("drug"):
        scores.pop("drug_interaction", None)
        return
    if "treatment_replacement" in scores or ("laxative_effect" in scores and s.at("drug") > 20):
        return
    if s.says("like_a_drug"):
        scores.pop("drug_interaction", None)
        return
    outcome = any(kind_of(topic) == "effect" and score > 4.5 for topic, score in scores.items())
    if (s.has("interaction") and not outcome) or s.says("interaction_verb"):
        # when to take the two is told for the sake of the two
        scores["drug_interaction"] = 8.2 if s.has("magnesium") and not s.amount else 7.6
    elif "mg_losses" in scores and not s.says("like_a_drug"):
        # a medicine that drains magnesium is told of as a medicine
        scores["drug_interaction"] = scores["mg_losses"] + 0.5
    elif s.has("magnesium") and not scores:
        scores["drug_interaction"] = 7.0


def _dose_rule(s: Sentence, scores: Scores, imperative: bool, dose: bool) -> None:
    """Dose topics stand only where an amount or a time is set."""
    if "deficiency_prevalence" in scores:
        scores.pop("requirement", None)
        return
    harmed = scores.keys() & {"gi_side_effects", "toxicity"} and s.has("worsen") and not imperative
    if harmed and not s.says("ceiling"):
        # an amount that brings on complaints is told for the complaints
        scores.pop("upper_limit", None)
        dose = False
    if (
        not s.amount
        and not imperative
        and (_is_ratio(s) or scores.keys() & {"general_safety", "cell_division"})
    ):
        # what long use does, cells that split, and how much calcium to how much magnesium, set no dose
        dose = False
    if not dose:
        for topic in DOSE_ONLY:
            scores.pop(topic, None)
        return
    _product_rule(s, scores, imperative)
    if not scores.keys() & {"requirement", "upper_limit"}:
        told, other = DOSE_ONLY if s.amount or s.says("dose_varies") else DOSE_ONLY[::-1]
        scores[told] = 7.9 if imperative else 7.0
        scores.pop(other, None)
    for topic in ("requirement", "upper_limit"):
        if topic in scores:
            scores[topic] += 0.9


def _product_rule(s: Sentence, scores: Scores, imperative: bool) -> None:
    """An amount that comes in tablets is a supplement's, whatever need or limit it is held against."""
    if not s.amount:
        return
    if "requirement" in scores and s.says("in_tablets") and not s.says("official_intake"):
        del scores["requirement"]
    told_first = min(s.at("oral"), *s.forms.values(), NOWHERE) < s.amount.start()
    if "upper_limit" in scores and told_first and not imperative and s.says("within_the_limit"):
        del scores["upper_limit"]


def _is_ratio(s: Sentence) -> bool:
    """Whether calcium and magnesium are weighed against each other."""
    return "calcium" in s.text and s.says("ratio")


def _group_rule(s: Sentence, scores: Scores, dose: bool) -> None:
    """Children and pregnancy win in sentences on dose and safety, and nowhere else."""
    limits = bool(scores.keys() & {"requirement", "upper_limit", "general_safety"})
    if "general_safety" in scores and s.says("everyone"):
        scores.pop("children", None)
        scores.pop("pregnancy_lactation", None)
        return
    for topic in GROUPS:
        other = any(kind_of(one) in ("effect", "mechanism", "status", "form") for one in scores)
        told = s.has("safety_word") or (s.has("magnesium") and s.has("dose_verb", "permission", "clinician"))
        warned = not other and told
        above = s.amount is not None and topic == "children" and says("for_children", s.lead)
        given = above or (topic == "children" and s.amount and not s.says("result"))
        named = (s.has(topic) or above) and bool(dose or limits or warned or given)
        if named or (topic in scores and (dose or limits or s.has("safety_word"))):
            scores[topic] = 8.6
        else:
            scores.pop(topic, None)


def _lack_rule(s: Sentence, scores: Scores) -> None:
    """Three signs of lack or more are signs in general; nerves that lack magnesium are irritable."""
    felt = [topic for topic in scores if topic in SIGNS or kind_of(topic) == "effect"]
    signs = len(set(felt) - {"deficiency_signs"})
    enough = signs >= (1 if s.says("sign_word") else 2)
    many = enough and says("list_of_three", _CONDITION.sub("", s.text))
    listed = max(signs, s.text.count(",") + 2 if many else 0)
    if "deficiency_signs" in scores and s.says("sign_word"):
        scores["deficiency_signs"] += 0.5
    told_by_nerves = "nerve_excitability" in scores and "nerve" in s.text
    if s.has("lack") and not s.has("unlack") and listed >= 3 and "," in s.text and not told_by_nerves:
        scores["deficiency_signs"] = 7.6
    if "nerve_excitability" in scores and s.has("lack"):
        scores["nerve_excitability"] += 2.5


def _form_rule(s: Sentence, scores: Scores) -> None:
    """Uptake is of a salt only where a salt or a kind of product is named."""
    if "bioavailability_by_form" in scores and not s.forms and not s.has("product_type"):
        own = scores.pop("bioavailability_by_form")
        scores["absorption_general"] = max(own, scores.get("absorption_general", 0))
    if len(s.forms) > 1 and "mg_level_response" in scores:
        # two salts compared by what they do to blood or urine are compared by uptake
        scores["bioavailability_by_form"] = scores["mg_level_response"] + 0.5
    elif "absorption_general" in scores and "bioavailability_by_form" in scores:
        scores["bioavailability_by_form"] += 0.4 if s.forms or s.says("made_product") else 0.0
    if s.forms and s.says("amount_in_amount"):
        scores["elemental_content"] = 7.6
    if "elemental_content" in scores and not (s.forms or "elemental" in s.text or s.amount or "%" in s.text):
        scores["elemental_content"] -= 2


def _uptake_rule(s: Sentence, scores: Scores) -> None:
    """The predicate decides: what food or calcium does to uptake is uptake, not a source."""
    if not s.says("uptake"):
        return
    if "food_sources" in scores and "absorption_general" in scores:
        scores["absorption_general"] = scores["food_sources"] + 0.3
    if s.says("calcium_on_uptake") and not s.has("drug"):
        scores["calcium_magnesium_relation"] = 6.9


def _menopause_rule(s: Sentence, scores: Scores) -> None:
    """A level of magnesium after the menopause or by its hormone has a topic of its own."""
    status = scores.keys() & {
        "body_distribution",
        "deficiency_prevalence",
        "mg_level_response",
        "status_test",
    }
    outcome = any(kind_of(topic) == "effect" and score > 5.0 for topic, score in scores.items())
    levels = s.says("menopause_word") and s.says("level_word") and not s.has("oral") and not s.amount
    if levels and (status or not outcome):
        scores["mg_status_menopause"] = 7.5


@cache
def _adjustments() -> tuple[tuple[str, str, str, str, float | None], ...]:
    """Topic, the one beside it, the words for it and against it, and the points; None takes the topic out."""
    return tuple(
        (
            row["topic"],
            row["beside"],
            row["says"],
            row["unless"],
            float(row["points"]) if row["points"] else None,
        )
        for row in rows("language/adjustments")
    )


def _adjust(s: Sentence, scores: Scores) -> None:
    """What the topic beside it or certain words add to a topic or take from it."""
    for topic, beside, wanted, unless, points in _adjustments():
        if topic not in scores or (beside == "*" and len(scores) < 2):
            continue
        if beside not in ("", "*") and beside not in scores:
            continue
        if (wanted and not s.says(wanted)) or (unless and s.says(unless)):
            continue
        if points is None:
            del scores[topic]
        else:
            scores[topic] += points


def _effect_rule(s: Sentence, scores: Scores) -> None:
    """The special beats the general, and a measured change beats how common lack is."""
    special = [topic for topic in scores if kind_of(topic) == "effect" and topic_table()[topic][1] >= 5]
    for topic in GENERAL_FUNCTIONS if special else ():
        if topic in scores and topic not in special:
            scores[topic] -= 0.5
    if special and "status_test" in scores and not s.says("tested_in"):
        scores["status_test"] -= 3.0
    strong = any(scores[topic] > 3.5 for topic in special)
    if strong and "deficiency_prevalence" in scores:
        scores["deficiency_prevalence"] -= 1.2
    if strong and "food_sources" in scores:
        scores["food_sources"] -= 2.5
    if strong and "mg_level_response" in scores and s.says("goes_with"):
        scores["mg_level_response"] -= 2.0
    if "other_outcome" in scores and len(scores) > 1:
        scores["other_outcome"] = min(scores["other_outcome"], 2.0)
    measured = any(topic_table()[topic][2] == "measured" for topic in special)
    if measured and s.has("up", "down") and "deficiency_prevalence" in scores:
        scores["deficiency_prevalence"] -= 2.0
