"""What a sentence claims of magnesium: kind, topic, salt, direction and strength, by rules over word lists.

All words stand in `topics.csv`, `cues.csv` and `forms.csv`. Terms are separated by `;`, begin at the start
of a word and run on to any ending; `_` closes a word, `(a|b)` offers choices, ` ~ ` bridges up to seven
words. Every term is filed under the first letters it begins with, so a sentence is compared only with terms
that can stand in it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from magnesim.claims.labels import Labels

# ------------------------------------------------------------------------------------------------ word lists

_GAP = r"\w*(?:\W+\w+){0,7}?(?:\W+|(?=%))"
_KEY = 3
_WORD = re.compile(r"\w+|%")


@dataclass(frozen=True, slots=True)
class _Term:
    """One term: a plain beginning of words, or a pattern if it bridges or chooses."""

    group: str
    name: str
    literal: str
    closed: bool
    pattern: re.Pattern[str] | None

    def end(self, text: str, start: int) -> int:
        """Where the term ends if it stands at `start`, else -1."""
        if self.pattern is not None:
            match = self.pattern.match(text, start)
            return match.end() if match else -1
        if not text.startswith(self.literal, start):
            return -1
        end = start + len(self.literal)
        return -1 if self.closed and end < len(text) and (text[end].isalnum()) else end


def _rows(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _alternatives(term: str) -> list[str]:
    """The choices a term begins with, or the term itself."""
    if not term.startswith("("):
        return [term]
    depth, cut, parts = 0, 1, []
    for index, letter in enumerate(term):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if (letter == "|" and depth == 1) or (letter == ")" and depth == 0):
            parts.append(term[cut:index] + (term[index + 1 :] if letter == ")" else ""))
            cut = index + 1
        if depth == 0:
            tail = term[index + 1 :]
            return [part + tail for part in parts[:-1]] + parts[-1:]
    raise ValueError(f"unclosed choice in {term!r}")


_CHOICE_OR_GAP = re.compile(r"[(|]| ~ ")


def _compiled(group: str, name: str, term: str) -> Iterator[tuple[str, _Term]]:
    """A term under each of the keys it can begin with."""
    for choice in _alternatives(term.strip()):
        head = _WORD.match(choice.replace("_", " "))
        if head is None:
            raise ValueError(f"{term!r} of {name} does not begin with a word")
        key = head.group()[:_KEY]
        if _CHOICE_OR_GAP.search(choice):
            yield key, _Term(group, name, "", False, re.compile(_pattern(choice)))
        else:
            closed = choice.endswith("_")
            yield key, _Term(group, name, choice.replace("_", ""), closed, None)


def _pattern(term: str) -> str:
    """A term with choices or gaps as a regular expression."""
    parts = []
    for part in re.split(r"( ~ |[(|)_])", term):
        marks = {" ~ ": _GAP, "(": "(?:", "|": "|", ")": ")", "_": r"\b"}
        parts.append(marks.get(part, re.escape(part)))
    return "".join(parts)


@cache
def _lexicon() -> dict[str, tuple[_Term, ...]]:
    """All terms, filed under the first letters they begin with."""
    filed: dict[str, list[_Term]] = {}
    for table, column, group in (
        ("topics", "topic", "topic"),
        ("cues", "cue", "cue"),
        ("forms", "form", "form"),
    ):
        for row in _rows(table):
            for term in filter(None, map(str.strip, row["terms"].split(";"))):
                for key, compiled in _compiled(group, row[column], term):
                    filed.setdefault(key, []).append(compiled)
    return {key: tuple(terms) for key, terms in filed.items()}


@cache
def _topic_rows() -> dict[str, tuple[str, float]]:
    """For every topic its kind and its weight."""
    return {row["topic"]: (row["kind"], float(row["weight"])) for row in _rows("topics")}


# ------------------------------------------------------------------------------------------------ a sentence

_SAME_LENGTH = str.maketrans({
    "’": "'", "‘": "'", "“": '"', "”": '"', "-": " ", "–": " ", "—": " ", "‑": " ", "/": " ", "\u00a0": " ",
    "*": " ", "_": " ", "₂": "2", "\n": " ", "\t": " ", "\u202f": " ",
})  # fmt: skip


def _plain(text: str) -> str:
    """Text in small letters with plain marks; every character keeps its place."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    return lowered.translate(_SAME_LENGTH)


@dataclass(slots=True)
class _Hit:
    """A topic's term in the sentence; `whole` if no gap lies in it."""

    topic: str
    start: int
    end: int
    whole: bool


