"""One course of one or many people: their parameters, their steady state on the diet, the days after.

Plain arrays; the last axis is people. `simulation.py` asks the questions and names the answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from magnesim.body.entry import enters, salt
from magnesim.body.modifiers import modifiers_of
from magnesim.body.parameters import between_person_draws, range_factors, typical, uncertainty_draws
from magnesim.draws import Stream, normal_draws
from magnesim.intake import Day, Regimen
from magnesim.people import Person, gfr_l_h
from magnesim.solve import engine
from magnesim.solve.measured_serum import state_at_serum
from magnesim.solve.steady import STEADY_RESIDUAL, periodic_state
from magnesim.units import HOURS_A_DAY

STORES = ("extracellular", "fast_cells", "muscle", "bone_exchangeable", "bone_deep", "red_cells", "brain")
FLOWS = ("urine", "faeces", "absorbed", "secreted")
MEASURES = ("serum_mmol_l", "urine_mmol_d", "absorbed_mmol_d", "faecal_mmol_d", "total_body_mmol")
SERUM_CLOSE = 1e-6
"""Relative distance from a measured serum at which an exact person has it."""
DRAW_RESIDUAL = 1e-6
DRAW_TOLERANCE = 1e-5
LOOKS_H = tuple(float(hour) for hour in range(24))
"""Clock hours at which one person's day is looked at for a chart."""


@dataclass(frozen=True)
class Entry:
    """Magnesium that enters the gut at a clock hour: a dose, or a meal as the compound `food`."""

    time_h: float
    compound: str
    mmol: float
    with_meal: bool


@dataclass(frozen=True)
class Draws:
    """How each person differs from the typical one: factors on parameters and on availability by compound."""

    factors: dict[str, np.ndarray] = field(default_factory=dict)
    available: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Course:
    """Amounts on the day before and on each day of the course.

    Attributes:
        parameters: (parameter, person).
        before, course: runs on the diet alone and with the regimen.
        before_hours, course_hours: hours since the start of the day at which `within` was read.
        entered_mmol: what entered over the whole course, (person,).
        lost: how many draws had no steady state and are not among the people.
    """

    parameters: np.ndarray
    before: engine.Run
    course: engine.Run
    before_hours: np.ndarray
    course_hours: np.ndarray
    entered_mmol: np.ndarray
    lost: int

    def readings(self, run: engine.Run, hours: np.ndarray) -> dict[str, np.ndarray]:
        """Model outputs averaged over the last day of a run, from the hours looked at, (person,) each."""
        people = self.parameters.shape[1]
        seen = [
            [
                np.broadcast_to(value, people)
                for value in engine.equations().outputs(engine.DAY_STARTS_H + hour, at, self.parameters)
            ]
            for hour, at in zip(hours, run.within, strict=True)
        ]
        averages = np.trapezoid(np.array(seen), hours, axis=0) / HOURS_A_DAY
        return dict(zip(engine.equations().OUTPUTS, averages, strict=True))


def mean_serum(run: engine.Run) -> np.ndarray:
    """Serum averaged over each day of a run, mmol/L, (day, person)."""
    mean: np.ndarray = np.diff(run.daily[:, engine.state_index("serum_hours")], axis=0) / HOURS_A_DAY
    return mean


def daily_urine(run: engine.Run) -> np.ndarray:
    """Magnesium in urine over each day of a run, mmol, (day, person)."""
    flow: np.ndarray = np.diff(run.daily[:, engine.state_index("urine")], axis=0)
    return flow


def total_body(run: engine.Run) -> np.ndarray:
    """All stores together at the end of each day of a run, mmol, (day, person)."""
    whole: np.ndarray = run.daily[1:, [engine.state_index(name) for name in STORES]].sum(axis=1)
    return whole


