"""Derivatives of a course with respect to parameters: forward, exact to the integrator's tolerance.

The tangent of the equations is generated from the same source (`generate.py`, kind `tangent`) and run by
the same integrator, one parameter a lane. The steady state's own derivative solves (I - J) ds = dPhi, with
the day map's Jacobian J and its derivative along each parameter taken from the same kernel. Derivatives of
the constants come from a complex step, which is exact to rounding (Squire and Trapp 1998,
doi:10.1137/S003614459631241X).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magnesim.solve import engine
from magnesim.solve.generate import module
from magnesim.solve.steady import periodic_state

TOLERANCE = 1e-10
"""Of a step, relative and in mmol: tangents are compared with differences of runs, which need it."""
TINY = 1e-30
"""Relative imaginary step: its square is lost beside 1, so nothing cancels."""


@dataclass(frozen=True)
class Sensitivity:
    """A course of one person and its derivatives.

    Attributes:
        names: parameters, in the order of the last axis of `derivative`.
        daily: amounts at the start of each day and at the end of the last, mmol, (day + 1, state).
        derivative: of those amounts by the logarithm of each parameter, mmol, (day + 1, state, parameter).
    """

    names: tuple[str, ...]
    daily: np.ndarray
    derivative: np.ndarray


def course_sensitivity(
    values: dict[str, float],
    names: tuple[str, ...],
    on_diet: engine.Schedule,
    with_doses: engine.Schedule,
    n_days: int,
) -> Sensitivity:
    """Derivatives of a whole course, steady state included.

    Args:
        values: typical value of every given parameter.
        names: parameters to differentiate by, in their logarithm.
        on_diet: a day of one person before the course, whose steady state is the start.
        with_doses: a day of the course.
        n_days: its length.
    """
    parameters = engine.parameter_array(values)
    constants = np.stack([np.broadcast_to(row, 1) for row in engine.equations().constants(parameters)])[:, 0]
    along = _constants_along(values, names)
    start = periodic_state(parameters, on_diet)[:, 0]
    inside = len(engine.equations().INSIDE)
    jacobian = _tangent_run(start, np.eye(start.size)[:, :inside], constants, None, on_diet, 1)[1][
        -1, :inside
    ]
    nothing = np.zeros((start.size, len(names)))
    by_parameter = _tangent_run(start, nothing, constants, along, on_diet, 1)[1][-1, :inside]
    turned = np.zeros_like(nothing)
    turned[:inside] = np.linalg.solve(np.eye(inside) - jacobian, by_parameter)
    daily, derivative = _tangent_run(start, turned, constants, along, with_doses, n_days)
    return Sensitivity(names, daily, derivative)


def _constants_along(values: dict[str, float], names: tuple[str, ...]) -> np.ndarray:
    """Derivative of every constant by the logarithm of each parameter, (constant, parameter)."""
    given = engine.equations().GIVEN
    tilted = np.array([[values[name]] * len(names) for name in given], dtype=complex)
    for column, name in enumerate(names):
        tilted[given.index(name), column] *= 1 + 1j * TINY
    rows = engine.equations().constants(engine.equations().complete(tilted))
    return np.stack([np.broadcast_to(np.imag(row) / TINY, len(names)) for row in rows])


def _tangent_run(
    start: np.ndarray,
    turned: np.ndarray,
    constants: np.ndarray,
    along: np.ndarray | None,
    schedule: engine.Schedule,
    n_days: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Amounts, (day + 1, state), and their derivatives, (day + 1, state, direction)."""
    directions = turned.shape[1]
    inside = len(engine.equations().INSIDE)
    amounts = np.repeat(start[:, None], directions, axis=1)
    y = np.concatenate([amounts[:inside], turned[:inside], amounts[inside:], turned[inside:]])
    still = np.zeros((constants.size, directions)) if along is None else along
    k = np.concatenate([np.repeat(constants[:, None], directions, axis=1), still])
    everybody = schedule.only(np.zeros(directions, dtype=int))
    daily = engine.run_kernel(
        module(kind="tangent"), y, k, everybody, n_days, TOLERANCE, TOLERANCE, n_days
    ).daily
    rest = start.size - inside
    plain = [daily[:, :inside], daily[:, 2 * inside : 2 * inside + rest]]
    derivative = [daily[:, inside : 2 * inside], daily[:, 2 * inside + rest :]]
    return np.concatenate(plain, axis=1)[:, :, 0], np.concatenate(derivative, axis=1)
