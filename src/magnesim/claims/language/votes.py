"""A topic for what no term names: the single words of the word lists vote, in whatever order they stand.

A word counts the more, the fewer topics have it among their terms. This only stands in for `topic` where no
whole term of a topic fits.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from math import log

from magnesim.claims.language.sentence import Sentence, says
from magnesim.claims.language.terms import kind_of
from magnesim.claims.tables import rows

_WORD = re.compile(r"[a-z]{4,}")
_ENDINGS = re.compile(r"(?:ing|ed|es|s|ly|er|est)$")
ENOUGH = 2.8
"""The votes that a topic needs: a word that four topics or fewer share."""
AHEAD = 0.4
"""By how much it must lead the next."""
VOTING = ("effect", "mechanism", "status", "form", "safety")
"""Kinds of topics that may be found so; a dose is told by more than words alone."""
SILENT = ("treatment_replacement", "general_safety", "drug_interaction", "children", "pregnancy_lactation")
"""Topics of these kinds that take more than words alone too."""


def voted_topic(s: Sentence) -> str | None:
    """The topic that the words of a sentence vote for, if it leads clearly."""
    votes: dict[str, float] = {}
    voters: Counter[str] = Counter()
    for word in {_stem(word) for word in _WORD.findall(s.text)}:
        for topic, weight in _voters().get(word, ()):
            votes[topic] = votes.get(topic, 0.0) + weight
            voters[topic] += 1
    # a single word speaks of an outcome; what is no outcome takes two
    votes = {topic: sum_ for topic, sum_ in votes.items() if kind_of(topic) == "effect" or voters[topic] > 1}
    if not votes:
        return None
    first, *others = sorted(votes, key=lambda topic: -votes[topic])
    second = votes[others[0]] if others else 0.0
    return first if votes[first] >= ENOUGH and votes[first] - second >= AHEAD else None


def _stem(word: str) -> str:
    short = _ENDINGS.sub("", word)
    return short if len(short) >= 4 else word


@cache
def _voters() -> dict[str, tuple[tuple[str, float], ...]]:
    """For every stem the topics it votes for, each with the weight of its vote."""
    held: dict[str, set[str]] = {}
    voting = [row for row in rows("language/topics") if row["kind"] in VOTING and row["topic"] not in SILENT]
    for row in voting:
        for word in _WORD.findall(row["terms"]):
            stem = _stem(word)
            if not says("everyday_word", stem):
                held.setdefault(stem, set()).add(row["topic"])
    return {
        stem: tuple((topic, log(len(voting) / len(topics))) for topic in sorted(topics))
        for stem, topics in held.items()
    }
