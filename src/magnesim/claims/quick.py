"""Patterns that are not tried where a text lacks the letters they cannot do without.

Of every pattern the pieces are worked out once of which any place that fits must hold one: `magnes` of
`magnesi(?:um|a)`. A text is cut once into the pieces of three and four letters of its
words; where the two sets have nothing in common the pattern cannot fit. What is found is what the pattern
alone would find.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property, lru_cache

# the parser of `re` is private to the library; the tests of this file find out if it changes
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Generic, TypeVar

Pieces = frozenset[str]
TRIES = 8
"""How often a pattern is tried before it pays to work out what it needs."""
SHORT = 24
"""Characters below which a text is searched faster than cut to pieces."""
_EDGE, _DIGIT = "\x00", "\x01"
"""Marks for the edge of a word and for any digit."""
_MOST = 32
"""Ways to write one stretch that are kept apart."""
_CLASS = 4
"""Letters of a class that are kept apart."""
ASCII = 128
_COMMON = "\x00etaoinshrdlcumwfgypbvkjxqz"
_LIKE_ASCII = str.maketrans("İıſ\u212a", "iisk")
"""Letters that fit an ASCII letter where capitals do not matter."""
_WORD = re.compile(r"\w+")
_NO_WORD = re.compile(r"[^\w\x00]+|\x00+")
_ANY_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=64)
def pieces_of(text: str) -> Pieces:
    """All pieces of the words of a text."""
    low = text.lower() if text.isascii() else text.translate(_LIKE_ASCII).lower()
    return frozenset().union(*map(_of_word, set(_WORD.findall(low))))


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> Pieces:
    """The pieces of three and four letters of a word with its edges, and whether it holds a digit."""
    edged = f"{_EDGE}{word}{_EDGE}"
    found = {edged[at : at + size] for size in (3, 4) for at in range(len(edged) - size + 1)}
    if _ANY_DIGIT.search(word):
        found.add(_DIGIT)
    return frozenset(found)


class Quick:
    """A pattern that answers at once where it cannot fit; otherwise as `re.Pattern` does.

    What it needs is worked out when it has been tried a few times: a single sentence does not wait for that.
    """

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern, self.flags = pattern, flags
        self._left = TRIES
        self._needs: Pieces | None = None

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern itself."""
        return re.compile(self.pattern, self.flags)

    @cached_property
    def needs(self) -> Pieces | None:
        """Pieces of which every place that fits holds one; None where nothing can be said."""
        return _needs(self.pattern, self.flags)

    def may_fit(self, text: str) -> bool:
        """Whether a text holds what the pattern needs."""
        if self._left:
            self._left -= 1
            if not self._left:
                self._needs = self.needs
            return True
        return self._needs is None or len(text) < SHORT or not self._needs.isdisjoint(pieces_of(text))

    def search(self, text: str, *span: int) -> re.Match[str] | None:
        return self.compiled.search(text, *span) if self.may_fit(text) else None

    def match(self, text: str, *span: int) -> re.Match[str] | None:
        return self.compiled.match(text, *span)

    def fullmatch(self, text: str, *span: int) -> re.Match[str] | None:
        return self.compiled.fullmatch(text, *span)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.compiled.finditer(text) if self.may_fit(text) else iter(())

    def findall(self, text: str) -> list[Any]:
        return self.compiled.findall(text) if self.may_fit(text) else []

    def sub(self, by: str | Callable[[re.Match[str]], str], text: str) -> str:
        return self.compiled.sub(by, text) if self.may_fit(text) else text


@cache
def quick(pattern: str, flags: int = 0) -> Quick:
    """A pattern of the tables, read once."""
    return Quick(pattern, flags)


Value = TypeVar("Value")


class QuickList(Generic[Value]):
    """Patterns in an order, each with what it stands for; all are looked up in one step."""

    def __init__(self, entries: Iterable[tuple[Quick, Value]]) -> None:
        self.entries = tuple(entries)

    @cached_property
    def _by_piece(self) -> dict[str, list[int]]:
        """Places of the patterns that need a piece."""
        found: dict[str, list[int]] = {}
        for place, (pattern, _) in enumerate(self.entries):
            for piece in pattern.needs or ():
                found.setdefault(piece, []).append(place)
        return found

    @cached_property
    def _pieces(self) -> Pieces:
        return frozenset(self._by_piece)

    @cached_property
    def _always(self) -> list[int]:
        """Places of the patterns of which nothing is known beforehand."""
        return [place for place, (pattern, _) in enumerate(self.entries) if pattern.needs is None]

    def may_fit(self, text: str) -> list[tuple[Quick, Value]]:
        """The entries that a text may hold, in their order."""
        known = self._by_piece
        places = {place for piece in self._pieces & pieces_of(text) for place in known[piece]}
        return [self.entries[place] for place in sorted(places.union(self._always))]

    def found(self, text: str) -> Iterator[tuple[re.Match[str], Value]]:
        """The first place of every pattern that fits, with what it stands for, in their order."""
        for pattern, value in self.may_fit(text):
            if match := pattern.compiled.search(text):
                yield match, value


# ---------------------------------------- what a pattern cannot do without


