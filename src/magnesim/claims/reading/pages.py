"""A page of HTML into the blocks that its visitor reads."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import accumulate

from magnesim.claims.reading.blocks import COMMENT, Block, TableLeads

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
    for pattern in (COMMENT, _SILENT, _STRAY):
        text = pattern.sub(lambda found: re.sub(r"[^\r\n]", " ", found.group()), text)
    last = text.rfind(">") + 1
    return text[:last] + text[last:].replace("<", " ")


class _HtmlReader(HTMLParser):
    """Collects blocks of the text that a visitor of the page reads."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.source = _tamed(text)
        self.blocks: list[Block] = []
        self.line_starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self.skipping, self.depth, self.within = "", 0, 0
        self.block = Block("sentence")
        self.kinds: list[tuple[str, str]] = []
        self.row: list[Block] | None = None
        self.table = TableLeads()

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

    def finish(self) -> list[Block]:
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
            self.table = TableLeads()
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
        self.block = Block(self._kind())

    def _end_row_before(self, block: Block) -> None:
        """Cells that wait for the rest of their row come first if text interrupts it, so order is kept."""
        if self.row:
            self.blocks.extend(self.table.row(self.row))
            self.row = []


def html_blocks(text: str) -> Iterator[Block]:
    """Blocks of a page."""
    yield from _HtmlReader(text).finish()
