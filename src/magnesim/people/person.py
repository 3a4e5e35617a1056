"""A person as given, and completed with population values where something was not said."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from magnesim.errors import InputError
from magnesim.people.kidney import egfr_ckd_epi_2021
from magnesim.tables import rows

SEXES = ("female", "male")
MENOPAUSE = ("pre", "peri", "post", "na")
REGIONS = ("US", "EU", "UK", "NO", "JP", "AU", "NZ", "CA", "DE", "CH")


@dataclass(frozen=True)
class Person:
    """What was said about a person. None means not said: population values never clear a safety rule.

    Attributes:
        age: years, 0 to 120.
        sex: `female` or `male`.
        weight_kg: 2 to 400 kg.
        height_cm: 40 to 250 cm.
        egfr: estimated glomerular filtration rate, mL/min/1.73 m2, 0 to 200.
        creatinine_mg_dl: serum creatinine, mg/dL, 0.1 to 20; read only where `egfr` is missing.
        menopause: `pre`, `peri`, `post` or `na`.
        diet_mg: magnesium eaten a day, mg, 0 to 2000.
        serum_mg_mmol_l: measured serum magnesium, mmol/L, 0.1 to 10.
        region: whose dose limits apply.
        drugs: as written, parted by semicolons.
        conditions: as written, parted by semicolons.

    Raises:
        InputError: a figure out of its range, a word that is not allowed, or menopause of a man.
    """

    age: float | None = None
    sex: str | None = None
    weight_kg: float | None = None
    height_cm: float | None = None
    egfr: float | None = None
    creatinine_mg_dl: float | None = None
    menopause: str | None = None
    diet_mg: float | None = None
    serum_mg_mmol_l: float | None = None
    region: str | None = None
    drugs: str | None = None
    conditions: str | None = None

    def __post_init__(self) -> None:
        for name, (low, high, unit) in PERSON_RANGES.items():
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and low <= value <= high):
                flag = f"--{name.replace('_', '-')}"
                middle = _EXAMPLES[name]
                raise InputError(
                    f"{flag} {value:g}", f"{low:g} to {high:g} {unit} is allowed.", f"{flag} {middle:g}"
                )
        for name, allowed in (("sex", SEXES), ("menopause", MENOPAUSE), ("region", REGIONS)):
            value = getattr(self, name)
            if value is not None and value not in allowed:
                raise InputError(
                    f"--{name} {value}", f"one of {', '.join(allowed)} is allowed.", f"--{name} {allowed[0]}"
                )
        for name in ("drugs", "conditions"):
            text = getattr(self, name)
            if text and len(text) > LONGEST_TEXT:
                raise InputError(
                    f"--{name} with {len(text)} characters",
                    f"at most {LONGEST_TEXT} characters are allowed.",
                    _TEXT_EXAMPLES[name],
                )
        if self.sex == "male" and self.menopause in ("pre", "peri", "post"):
            raise InputError(
                f"--menopause {self.menopause} with --sex male",
                "menopause is asked of women only.",
                "--sex female",
            )


LONGEST_TEXT = 2000
"""Characters of free text on medicines or on illnesses."""
_TEXT_EXAMPLES = {
    "drugs": '--drugs "levothyroxine 07:00; omeprazole"',
    "conditions": '--conditions "diabetes"',
}

PERSON_RANGES = {
    "age": (0.0, 120.0, "years"),
    "weight_kg": (2.0, 400.0, "kg"),
    "height_cm": (40.0, 250.0, "cm"),
    "egfr": (0.0, 200.0, "mL/min/1.73 m2"),
    "creatinine_mg_dl": (0.1, 20.0, "mg/dL"),
    "diet_mg": (0.0, 2000.0, "mg a day"),
    "serum_mg_mmol_l": (0.1, 10.0, "mmol/L"),
}
_EXAMPLES = {
    "age": 62,
    "weight_kg": 65,
    "height_cm": 165,
    "egfr": 90,
    "creatinine_mg_dl": 0.8,
    "diet_mg": 250,
    "serum_mg_mmol_l": 0.82,
}


@dataclass(frozen=True)
class Assumed:
    """A population value that stands in for something not said."""

    name: str
    value: float | str
    unit: str
    because: str


@cache
def population_values() -> dict[str, dict[str, str]]:
    """Rows of `population.csv` by name: value, unit, range, source and derivation of each default."""
    return {row["name"]: row for row in rows(Path(__file__).parent / "population.csv")}


def complete(person: Person) -> tuple[Person, list[Assumed]]:
    """Fill what was not said with population values, and list each.

    Returns:
        A person with every field of the body model set, and what was assumed, in the order asked.

    Raises:
        InputError: children under 18, whom the body model does not describe.
    """
    assumed: list[Assumed] = []

    def take(person: Person, name: str, value: float | str, unit: str, because: str) -> Person:
        if getattr(person, name) is not None:
            return person
        assumed.append(Assumed(name, value, unit, because))
        # the checker cannot tell which field a name stands for
        return replace(person, **{name: value})  # type: ignore[arg-type]

    def typical(name: str) -> tuple[float, str, str]:
        row = population_values()[name]
        return float(row["value"]), row["unit"], row["derivation"]

    age, unit, why = typical("age")
    person = take(person, "age", age, unit, why)
    person = take(person, "sex", "female", "", population_values()["sex"]["derivation"])
    assert person.age is not None and person.sex is not None
    if person.age < 18:
        raise InputError(
            f"--age {person.age:g}", "the body model describes adults from 18 years.", "--age 62"
        )
    age_years, sex = person.age, person.sex
    for name in ("weight_kg", "height_cm", "diet_mg"):
        person = take(person, name, *typical(f"{name}_{person.sex}"))
    if person.egfr is None and person.creatinine_mg_dl is not None:
        egfr = egfr_ckd_epi_2021(person.creatinine_mg_dl, age_years, sex)
        person = replace(person, egfr=min(egfr, PERSON_RANGES["egfr"][1]))
    if person.egfr is None:
        creatinine, unit, why = typical(f"creatinine_mg_dl_{person.sex}")
        egfr = egfr_ckd_epi_2021(creatinine, age_years, sex)
        person = take(
            person,
            "egfr",
            round(egfr, 1),
            "mL/min/1.73 m2",
            f"CKD-EPI 2021 at a creatinine of {creatinine:g} {unit}; {why}",
        )
    person = take(
        person, "menopause", _usual_menopause(person), "", population_values()["menopause_age"]["derivation"]
    )
    person = take(person, "region", "US", "", population_values()["region"]["derivation"])
    return person, assumed


def _usual_menopause(person: Person) -> str:
    assert person.age is not None
    if person.sex == "male":
        return "na"
    row = population_values()["menopause_age"]
    if person.age < float(row["low"]):
        return "pre"
    return "post" if person.age > float(row["high"]) else "peri"