_AMOUNT = re.compile(
    r"(?<![\w.])\d[\d,.]*(?: to \d[\d,.]*| \d[\d,.]*)? ?(?:mg|milligram|g|gram|mcg)s?\b(?! ?(?:dl|"
    r"l\b|per ml))"
)
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_YEAR = re.compile(r"\b(?:19[5-9]|20[0-4])\d\b")
_SIZE = re.compile(
    r"\b(?:\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|"
    r"fifty|sixty|a hundred"
    r"|hundreds of|thousands of)(?: \w+){0,4} (?:people|women|men|adults|patients|participants|"
    r"volunteers|children"
    r"|pensioners|survivors|athletes|runners|students|nurses|subjects|teenagers|trials|studies|"
    r"randomised|randomized)\b"
)
_NAMED_YEAR = re.compile(
    r"\b[a-z][a-z'-]+(?: (?:et al\.?|and [a-z]+))?,? [(\[][^()]*\b(?:19|"
    r"20)\d\d\b[^()]*[)\]],? (?:\w+ )?\w+(?:ed|d|s|t|w|nd)\b"
)
_NAMED_DATE = re.compile(r"\b[a-z]+ (?:19[5-9]|20[0-4])\d\b")


@dataclass
class _Sentence:
    """A sentence with all terms found in it."""

    text: str
    lead: str = ""
    hits: list[_Hit] = field(default_factory=list)
    cues: dict[str, tuple[int, int]] = field(default_factory=dict)
    forms: dict[str, int] = field(default_factory=dict)

    def has(self, *names: str) -> bool:
        """Whether any of the cues stands in the sentence."""
        return any(name in self.cues for name in names)

    def at(self, name: str) -> int:
        """Where a cue stands first, or far away."""
        return self.cues[name][0] if name in self.cues else 10**6

    @cached_property
    def amount(self) -> re.Match[str] | None:
        """The first amount in grams or milligrams."""
        return _AMOUNT.search(self.text)

    @cached_property
    def lead_has_magnesium(self) -> bool:
        """Whether the text before speaks of magnesium."""
        return bool(self.lead) and any(
            word in self.lead for word in ("magnesi", "citrate", "glycinate", "epsom")
        )

    @cached_property
    def has_magnesium(self) -> bool:
        """Whether magnesium or one of its salts is named, or a pronoun under a lead-in points at it."""
        if "magnesium" in self.cues:
            return True
        if self.forms and "other_mineral" not in self.cues:
            return True
        return (
            "pronoun" in self.cues
            and (self.lead_has_magnesium or self.at("pronoun") == 0)
            and (self.at("other_subject") > (8 if self.lead_has_magnesium else self.at("pronoun")))
        )


def _sentence(text: str, lead: str = "") -> _Sentence:
    """Finds every term of the word lists in a sentence that is plain already."""
    found = _Sentence(text, lead)
    lexicon = _lexicon()
    for word in _WORD.finditer(text):
        start = word.start()
        for term in lexicon.get(word.group()[:_KEY], ()):
            end = term.end(text, start)
            if end >= 0:
                _note(found, term, start, end)
    return found


def _note(found: _Sentence, term: _Term, start: int, end: int) -> None:
    if term.group == "topic":
        while end < len(found.text) and found.text[end].isalpha() and term.pattern is None:
            end += 1
        found.hits.append(_Hit(term.name, start, end, term.pattern is None))
    elif term.group == "cue":
        found.cues.setdefault(term.name, (start, end))
    else:
        found.forms.setdefault(term.name, start)


# ------------------------------------------------------------------------------------------------ topic

_POPULATION_BEFORE = re.compile(
    r"(?:people|women|men|adults|patients|those|anyone|sufferers|survivors|children|folk|somebody|"
    r"someone|participants"
    r"|volunteers|seniors|pensioners|individuals|persons?|mothers|athletes|nurses|teenagers|elderly|"
    r"with established)"
    r"(?: \w+){0,3} (?:with|have|had|has|having|in|who are|who were|after|past|living with|"
    r"suffering|diagnosed|against)"
    r"(?: \w+){0,3} ?$"
)
_POPULATION_AFTER = re.compile(
    r"\w*(?: \w+)? (?:people|women|men|adults|patients|sufferers|survivors|children|participants|"
    r"volunteers|individuals"
    r"|trial|study|review|paper|seniors|pensioners|drivers|mothers|nurses|students|workers|subjects)\b"
)
_DOSE_ONLY = ("supplement_dose", "dose_timing")
_GROUPS = ("children", "pregnancy_lactation")


def _is_population(text: str, hit: _Hit) -> bool:
    """Whether the words only say who the people are."""
    before = text[max(0, hit.start - 60) : hit.start]
    if _POPULATION_BEFORE.search(before):
        return True
    return bool(_POPULATION_AFTER.match(text, hit.end)) and hit.start > 0


def _topic_scores(s: _Sentence) -> dict[str, float]:
    """How strongly each topic is named: weight, less for people described and for late mention."""
    rows = _topic_rows()
    inner = _swallowed(s.hits)
    scores: dict[str, float] = {}
    # what a question names only leads up to its answer
    answer = s.text.rfind("?")
    for index, hit in enumerate(s.hits):
        if index in inner:
            continue
        kind, weight = rows[hit.topic]
        late = min(hit.start, 150) * 0.006 + (1.5 if hit.start < answer else 0.0)
        people = 2.5 if kind in ("effect", "status") and _is_population(s.text, hit) else 0.0
        score = weight - late - people
        if score > scores.get(hit.topic, 0.0):
            scores[hit.topic] = score
    return scores


