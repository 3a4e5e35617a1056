"""Effects of trials, observed against foreseen from what ships, never from the study itself.

The prediction is the pooled effect of all other trials of the outcome, shrunk by the sceptical prior, with
the spread between trials and the printed error of the row. Two others stand beside it: the null model (no
effect, the same spread) and dose alone (an effect in proportion to the elemental dose).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from magnesim.body.parameters import MIDDLE_90
from magnesim.effects.predict import NORMAL_975, WITHOUT_IMPORTANCE_SD, sceptical_sd, shrink
from magnesim.evidence.comparisons import arms, studies
from magnesim.evidence.outcomes import Outcome, outcomes
from magnesim.evidence.pooling import pool
from magnesim.evidence.selection import TrialEffect, select
from magnesim.evidence.usual_unit import factor_to_usual
from magnesim.fit.observed import STATUS, Tables

TRIALS = ("rct_parallel", "rct_crossover", "open_label")


@dataclass(frozen=True)
class ForeseenEffect:
    """One contrast beside its predictions, in the outcome's unit.

    Attributes:
        predicted, sd: of our prediction, with the error of the row.
        null_sd: of the null model, whose mean is nothing.
        dose_mean, dose_sd: of dose alone; None where no other trial has a dose.
        trials: how many other trials stand behind the prediction.
    """

    row: int
    study_id: str
    outcome: str
    unit: str
    observed: float
    predicted: float
    sd: float
    null_sd: float
    dose_mean: float | None
    dose_sd: float | None
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
            "log_score": _mean(_log_density(one.observed, one.predicted, one.sd) for one in self.foreseen),
            "log_score_null": _mean(_log_density(one.observed, 0.0, one.null_sd) for one in self.foreseen),
            "log_score_dose_only": _mean(
                _log_density(one.observed, one.dose_mean or 0.0, one.dose_sd or one.null_sd)
                for one in self.foreseen
            ),
        }


def _mean(values: Iterable[float]) -> float:
    all_ = list(values)
    return sum(all_) / len(all_)


def _log_density(value: float, mean: float, sd: float) -> float:
    return -0.5 * ((value - mean) / sd) ** 2 - math.log(sd * math.sqrt(2 * math.pi))


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
    se = _error(row)
    if se is None or se <= 0:
        raise _CannotError("no error of the difference is printed or to be worked out")
    return _predicted(place, row, outcome, row["estimate"] * factor, se * abs(factor), doses)


def _error(row: dict[str, Any]) -> float | None:
    if row["se"] is not None:
        return float(row["se"])
    if row["ci_low"] is not None and row["ci_high"] is not None:
        return float(row["ci_high"] - row["ci_low"]) / (2 * NORMAL_975)
    return None if row["se_derived"] is None else float(row["se_derived"])


def _family(study_id: str) -> str:
    """Studies of the same people share a family."""
    return str((studies().get(study_id) or {}).get("trial_family") or study_id)


@cache
def _others(key: str, family: str) -> tuple[TrialEffect, ...]:
    """Trials of the outcome, in its unit, without one family."""
    return tuple(
        effect
        for effect in select(outcomes()[key]).effects
        if effect.measure == "md" and _family(effect.study_id) != family
    )


def _predicted(
    place: int, row: dict[str, Any], outcome: Outcome, observed: float, se: float, doses: dict[Any, Any]
) -> ForeseenEffect:
    others = _others(outcome.key, _family(row["study_id"]))
    prior_sd = sceptical_sd(outcome) or _by_size(row, se)
    if not others and prior_sd is None:
        raise _CannotError("no other trial, and no scale for a prior")
    tau = 0.0
    mean, new_sd = 0.0, prior_sd or 0.0
    if others:
        pooled = pool([one.estimate for one in others], [one.se**2 for one in others])
        tau = math.sqrt(pooled.tau2 or 0.0)
        low, high = pooled.random.ci
        shrunk = shrink(pooled.random.estimate, (high - low) / (2 * NORMAL_975), tau, prior_sd)
        # one or two trials say little of the spread between trials: the prior's stands in
        spread = tau if len(others) > 2 else max(tau, prior_sd or 0.0)
        mean, new_sd = shrunk.mean, math.hypot(shrunk.mean_sd, spread)
    dose = doses.get((row["study_id"], row["treatment_arm"]))
    by_dose = _by_dose(others, dose, tau)
    return ForeseenEffect(
        place,
        row["study_id"],
        outcome.key,
        outcome.unit,
        observed,
        mean,
        math.hypot(new_sd, se),
        math.hypot(tau if others else new_sd, se),
        None if by_dose is None else by_dose[0],
        None if by_dose is None else math.hypot(by_dose[1], se),
        len(others),
    )


def _by_size(row: dict[str, Any], se: float) -> float | None:
    """A small effect in the unit, where no spread is known: it follows from the error and the sizes."""
    treated, control = row["n_treatment"], row["n_control"]
    if not treated or not control:
        return None
    return WITHOUT_IMPORTANCE_SD * se / math.sqrt(1.0 / treated + 1.0 / control)


def _by_dose(others: tuple[TrialEffect, ...], dose: float | None, tau: float) -> tuple[float, float] | None:
    """Mean and SD of an effect in proportion to the dose, by weighted least squares through nothing."""
    known = [(one, _dose_of(one.study_id)) for one in others]
    used = [(one, mg) for one, mg in known if mg]
    if dose is None or not used:
        return None
    weight = np.array([1.0 / (one.se**2 + tau**2) for one, _ in used])
    mg = np.array([mg for _, mg in used], dtype=float)
    estimate = np.array([one.estimate for one, _ in used])
    total = float(np.sum(weight * mg**2))
    slope = float(np.sum(weight * mg * estimate)) / total
    return slope * dose, math.hypot(dose / math.sqrt(total), tau)


def _dose_of(study_id: str) -> float | None:
    """Largest elemental dose of a study's arms, mg a day."""
    given = [row["elemental_mg_per_day"] for (study, _), row in arms().items() if study == study_id]
    return max((mg for mg in given if mg is not None), default=None)
