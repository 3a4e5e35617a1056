"""Finds conditions, signs and laboratory values in plain words (`condition_words.csv`, `labs.csv`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from magnesim.safety.tables import rows
from magnesim.safety.words import Span, compared, denied_spans, is_denied, months_said

DAYS_IN_MONTH = 365 / 12


@dataclass(frozen=True)
class Reading:
    """What a part of a person's list says.

    Attributes:
        tags: rule names, and tags such as `sign:snoring` or `marker:diabetes`, that are said to be present.
        accounted: where the words stand that are understood without a rule, or that are denied.
        labs: measured values, each with the quantity of `labs.csv`.
    """

    tags: frozenset[str]
    accounted: tuple[Span, ...]
    labs: tuple[tuple[str, float], ...]


@cache
def _patterns(table: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str] | None, dict[str, str]], ...]:
    return tuple(
        (
            re.compile(rf"\b(?:{row['words']})(?!\w)"),
            re.compile(rf"\b(?:{row['unless']})(?!\w)") if row.get("unless") else None,
            row,
        )
        for row in rows(table)
    )


@cache
def read_condition(part: str) -> Reading:
    """Read one part, as `words.parts` gives it."""
    denied = denied_spans(part)
    months = months_said(part)
    known = {"months": months, "days": None if months is None else months * DAYS_IN_MONTH}
    tags: set[str] = set()
    accounted: list[Span] = []
    for pattern, unless, row in _patterns("condition_words"):
        if row["when"] and not compared(row["when"], known):
            continue
        for match in pattern.finditer(part):
            if is_denied(match.start(), denied):
                accounted.append(match.span())
            elif not _excepted(unless, part, denied):
                tags.add(row["means"])
                if not row["means"].startswith("sign:"):
                    accounted.append(match.span())
    labs, places = _labs(part)
    for pattern, _, _ in _patterns("benign_conditions"):
        accounted += [match.span() for match in pattern.finditer(part)]
    return Reading(frozenset(tags), tuple(accounted + places), labs)


def _excepted(unless: re.Pattern[str] | None, part: str, denied: list[Span]) -> bool:
    return unless is not None and any(not is_denied(match.start(), denied) for match in unless.finditer(part))


def _labs(part: str) -> tuple[tuple[tuple[str, float], ...], list[Span]]:
    values: list[tuple[str, float]] = []
    places: list[Span] = []
    for pattern, _, row in _patterns("labs"):
        for match in pattern.finditer(part):
            values.append((row["quantity"], float(match["value"]) * float(row["factor"])))
            places.append(match.span())
    return tuple(values), places
