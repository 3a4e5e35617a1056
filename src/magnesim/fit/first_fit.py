"""First fit of the uptake and store parameters to human data, without `zhang2016`, which is the test.

Least squares on the logarithms, with the ranges of the parameters table as priors. It fixes central
values; the joint posterior comes with the full calibration. The targets are rows of `targets.csv`.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from magnesim.body.entry import enters
from magnesim.body.parameters import MIDDLE_90, typical
from magnesim.solve import engine

PRIORS = {
    "uptake_capacity": (1.0, 8.0),
    "uptake_half": (0.3, 6.0),
    "uptake_inhibition": (0.5, 20.0),
    "food_emptying_time": (1.4, 3.5),
    "endogenous_secretion": (0.6, 2.4),
    "fast_cells_elasticity": (0.02, 0.3),
    "muscle_elasticity": (0.15, 0.6),
    "bone_exchangeable_elasticity": (0.25, 1.0),
    "bone_exchangeable_time": (5.0, 200.0),
    "red_cells_elasticity": (0.4, 1.0),
    "red_cells_time": (15.0, 60.0),
}
"""Middle 90 % believed before the fit; wide where the notes give no number."""
DIET_MMOL_D = 10.0
MEAL_HOURS = (7.5, 12.5, 18.5)
SOLUBLE = "citrate"
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Target:
    """One figure of one study and the experiment that gives it."""

    target: str
    study_id: str
    kind: str
    dose_mmol: float
    doses: int
    with_meal: bool
    days: int
    read_off: str
    observed: float
    sd: float
    note: str


def targets() -> list[Target]:
    """The rows of `targets.csv`."""
    with (Path(__file__).parent / "targets.csv").open(encoding="utf-8", newline="") as file:
        return [
            Target(
                row["target"],
                row["study_id"],
                row["kind"],
                float(row["dose_mmol"]),
                int(row["doses"]),
                row["with_meal"] == "true",
                int(row["days"]),
                row["read_off"],
                float(row["observed"]),
                float(row["sd"]),
                row["note"],
            )
            for row in csv.DictReader(file)
        ]


def _diet(mmol_d: float) -> list[tuple[float, tuple[float, ...]]]:
    return [(hour, enters("food", mmol_d / len(MEAL_HOURS), True)) for hour in MEAL_HOURS]


def predict(target: Target, values: dict[str, float]) -> float:
    """The figure that the model gives for a target with these parameter values."""
    array = engine.parameter_array(values)
    if target.kind == "single":
        return _single_load(target, array)
    before_diet = engine.Schedule.of(_diet(target.dose_mmol if target.kind == "diet" else DIET_MMOL_D), 1)
    before = engine.periodic_state(array, before_diet, residual=1e-7)
    base = engine.run(before, array, before_diet, 1, relative_tolerance=TOLERANCE)
    if target.kind == "diet":
        return _read(target.read_off, base.daily, base.daily, target.dose_mmol)
    if target.kind == "supplement":
        hours = MEAL_HOURS if target.doses == 3 else (MEAL_HOURS[0], MEAL_HOURS[2])
        extra = [(hour, enters(SOLUBLE, target.dose_mmol / target.doses, target.with_meal)) for hour in hours]
        after = engine.Schedule.of(_diet(DIET_MMOL_D) + extra, 1)
    else:
        after = engine.Schedule.of(_diet(target.dose_mmol), 1)
    end = engine.run(before, array, after, target.days, relative_tolerance=TOLERANCE)
    return _read(target.read_off, end.daily, base.daily, target.dose_mmol)


def _single_load(target: Target, array: np.ndarray) -> float:
    """Share of loads absorbed over and above a day without them, gut empty at the start."""
    hours = np.linspace(8.0, 20.0, target.doses) if target.doses > 1 else [8.0]
    loads = [(float(hour), enters(SOLUBLE, target.dose_mmol, target.with_meal)) for hour in hours]
    taken = []
    for entries in ([], loads):
        state = engine.run(engine.at_reference(array), array, engine.Schedule.of(entries, 1), 1).daily[-1]
        rest = engine.run(state, array, engine.Schedule.of([], 1), target.days).daily[-1]
        taken.append(rest[engine.state_index("absorbed"), 0])
    return float((taken[1] - taken[0]) / (target.dose_mmol * target.doses))


def _read(name: str, daily: np.ndarray, base: np.ndarray, intake: float) -> float:
    """A figure from the daily amounts, (day, state, person), of the experiment and of the days before it."""

    def last_day(of: np.ndarray, sink: str) -> float:
        place = engine.state_index(sink)
        return float(of[-1, place, 0] - of[-2, place, 0])

    def ratio(*pools: str) -> float:
        places = [engine.state_index(pool) for pool in pools]
        return float(daily[-1, places, 0].sum() / base[0, places, 0].sum())

    readings = {
        "net_absorbed_share": lambda: 1 - last_day(daily, "faeces") / intake,
        "urine_mmol_d": lambda: last_day(daily, "urine"),
        "urine_change_mmol_d": lambda: last_day(daily, "urine") - last_day(base, "urine"),
        "serum_ratio": lambda: ratio("extracellular"),
        "red_cells_ratio": lambda: ratio("red_cells"),
        "bone_ratio": lambda: ratio("bone_exchangeable", "bone_deep"),
        "muscle_ratio": lambda: ratio("muscle"),
    }
    return readings[name]()


@dataclass(frozen=True)
class Fitted:
    """Best value of a parameter and its middle 90 %, from the curvature at the best fit."""

    value: float
    low: float
    high: float


def fit() -> tuple[dict[str, Fitted], np.ndarray]:
    """Values of the parameters in `PRIORS` that fit the targets best, and their correlations.

    Returns:
        Values by name, and the correlation matrix of their logarithms in the order of `PRIORS`.
    """
    from scipy.optimize import least_squares

    priors = np.log(np.array(list(PRIORS.values())))
    middle, width = priors.mean(axis=1), (priors[:, 1] - priors[:, 0]) / (2 * MIDDLE_90)
    rows = targets()

    def misfit(x: np.ndarray) -> np.ndarray:
        values = typical() | dict(zip(PRIORS, np.exp(x), strict=True))
        data = [(predict(row, values) - row.observed) / row.sd for row in rows]
        return np.concatenate([data, (x - middle) / width])

    best = least_squares(misfit, middle, diff_step=1e-3, xtol=1e-5)
    covariance = np.linalg.inv(best.jac.T @ best.jac)
    sd = np.sqrt(np.diag(covariance))
    spread = MIDDLE_90 * sd
    limits = zip(np.exp(best.x), np.exp(best.x - spread), np.exp(best.x + spread), strict=True)
    fitted = dict(zip(PRIORS, (Fitted(*map(float, row)) for row in limits), strict=True))
    return fitted, covariance / np.outer(sd, sd)
