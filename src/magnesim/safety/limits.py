"""The limit in force for magnesium outside food, by region and age (`regions.csv`, the dosing table)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from magnesim.data import records
from magnesim.safety.rulebook import limit_name
from magnesim.safety.tables import rows

DEFAULT_REGION = "US"
ADULT_AGE = 18.0


@dataclass(frozen=True)
class Limit:
    """A limit, elemental mg a day, with the rule it stands on; zero where none could be set.

    Attributes:
        mg: elemental mg a day, all magnesium outside food together.
        portions: the fewest portions a day that the limit goes with.
        rule: name of the rule, or empty.
        source_url: the address that carries it.
        agency: who set it.
    """

    mg: float
    portions: int
    rule: str
    source_url: str
    agency: str


def limit_in_force(region: str | None, age: float | None, sex: str | None = None) -> Limit:
    """The limit for this region and age; an age not said counts as an adult's and needs its own question."""
    here = next(row for row in rows("regions") if row["region"] == (region or DEFAULT_REGION))
    years = ADULT_AGE if age is None else age
    agencies = here["adult_agency"] if years >= ADULT_AGE else here["child_agencies"]
    found = [
        row for agency in agencies.split("|") if (row := _row(agency, years, age is None, sex)) is not None
    ]
    limits = [row for row in found if row["ul_supplement_mg"] is not None]
    if not limits:
        return Limit(0.0, int(here["portions"]), "", "", here["adult_agency"])
    row = min(limits, key=lambda row: row["ul_supplement_mg"])
    return Limit(
        row["ul_supplement_mg"], int(here["portions"]), limit_name(row), row["source_url"], row["agency"]
    )


def _row(agency: str, age: float, any_adult: bool, sex: str | None) -> dict[str, Any] | None:
    """The agency's row that begins last before this age: bands of whole years close at the next."""
    stages = ("infant", "child", "adolescent", "adult", "general")
    # An agency prints recommended intakes and limits in one row or in two; only limits count here.
    candidates = [
        row
        for row in records("safety", "dosing")
        if row["agency"] == agency
        and row["life_stage"] in stages
        and row["age_low"] is not None
        and row["sex"] in ("both", sex or row["sex"])
    ]
    if any_adult:
        return next((row for row in candidates if row["life_stage"] in ("adult", "general")), None)
    begun = [row for row in candidates if row["age_low"] <= age]
    return max(begun, key=lambda row: row["age_low"], default=None) or _youngest_adult(candidates, age)


def _youngest_adult(candidates: list[dict[str, Any]], age: float) -> dict[str, Any] | None:
    """A table that begins at 19 years still speaks for an adult of 18."""
    adults = [row for row in candidates if row["life_stage"] == "adult"]
    return min(adults, key=lambda row: row["age_low"], default=None) if age >= ADULT_AGE else None