def _swallowed(hits: list[_Hit]) -> set[int]:
    """Hits that lie inside a longer unbroken hit of another topic, as "sleep" in "sleep hormone"."""
    found = set()
    wholes = [hit for hit in hits if hit.whole]
    for index, hit in enumerate(hits):
        for other in wholes:
            if (
                other.topic != hit.topic
                and other.start <= hit.start
                and hit.end <= other.end
                and other.end - other.start > hit.end - hit.start
            ):
                found.add(index)
                break
    return found


def _adjusted(s: _Sentence, imperative: bool, dose: bool) -> dict[str, float]:
    """Topic scores after the rules that need more than one word."""
    scores = _topic_scores(s)
    _drug_rule(s, scores)
    _kidney_rule(s, scores)
    _dose_rule(s, scores, imperative, dose)
    _group_rule(s, scores, dose)
    _safety_rule(s, scores)
    _form_rule(s, scores)
    _effect_rule(s, scores)
    return scores


def _drug_rule(s: _Sentence, scores: dict[str, float]) -> None:
    """A medicine with a word of interaction is an interaction; a replaced medicine is not."""
    scores.pop("drug_interaction", None) if not s.has("drug") else None
    if not s.has("drug") or "treatment_replacement" in scores:
        return
    outcome = any(_topic_rows()[t][0] == "effect" and score > 4.5 for t, score in scores.items())
    strong = re.search(
        r"hour|together|same time|alongside|bind|interact|interfer|block|deplet|drain|absor|apart|wast|"
        r"space|gap|combin|mix|strip|flush|rob|weak|less effective|separat|stagger|chelat",
        s.text,
    )
    if "laxative_effect" in scores and s.at("drug") > 20:
        return
    if (s.has("interaction") and not outcome) or strong:
        scores["drug_interaction"] = 7.6


def _kidney_rule(s: _Sentence, scores: dict[str, float]) -> None:
    """Kidneys that only filter belong to where magnesium goes."""
    if (
        "kidney_disease" in scores
        and "body_distribution" in scores
        and re.search(
            r"kidneys? (?:filter|excrete|reabsorb|regulate|conserve|remove|clear|adjust|decide|"
            r"hold)",
            s.text,
        )
        and not re.search(r"disease|failure|weak|poor|impair|dialysis|trouble", s.text)
    ):
        del scores["kidney_disease"]


def _dose_rule(s: _Sentence, scores: dict[str, float], imperative: bool, dose: bool) -> None:
    """Dose topics stand only where an amount or a time is set."""
    if "deficiency_prevalence" in scores:
        scores.pop("requirement", None)
        return
    harmed = scores.keys() & {"gi_side_effects", "toxicity"} and s.has("worsen") and not imperative
    if harmed and not re.search(r"\b(?:limit|maximum|exceed|ceiling|no more than)\b", s.text):
        # an amount that brings on complaints is told for the complaints
        scores.pop("upper_limit", None)
        dose = False
    if not dose:
        for topic in _DOSE_ONLY:
            scores.pop(topic, None)
        return
    if not (scores.keys() & {"requirement", "upper_limit"}):
        late = "dose_timing" if not s.amount else "supplement_dose"
        scores[late] = 7.9 if imperative else 7.0
        other = "supplement_dose" if late == "dose_timing" else "dose_timing"
        scores.pop(other, None)
    for topic in ("requirement", "upper_limit"):
        if topic in scores:
            scores[topic] += 0.9


def _group_rule(s: _Sentence, scores: dict[str, float], dose: bool) -> None:
    """Children and pregnancy win in sentences on dose and safety, and nowhere else."""
    rows = _topic_rows()
    limits = bool(scores.keys() & {"requirement", "upper_limit", "general_safety"})
    for topic in _GROUPS:
        warned = s.has("safety_word") and not any(rows[other][0] == "effect" for other in scores)
        named = s.has(topic) and (dose or limits or warned)
        if named or (topic in scores and (dose or limits or s.has("safety_word"))):
            scores[topic] = 8.6
        else:
            scores.pop(topic, None)


