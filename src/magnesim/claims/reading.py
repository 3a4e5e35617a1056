"""Reads an article of text, markdown or HTML into units, each with its place in the original.

Every reader makes blocks (a heading, a paragraph, a bullet, a cell, a reference) out of pieces of the
original; one splitter then cuts blocks into sentences. Pieces remember where they came from, so a unit can be
shown in the original, whatever markup stood between its words.
"""

from __future__ import annotations

import codecs
import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import accumulate

from magnesim.errors import InputError

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
class Unit:
    """The smallest stretch that is read by itself.

    Attributes:
        text: its words, without markup, with single spaces.
        start, end: its place in `Article.original`.
        kind: `heading`, `sentence`, `bullet`, `cell` or `reference`.
        lead: the heading, lead-in or earlier sentence that its pronoun or ellipsis leans on, or empty.
        section: the last heading above it, or empty.
    """

    text: str
    start: int
    end: int
    kind: str
    lead: str = ""
    section: str = ""


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


@dataclass
class _Block:
    """A paragraph, bullet, cell, heading or reference: pieces of (words, start, end in the original)."""

    kind: str
    pieces: list[tuple[str, int, int]] = field(default_factory=list)
    lead: str = ""

    @property
    def text(self) -> str:
        return "".join(piece[0] for piece in self.pieces)


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
    original, notes = _decoded(data)
    kind = FORMATS[format.lower()] if format else format_of(original)
    blocks = {"text": _text_blocks, "markdown": _markdown_blocks, "html": _html_blocks}[kind](original)
    return Article(original, tuple(_units(blocks)), kind, notes)


# ---------------------------------------------------------------------------------------------- bytes to text

_SIGNATURES = (
    (b"%PDF", "a PDF"), (b"PK\x03\x04", "a zip or office file"), (b"\x89PNG", "an image"),
    (b"GIF8", "an image"),
    (b"\xff\xd8\xff", "an image"), (b"\x1f\x8b", "a compressed file"), (b"RIFF", "a media file"),
)  # fmt: skip
_ALLOWED = "give an article as plain text, markdown or HTML"


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text in `data` and what had to be guessed about it."""
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise InputError(f"this is {what}, not a text", f"{_ALLOWED}; save its text first")
    text, notes = _by_encoding(data)
    if not text.strip():
        raise InputError("the article is empty", _ALLOWED)
    return text, notes


def _by_encoding(data: bytes) -> tuple[str, tuple[str, ...]]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16"), ()
        except UnicodeDecodeError:
            raise InputError("the file begins as UTF-16 but is not", f"{_ALLOWED}, saved as UTF-8") from None
    if b"\x00" in data:
        raise InputError("the file holds NUL bytes, so it is not a text", _ALLOWED)
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return _by_guess(data)


def _by_guess(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Text of an old Western encoding; a file full of control characters is no text at all."""
    controls = len(re.findall(rb"[\x01-\x08\x0e-\x1f]", data))
    if controls > len(data) / 50:
        raise InputError("the file is not a text", _ALLOWED)
    for name, told in (("cp1252", "Windows-1252"), ("latin-1", "Latin-1")):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        return text, (f"The file is not UTF-8; it was read as {told}, so accents may be wrong.",)
    raise AssertionError("latin-1 reads any byte")


_HTML_SIGNS = re.compile(r"<!doctype html|<html[\s>]|<body[\s>]|<head[\s>]", re.IGNORECASE)
_HTML_TAGS = re.compile(r"<(?:p|div|h[1-6]|ul|ol|li|table|article|section|br)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_MARKDOWN_SIGNS = re.compile(
    r"^#{1,6} \S|^\|.*\|\s*$|^(?:```|~~~)|\*\*[^*\s][^*\n]{0,200}\*\*|"
    r"\[[^\]\[\n]{1,200}\]\([^)\s]{1,300}\)|^> |^\[\^?\w+\]: ",
    re.MULTILINE,
)


def format_of(text: str) -> str:
    """`html`, `markdown` or `text`, judged by the first hundred thousand characters."""
    head = text[:100_000]
    if _HTML_SIGNS.search(head[:5_000]) or (head.lstrip()[:1] == "<" and _HTML_TAGS.search(head)):
        return "html"
    if len(_HTML_TAGS.findall(head)) >= 4:
        return "html"
    return "markdown" if _MARKDOWN_SIGNS.search(head) else "text"