def _needs(pattern: str, flags: int) -> Pieces | None:
    """Pieces of which every place that fits holds one; None where nothing can be said."""
    written, needed = _of_sequence(parser.parse(pattern, flags))
    best = _rarest([needed, _cut_to_pieces(written)])
    return None if best is None else frozenset(best)


_Ways = frozenset[str] | None
"""All ways to write a stretch, or None where they are too many."""
_EMPTY = frozenset({""})


def _of_sequence(items: Iterable[Any]) -> tuple[_Ways, _Ways]:
    """All ways to write a sequence, and pieces of which it must hold one."""
    whole, run = True, _EMPTY
    needed: list[_Ways] = []
    for kind, told in items:
        ways, inside = _of_item(kind, told)
        if ways is not None and len(ways) * len(run) <= _MOST:
            run = frozenset(one + other for one in run for other in ways)
            continue
        whole = False
        needed += [inside, _cut_to_pieces(run)]
        run = _EMPTY if ways is None else ways
    needed.append(_cut_to_pieces(run))
    return (run if whole else None), _rarest(needed)


def _of_item(kind: Any, told: Any) -> tuple[_Ways, _Ways]:
    read = _READERS.get(kind)
    return read(told) if read else (None, None)


def _of_letter(told: int) -> tuple[_Ways, _Ways]:
    return (frozenset({chr(told).lower()}) if told < ASCII else None), None


def _of_class(told: list[tuple[Any, Any]]) -> tuple[_Ways, _Ways]:
    if all(kind is op.LITERAL for kind, _ in told) and len(told) <= _CLASS:
        letters = [letter for _, letter in told]
    elif len(told) == 1 and told[0][0] is op.RANGE and told[0][1][1] - told[0][1][0] <= 5:
        letters = list(range(told[0][1][0], told[0][1][1] + 1))
    else:
        digits = all(item in ((op.CATEGORY, op.CATEGORY_DIGIT), (op.RANGE, (48, 57))) for item in told)
        return None, frozenset({_DIGIT}) if digits else None
    if any(letter >= ASCII for letter in letters):
        return None, None
    return frozenset(chr(letter).lower() for letter in letters), None


def _of_branches(branches: list[tuple[_Ways, _Ways]]) -> tuple[_Ways, _Ways]:
    every = [ways for ways, _ in branches]
    ways = None if None in every else frozenset().union(*filter(None, every))
    if ways is not None and len(ways) <= _MOST:
        return ways, None
    needed: set[str] = set()
    for written, inside in branches:
        best = _rarest([inside, _cut_to_pieces(written)])
        if best is None:
            return None, None
        needed |= best
    return None, frozenset(needed)


def _of_repeat(told: tuple[int, int, Iterable[Any]]) -> tuple[_Ways, _Ways]:
    least, most, items = told
    ways, inside = _of_sequence(items)
    if most == 1 and ways is not None:
        return (ways | _EMPTY if least == 0 else ways), None
    return None, (_rarest([inside, _cut_to_pieces(ways)]) if least else None)


_READERS: dict[Any, Callable[[Any], tuple[_Ways, _Ways]]] = {
    op.LITERAL: _of_letter,
    op.IN: _of_class,
    op.AT: lambda told: (frozenset({_EDGE if told is op.AT_BOUNDARY else ""}), None),
    op.ASSERT: lambda _: (_EMPTY, None),
    op.ASSERT_NOT: lambda _: (_EMPTY, None),
    op.SUBPATTERN: lambda told: _of_sequence(told[3]),
    op.ATOMIC_GROUP: _of_sequence,
    op.BRANCH: lambda told: _of_branches([_of_sequence(branch) for branch in told[1]]),
    op.MAX_REPEAT: _of_repeat,
    op.MIN_REPEAT: _of_repeat,
    op.POSSESSIVE_REPEAT: _of_repeat,
}
"""How each kind of item is read; of any other nothing is said."""


def _cut_to_pieces(ways: _Ways) -> _Ways:
    """One piece of every way, the rarest of its longest; None where a way is too short to have one."""
    if ways is None:
        return None
    found = {_piece(way) for way in ways}
    return None if "" in found else frozenset(found)


def _piece(way: str) -> str:
    """The piece of a stretch that is rarest in text, or empty."""
    parts = _NO_WORD.sub(_EDGE, _NO_WORD.sub(_EDGE, way)).split(_EDGE)
    last = len(parts) - 1
    edged = [f"{_EDGE * (at > 0)}{part}{_EDGE * (at < last)}" for at, part in enumerate(parts) if part]
    long = max(map(len, edged), default=0)
    if long < 3:
        return ""
    size = min(long, 4)
    return min(
        (part[at : at + size] for part in edged for at in range(len(part) - size + 1)), key=_commonness
    )


@cache
def _commonness(piece: str) -> float:
    """About how often a piece stands in text, from the ranks of its letters; a word of its own is common."""
    share = 1.0
    for letter in piece:
        rank = _COMMON.find(letter)
        share *= 1 / (4 + (rank if rank >= 0 else len(_COMMON)))
    return share


def _rarest(several: list[_Ways]) -> _Ways:
    """Of sets of pieces each of which will do, the one that stands in the fewest texts."""
    known = [ways for ways in several if ways is not None]
    return min(known, key=lambda ways: sum(map(_commonness, ways)), default=None)
