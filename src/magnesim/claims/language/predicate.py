"""Whether words hold a finite verb, and whether they begin as a request: by form and position, not by list.

English marks a finite verb by an auxiliary, by an ending after a subject, or by an ending before an object. A
request begins with a bare verb that an object follows. Closed classes of words stand in `patterns.csv`.
"""

from __future__ import annotations

import re
from functools import cache

from magnesim.claims.language.sentence import Sentence, says
from magnesim.claims.language.terms import WORD, terms_of
from magnesim.claims.tables import patterns

_ENDED = (".", "!")
_FRAGMENT = re.compile(r"[.!]+\s*")
_FEW_WORDS = 4
_NEXT = re.compile(r"(?: (\w+))?(?: (\w+))?")
_PARTICLES = frozenset(("up", "down", "off", "out", "away", "back", "in", "over", "through"))
_BEFORE_OBJECT = frozenset((
    "the", "a", "an", "your", "it", "them", "yourself", "any", "this", "these", "each", "every", "another",
    "one", "two", "three", "four", "half",
))  # fmt: skip
_THIRD_PERSON = ("ves", "ses", "ps", "ns", "ts", "is", "as", "can", "may", "might", "fell", "rose")
"""Endings of verbs that follow a subject, never a request."""


def is_ended(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return text.rstrip(" \"')").endswith(_ENDED)


def has_predicate(s: Sentence) -> bool:
    """Whether something is said: an ended sentence of some length, or words with a finite verb."""
    if is_ended(s.text) and not _is_slogan(s.text):
        return True
    return has_finite_verb(s.text)


def has_finite_verb(text: str) -> bool:
    """Whether a finite verb stands in a text in plain small letters."""
    table = patterns("language/patterns")
    if table["verb_after_subject"].search(text) or table["verb_before_object"].search(text):
        return True
    words = WORD.findall(text)
    verbs = (place for place, word in enumerate(words) if word in _verbs() and not says("participle", word))
    return any(not _is_noun_at(words, place) for place in verbs)


def _is_noun_at(words: list[str], place: int) -> bool:
    """Whether a word that could be a verb stands where only a noun can."""
    before = patterns("language/patterns")["before_noun"]
    return any(before.fullmatch(word) for word in words[max(0, place - 2) : place])


def _is_slogan(text: str) -> bool:
    """Whether a text is made of a few words without a verb."""
    parts = [part for part in _FRAGMENT.split(text) if part.strip()]
    return all(len(part.split()) < _FEW_WORDS and not has_finite_verb(part) for part in parts)


@cache
def _verbs() -> frozenset[str]:
    """Common verb forms, auxiliaries among them."""
    return terms_of("cues", "verb")


def begins_request(text: str, place: int) -> bool:
    """Whether a bare verb with an object begins at a place of a text in plain small letters."""
    found = WORD.match(text, place)
    if found is None:
        return False
    if found.group() in terms_of("cues", "imperative"):
        # "focus improves" has a subject, not a request
        after = WORD.search(text, found.end())
        return after is None or not (after.group() in _verbs() and after.group().endswith(_THIRD_PERSON))
    # the pattern fits nothing too, so that there always is a match
    next_one, next_but_one = _NEXT.match(text, found.end()).groups("")  # type: ignore[union-attr]
    if not (_may_be_object(next_one) or (next_one in _PARTICLES and _may_be_object(next_but_one))):
        return False
    return patterns("language/patterns")["bare_verb_and_object"].match(text, place) is not None


def _may_be_object(word: str) -> bool:
    """Whether an object of a request can begin with a word: a quick look before the pattern."""
    return word in _BEFORE_OBJECT or word[:1].isdigit()