# ------------------------------------------------------------------------------------------------- plain text

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_BULLET = re.compile(r"\s*(?:[-*+•‣·–—◦▪●✓✔]|\(?\d{1,2}[.)]|\(?[a-z]\)|\[\d{1,3}\])[ \t]+(?=\S)")
_NUMBERED_HEADING = re.compile(r"\s*\d{1,2}(?:\.\d{1,2})+\.?[ \t]+(?=\S)")
_REFERENCES = re.compile(
    r"\W*(?:\d+\W+)?(?:references?|sources?|bibliography|literature(?: cited)?|works cited|citations|"
    r"footnotes|further reading|studies cited|quellen)\W*$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?…:;,][\"'”’)\]*_]*(?:\[\d+\])*\s*$")


@dataclass(frozen=True)
class _Line:
    """A line without its line break."""

    text: str
    start: int

    @property
    def blank(self) -> bool:
        return not self.text.strip()


def _lines(text: str) -> list[_Line]:
    """The lines of a text with their offsets; any of the three line breaks ends one."""
    found = []
    for match in _LINE.finditer(text):
        if match.group() or match.start() < len(text):
            found.append(_Line(match.group().rstrip("\r\n"), match.start()))
    return found


def _piece(line: _Line, skip: int = 0) -> tuple[str, int, int]:
    return line.text[skip:], line.start + skip, line.start + len(line.text)


def _text_blocks(text: str) -> Iterator[_Block]:
    """Blocks of plain text: blank lines part them, and so does every line unless the text is hard-wrapped."""
    lines = _lines(text)
    wrapped = _is_wrapped(lines)
    following = _next_filled(lines)
    only_one = sum(not line.blank for line in lines) == 1
    block: _Block | None = None
    before = _Line("", 0)
    for line, after in zip(lines, following, strict=True):
        joins = block is not None and _joins(before, line, block, wrapped)
        if block is not None and joins:
            block.pieces += [(" ", line.start, line.start), _piece(line)]
        else:
            if block is not None:
                yield block
            block = (
                None if line.blank else _text_block(line, after, only_one or (wrapped and _same(line, after)))
            )
        before = line
    if block is not None:
        yield block


def _same(line: _Line, after: _Line | None) -> bool:
    """Whether a line runs on into the very next one, as wrapped prose does and a heading does not."""
    return after is not None and after.start <= line.start + len(line.text) + 2 and len(line.text) > 50


def _is_wrapped(lines: list[_Line]) -> bool:
    """Whether lines were broken at a fixed width: none is long, and many stop in the middle of a sentence."""
    filled = [line.text.rstrip() for line in lines if not line.blank]
    if len(filled) < 3 or max(map(len, filled)) > 110:
        return False
    return sum(len(text) > 45 and not _ENDS.search(text[-40:]) for text in filled) * 3 >= len(filled)


def _joins(before: _Line, line: _Line, block: _Block, wrapped: bool) -> bool:
    """Whether a line carries on the block above it."""
    if before.blank or line.blank or _BULLET.match(line.text) or _NUMBERED_HEADING.match(line.text):
        return False
    if block.kind != "heading" and line.text[:1].isspace() and _BULLET.match(before.text):
        return True
    if not _ENDS.search(before.text[-40:]) and line.text.lstrip()[:1].islower():
        return True
    return wrapped and block.kind != "heading"


def _next_filled(lines: list[_Line]) -> list[_Line | None]:
    """For every line the next one that is not blank."""
    found: list[_Line | None] = []
    after: _Line | None = None
    for line in reversed(lines):
        found.append(after)
        after = after if line.blank else line
    return found[::-1]


def _text_block(line: _Line, after: _Line | None, prose: bool) -> _Block:
    """A new block that begins with a line; `prose` if it cannot be a heading."""
    numbered = _NUMBERED_HEADING.match(line.text)
    if numbered:
        return _Block("heading" if _is_title(line.text) else "sentence", [_piece(line, numbered.end())])
    bullet = _BULLET.match(line.text)
    if bullet:
        # "1. The role of magnesium" over a paragraph is a heading; in a row of numbered lines it is an item
        alone = bullet.group().strip()[0].isdigit() and not (after and _BULLET.match(after.text))
        kind = "heading" if alone and after and _is_title(line.text[bullet.end() :]) else "bullet"
        return _Block(kind, [_piece(line, bullet.end())])
    return _Block("heading" if _is_title(line.text) and not prose else "sentence", [_piece(line)])