def day_measures(run: engine.Run) -> dict[str, np.ndarray]:
    """Every measure of the last day of a run, (person,) each; stores as they are at its start."""
    start, end = run.daily[-2], run.daily[-1]
    flow = {name: (end - start)[engine.state_index(name)] for name in FLOWS}
    stores = {name: start[engine.state_index(name)] for name in STORES}
    return {
        "serum_mmol_l": mean_serum(run)[-1],
        "urine_mmol_d": flow["urine"],
        "absorbed_mmol_d": flow["absorbed"] - flow["secreted"],
        "faecal_mmol_d": flow["faeces"],
        "total_body_mmol": np.sum(list(stores.values()), axis=0),
    } | stores


def meals_of(diet_mg: float, day: Day | None = None) -> list[Entry]:
    """A day's meals, at the person's own hours where the day says them."""
    return [Entry(meal.time_h, "food", meal.mmol, True) for meal in (day or Day()).eaten(diet_mg)]


def doses_of(regimen: Regimen, day: Day | None = None) -> list[Entry]:
    """A day's doses."""
    eaten = (day or Day()).eaten(0.0)
    return [
        Entry(dose.time_h, dose.compound, dose.elemental_mmol, dose.with_meal)
        for dose in regimen.events(eaten=eaten)
    ]


def _taken(regimen: Regimen) -> str:
    """The source whose chemistry counts: the salt, or food where nothing is taken."""
    return regimen.compound if regimen.times else "food"


def values_of(person: Person, regimen: Regimen) -> dict[str, float]:
    """Typical parameters of this person, with what the drugs and the salt change."""
    assert person.weight_kg is not None and person.height_cm is not None and person.egfr is not None
    values = typical() | {
        "weight": person.weight_kg,
        "gfr": gfr_l_h(person.egfr, person.weight_kg, person.height_cm),
        "dissolution_rate": salt(_taken(regimen)).dissolution_rate,
    }
    for modifier in modifiers_of(person.drugs):
        values[modifier.parameter] *= modifier.factor
    return values


def uncertain(person: Person, regimen: Regimen, count: int, seed: int) -> Draws:
    """The same person many times: parameters, salt, food and drug effects as they are believed."""
    row, food = salt(_taken(regimen)), salt("food")
    modifiers = modifiers_of(person.drugs)
    normal = normal_draws(count, 3 + len(modifiers), seed, Stream.INTAKE_UNCERTAINTY)

    def factor(low: float, high: float, column: int) -> np.ndarray:
        return range_factors(low, high, normal[:, column])

    factors = uncertainty_draws(count, seed)
    factors["dissolution_rate"] = factor(row.dissolution_low, row.dissolution_high, 0)
    for column, modifier in enumerate(modifiers, start=3):
        drawn = factor(modifier.low, modifier.high, column)
        factors[modifier.parameter] = factors.get(modifier.parameter, np.ones(count)) * drawn
    available = {
        _taken(regimen): factor(row.available_low, row.available_high, 1),
        "food": factor(food.available_low, food.available_high, 2),
    }
    return Draws(factors, available)


def varied(count: int, seed: int) -> Draws:
    """People who share what was said of this person and differ as people do."""
    return Draws(between_person_draws(count, seed))


def run_course(
    values: dict[str, float],
    draws: Draws,
    diet: list[Entry],
    doses: list[Entry],
    days: int,
    people: int,
    serum: float | None,
) -> Course:
    """From the steady state on the diet through the whole course, everybody at once.

    Args:
        values: typical parameters.
        draws: how each person differs; nothing for one exact person, who is also looked at by the hour.
        diet, doses: a day's meals and doses.
        days: length of the course.
        people: how many.
        serum: a measured serum to be honoured, mmol/L, or None.
    """
    exact = not draws.factors
    looks = LOOKS_H if exact else ()
    residual = STEADY_RESIDUAL if exact else DRAW_RESIDUAL
    tolerance = engine.RELATIVE_TOLERANCE if exact else DRAW_TOLERANCE
    on_diet = _schedule(diet, draws, people, looks)
    with_doses = _schedule(diet + doses, draws, people, looks)
    parameters, state = _settled(values, draws, people, on_diet, serum, residual, strict=exact)
    settled = np.flatnonzero(np.isfinite(state).all(axis=0))
    parameters, state = parameters[:, settled], state[:, settled]
    on_diet, with_doses = on_diet.only(settled), with_doses.only(settled)
    return Course(
        parameters,
        engine.run(state, parameters, on_diet, 1, relative_tolerance=tolerance),
        engine.run(state, parameters, with_doses, days, relative_tolerance=tolerance),
        on_diet.time_h[:, 0] - engine.DAY_STARTS_H,
        with_doses.time_h[:, 0] - engine.DAY_STARTS_H,
        with_doses.daily_mmol * days,
        people - settled.size,
    )