def _safety_rule(s: _Sentence, scores: dict[str, float]) -> None:
    """Named harms come before safety in general; denied overdose is toxicity."""
    if (
        "general_safety" in scores
        and re.search(r"absor|sleep|dose|mg", s.text)
        and not re.search(
            r"safe|toler|side effect|adverse|harm|risk|danger|avoid|should not|must not|suitable", s.text
        )
    ):
        del scores["general_safety"]
    if (
        "laxative_effect" in scores
        and "gi_side_effects" in scores
        and re.search(r"side effect|unwanted|complain", s.text)
    ):
        scores["laxative_effect"] -= 1.5
    if (
        "gi_side_effects" in scores
        and "toxicity" in scores
        and not re.search(r"overdos|toxic|poison", s.text)
    ):
        scores["toxicity"] -= 1.0
    if "vitd_level" in scores and "mg_level_response" in scores:
        scores["mg_level_response"] -= 1.0
    if "gi_side_effects" in scores and "cramps" in scores:
        scores["cramps"] -= 1.0
    felt = [t for t in scores if _topic_rows()[t][0] == "effect" and t != "deficiency_signs"]
    if s.has("lack") and not s.has("unlack") and len(felt) >= 3 and s.text.count(",") >= 1:
        scores["deficiency_signs"] = 7.4
    if "nerve_excitability" in scores and s.has("lack"):
        scores["nerve_excitability"] += 1.5
    if "toxicity" in scores and "kidney_disease" in scores:
        scores["kidney_disease"] += 0.2


def _form_rule(s: _Sentence, scores: dict[str, float]) -> None:
    """Uptake is of a salt only where a salt or a kind of product is named."""
    if "bioavailability_by_form" in scores and not s.forms and not s.has("product_type"):
        scores["absorption_general"] = max(
            scores.pop("bioavailability_by_form"), scores.get("absorption_general", 0)
        )
    elif "absorption_general" in scores and s.forms and "bioavailability_by_form" in scores:
        scores["bioavailability_by_form"] += 0.4
    if "elemental_content" in scores and not (s.forms or "elemental" in s.text or s.amount or "%" in s.text):
        scores["elemental_content"] -= 2


def _effect_rule(s: _Sentence, scores: dict[str, float]) -> None:
    """Outcome beats mechanism, and the special beats the general."""
    rows = _topic_rows()
    special = [t for t in scores if rows[t][0] == "effect" and rows[t][1] >= 5]
    if special:
        for topic in ("nervous_system_function", "muscle_function", "psychological_function"):
            if topic in scores and topic not in special:
                scores[topic] -= 0.5
    if "other_outcome" in scores and len(scores) > 1:
        scores["other_outcome"] = min(scores["other_outcome"], 2.0)
    if "brain_delivery" in scores and "cognition" in scores:
        scores["brain_delivery"] -= 1.5
    measured = [t for t in special if t in _MEASURED and t in scores]
    if measured and s.has("up", "down") and "deficiency_prevalence" in scores:
        scores["deficiency_prevalence"] -= 2.0
    if "menopause_symptoms" in scores and len(scores) > 1 and not re.search(r"symptom|complaint", s.text):
        scores["menopause_symptoms"] -= 2.5
    if "stress" in scores and "relaxation" in s.text and "stress" not in s.text:
        scores["stress"] -= 1.0


# ------------------------------------------------------------------------------------------------ kind

_START = re.compile(
    r"^\W*(?:(?:please|always|do|just|simply|first|then|so|and|but|instead|better|ideally|"
    r"if in doubt|as a rule|also|next|"
    r"either way|otherwise|to be safe|safety first|whatever you do|for safety|in any case|at first|"
    r"finally|never|don't|do not|"
    r"only|start low|remember to|be sure to|make sure to|make sure you|you should|you could|you can|"
    r"we suggest|we recommend|"
    r"we advise|i would|try to)[ ,:]+)*"
)
_CONDITION = re.compile(
    r"^\W*(?:if|when|before|unless|for|once|in case|should you|after|with|until|as soon as|"
    r"until)\b[^,]*, (?:please |always |first |do |never |don't |just |only )*"
)
_LAST_PART = re.compile(
    r"(?:[?:;!]|\. | {2,}|, (?:then|and) )\s*(?:please |always |do |just |never |don't |so |then )*"
)


def _imperative_at(s: _Sentence, words: frozenset[str]) -> int:
    """Where a request begins, or -1."""
    places = []
    for pattern in (_START, _CONDITION):
        match = pattern.match(s.text)
        if match:
            places.append(match.end())
    places += [match.end() for match in _LAST_PART.finditer(s.text)]
    for place in places:
        word = _WORD.match(s.text, place)
        if word and word.group() in words:
            return place
    return -1


@cache
def _imperatives() -> frozenset[str]:
    """Words that begin a request."""
    (terms,) = [row["terms"] for row in _rows("cues") if row["cue"] == "imperative"]
    return frozenset(term.strip().rstrip("_") for term in terms.split(";"))


def _not_a_claim(s: _Sentence) -> str | None:  # noqa: PLR0911 - one return for each rule
    """The topic of a sentence that claims nothing, or None."""
    if s.text.rstrip(" \"')").endswith("?"):
        return "none" if s.has_magnesium or not s.text.strip() else "off_topic"
    if re.match(r"\W*(?:how|why|what|when|which|who)\b", s.text) and _is_title(s):
        return "none"
    if s.has("nav") and (s.at("nav") < 25 or not s.text.rstrip().endswith((".", "!"))):
        return "none"
    if not s.has_magnesium and _speaks_of_other_things(s):
        return "off_topic"
    if s.has("definition") and not _says_more(s):
        return "none"
    if not s.has("verb") and _is_title(s):
        return "none" if s.has_magnesium else "off_topic"
    return None


