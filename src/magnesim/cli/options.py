"""What a person may say on the command line, and the checked objects that it becomes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, NamedTuple

from cyclopts import Parameter

from magnesim.cli.output import say
from magnesim.errors import InputError

if TYPE_CHECKING:
    from magnesim.effects import Goal
    from magnesim.intake import Day, Regimen
    from magnesim.people import Person

Json = Annotated[bool, Parameter(name="--json", negative="", help="One JSON object on standard output.")]
Seed = Annotated[int, Parameter(help="Seed of the draws; the same seed gives the same output.")]


@Parameter(name="*")
@dataclass(frozen=True)
class PersonOptions:
    """Who takes it. What is not said is filled with a population value and listed."""

    age: float | None = None
    "Age in years."
    sex: str | None = None
    "female or male."
    weight_kg: float | None = None
    "Body weight, kg."
    height_cm: float | None = None
    "Height, cm."
    egfr: float | None = None
    "Kidney function, mL/min/1.73 m2."
    creatinine_mg_dl: float | None = None
    "Serum creatinine, mg/dL, where there is no eGFR."
    menopause: str | None = None
    "pre, peri or post."
    diet_mg: float | None = None
    "Magnesium eaten a day, mg."
    serum_mg_mmol_l: float | None = None
    "Measured serum magnesium, mmol/L."
    region: str | None = None
    "Whose dose limits apply: US, EU, UK ..."
    drugs: str | None = None
    'Medicines, parted by semicolons: "levothyroxine 07:00; omeprazole".'
    conditions: str | None = None
    'Illnesses and symptoms, parted by semicolons: "diabetes; osteoporosis".'

    def person(self) -> Person:
        """The person, checked."""
        from magnesim.people import Person

        said = {name: value for name, value in vars(self).items() if value is not None}
        for name, value in said.items():
            if isinstance(value, str) and not value.strip():
                flag = f"--{name.replace('_', '-')}"
                raise InputError(
                    f'{flag} ""', "a value is asked for; leave the option out where there is none."
                )
        if "sex" in said:
            said["sex"] = {"f": "female", "m": "male"}.get(said["sex"].lower(), said["sex"].lower())
        if "region" in said:
            said["region"] = said["region"].upper()
        return Person(**said)


@Parameter(name="*")
@dataclass(frozen=True)
class RegimenOptions:
    """What is taken: a form with its elemental dose, or a label in your own words."""

    form: str | None = None
    "Magnesium salt: citrate, oxide, glycinate ..."
    dose_mg: float | None = None
    "Elemental magnesium a day, mg, all times together."
    times: str | None = None
    "Clock times, parted by commas: 08:00,20:00."
    weeks: float | None = None
    "How many weeks; 12 where not said."
    dose: str | None = None
    'A label instead: "magnesium oxide 400 mg tablet twice a day".'

    def regimen(self) -> Regimen:
        """The regimen; a label is read, and shown back on standard error."""
        from magnesim.intake import read_dose, regimen_from

        length = {} if self.weeks is None else {"weeks": self.weeks}
        regimen = regimen_from(self.form, self.dose_mg, self.times, dose_text=self.dose, **length)
        if self.dose:
            say(f"Read as: {read_dose(self.dose, self.form).as_read}")
        return regimen


@Parameter(name="*")
@dataclass(frozen=True)
class DayOptions:
    """When the person eats and sleeps; usual hours where not said."""

    meals: str | None = None
    'Clock times of the meals: "07:30 12:30 19:00".'
    sleep: str | None = None
    "When sleep begins and ends: 23:00-07:00."

    def day(self) -> Day:
        """The day, checked."""
        from magnesim.intake import read_day

        return read_day(self.meals, self.sleep)


class Asked(NamedTuple):
    """A question in the program's own objects; the product in the person's words, where a label was given."""

    person: Person
    regimen: Regimen
    goal: Goal
    day: Day
    product: str | None


def asked(
    goal: str, person: PersonOptions | None, regimen: RegimenOptions | None, day: DayOptions | None
) -> Asked:
    """What `answer` and `plan` were asked; what else a label names is left to the rules."""
    from magnesim.effects import goal_named
    from magnesim.safety.product import without_substances

    wanted = goal_named(goal)
    who = (person or PersonOptions()).person()
    said = regimen or RegimenOptions()
    dose = without_substances(said.dose) if said.dose else said.dose
    return Asked(who, replace(said, dose=dose).regimen(), wanted, (day or DayOptions()).day(), said.dose)
