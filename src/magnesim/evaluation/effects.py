"""Effects of trials, observed against foreseen from what ships, never from the study itself.

The prediction is the constant model of `effects.models` on what other families found: trials, and a pool
published before the row's study. Two others stand beside it: no difference, with the same error and the
spread of the prior; and dose alone. A published pool is foreseen only from trials that it cannot hold. Of an
outcome without other trials the sceptical prior alone speaks. A change within an arm holds the drift of
control arms.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from magnesim.data import records
from magnesim.effects.covariates import REFERENCES
from magnesim.effects.models import CLEARLY, FEWEST_TO_CHOOSE, fit_model
from magnesim.effects.predict import WITHOUT_IMPORTANCE_SD, sceptical_sd
from magnesim.effects.trials import (
    CONSTANT,
    LOG,
    SCEPTICAL,
    SD,
    UNIT,
    Known,
    known_before,
    known_outside,
    prior_width,
)
from magnesim.evaluation.contrasts import WITHIN, CannotError, Contrast, read_contrast
from magnesim.evaluation.drift import Drift, drift_of
from magnesim.evaluation.package import Package
from magnesim.evidence.outcomes import outcomes
from magnesim.fit.observed import STATUS, Tables
from magnesim.normal import MIDDLE_90

DOSE = "dose_mg_d"
NULL = "no difference"


@dataclass(frozen=True)
class ForeseenEffect:
    """One contrast beside its predictions, in the unit shown.

    Attributes:
        kind: class of measure. unit: the outcome's, SD, `log ratio` or `% of the start`.
        predicted, sd: of what a study with this error would print.
        log_density, log_density_null, log_density_dose: of the printed figure by our model, by no
            difference, and by dose alone.
        trials: how many other trials stand behind the prediction, those inside a pool counted.
    """

    row: int
    study_id: str
    outcome: str
    kind: str
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

    @property
    def covered(self) -> bool:
        """Whether the printed figure lies in it."""
        return self.interval[0] <= self.observed <= self.interval[1]

    def to_json(self) -> dict[str, Any]:
        """One study of the contract."""
        return {
            "row": self.row,
            "study_id": self.study_id,
            "outcome": self.outcome,
            "measure": self.kind,
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
        """The object `effects` of the contract.

        Log scores are means over rows, each in its own unit: only their differences tell.
        """
        kinds = sorted({one.kind for one in self.foreseen})
        return {
            "rows": self.rows,
            "with_a_size": self.rows - sum(one["why"] == NO_SIZE for one in self.skipped),
            "skipped": list(self.skipped),
            **score(self.foreseen),
            "with_other_trials": score([one for one in self.foreseen if one.trials]),
            "by_measure": [
                {"measure": kind, **score([one for one in self.foreseen if one.kind == kind])}
                for kind in kinds
            ],
            "studies": [one.to_json() for one in self.foreseen],
        }


NO_SIZE = "no size is printed"


def score(foreseen: Sequence[ForeseenEffect]) -> dict[str, Any]:
    """Coverage and mean log scores of some contrasts, and what that comes to; None where there are none.

    The standard error of the gain takes the rows of a study together: they are of the same people.
    """
    names = ("coverage_90", "log_score", "log_score_null", "log_score_dose_only")
    if not foreseen:
        return {
            **dict.fromkeys(names),
            "gain_over_null": None,
            "gain_se": None,
            "says": "nothing is foreseen",
        }
    gains: dict[str, list[float]] = {}
    for one in foreseen:
        gains.setdefault(one.study_id, []).append(one.log_density - one.log_density_null)
    gain = _mean(value for values in gains.values() for value in values)
    squares = sum(sum(value - gain for value in values) ** 2 for values in gains.values())
    error = math.sqrt(squares) / len(foreseen)
    return {
        "predicted": len(foreseen),
        "studies_scored": len(gains),
        "coverage_90": _mean(float(one.covered) for one in foreseen),
        "log_score": _mean(one.log_density for one in foreseen),
        "log_score_null": _mean(one.log_density_null for one in foreseen),
        "log_score_dose_only": _mean(one.log_density_dose for one in foreseen),
        "gain_over_null": gain,
        "gain_se": error,
        "says": _says(gain, error, len(gains)),
    }


def _says(gain: float, error: float, studies: int) -> str:
    if studies < 2:
        return "one study: no comparison"
    if gain > CLEARLY * error:
        enough = studies >= FEWEST_TO_CHOOSE
        return f"better than {NULL}" if enough else f"seems better than {NULL}; few studies"
    return f"not clearly better than {NULL}" if gain > 0 else f"no better than {NULL}"


def _mean(values: Iterable[float]) -> float:
    all_ = list(values)
    return sum(all_) / len(all_)


def effect_report(tables: Tables) -> EffectReport:
    """Every contrast of a package but those of the body's own status."""
    package = Package(tables)
    found: list[ForeseenEffect] = []
    skipped: list[dict[str, Any]] = []
    rows = [(place, row) for place, row in enumerate(tables["contrasts"], 1) if row["outcome"] not in STATUS]
    for place, row in rows:
        try:
            found.append(_foreseen(read_contrast(place, row, package), str(row["study_id"])))
        except CannotError as why:
            skipped.append(
                {"row": place, "study_id": row["study_id"], "outcome": row["outcome"], "why": str(why)}
            )
    return EffectReport(len(rows), tuple(found), tuple(skipped))