def _other_magnesium(s: _Sentence) -> bool:
    """The metal, an excipient or a drip, unless something is said of magnesium by mouth as well."""
    if "stearate" in s.text and "magnesium stearate" in s.text:
        return True
    return s.has("metal", "drip") and not s.has("oral")


def _says_more(s: _Sentence) -> bool:
    """Whether a definition goes on to claim something."""
    return s.has("definition_more") and bool(s.hits) and s.cues["definition_more"][0] > s.at("definition")


def _is_title(s: _Sentence) -> bool:
    """Whether words without a known verb look like a heading: not ended as a sentence, or very short."""
    words = len(s.text.split())
    ended = s.text.rstrip(" \"')").endswith((".", "!"))
    return (words < 14 and not ended) or words < 3 or (":" in s.text and words < 10)


_CHANGE = re.compile(
    r"\b(?:rise|rises|fall|falls|drops?|goes|climbs?|improves?|gains?|absorb|comes? down|creeps?|"
    r"supplements?|dose|tablet|capsule|"
    r"mg|servings?|amount)\b"
)


def _speaks_of_other_things(s: _Sentence) -> bool:
    """Whether a sentence that does not name magnesium is about something else altogether.

    Elliptical sentences of a magnesium article ("HDL rises a little", "Half of us fall short") stay claims.
    """
    told = s.has("study", "study_plural_only") or (s.has("place") and s.has("reported"))
    if told and (s.hits or s.lead_has_magnesium) and not s.has("substance"):
        return False
    if not s.hits and not s.has("dose_verb", "drug"):
        return True
    if s.has("other_mineral") or s.at("substance") < 20:
        return not _elliptical(s)
    if s.at("other_subject") < (9 if s.lead_has_magnesium else 30):
        return not s.has("oral") and not _elliptical(s)
    return False


def _elliptical(s: _Sentence) -> bool:
    """Whether a measured thing is said to change, as after a magnesium lead-in."""
    return (
        bool(
            re.match(
                r"\W*(?:the )?(?:\w+ ){0,2}(?:cholesterol|pressure|cortisol|crp|glucose|"
                r"triglycerides|hba1c|scores?)",
                s.text,
            )
        )
        and bool(_CHANGE.search(s.text))
        and not re.search(r"menopaus|with age|estrogen|oestrogen|calcium", s.text)
    )


def _is_promotional(s: _Sentence) -> bool:
    """Praise, a call to buy, or a personal story; promises of treatment are judged by content."""
    if re.match(r"\W*(?:buy|order|shop|subscribe)\b", s.text):
        return True
    if s.has("promo_strong"):
        treats = re.search(r"\b(?:cures?|treats?|heals?|replaces?|instead of your)\b", s.text)
        return not treats and not re.search(r"customers are|price of|brands? (?:differ|vary)", s.text)
    if s.has("first_person") and not s.text.rstrip().endswith("?"):
        return (
            not re.search(r"\bdoctors?\b|\bi (?:suspect|would|recommend|suggest|advise)", s.text)
            or '"' in s.text
        )
    return False


def _is_advice(s: _Sentence, imperative: bool) -> bool:
    """A request or a piece of advice without a checkable fact."""
    if imperative:
        return True
    return s.has("should_see")


def _advice_topic(s: _Sentence) -> str:
    return "clinician_advice" if s.has("clinician", "test") else "none"


def _sets_dose(s: _Sentence, imperative: bool) -> bool:
    """Whether the sentence sets an amount, a time or a limit rather than telling what one did."""
    result = _result(s)
    if s.amount:
        asks = imperative or bool(
            re.search(
                r"\b(?:should|recommend|suggest|advis|sensible|enough|plenty|typical|usual|ideal|"
                r"optimal|sufficient|reasonable|"
                r"needs?\b|require|limit|maximum|ceiling|range|safe|guidance|common|standard|"
                r"adequate|up to|no more|exceed|"
                r"aim|allowance|intake|fine\b|the dose|dose is|daily dose of|can (?:take|add|have)|"
                r"may (?:take|add|have)|"
                r"most (?:adults|people|women|men))",
                s.text,
            )
        )
        return asks and (imperative or not result)
    if imperative and s.has("timing"):
        if s.has("clinician"):
            return False
        taking = re.search(
            r"\b(?:take|swallow|split|dose|start (?:with|low|on|small)|use it|stay on|build up|divide)\b",
            s.text,
        )
        thing = re.search(r"\b(?:tablet|capsule|supplement|pill)", s.text)
        return s.has("magnesium") or bool(s.forms or taking or thing)
    if re.search(
        r"\b(?:limit|ceiling|upper (?:limit|level|intake)|rda|rni|allowance|requirement|"
        r"reference intake)\b",
        s.text,
    ):
        return not result
    if re.search(
        r"\b(?:no difference|not matter|n't matter|irrelevant)\b.*\b(?:when|whether|time)\b", s.text
    ):
        return s.has("timing")
    return s.has("timing_frame") and not result


