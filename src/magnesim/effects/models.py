"""What predicts an effect best: nothing, the dose, the weeks, or what the body model says arrives.

One effect a trial, y_i ~ Normal(slope * x_i, se_i^2 + tau^2), with x = 1 in the constant model and the dose,
the weeks or a simulated exposure over its reference in the others. The slope has the sceptical prior (centred
on nothing, nine in ten inside the smallest difference that matters), tau a half-normal one of the same width.
The posterior is exact: normal in the slope for each tau of a grid. Models are compared by the log density of
each trial foreseen from the others. The constant stays unless at least ten trials print figures (the
Cochrane handbook's limit for one covariate, 10.11.5.1) and another model is better by two standard errors.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from magnesim.body.parameters import MIDDLE_90
from magnesim.effects.predict import WITHOUT_IMPORTANCE_SD, important_difference, sceptical_sd
from magnesim.errors import InputError
from magnesim.evidence import Outcome
from magnesim.evidence.comparisons import arms, studies
from magnesim.evidence.selection import TrialEffect, select

HERE = Path(__file__).parent
CONSTANT = "constant"
REFERENCES = {
    "dose_mg_d": 300.0,
    "weeks": 12.0,
    "absorbed_mmol_d": 1.2,
    "serum_mmol_l": 0.025,
    "stores_mmol": 4.0,
}
"""What 300 mg of citrate a day for twelve weeks is and does, rounded: there every slope means the same."""
MODELS = (CONSTANT, *REFERENCES)
LABELS = {
    CONSTANT: "the same effect in every trial",
    "dose_mg_d": "in proportion to the dose",
    "weeks": "in proportion to the weeks",
    "absorbed_mmol_d": "in proportion to what is taken up",
    "serum_mmol_l": "in proportion to the rise of serum",
    "stores_mmol": "in proportion to the filling of stores",
}
TAU_GRID = 61
WIDEST_TAU = 4.0
"""End of the grid of tau, in widths of its prior."""
FEWEST_TO_CHOOSE = 10
CLEARLY = 2.0
"""Standard errors by which a model must foresee better than the constant."""
DRAWS = 200


@dataclass(frozen=True)
class Trial:
    """One trial's effect, in the outcome's unit, with what may predict it (over its reference)."""

    study_id: str
    estimate: float
    se: float
    x: dict[str, float | None]


@cache
def exposures() -> dict[str, dict[str, float]]:
    """Simulated exposure of the magnesium arms by study, from `exposures.csv`, in its columns."""
    with (HERE / "exposures.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["study_id"]: {name: float(row[name]) for name in REFERENCES if row.get(name)}
            for row in csv.DictReader(file)
        }


def family_of(study_id: str) -> str:
    """Studies of the same people share a family."""
    return str((studies().get(study_id) or {}).get("trial_family") or study_id)


def trials_of(outcome: Outcome, without: str | None = None) -> list[Trial]:
    """Trials that print a mean difference in the outcome's unit, but for one family of studies."""
    return [
        Trial(effect.study_id, effect.estimate, effect.se, _covariates(effect))
        for effect in select(outcome).effects
        if effect.measure == "md" and family_of(effect.study_id) != without
    ]


def _covariates(effect: TrialEffect) -> dict[str, float | None]:
    known = exposures().get(effect.study_id, {})
    values: dict[str, float | None] = {name: known.get(name) for name in REFERENCES}
    values["dose_mg_d"] = dose_of(effect.study_id)
    values["weeks"] = effect.weeks
    return {CONSTANT: 1.0} | {
        name: None if value is None else value / REFERENCES[name] for name, value in values.items()
    }


def dose_of(study_id: str) -> float | None:
    """Mean elemental dose of a study's magnesium arms, mg a day; None where none is printed."""
    given = [
        row["elemental_mg_per_day"]
        for (study, _), row in arms().items()
        if study == study_id and row["role"] == "treatment" and row["elemental_mg_per_day"]
    ]
    return sum(given) / len(given) if given else None


