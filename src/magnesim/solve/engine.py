"""Runs the compiled equations: many people through whole days, and straight to their periodic state.

People are taken in fixed groups by their place in the list, and groups share nothing, so a result never
depends on threads or chunks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from magnesim.body.entry import ENTRY
from magnesim.errors import InputError
from magnesim.solve.generate import module

DAY_STARTS_H = 6.0
"""A model day runs from 06:00, before breakfast: the amounts at its start are the fasting ones."""

RELATIVE_TOLERANCE = 1e-7
ABSOLUTE_TOLERANCE_MMOL = 1e-9
STEADY_RESIDUAL = 1e-10
ANDERSON_MEMORY = 6
LOOSE_RESIDUAL = 1e-5
"""People are brought this near on a cheap day first; the exact day then needs few rounds."""
RESIDUAL_FLOOR_MMOL, LOOSE_FLOOR_MMOL = 1e-3, 1.0
"""Added to an amount before a change is measured against it. A cheap day cannot tell crumbs in the gut from
its own error, so it does not wait for them."""
RIDGE = 1e-12
"""Added to the normal equations of the Anderson iteration, so that equal directions do no harm."""
LINEAR_STEPS = 8
"""Steps of the implicit Euler method in which a day of the linearised equations is taken."""
FEASIBLE_SERUM_MMOL_L = (0.25, 3.0)
"""Serum between which a diet and a kidney can be said to hold a steady state that a person lives in."""


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
        rising = sorted(((hour - DAY_STARTS_H) % 24.0 + DAY_STARTS_H, amounts) for hour, amounts in wanted)
        times = np.array([hour for hour, _ in rising] + [DAY_STARTS_H + 24.0])
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
    """Place of a compartment or counter in the state."""
    place: int = equations().STATES.index(name)
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


def _day_change(
    inside: np.ndarray, parameters: np.ndarray, schedule: Schedule, tolerance: float
) -> np.ndarray:
    """Change of the inside compartments over one day, mmol, (inside, person)."""
    state = np.zeros((len(equations().STATES), inside.shape[1]))
    state[: inside.shape[0]] = inside
    end = run(
        state,
        parameters,
        schedule,
        1,
        relative_tolerance=tolerance,
        absolute_tolerance=tolerance,
        keep_daily=False,
    )
    return end.daily[-1, : inside.shape[0]] - inside


def _jacobian(inside: np.ndarray, parameters: np.ndarray, schedule: Schedule, tolerance: float) -> np.ndarray:
    """Jacobian of the day's change at one person's state, (inside, inside), by central differences."""
    n = inside.shape[0]
    step = 1e-4 * np.maximum(np.abs(inside), 1e-2)
    tilted = np.concatenate([inside[:, None] + np.diag(step), inside[:, None] - np.diag(step)], axis=1)
    alone = np.zeros(2 * n, dtype=int)
    change = _day_change(tilted, parameters[:, alone], schedule.only(alone), tolerance)
    slope: np.ndarray = (change[:, :n] - change[:, n:]) / (2 * step)
    return slope


def periodic_state(
    parameters: np.ndarray,
    schedule: Schedule,
    *,
    residual: float = STEADY_RESIDUAL,
    rounds: int = 60,
    strict: bool = True,
) -> np.ndarray:
    """The state that repeats itself every day on a schedule, found directly by a root finder.

    Newton on the day's change for the first person. For the others its Jacobian, moved to each person's
    own linearised equations, preconditions an Anderson iteration (Walker and Ni 2011,
    doi:10.1137/10078356X).

    Args:
        parameters: (parameter, person).
        schedule: meals and doses of a day.
        residual: largest daily change allowed, relative to amount + 1e-3 mmol.
        rounds: iterations before giving up.
        strict: whether a person without such a state is an error; else that person is given NaN.

    Returns:
        Amounts, mmol, (state, person), with the outside compartments and counters at zero.

    Raises:
        InputError: a person that has no such state, such as a diet below the unavoidable losses.
    """
    inside = len(equations().INSIDE)
    nominal, jacobian = _newton(parameters[:, :1], schedule.only(np.array([0])), residual, rounds)
    start = at_reference(parameters)
    solved = _first_guess(nominal, start[:inside], schedule.daily_mmol)
    own = _linear_day(solved, parameters)
    own += jacobian - _linear_day(nominal[:, None], parameters[:, :1])
    inverse = _inverses(own, jacobian)
    for stage, floor in ((LOOSE_RESIDUAL, LOOSE_FLOOR_MMOL), (residual, RESIDUAL_FLOOR_MMOL)):
        if stage >= residual:
            solved = _anderson(solved, inverse, parameters, schedule, stage, floor, rounds)
    state = np.zeros_like(start)
    state[:inside] = solved
    serum = (
        state[state_index("extracellular")] / parameters[equations().PARAMETERS.index("extracellular_volume")]
    )
    low, high = FEASIBLE_SERUM_MMOL_L
    lost = ~((serum >= low) & (serum <= high))
    if strict and lost.any():
        raise _no_steady_state(float(serum[np.argmax(lost)]))
    state[:, lost] = np.nan
    return state


def _newton(
    parameters: np.ndarray, schedule: Schedule, residual: float, rounds: int
) -> tuple[np.ndarray, np.ndarray]:
    """One person by Newton: periodic state, (inside,), and the Jacobian of the change of a day there."""
    tolerance = residual * 0.1
    inside = len(equations().INSIDE)
    start = at_reference(parameters)
    rough = run(start, parameters, schedule, 5, relative_tolerance=1e-6, keep_daily=False)
    state = rough.daily[-1, :inside, 0]
    for _ in range(rounds):
        jacobian = _jacobian(state, parameters, schedule, tolerance)
        change = _day_change(state[:, None], parameters, schedule, tolerance)[:, 0]
        if np.max(np.abs(change) / (np.abs(state) + RESIDUAL_FLOOR_MMOL)) <= residual:
            return state, jacobian
        state = np.maximum(state - np.linalg.solve(jacobian, change), 1e-3 * state)
    raise _no_steady_state()


def _linear_day(inside: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """What a day makes of a small change, by the equations linearised at noon, (person, inside, inside)."""
    size, people = inside.shape
    tilted = np.zeros((len(equations().STATES), size + 1, people))
    tilted[:size] = inside[:, None]
    step = 1e-5 * np.maximum(np.abs(inside), 1e-2)
    tilted[np.arange(size), np.arange(size)] += step
    rates = equations().reference_rates(12.0, tilted, parameters[:, None])
    slope = np.empty((people, size, size))
    for i, rate in enumerate(rates[:size]):
        slope[:, i] = np.divide(rate[:-1] - rate[-1], step).T
    slope *= -24.0 / LINEAR_STEPS
    slope += np.eye(size)
    return np.linalg.matrix_power(np.linalg.inv(slope), LINEAR_STEPS)


def _inverses(matrices: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """Inverse of each matrix, and of `otherwise` for one that has none, (person, inside, inside)."""
    try:
        return np.linalg.inv(matrices)
    except np.linalg.LinAlgError:
        sound = np.linalg.matrix_rank(matrices) == matrices.shape[-1]
        return np.linalg.inv(np.where(sound[:, None, None], matrices, otherwise))


def _first_guess(nominal: np.ndarray, reference: np.ndarray, daily_mmol: np.ndarray) -> np.ndarray:
    """The first person scaled to each: stores by what they hold at the reference, gut by intake."""
    eaten = daily_mmol / daily_mmol[0] if daily_mmol[0] else np.ones_like(daily_mmol)
    held = reference[:, :1] > 0
    ratio = np.divide(reference, reference[:, :1], out=np.ones_like(reference), where=held)
    guess: np.ndarray = nominal[:, None] * np.where(held, ratio, eaten)
    return guess


def _anderson(
    guess: np.ndarray,
    inverse: np.ndarray,
    parameters: np.ndarray,
    schedule: Schedule,
    residual: float,
    floor: float,
    rounds: int,
) -> np.ndarray:
    """Anderson iteration of every person on the preconditioned day's change; NaN for who does not settle."""
    solved = guess.copy()
    waiting = np.flatnonzero(np.isfinite(guess).all(axis=0))
    inverse = inverse if waiting.size == len(inverse) else inverse[waiting]
    history: list[tuple[np.ndarray, np.ndarray]] = []
    for _ in range(rounds):
        x = solved[:, waiting]
        change = _day_change(x, parameters[:, waiting], schedule.only(waiting), residual * 0.1)
        open_ = np.max(np.abs(change) / (np.abs(x) + floor), axis=0) > residual
        if not open_.any():
            return solved
        waiting = waiting[open_]
        # in the first rounds nobody has settled: no need to copy every matrix
        inverse = inverse if open_.all() else inverse[open_]
        step = -(inverse @ change[:, open_].T[:, :, None])[:, :, 0].T
        history = [(a[:, open_], b[:, open_]) for a, b in history]
        history.append((x[:, open_], step))
        history = history[-ANDERSON_MEMORY:]
        solved[:, waiting] = np.maximum(_mixed(history), 1e-3 * x[:, open_])
    solved[:, waiting] = np.nan
    return solved


