"""The state that repeats itself every day, found directly: many people at once, by a root finder."""

from __future__ import annotations

import numpy as np

from magnesim.errors import InputError
from magnesim.solve import engine
from magnesim.units import HOURS_A_DAY

STEADY_RESIDUAL = 1e-10
ANDERSON_MEMORY = 6
LOOSE_RESIDUAL = 1e-5
"""People are brought this near on a cheap day first; the exact day then needs few rounds."""
RESIDUAL_FLOOR_MMOL, LOOSE_FLOOR_MMOL = 1e-3, 1.0
"""Added to an amount before a change is measured against it. A cheap day cannot tell crumbs in the gut from
its own error, so it does not wait for them."""
RIDGE = 1e-12
"""Added to the normal equations of the Anderson iteration, so that equal directions do no harm."""
NOON_H, LINEAR_STEPS = 12.0, 8
"""The equations are linearised at noon, and a day of them is taken in steps of the implicit Euler method."""
ROUGH_DAYS = 5
"""Days of plain running before Newton's first step: by then the gut is near its rhythm."""
FEASIBLE_SERUM_MMOL_L = (0.25, 3.0)
"""Serum between which a diet and a kidney can be said to hold a steady state that a person lives in."""


def _day_change(
    inside: np.ndarray, parameters: np.ndarray, schedule: engine.Schedule, tolerance: float
) -> np.ndarray:
    """Change of the inside compartments over one day, mmol, (inside, person)."""
    state = np.zeros((len(engine.equations().STATES), inside.shape[1]))
    state[: inside.shape[0]] = inside
    end = engine.run(
        state,
        parameters,
        schedule,
        1,
        relative_tolerance=tolerance,
        absolute_tolerance=tolerance,
        keep_daily=False,
    )
    return end.daily[-1, : inside.shape[0]] - inside


def _jacobian(
    inside: np.ndarray, parameters: np.ndarray, schedule: engine.Schedule, tolerance: float
) -> np.ndarray:
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
    schedule: engine.Schedule,
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
    inside = len(engine.equations().INSIDE)
    nominal, jacobian = _newton(parameters[:, :1], schedule.only(np.array([0])), residual, rounds)
    start = engine.at_reference(parameters)
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
        state[engine.state_index("extracellular")]
        / parameters[engine.parameter_index("extracellular_volume")]
    )
    low, high = FEASIBLE_SERUM_MMOL_L
    lost = ~((serum >= low) & (serum <= high))
    if strict and lost.any():
        raise _no_steady_state(float(serum[np.argmax(lost)]))
    state[:, lost] = np.nan
    return state


def _newton(
    parameters: np.ndarray, schedule: engine.Schedule, residual: float, rounds: int
) -> tuple[np.ndarray, np.ndarray]:
    """One person by Newton: periodic state, (inside,), and the Jacobian of the change of a day there."""
    tolerance = residual * 0.1
    inside = len(engine.equations().INSIDE)
    start = engine.at_reference(parameters)
    rough = engine.run(start, parameters, schedule, ROUGH_DAYS, relative_tolerance=1e-6, keep_daily=False)
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
    tilted = np.zeros((len(engine.equations().STATES), size + 1, people))
    tilted[:size] = inside[:, None]
    step = 1e-5 * np.maximum(np.abs(inside), 1e-2)
    tilted[np.arange(size), np.arange(size)] += step
    rates = engine.equations().reference_rates(NOON_H, tilted, parameters[:, None])
    slope = np.empty((people, size, size))
    for i, rate in enumerate(rates[:size]):
        slope[:, i] = np.divide(rate[:-1] - rate[-1], step).T
    slope *= -HOURS_A_DAY / LINEAR_STEPS
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
    schedule: engine.Schedule,
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
        "--diet-mg 250 --egfr 90",
    )