def prior_width(outcome: Outcome, trials: Sequence[Trial]) -> float:
    """Width of the prior of the slope: the sceptical one, else a small effect by what the trials imply."""
    width = sceptical_sd(outcome)
    if width is not None:
        return width
    # trials of about twenty people an arm: SD between people is the error times the root of ten
    spread = float(np.median([one.se for one in trials])) if trials else 1.0
    return WITHOUT_IMPORTANCE_SD * spread * math.sqrt(10.0)


@dataclass(frozen=True)
class Fitted:
    """Posterior of one model: for each tau of the grid its weight, and mean and SD of the slope.

    Attributes:
        model: key of `MODELS`.
        tau, weight, mean, sd: (tau,) each.
    """

    model: str
    tau: np.ndarray
    weight: np.ndarray
    mean: np.ndarray
    sd: np.ndarray

    def moments(self, x: float, se: float) -> tuple[float, float]:
        """Mean and SD of what a new trial with that error would print at x."""
        means = self.mean * x
        mean = float(np.sum(self.weight * means))
        inner = (self.sd * x) ** 2 + self.tau**2 + se**2
        return mean, math.sqrt(float(np.sum(self.weight * (inner + (means - mean) ** 2))))

    def log_density(self, value: float, x: float, se: float) -> float:
        """Of a printed effect, under the mixture over tau."""
        sd = np.sqrt((self.sd * x) ** 2 + self.tau**2 + se**2)
        density = np.exp(-0.5 * ((value - self.mean * x) / sd) ** 2) / (sd * math.sqrt(2 * math.pi))
        return math.log(max(float(np.sum(self.weight * density)), 1e-300))

    def draws(self, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Slope and tau, (draw,) each."""
        rng = np.random.default_rng(seed)
        at = rng.choice(self.tau.size, count, p=self.weight)
        return self.mean[at] + self.sd[at] * rng.standard_normal(count), self.tau[at]


def fit_model(trials: Sequence[Trial], model: str, width: float) -> Fitted:
    """Exact posterior of one model; without trials, the prior.

    Args:
        trials: those without the covariate are left out.
        width: of the prior, in the outcome's unit.
    """
    known = [(one, one.x[model]) for one in trials if one.x[model] is not None]
    tau = np.linspace(0.0, WIDEST_TAU * width, TAU_GRID)
    log_weight = -0.5 * (tau / width) ** 2
    precision = np.full(tau.size, 1.0 / width**2)
    pull = np.zeros(tau.size)
    for one, x in known:
        assert x is not None
        variance = one.se**2 + tau**2
        precision = precision + x**2 / variance
        pull = pull + x * one.estimate / variance
        log_weight = log_weight - 0.5 * (np.log(variance) + one.estimate**2 / variance)
    # the slope integrated out of the likelihood
    log_weight = log_weight + 0.5 * pull**2 / precision - 0.5 * np.log(precision)
    weight = np.exp(log_weight - log_weight.max())
    return Fitted(model, tau, weight / weight.sum(), pull / precision, 1.0 / np.sqrt(precision))


@dataclass(frozen=True)
class Score:
    """How well a model foresees each trial from the others.

    Attributes:
        log_score: mean log density over the trials; higher is better.
        gain, gain_se: over the constant model on the same trials, with its standard error.
        trials: how many have the covariate.
        wins: whether predictions use it.
    """

    model: str
    log_score: float
    gain: float
    gain_se: float
    trials: int
    wins: bool

    @property
    def label(self) -> str:
        """The model in words."""
        return LABELS[self.model]


def scores(outcome: Outcome) -> list[Score]:
    """Every model of an outcome, the constant first; empty where fewer than two trials print figures."""
    trials = trials_of(outcome)
    if len(trials) < 2:
        return []
    width = prior_width(outcome, trials)
    left = {model: _left_out(trials, model, width) for model in MODELS}
    usable = {model: found for model, found in left.items() if len(found) == len(trials)}
    constant = usable[CONSTANT]
    gains = {model: found - constant for model, found in usable.items()}
    winner = CONSTANT
    if len(trials) >= FEWEST_TO_CHOOSE:
        better = {m: g.mean() for m, g in gains.items() if m != CONSTANT and g.mean() > CLEARLY * _se(g)}
        winner = max(better, key=lambda model: better[model]) if better else CONSTANT
    return [
        Score(
            model,
            float(found.mean()),
            float(gains[model].mean()),
            _se(gains[model]),
            len(found),
            model == winner,
        )
        for model, found in usable.items()
    ]


def _se(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / math.sqrt(values.size)) if values.size > 1 else math.inf


def _left_out(trials: Sequence[Trial], model: str, width: float) -> np.ndarray:
    """Log density of each trial that has the covariate, foreseen from the others, (trial,)."""
    found = []
    for place, one in enumerate(trials):
        x = one.x[model]
        if x is None:
            continue
        others = [other for at, other in enumerate(trials) if at != place]
        found.append(fit_model(others, model, width).log_density(one.estimate, x, one.se))
    return np.array(found)


def winner_of(outcome: Outcome) -> str:
    """The model that predictions of an outcome use."""
    return next((score.model for score in scores(outcome) if score.wins), CONSTANT)


@dataclass(frozen=True)
class Foreseen:
    """What a trial that has not been run would find.

    Attributes:
        estimate: expected difference between arms, in the outcome's unit.
        interval: middle 90 % of what such a trial would print.
        probability_important: that the true difference of that trial reaches what matters; None without one.
        model: what the prediction goes by.
    """

    outcome: Outcome
    estimate: float
    interval: tuple[float, float]
    probability_important: float | None
    model: str


@cache
def _shipped_draws() -> dict[str, tuple[str, np.ndarray, np.ndarray]]:
    """Model, slopes and taus by outcome, from `effect_draws.csv`."""
    with (HERE / "effect_draws.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found: dict[str, tuple[str, np.ndarray, np.ndarray]] = {}
    for key in dict.fromkeys(row["outcome"] for row in rows):
        own = [row for row in rows if row["outcome"] == key]
        slopes, taus = (np.array([float(row[name]) for row in own]) for name in ("slope", "tau"))
        found[key] = (own[0]["model"], slopes, taus)
    return found


def foresee_trial(outcome: Outcome, x: dict[str, float], people_an_arm: int) -> Foreseen:
    """What a trial of magnesium against placebo that nobody has run would find.

    Args:
        outcome: one of which at least one trial printed a mean difference.
        x: dose, weeks and simulated exposures, by the keys of `REFERENCES`; the winning model reads its own.
        people_an_arm: size of each arm.

    Raises:
        InputError: an outcome without draws or without a known spread, a trial without people, or a
            covariate that is lacking.
    """
    if outcome.key not in _shipped_draws() or outcome.typical_sd is None:
        known = ", ".join(sorted(_shipped_draws()))
        raise InputError(
            f"outcome {outcome.key}", f"nothing can be foreseen of it; known are {known}.", "sbp"
        )
    if people_an_arm < 2:
        raise InputError(f"{people_an_arm} people an arm", "2 or more are allowed.", "50")
    model, slope, tau = _shipped_draws()[outcome.key]
    if model != CONSTANT and model not in x:
        raise InputError(f"no {model}", f"this outcome is foreseen by it: {LABELS[model]}.", f"{model} 300")
    at = 1.0 if model == CONSTANT else x[model] / REFERENCES[model]
    rng = np.random.default_rng(0)
    true = slope * at + tau * rng.standard_normal(slope.size)
    se = outcome.typical_sd * math.sqrt(2.0 / people_an_arm)
    mean, spread = float(true.mean()), math.hypot(float(true.std()), se)
    important = important_difference(outcome)
    reached = None
    if important is not None:
        towards = np.abs(true) if outcome.better_direction == "neutral" else outcome.benefit(1.0) * true
        reached = float(np.mean(towards >= important))
    return Foreseen(outcome, mean, (mean - MIDDLE_90 * spread, mean + MIDDLE_90 * spread), reached, model)