def _mixed(history: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Next point of each person from the last points and their steps, (inside, person)."""
    x, step = history[-1]
    following: np.ndarray = x + step
    if len(history) == 1:
        return following
    dx = np.stack([x - a for a, _ in history[:-1]], axis=-1).transpose(1, 0, 2)
    ds = np.stack([step - b for _, b in history[:-1]], axis=-1).transpose(1, 0, 2)
    # least squares by the normal equations, each difference at length 1: what they lose in accuracy only
    # makes a step less good, and they cost a tenth of a singular value decomposition
    size = np.linalg.norm(ds, axis=1, keepdims=True) + np.finfo(float).tiny
    turned = (ds / size).transpose(0, 2, 1)
    square = turned @ turned.transpose(0, 2, 1) + RIDGE * np.eye(len(history) - 1)
    gamma = np.linalg.solve(square, turned @ step.T[:, :, None])
    following -= (((dx + ds) / size) @ gamma)[:, :, 0].T
    return following


def _no_steady_state(serum: float | None = None) -> InputError:
    at = "" if serum is None or not np.isfinite(serum) else f" (serum would settle at {serum:.2f} mmol/L)"
    return InputError(
        f"this diet, kidney function and serum{at}",
        "no steady state that a person can live in exists, so nothing can be simulated; check these values.",
    )
