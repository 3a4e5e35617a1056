"""The figures in a sentence: number words written out, units in short, amounts in milligrams."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from magnesim.claims.quick import Quick, QuickList, quick
from magnesim.claims.tables import number_words, rows
from magnesim.units import MG_PER_MMOL, mg_from_meq

_FIGURE = quick(r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)")
_RANGE = re.compile(r"\s*(?:-|–|to|and|or)\s*")


@dataclass(frozen=True)
class Number:
    """A figure in a sentence: its value, its unit in short (`mg`, `%`) and where it stands."""

    value: float
    unit: str
    start: int
    end: int


@cache
def _phrases() -> QuickList[str]:
    """Amounts and shares told in words, and the figures for them."""
    shares = [(rf"\b(?:{row['written']})", f"{row['percent']} %") for row in rows("verdicts/share_words")]
    told = [(rf"\b(?:{row['written']})", row["figure"]) for row in rows("verdicts/number_phrases")]
    return QuickList((quick(words), figure) for words, figure in [*told, *shares])


@cache
def _number_words() -> Quick:
    """`twenty` or `twenty-five`."""
    # "zero" stays a word: it denies more often than it counts
    words = {word: value for word, value in number_words().items() if value}
    every, ones = "|".join(words), "|".join(word for word, value in words.items() if value < 10)
    return quick(rf"\b({every})(?:-({ones}))?\b")


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
    """Number words and shares as figures: `three hundred and fifty` is 350, `one in two` 50 %."""
    if _phrases().may_fit(text):
        for pattern, figure in _phrases().entries:
            text = pattern.sub(figure, text)
    text = _SEVERAL.sub("several", text)
    text = _number_words().sub(
        lambda found: str(number_words()[found[1]] + number_words().get(found[2], 0)), text
    )
    text = _LARGE.sub(_sum, text)
    text = _AND_A_HALF.sub(r"\1.5", text)
    return _ONE_IN.sub(_percent, text)


_SEVERAL = quick(r"\b(?:several|many) hundreds?\b")
_LARGE = quick(
    r"\b(?:(?P<thousands>\d+|a)[- ]thousand(?:[- ](?P<more>\d)[- ]hundred)?|(?P<hundreds>\d+|a)[- ]hundred)\b"
    r"(?P<rest>[- ](?:and )?\d{1,2}\b(?![.,:]?\d|[- ](?:hundred|thousand)| ?%))?"
)
"""`3 hundred and 50`, `1 thousand 5 hundred`: of "three hundred and four hundred" each is taken alone."""
_AND_A_HALF = quick(r"\b(\d+) and a half\b")
_ONE_IN = quick(
    r"\b(\d{1,2}) "
    r"(?:([a-z]*(?:part|person|people|adult|wom[ae]n|m[ae]n|user|patient|child|ian|ican|briton)s?) )?"
    r"(?:in|out of|of every) (?:every )?(\d{1,3})\b(?! ?(?:mg|ml|%|hours?|weeks|months|days|minutes))"
)


def _sum(found: re.Match[str]) -> str:
    def value(part: str) -> int:
        told = found[part] or "0"
        return 1 if told == "a" else int(re.sub(r"\D", "", told))

    return str(1000 * value("thousands") + 100 * (value("hundreds") + value("more")) + value("rest"))


def _percent(found: re.Match[str]) -> str:
    """`1 in 8` as a share; `10 in 8` is none."""
    part, whole = int(found[1]), int(found[3])
    return f"{100 * part / whole:.3g} % {found[2] or ''}".strip() if part < whole else found[0]


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
