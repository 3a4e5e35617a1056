"""Reads one part of a list of drugs or conditions: what it names, and what of that is denied or stopped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from magnesim.people import Person
from magnesim.safety.conditions import Reading, items, makes_a_sign, read_condition, value_spans
from magnesim.safety.denial import Denials, may_deny, read_denials, within, without
from magnesim.safety.drugs import Drug, read_drugs
from magnesim.safety.tables import rows
from magnesim.safety.words import Span, normalised, parts

NOT_TAKEN = ("denied", "stopped")


@dataclass(frozen=True)
class Part:
    """One part of a person's list of drugs or conditions, with what was found in it.

    Attributes:
        text: the part in one spelling.
        is_drugs: whether it stands in the list of drugs.
        reading: conditions, signs and values.
        drugs: every medicine named, each with its status.
        affirmed: the text without what is denied or stopped.
        accounted: where the words stand that are understood.
    """

    text: str
    is_drugs: bool
    reading: Reading
    drugs: tuple[Drug, ...]
    affirmed: str
    accounted: tuple[Span, ...]

    @property
    def drugs_in_force(self) -> tuple[Drug, ...]:
        """The medicines whose rules hold: all that are not surely absent."""
        return tuple(drug for drug in self.drugs if drug.status not in NOT_TAKEN)


def read_parts(text: str | None, is_drugs: bool) -> list[Part]:
    """Read a person's list."""
    return [_read_part(part, is_drugs) for part in parts(text)]


def as_taken(person: Person) -> Person:
    """The person with drugs by the generic names of what is taken now, as the body model reads them."""
    return replace(person, drugs="; ".join(drugs_taken(person.drugs)) or None)


def drugs_taken(text: str | None) -> tuple[str, ...]:
    """The generic names, lower case, of the medicines that a person takes now.

    Args:
        text: a list as a person writes it, such as `Lasix 40 mg; stopped Prilosec`.

    Returns:
        In alphabetical order. What was denied, stopped or is only planned is left out, and so are names
        that are not known, kinds of medicine (`a water pill`) and what is only rubbed in, dropped or inhaled.
    """
    taken = (
        drug
        for part in read_parts(text, is_drugs=True)
        for drug in part.drugs_in_force
        if drug.status != "planned" and drug.route != "local"
    )
    return tuple(sorted({generic for drug in taken for generic in drug.generics}))


@cache
def _read_part(part: str, is_drugs: bool) -> Part:
    found = read_drugs(part)
    named = [drug.span for drug in found]
    products = list(_magnesium_words(part))
    plain = items(part) if may_deny(part) else ()
    denials = read_denials(
        part, plain, [*named, *products], value_spans(part), lambda cue: makes_a_sign(part, cue)
    )
    named_so = [drug.span for drug in found if " " in drug.written and drug.written in _brands()]
    reading = read_condition(part, denials, named_so if is_drugs else [])
    if not is_drugs:
        # Among conditions only plain generic names count (`cramps since starting furosemide`).
        found = tuple(
            drug
            for drug in found
            if drug.written in drug.generic and not _touches(drug.span, reading.accounted_as_condition)
        )
    drugs = tuple(replace(drug, status=_status(drug, denials)) for drug in found)
    absent = [*denials.denied, *denials.stopped]
    accounted = [*reading.accounted, *denials.stopped, *(drug.span for drug in drugs)]
    return Part(
        part,
        is_drugs,
        reading,
        drugs,
        without(part, absent),
        tuple(accounted + products if is_drugs else accounted),
    )


@cache
def _brands() -> frozenset[str]:
    """Names of products without magnesium: `baby aspirin` speaks of no baby."""
    return frozenset(normalised(row["brand"]) for row in rows("brands") if "magnesium" not in row["generic"])


def _status(drug: Drug, denials: Denials) -> str:
    """Unclear weighs more than absent, and absent more than planned."""
    for status, spans in (
        ("unclear", (*denials.unclear, *denials.doubted)),
        ("stopped", denials.stopped),
        ("denied", denials.denied),
    ):
        if within(drug.span, spans):
            return status
    return drug.status


def _magnesium_words(part: str) -> Iterator[Span]:
    """Where magnesium and products that hold it stand."""
    for words in (*(row["words"] for row in rows("other_sources")), r"magnesium( \w+)?"):
        yield from (match.span() for match in re.finditer(rf"\b(?:{words})\b", part))


def _touches(span: Span, others: tuple[Span, ...]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
