"""Runs the compiled equations: many people through whole days.

People are taken in fixed groups by their place in the list, and groups share nothing, so a result never
depends on threads or chunks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from magnesim.body.entry import ENTRY
from magnesim.solve.generate import module
from magnesim.units import HOURS_A_DAY

DAY_STARTS_H = 6.0
"""A model day runs from 06:00, before breakfast: the amounts at its start are the fasting ones."""

RELATIVE_TOLERANCE = 1e-7
ABSOLUTE_TOLERANCE_MMOL = 1e-9


def on_model_day(hour: float) -> float:
    """A clock hour as it stands in a model day, `DAY_STARTS_H` to 24 h later."""
    return (hour - DAY_STARTS_H) % HOURS_A_DAY + DAY_STARTS_H


@dataclass(frozen=True)
class Schedule:
    """What enters the gut on a day, for several people.

    Attributes:
        time_h: clock hours from `DAY_STARTS_H` to 24 h later, (event + 1, person), rising; the last row
            ends the day.
        amount_mmol: what enters at each event, (event, entry compartment, person).
    """

    time_h: np.ndarray
    amount_mmol: np.ndarray

    @classmethod
    def of(
        cls, entries: list[tuple[float, tuple[float, ...]]], people: int, looks: tuple[float, ...] = ()
    ) -> Schedule:
        """The same day for everybody.

        Args:
            entries: clock hour and mmol by entry compartment of each dose and meal.
            people: how many people share it.
            looks: clock hours at which nothing enters but the amounts are wanted.
        """
        nothing = (0.0,) * len(ENTRY)
        wanted = [(DAY_STARTS_H, nothing), *entries, *((hour, nothing) for hour in looks)]
        rising = sorted(
            ((hour - DAY_STARTS_H) % HOURS_A_DAY + DAY_STARTS_H, amounts) for hour, amounts in wanted
        )
        times = np.array([hour for hour, _ in rising] + [DAY_STARTS_H + HOURS_A_DAY])
        amounts = np.array([amount for _, amount in rising])
        return cls(np.repeat(times[:, None], people, axis=1), np.repeat(amounts[:, :, None], people, axis=2))

    def scaled(self, factor: np.ndarray) -> Schedule:
        """The same clock times with every amount times a factor of each person, (person,)."""
        return Schedule(self.time_h, self.amount_mmol * factor)

    def only(self, people: np.ndarray) -> Schedule:
        """The schedule of some people, by their place."""
        return Schedule(self.time_h[:, people], self.amount_mmol[:, :, people])

    @property
    def daily_mmol(self) -> np.ndarray:
        """Magnesium that enters in a day, mmol, (person,)."""
        total: np.ndarray = self.amount_mmol.sum(axis=(0, 1))
        return total


@dataclass(frozen=True)
class Run:
    """Amounts over whole days, mmol.

    Attributes:
        daily: at the start of each day and at the end of the last, (day + 1, state, person).
        within: at each event of the last day and at its end, (event + 1, state, person).
    """

    daily: np.ndarray
    within: np.ndarray


def equations(on_build: Callable[[], None] | None = None) -> ModuleType:
    """The generated module: names, assignments, outputs and the compiled kernel."""
    return module(on_build)


def parameter_array(
    values: dict[str, float], factors: dict[str, np.ndarray] | None = None, people: int = 1
) -> np.ndarray:
    """Parameters of several people with the assignments, (parameter, person).

    Args:
        values: typical value of every given parameter.
        factors: by parameter name, a factor of each person, (person,).
        people: how many people.
    """
    given = np.array([[values[name]] * people for name in equations().GIVEN], dtype=float)
    for name, factor in (factors or {}).items():
        if name in equations().GIVEN:
            given[equations().GIVEN.index(name)] *= factor
    complete: np.ndarray = equations().complete(given)
    return complete


def state_index(name: str) -> int:
    """Place of a compartment, counter or integral in the state."""
    place: int = equations().STATES.index(name)
    return place


def parameter_index(name: str) -> int:
    """Place of a parameter or an assignment among the complete parameters."""
    place: int = equations().PARAMETERS.index(name)
    return place


def at_reference(parameters: np.ndarray) -> np.ndarray:
    """A state at the reference serum with an empty gut, mmol, (state, person)."""
    state = np.zeros((len(equations().STATES), parameters.shape[1]))
    amounts = equations().reference_amounts(parameters)
    for name, amount in zip(equations().REFERENCED, amounts, strict=True):
        state[state_index(name)] = amount
    return state


def run(
    state: np.ndarray,
    parameters: np.ndarray,
    schedule: Schedule,
    n_days: int,
    *,
    relative_tolerance: float = RELATIVE_TOLERANCE,
    absolute_tolerance: float = ABSOLUTE_TOLERANCE_MMOL,
    keep_daily: bool = True,
) -> Run:
    """Take people through whole days that repeat.

    Args:
        state: amounts at the start, mmol, (state, person); not changed.
        parameters: from `parameter_array`, (parameter, person).
        schedule: doses and meals of a day.
        n_days: how many days.
        relative_tolerance, absolute_tolerance: of one step; the worst lane of a group decides.
        keep_daily: whether `daily` holds every day or the first and last only.

    Raises:
        FloatingPointError: an equation that gave no finite number.
    """
    kept = n_days if keep_daily else 1
    constants = _constants(parameters)
    return run_kernel(
        equations(), state, constants, schedule, n_days, relative_tolerance, absolute_tolerance, kept
    )


def run_kernel(
    compiled: ModuleType,
    state: np.ndarray,
    constants: np.ndarray,
    schedule: Schedule,
    n_days: int,
    relative_tolerance: float,
    absolute_tolerance: float,
    days_kept: int,
) -> Run:
    """Take lanes through whole days with a generated module.

    Args:
        compiled: the module; its variables are the rows of `state`.
        state: variables at the start, (variable, lane); not changed.
        constants: of its equations, (constant, lane).
        schedule, n_days, relative_tolerance, absolute_tolerance: as for `run`.
        days_kept: how many days `daily` holds besides the end.
    """
    people = state.shape[1]
    if people == 0:
        nobody = (state.shape[0], 0)
        return Run(np.empty((days_kept + 1, *nobody)), np.empty((schedule.time_h.shape[0], *nobody)))
    lanes = _lanes(people)
    groups = lanes.shape[0]
    y = _grouped(state, lanes)
    daily = np.empty((groups, days_kept, y.shape[1]))
    within = np.empty((groups, schedule.time_h.shape[0], y.shape[1]))
    fine = np.zeros(groups, dtype=np.bool_)
    compiled.days(
        y,
        _grouped(constants, lanes),
        np.ascontiguousarray(np.moveaxis(schedule.time_h[:, lanes], 1, 0)),
        np.ascontiguousarray(np.moveaxis(schedule.amount_mmol[:, :, lanes], 2, 0)),
        np.array([state_index(name) for name in ENTRY]),
        n_days,
        relative_tolerance,
        absolute_tolerance,
        daily,
        within,
        fine,
    )
    if not fine.all():
        first = int(lanes[np.argmin(fine), 0])
        raise FloatingPointError(f"the equations gave no finite number from person {first + 1} on")
    whole = np.concatenate([daily, y[:, None]], axis=1)
    return Run(_by_person(whole, people), _by_person(within, people))


def _lanes(people: int) -> np.ndarray:
    """Place of the person in each lane of each group, (group, lane); the last group is filled with copies."""
    width: int = equations().LANES
    groups = -(-people // width)
    return np.minimum(np.arange(groups * width), people - 1).reshape(groups, width)


def _grouped(values: np.ndarray, lanes: np.ndarray) -> np.ndarray:
    """(variable, person) as (group, variable x lane), as the kernel wants it."""
    moved = np.moveaxis(values[:, lanes], 1, 0)
    return np.ascontiguousarray(moved).reshape(lanes.shape[0], -1)


def _by_person(kept: np.ndarray, people: int) -> np.ndarray:
    """(group, time, variable x lane) as (time, variable, person)."""
    width = equations().LANES
    apart = kept.reshape(kept.shape[0], kept.shape[1], -1, width)
    whole = np.moveaxis(apart, 0, 2).reshape(kept.shape[1], apart.shape[2], -1)
    return np.ascontiguousarray(whole[:, :, :people])


def _constants(parameters: np.ndarray) -> np.ndarray:
    """What the kernel needs of each person, (constant, person)."""
    people = parameters.shape[1]
    return np.stack([np.broadcast_to(row, people) for row in equations().constants(parameters)])