def _is_title(text: str) -> bool:
    """Whether a line reads as a heading: short, and not ended as a sentence (a question may be one)."""
    text = text.strip()
    if len(text) > 110 or len(text.split()) > 16:
        return False
    return (text.endswith("?") and len(text.split()) <= 12) or not _ENDS.search(text)


# --------------------------------------------------------------------------------------------------- markdown

_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_ATX = re.compile(r"\s{0,3}#{1,6}[ \t]+(?=\S)")
_SETEXT = re.compile(r"\s{0,3}(?:=+|-{2,})\s*$")
_RULE = re.compile(r"\s{0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$")
_QUOTE = re.compile(r"\s{0,3}(?:>[ \t]?)+")
_DEFINITION = re.compile(r"\s{0,3}\[[^\]^]+\]:\s*\S+")
_FOOTNOTE = re.compile(r"\s{0,3}\[\^[^\]]+\]:\s*")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_INLINE = re.compile(
    r"!\[[^\]\n]{0,400}\]\([^)\n]{0,400}\)"  # an image: nothing of it is read
    r"|\[(?P<link>[^\[\]\n]{1,400})\](?:\([^()\n]{0,400}\)|\[[^\]\n]{0,100}\])"  # a link: its words are read
    r"|(?P<escape>\\)(?=[\\`*_{}\[\]()#+\-.!|>~])"
    r"|\[\^[^\]\n]{1,50}\]"  # a mark of a footnote
    r"|\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|`+|~~"
    r"|</?[A-Za-z][^<>\n]{0,400}>"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
)


def _markdown_blocks(text: str) -> Iterator[_Block]:
    """Blocks of markdown; code, comments, images, definitions and the front matter are left out."""
    for block in _raw_markdown(_without_front_matter(_lines(_blank_comments(text)))):
        yield _Block(block.kind, [bit for piece in block.pieces for bit in _inline(piece)], block.lead)


def _blank_comments(text: str) -> str:
    """The text with spaces for comments, so that offsets hold."""
    return _COMMENT.sub(lambda found: re.sub(r"[^\r\n]", " ", found.group()), text)


def _without_front_matter(lines: list[_Line]) -> list[_Line]:
    if lines and lines[0].text.strip() == "---":
        for place, line in enumerate(lines[1:200], 1):
            if line.text.strip() in ("---", "..."):
                return lines[place + 1 :]
    return lines


def _raw_markdown(lines: list[_Line]) -> Iterator[_Block]:
    """Blocks whose pieces still hold the inline marks."""
    block: _Block | None = None
    fence = ""
    table = _TableLeads()
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
            block.pieces += [(" ", line.start, line.start), _piece(line, _quote_width(line))]
            continue
        if block is not None:
            yield block
        block = None
        if line.text.lstrip().startswith("|") and line.text.count("|") > 1:
            yield from table.row(_cells_of(line))
            continue
        table = _TableLeads() if not _TABLE_RULE.match(line.text) else table
        block = None if line.blank else started or _Block("sentence", [_piece(line, _quote_width(line))])
        if block is not None and (not block.pieces or block.kind == "heading"):
            if block.pieces:
                yield block
            block = None
    if block is not None:
        yield block


def _quote_width(line: _Line) -> int:
    found = _QUOTE.match(line.text)
    return found.end() if found else 0


def _markdown_start(line: _Line) -> _Block | None:
    """The block that a line opens, an empty one if the line is to be left out, None if it opens none."""
    quoted = _quote_width(line)
    text = line.text[quoted:]
    if _RULE.match(text) or _TABLE_RULE.match(text) or text.lstrip().startswith("|"):
        return _Block("none")
    footnote = _FOOTNOTE.match(text)
    if footnote:
        return _Block("reference", [_piece(line, quoted + footnote.end())])
    if _DEFINITION.match(text):
        return _Block("none")
    for kind, pattern in (("heading", _ATX), ("bullet", _BULLET)):
        found = pattern.match(text)
        if found:
            words = text.rstrip().rstrip("#").rstrip() if kind == "heading" else text
            end = line.start + quoted + len(words)
            return _Block(kind, [(words[found.end() :], line.start + quoted + found.end(), end)])
    return None


