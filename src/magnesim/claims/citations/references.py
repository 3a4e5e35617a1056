"""The numbered reference list of an article."""

from __future__ import annotations

import re
from html import unescape

LONGEST = 1_500
"""Characters of one reference that are read."""
_ITEM = re.compile(r"^\s*(?:\[\^?(\d{1,3})\]:?|(\d{1,3})[.)])\s+(\S.*)$")
_REFERENCE_HEAD = re.compile(
    r"^[\s#*_>\d.]*(?:references?|sources?|bibliography|literature|citations|works cited|footnotes)\W*$",
    re.IGNORECASE,
)
_HTML_HEAD = re.compile(
    r">\s*(?:references?|sources?|bibliography|literature|citations|works cited|footnotes)\s*+(?::\s*+)?</",
    re.IGNORECASE,
)
_HTML_ITEM = re.compile(r"<li\b[^<>]*>(.*?)(?=</li|<li\b|</ol|</ul|\Z)", re.DOTALL | re.IGNORECASE)


def references_of(article_text: str) -> dict[str, str]:
    """The numbered reference list at the end of an article, number -> reference; empty if there is none."""
    listed = _html_references(article_text)
    if listed:
        return listed
    lines = article_text.splitlines()
    heads = [place for place, line in enumerate(lines) if len(line) < 60 and _REFERENCE_HEAD.match(line)]
    begin = heads[-1] + 1 if heads else _tail(lines)
    found: dict[str, list[str]] = {}
    number = ""
    for line in lines[begin:]:
        item = _ITEM.match(line)
        if item:
            number = item.group(1) or item.group(2)
            found.setdefault(number, [item.group(3).strip()])
        elif number and line.strip() and not line.lstrip().startswith("#"):
            found[number].append(line.strip())
        elif line.lstrip().startswith("#"):
            break
    return {number: " ".join(parts)[:LONGEST] for number, parts in found.items()}


def _html_references(text: str) -> dict[str, str]:
    """The items under the last heading of references in a page, numbered as a browser numbers them."""
    heads = list(_HTML_HEAD.finditer(text))
    if not heads:
        return {}
    items = (re.sub(r"<[^<>]*>", " ", item) for item in _HTML_ITEM.findall(text[heads[-1].end() :]))
    words = (" ".join(unescape(item).split()) for item in items)
    return {str(number): item[:LONGEST] for number, item in enumerate(words, 1)}


def _tail(lines: list[str]) -> int:
    """Where the last lines begin that are numbered in square brackets, for a list without a heading."""
    place = len(lines)
    while place and (not lines[place - 1].strip() or re.match(r"\s*\[\^?\d{1,3}\]:?\s+\S", lines[place - 1])):
        place -= 1
    return place
