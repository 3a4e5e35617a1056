"""Effects of trials, observed against foreseen from what ships, never from the study itself.

The prediction is the constant model of `effects.models` on all other trials of the outcome, with the printed
error of the row. Two others stand beside it: no effect with the same spread between trials, and dose alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from magnesim.body.parameters import MIDDLE_90
from magnesim.effects.models import (
    CONSTANT,
    REFERENCES,
    Trial,
    family_of,
    fit_model,
    prior_width,
    trials_of,
)
from magnesim.effects.predict import WITHOUT_IMPORTANCE_SD, sceptical_sd
from magnesim.evidence.outcomes import Outcome, outcomes
from magnesim.evidence.usual_unit import factor_to_usual
from magnesim.fit.observed import STATUS, Tables, printed_error

DOSE = "dose_mg_d"
TRIALS = ("rct_parallel", "rct_crossover", "open_label")


@dataclass(frozen=True)
class ForeseenEffect:
    """One contrast beside its predictions, in the outcome's unit.

    Attributes:
        predicted, sd: of what a study with this error would print.
        log_density, log_density_null, log_density_dose: of the printed figure by our model, by no effect
            with the same spread between trials, and by dose alone.
        trials: how many other trials stand behind the prediction.
    """

    row: int
    study_id: str
    outcome: str
    unit: str
    observed: float
    predicted: float
    sd: float
    log_density: float
    log_density_null: float
    log_density_dose: float
    trials: int

    @property
    def interval(self) -> tuple[float, float]:
        """Middle 90 % of what a study of this size would print."""
        return self.predicted - MIDDLE_90 * self.sd, self.predicted + MIDDLE_90 * self.sd

    def to_json(self) -> dict[str, Any]:
        """One study of the contract."""
        return {
            "row": self.row,
            "study_id": self.study_id,
            "outcome": self.outcome,
            "unit": self.unit,
            "observed": self.observed,
            "predicted": self.predicted,
            "interval_90": list(self.interval),
            "other_trials": self.trials,
        }


@dataclass(frozen=True)
class EffectReport:
    """Every contrast of a package that is an effect: foreseen, or skipped with the reason."""

    rows: int
    foreseen: tuple[ForeseenEffect, ...]
    skipped: tuple[dict[str, Any], ...]

    def to_json(self) -> dict[str, Any]:
        """The object `effects` of the contract; log scores are means over rows, in SD of the outcome."""
        return {
            "rows": self.rows,
            "predicted": len(self.foreseen),
            "skipped": list(self.skipped),
            **self.scores(),
            "studies": [one.to_json() for one in self.foreseen],
        }

    def scores(self) -> dict[str, float | None]:
        """Coverage, and the mean log density of each model; higher is better."""
        if not self.foreseen:
            return dict.fromkeys(("coverage_90", "log_score", "log_score_null", "log_score_dose_only"))
        covered = [one.interval[0] <= one.observed <= one.interval[1] for one in self.foreseen]
        return {
            "coverage_90": sum(covered) / len(covered),
            "log_score": _mean(one.log_density for one in self.foreseen),
            "log_score_null": _mean(one.log_density_null for one in self.foreseen),
            "log_score_dose_only": _mean(one.log_density_dose for one in self.foreseen),
        }


def _mean(values: Iterable[float]) -> float:
    all_ = list(values)
    return sum(all_) / len(all_)


class _CannotError(Exception):
    """Why a contrast is not predicted."""


def effect_report(tables: Tables) -> EffectReport:
    """Every contrast of a package but those of the body's own status."""
    designs = {row["study_id"]: row for row in tables["studies"]}
    doses = {(row["study_id"], row["arm_id"]): row["elemental_mg_per_day"] for row in tables["arms"]}
    found: list[ForeseenEffect] = []
    skipped: list[dict[str, Any]] = []
    rows = [(place, row) for place, row in enumerate(tables["contrasts"], 1) if row["outcome"] not in STATUS]
    for place, row in rows:
        try:
            found.append(_foreseen(place, row, designs.get(row["study_id"], {}), doses))
        except _CannotError as why:
            skipped.append(
                {"row": place, "study_id": row["study_id"], "outcome": row["outcome"], "why": str(why)}
            )
    return EffectReport(len(rows), tuple(found), tuple(skipped))


def _foreseen(
    place: int, row: dict[str, Any], study: dict[str, Any], doses: dict[Any, Any]
) -> ForeseenEffect:
    outcome = outcomes().get(row["outcome"])
    if outcome is None:
        raise _CannotError("the outcome is not in the outcomes table")
    if row["estimate"] is None:
        raise _CannotError("no size is printed")
    if row["effect_type"] != "md":
        raise _CannotError(f"only mean differences are predicted, not {row['effect_type']}")
    if study.get("design") not in TRIALS:
        raise _CannotError(f"not a trial: {study.get('design') or 'unknown design'}")
    factor = factor_to_usual(outcome, row["unit"])
    if factor is None:
        raise _CannotError(f"the unit {row['unit'] or '(none)'} is not the outcome's {outcome.unit}")
    se = printed_error(row)
    if se is None or se <= 0:
        raise _CannotError("no error of the difference is printed or to be worked out")
    return _predicted(place, row, outcome, row["estimate"] * factor, se * abs(factor), doses)


@cache
def _trials(key: str, family: str) -> tuple[Trial, ...]:
    """Trials of the outcome, in its unit, without one family."""
    return tuple(trials_of(outcomes()[key], family))


def _predicted(
    place: int, row: dict[str, Any], outcome: Outcome, observed: float, se: float, doses: dict[Any, Any]
) -> ForeseenEffect:
    others = _trials(outcome.key, family_of(row["study_id"]))
    width = sceptical_sd(outcome) or _by_size(row, se) or (prior_width(outcome, others) if others else None)
    if width is None:
        raise _CannotError("no other trial, and no scale for a prior")
    constant = fit_model(others, CONSTANT, width)
    nothing = replace(constant, mean=np.zeros_like(constant.mean), sd=np.zeros_like(constant.sd))
    mean, sd = constant.moments(1.0, se)
    dose = doses.get((row["study_id"], row["treatment_arm"]))
    # a row without a dose tells nothing of dose: the constant speaks for it
    by_dose, at = (constant, 1.0) if not dose else (fit_model(others, DOSE, width), dose / REFERENCES[DOSE])
    return ForeseenEffect(
        place,
        row["study_id"],
        outcome.key,
        outcome.unit,
        observed,
        mean,
        sd,
        constant.log_density(observed, 1.0, se),
        nothing.log_density(observed, 1.0, se),
        by_dose.log_density(observed, at, se),
        len(others),
    )


def _by_size(row: dict[str, Any], se: float) -> float | None:
    """A small effect in the unit, where no spread is known: it follows from the error and the sizes."""
    treated, control = row["n_treatment"], row["n_control"]
    if not treated or not control:
        return None
    return WITHOUT_IMPORTANCE_SD * se / math.sqrt(1.0 / treated + 1.0 / control)