def _cells_of(line: _Line) -> list[_Block]:
    """The cells of a row of a markdown table."""
    if _TABLE_RULE.match(line.text):
        return []
    cells = []
    for found in re.finditer(r"(?:\\.|[^|\\])+", line.text):
        if found.group().strip():
            words, place = found.group(), line.start + found.start()
            cells.append(_Block("cell", [(words, place, place + len(words))]))
    return cells


class _TableLeads:
    """Gives every cell the heading of its row and column as its lead."""

    def __init__(self) -> None:
        self.columns: list[str] = []

    def row(self, cells: list[_Block]) -> Iterator[_Block]:
        """The cells of a row; the first row of a table heads its columns."""
        texts = [" ".join(cell.text.split()) for cell in cells]
        for place, cell in enumerate(cells):
            heads = [texts[0]] if place and self.columns else []
            heads += self.columns[place : place + 1]
            cell.lead = " - ".join(heads)
        if not self.columns:
            self.columns = texts
        yield from cells


def _inline(piece: tuple[str, int, int]) -> Iterator[tuple[str, int, int]]:
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


# ------------------------------------------------------------------------------------------------------- HTML

_SKIPPED = frozenset(
    ("script", "style", "nav", "head", "template", "noscript", "svg", "math", "select", "textarea", "iframe",
     "object", "canvas", "audio", "video", "datalist", "title", "footer")
)  # fmt: skip
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)  # fmt: skip
_BLOCK_TAGS = frozenset(
    ("p", "div", "section", "article", "main", "header", "aside", "h1", "h2", "h3", "h4", "h5", "h6", "ul",
     "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "blockquote",
     "figure", "figcaption", "caption", "br", "hr", "pre", "address", "form", "fieldset", "legend", "button",
     "details", "summary", "body", "html", "center", "main", "footer", "nav")
)  # fmt: skip
_KIND_OF_TAG = {"li": "bullet", "dd": "bullet", "td": "cell", "th": "cell", "dt": "heading"} | {
    f"h{level}": "heading" for level in range(1, 7)
}
_MAIN_TEXT = frozenset(("main", "article", "h1", "body"))
_ENTITY = re.compile(r"&(?:#[xX]?[0-9a-fA-F]+|\w+);?")


