"""What a safety decision looks at: the person, the dose and everything that was read from plain words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import cached_property

from magnesim.errors import InputError, UnclearError
from magnesim.intake import Day, UnclearSaltError, read_dose
from magnesim.intake import compound as canonical_compound
from magnesim.people import Person, egfr_ckd_epi_2021
from magnesim.people.person import PERSON_RANGES, SEXES
from magnesim.safety.drugs import Drug
from magnesim.safety.limits import Limit, limit_in_force
from magnesim.safety.reading import Part, read_parts
from magnesim.safety.rulebook import rule
from magnesim.safety.tables import rows
from magnesim.safety.words import Bounds, normalised

OTHER_MAGNESIUM = "interactions:other_magnesium_products_antacid_laxative_bowel_preparation_infusion"
GROWN = 12.0
"""From this age, years, a baby whose age is said is another person."""
OF_MEDICINES = frozenset(["sign:new_drug_listed"])
"""Signs that are so only beside a medicine: `since two weeks` may also speak of a complaint."""
_MAGNESIUM = re.compile(r"\bmagnesium\b(?! free\b)")
_STATED_MG = re.compile(
    r"(\d+(?:\.\d+)?) ?mg (?:of )?(?:elemental )?magnesium|magnesium (?:of )?(\d+(?:\.\d+)?) ?mg"
)


@dataclass(frozen=True)
class OtherSource:
    """Magnesium from another product.

    Attributes:
        source: the product as written.
        mg: elemental mg a day, as said or assumed; None where nothing can be said.
        is_said: whether the amount was said.
    """

    source: str
    mg: float | None
    is_said: bool


@dataclass(frozen=True)
class Case:
    """A person and the dose asked for.

    Attributes:
        person: as given; nothing is filled in.
        asked_mg: elemental mg a day; None where not clear.
        compound: canonical name, or None where not said or not known.
        times: clock times HH:MM asked for, or none.
        goal: what it is for, as written.
        day: when the person eats and sleeps.
        product: what is taken, in the person's words.
    """

    person: Person
    asked_mg: float | None
    compound: str | None = None
    times: tuple[str, ...] = ()
    goal: str | None = None
    day: Day = field(default_factory=Day)
    product: str | None = None
    parts: tuple[Part, ...] = field(default=(), repr=False)

    @cached_property
    def limit(self) -> Limit:
        """The limit in force."""
        return limit_in_force(self.person.region, self.person.age, self.person.sex)

    @cached_property
    def drugs(self) -> tuple[Drug, ...]:
        """Every medicine in force, in a fixed order whatever the order of the list."""
        found = (drug for part in self.parts for drug in part.drugs_in_force)
        return tuple(sorted(found, key=lambda drug: (drug.generic, drug.written)))

    @cached_property
    def tags(self) -> frozenset[str]:
        """Everything said to be present: rules, signs, markers, drug rows, groups and age bands."""
        goal = f"goal {normalised(self.goal)}" if self.goal else None
        tags = {tag for part in read_parts(goal, is_drugs=False) for tag in part.reading.tags}
        for part in self.parts:
            tags |= part.reading.tags if part.drugs else part.reading.tags - OF_MEDICINES
        for drug in self.drugs:
            tags |= {f"group:{group}" for group in drug.groups} | drug.markers
            if drug.route != "local":
                tags |= {f"drug:{name}" for name in drug.rules}
                tags |= {f"marker:{rule(name).implies}" for name in drug.rules if rule(name).implies}
        tags |= self._tags_of_values()
        age = self.person.age
        tags |= {"age:not_grown"} if age is None or age < GROWN else set()
        if age is not None:
            tags |= {"age:65"} if age >= 65 else set()
            tags |= {"age:under_4"} if age < 4 else set()
        if self.person.menopause:
            tags.add(f"menopause:{self.person.menopause}")
        return frozenset(tags)

    def _tags_of_values(self) -> set[str]:
        """Signs and markers that a measured value stands for, such as a systolic pressure of 140."""
        found = set()
        for row in rows("gates"):
            bounds = Bounds(row["minimum"], row["maximum"])
            known = self.lab(row["quantity"])
            if row["quantity"] == "egfr":
                known = [] if self.egfr is None else [self.egfr]
            if row["rule"].startswith(("marker:", "sign:")) and any(map(bounds.holds, known)):
                found.add(row["rule"])
        return found

    def lab(self, quantity: str) -> list[float]:
        """Every value that was said of a quantity of `labs.csv`."""
        return [value for part in self.parts for name, value in part.reading.labs if name == quantity]

    @cached_property
    def egfr(self) -> float | None:
        """The lowest kidney function that was given or follows from creatinine, mL/min/1.73 m2."""
        highest = PERSON_RANGES["egfr"][1]  # above it a number is no eGFR: perhaps a year
        known = [value for value in self.lab("egfr") if value <= highest]
        if self.person.egfr is not None:
            known.append(self.person.egfr)
        creatinine = self.lab("creatinine_mg_dl")
        if self.person.creatinine_mg_dl is not None:
            creatinine.append(self.person.creatinine_mg_dl)
        age = self.person.age
        if age is not None:
            # A sex not said counts as the one with the lower estimate.
            sexes = [self.person.sex] if self.person.sex else list(SEXES)
            known += [
                egfr_ckd_epi_2021(value, age, sex) for value in creatinine if value > 0 for sex in sexes
            ]
        return min(known, default=None)

    @cached_property
    def other_sources(self) -> tuple[OtherSource, ...]:
        """Magnesium from other products in the list of drugs."""
        found = (source for part in self.parts if part.is_drugs for source in _sources(part))
        return tuple(sorted(found, key=lambda source: source.source))

    @property
    def total_mg(self) -> float | None:
        """All magnesium outside food, elemental mg a day; None where the asked dose is not clear."""
        if self.asked_mg is None:
            return None
        return self.asked_mg + sum(source.mg or 0.0 for source in self.other_sources)


def read_case(
    person: Person,
    elemental_mg_per_day: float | None,
    compound: str | None,
    times: tuple[str, ...],
    goal: str | None,
    day: Day | None = None,
    product: str | None = None,
) -> Case:
    """Read everything that the rules look at."""
    asked = elemental_mg_per_day
    if asked is not None and not (math.isfinite(asked) and asked > 0):
        asked = None
    day = day or Day()
    return Case(person, asked, _canonical(compound), tuple(times), goal, day, product, _parts(person, day))


def _parts(person: Person, day: Day) -> tuple[Part, ...]:
    drugs = day.with_clock_times(person.drugs)
    found = [*read_parts(drugs, is_drugs=True), *read_parts(person.conditions, is_drugs=False)]
    return tuple(sorted(found, key=lambda part: (not part.is_drugs, part.text)))


def _canonical(compound: str | None) -> str | None:
    """The salt's name in the tables; one that is not known counts as not said, which is the stricter."""
    if compound is None:
        return None
    try:
        name = canonical_compound(compound)
    except (InputError, UnclearError):
        return None
    return None if name in ("mixed", "unspecified") else name


def _sources(part: Part) -> list[OtherSource]:
    stated = _STATED_MG.search(part.affirmed)
    assumed = [
        float(row["assumed_mg"])
        for row in rows("other_sources")
        if re.search(rf"\b(?:{row['words']})\b", part.affirmed)
    ]
    if assumed:
        said = float(stated[1] or stated[2]) if stated else None
        return [OtherSource(part.text, max(assumed) if said is None else said, said is not None)]
    if any(OTHER_MAGNESIUM in drug.rules for drug in part.drugs_in_force) or _MAGNESIUM.search(part.affirmed):
        mg = _dose_mg(part.text)
        return [OtherSource(part.text, mg, mg is not None)]
    return []


def _dose_mg(text: str) -> float | None:
    try:
        return read_dose(text).elemental_mg_per_day
    except UnclearSaltError as unclear:
        return unclear.elemental_mg_per_day[1]
    except InputError:
        return None
