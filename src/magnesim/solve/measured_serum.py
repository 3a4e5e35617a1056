"""The steady state at a serum that was measured: honoured by each person's own tubular maximum.

A measured serum is the average of a day. Diet and filtration are what they are, so what is left to explain
it is how much the kidney takes back.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from magnesim.errors import InputError
from magnesim.solve import engine
from magnesim.solve.steady import periodic_state
from magnesim.units import HOURS_A_DAY

ROUNDS = 60
"""Each round takes off a share of what is missing: a few are enough near the reference, forty far from it."""
FACTOR = "tubular_maximum_factor"


def state_at_serum(
    values: dict[str, float],
    factors: Mapping[str, np.ndarray],
    people: int,
    on_diet: engine.Schedule,
    serum: float,
    *,
    close: float,
    residual: float,
    strict: bool,
    relative_tolerance: float = engine.RELATIVE_TOLERANCE,
    absolute_tolerance: float = engine.ABSOLUTE_TOLERANCE_MMOL,
) -> tuple[np.ndarray, np.ndarray]:
    """Parameters, (parameter, person), and steady state, mmol, (state, person), at a measured serum.

    Args:
        values: typical value of every given parameter.
        factors: by parameter name, a factor of each person, (person,); one on the tubular maximum is
            replaced.
        people: how many people.
        on_diet: meals of a day.
        serum: measured, mmol/L, averaged over a day.
        close: largest distance from it that is allowed, relative.
        residual: of the steady state, see `periodic_state`.
        strict: whether a person who cannot have that serum is an error; else that person is given NaN.
        relative_tolerance, absolute_tolerance: of the day that is looked at, see `engine.run`.

    Raises:
        InputError: no tubular maximum gives that serum with this diet and filtration.
    """
    kidney = np.full(people, serum / values["serum_reference"])
    parameters, state, off = np.empty((0, people)), np.empty((0, people)), np.full(people, np.nan)
    for _ in range(ROUNDS):
        parameters = engine.parameter_array(values, {**factors, FACTOR: kidney}, people)
        state = periodic_state(parameters, on_diet, residual=residual, strict=strict)
        there = np.flatnonzero(np.isfinite(state).all(axis=0))
        day = engine.run(
            state[:, there],
            parameters[:, there],
            on_diet.only(there),
            1,
            relative_tolerance=relative_tolerance,
            absolute_tolerance=absolute_tolerance,
            keep_daily=False,
        )
        off = np.full(people, np.nan)
        off[there] = serum / (day.daily[-1, engine.state_index("serum_hours")] / HOURS_A_DAY)
        if not np.any(np.abs(off - 1.0) >= close):
            break
        kidney[there] *= off[there]
    missed = np.abs(off - 1.0) >= close
    if strict and missed.any():
        raise InputError(
            f"--serum-mg-mmol-l {serum:g} with this diet and kidney function",
            "the model cannot hold that serum, whatever the kidney takes back; check these values.",
            "--serum-mg-mmol-l 0.82 --egfr 90 --diet-mg 250",
        )
    state[:, missed] = np.nan
    return parameters, state
