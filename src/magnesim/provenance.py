"""`why NAME`: where a number, a rule, a compound or a study comes from, with the pages it stands on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from magnesim.data import records
from magnesim.errors import InputError

LONGEST_NAME = 80
"""Characters of a name that are looked at and repeated."""
NEAR_ENOUGH = 70
"""Similarity of names, 0 to 100, from which one is offered for another."""


@dataclass(frozen=True)
class Page:
    """One source: a study or a fact, how it was read, and what it says."""

    study_id: str
    doi: str | None
    pmid: str | None
    url: str | None
    read: str | None
    says: str

    @property
    def line(self) -> str:
        """The source as one line."""
        where = f"doi:{self.doi}" if self.doi else f"PMID {self.pmid}" if self.pmid else self.url or ""
        read = f" (read: {self.read.replace('_', ' ')})" if self.read else ""
        return f"{self.study_id}: {self.says}{read} {where}".strip()


@dataclass(frozen=True)
class Why:
    """What is known of a name.

    Attributes:
        kind: parameter, effect, rule, compound, study, fact or mechanism.
        value, unit: where the name stands for a number.
        derivation: how the value follows from its sources.
        used_in: where the program uses it.
    """

    name: str
    kind: str
    value: float | None = None
    unit: str = ""
    text: str = ""
    derivation: str = ""
    sources: list[Page] = field(default_factory=list)
    used_in: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The object of the contract `why`."""
        return {"schema_version": 1} | vars(self) | {"sources": [vars(source) for source in self.sources]}


def why(name: str) -> Why:
    """Everything known of a name.

    Raises:
        InputError: nothing has that name; the nearest are offered.
    """
    for asked in dict.fromkeys((name, name.strip().lower().replace(" ", "_"), _canonical(name))):
        for look in LOOKUPS:
            found = look(asked)
            if found:
                return found
    from rapidfuzz import process

    shown = name[:LONGEST_NAME]
    matches = process.extract(shown, sorted(set(_all_names())), limit=4, score_cutoff=NEAR_ENOUGH)
    hint = f" Near it are {', '.join(match[0] for match in matches)}." if matches else ""
    raise InputError(f'"{shown}"', f"nothing has that name.{hint}", "magnesim why tubular_reserve")


def _canonical(name: str) -> str:
    """The form that a person means by a salt's name, or the name itself."""
    from magnesim.intake import compound

    try:
        return compound(name[:LONGEST_NAME])
    except InputError:
        return name


def pages(names: str) -> list[Page]:
    """Sources named in a cell, parted by semicolons."""
    return [page for name in filter(None, names.split(";")) if (page := _page(name.strip()))]


def _page(name: str) -> Page | None:
    for row in records("evidence", "studies"):
        if row["study_id"] == name:
            return Page(
                name,
                row["doi"],
                row["pmid"],
                row["source_url"],
                row["read"],
                row["population"] or row["design"],
            )
    fact = _fact_row(name)
    if fact:
        return Page(name, fact["doi"], fact["pmid"], fact["source_url"], fact["read"], fact["statement"])
    return None


def _fact_row(name: str) -> dict[str, Any] | None:
    for row in records("evidence", "facts"):
        if name == row["fact_id"]:
            return row
    for row in records("safety", "facts"):
        if name in (row["key"], f"safety_facts:{row['key']}"):
            return row
    return None


def _parameter(name: str) -> Why | None:
    from magnesim.body.parameters import parameters

    row = parameters().get(name)
    if row is None:
        return None
    spread = f"{_believed(row.low, row.high, row.unit)}, people differ by {100 * row.between_person_cv:g} %"
    text = f"{row.label}; {row.derivation if row.evidence_class in ('person', 'salt') else spread}"
    return Why(
        name,
        "parameter",
        row.value,
        row.unit,
        f"{text}; {row.evidence_class}",
        row.derivation,
        pages(row.source),
        _fluxes_with(name),
    )


def _fluxes_with(name: str) -> list[str]:
    """Fluxes and quantities of the body model in whose equation a parameter stands."""
    from magnesim.body import model

    used = [
        f"flux {flux.name}" for flux in model.fluxes() if name in {s.name for s in flux.rate.free_symbols}
    ]
    derived = [(item.name, item.expression) for item in model.assignments()]
    derived += [(item.name, item.expression) for item in model.outputs()]
    return used + [label for label, term in derived if name in {s.name for s in term.free_symbols}]


def _person_value(name: str) -> Why | None:
    """What is assumed of a person who does not say it, or how people of a population differ."""
    from magnesim.people.person import population_values
    from magnesim.people.spread import spread_values

    row = (population_values() | spread_values()).get(name)
    if row is None:
        return None
    number = None if row["unit"] == "" else float(row["value"])
    use = "assumed where it is not said" if name in population_values() else "how people are drawn"
    text = f"{use}: {row['value']}"
    return Why(
        name, "parameter", number, row["unit"], text, row["derivation"], pages(row["source"]), ["people"]
    )


