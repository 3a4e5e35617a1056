"""Plain text into blocks: blank lines, bullets and headings, hard-wrapped or not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from magnesim.claims.reading.blocks import BULLET, Block, Line, lines_of, piece_of

_NUMBERED_HEADING = re.compile(r"\s*\d{1,2}(?:\.\d{1,2})+\.?[ \t]+(?=\S)")
_ENDS = re.compile(r"[.!?…:;,][\"'”’)\]*_]*(?:\[\d+\])*\s*$")


def text_blocks(text: str) -> Iterator[Block]:
    """Blocks of plain text: blank lines part them, and so does every line unless the text is hard-wrapped."""
    lines = lines_of(text)
    wrapped = _is_wrapped(lines)
    following = _next_filled(lines)
    only_one = sum(not line.blank for line in lines) == 1
    block: Block | None = None
    before = Line("", 0)
    for line, after in zip(lines, following, strict=True):
        joins = block is not None and _joins(before, line, block, wrapped)
        if block is not None and joins:
            block.pieces += [(" ", line.start, line.start), piece_of(line)]
        else:
            if block is not None:
                yield block
            block = (
                None if line.blank else _text_block(line, after, only_one or (wrapped and _same(line, after)))
            )
        before = line
    if block is not None:
        yield block


def _same(line: Line, after: Line | None) -> bool:
    """Whether a line runs on into the very next one, as wrapped prose does and a heading does not."""
    return after is not None and after.start <= line.start + len(line.text) + 2 and len(line.text) > 50


def _is_wrapped(lines: list[Line]) -> bool:
    """Whether lines were broken at a fixed width: none is long, and many stop in the middle of a sentence."""
    filled = [line.text.rstrip() for line in lines if not line.blank]
    if len(filled) < 3 or max(map(len, filled)) > 110:
        return False
    return sum(len(text) > 45 and not _ENDS.search(text[-40:]) for text in filled) * 3 >= len(filled)


def _joins(before: Line, line: Line, block: Block, wrapped: bool) -> bool:
    """Whether a line carries on the block above it."""
    if before.blank or line.blank or BULLET.match(line.text) or _NUMBERED_HEADING.match(line.text):
        return False
    if block.kind != "heading" and line.text[:1].isspace() and BULLET.match(before.text):
        return True
    if not _ENDS.search(before.text[-40:]) and line.text.lstrip()[:1].islower():
        return True
    return wrapped and block.kind != "heading"


def _next_filled(lines: list[Line]) -> list[Line | None]:
    """For every line the next one that is not blank."""
    found: list[Line | None] = []
    after: Line | None = None
    for line in reversed(lines):
        found.append(after)
        after = after if line.blank else line
    return found[::-1]


def _text_block(line: Line, after: Line | None, prose: bool) -> Block:
    """A new block that begins with a line; `prose` if it cannot be a heading."""
    numbered = _NUMBERED_HEADING.match(line.text)
    if numbered:
        return Block("heading" if _is_title(line.text) else "sentence", [piece_of(line, numbered.end())])
    bullet = BULLET.match(line.text)
    if bullet:
        # "1. The role of magnesium" over a paragraph is a heading; in a row of numbered lines it is an item
        alone = bullet.group().strip()[0].isdigit() and not (after and BULLET.match(after.text))
        kind = "heading" if alone and after and _is_title(line.text[bullet.end() :]) else "bullet"
        return Block(kind, [piece_of(line, bullet.end())])
    return Block("heading" if _is_title(line.text) and not prose else "sentence", [piece_of(line)])


def _is_title(text: str) -> bool:
    """Whether a line reads as a heading: short, and not ended as a sentence (a question may be one)."""
    text = text.strip()
    if len(text) > 110 or len(text.split()) > 16:
        return False
    return (text.endswith("?") and len(text.split()) <= 12) or not _ENDS.search(text)