_RESULT = re.compile(
    r"\b(?:lower(?:s|ed)|reduc(?:es|ed)|improv(?:es|ed)|eas(?:es|ed)|reliev(?:es|ed)|cut(?:s)?|"
    r"rais(?:es|ed)|lift(?:s|ed)|"
    r"boost(?:s|ed)|prevent(?:s|ed)|cur(?:es|ed)|halv(?:es|ed)|calm(?:s|ed)|sooth(?:es|ed)|fell|"
    r"felt|slept|rose|"
    r"short(?:ens|ened)|length(?:ens|ened)|makes?|made|nudged|pushe[sd]|increas(?:es|ed)|"
    r"decreas(?:es|ed)|"
    r"gives? you|caus(?:es|ed)|stop(?:s|ped)|brings?|brought|knocks?|takes? the edge|loosens?|"
    r"relax(?:es|ed)|helps|wins?|"
    r"will (?:help|lower|cure|ease|stop|improve)|lets you absorb|(?:can|may|might|could) (?:cause|"
    r"help|lower|improve|ease|reduce|raise|trigger))\b"
)


def _result(s: _Sentence) -> bool:
    """Whether the sentence tells what follows rather than what to do."""
    return bool(_RESULT.search(s.text))


def _is_citation(s: _Sentence) -> bool:
    """Whether the running text credits a source that can be found."""
    bare = _BRACKETS.sub(" ", s.text)
    if _NAMED_YEAR.search(s.text) and not bare.strip().startswith(("magnesium",)):
        return True
    authors = s.has("authors") and s.has("reported")
    if not s.has("study"):
        return authors and bool(
            re.search(r"colleagues|co workers|coworkers|et al|team|group|and others", bare)
        )
    study = re.search(
        r"\b(?:study|trial|experiment|survey|cohorts?|meta analys\w+|metaanalys\w+|review(?:ers)?|"
        r"pool(?:ed)?|guideline|cochrane|"
        r"nhanes|paper|analysis|rct|researchers|investigators|team|nct\d+)\b",
        bare,
    )
    if not study or re.search(
        r"\b(?:no|any|every|one more|another) (?:\w+ )?(?:study|trial|"
        r"review)\b",
        bare,
    ):
        return False
    if (
        re.match(
            r"\W*(?:one|a|some) (?:study|trial|review|survey)\b(?! (?:of|in|by|from|at|"
            r"on \d))",
            bare,
        )
        and not s.has("place")
        and not (_YEAR.search(bare) or _SIZE.search(bare) or s.has("design"))
    ):
        return False
    details = (
        bool(_YEAR.search(s.text))
        + bool(_SIZE.search(s.text))
        + s.has("place")
        + authors
        + s.has("design")
        + bool(s.amount)
        + bool(_NAMED_DATE.search(s.text))
        + bool(re.search(r"\d[ -]?(?:week|month|year|day)", s.text))
    )
    return details >= 1


# ------------------------------------------------------------------------------------------------ direction

_MEASURED = frozenset({
    "absorption_general", "bioavailability_by_form", "blood_coagulation", "blood_pressure",
    "body_weight", "bone_density", "bone_turnover", "brain_delivery", "calcium_magnesium_relation",
    "cardiovascular_risk", "catecholamines", "dopamine", "drug_interaction", "fracture", "gaba",
    "glycaemia", "hpa_cortisol", "inflammation", "kidney_disease", "laxative_effect", "lipids",
    "melatonin", "mg_level_response", "mg_losses", "mg_status_menopause", "oxidative_stress",
    "serotonin", "transdermal", "vascular_function", "vitd_activation", "vitd_level",
})  # fmt: skip
_FACTS = frozenset({
    "body_distribution", "cell_division", "children", "deficiency_prevalence",
    "electrolyte_balance", "elemental_content", "energy_metabolism", "enzyme_cofactor",
    "food_sources", "muscle_relaxation", "nmda_block", "protein_synthesis", "regulation",
    "requirement", "status_test", "supplement_dose", "treatment_replacement", "upper_limit",
})  # fmt: skip
_HARMS = frozenset({"gi_side_effects", "toxicity", "general_safety", "deficiency_signs"})
_BOUND = re.compile(
    r"\b(?:apart|hours?|between|separate|space|should not|must not|avoid|don't|do not|leave|wait|"
    r"advice)\b"
)


