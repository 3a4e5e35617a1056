"""Selling in an article: calls to buy, and the brand that it advertises.

A brand is learnt from the article itself, never from a list: a name with capitals that stands where
advertising names what it sells, and that the article never writes as an ordinary word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from magnesim.claims.quick import Quick
from magnesim.claims.tables import patterns

_NAME = re.compile(r"[A-Z][\w’'-]*")
_INNER_CAPITAL = re.compile(r"[A-Z]{3}|[a-z][A-Z]")
_WHOLE_WORD = re.compile(r"\w+")
_WORD = re.compile(r"\b[a-z][\w’'-]*")


def _pattern(what: str) -> Quick:
    return patterns("commerce", re.IGNORECASE)[what]


def sells(text: str) -> bool:
    """Whether a sentence calls to buy or speaks of goods of the writer's own."""
    return bool(_pattern("sells").search(text))


def discloses(text: str) -> bool:
    """Whether a sentence says who pays for the article, or that it sells."""
    return bool(_pattern("discloses").search(text))


def addresses(text: str) -> bool:
    """Whether a sentence speaks to the reader, as a slogan does and a byline does not."""
    return bool(_pattern("addresses").search(text))


def keeps_verdict(text: str) -> bool:
    """Whether a sentence on a brand promises to treat or to replace a medicine: it is judged by that."""
    return bool(_pattern("keeps_verdict").search(text))


def brands(advertising: Iterable[str], article: Iterable[str]) -> frozenset[str]:
    """The names that the advertising sentences of an article sell.

    Args:
        advertising: its sentences that praise or call to buy.
        article: all its sentences.
    """
    found = {name for text in advertising for name in _names(text)}
    if not found:
        return frozenset()
    ordinary = {word for text in article for word in _WORD.findall(text)}
    return frozenset(
        name
        for name in found
        if name.lower() not in ordinary and name.lower().removesuffix("s") not in ordinary
    )


def _names(text: str) -> set[str]:
    """Names with capitals after words that lead to a brand; at the start only with a capital inside."""
    found = set()
    for match in _NAME.finditer(text):
        name = match.group()
        if len(name) < 3 or _pattern("no_brand").search(name):
            continue
        led = _pattern("brand_lead").search(text, max(0, match.start() - 40), match.start())
        if led and (match.start() > 0 or _INNER_CAPITAL.search(name)):
            found.add(name)
    return found


def names_one(text: str, of: frozenset[str]) -> bool:
    """Whether a text names one of the brands."""
    heads = _by_first_word(of)
    words = heads.keys() & set(_WHOLE_WORD.findall(text)) if heads else ()
    return any(re.search(rf"\b{re.escape(name)}\b", text) for word in words for name in heads[word])


@lru_cache(maxsize=4)
def _by_first_word(names: frozenset[str]) -> dict[str, list[str]]:
    """Names by their first word, so that a text is not searched for each of them."""
    found: dict[str, list[str]] = {}
    for name in names:
        if first := _WHOLE_WORD.match(name):
            found.setdefault(first.group(), []).append(name)
    return found
