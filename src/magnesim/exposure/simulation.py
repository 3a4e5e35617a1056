"""What a regimen does in one body: serum, urine, uptake and stores, before and at the end.

Two axes are kept apart. Uncertainty: the same person, with parameters drawn from what is not known.
Variability: people who differ where this person was not measured, with parameters at their typical value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from magnesim.body.entry import salt
from magnesim.errors import InputError
from magnesim.exposure.course import (
    MEASURES,
    STORES,
    Course,
    Draws,
    daily_urine,
    day_measures,
    doses_of,
    meals_of,
    mean_serum,
    run_course,
    total_body,
    uncertain,
    values_of,
    varied,
)
from magnesim.exposure.mechanisms import Mechanism, mechanisms
from magnesim.intake import Day, Regimen
from magnesim.people import Assumed, Person, complete
from magnesim.solve import engine
from magnesim.units import HOURS_A_DAY

if TYPE_CHECKING:
    import xarray as xr

    from magnesim.tolerability import LooseStool

LEVEL = 0.9
DRAWS = 96
"""People drawn on each axis: six groups of lanes, enough for a steady 5 % and 95 % limit on a page."""
FEWEST_DRAWS, MOST_DRAWS = 10, 100_000


@dataclass(frozen=True)
class BodyState:
    """A body on one day. Serum is averaged over the day, flows are over 24 hours, stores at its start.

    `absorbed_mmol_d` is what the gut keeps: uptake less what the body secretes into the gut.
    """

    serum_mmol_l: float
    urine_mmol_d: float
    absorbed_mmol_d: float
    faecal_mmol_d: float
    total_body_mmol: float
    stores_mmol: dict[str, float]

    def minus(self, other: BodyState) -> BodyState:
        """Difference of every figure."""
        flat = {name: getattr(self, name) - getattr(other, name) for name in MEASURES}
        stores = {name: self.stores_mmol[name] - other.stores_mmol[name] for name in STORES}
        return BodyState(**flat, stores_mmol=stores)

    def to_json(self) -> dict[str, Any]:
        """As in the contract: plain numbers with the unit in the key."""
        return {name: getattr(self, name) for name in MEASURES} | {"stores_mmol": dict(self.stores_mmol)}


@dataclass(frozen=True)
class MassBalance:
    """Everything that entered, left and stayed over the whole course, mmol."""

    in_mmol: float
    out_mmol: float
    stored_mmol: float

    @property
    def relative_error(self) -> float:
        """What is unaccounted for, over what entered."""
        return abs(self.in_mmol - self.out_mmol - self.stored_mmol) / max(self.in_mmol, 1e-12)


@dataclass(frozen=True)
class Simulation:
    """The result of `simulate`.

    Attributes:
        person: with population values filled in; `assumed` lists them.
        regimen: as given.
        baseline, end: the day before the regimen, and its last day.
        uncertainty, variability: middle 90 % of the change of each measure, on either axis.
        end_uncertainty, end_variability: the same of each measure on the last day.
        series: hours from the start (`time_h`), serum (`serum_mmol_l`, mmol/L) and urine (`urine_mmol_h`,
            mmol/h), lists of one length; see `to_xarray`.
        loose_stool: how likely loose stools are, by what is not absorbed; None where nothing is taken.
        weekly_serum: serum averaged over the day before and the last day of each week, with its uncertainty.
        weekly_urine, weekly_stores: the same of urine over a day, and of all stores at the end of that day.
        mechanisms: each computed before and at the end, with the kind of evidence behind it.
        mass_balance: what entered, left and stayed over the whole course, mmol.
        notes: what to tell beside the figures.
    """

    person: Person
    assumed: list[Assumed]
    regimen: Regimen
    baseline: BodyState
    end: BodyState
    uncertainty: dict[str, tuple[float, float]]
    variability: dict[str, tuple[float, float]]
    end_uncertainty: dict[str, tuple[float, float]]
    end_variability: dict[str, tuple[float, float]]
    series: dict[str, list[float]]
    weekly_serum: list[dict[str, float]]
    weekly_urine: list[dict[str, float]]
    weekly_stores: list[dict[str, float]]
    mechanisms: list[Mechanism]
    loose_stool: LooseStool | None
    mass_balance: MassBalance
    notes: list[str] = field(default_factory=list)

    @property
    def change(self) -> BodyState:
        """End less baseline."""
        return self.end.minus(self.baseline)

    def to_xarray(self) -> xr.Dataset:
        """Time course with units: serum (mmol/L) and urine (mmol/h) over time (h)."""
        import xarray as xr

        time = ("time_h", self.series["time_h"], {"units": "h"})
        return xr.Dataset(
            {
                "serum": ("time_h", self.series["serum_mmol_l"], {"units": "mmol/L"}),
                "urine": ("time_h", self.series["urine_mmol_h"], {"units": "mmol/h"}),
            },
            coords={"time_h": time},
        )

    def to_json(self) -> dict[str, Any]:
        """The object of the contract `simulate`."""
        return {
            "schema_version": 1,
            "person": person_json(self.person),
            "assumed": [vars(item) for item in self.assumed],
            "regimen": regimen_json(self.regimen),
            "baseline": self.baseline.to_json(),
            "end": self.end.to_json(),
            "change": self.change.to_json(),
            "interval": {
                "level": LEVEL,
                "of": "change",
                "uncertainty": _lists(self.uncertainty),
                "variability": _lists(self.variability),
                "end": {
                    "uncertainty": _lists(self.end_uncertainty),
                    "variability": _lists(self.end_variability),
                },
            },
            "series": self.series,
            "mechanisms": [item.to_json() for item in self.mechanisms],
            "tolerability": vars(self.loose_stool) if self.loose_stool else None,
            "mass_balance": vars(self.mass_balance) | {"relative_error": self.mass_balance.relative_error},
            "notes": self.notes,
        }


def _lists(limits: dict[str, tuple[float, float]]) -> dict[str, list[float]]:
    return {name: list(pair) for name, pair in limits.items()}


def person_json(person: Person) -> dict[str, Any]:
    """What is known or assumed of a person, without empty fields."""
    return {name: value for name, value in vars(person).items() if value is not None}


def regimen_json(regimen: Regimen) -> dict[str, Any]:
    """The regimen of the contract."""
    return {
        "compound": regimen.compound,
        "elemental_mg_per_day": regimen.elemental_mg_per_day,
        "times": list(regimen.times),
        "weeks": regimen.weeks,
    }


def simulate(
    person: Person,
    regimen: Regimen,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    day: Day | None = None,
    on_build: Callable[[], None] | None = None,
) -> Simulation:
    """What a regimen does in this body, from the periodic steady state on the person's own diet.

    Args:
        person: as given; what is missing is filled with population values and listed.
        regimen: compound, elemental mg a day, clock times, weeks.
        draws: how many people are drawn on each of the two axes.
        seed: of the draws; the same seed gives the same result, byte for byte.
        day: the person's own hours of meals; usual ones where not given.
        on_build: called once if the equations have to be compiled first.

    Raises:
        InputError: a person the model does not describe (under 18), a salt it does not know, or a diet and
            kidney without a steady state.
    """
    if not FEWEST_DRAWS <= draws <= MOST_DRAWS:
        allowed = f"{FEWEST_DRAWS} to {MOST_DRAWS} draws are allowed."
        raise InputError(f"{draws} draws", allowed, f"{DRAWS} draws")
    whole, assumed = complete(person)
    values = values_of(whole, regimen)
    engine.equations(on_build)
    diet, doses = meals_of(whole.diet_mg or 0.0, day), doses_of(regimen, day)

    def course(drawn: Draws, count: int) -> Course:
        return run_course(values, drawn, diet, doses, regimen.days, count, whole.serum_mg_mmol_l)

    only = course(Draws(), 1)
    unsure, spread = (
        course(uncertain(whole, regimen, draws, seed), draws),
        course(varied(draws, seed), draws),
    )
    baseline, end = body_state(only, only.before), body_state(only, only.course)
    return Simulation(
        person=whole,
        assumed=assumed,
        regimen=regimen,
        baseline=baseline,
        end=end,
        uncertainty=_limits(unsure, change=True),
        variability=_limits(spread, change=True),
        end_uncertainty=_limits(unsure, change=False),
        end_variability=_limits(spread, change=False),
        series=_series(only),
        weekly_serum=_weekly(only, unsure, "serum_mmol_l", mean_serum),
        weekly_urine=_weekly(only, unsure, "urine_mmol_d", daily_urine),
        weekly_stores=_weekly(only, unsure, "total_body_mmol", total_body),
        mechanisms=_mechanisms(only, unsure),
        loose_stool=loose_stools_of(regimen, baseline, end),
        mass_balance=_mass_balance(only),
        notes=[
            *_notes(regimen),
            *_lost(unsure.lost + spread.lost, 2 * draws, measured=whole.serum_mg_mmol_l is not None),
        ],
    )


def body_state(course: Course, run: engine.Run) -> BodyState:
    """The first person of a course on the last day of one of its runs."""
    day = {name: float(value[0]) for name, value in day_measures(run).items()}
    measures = {name: day[name] for name in MEASURES}
    return BodyState(**measures, stores_mmol={name: day[name] for name in STORES})


def _middle(figures: np.ndarray) -> tuple[float, float]:
    """Limits of the middle `LEVEL` over people.

    Raises:
        InputError: nobody has a steady state.
    """
    if figures.size == 0:
        raise InputError(
            "this diet, kidney function and serum",
            "no draw has a steady state that a person can live in, so no range can be told.",
            "--diet-mg 250 --egfr 90",
        )
    low, high = np.quantile(figures, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _limits(course: Course, *, change: bool) -> dict[str, tuple[float, float]]:
    """Middle 90 % over people of each measure at the end, or of its change."""
    end, before = day_measures(course.course), day_measures(course.before)
    return {name: _middle(end[name] - before[name] if change else end[name]) for name in MEASURES}


def _series(course: Course) -> dict[str, list[float]]:
    """Hourly on the day before, fasting each day, hourly on the last day; hours from the start."""
    days = course.course.daily.shape[0] - 1
    pieces = [
        (course.before.within[:-1], course.before_hours[:-1] - HOURS_A_DAY),
        (course.course.daily[:-2], np.arange(days - 1) * HOURS_A_DAY),
        (course.course.within, course.course_hours + (days - 1) * HOURS_A_DAY),
    ]
    read = {
        float(hour): engine.equations().outputs(
            engine.DAY_STARTS_H + hour % HOURS_A_DAY, at, course.parameters
        )
        for amounts, hours in pieces
        for at, hour in zip(amounts, hours, strict=True)
    }
    place = {name: engine.equations().OUTPUTS.index(name) for name in ("serum_mmol_l", "urine_mmol_h")}
    return {"time_h": list(read)} | {
        name: [float(row[i][0]) for row in read.values()] for name, i in place.items()
    }


def _weekly(
    only: Course, unsure: Course, name: str, measured: Callable[[engine.Run], np.ndarray]
) -> list[dict[str, float]]:
    """One measure on the day before and on the last day of each week, with the limits of the change.

    Args:
        name: key of the measure in each row.
        measured: gives (day, person) of a run.
    """
    start, unsure_start = measured(only.before)[0, 0], measured(unsure.before)[0]
    rows = [{"week": 0.0, name: float(start), "change": 0.0, "low": 0.0, "high": 0.0}]
    here, there = measured(only.course)[:, 0], measured(unsure.course)
    for day in sorted({*range(6, here.size, 7), here.size - 1}):
        low, high = _middle(there[day] - unsure_start)
        change = float(here[day] - start)
        rows.append(
            {"week": (day + 1) / 7, name: float(here[day]), "change": change, "low": low, "high": high}
        )
    return rows


def _readings(course: Course, run: engine.Run, hours: np.ndarray) -> dict[str, np.ndarray]:
    """What a mechanism can be read from, (person,) each: model outputs, stores and shares of the last day."""
    day = day_measures(run)
    taken = day["absorbed_mmol_d"] + day["faecal_mmol_d"]
    shares = {
        "muscle_mmol": day["muscle"],
        "bone_share": (day["bone_exchangeable"] + day["bone_deep"]) / day["total_body_mmol"],
        "absorbed_share": np.divide(day["absorbed_mmol_d"], taken, out=np.zeros_like(taken), where=taken > 0),
    }
    return course.readings(run, hours) | shares


def _before_and_end(course: Course) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    return (
        _readings(course, course.before, course.before_hours),
        _readings(course, course.course, course.course_hours),
    )


def _mechanisms(only: Course, unsure: Course) -> list[Mechanism]:
    """Mechanisms of this person, with the middle 90 % of what is not known of the change."""
    start, end = _before_and_end(only)
    from_, to = _before_and_end(unsure)
    return mechanisms(
        {name: float(value[0]) for name, value in start.items()},
        {name: float(value[0]) for name, value in end.items()},
        {name: _middle(to[name] - from_[name]) for name in to},
    )


def loose_stools_of(regimen: Regimen, baseline: BodyState, end: BodyState) -> LooseStool | None:
    """Loose stools by what the doses leave in the gut; None where nothing is taken."""
    from magnesim.tolerability import loose_stool

    doses = [dose.elemental_mmol for dose in regimen.events()]
    if not doses or sum(doses) <= 0:
        return None
    taken_up = end.absorbed_mmol_d - baseline.absorbed_mmol_d
    left = max(0.0, sum(doses) - taken_up)
    return loose_stool(left, left * max(doses) / sum(doses), regimen.compound)


def _mass_balance(course: Course) -> MassBalance:
    start, end = course.course.daily[0, :, 0], course.course.daily[-1, :, 0]
    inside = len(engine.equations().INSIDE)
    outside = [engine.state_index(name) for name in engine.equations().OUTSIDE]
    return MassBalance(
        float(course.entered_mmol[0]),
        float((end - start)[outside].sum()),
        float((end - start)[:inside].sum()),
    )


def _lost(lost: int, drawn: int, *, measured: bool) -> list[str]:
    """What to say of draws that had no steady state, or not one at the measured serum."""
    if not lost:
        return []
    where = " at the measured serum" if measured else ""
    return [
        f"{lost} of {drawn} draws have no steady state that a person can live in{where}; "
        "intervals leave them out."
    ]


def _notes(regimen: Regimen) -> list[str]:
    """What a reader should know about this simulation."""
    notes = [
        "Central values are the middle of a joint fit to human data; the range is what it leaves open.",
        "Menopause and estrogen do not change the body model: no size was measured that it could use.",
    ]
    row = salt(regimen.compound) if regimen.times else None
    if row and row.evidence_class != "human_kinetic":
        notes.insert(
            0, f"Nobody has measured in people how much {regimen.compound} is absorbed: {row.derivation}."
        )
    return notes
