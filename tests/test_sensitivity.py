"""Derivatives of a course against central differences of the course itself."""

from __future__ import annotations

import numpy as np
import pytest

from magnesim.body.entry import enters
from magnesim.body.parameters import parameters, typical
from magnesim.solve import engine
from magnesim.solve.sensitivity import course_sensitivity
from magnesim.solve.steady import periodic_state

MEALS = [(hour, enters("food", 10 * share, True)) for hour, share in ((7.5, 0.25), (12.5, 0.35), (18.5, 0.4))]
DOSES = [(hour, enters("citrate", 6.0, False)) for hour in (8.0, 20.0)]
ON_DIET, WITH_DOSES = engine.Schedule.of(MEALS, 1), engine.Schedule.of(MEALS + DOSES, 1)
DAYS = 5
STEP = 1e-3
NAMES = (
    "tubular_reserve", "ultrafilterable_share", "gfr", "uptake_capacity", "uptake_half", "uptake_inhibition",
    "muscle_elasticity", "bone_exchangeable_time", "circadian_amplitude", "circadian_peak", "weight",
)  # fmt: skip


def measured(values: dict[str, float]) -> np.ndarray:
    """Serum of the last day, urine and uptake of the last day, muscle: what is observed of a person."""
    array = engine.parameter_array(values)
    state = periodic_state(array, ON_DIET, residual=1e-12)
    run = engine.run(state, array, WITH_DOSES, DAYS, relative_tolerance=1e-12, absolute_tolerance=1e-12)
    return read(run.daily[:, :, 0])


def read(daily: np.ndarray) -> np.ndarray:
    place = {name: engine.state_index(name) for name in ("serum_hours", "urine", "absorbed", "muscle")}
    last = daily[-1] - daily[-2]
    flows = [last[place[name]] for name in ("serum_hours", "urine", "absorbed")]
    return np.array([*flows, daily[-1][place["muscle"]]])


@pytest.fixture(scope="module")
def derivatives() -> np.ndarray:
    """By observed figure and parameter."""
    found = course_sensitivity(typical(), NAMES, ON_DIET, WITH_DOSES, DAYS)
    return np.array([read(found.derivative[:, :, column]) for column in range(len(NAMES))]).T


@pytest.mark.parametrize("name", NAMES)
def test_a_derivative_equals_central_differences(derivatives: np.ndarray, name: str):
    """Fourth-order differences, so that what is left is the solver's own error."""

    def at(steps: int) -> np.ndarray:
        return measured(typical() | {name: typical()[name] * float(np.exp(steps * STEP))})

    differences = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * STEP)
    scale = np.abs(measured(typical()))
    assert np.max(np.abs(derivatives[:, NAMES.index(name)] - differences) / scale) < 1e-6


def test_the_course_beside_the_derivatives_is_the_course():
    found = course_sensitivity(typical(), ("gfr",), ON_DIET, WITH_DOSES, DAYS)
    assert np.allclose(read(found.daily), measured(typical()), rtol=1e-7)


def test_more_filtration_lowers_serum_and_leaves_urine_near_balance(derivatives: np.ndarray):
    serum, urine = derivatives[:2, NAMES.index("gfr")]
    assert serum < 0
    assert abs(urine) < 0.2


def test_every_uncertain_parameter_of_the_equations_can_be_differentiated():
    names = tuple(
        row.name
        for row in parameters().values()
        if row.uncertainty_sd and row.name in engine.equations().GIVEN
    )
    found = course_sensitivity(typical(), names, ON_DIET, WITH_DOSES, 1)
    assert found.derivative.shape[2] == len(names)
    assert np.all(np.isfinite(found.derivative))
