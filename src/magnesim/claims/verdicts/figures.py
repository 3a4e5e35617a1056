"""The figures in a sentence: number words written out, units in short, amounts in milligrams."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from magnesim.claims.tables import number_words, rows
from magnesim.units import MG_PER_MMOL, mg_from_meq

_FIGURE = re.compile(r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)")
_RANGE = re.compile(r"\s*(?:-|–|to|and|or)\s*")


@dataclass(frozen=True)
class Number:
    """A figure in a sentence: its value, its unit in short (`mg`, `%`) and where it stands."""

    value: float
    unit: str
    start: int
    end: int


@cache
def _shares() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(rf"\b(?:{row['written']})"), f"{row['percent']} %")
        for row in rows("verdicts/share_words")
    )


@cache
def _number_words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """`three hundred`, and `twenty` or `twenty-five`."""
    # "zero" stays a word: it denies more often than it counts
    words = {word: value for word, value in number_words().items() if value}
    every, ones = "|".join(words), "|".join(word for word, value in words.items() if value < 10)
    return (
        re.compile(rf"\b(a|{every})[- ](hundred|thousand)s?\b"),
        re.compile(rf"\b({every})(?:-({ones}))?\b"),
    )


@cache
def _unit_pattern() -> re.Pattern[str]:
    """Every way of writing a unit, one group a row of the table."""
    return re.compile(
        r"\s*[- ]?(?:" + "|".join(f"({row['written']})" for row in rows("verdicts/units")) + ")?"
    )


def mg_per_unit() -> dict[str, float]:
    """Milligrams of magnesium in one of each unit of amount."""
    return {"mg": 1.0, "g": 1000.0, "mmol": MG_PER_MMOL, "meq": mg_from_meq(1.0)}


def written_out(text: str) -> str:
    """Number words and shares as figures: `three hundred` is 300, `half of` is 50 %."""
    text = re.sub(r"\b(?:a )?quarter of an hour", "15 minutes", text)
    text = re.sub(r"\b(?:half an hour|half.hour)", "30 minutes", text)
    text = re.sub(r"\bhalf a gram", "500 mg", text)
    for pattern, share in _shares():
        text = pattern.sub(share, text)
    text = re.sub(r"\b(?:several|many) hundreds?\b", "several", text)
    hundreds, pairs = _number_words()
    text = hundreds.sub(_hundreds, text)
    return pairs.sub(lambda found: str(number_words()[found[1]] + number_words().get(found[2], 0)), text)


def _hundreds(found: re.Match[str]) -> str:
    return str(number_words().get(found[1], 1) * (100 if found[2] == "hundred" else 1000))


def numbers_in(text: str) -> tuple[Number, ...]:
    """All figures with their units; in a range both ends take the unit of the last."""
    found: list[Number] = []
    for match in _FIGURE.finditer(text):
        unit = _unit_pattern().match(text, match.end())
        short = rows("verdicts/units")[unit.lastindex - 1]["unit"] if unit and unit.lastindex else ""
        end = unit.end() if unit else match.end()
        found.append(Number(float(match[1].replace(",", "")), short, match.start(), end))
    for place in range(len(found) - 2, -1, -1):
        between = text[found[place].end : found[place + 1].start]
        if not found[place].unit and _RANGE.fullmatch(between):
            found[place] = replace(found[place], unit=found[place + 1].unit)
    return tuple(found)
