"""Section 3, topic: how strongly each topic is named in a sentence.

Outcome beats mechanism, specific beats general, first named beats later: weights stand in `topics.csv`, what
one topic does to another in `adjustments.csv`, and what needs more than that here.
"""

from __future__ import annotations

from functools import cache

from magnesim.claims.language.sentence import Hit, Sentence, says
from magnesim.claims.language.terms import kind_of, topic_table
from magnesim.claims.tables import patterns, rows

DOSE_ONLY = ("supplement_dose", "dose_timing")
GROUPS = ("children", "pregnancy_lactation")
GENERAL_FUNCTIONS = ("nervous_system_function", "muscle_function", "psychological_function")
LATE = 0.006
"""What a topic loses for every character before it, up to 150 characters."""

Scores = dict[str, float]


def plain_scores(s: Sentence) -> Scores:
    """How strongly each topic is named: weight, less for people described and for late mention."""
    inner = _swallowed(s.hits)
    scores: Scores = {}
    # what a question names only leads up to its answer
    answer = s.text.rfind("?")
    for index, hit in enumerate(s.hits):
        if index in inner:
            continue
        kind, weight, _ = topic_table()[hit.topic]
        late = min(hit.start, 150) * LATE + (1.5 if hit.start < answer else 0.0)
        people = 2.5 if kind in ("effect", "status") and _is_population(s.text, hit) else 0.0
        score = weight - late - people
        if score > scores.get(hit.topic, 0.0):
            scores[hit.topic] = score
    return scores


def _is_population(text: str, hit: Hit) -> bool:
    """Whether the words only say who the people are."""
    if says("people_before", text[max(0, hit.start - 60) : hit.start]):
        return True
    return hit.start > 0 and patterns("language/patterns")["people_after"].match(text, hit.end) is not None


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
    _adjust(s, scores)
    _effect_rule(s, scores)
    return scores


def best_of(scores: Scores) -> str | None:
    """The topic named most strongly."""
    return max(scores, key=lambda topic: scores[topic]) if scores else None


def topic_of_lead(s: Sentence) -> str | None:
    """The outcome that the text before spoke of: "a Norwegian trial found no benefit" is about that."""
    scores = plain_scores(Sentence.read(s.lead))
    return best_of(
        {topic: score for topic, score in scores.items() if kind_of(topic) in ("effect", "mechanism")}
    )


def _drug_rule(s: Sentence, scores: Scores) -> None:
    """A medicine with a word of interaction is an interaction; a replaced medicine is not."""
    if not s.has("drug"):
        scores.pop("drug_interaction", None)
        return
    if "treatment_replacement" in scores or ("laxative_effect" in scores and s.at("drug") > 20):
        return
    outcome = any(kind_of(topic) == "effect" and score > 4.5 for topic, score in scores.items())
    if (s.has("interaction") and not outcome) or s.says("interaction_verb"):
        scores["drug_interaction"] = 7.6


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
    if not dose:
        for topic in DOSE_ONLY:
            scores.pop(topic, None)
        return
    if not scores.keys() & {"requirement", "upper_limit"}:
        told, other = DOSE_ONLY if s.amount else DOSE_ONLY[::-1]
        scores[told] = 7.9 if imperative else 7.0
        scores.pop(other, None)
    for topic in ("requirement", "upper_limit"):
        if topic in scores:
            scores[topic] += 0.9


def _group_rule(s: Sentence, scores: Scores, dose: bool) -> None:
    """Children and pregnancy win in sentences on dose and safety, and nowhere else."""
    limits = bool(scores.keys() & {"requirement", "upper_limit", "general_safety"})
    for topic in GROUPS:
        warned = s.has("safety_word") and not any(kind_of(other) == "effect" for other in scores)
        named = s.has(topic) and (dose or limits or warned)
        if named or (topic in scores and (dose or limits or s.has("safety_word"))):
            scores[topic] = 8.6
        else:
            scores.pop(topic, None)


def _lack_rule(s: Sentence, scores: Scores) -> None:
    """Three signs of lack or more are signs in general; nerves that lack magnesium are irritable."""
    felt = [topic for topic in scores if kind_of(topic) == "effect" and topic != "deficiency_signs"]
    if s.has("lack") and not s.has("unlack") and len(felt) >= 3 and "," in s.text:
        scores["deficiency_signs"] = 7.4
    if "nerve_excitability" in scores and s.has("lack"):
        scores["nerve_excitability"] += 1.5


def _form_rule(s: Sentence, scores: Scores) -> None:
    """Uptake is of a salt only where a salt or a kind of product is named."""
    if "bioavailability_by_form" in scores and not s.forms and not s.has("product_type"):
        own = scores.pop("bioavailability_by_form")
        scores["absorption_general"] = max(own, scores.get("absorption_general", 0))
    elif "absorption_general" in scores and s.forms and "bioavailability_by_form" in scores:
        scores["bioavailability_by_form"] += 0.4
    if "elemental_content" in scores and not (s.forms or "elemental" in s.text or s.amount or "%" in s.text):
        scores["elemental_content"] -= 2


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
    if "other_outcome" in scores and len(scores) > 1:
        scores["other_outcome"] = min(scores["other_outcome"], 2.0)
    measured = any(topic_table()[topic][2] == "measured" for topic in special)
    if measured and s.has("up", "down") and "deficiency_prevalence" in scores:
        scores["deficiency_prevalence"] -= 2.0
