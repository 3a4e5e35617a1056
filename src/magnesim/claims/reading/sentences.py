"""Where the sentences of a paragraph begin and end."""

from __future__ import annotations

import re

_CANDIDATE = re.compile(
    r"(?:(?<![.!?…])[.!?…]++|(?<=[a-z])\.(?=\d{1,2}\s+[A-Z]))[\"'”’»)\]*]{0,3}"
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
    return [cut for cut in (stripped(text, *pair) for pair in found) if cut[0] < cut[1]]


def stripped(text: str, begin: int, end: int) -> tuple[int, int]:
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
