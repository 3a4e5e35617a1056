"""What predicts an effect best: nothing, dose, weeks, what the body model says arrives, or who took what.

One effect a trial, y_i ~ Normal(c(x_i) b, se_i^2 + tau^2 / k_i). In the constant model c = 1; in the models
by a number c is the number over its reference; in those by a class there is a common mean and a part for each
class. Every mean has the sceptical prior (centred on nothing, nine in ten inside the smallest difference that
matters); the parts of classes are such that two classes differ by as much a priori; tau has a half-normal
prior of the same width. k is 1 for a trial and the number of trials for a published pool. The posterior is
exact: normal in b for each tau of a grid. Models are compared by the log density of each trial foreseen from
the others. The constant stays unless at least ten trials have the covariate (the Cochrane handbook's limit
for one covariate, 10.11.5.1) and another model is better by two standard errors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from magnesim.effects.covariates import CLASSES, LABELS, REFERENCES, Covariate
from magnesim.effects.trials import CONSTANT, Trial, prior_width, trials_of
from magnesim.evidence import Outcome

MODELS = (CONSTANT, *REFERENCES, *CLASSES)
TAU_GRID = 61
WIDEST_TAU = 4.0
"""End of the grid of tau, in widths of its prior."""
FEWEST_TO_CHOOSE = 10
CLEARLY = 2.0
"""Standard errors by which a model must foresee better than the constant."""


@dataclass(frozen=True)
class Fitted:
    """Posterior of one model: for each tau of the grid its weight, and mean and covariance of b.

    Attributes:
        model: key of `MODELS`.
        levels: classes of a model by class, in the order of b after the common mean; empty for others.
        tau, weight: (tau,).
        mean: (tau, b). covariance: (tau, b, b).
    """

    model: str
    levels: tuple[str, ...]
    tau: np.ndarray
    weight: np.ndarray
    mean: np.ndarray
    covariance: np.ndarray

    def at(self, x: Covariate) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance of the average effect at x, (tau,) each; of a class not seen, the common mean."""
        row = _row(self.levels, self.model, x)
        return self.mean @ row, np.einsum("i,tij,j->t", row, self.covariance, row)

    def moments(self, x: Covariate, se: float, pooled: int = 1) -> tuple[float, float]:
        """Mean and SD of what a new trial with that error would print at x, or a pool of several."""
        means, variance = self.at(x)
        mean = float(np.sum(self.weight * means))
        inner = variance + self.tau**2 / pooled + se**2
        return mean, math.sqrt(float(np.sum(self.weight * (inner + (means - mean) ** 2))))

    def log_density(self, value: float, x: Covariate, se: float, pooled: int = 1) -> float:
        """Of a printed effect, under the mixture over tau."""
        means, variance = self.at(x)
        sd = np.sqrt(variance + self.tau**2 / pooled + se**2)
        density = np.exp(-0.5 * ((value - means) / sd) ** 2) / (sd * math.sqrt(2 * math.pi))
        return math.log(max(float(np.sum(self.weight * density)), 1e-300))

    def draws(self, count: int, seed: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Effect at the reference, or in each class (key "" for the only one), and tau; (draw,) each."""
        rng = np.random.default_rng(seed)
        at = rng.choice(self.tau.size, count, p=self.weight)
        unit = rng.standard_normal((count, self.mean.shape[1]))
        root = np.linalg.cholesky(self.covariance)[at]
        b = self.mean[at] + np.einsum("dij,dj->di", root, unit)
        names = self.levels or ("",)
        return {
            name: b @ _row(self.levels, self.model, name if self.levels else 1.0) for name in names
        }, self.tau[at]


def _row(levels: tuple[str, ...], model: str, x: Covariate) -> np.ndarray:
    """c(x): the row of the design."""
    if model not in CLASSES:
        return np.array([1.0 if model == CONSTANT or x is None else float(x)])
    return np.array([1.0, *(1.0 if x == level else 0.0 for level in levels)])


def fit_model(trials: Sequence[Trial], model: str, width: float, spread_only: Sequence[Trial] = ()) -> Fitted:
    """Exact posterior of one model; without trials, the prior.

    Args:
        trials: those without the covariate are left out.
        width: of the prior, on the trials' scale.
        spread_only: trials that tell the spread between trials alone, by their differences from each other
            (the restricted likelihood, in which their mean has no part).
    """
    known = [one for one in trials if one.x.get(model) is not None]
    levels = tuple(sorted({str(one.x[model]) for one in known})) if model in CLASSES else ()
    prior = np.array([width, *(width / math.sqrt(2.0) for _ in levels)])
    tau = np.linspace(0.0, WIDEST_TAU * width, TAU_GRID)
    precision = np.tile(np.diag(prior**-2.0), (tau.size, 1, 1))
    pull = np.zeros((tau.size, prior.size))
    log_weight = -0.5 * (tau / width) ** 2 + _log_spread(spread_only, tau)
    for one in known:
        row = _row(levels, model, one.x[model])
        variance = one.se**2 + tau**2 / one.pooled
        precision = precision + np.outer(row, row) / variance[:, None, None]
        pull = pull + row * (one.estimate / variance)[:, None]
        log_weight = log_weight - 0.5 * (np.log(variance) + one.estimate**2 / variance)
    covariance = np.linalg.inv(precision)
    mean = np.einsum("tij,tj->ti", covariance, pull)
    # b integrated out of the likelihood
    log_weight = log_weight + 0.5 * np.sum(pull * mean, axis=1) - 0.5 * np.linalg.slogdet(precision)[1]
    weight = np.exp(log_weight - log_weight.max())
    return Fitted(model, levels, tau, weight / weight.sum(), mean, covariance)


def _log_spread(trials: Sequence[Trial], tau: np.ndarray) -> np.ndarray:
    """Restricted log likelihood of tau, (tau,)."""
    if len(trials) < 2:
        return np.zeros(tau.size)
    y = np.array([one.estimate for one in trials])
    variance = np.array([one.se**2 for one in trials]) + tau[:, None] ** 2
    mean = (y / variance).sum(axis=1) / (1.0 / variance).sum(axis=1)
    squares = ((y - mean[:, None]) ** 2 / variance).sum(axis=1)
    log: np.ndarray = -0.5 * (np.log(variance).sum(axis=1) + np.log((1.0 / variance).sum(axis=1)) + squares)
    return log


@dataclass(frozen=True)
class Score:
    """How well a model foresees each trial from the others.

    Attributes:
        log_score: mean log density over the trials that have the covariate; higher is better.
        gain, gain_se: over the constant model on the same trials, with its standard error. All three are
            None where the covariate cannot be compared.
        trials: how many have the covariate.
        wins: whether predictions use it.
        says: what that comes to, in words.
    """

    model: str
    log_score: float | None
    gain: float | None
    gain_se: float | None
    trials: int
    wins: bool
    says: str

    @property
    def label(self) -> str:
        """The model in words."""
        return LABELS[self.model]


def scores(outcome: Outcome) -> list[Score]:
    """Every model of an outcome, the constant first; empty where fewer than two trials print figures."""
    trials = trials_of(outcome)
    return compare(trials, prior_width(outcome, trials)) if len(trials) >= 2 else []


def compare(trials: Sequence[Trial], width: float) -> list[Score]:
    """The models of some trials; exactly one of them wins."""
    gains: dict[str, np.ndarray] = {}
    logs: dict[str, np.ndarray] = {}
    for model in MODELS:
        known = [one for one in trials if one.x.get(model) is not None]
        if _varies(known, model):
            logs[model] = left_out(known, model, width)
            gains[model] = logs[model] - left_out(known, CONSTANT, width)
    clear = {
        model: gain.mean()
        for model, gain in gains.items()
        if gain.size >= FEWEST_TO_CHOOSE and model != CONSTANT and gain.mean() > CLEARLY * _se(gain)
    }
    winner = max(clear, key=lambda model: clear[model]) if clear else CONSTANT
    told = []
    for model in MODELS:
        count = sum(one.x.get(model) is not None for one in trials)
        if model not in gains:
            says = "does not vary" if count > 1 else f"known of {count} of {len(trials)} trials"
            told.append(Score(model, None, None, None, count, False, says))
            continue
        gain, error = float(gains[model].mean()), _se(gains[model])
        says = _verdict(model, gain, error, count, model == winner)
        told.append(Score(model, float(logs[model].mean()), gain, error, count, model == winner, says))
    return told


def _varies(trials: Sequence[Trial], model: str) -> bool:
    return len(trials) >= 2 and (model == CONSTANT or len({one.x[model] for one in trials}) > 1)


def _verdict(model: str, gain: float, error: float, trials: int, wins: bool) -> str:
    if model == CONSTANT:
        return "used" if wins else "not used"
    if wins:
        return "helps clearly: used"
    clearly = gain > CLEARLY * error
    if clearly and trials < FEWEST_TO_CHOOSE:
        return "seems to help; too few trials"
    if clearly:
        return "helps less than another"
    return "no clear help" if gain > 0 else "does not help"


def _se(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / math.sqrt(values.size)) if values.size > 1 else 0.0


def left_out(trials: Sequence[Trial], model: str, width: float) -> np.ndarray:
    """Log density of each trial foreseen from the others, (trial,)."""
    found = []
    for place, one in enumerate(trials):
        others = [other for at, other in enumerate(trials) if at != place]
        found.append(fit_model(others, model, width).log_density(one.estimate, one.x[model], one.se))
    return np.array(found)


def winner_of(outcome: Outcome) -> str:
    """The model that predictions of an outcome use."""
    return next((score.model for score in scores(outcome) if score.wins), CONSTANT)
