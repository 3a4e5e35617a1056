"""What a sentence tells of a study besides its author: size, length, dose, land, people, year."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any

from magnesim.claims.citations.studies import Study, designs, is_open, studies
from magnesim.claims.citations.words import PLACES, YEAR, spotted
from magnesim.claims.labels import Labels
from magnesim.claims.quick import Quick, QuickList, quick
from magnesim.claims.tables import number_words, rows

_NUMBER_WORDS = number_words() | {"a": 1, "half": 0}
_NUMBER = r"(\d[\d,]{0,14}(?:\.\d{1,9})?|" + "|".join(word for word in _NUMBER_WORDS if len(word) > 2) + ")"
_PEOPLE = (
    r"(?:people|persons?|women|men|patients|adults|nurses|survivors|pensioners|volunteers|participants|students|"
    r"athletes|subjects|children|individuals|cadets|mothers|sufferers|girls|boys|seniors|players)"
)
_SIZE = quick(rf"\b{_NUMBER}\s+(?:[a-z][\w-]*\s+){{0,4}}?{_PEOPLE}\b|\bn\s?=\s?(\d{{1,9}})", re.IGNORECASE)
_SPAN = quick(rf"\b{_NUMBER}[- ](day|week|month|year)s?\b|\b(a) (week|month|year)\b", re.IGNORECASE)
_DOSE = quick(
    r"(?<!\d)(?<!\d,)(\d[\d,]{0,14}(?:\.\d{1,9})?)(?:\s?(?:,|or|and|to|-|–)\s?(\d[\d,]{0,14}+(?:\.\d{1,9})?))?"
    r"\s?mg\b(?!/)",
    re.IGNORECASE,
)
_WEEKS = {"day": 1 / 7, "week": 1.0, "month": 4.345, "year": 52.0}
_AGE = re.compile(r"\b(?:over|past|above|under|aged?|older than)\s+$", re.IGNORECASE)
_OF_STUDIES = quick(
    rf"\b{_NUMBER}\s+(?:[a-z-]+\s+){{0,3}}?(?:trials|studies|RCTs|cohorts|reports)\b", re.IGNORECASE
)


@cache
def _lands() -> dict[str, str]:
    """Countries by the word for what comes from them."""
    return {row["told"]: row["country"] for row in rows("citations/lands")}


@cache
def _land() -> Quick:
    return quick(r"\b(" + "|".join(_lands()) + r")s?\b")


@cache
def _groups() -> QuickList[str]:
    """How the tables name a group of people, by how a sentence does."""
    return QuickList((quick(row["told"], re.IGNORECASE), row["held"]) for row in rows("citations/groups"))


def study_counts(text: str) -> tuple[float, ...]:
    """Numbers of studies told, such as 34 in "34 trials"; a year is none."""
    return tuple(_number(found.group(1)) for found in _OF_STUDIES.finditer(YEAR.sub(" ", text)))


@cache
def _held_counts(told: str) -> tuple[float, ...]:
    """Numbers of studies in what the tables tell of one study."""
    return study_counts(told)


def _number(word: str) -> float:
    low = word.lower()
    return float(_NUMBER_WORDS[low]) if low in _NUMBER_WORDS else float(low.replace(",", "").rstrip("."))


@lru_cache(maxsize=32)
def details_of(text: str, labels: Labels) -> Details:
    """The details in a sentence, which several rules ask for."""
    return Details.of(text, labels)


@dataclass(frozen=True)
class Details:
    """What a sentence tells of a study besides its author."""

    sizes: tuple[int, ...] = ()
    weeks: tuple[float, ...] = ()
    doses: tuple[float, ...] = ()
    lands: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    counts: tuple[float, ...] = ()
    places: tuple[str, ...] = ()
    year: int | None = None
    form: str = "any"
    pooled: bool = False
    masked: bool = False
    text: str = field(default="", repr=False)
    topic: str = ""

    @classmethod
    def of(cls, text: str, labels: Labels) -> Details:
        """The details in a sentence."""
        year = YEAR.search(text)
        doses = [_number(part) for found in _DOSE.finditer(text) for part in found.groups() if part]
        return cls(
            sizes=tuple(_sizes(text)),
            weeks=tuple(_spans(text)),
            doses=tuple(doses),
            lands=tuple(_lands()[found.group(1)] for found in _land().finditer(text)),
            groups=tuple(own for _, own in _groups().found(text)),
            counts=study_counts(text),
            places=tuple(found.group() for found in PLACES.finditer(text)),
            year=int(year.group()) if year else None,
            form=labels.form,
            pooled=bool(spotted("pool", text)),
            masked=bool(spotted("masked", text)),
            text=text,
            topic=labels.topic,
        )

    @cached_property
    def count(self) -> int:
        """How many details could identify a study; a pool with its outcome is two."""
        told = (self.sizes, self.weeks, self.doses, self.lands, self.groups, self.places, self.year)
        return sum(map(bool, told)) + self.masked + 2 * self.pooled + bool(spotted("named_cohort", self.text))

    def points(self, study: Study) -> tuple[float, int]:
        """How well a study fits, and by how many details; below zero if one of them contradicts it."""
        score, hits = 0.0, 0
        for compare, worth in self._told:
            agree = compare(self, study)
            if agree is None:
                continue
            if not agree:
                return -1.0, 0
            score, hits = score + worth, hits + 1
        if self.form in study.salts:
            score += 1
        elif self.form != "any" and study.salts:
            return -1.0, 0
        for group in self.groups:
            if study.id in _studies_in(group):
                score, hits = score + 2, hits + 1
        return score, hits

    @cached_property
    def _told(self) -> tuple[tuple[_Comparison, float], ...]:
        """How the hard details that are told are compared, and what each is worth; the quickest first."""
        return tuple((compare, worth) for name, compare, worth in _COMPARISONS if getattr(self, name))


@cache
def _studies_in(group: str) -> frozenset[str]:
    """Keys of the studies in a group of people, as the tables name it."""
    held = re.compile(group, re.IGNORECASE)
    return frozenset(key for key, one in studies().items() if held.search(f"{one.told} {one.id}"))


_Comparison = Callable[[Details, Study], bool | None]
"""Whether a study agrees with a detail; None where the tables hold nothing of it."""


def _same_size(told: Details, study: Study) -> bool | None:
    return any_near(told.sizes, study.sizes, 0.02) if study.sizes else None


def _same_length(told: Details, study: Study) -> bool | None:
    weeks = study.row["duration_weeks"]
    return any_near(told.weeks, [float(weeks)], 0.1) if weeks else None


def _same_dose(told: Details, study: Study) -> bool | None:
    return any_near(told.doses, study.doses, 0.05) if study.doses else None


def _same_land(told: Details, study: Study) -> bool | None:
    country = study.row["country"]
    return re.search("|".join(told.lands), str(country)) is not None if country else None


def _same_year(told: Details, study: Study) -> bool | None:
    return bool(study.row["year"] == told.year) if study.row["year"] else None


def _same_count(told: Details, study: Study) -> bool | None:
    counts = _held_counts(study.told)
    return not set(told.counts).isdisjoint(counts) if counts else None


def _same_place(told: Details, study: Study) -> bool | None:
    return all(place in study.named for place in told.places)


def _same_kind(_told: Details, study: Study) -> bool | None:
    return study.design in designs("pool")


def _same_masking(_told: Details, study: Study) -> bool | None:
    return not is_open(study) if study.row["blinding"] else None


_COMPARISONS: tuple[tuple[str, _Comparison, float], ...] = (
    ("year", _same_year, 2),
    ("pooled", _same_kind, 2),
    ("sizes", _same_size, 3),
    ("weeks", _same_length, 2),
    ("doses", _same_dose, 2),
    ("lands", _same_land, 2),
    ("counts", _same_count, 3),
    ("places", _same_place, 3),
    ("masked", _same_masking, 1),
)
"""Every hard detail, how it is compared, and what it is worth."""


def any_near(told: Any, held: Any, share: float) -> bool:
    """Whether a figure that is told stands in the tables, within a share of it."""
    return any(abs(left - right) <= share * right + 1e-9 for left in told for right in held)


def _sizes(text: str) -> Iterator[int]:
    for found in _SIZE.finditer(text):
        number = found.group(1) or found.group(2)
        value = _number(number)
        if value >= 3 and not _AGE.search(text, max(0, found.start() - 40), found.start()):
            yield int(value)


def _spans(text: str) -> Iterator[float]:
    """Lengths of time in weeks; an age in years is none."""
    for found in _SPAN.finditer(text):
        number, unit = found.group(1) or found.group(3), found.group(2) or found.group(4)
        after = text[found.end() : found.end() + 4].lower()
        if not _AGE.search(text, max(0, found.start() - 40), found.start()) and not re.match(
            r"[- ]old", after
        ):
            yield _number(number) * _WEEKS[unit.lower()]
