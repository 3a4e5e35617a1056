"""Finds conditions, signs and laboratory values in plain words (`condition_words.csv`, `labs.csv`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from magnesim.intake.compounds import synonyms
from magnesim.safety.denial import Denials, without
from magnesim.safety.tables import rows
from magnesim.safety.words import Span, compared, months_said, plain_words

DAYS_IN_MONTH = 365 / 12
SIGN_REACH = 80
"""Letters around a negation within which it may make a sign."""
NO_SALT = ("mixed", "unspecified")


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


_Pattern = tuple[re.Pattern[str], re.Pattern[str] | None, dict[str, str]]


@cache
def _patterns(table: str) -> tuple[_Pattern, ...]:
    return tuple(
        (
            re.compile(rf"\b(?:{_filled(row['words'])})(?!\w)"),
            re.compile(rf"\b(?:{row['unless']})(?!\w)") if row.get("unless") else None,
            row,
        )
        for row in rows(table)
    )


def _filled(words: str) -> str:
    """The words with `<salt>` and `<magnesium>` as every way to write a salt or a product."""
    salts = [name for name, salt in synonyms().items() if salt.name not in NO_SALT]
    brands = [row["brand"] for row in rows("brands") if row["generic"].startswith("magnesium")]
    products = [*brands, *(name for name in salts if re.search(r"mag|^mg|epsom", name)), "mag", "mg"]
    either = _any_of(salts)
    product = f"(?:magnesium(?: {either})?|{_any_of(products)})"
    return words.replace("<salt>", either).replace("<magnesium>", product)


def _any_of(names: list[str]) -> str:
    longest_first = sorted(set(names), key=lambda name: (-len(name), name))
    return f"(?:{'|'.join(map(re.escape, longest_first))})"


@cache
def items(part: str) -> tuple[Span, ...]:
    """Where a part names a condition, a sign or a harmless complaint plainly, said or denied."""
    return tuple(match.span() for pattern in _plain_patterns() for match in pattern.finditer(part))


@cache
def _plain_patterns() -> tuple[re.Pattern[str], ...]:
    """The patterns with only small words in their gaps: `no allergy apart from magnesium` is two things."""
    small = f"(?:{'|'.join(sorted(plain_words('gap')))})"
    found = []
    for row in (*rows("condition_words"), *rows("benign_conditions")):
        words = re.sub(r"(?<=[ (|)])\\w\+", small, _filled(row["words"]))
        words = re.sub(r"(?<!\\)\.(?:\*|\{\d+,\d+\})", f"(?: {small})* ?", words)
        found.append(re.compile(rf"\b(?:{words})(?!\w)"))
    return tuple(found)


@cache
def makes_a_sign(part: str, cue: Span) -> bool:
    """Whether a negation is itself part of a sign, as in `no urine`: without it the sign is gone."""
    start, end = cue
    masked = part[:start] + re.sub(r"\w", "z", part[start:end]) + part[end:]
    return any(
        _covers(pattern, part, cue) and not _covers(pattern, masked, cue)
        for pattern, _, _ in _patterns("condition_words")
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
            for pattern, _, row in _patterns("condition_words")
            if pattern.search(part[start:end]) and (not row["when"] or compared(row["when"], known))
        }
        tags |= {tag for tag in maybe if tag.startswith(("sign:", "marker:"))}
        if any(not tag.startswith(("sign:", "marker:")) for tag in maybe):
            unclear.append(part[start:end])
    labs, places = _labs(part)
    for pattern, _, _ in _patterns("benign_conditions"):
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
    for pattern, unless, row in _patterns("condition_words"):
        if row["when"] and not compared(row["when"], known):
            continue
        if unless is not None and unless.search(affirmed):
            continue
        yield from ((match, row) for match in pattern.finditer(affirmed))


def _labs(part: str) -> tuple[tuple[tuple[str, float], ...], list[Span]]:
    values: list[tuple[str, float]] = []
    places: list[Span] = []
    for pattern, _, row in _patterns("labs"):
        for match in pattern.finditer(part):
            values.append((row["quantity"], float(match["value"]) * float(row["factor"])))
            places.append(match.span())
    return tuple(values), places
