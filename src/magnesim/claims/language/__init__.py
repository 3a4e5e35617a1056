"""What a sentence claims of magnesium: kind, topic, salt, direction and strength, by rules over word lists.

`terms` compiles the word lists, `sentence` finds them, and `topic`, `kind` and `direction` each hold one
section of the rules. A sentence is cut here where its parts make different claims.
"""

from __future__ import annotations

import re

from magnesim.claims.labels import Labels
from magnesim.claims.language.direction import direction_of, form_of, strength_of
from magnesim.claims.language.kind import SILENT, kind_and_topic
from magnesim.claims.language.sentence import Sentence, plain

SHORT = 40
"""A sentence of fewer characters makes one claim."""
_CUT = re.compile(
    r"; |, which is why |, (?:but|and|while|whereas|yet) | and (?=(?:it|also|has|is|can|may|helps?|lowers?"
    r"|raises?|reduces?|improves?|eases?|boosts?|cuts?|keeps?|prevents?|makes?)\b)"
)

Placed = tuple[int, int, Labels]
"""Where a claim begins and ends in the sentence, and its labels."""


def labels_of(text: str, lead: str = "") -> list[Placed]:
    """The claims in one sentence, in order, each with its place in `text`.

    Args:
        text: one sentence.
        lead: the heading or lead-in before it, so that a pronoun under magnesium counts.

    Returns:
        At least one entry; one of kind `not_a_claim` over everything if nothing is claimed. A sentence is cut
        only where its parts have different topics, and never where a mechanism only argues for an outcome.
    """
    words = plain(text)
    whole = Sentence.read(words, plain(lead))
    first = _labels(whole)
    single = [(0, len(text), first)]
    if first.kind in (*SILENT, "citation", "dose") or len(text) < SHORT:
        return single
    places = _parts(words)
    return (_split(places, whole, first) if len(places) > 1 else []) or single


def _labels(s: Sentence) -> Labels:
    """The labels of one stretch of text."""
    kind, topic = kind_and_topic(s)
    if kind in SILENT:
        return Labels(kind, topic)
    strength = strength_of(s, kind)
    return Labels(kind, topic, form_of(s), direction_of(s, kind, topic, strength), strength)


def _parts(text: str) -> list[tuple[int, int]]:
    """Stretches that could stand alone, cut at coordination; the joining word begins the next stretch."""
    places, start = [], 0
    for match in _CUT.finditer(text):
        places.append((start, match.start()))
        joined = match.group()
        lost = len(joined) if joined.startswith(";") else len(joined) - len(joined.lstrip(", "))
        start = match.start() + lost
    return [*places, (start, len(text))]


def _split(places: list[tuple[int, int]], whole: Sentence, first: Labels) -> list[Placed]:
    """The parts with their labels where they differ in topic; the first keeps what the sentence says."""
    lead = whole.lead if whole.lead_has_magnesium or not whole.has_magnesium else "magnesium"
    found: list[Placed] = []
    for start, end in places:
        labels = _labels(Sentence.read(whole.text[start:end], lead))
        if labels.kind in SILENT or (found and labels.topic == found[-1][2].topic):
            if found:
                found[-1] = (found[-1][0], end, found[-1][2])
            continue
        found.append((start if found else 0, end, labels))
    topics = [labels.topic for *_, labels in found]
    if len(found) < 2 or topics[0] != first.topic or len(set(topics)) < len(found):
        return []
    return [(found[0][0], found[0][1], first), *found[1:]]
