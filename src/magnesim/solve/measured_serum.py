"""The steady state at a serum that was measured: honoured by each person's own tubular maximum.

A measured serum is the average of a day. Diet and filtration are what they are, so what is left to explain
it is how much the kidney takes back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from magnesim.errors import InputError
from magnesim.solve import engine
from magnesim.solve.steady import periodic_state
from magnesim.units import HOURS_A_DAY

ROUNDS = 60
"""Few are needed where the serum can be had; who needs more cannot have it."""
LONGEST_STEP = 1.5
"""Of the logarithm of the tubular maximum in one round: beyond it a straight line foretells nothing."""
FARTHEST = 6.0
"""Of that logarithm from where the search begins: four hundred times more or less is no kidney."""
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

    def look(kidney: np.ndarray, *, strict: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Parameters, state, and what is missing of the logarithm of serum; NaN for who has no state."""
        parameters = engine.parameter_array(values, {**factors, FACTOR: np.exp(kidney)}, people)
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
        off[there] = np.log(serum * HOURS_A_DAY / day.daily[-1, engine.state_index("serum_hours")])
        return parameters, state, off

    begin = math.log(serum / values["serum_reference"])
    place = np.full(people, begin)
    parameters, state, missing = look(place, strict=strict)
    step = np.clip(missing, -LONGEST_STEP, LONGEST_STEP)
    for _ in range(ROUNDS):
        searched = (np.abs(missing) >= close) & (np.abs(place - begin) < FARTHEST)
        if not searched.any():
            break
        step = np.where(searched, step, 0.0)
        try:
            parameters, state, off = look(place + step, strict=False)
        except InputError:
            off = np.full(people, np.nan)
        # a step too far leaves the range in which a person can live: half of it is tried
        lives = np.isfinite(off)
        onwards = _next_step(off, missing, step)
        place = np.where(lives, place + step, place)
        missing = np.where(lives & searched, off, missing)
        step = np.where(lives, onwards, 0.5 * step)
    missed = ~(np.abs(missing) < close)
    if strict and missed.any():
        raise InputError(
            f"--serum-mg-mmol-l {serum:g} with this diet and kidney function",
            "the model cannot hold that serum, whatever the kidney takes back; check these values.",
            "--serum-mg-mmol-l 0.82 --egfr 90 --diet-mg 250",
        )
    state[:, missed] = np.nan
    return parameters, state


def _next_step(off: np.ndarray, before: np.ndarray, step: np.ndarray) -> np.ndarray:
    """How far to move the logarithm of the tubular maximum: along the line through the last two rounds.

    Args:
        off: what is missing of the logarithm of serum now, (person,).
        before: the same one round ago; NaN in the first round.
        step: the step from there to here.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        along = step * off / (before - off)
    # where no line can be drawn, or it points away, serum is taken to follow the kidney one to one
    trusted = np.isfinite(along) & (along * off > 0)
    return np.clip(np.where(trusted, along, off), -LONGEST_STEP, LONGEST_STEP)