def _foreseen(one: Contrast, study_id: str) -> ForeseenEffect:
    known = _known(one)
    width = _width(one, known)
    scale, factor = one.scale, one.scale.factor
    drift = _drift(one)
    observed, error = one.observed * factor - drift.mean, math.hypot(one.se * factor, drift.sd)
    constant = fit_model(known.trials, CONSTANT, width, known.spread_only)
    mean, sd = constant.moments(1.0, error, one.trials)
    # a row without a dose tells nothing of dose: the constant speaks for it
    by_dose, at = (
        (fit_model(known.trials, DOSE, width, known.spread_only), one.dose / REFERENCES[DOSE])
        if one.dose
        else (constant, 1.0)
    )
    # densities on the scale, turned into those in the unit shown
    turn = math.log(factor)
    return ForeseenEffect(
        one.row,
        study_id,
        one.outcome_key,
        one.kind,
        scale.unit,
        one.observed,
        (mean + drift.mean) / factor,
        sd / factor,
        turn + constant.log_density(observed, 1.0, error, one.trials),
        turn + _log_normal(observed, math.hypot(error, width)),
        turn + by_dose.log_density(observed, at, error, one.trials),
        known.count,
    )


def _log_normal(value: float, sd: float) -> float:
    return -0.5 * (value / sd) ** 2 - math.log(sd * math.sqrt(2.0 * math.pi))


def _known(one: Contrast) -> Known:
    """What may be used: never the row's families, nor what shares its people."""
    if one.outcome_key not in outcomes() or one.scale.name not in (UNIT, SD, LOG):
        return Known(())
    # a study whose year is not printed is foreseen without any pool
    year = one.study.get("year") or 0
    return _cached(one.outcome_key, int(year), one.families, one.scale.name, one.pooled)


@cache
def _cached(key: str, year: int, families: frozenset[str], scale: str, pooled: bool) -> Known:
    if not pooled:
        return known_before(outcomes()[key], year, families, scale, borrow=True)
    parts = frozenset(
        row["study_id"] for row in records("evidence", "overlap") if row["meta_analysis"] in families
    )
    return known_outside(outcomes()[key], year, parts, families, scale)


def _width(one: Contrast, known: Known) -> float:
    """Width of the prior on the scale: what matters, else a small effect by the spread between people."""
    outcome, scale = one.outcome, one.scale
    if scale.name == UNIT:
        assert outcome is not None
        width = sceptical_sd(outcome)
        if width is None and scale.sd is not None:
            width = WITHOUT_IMPORTANCE_SD * scale.sd * scale.factor
        if width is None and known.trials:
            width = prior_width(outcome, known.trials)
        if width is None:
            raise CannotError("no other trial, and no scale for a prior")
        return width
    if scale.name in SCEPTICAL:
        return SCEPTICAL[scale.name] if outcome is None else prior_width(outcome, known.trials, scale.name)
    assert scale.sd is not None
    return WITHOUT_IMPORTANCE_SD * scale.sd


def _drift(one: Contrast) -> Drift:
    """Drift within an arm, on the scale; none where arms are compared."""
    if one.measure != WITHIN:
        return Drift(0.0, 0.0)
    if one.scale.sd is None:
        raise CannotError(
            "a change within an arm, and no spread between people is known to tell its drift by"
        )
    sd = one.scale.sd * one.scale.factor
    drift = drift_of(one.outcome_key, one.families)
    return Drift(drift.mean * sd, drift.sd * sd)