def _direction(s: _Sentence, kind: str, topic: str, strength: str) -> str:  # noqa: PLR0911 - one return for each rule
    """What the exposure is said to do."""
    if kind in ("not_a_claim", "promotional", "advice") or s.has("state"):
        return "unclear"
    gentle = topic in ("general_safety", "gi_side_effects") and s.has("no_effect") and not s.has("worsen")
    denied = gentle or strength == "negated" or (s.has("no_effect") and _without_difference(s))
    if topic in _FACTS or topic in _GROUPS:
        return "no_effect" if topic in _GROUPS and s.has("no_effect") and kind == "safety" else "unclear"
    if denied:
        return "no_effect"
    if kind == "dose":
        return "improves" if s.has("timing_frame") and re.search(r"\bbest\b", s.text) else "unclear"
    if topic in _HARMS:
        return "worsens" if s.has("worsen") or topic == "gi_side_effects" else "unclear"
    if topic in _MEASURED:
        return _rise_or_fall(s, kind, topic)
    return _better_or_worse(s, kind)


def _without_difference(s: _Sentence) -> bool:
    return bool(re.search(r"\bwhether\b|same |no more |well tolerated|\bno \w+|as placebo|equal", s.text))


def _rise_or_fall(s: _Sentence, kind: str, topic: str) -> str:  # noqa: PLR0911 - one return for each rule
    """Increase or decrease of something measured: the change named first, seen from the thing measured."""
    if topic in ("drug_interaction", "kidney_disease") and _BOUND.search(s.text):
        return "unclear"
    if topic == "laxative_effect":
        return "increases"
    up, down = s.at("up"), s.at("down")
    if up == down == 10**6:
        if kind == "mechanism":
            return "unclear"
        return _better_or_worse(s, kind) if topic not in ("blood_pressure",) else "decreases"
    if topic in ("fracture", "cardiovascular_risk", "inflammation", "body_weight") and down < 10**6:
        return "decreases"
    if topic == "blood_pressure" and re.search(r"\b(?:improv|help|better)", s.text):
        return "decreases"
    return "increases" if up < down else "decreases"


def _better_or_worse(s: _Sentence, kind: str) -> str:
    """Improvement or worsening of something felt."""
    if s.has("lack") and not s.has("unlack"):
        return "unclear" if kind == "mechanism" and not s.hits else "worsens"
    if kind == "mechanism":
        return "worsens" if s.has("worsen") else "unclear"
    if kind not in ("effect", "citation") and not s.has("improve", "worsen"):
        return "unclear"
    better, worse = s.at("improve"), s.at("worsen")
    # an outcome asserted of magnesium without any word of harm is a promise, whatever verb it wears
    return "improves" if better <= worse else "worsens"


def _strength(s: _Sentence, kind: str) -> str:
    """Whether the sentence denies, hedges or asserts."""
    if s.has("state"):
        return (
            "hedged"
            if re.search(r"\bbut (?:it )?(?:may|might|could)\b|, (?:it )?(?:may|might|could)\b", s.text)
            else "asserted"
        )
    if s.has("negation") and _denies(s):
        return "negated"
    hedge = s.has("hedge") and not (
        kind in ("safety", "dose") and s.has("permission") and s.at("permission") <= s.at("hedge")
    )
    return "hedged" if hedge else "asserted"


def _denies(s: _Sentence) -> bool:
    """Whether a denial is of the main statement, not a prohibition or a side remark."""
    rest = s.text
    if s.has("lack") and s.at("lack") < s.at("negation"):
        # "without enough magnesium nerves cannot ..." tells what lack does
        return False
    if s.has("not_denial"):
        start, end = s.cues["not_denial"]
        rest = rest[:start] + " " + rest[end:]
    aside = re.sub(
        r"(?:,| -|\() ?(?:not|no|never|although|though|even if|rather than)\b[^,]*(?:,|\)|$)", " ", rest
    )
    aside = re.sub(r"^\W*(?:if|when|for (?:people|women|those) who)\b[^,]*,", " ", aside)
    return bool(
        re.search(
            r"\b(?:not?|never|none|nothing|neither|nor|unlikely|cannot|can't|\w+n't|impossible|"
            r"hardly|fail(?:s|ed)?|missed|useless"
            r"|nobody|no one|ineffective|refus\w+|reject\w+|barely|myth|powerless|little (?:or|"
            r"difference|effect)|without (?:effect|benefit))\b",
            aside,
        )
    )


# ------------------------------------------------------------------------------------------------ whole


def _form(s: _Sentence, kind: str) -> str:
    """The salt named first, unless the words bear another mineral's salt."""
    if kind in ("not_a_claim", "promotional", "advice") or not s.forms or s.has("other_mineral"):
        return "any"
    return min(s.forms, key=lambda name: s.forms[name])


def _labels(s: _Sentence) -> Labels:
    """The labels of one stretch of text."""
    kind, topic = _kind_and_topic(s)
    if kind in ("not_a_claim", "promotional", "advice"):
        return Labels(kind, topic)
    strength = _strength(s, kind)
    return Labels(kind, topic, _form(s, kind), _direction(s, kind, topic, strength), strength)


