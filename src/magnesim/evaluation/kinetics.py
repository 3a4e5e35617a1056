"""Figures of bodies, observed against predicted: each study's own experiment, from parameters alone.

An interval holds three things: what is not known of the parameters (draws), the model's own error (estimated
with them, one for each kind of reading), and the error of the printed mean.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from magnesim.body.entry import salt, salts
from magnesim.body.parameters import model_error_draws, range_factors, uncertainty_draws
from magnesim.draws import Stream, normal_draws
from magnesim.fit.design import Design, Given, of_sex
from magnesim.fit.experiments import Experiment, Skipped, experiments
from magnesim.fit.observed import Tables, more_observations, observations
from magnesim.fit.posterior import is_fitted, relative_error
from magnesim.fit.prediction import Draws, predict, status_and_change, weekly_change
from magnesim.units import mmol_from_mg

DRAWS = 192
LEVEL = 0.9
ABSOLUTE_ERRORS = {"serum_change": 0.02, "serum_percent": 4.0, "serum_percent_max": 4.0, "balance": 1.0}
"""Error of the model for figures near zero, in their own unit (mmol/L, %, %, mmol/d): assumptions."""
SUPPLEMENT_MG_D, SUPPLEMENT_WEEKS = 365.0, 16
WEEKS_TO_PLATEAU = 104
PLATEAU = 0.95
STARTS = (0.5, 1.5)
"""Diets over the usual one, whose serum lies below and above the usual."""


@dataclass(frozen=True)
class Foreseen:
    """One figure beside its prediction.

    Attributes:
        predicted, interval: middle and middle 90 % over draws, model error and error of the mean.
        fold: the larger over the smaller; None for a figure that may be near zero.
        fitted: whether the figure informed the parameters.
    """

    experiment: Experiment
    predicted: float
    interval: tuple[float, float]
    fold: float | None
    fitted: bool

    @property
    def observed(self) -> float:
        """As printed, in the model's unit."""
        assert self.experiment.observation.observed is not None
        return self.experiment.observation.observed

    @property
    def covered(self) -> bool:
        """Whether the figure lies in the interval."""
        return self.interval[0] <= self.observed <= self.interval[1]

    def to_json(self) -> dict[str, Any]:
        """One study of the contract."""
        item = self.experiment.observation
        return {
            "table": item.table,
            "row": item.row,
            "study_id": item.study_id,
            "arm": item.arm,
            "measure": item.measure,
            "reading": self.experiment.reading,
            "unit": item.unit,
            "observed": self.observed,
            "predicted": self.predicted,
            "interval_90": list(self.interval),
            "fold": self.fold,
            "covered": self.covered,
            "fitted": self.fitted,
            "assumed": list(self.experiment.assumed),
            "reason": item.notes.get("reason", ""),
        }


@dataclass(frozen=True)
class KineticReport:
    """Every figure of a package: foreseen, or skipped with the reason."""

    rows: int
    foreseen: tuple[Foreseen, ...]
    skipped: tuple[Skipped, ...]

    def summary(self) -> dict[str, Any]:
        """GMFE, shares within 1.5 and 2 fold, coverage."""
        return summary(self.foreseen)

    def to_json(self) -> dict[str, Any]:
        """The object `kinetics` of the contract."""
        held_out = [one for one in self.foreseen if not one.fitted]
        return {
            "rows": self.rows,
            "simulated": len(self.foreseen),
            "skipped": [
                {
                    "table": one.observation.table,
                    "row": one.observation.row,
                    "study_id": one.observation.study_id,
                    "measure": one.observation.measure,
                    "why": one.why,
                }
                for one in self.skipped
            ],
            **self.summary(),
            "not_fitted": {"simulated": len(held_out), **summary(held_out)},
            "studies": [one.to_json() for one in self.foreseen],
        }


def summary(foreseen: Sequence[Foreseen]) -> dict[str, float | None]:
    """Geometric mean fold error, shares within 1.5 and 2 fold, share of figures in their intervals."""
    logs = np.log([one.fold for one in foreseen if one.fold is not None])
    covered = [one.covered for one in foreseen]
    return {
        "gmfe": float(np.exp(logs.mean())) if logs.size else None,
        "within_1_5": float((logs <= math.log(1.5)).mean()) if logs.size else None,
        "within_2": float((logs <= math.log(2.0)).mean()) if logs.size else None,
        "coverage_90": sum(covered) / len(covered) if covered else None,
    }


def draws_for(count: int, seed: int) -> Draws:
    """Draws of the parameters and of what the salts leave open."""
    names = sorted(salts())
    normal = normal_draws(count, len(names) + 1, seed, Stream.INTAKE_UNCERTAINTY)
    available = {
        name: range_factors(salt(name).available_low, salt(name).available_high, normal[:, i])
        for i, name in enumerate(names)
    }
    oxide = salt("oxide")
    solid = range_factors(oxide.dissolution_low, oxide.dissolution_high, normal[:, -1])
    return Draws(count, uncertainty_draws(count, seed) | {"dissolution_rate": solid}, available)


