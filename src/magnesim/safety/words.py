"""What people write, made comparable: one spelling, parts, what is denied, how long, how often.

A part is what stands between semicolons; a piece is what stands between commas within it. A denial
reaches to the next comma, or over a list where the words say so, and never over a semicolon.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from magnesim.safety.tables import rows

Span = tuple[int, int]

NUMBER_WORDS = {
    word: number
    for number, words in enumerate(
        ("", "a an one", "two couple", "three few", "four", "five", "six", "seven", "eight", "nine", "ten")
    )
    for word in words.split()
} | {"several": 6, "many": 24, "half a": 0.5}
MONTHS = {"day": 12 / 365, "week": 12 * 7 / 365, "month": 1.0, "year": 12.0}
_DURATION = re.compile(
    rf"\b(\d+(?:\.\d+)?|{'|'.join(NUMBER_WORDS)}) (?:of |more )?(day|week|month|year)s?\b(?! old\b)"
)
_LONG = re.compile(r"\b(long term|years|for ever|lifelong|chronic)\b")
_COMPARISON = re.compile(r"(\w+)(>=|<=|>|<)(\d+(?:\.\d+)?)")
_DENIED_AFTER = re.compile(
    r"^(?:(?!\b(?:not|cannot|cant|yet)\b).)*?(?= (?:was |is |has been |been )*(?:ruled out|excluded)\b)"
)


def normalised(text: str) -> str:
    """Lower case, no accents, hyphens and brackets as spaces; clock times, decimals and commas stay."""
    plain = unicodedata.normalize("NFKD", text.replace("µ", "u").replace("μ", "u"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    plain = re.sub(r"['’‘`]", "", plain)
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", plain)
    plain = re.sub(r"[\n\r]+|(?<=[a-z)])\.(?=\s)", ",", plain)
    plain = re.sub(r"\.(?!\d)|(?<!\d):|:(?!\d)|[-‐-―_()\[\]\"*?!|]", " ", plain)
    plain = re.sub(r"[+&]", " and ", plain)
    return re.sub(r" ?, ?", ", ", " ".join(plain.split())).strip(" ,")


def parts(text: str | None) -> list[str]:
    """The parts of a list as a person writes it; nothing where there is none."""
    found = (normalised(part) for part in (text or "").split(";"))
    return [part for part in found if part and part not in plain_words("nothing")]


def pieces(part: str) -> list[Span]:
    """Where the pieces of a part stand."""
    return [(match.start(), match.end()) for match in re.finditer(r"[^,]+", part)]


@cache
def plain_words(kind: str) -> frozenset[str]:
    """Words of one kind from `plain_words.csv`."""
    return frozenset(row["word"] for row in rows("plain_words") if row["kind"] == kind)


@cache
def _phrases(kind: str) -> re.Pattern[str]:
    longest_first = sorted(plain_words(kind), key=lambda word: (-len(word), word))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")


# `no longer`, `not treated`, `never well controlled` deny nothing that matters here.
_NO_DENIAL = re.compile(r" ?(only|longer|(\w+ )?(treated|controlled|managed|good|well|sure|known|better))\b")


def denied_spans(part: str) -> list[Span]:
    """Where in a part something is said to be absent.

    `no diabetes, asthma` denies diabetes; `denies chest pain, fainting or cough` denies all three;
    `no kidney disease but diabetes` denies kidney disease.
    """
    spans = []
    for kind in ("negation", "negation_of_a_list"):
        for cue in _phrases(kind).finditer(part):
            if not _NO_DENIAL.match(part, cue.end()):
                spans.append((cue.end(), _end_of_denial(part, cue.end(), kind == "negation_of_a_list")))
    for start, end in pieces(part):
        before = _DENIED_AFTER.match(part[start:end])
        if before:
            spans.append((start, start + before.end()))
    return spans


def _end_of_denial(part: str, start: int, is_list: bool) -> int:
    stop = _phrases("end_of_negation").search(part, start)
    limit = stop.start() if stop else len(part)
    after = start
    if is_list:
        last_item = re.compile(r"\b(?:or|nor)\b").search(part, start, limit)
        if not last_item:
            return limit
        after = last_item.end()
    end = re.compile(r",|\band\b").search(part, after, limit)
    return end.start() if end else limit


def is_denied(position: int, denied: list[Span]) -> bool:
    """Whether what begins here is said to be absent. A sign such as `no urine` begins before its denial."""
    return any(start <= position < end for start, end in denied)


def months_said(text: str) -> float | None:
    """The longest time that a text names, months; 24 where it only says long; None where it says none."""
    named = [_value(number) * MONTHS[unit] for number, unit in _DURATION.findall(text)]
    if _LONG.search(text) and not named:
        named.append(24.0)
    return max(named, default=None)


def _value(number: str) -> float:
    return NUMBER_WORDS[number] if number in NUMBER_WORDS else float(number)


@dataclass(frozen=True)
class Bounds:
    """A range; a bound that begins with > or < is itself outside."""

    minimum: str
    maximum: str

    def holds(self, value: float) -> bool:
        """Whether the value lies within."""
        above = not self.minimum or (
            value > float(self.minimum[1:]) if self.minimum[0] == ">" else value >= float(self.minimum)
        )
        below = not self.maximum or (
            value < float(self.maximum[1:]) if self.maximum[0] == "<" else value <= float(self.maximum)
        )
        return above and below


def compared(comparison: str, known: dict[str, float | None]) -> bool | None:
    """Whether a comparison such as `months>=10` holds; None where the quantity is not known."""
    match = _COMPARISON.fullmatch(comparison)
    if match is None:
        raise ValueError(f"a comparison such as months>=10 is needed, not {comparison!r}")
    name, sign, limit = match.groups()
    value = known[name]
    if value is None:
        return None
    bound = float(limit)
    return {">=": value >= bound, "<=": value <= bound, ">": value > bound, "<": value < bound}[sign]