_SILENT = re.compile(
    r"<(script|style|template|textarea)\b[^>]*>.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_STRAY = re.compile(r"<(?:(?=<)|[!?](?!doctype)|/(?![A-Za-z]))", re.IGNORECASE)


def _tamed(text: str) -> str:
    """The page with spaces for comments, scripts and tags that never end.

    The parser would search the rest of the page anew at every one of them; offsets stay as they are.
    """
    for pattern in (_COMMENT, _SILENT, _STRAY):
        text = pattern.sub(lambda found: re.sub(r"[^\r\n]", " ", found.group()), text)
    last = text.rfind(">") + 1
    return text[:last] + text[last:].replace("<", " ")


class _HtmlReader(HTMLParser):
    """Collects blocks of the text that a visitor of the page reads."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.source = _tamed(text)
        self.blocks: list[_Block] = []
        self.line_starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self.skipping, self.depth, self.within = "", 0, 0
        self.block = _Block("sentence")
        self.kinds: list[tuple[str, str]] = []
        self.row: list[_Block] | None = None
        self.table = _TableLeads()

    def place(self) -> int:
        """Where in the source the parser stands."""
        line, column = self.getpos()
        return self.line_starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipping:
            self._start_while_skipping(tag)
            if self.skipping:
                return
        if tag in _VOID:
            if tag in _BLOCK_TAGS:
                self._flush()
            return
        if self._is_left_out(tag, attrs):
            self.skipping, self.depth = tag, 1
            return
        self.within += tag in ("article", "main")
        if tag in _BLOCK_TAGS:
            self._flush()
            self._open(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # "<div/>" opens a div for a browser, but in hand-written pages it is meant as an empty one
        if not self.skipping and tag in _BLOCK_TAGS:
            self._flush()

    def handle_endtag(self, tag: str) -> None:
        if self.skipping:
            self.depth -= tag == self.skipping
            self.skipping = self.skipping if self.depth else ""
            return
        self.within -= tag in ("article", "main") and self.within > 0
        if tag in _BLOCK_TAGS:
            self._flush()
            self._close(tag)

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            place = self.place()
            self.block.pieces.append((data, place, place + len(data)))

    def handle_entityref(self, name: str) -> None:
        self._entity()

    def handle_charref(self, name: str) -> None:
        self._entity()

    def finish(self) -> list[_Block]:
        """All blocks of the page."""
        self.feed(self.source)
        self.close()
        self._flush()
        self._end_row()
        return self.blocks

    def _entity(self) -> None:
        place = self.place()
        found = _ENTITY.match(self.source, place)
        if found and not self.skipping:
            self.block.pieces.append((html.unescape(found.group()), place, found.end()))

    def _is_left_out(self, tag: str, attrs: list[tuple[str, str | None]]) -> bool:
        """Whether a visitor of the page does not read an element as its text."""
        if tag == "footer" and self.within:
            return False
        if tag in _SKIPPED:
            return True
        told = dict(attrs)
        unseen = "display:none" in (told.get("style") or "").replace(" ", "").lower()
        return ("hidden" in told or unseen or told.get("role") == "navigation") and tag not in _MAIN_TEXT

    def _start_while_skipping(self, tag: str) -> None:
        """Counts nested elements; the start of the main text ends a part that nobody closed."""
        if tag in _MAIN_TEXT and self.skipping not in ("script", "style", "template"):
            self.skipping, self.depth = "", 0
        elif tag == self.skipping:
            self.depth += 1

    def _open(self, tag: str) -> None:
        if tag == "table":
            self._end_row()
            self.table = _TableLeads()
        elif tag == "tr":
            self._end_row()
            self.row = []
        if tag in _KIND_OF_TAG:
            # an element that was never closed must not colour the rest: only li and cells hold others
            self.kinds = [held for held in self.kinds if held[1] in ("bullet", "cell")][-50:]
            self.kinds.append((tag, _KIND_OF_TAG[tag]))
            self.block.kind = _KIND_OF_TAG[tag]

    def _close(self, tag: str) -> None:
        if tag in ("tr", "table"):
            self._end_row()
        if tag in ("ul", "ol", "dl", "table"):
            held = ("td", "th") if tag == "table" else ("li", "dd", "dt")
            while self.kinds and self.kinds[-1][0] in held:
                self.kinds.pop()
        elif self.kinds and self.kinds[-1][0] == tag:
            self.kinds.pop()
        self.block.kind = self._kind()

    def _kind(self) -> str:
        return self.kinds[-1][1] if self.kinds else "sentence"

    def _end_row(self) -> None:
        if self.row is not None:
            self.blocks.extend(self.table.row(self.row))
            self.row = None

    def _flush(self) -> None:
        """Ends the block under way."""
        if any(not piece[0].isspace() for piece in self.block.pieces):
            if self.block.kind == "cell" and self.row is not None:
                self.row.append(self.block)
            else:
                self._end_row_before(self.block)
                self.blocks.append(self.block)
        self.block = _Block(self._kind())

    def _end_row_before(self, block: _Block) -> None:
        """Cells that wait for the rest of their row come first if text interrupts it, so order is kept."""
        if self.row:
            self.blocks.extend(self.table.row(self.row))
            self.row = []


def _html_blocks(text: str) -> Iterator[_Block]:
    """Blocks of a page."""
    yield from _HtmlReader(text).finish()


# ---------------------------------------------------------------------------------------- blocks to sentences

_CANDIDATE = re.compile(
    r"(?:[.!?…]+|(?<=[a-z])\.(?=\d{1,2}\s+[A-Z]))[\"'”’»)\]*]{0,3}"
    r"(?:\[\d{1,3}(?:\s?[,–-]\s?\d{1,3}){0,6}\]|\d{1,2}(?=\s+[A-Z]))?(?=\s|$)"
    r"|(?<=[a-z]{3})[.!?](?=[A-Z][a-z]{2})"
)
_ABBREVIATIONS_WORDS = """
    dr prof mr mrs ms st vs approx ca cf fig figs e.g i.e eg ie vol eq ref refs tab sect ch pp p
    resp incl max min avg jan feb mar apr jun jul aug sept sep oct nov dec viz al jr sr dept univ
    inc ltd co u.s
"""
_ABBREVIATIONS = frozenset(_ABBREVIATIONS_WORDS.split())
_ONLY_BEFORE_NUMBER = frozenset(
    ("no", "nos", "nr", "art", "min", "max", "fig", "p", "pp", "vol", "ref", "mar")
)
_MAY_END = frozenset(("etc", "al", "inc", "ltd", "co", "u.s", "jr", "sr"))
_BRACKETED_SOURCE = re.compile(
    r"\s*[(\[](?:[^()\[\]]{0,160}\b(?:19|20)\d\d[^()\[\]]{0,60}|\d{1,3}(?:[,–-]\s?\d{1,3})*)[)\]]\.?"
)
_SIGNED = re.compile(r"(?<=[\"”’])\s*[–—-]{1,2}\s?[A-Z][\w.'’]*(?:,?\s[A-Z][\w.'’]*){0,3}(?=\s*$)")
"""The name under a quotation, which belongs to it."""
_LAST_WORD = re.compile(r"[^\s(\[\"“'‘]*$")
_VITAMINS = re.compile(
    r"(?:vitamins?|hepatitis|group|type|grade|phase|part|plan|stage|and|or)\s+$", re.IGNORECASE
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a paragraph begin and end."""
    found, begin, seen, depth = [], 0, 0, 0
    for match in _CANDIDATE.finditer(text):
        end = match.end()
        if end <= begin:
            continue
        between = text[max(seen, begin) : end]
        depth = max(
            0, depth + between.count("(") + between.count("[") - between.count(")") - between.count("]")
        )
        seen = end
        inside = depth > 0 and any(text.find(mark, end, end + 200) >= 0 for mark in ")]")
        if inside or not _is_end(text, begin, match):
            continue
        source = _BRACKETED_SOURCE.match(text, end) or _SIGNED.match(text, end)
        end = source.end() if source else end
        found.append((begin, end))
        begin = seen = end
        depth = 0
    found.append((begin, len(text)))
    return [cut for cut in (_stripped(text, *pair) for pair in found) if cut[0] < cut[1]]


def _stripped(text: str, begin: int, end: int) -> tuple[int, int]:
    part = text[begin:end]
    return begin + len(part) - len(part.lstrip()), begin + len(part.rstrip())


def _is_end(text: str, begin: int, match: re.Match[str]) -> bool:
    """Whether a full stop ends a sentence, judged by the word before it and the letter after it."""
    after = text[match.end() : match.end() + 40].lstrip()
    following = after.lstrip("\"'“‘«([*")[:1]
    if following.islower():
        return False
    if match.group()[0] in "!?…" or match.group().startswith("..") or not after:
        return True
    before = text[max(begin, match.start() - 30) : match.start()]
    word = _LAST_WORD.search(before)
    last = word.group() if word else ""
    if last.isdigit() and len(last) <= 2 and not before[: -len(last)].strip() and len(before) < 30:
        return False
    if len(last) == 1 and last.isupper():
        return bool(_VITAMINS.search(before[:-1]))
    return _may_end(last.lower(), following)


def _may_end(word: str, following: str) -> bool:
    """Whether a full stop after a word can end a sentence that goes on with a letter."""
    if word in _ONLY_BEFORE_NUMBER:
        return not following.isdigit()
    if word in _MAY_END:
        return following.isupper()
    return word not in _ABBREVIATIONS


class _Places:
    """Translates places in a block into places in the original."""

    def __init__(self, block: _Block) -> None:
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


_PRONOUN = re.compile(
    r"(?:it|its|it's|they|their|them|this|these|that|those|such|he|she|his|her|both|neither|"
    r"the (?:former|latter|mineral|supplement|salt|form|same))\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"([^.!?:]{2,60}):\s")


def _units(blocks: Iterator[_Block]) -> Iterator[Unit]:
    """Units of all blocks, with what each stands under."""
    section = lead_in = ""
    references = False
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
        listed = block.kind in ("bullet", "cell")
        yield from _units_of(block, (lead_in if listed else "") or section, section)
        if block.kind == "sentence":
            lead_in = _lead_in(text)


def _lead_in(text: str) -> str:
    """The last sentence of a paragraph if it leads in what follows."""
    if not text.endswith(":"):
        return ""
    begin, end = sentences(text)[-1]
    return text[begin:end]


def _units_of(block: _Block, above: str, section: str) -> Iterator[Unit]:
    """The units of one block."""
    text, places = block.text, _Places(block)
    cuts = [_stripped(text, 0, len(text))] if block.kind in ("heading", "reference") else sentences(text)
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