def run_side_by_side(
    values: list[dict[str, float]],
    diet: list[Entry],
    doses: list[list[Entry]],
    days: int,
    serum: float | None,
) -> tuple[engine.Run, engine.Run]:
    """One body on several regimens, all at once from its one steady state on the diet.

    Args:
        values: typical parameters under each regimen; they differ in nothing but how the salt dissolves,
            which the diet does not meet.
        diet: a day's meals.
        doses: a day's doses of each regimen.
        days: length of the course.
        serum: a measured serum to be honoured, mmol/L, or None.

    Returns:
        The day on the diet alone, of one person, and the course, one person a regimen.
    """
    alone, count = _schedule(diet, Draws(), 1, ()), len(doses)
    parameters, state = _settled(values[0], Draws(), 1, alone, serum, STEADY_RESIDUAL, strict=True)
    kidney = parameters[engine.parameter_index("tubular_maximum_factor"), 0]
    rates = np.array([one["dissolution_rate"] for one in values]) / values[0]["dissolution_rate"]
    factors = {
        "dissolution_rate": rates,
        "tubular_maximum_factor": np.full(count, kidney / values[0]["tubular_maximum_factor"]),
    }
    most = max(map(len, doses))
    nothing = Entry(engine.DAY_STARTS_H, "food", 0.0, True)
    each = [_schedule([*diet, *taken, *[nothing] * (most - len(taken))], Draws(), 1, ()) for taken in doses]
    together = engine.Schedule(
        np.concatenate([one.time_h for one in each], axis=1),
        np.concatenate([one.amount_mmol for one in each], axis=2),
    )
    return (
        engine.run(state, parameters, alone, 1),
        engine.run(
            np.repeat(state, count, axis=1),
            engine.parameter_array(values[0], factors, count),
            together,
            days,
        ),
    )


def _schedule(day: list[Entry], draws: Draws, people: int, looks: tuple[float, ...]) -> engine.Schedule:
    """Everybody's day; where availability was drawn, what can be taken up differs by person."""

    def split(person: int) -> list[tuple[float, tuple[float, ...]]]:
        factor = {name: float(drawn[person]) for name, drawn in draws.available.items()}
        return [(e.time_h, enters(e.compound, e.mmol, e.with_meal, factor.get(e.compound, 1.0))) for e in day]

    if not draws.available:
        return engine.Schedule.of(split(0), people, looks)
    each = [engine.Schedule.of(split(person), 1, looks) for person in range(people)]
    return engine.Schedule(
        np.concatenate([one.time_h for one in each], axis=1),
        np.concatenate([one.amount_mmol for one in each], axis=2),
    )


def _settled(
    values: dict[str, float],
    draws: Draws,
    people: int,
    on_diet: engine.Schedule,
    serum: float | None,
    residual: float,
    *,
    strict: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Parameters and steady state, NaN for a draw that has none; a measured serum is honoured."""
    if serum is None:
        parameters = engine.parameter_array(values, draws.factors, people)
        return parameters, periodic_state(parameters, on_diet, residual=residual, strict=strict)
    return state_at_serum(
        values,
        draws.factors,
        people,
        on_diet,
        serum,
        close=max(SERUM_CLOSE, 10 * residual),
        residual=residual,
        strict=strict,
    )