def _kind_and_topic(s: _Sentence) -> tuple[str, str]:  # noqa: PLR0911 - one return for each rule
    """Kind and topic by the rules in their order."""
    imperative = _imperative_at(s, _imperatives()) >= 0
    dose = _sets_dose(s, imperative)
    scores = _adjusted(s, imperative, dose)
    best = max(scores, key=lambda topic: scores[topic]) if scores else None
    replaced = best == "treatment_replacement"
    if _other_magnesium(s):
        return "not_a_claim", "off_topic"
    if _is_promotional(s) and not replaced:
        return "promotional", "product_quality"
    advice = _is_advice(s, imperative) and not dose and not replaced
    nothing = None if advice else _not_a_claim(s)
    if nothing:
        return "not_a_claim", nothing
    if advice and not _safety_advice(s, best, scores):
        return "advice", _advice_topic(s)
    if (
        best is None
        and s.lead_has_magnesium
        and s.has("study", "study_plural_only", "state", "no_effect", "place")
    ):
        best = _topic_of_lead(s)
    if best is None and s.has_magnesium and _is_citation(s):
        return "citation", "other_outcome"
    if best is None:
        return (
            ("effect", "other_outcome")
            if s.has_magnesium and s.has("improve", "worsen")
            else ("not_a_claim", _nothing(s))
        )
    kind = _topic_rows()[best][0]
    if best in _GROUPS and (dose or s.amount):
        kind = "dose"
    if _is_citation(s) and kind != "dose" and best != "regulation":
        return "citation", best
    return kind, best


def _topic_of_lead(s: _Sentence) -> str | None:
    """The outcome that the text before spoke of: "a Norwegian trial found no benefit" is about that."""
    scores = _topic_scores(_sentence(s.lead))
    felt = {
        topic: score for topic, score in scores.items() if _topic_rows()[topic][0] in ("effect", "mechanism")
    }
    return max(felt, key=lambda topic: felt[topic]) if felt else None


def _nothing(s: _Sentence) -> str:
    return "none" if s.has_magnesium else "off_topic"


def _safety_advice(s: _Sentence, best: str | None, scores: dict[str, float]) -> bool:
    """Advice on who must not take it, on a medicine or on a side effect is a statement on safety."""
    if best is None or _topic_rows()[best][0] not in ("safety", "dose"):
        return False
    if best == "drug_interaction":
        return bool(
            re.search(r"hour|apart|together|same time|between|space|separate|mix|combin", s.text)
        ) and (not s.has("clinician") or s.at("see") > 0)
    if best in _GROUPS:
        return not s.has("clinician")
    return best in ("kidney_disease", "gi_side_effects", "toxicity", "laxative_effect") or (
        best == "general_safety" and not s.has("clinician", "see")
    )


# ------------------------------------------------------------------------------------------------ splitting

_CUT = re.compile(
    r"; |, which is why |, (?:but|and|while|whereas|yet) | and (?=(?:it|also|has|is|can|may|helps?|"
    r"lowers?|raises?|reduces?|improves?|eases?|boosts?|cuts?|keeps?|prevents?|makes?)\b)"
)


def _parts(text: str) -> list[tuple[int, int]]:
    """Stretches that could stand alone, cut at coordination."""
    places, start = [], 0
    for match in _CUT.finditer(text):
        places.append((start, match.start()))
        start = (
            match.end()
            if match.group().startswith(";")
            else match.start() + len(match.group()) - len(match.group().lstrip(", "))
        )
    places.append((start, len(text)))
    return places


def labels_of(text: str, lead: str = "") -> list[tuple[int, int, Labels]]:
    """The claims in one sentence, in order, each with its place in `text`.

    Args:
        text: one sentence.
        lead: the heading or lead-in before it, so that a pronoun under magnesium counts.

    Returns:
        At least one entry; one of kind `not_a_claim` over everything if nothing is claimed. A sentence is cut
        only where its parts have different topics, and never where a mechanism only argues for an outcome.
    """
    plain = _plain(text)
    whole = _sentence(plain, _plain(lead))
    first = _labels(whole)
    single = [(0, len(text), first)]
    if first.kind in ("not_a_claim", "promotional", "advice", "citation", "dose") or len(text) < 40:
        return single
    places = _parts(plain)
    if len(places) < 2:
        return single
    return _split(plain, places, whole, first) or single


def _split(
    plain: str, places: list[tuple[int, int]], whole: _Sentence, first: Labels
) -> list[tuple[int, int, Labels]]:
    """The parts with their labels where they differ in topic; the first keeps what the sentence says."""
    lead = whole.lead if whole.lead_has_magnesium or not whole.has_magnesium else "magnesium"
    found: list[tuple[int, int, Labels]] = []
    for start, end in places:
        part = _sentence(plain[start:end], lead)
        labels = _labels(part)
        if labels.kind in ("not_a_claim", "advice", "promotional") or (
            found and labels.topic == found[-1][2].topic
        ):
            if found:
                found[-1] = (found[-1][0], end, found[-1][2])
            continue
        found.append((start if found else 0, end, labels))
    if (
        len(found) < 2
        or found[0][2].topic != first.topic
        or len({labels.topic for *_, labels in found}) < len(found)
    ):
        return []
    return [(found[0][0], found[0][1], first), *found[1:]]