def _tolerability(name: str) -> Why | None:
    """A parameter of the model of loose stools."""
    from magnesim.tolerability.parameters import fitted, inputs

    row = (inputs() | fitted()).get(name)
    if row is None:
        return None
    believed = "" if math.isnan(row.low) else f" {_believed(row.low, row.high, row.unit)};"
    text = f"{row.label};{believed} {row.evidence_class}"
    return Why(
        name, "parameter", row.value, row.unit, text, row.derivation, pages(row.source), ["loose stools"]
    )


def _believed(low: float, high: float, unit: str) -> str:
    """The range of a parameter in words."""
    return f"{low:g} to {high:g}{'' if unit == '1' else f' {unit}'} is believed"


def _effect(name: str) -> Why | None:
    from magnesim.evidence import evidence_for, outcomes
    from magnesim.evidence.constructs import constructs

    if name not in outcomes() and name not in constructs():
        return None
    found = evidence_for(name)
    headline = found.headline
    studies = [
        *(part.study_id for part in headline.studies),
        *(null.study_id for null in found.selection.silent_nulls),
        *(one.study_id for one in found.selection.p_only),
    ]
    from magnesim.effects import goals

    used = [f"goal {goal.goal}" for goal in goals().values() if name in dict(goal.outcomes)]
    text = f"{found.outcome.label}; certainty {found.certainty.level.replace('_', ' ')}"
    return Why(
        name,
        "effect",
        headline.estimate,
        found.outcome.unit,
        text,
        headline.because,
        pages(";".join(dict.fromkeys(studies))),
        used,
    )


def _rule(name: str) -> Why | None:
    from magnesim.safety import rulebook

    book = rulebook()
    found = book.get(name) or next((rule for key, rule in book.items() if key.split(":")[-1] == name), None)
    if found is None:
        return None
    addresses = [part.strip() for part in found.source_url.replace(";", " ").split() if part.strip()]
    sources = [Page(found.name, None, None, url, None, found.text) for url in addresses]
    text = f"{found.text} Leads to: {found.outcome}."
    return Why(found.name, "rule", None, "", text, found.why, sources, ["safety"])


def _compound(name: str) -> Why | None:
    from magnesim.body.entry import salts
    from magnesim.intake import compounds

    rows = [row for row in compounds() if row.name == name]
    if not rows:
        return None
    shares = "; ".join(f"{row.label}: {row.elemental_fraction:.3f} magnesium by mass" for row in rows)
    sources = [Page(row.variant, None, None, row.source_url, None, row.label) for row in rows]
    salt = salts().get(name)
    if salt is None:
        return Why(name, "compound", None, "", shares, "", sources, ["intake"])
    return Why(
        name,
        "compound",
        rows[0].elemental_fraction,
        "mg per mg",
        shares,
        salt.derivation,
        sources + pages(salt.source),
        ["intake", "body"],
    )


def _study(name: str) -> Why | None:
    for row in records("evidence", "studies"):
        if row["study_id"] == name:
            people = row["population"] or row["condition"] or ""
            bias = row["risk_of_bias"] or "not judged"
            text = f"{row['design'].replace('_', ' ')}; {people}; risk of bias {bias}"
            return Why(
                name,
                "study",
                None,
                "",
                text,
                row["risk_of_bias_reason"] or "",
                pages(name),
                sorted(set(_outcomes_of(name))),
            )
    return None


def _outcomes_of(study: str) -> Iterator[str]:
    for table in ("contrasts", "results"):
        yield from (
            f"outcome {row['outcome']}" for row in records("evidence", table) if row["study_id"] == study
        )


def _fact(name: str) -> Why | None:
    row = _fact_row(name)
    if row is None:
        return None
    page = Page(name, row["doi"], row["pmid"], row["source_url"], row["read"], row["statement"])
    return Why(name, "fact", row["value"], row["unit"] or "", row["statement"], row["notes"] or "", [page])


def _mechanism(name: str) -> Why | None:
    from magnesim.exposure.mechanisms import mechanism_rows

    for row in mechanism_rows():
        if row["name"] == name:
            used = [f"goal {goal}" for goal in row["goals"].split(";")]
            return Why(
                name,
                "mechanism",
                None,
                "",
                f"{row['label']}: {row['claim']}",
                row["note"],
                pages(row["sources"]),
                used,
            )
    return None


LOOKUPS: tuple[Callable[[str], Why | None], ...] = (
    _parameter,
    _effect,
    _compound,
    _mechanism,
    _study,
    _fact,
    _person_value,
    _tolerability,
    _rule,
)


def _all_names() -> Iterator[str]:
    from magnesim.body.parameters import parameters
    from magnesim.evidence import outcomes
    from magnesim.exposure.mechanisms import mechanism_rows
    from magnesim.intake import forms
    from magnesim.people.person import population_values
    from magnesim.people.spread import spread_values
    from magnesim.safety import rulebook
    from magnesim.tolerability.parameters import fitted, inputs

    yield from parameters()
    yield from outcomes()
    yield from forms()
    yield from population_values()
    yield from spread_values()
    yield from rulebook()
    yield from inputs() | fitted()
    yield from (row["name"] for row in mechanism_rows())
    yield from (row["study_id"] for row in records("evidence", "studies"))
    yield from (row["fact_id"] for row in records("evidence", "facts"))
    yield from (f"safety_facts:{row['key']}" for row in records("safety", "facts"))
