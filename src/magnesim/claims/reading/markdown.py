"""Markdown into blocks, without its marks."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from magnesim.claims.reading.blocks import BULLET, COMMENT, Block, Line, Piece, TableLeads, lines_of, piece_of

_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_ATX = re.compile(r"\s{0,3}#{1,6}[ \t]+(?=\S)")
_SETEXT = re.compile(r"\s{0,3}(?:=+|-{2,})\s*$")
_RULE = re.compile(r"\s{0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$")
_QUOTE = re.compile(r"\s{0,3}(?:>[ \t]?)+")
_DEFINITION = re.compile(r"\s{0,3}\[[^\]^]+\]:\s*\S+")
_FOOTNOTE = re.compile(r"\s{0,3}\[\^[^\]]+\]:\s*")
_TABLE_RULE = re.compile(r"\s*+(?:\|\s*+)?:?-{2,}+:?\s*+(?:\|\s*+:?-{2,}+:?\s*+)*+(?:\|\s*+)?$")
_INLINE = re.compile(
    r"!\[[^\]\n]{0,400}\]\([^)\n]{0,400}\)"  # an image: nothing of it is read
    r"|\[(?P<link>[^\[\]\n]{1,400})\](?:\([^()\n]{0,400}\)|\[[^\]\n]{0,100}\])"  # a link: its words are read
    r"|(?P<escape>\\)(?=[\\`*_{}\[\]()#+\-.!|>~])"
    r"|\[\^[^\]\n]{1,50}\]"  # a mark of a footnote
    r"|\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|`+|~~"
    r"|</?[A-Za-z][^<>\n]{0,400}>"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
)


def markdown_blocks(text: str) -> Iterator[Block]:
    """Blocks of markdown; code, comments, images, definitions and the front matter are left out."""
    for block in _raw_markdown(_without_front_matter(lines_of(_blank_comments(text)))):
        yield Block(block.kind, [bit for piece in block.pieces for bit in _inline(piece)], block.lead)


def _blank_comments(text: str) -> str:
    """The text with spaces for comments, so that offsets hold."""
    return COMMENT.sub(lambda found: re.sub(r"[^\r\n]", " ", found.group()), text)


def _without_front_matter(lines: list[Line]) -> list[Line]:
    if lines and lines[0].text.strip() == "---":
        for place, line in enumerate(lines[1:200], 1):
            if line.text.strip() in ("---", "..."):
                return lines[place + 1 :]
    return lines


def _raw_markdown(lines: list[Line]) -> Iterator[Block]:
    """Blocks whose pieces still hold the inline marks."""
    block: Block | None = None
    fence = ""
    table = TableLeads()
    for line in lines:
        mark = _FENCE.match(line.text)
        if mark and (not fence or fence == mark.group(1)):
            fence = "" if fence else mark.group(1)
            if block is not None:
                yield block
            block = None
            continue
        if fence:
            continue
        if block is not None and block.kind == "sentence" and _SETEXT.match(line.text):
            block.kind = "heading"
            yield block
            block = None
            continue
        started = _markdown_start(line)
        if started is None and block is not None and not line.blank:
            block.pieces += [(" ", line.start, line.start), piece_of(line, _quote_width(line))]
            continue
        if block is not None:
            yield block
        block = None
        if line.text.lstrip().startswith("|") and line.text.count("|") > 1:
            yield from table.row(_cells_of(line))
            continue
        table = TableLeads() if not _TABLE_RULE.match(line.text) else table
        block = None if line.blank else started or Block("sentence", [piece_of(line, _quote_width(line))])
        if block is not None and (not block.pieces or block.kind == "heading"):
            if block.pieces:
                yield block
            block = None
    if block is not None:
        yield block


def _quote_width(line: Line) -> int:
    found = _QUOTE.match(line.text)
    return found.end() if found else 0


def _markdown_start(line: Line) -> Block | None:
    """The block that a line opens, an empty one if the line is to be left out, None if it opens none."""
    quoted = _quote_width(line)
    text = line.text[quoted:]
    if _RULE.match(text) or _TABLE_RULE.match(text) or text.lstrip().startswith("|"):
        return Block("none")
    footnote = _FOOTNOTE.match(text)
    if footnote:
        return Block("reference", [piece_of(line, quoted + footnote.end())])
    if _DEFINITION.match(text):
        return Block("none")
    for kind, pattern in (("heading", _ATX), ("bullet", BULLET)):
        found = pattern.match(text)
        if found:
            words = text.rstrip().rstrip("#").rstrip() if kind == "heading" else text
            end = line.start + quoted + len(words)
            return Block(kind, [(words[found.end() :], line.start + quoted + found.end(), end)])
    return None


def _cells_of(line: Line) -> list[Block]:
    """The cells of a row of a markdown table."""
    if _TABLE_RULE.match(line.text):
        return []
    cells = []
    for found in re.finditer(r"(?:\\.|[^|\\])+", line.text):
        if found.group().strip():
            words, place = found.group(), line.start + found.start()
            cells.append(Block("cell", [(words, place, place + len(words))]))
    return cells


def _inline(piece: Piece) -> Iterator[Piece]:
    """A piece without its inline marks; what is left keeps its place."""
    words, start, end = piece
    if len(words) != end - start:
        yield piece
        return
    last = 0
    for found in _INLINE.finditer(words):
        if found.start() > last:
            yield words[last : found.start()], start + last, start + found.start()
        last = found.end()
        if found["link"]:
            inner = (found["link"], start + found.start("link"), start + found.end("link"))
            yield from _inline(inner)
        elif found["entity"]:
            yield html.unescape(found["entity"]), start + found.start(), start + found.end()
    if last < len(words):
        yield words[last:], start + last, end
