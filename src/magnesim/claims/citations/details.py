"""What a sentence tells of a study besides its author: size, length, dose, land, people, year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from magnesim.claims.citations.studies import Study, designs, is_open
from magnesim.claims.citations.words import PLACES, YEAR, spotted
from magnesim.claims.labels import Labels
from magnesim.claims.tables import number_words, rows

_NUMBER_WORDS = number_words() | {"a": 1, "half": 0}
_NUMBER = r"(\d[\d,]*(?:\.\d+)?|" + "|".join(word for word in _NUMBER_WORDS if len(word) > 2) + ")"
_PEOPLE = (
    r"(?:people|persons?|women|men|patients|adults|nurses|survivors|pensioners|volunteers|participants|students|"
    r"athletes|subjects|children|individuals|cadets|mothers|sufferers|girls|boys|seniors|players)"
)
_SIZE = re.compile(rf"\b{_NUMBER}\s+(?:[a-z][\w-]*\s+){{0,4}}?{_PEOPLE}\b|\bn\s?=\s?(\d+)", re.IGNORECASE)
_SPAN = re.compile(rf"\b{_NUMBER}[- ](day|week|month|year)s?\b|\b(a) (week|month|year)\b", re.IGNORECASE)
_DOSE = re.compile(
    r"(\d[\d,]*(?:\.\d+)?)(?:\s?(?:,|or|and|to|-|–)\s?(\d[\d,]*(?:\.\d+)?))?\s?mg\b(?!/)", re.IGNORECASE
)
_WEEKS = {"day": 1 / 7, "week": 1.0, "month": 4.345, "year": 52.0}
_AGE = re.compile(r"\b(?:over|past|above|under|aged?|older than)\s+$", re.IGNORECASE)
_OF_STUDIES = re.compile(
    rf"\b{_NUMBER}\s+(?:[a-z-]+\s+){{0,3}}?(?:trials|studies|RCTs|cohorts|reports)\b", re.IGNORECASE
)


@cache
def _lands() -> dict[str, str]:
    """Countries by the word for what comes from them."""
    return {row["told"]: row["country"] for row in rows("citations/lands")}


@cache
def _land() -> re.Pattern[str]:
    return re.compile(r"\b(" + "|".join(_lands()) + r")s?\b")


@cache
def _groups() -> dict[str, str]:
    """How the tables name a group of people, by how a sentence does."""
    return {row["told"]: row["held"] for row in rows("citations/groups")}


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
            groups=tuple(own for said, own in _groups().items() if re.search(said, text, re.IGNORECASE)),
            counts=study_counts(text),
            places=tuple(found.group() for found in PLACES.finditer(text)),
            year=int(year.group()) if year else None,
            form=labels.form,
            pooled=bool(spotted("pool", text)),
            masked=bool(spotted("masked", text)),
            text=text,
            topic=labels.topic,
        )

    @property
    def count(self) -> int:
        """How many details could identify a study; a pool with its outcome is two."""
        told = (self.sizes, self.weeks, self.doses, self.lands, self.groups, self.places, self.year)
        return sum(map(bool, told)) + self.masked + 2 * self.pooled + bool(spotted("named_cohort", self.text))

    def points(self, study: Study) -> tuple[float, int]:
        """How well a study fits, and by how many details; below zero if one of them contradicts it."""
        score, hits = 0.0, 0
        for told, held, agree, worth in self._comparisons(study):
            if not told or not held:
                continue
            if not agree:
                return -1.0, 0
            score, hits = score + worth, hits + 1
        if self.form in study.salts:
            score += 1
        elif self.form != "any" and study.salts:
            return -1.0, 0
        for group in self.groups:
            if re.search(group, study.told + " " + study.id, re.IGNORECASE):
                score, hits = score + 2, hits + 1
        return score, hits

    def _comparisons(self, study: Study) -> Iterator[tuple[bool, bool, bool, float]]:
        """For every hard detail: told, held by the tables, whether both agree, what it is worth."""
        row = study.row
        yield bool(self.sizes), bool(study.sizes), any_near(self.sizes, study.sizes, 0.02), 3
        weeks = [float(row["duration_weeks"])] if row["duration_weeks"] else []
        yield bool(self.weeks), bool(weeks), any_near(self.weeks, weeks, 0.1), 2
        yield bool(self.doses), bool(study.doses), any_near(self.doses, study.doses, 0.05), 2
        lands = "|".join(self.lands)
        yield bool(lands), bool(row["country"]), bool(re.search(lands, str(row["country"]))), 2
        yield self.year is not None, bool(row["year"]), row["year"] == self.year, 2
        counts = _held_counts(study.told)
        yield bool(self.counts), bool(counts), bool(set(self.counts) & set(counts)), 3
        named = f"{study.id.upper()} {study.told} {row['first_author']} {row['notes']} {row['funding']}"
        yield bool(self.places), True, all(place in named for place in self.places), 3
        yield self.pooled, True, study.design in designs("pool"), 2
        yield self.masked, bool(row["blinding"]), not is_open(study), 1


def any_near(told: Any, held: Any, share: float) -> bool:
    """Whether a figure that is told stands in the tables, within a share of it."""
    return any(abs(left - right) <= share * right + 1e-9 for left in told for right in held)


def _sizes(text: str) -> Iterator[int]:
    for found in _SIZE.finditer(text):
        number = found.group(1) or found.group(2)
        value = _number(number)
        if value >= 3 and not _AGE.search(text[: found.start()]):
            yield int(value)


def _spans(text: str) -> Iterator[float]:
    """Lengths of time in weeks; an age in years is none."""
    for found in _SPAN.finditer(text):
        number, unit = found.group(1) or found.group(3), found.group(2) or found.group(4)
        after = text[found.end() : found.end() + 4].lower()
        if not _AGE.search(text[: found.start()]) and not re.match(r"[- ]old", after):
            yield _number(number) * _WEEKS[unit.lower()]
