"""Reads an article of text, markdown or HTML into units, each with its place in the original.

Every reader makes blocks (a heading, a paragraph, a bullet, a cell, a reference) out of pieces of the
original; one splitter then cuts blocks into sentences. Pieces remember where they came from, so a unit can be
shown in the original, whatever markup stood between its words.
"""

from __future__ import annotations

from dataclasses import dataclass

from magnesim.claims.reading.decoding import decoded, format_of
from magnesim.claims.reading.markdown import markdown_blocks
from magnesim.claims.reading.pages import html_blocks
from magnesim.claims.reading.plain_text import text_blocks
from magnesim.claims.reading.units import Unit, units_of
from magnesim.errors import InputError

__all__ = ["FORMATS", "Article", "Unit", "read_article"]

FORMATS = {
    "text": "text",
    "txt": "text",
    "markdown": "markdown",
    "md": "markdown",
    "html": "html",
    "htm": "html",
}
"""Names under which a format may be asked for."""


@dataclass(frozen=True)
class Article:
    """An article as it was read.

    Attributes:
        original: the decoded text that all offsets count in.
        units: in the order of the article; they never overlap.
        format: `text`, `markdown` or `html`.
        notes: what the reader should be told of the reading, such as a guessed encoding.
    """

    original: str
    units: tuple[Unit, ...]
    format: str = "text"
    notes: tuple[str, ...] = ()


_BLOCKS = {"text": text_blocks, "markdown": markdown_blocks, "html": html_blocks}


def read_article(data: bytes, format: str | None = None) -> Article:
    """The units of an article.

    Args:
        data: the file as it lies on disk.
        format: `text`, `markdown` or `html`; found from the content if None.

    Raises:
        InputError: nothing in it, not a text, or an unknown format.
    """
    if format is not None and format.lower() not in FORMATS:
        raise InputError(f"format {format!r}", "give text, markdown or html", "--format markdown")
    original, notes = decoded(data)
    kind = FORMATS[format.lower()] if format else format_of(original)
    return Article(original, tuple(units_of(_BLOCKS[kind](original))), kind, notes)
