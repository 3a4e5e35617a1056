"""What every reader makes of an article: blocks of pieces that remember their place in the original."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

Piece = tuple[str, int, int]
"""Words, and where they begin and end in the original."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
BULLET = re.compile(r"\s*(?:[-*+•‣·–—◦▪●✓✔]|\(?\d{1,2}[.)]|\(?[a-z]\)|\[\d{1,3}\])[ \t]+(?=\S)")
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass
class Block:
    """A paragraph, bullet, cell, heading or reference: pieces of (words, start, end in the original)."""

    kind: str
    pieces: list[Piece] = field(default_factory=list)
    lead: str = ""

    @property
    def text(self) -> str:
        return "".join(piece[0] for piece in self.pieces)


@dataclass(frozen=True)
class Line:
    """A line without its line break."""

    text: str
    start: int

    @property
    def blank(self) -> bool:
        return not self.text.strip()


def lines_of(text: str) -> list[Line]:
    """The lines of a text with their offsets; any of the three line breaks ends one."""
    found = []
    for match in _LINE.finditer(text):
        if match.group() or match.start() < len(text):
            found.append(Line(match.group().rstrip("\r\n"), match.start()))
    return found


def piece_of(line: Line, skip: int = 0) -> Piece:
    return line.text[skip:], line.start + skip, line.start + len(line.text)


class TableLeads:
    """Gives every cell the heading of its row and column as its lead."""

    def __init__(self) -> None:
        self.columns: list[str] = []

    def row(self, cells: list[Block]) -> Iterator[Block]:
        """The cells of a row; the first row of a table heads its columns."""
        texts = [" ".join(cell.text.split()) for cell in cells]
        for place, cell in enumerate(cells):
            heads = [texts[0]] if place and self.columns else []
            heads += self.columns[place : place + 1]
            cell.lead = " - ".join(heads)
        if not self.columns:
            self.columns = texts
        yield from cells
