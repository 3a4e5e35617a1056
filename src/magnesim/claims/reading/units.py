"""Blocks into units: sentences, headings, bullets, cells and references, each with what it leans on."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from magnesim.claims.reading.blocks import Block
from magnesim.claims.reading.sentences import sentences, stripped

_REFERENCES = re.compile(
    r"\W*(?:\d+\W+)?(?:references?|sources?|bibliography|literature(?: cited)?|works cited|citations|"
    r"footnotes|further reading|studies cited|quellen)\W*$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"(?:it|its|it's|they|their|them|this|these|that|those|such|he|she|his|her|both|neither|"
    r"the (?:former|latter|mineral|supplement|salt|form|same))\b",
    re.IGNORECASE,
)
REMEMBERED, LONGEST = 2, 400
"""How many sentences before a unit it is told of, and how much of each."""
_LABEL = re.compile(r"([^.!?:]{2,60}):\s")


@dataclass(frozen=True)
class Unit:
    """The smallest stretch that is read by itself.

    Attributes:
        text: its words, without markup, with single spaces.
        start, end: its place in `Article.original`.
        kind: `heading`, `sentence`, `bullet`, `cell` or `reference`.
        lead: the heading, lead-in or earlier sentence that its pronoun or ellipsis leans on, or empty.
        section: the last heading above it, or empty.
        before: the section and the last sentences before it, one a line: what an unnamed outcome may be.
    """

    text: str
    start: int
    end: int
    kind: str
    lead: str = ""
    section: str = ""
    before: str = ""


class Places:
    """Translates places in a block into places in the original."""

    def __init__(self, block: Block) -> None:
        self.pieces = block.pieces
        self.starts = [0, *accumulate(len(piece[0]) for piece in block.pieces)][:-1]

    def start(self, place: int) -> int:
        """Where the character at `place` begins in the original."""
        words, start, end, inside = self._at(place)
        return start + inside if len(words) == end - start else start

    def end(self, place: int) -> int:
        """Where the character before `place` ends in the original."""
        words, start, end, inside = self._at(place - 1)
        return start + inside + 1 if len(words) == end - start else end

    def _at(self, place: int) -> tuple[str, int, int, int]:
        at = bisect_right(self.starts, place) - 1
        return *self.pieces[at], place - self.starts[at]


def units_of(blocks: Iterator[Block]) -> Iterator[Unit]:
    """Units of all blocks, with what each stands under."""
    section = lead_in = ""
    references = False
    told: deque[str] = deque(maxlen=REMEMBERED)
    for block in blocks:
        block.pieces = [piece for piece in block.pieces if piece[0]]
        text = " ".join(block.text.split())
        if not text:
            continue
        if block.kind == "heading":
            section, lead_in = text, ""
            references = bool(_REFERENCES.match(text))
        elif block.kind != "bullet" and _REFERENCES.match(text):
            references = True
        if block.kind == "reference" or (
            references and block.kind != "heading" and not _REFERENCES.match(text)
        ):
            block.kind = "reference"
        if block.kind == "heading":
            told.clear()
        listed = block.kind in ("bullet", "cell")
        for unit in _of_block(block, (lead_in if listed else "") or section, section):
            yield replace(unit, before="\n".join((section[:LONGEST], *told)))
            told.append(unit.text[:LONGEST])
        if block.kind == "sentence":
            lead_in = _lead_in(text)


def _lead_in(text: str) -> str:
    """The last sentence of a paragraph if it leads in what follows."""
    if not text.endswith(":"):
        return ""
    begin, end = sentences(text)[-1]
    return text[begin:end]


def _of_block(block: Block, above: str, section: str) -> Iterator[Unit]:
    """The units of one block."""
    text, places = block.text, Places(block)
    cuts = [stripped(text, 0, len(text))] if block.kind in ("heading", "reference") else sentences(text)
    before: Unit | None = None
    label = ""
    for begin, end in cuts:
        words = " ".join(text[begin:end].split())
        if block.kind == "heading":
            lead = ""
        elif before is not None and _PRONOUN.match(words.lstrip("\"'“‘(*")):
            lead = before.lead if _PRONOUN.match(before.text) and before.lead else before.text
        else:
            lead = label or block.lead or above
        unit = Unit(words, places.start(begin), places.end(end), block.kind, lead, section)
        if before is None and block.kind == "bullet":
            found = _LABEL.match(words)
            label = found.group(1) if found else ""
        before = unit
        yield unit