def kinetic_report(tables: Tables, *, own: bool, seed: int = 0) -> KineticReport:
    """Every figure of a package, foreseen or skipped.

    Args:
        tables: rows by table name.
        own: whether it is the package that ships, so that figures from the facts count too.
        seed: of the draws.
    """
    items = observations(tables)
    if own:
        items += more_observations({row["study_id"]: row for row in tables["studies"]})
    made, skipped = experiments(items)
    foreseen, lost = foresee(made, own=own, seed=seed)
    return KineticReport(len(items), tuple(foreseen), (*skipped, *lost))


def foresee(made: Sequence[Experiment], *, own: bool, seed: int = 0) -> tuple[list[Foreseen], list[Skipped]]:
    """Predictions with intervals; a design in which hardly a draw has a steady state is skipped."""
    given = predict(made, draws_for(DRAWS, seed))
    errors = model_error_draws(DRAWS, seed)
    noise = normal_draws(DRAWS, 2 * len(made), seed, Stream.VALIDATION)
    found, lost = [], []
    for i, (one, draws) in enumerate(zip(made, given, strict=True)):
        of_model, of_mean = noise[:, 2 * i], noise[:, 2 * i + 1]
        error = relative_error(one) / math.sqrt(one.shares)
        if one.kind == "change":
            level = abs(one.observation.observed or 0.0)
            size = error * level if one.observation.se is not None else 0.0
            seen = draws + ABSOLUTE_ERRORS[one.reading] * of_model + size * of_mean
            fold = None
        else:
            with np.errstate(over="ignore"):
                seen = draws * np.exp(errors[one.kind] * of_model + error * of_mean)
            fold = _fold(one.observation.observed, float(np.nanmedian(draws)))
        there = seen[np.isfinite(seen)]
        if there.size < DRAWS // 2:
            lost.append(Skipped(one.observation, "no steady state that a person can live in"))
            continue
        low, high = np.quantile(there, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        middle = float(np.nanmedian(draws))
        found.append(Foreseen(one, middle, (float(low), float(high)), fold, own and is_fitted(one)))
    return found, lost


def _fold(observed: float | None, predicted: float) -> float | None:
    if observed is None or observed <= 0 or predicted <= 0:
        return None
    return max(observed / predicted, predicted / observed)


def supplement_test(seed: int = 0) -> dict[str, Any]:
    """A typical supplement in the body model: the change of serum and of urine, with the plateau in weeks.

    365 mg a day in two doses with meals, by a salt that is not known, in a mixed group on its usual diet.
    """
    diet = mmol_from_mg(of_sex("diet_mg", "mixed"))
    dose = mmol_from_mg(SUPPLEMENT_MG_D) / 2
    design = Design(
        habitual_mmol_d=diet,
        diet_mmol_d=diet,
        given=(Given(7.5, "unspecified", dose), Given(18.5, "unspecified", dose)),
        days=SUPPLEMENT_WEEKS * 7,
    )
    _, serum, urine = status_and_change(design, draws_for(DRAWS, seed))
    by_start = [_from_start(design, share) for share in STARTS]
    long = weekly_change(replace(design, days=WEEKS_TO_PLATEAU * 7))
    return {
        "serum_change_mmol_l": float(np.median(serum)),
        "serum_interval_90": _ends(serum),
        "urine_change_mmol_d": float(np.median(urine)),
        "urine_interval_90": _ends(urine),
        "by_baseline_serum": by_start,
        "plateau_weeks": {"serum": _plateau(long[0]), "urine": _plateau(long[1])},
    }


def _from_start(design: Design, share: float) -> dict[str, float]:
    """The same supplement in people whose diet holds their serum lower or higher."""
    eaten = design.habitual_mmol_d * share
    before, serum, urine = status_and_change(
        replace(design, habitual_mmol_d=eaten, diet_mmol_d=eaten), Draws(1)
    )
    return {
        "diet_mmol_d": eaten,
        "serum_mmol_l": float(before[0]),
        "serum_change_mmol_l": float(serum[0]),
        "urine_change_mmol_d": float(urine[0]),
    }


def _ends(values: np.ndarray) -> list[float]:
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return [float(low), float(high)]


def _plateau(weekly: np.ndarray) -> int:
    """First week from which a course stays within 5 % of its end."""
    short = np.flatnonzero(np.abs(weekly / weekly[-1] - 1) > 1 - PLATEAU)
    return int(short[-1]) + 2 if short.size else 1
