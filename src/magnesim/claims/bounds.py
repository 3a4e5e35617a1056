"""What of an article is read, and how: its size, characters nobody sees, passages without a full stop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from magnesim.claims.reading import Article, Unit
from magnesim.errors import InputError

MOST_BYTES = 2_000_000
"""About three hundred thousand words: a book, and some ten seconds of work."""
LONGEST_PASSAGE = 1_500
"""Characters of one passage; no sentence that a person reads is longer. Word patterns look back and forth
in a passage, so their work grows with its square."""
EXAMPLE = "magnesim check article.txt --out article.html"

_UNSEEN = re.compile(
    r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
"""Soft hyphens, zero-width characters and marks of writing direction: they hide or reorder words."""
_CUT = re.compile(r"[;,]\s|\s")


def check_size(data: bytes) -> None:
    """See that an article is not longer than what is read.

    Raises:
        InputError: it is.
    """
    if len(data) > MOST_BYTES:
        raise InputError(
            "the article",
            f"at most {MOST_BYTES / 1e6:g} MB of text is read at once; give one article, not a collection.",
            EXAMPLE,
        )


def seen_units(article: Article) -> tuple[tuple[Unit, ...], tuple[str, ...]]:
    """The units as a reader sees them, none too long, and what to tell of that.

    Raises:
        InputError: no unit holds a letter, or there are NUL characters between the letters.
    """
    if "\x00" in article.original:
        raise InputError("the file holds NUL characters", "save the article as UTF-8 text.", EXAMPLE)
    visible = [_visible(unit) for unit in article.units]
    if not any(any(map(str.isalpha, unit.text)) for unit in visible):
        raise InputError("the article holds no words", "give an article of text, markdown or HTML.", EXAMPLE)
    units = tuple(part for unit in visible for part in _parts(unit))
    notes = []
    if any(one.text != other.text for one, other in zip(article.units, visible, strict=True)):
        notes.append("Characters that nobody sees (zero width, writing direction) were left out.")
    if len(units) > len(visible):
        notes.append(
            f"Passages of more than {LONGEST_PASSAGE:,} characters without a full stop were cut to be read."
        )
    return units, tuple(notes)


def _visible(unit: Unit) -> Unit:
    text, lead, section = (_UNSEEN.sub("", part) for part in (unit.text, unit.lead, unit.section))
    if (text, lead, section) == (unit.text, unit.lead, unit.section):
        return unit
    return replace(unit, text=text, lead=lead, section=section)


def _parts(unit: Unit) -> Iterator[Unit]:
    """A unit, or its pieces; a piece keeps its own place where words and original run alike."""
    short = replace(unit, lead=unit.lead[-LONGEST_PASSAGE:], section=unit.section[:LONGEST_PASSAGE])
    if len(unit.text) <= LONGEST_PASSAGE:
        yield short if len(unit.lead) + len(unit.section) > LONGEST_PASSAGE else unit
        return
    alike = unit.end - unit.start == len(unit.text)
    for begin, end in _cuts(unit.text):
        place = (unit.start + begin, unit.start + end) if alike else (unit.start, unit.end)
        yield replace(short, text=unit.text[begin:end], start=place[0], end=place[1])


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    """Where a long passage is cut: at the last comma or space that leaves it short enough."""
    begin = 0
    while begin < len(text):
        end = min(begin + LONGEST_PASSAGE, len(text))
        if end < len(text):
            gaps = [found.end() for found in _CUT.finditer(text, begin + LONGEST_PASSAGE // 2, end)]
            end = gaps[-1] if gaps else end
        yield begin, end
        begin = end
