"""What a sentence claims of magnesium: kind, topic, salt, direction and strength, by rules over word lists.

`terms` compiles the word lists, `sentence` finds them, and `topic`, `kind` and `direction` each hold one
section of the rules. A sentence is cut here where its parts make different claims.
"""

from __future__ import annotations

import re

from magnesim.claims.labels import Labels
from magnesim.claims.language.direction import direction_of, form_of, strength_of
from magnesim.claims.language.kind import SILENT, kind_and_topic
from magnesim.claims.language.predicate import has_finite_verb
from magnesim.claims.language.sentence import Sentence, plain

SHORT = 40
"""A sentence of fewer characters makes one claim."""
LONGEST = 1_500
"""Characters of a sentence that are read; nobody writes longer ones, and the work grows with their square."""
_CUT = re.compile(
    r"; |, which is why "
    r"|, so (?=(?:do|don't|please|never|ask|see|take|start|keep|check|avoid|talk|choose|go)\b)"
    r"|, (?:but|and|while|whereas|yet) | and (?=(?:it|also|has|is|can|may|helps?|lowers?"
    r"|raises?|reduces?|improves?|eases?|boosts?|cuts?|keeps?|prevents?|makes?)\b)"
)

_LABEL = re.compile(r"(?!.*\d)[^:.?]{2,50}: (?=(?:\S+ ){4})")
"""A label before a sentence, such as "Nerve function: "."""
Placed = tuple[int, int, Labels]
"""Where a claim begins and ends in the sentence, and its labels."""


def labels_of(text: str, lead: str = "", before: str = "", whole_first: bool = True) -> list[Placed]:
    """The claims in one sentence, in order, each with its place in `text`.

    Args:
        text: one sentence.
        lead: the heading or lead-in before it, so that a pronoun under magnesium counts.
        before: the section and the sentences before it, one a line, so that an unnamed outcome is found.
        whole_first: whether the first claim has the labels of the sentence as a whole, as a text that is
            labelled by itself needs; each part has its own otherwise.

    Returns:
        At least one entry; one of kind `not_a_claim` over everything if nothing is claimed. A sentence is cut
        only where its parts have different topics, and never where a mechanism only argues for an outcome.
    """
    words = plain(text[:LONGEST])
    whole = Sentence.read(words, plain(lead), text[:LONGEST], plain(before))
    first = _labels(whole)
    single = [(0, len(text), first)]
    if len(text) < SHORT or (whole_first and first.kind in (*SILENT, "citation", "dose")):
        return single
    places = _parts(words)
    if len(places) < 2 or len(text) > LONGEST:
        return single
    return (_split(places, whole, first) if whole_first else _each(places, whole)) or single


def _labels(s: Sentence) -> Labels:
    """The labels of one stretch of text; in an article the label of a list item only leads it in."""
    label = _LABEL.match(s.text) if s.lead else None
    if label and _only_leads_in(s, label):
        s = s.part(label.end(), len(s.text), s.lead if s.lead_has_magnesium else s.lead + " magnesium")
        s.before += "\n" + label.group()
    kind, topic = kind_and_topic(s)
    if kind in SILENT:
        return Labels(kind, topic)
    strength = strength_of(s, kind, topic)
    return Labels(kind, topic, form_of(s), direction_of(s, kind, topic, strength), strength)


def _only_leads_in(s: Sentence, label: re.Match[str]) -> bool:
    """Whether a label names no salt and says nothing, in a text on magnesium."""
    named = any(place < label.end() for place in s.forms.values())
    return not named and not has_finite_verb(label.group()) and s.context_has_magnesium


def _parts(text: str) -> list[tuple[int, int]]:
    """Stretches that could stand alone, cut at coordination; the joining word begins the next stretch."""
    places, start = [], 0
    for match in _CUT.finditer(text):
        places.append((start, match.start()))
        joined = match.group()
        lost = len(joined) if joined.startswith(";") else len(joined) - len(joined.lstrip(", "))
        start = match.start() + lost
    return [*places, (start, len(text))]


def _each(places: list[tuple[int, int]], whole: Sentence) -> list[Placed]:
    """The parts of a sentence in an article: each that claims something else than the one before it."""
    lead = whole.lead if whole.lead_has_magnesium or not whole.has_magnesium else "magnesium"
    found: list[Placed] = []
    for start, end in places:
        part = whole.part(start, end, lead)
        labels = _labels(part)
        apart = has_finite_verb(part.text) and labels.kind != "not_a_claim"
        if found and (not apart or _same_claim(labels, found[-1][2])):
            found[-1] = (found[-1][0], end, found[-1][2])
        else:
            found.append((start, end, labels))
    kinds = {labels.kind for *_, labels in found}
    return found if len(found) > 1 and "not_a_claim" not in kinds else []


def _same_claim(one: Labels, other: Labels) -> bool:
    """Whether two parts claim one thing: a like topic, or an unnamed one."""
    return one.topic == other.topic or "other_outcome" in (one.topic, other.topic)


def _split(places: list[tuple[int, int]], whole: Sentence, first: Labels) -> list[Placed]:
    """The parts with their labels where they differ in topic; the first keeps what the sentence says."""
    lead = whole.lead if whole.lead_has_magnesium or not whole.has_magnesium else "magnesium"
    found: list[Placed] = []
    for start, end in places:
        labels = _labels(whole.part(start, end, lead))
        if labels.kind in SILENT or (found and labels.topic == found[-1][2].topic):
            if found:
                found[-1] = (found[-1][0], end, found[-1][2])
            continue
        found.append((start if found else 0, end, labels))
    topics = [labels.topic for *_, labels in found]
    if len(found) < 2 or topics[0] != first.topic or len(set(topics)) < len(found):
        return []
    return [(found[0][0], found[0][1], first), *found[1:]]
