"""What people write, made comparable: one spelling, parts, how long, how often.

A part is what stands between semicolons; a piece is what stands between commas within it.
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
_FOR_YEARS = re.compile(r"\b(?:(?:for|many|some|several) years|long term|for ever|lifelong)\b")
"""Said beside a shorter time the longer one holds: `for years, twice a day for 2 weeks`."""
_LATELY = re.compile(r"\bsince (?:last |this )?(week|month|yesterday|today|\w+day)\b|\bday \d+ of \d+\b")
_COMPARISON = re.compile(r"(\w+)(>=|<=|>|<)(\d+(?:\.\d+)?)")


def normalised(text: str) -> str:
    """Lower case, no accents, hyphens and brackets as spaces, dashes as commas; times, decimals stay."""
    plain = unicodedata.normalize("NFKD", text.replace("µ", "u").replace("μ", "u"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    plain = re.sub(r"\bi['’‘`]m\b", "i am", plain)
    plain = re.sub(r"['’‘`]", "", plain)
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", plain)
    plain = re.sub(r"[\n\r]+|(?<=[a-z)])\.(?=\s)|\s[-‐-―]+\s|—", ",", plain)
    plain = _asides().sub(r", \1, ", plain)
    plain = re.sub(r"\.(?!\d)|(?<!\d):|:(?!\d)|[-‐-―_()\[\]\"*?!|]", " ", plain)
    plain = re.sub(r"[+&]", " and ", plain)
    return re.sub(r" ?, ?", ", ", " ".join(plain.split())).strip(" ,")


@cache
def _asides() -> re.Pattern[str]:
    """A bracket that tells of another time, or denies: `Dovato (was on Isentress until 2019)`."""
    first = "|".join(sorted(plain_words("bracket_aside")))
    return re.compile(rf"\(((?:{first})\b[^()]*)\)")


def parts(text: str | None) -> list[str]:
    """The parts of a list as a person writes it; nothing where there is none.

    What only points back (`I have neither`) belongs to the part before it.
    """
    found: list[str] = []
    for part in (normalised(piece) for piece in (text or "").split(";")):
        if found and (part in plain_words("not_me") or phrases("own_statement").match(part)):
            found[-1] += f", {part}"
        elif part and part not in plain_words("nothing"):
            found.append(part)
    return found


@cache
def plain_words(kind: str) -> frozenset[str]:
    """Words of one kind from `plain_words.csv`."""
    return frozenset(row["word"] for row in rows("plain_words") if row["kind"] == kind)


@cache
def phrases(*kinds: str) -> re.Pattern[str]:
    """Any word of these kinds, the longest first."""
    words = frozenset().union(*map(plain_words, kinds))
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")


def months_said(text: str) -> float | None:
    """The longest time that a text names, months; 24 where it only says long; None where it says none."""
    named = [_value(number) * MONTHS[unit] for number, unit in _DURATION.findall(text)]
    if _FOR_YEARS.search(_DURATION.sub("", text)) or (_LONG.search(text) and not named):
        named.append(24.0)
    if not named and (lately := _LATELY.search(text)):
        named.append(2.0 if lately[1] == "month" else 1.0)
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
