"""Finds conditions, signs and laboratory values in plain words (`condition_words.csv`, `labs.csv`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from magnesim.intake.compounds import synonyms
from magnesim.safety.alternatives import compiled, fitting
from magnesim.safety.denial import Denials, without
from magnesim.safety.tables import rows
from magnesim.safety.words import Span, compared, months_said, plain_words

DAYS_IN_MONTH = 365 / 12
SIGN_REACH = 80
"""Letters around a negation within which it may make a sign."""
_CONVERSION = re.compile(
    r"(?:,? (?:or|ie|i e|about|which is|that is)|,|=)*,? ?(?P<again>\d+(?:\.\d+)? ?(?:[a-z]+/[a-z]+|%))"
)
"""The same value in another unit behind the first; `normalised` took the brackets away."""
NO_SALT = ("mixed", "unspecified")
_SETTLED = (
    r"^(?!.*\b(?:until|when|once|if|not|never|again|came|comes|return\w*|still|hasnt|isnt|havent|but|almost"
    r"|nearly|partly|mostly|on loperamide|back(?! to normal))\b)"
    r".*\b(?:loose|diarrh?o?ea|watery|runny|runs)\b.*\b(?:settled|resolved|back to normal)"
    r"(?: (?:now|since|down|completely|fully|after|within|in|the|an?|few|days?|pauses?|pausing|stopping"
    r"|\d+|two|three))*"
    r"(?=,|$)"
)
"""A whole part that tells of loose stools which are over, with nothing that takes it back."""


@dataclass(frozen=True)
class Reading:
    """What a part of a person's list says.

    Attributes:
        tags: rule names, and tags such as `sign:snoring` or `marker:diabetes`, that are said to be present.
        accounted: where the words stand that are understood without a rule, or that are denied.
        accounted_as_condition: the same without what is denied.
        labs: measured values, each with the quantity of `labs.csv`.
        unclear: what a rule speaks of, in the person's words, where neither yes nor no is sure.
    """

    tags: frozenset[str]
    accounted: tuple[Span, ...]
    accounted_as_condition: tuple[Span, ...]
    labs: tuple[tuple[str, float], ...]
    unclear: tuple[str, ...] = ()


def _patterns(table: str, text: str) -> Iterator[tuple[re.Pattern[str], dict[str, str]]]:
    """The rows of a table that may match a text, each with what of its words may."""
    for row in rows(table):
        words = fitting(row["words"], text)
        if words:
            yield compiled(_filled(words)), row


@cache
def _filled(words: str) -> str:
    """The words with each `<name>` as what it stands for."""
    for name in set(re.findall(r"<(\w+)>", words)) & _placeholders().keys():
        words = words.replace(f"<{name}>", _placeholders()[name])
    return words


@cache
def _placeholders() -> dict[str, str]:
    """What `<salt>`, `<magnesium>`, `<value>`, `<flag>`, `<unit>` and `<where>` stand for in the tables."""
    is_, before = _any_of(list(plain_words("value_verb"))), _any_of(list(plain_words("value_level")))
    value = r"(?: about| around| approx)? ?[<>=~]* ?(?P<value>\d+(?:\.\d+)?)"
    high, low = (_any_of(list(plain_words(kind))) for kind in ("flag_high", "flag_low"))
    said = ",? (?:(?:which is|that is|this is|is|was|marked|flagged|reported as|still|and) )*"
    behind = r"(?=,|$|\n| (?:and|but|on|for|at|in|since|last|now|today|so|despite|again)\b)"
    part = _any_of(list(plain_words("body_part")))
    return {
        **_products(),
        "value": f"(?: {before})?(?: {is_})*{value}",
        "value_working": f"(?: {before})?(?: (?:{is_}|working|function))*{value}",
        "flag": f"(?:{said}(?:(?P<high>{high})|(?P<low>{low})){behind})?",
        "unit": r"(?:%|percent|[a-z]{1,6}/(?:ml|dl|l|d|h|24h|mol|mmol)|mmol|kg|cm|m|mm ?hg"
        r"|x ?10\S*|10 9/l|sd)",
        "where": f"(?: (?:on|of|in|around|under|between) (?:(?:the|my|his|her|both|left|right) )*{part}"
        f"(?:(?:, and | and |, ){part})*)?",
        "part": part,
        "settled": _SETTLED,
    }


def _products() -> dict[str, str]:
    """Every way to write a salt or a product with magnesium."""
    salts = [name for name, salt in synonyms().items() if salt.name not in NO_SALT]
    brands = [row["brand"] for row in rows("brands") if row["generic"].startswith("magnesium")]
    products = [*brands, *(name for name in salts if re.search(r"mag|^mg|epsom", name)), "mag", "mg"]
    either = _any_of(salts)
    product = f"(?:magnesium(?: {either})?|{_any_of(products)})"
    return {"salt": either, "magnesium": product}


def _any_of(names: list[str]) -> str:
    longest_first = sorted(set(names), key=lambda name: (-len(name), name))
    return f"(?:{'|'.join(map(re.escape, longest_first))})"


@cache
def items(part: str) -> tuple[Span, ...]:
    """Where a part names a condition, a sign or a harmless complaint plainly, said or denied."""
    return tuple(match.span() for pattern in _plain_patterns(part) for match in pattern.finditer(part))


def _plain_patterns(part: str) -> Iterator[re.Pattern[str]]:
    """The patterns with only small words in their gaps: `no allergy apart from magnesium` is two things."""
    for row in (*rows("condition_words"), *rows("benign_conditions")):
        words = fitting(row["words"], part)
        if words:
            yield compiled(_with_small_gaps(words))


@cache
def _with_small_gaps(words: str) -> str:
    small = f"(?:{'|'.join(sorted(plain_words('gap')))})"
    words = re.sub(r"(?<=[ (|)])\\w\+", small, _filled(words))
    return re.sub(r"(?<!\\)\.(?:\*|\{\d+,\d+\})", f"(?: {small})* ?", words)


@cache
def makes_a_sign(part: str, cue: Span) -> bool:
    """Whether a negation is itself part of a sign, as in `no urine`: without it the sign is gone."""
    start, end = cue
    masked = part[:start] + re.sub(r"\w", "z", part[start:end]) + part[end:]
    return any(
        _covers(pattern, part, cue) and not _covers(pattern, masked, cue)
        for pattern, _ in _patterns("condition_words", part)
    )


def _covers(pattern: re.Pattern[str], part: str, cue: Span) -> bool:
    near = pattern.finditer(part, max(cue[0] - SIGN_REACH, 0), cue[1] + SIGN_REACH)
    return any(match.start() < cue[1] and cue[0] < match.end() for match in near)


def read_condition(part: str, denials: Denials, names: Iterable[Span] = ()) -> Reading:
    """Read one part, as `words.parts` gives it; names of products hold no condition."""
    affirmed = without(part, [*denials.denied, *denials.unclear, *names])
    tags: set[str] = set()
    accounted: list[Span] = []
    months = months_said(part)
    known = {"months": months, "days": None if months is None else months * DAYS_IN_MONTH}
    for match, row in _said(affirmed, known):
        tags.add(row["means"])
        if not row["means"].startswith("sign:"):
            accounted.append(match.span())
    unclear = []
    for start, end in denials.unclear:
        # A sign or marker that is not surely absent counts; a rule asks.
        maybe = {
            row["means"]
            for pattern, row in _patterns("condition_words", part[start:end])
            if pattern.search(part[start:end]) and (not row["when"] or compared(row["when"], known))
        }
        tags |= {tag for tag in maybe if tag.startswith(("sign:", "marker:"))}
        if any(not tag.startswith(("sign:", "marker:")) for tag in maybe):
            unclear.append(part[start:end])
    labs, places, flagged = _labs(part)
    tags |= flagged
    for pattern, _ in _patterns("benign_conditions", affirmed):
        accounted += [match.span() for match in pattern.finditer(affirmed)]
    accounted += places
    return Reading(
        frozenset(tags),
        (*accounted, *denials.denied, *denials.unclear, *denials.cues),
        tuple(accounted),
        labs,
        tuple(unclear),
    )


def value_spans(part: str) -> list[Span]:
    """Where a part tells laboratory values."""
    return _labs(part)[1]


def _said(affirmed: str, known: dict[str, float | None]) -> Iterator[tuple[re.Match[str], dict[str, str]]]:
    for pattern, row in _patterns("condition_words", affirmed):
        if row["when"] and not compared(row["when"], known):
            continue
        unless = fitting(row["unless"], affirmed) if row["unless"] else ""
        if unless and compiled(_filled(unless)).search(affirmed):
            continue
        yield from ((match, row) for match in pattern.finditer(affirmed))


def _labs(part: str) -> tuple[tuple[tuple[str, float], ...], list[Span], set[str]]:
    """The values, where they stand, and what it means that one is called high or low."""
    values: list[tuple[str, float]] = []
    places: list[Span] = []
    flagged: set[str] = set()
    for pattern, row in _patterns("labs", part):
        for match in pattern.finditer(part):
            values.append((row["quantity"], float(match["value"]) * float(row["factor"])))
            places.append(match.span())
            flagged |= {row[side] for side in ("high", "low") if match.groupdict().get(side)}
            converted = _converted(part, match)
            if converted:
                more, end, also = converted
                values += more
                places += [(match.end(), end)] * len(more)
                flagged |= also
    return tuple(values), places, flagged - {""}


def _converted(part: str, match: re.Match[str]) -> tuple[list[tuple[str, float]], int, set[str]] | None:
    """The same value in another unit behind the first: `magnesium 2.4 mg/dL (0.99 mmol/L)`; both count."""
    behind = _CONVERSION.match(part, match.end())
    if behind is None:
        return None
    lead = part[match.start() : match.start("value")]
    values, places, flagged = _labs(lead + part[behind.start("again") :])
    spans = [(start, end) for start, end in places if start <= len(lead) < end]
    if not spans:
        return None
    end = max(end for _, end in spans) - len(lead) + behind.start("again")
    return [values[places.index(span)] for span in spans if span in places], end, flagged
