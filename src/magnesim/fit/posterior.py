"""The joint posterior of what the human data can tell, by an ensemble sampler (emcee) and the engine.

Running the model for every step of a sampler would take hours, so the predictions are emulated: a quadratic
in the logarithms, fitted to runs of the engine, first over the prior and then where the posterior lies. The
draws that ship were run through the engine themselves and kept or dropped by their true density over the
emulated one (importance resampling); how many that leaves is reported. A figure enters with two errors: that
of the printed mean, and that of the model, one for each kind of reading and itself sampled.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from magnesim.body.entry import salt
from magnesim.body.parameters import typical
from magnesim.fit.experiments import Experiment
from magnesim.fit.prediction import Draws, predict
from magnesim.normal import MIDDLE_90
from magnesim.tables import rows, typed_rows

HERE = Path(__file__).parent
OXIDE = "oxide_dissolution"
KINDS = ("uptake", "urine", "serum", "stores")
FEWEST_PEOPLE = 8
"""Stands in where a page does not print how many were measured."""

WALKERS = 64
CHAINS = 4
BURN_IN, KEPT, THIN = 3000, 6000, 10
RUNS = 1024
SHIPPED = 1000
ROUNDS = 3


@dataclass(frozen=True)
class Prior:
    """Middle 90 % believed beforehand, and why."""

    name: str
    low: float
    high: float
    why: str


@cache
def priors() -> tuple[Prior, ...]:
    """Rows of `priors.csv`."""
    return typed_rows(HERE / "priors.csv", Prior)


@cache
def error_of(kind: str) -> tuple[float, float]:
    """Spread between people and prior scale of the model's error, both relative, of a kind of reading."""
    (row,) = (row for row in rows(HERE / "errors.csv") if row["kind"] == kind)
    return float(row["between_people_cv"]), float(row["model_error"])


def prior_scale() -> tuple[np.ndarray, np.ndarray]:
    """Mean and SD of the logarithms, (parameter,) each."""
    ends = np.log([[prior.low, prior.high] for prior in priors()])
    return ends.mean(axis=1), (ends[:, 1] - ends[:, 0]) / (2 * MIDDLE_90)


def is_fitted(one: Experiment) -> bool:
    """Whether a figure informs the parameters; all others are predicted only.

    Fitted: uptake, urine of a printed diet, the tubular maximum, depletion and stores, and what a trial added
    to urine. Not: levels of serum, which the people's own start decides, and every change of serum.
    """
    item = one.observation
    if item.notes.get("role") == "predict" or one.kind == "change":
        return False
    if item.table in ("kinetics", "more_rows"):
        return one.kind != "serum" or one.reading in ("serum_ratio", "tubular_maximum") or one.design.days > 1
    return one.reading in ("urine_change", "urine_ratio") and (item.observed or 0.0) > 0


def relative_error(one: Experiment) -> float:
    """Error of the printed mean over the mean; repeated readings of one experiment count as one."""
    item = one.observation
    spread = error_of(one.kind)[0]
    level = abs(item.observed or 0.0) or 1.0
    if "relative_error" in item.notes:
        return float(item.notes["relative_error"])
    people = item.n if item.n and item.n > 0 else FEWEST_PEOPLE
    error = (
        item.se
        if item.se is not None
        else (item.sd / math.sqrt(people) if item.sd is not None else spread * level / math.sqrt(people))
    )
    return error / level * math.sqrt(one.shares)


def draws_of(x: np.ndarray) -> Draws:
    """Points of the sampler as factors on the typical parameters, x (draw, parameter) in logarithms."""
    values = typical() | {OXIDE: salt("oxide").dissolution_rate}
    factors = {prior.name: np.exp(x[:, i]) / values[prior.name] for i, prior in enumerate(priors())}
    factors["dissolution_rate"] = factors.pop(OXIDE)
    return Draws(len(x), factors)


@dataclass(frozen=True)
class Data:
    """The figures that are fitted: logarithms, their errors, kind and how often each counts."""

    experiments: tuple[Experiment, ...]
    log_observed: np.ndarray
    error: np.ndarray
    kind: np.ndarray
    shares: np.ndarray

    @classmethod
    def of(cls, experiments: Sequence[Experiment]) -> Data:
        """From experiments; only those that are fitted count."""
        fitted = tuple(one for one in experiments if is_fitted(one))
        return cls(
            fitted,
            np.log([one.observation.observed or math.nan for one in fitted]),
            np.array([relative_error(one) for one in fitted]),
            np.array([KINDS.index(one.kind) for one in fitted]),
            np.array([one.shares for one in fitted], dtype=float),
        )

    def without(self, study_id: str) -> Data:
        """The same without a study."""
        keep = np.array([one.observation.study_id != study_id for one in self.experiments])
        return Data(
            tuple(one for one, kept in zip(self.experiments, keep, strict=True) if kept),
            self.log_observed[keep],
            self.error[keep],
            self.kind[keep],
            self.shares[keep],
        )


@dataclass(frozen=True)
class Emulator:
    """Quadratic in the scores of the prior for the logarithm of each prediction.

    Attributes:
        centre, width: of the points, (parameter,).
        coefficients: (term, figure).
        residual: SD of what it leaves of the runs, (figure,).
    """

    centre: np.ndarray
    width: np.ndarray
    coefficients: np.ndarray
    residual: np.ndarray

    @classmethod
    def fitted(cls, x: np.ndarray, log_predicted: np.ndarray, weight: np.ndarray | None = None) -> Emulator:
        """Least squares on runs, x (run, parameter), log_predicted (run, figure)."""
        centre, width = x.mean(axis=0), x.std(axis=0)
        terms = _terms((x - centre) / width)
        root = np.ones(len(x)) if weight is None else np.sqrt(weight)
        coefficients = np.linalg.lstsq(terms * root[:, None], log_predicted * root[:, None], rcond=None)[0]
        left = (log_predicted - terms @ coefficients).std(axis=0)
        return cls(centre, width, coefficients, left)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Logarithm of each prediction, (point, figure)."""
        return _terms((x - self.centre) / self.width) @ self.coefficients


def _terms(z: np.ndarray) -> np.ndarray:
    i, j = np.triu_indices(z.shape[1])
    return np.concatenate([np.ones((len(z), 1)), z, z[:, i] * z[:, j]], axis=1)


def log_likelihood(log_predicted: np.ndarray, log_error: np.ndarray, data: Data) -> np.ndarray:
    """Normal in the logarithms, (point,); `log_error` is the model's error by kind, (point, kind)."""
    variance = data.error**2 + np.exp(2 * log_error)[:, data.kind] * data.shares
    off = log_predicted - data.log_observed
    total: np.ndarray = -0.5 * np.sum(off**2 / variance + np.log(variance), axis=1)
    return np.where(np.isfinite(total), total, -np.inf)


def log_prior(x: np.ndarray, log_error: np.ndarray) -> np.ndarray:
    """Log-normal parameters, half-normal errors of the model (in their logarithms), (point,)."""
    mean, sd = prior_scale()
    scale = np.array([error_of(kind)[1] for kind in KINDS])
    error = np.exp(log_error) / scale
    total: np.ndarray = -0.5 * np.sum(((x - mean) / sd) ** 2, axis=1) + np.sum(
        log_error - 0.5 * error**2, axis=1
    )
    return total


def sample(
    log_density: Callable[[np.ndarray], np.ndarray],
    start: np.ndarray,
    seed: int,
    *,
    burn_in: int = BURN_IN,
    kept: int = KEPT,
    thin: int = THIN,
) -> np.ndarray:
    """One chain of an ensemble by differential evolution, (step, walker, dimension).

    ter Braak 2006, doi:10.1007/s11222-006-8769-1. The snooker move of emcee 3.1 stays out: it weighs a
    proposal by half the power of the distance that its source asks for (ter Braak and Vrugt 2008,
    doi:10.1007/s11222-008-9104-9), and so draws a normal of twenty dimensions a quarter too narrow.

    Args:
        log_density: of many points at once, (point, dimension) to (point,).
        start: where the walkers begin, (walker, dimension).
        seed: of the sampler.
    """
    import emcee

    sampler = emcee.EnsembleSampler(*start.shape, log_density, vectorize=True, moves=emcee.moves.DEMove())
    sampler.random_state = np.random.RandomState(seed).get_state()
    state = sampler.run_mcmc(start, burn_in)
    sampler.reset()
    sampler.run_mcmc(state, kept, thin_by=1)
    chain: np.ndarray = sampler.get_chain(thin=thin)
    return chain


def _start(seed: int, walkers: int) -> np.ndarray:
    """Walkers over the prior."""
    rng = np.random.default_rng(seed)
    mean, sd = prior_scale()
    scale = np.log([error_of(kind)[1] for kind in KINDS])
    return np.concatenate(
        [
            mean + 0.5 * sd * rng.standard_normal((walkers, len(mean))),
            scale + 0.2 * rng.standard_normal((walkers, len(scale))),
        ],
        axis=1,
    )


def chains(
    emulator: Emulator, data: Data, places: np.ndarray, seed: int, count: int = CHAINS, **how: int
) -> np.ndarray:
    """Several chains on an emulator, (chain, step, walker, dimension); `places` picks its figures."""
    size = len(priors())

    def density(points: np.ndarray) -> np.ndarray:
        x, log_error = points[:, :size], points[:, size:]
        return log_prior(x, log_error) + log_likelihood(emulator(x)[:, places], log_error, data)

    return np.stack(
        [
            sample(density, _start(seed * 100 + chain, WALKERS), seed * 100 + chain, **how)
            for chain in range(count)
        ]
    )


@dataclass(frozen=True)
class Posterior:
    """What the fit leaves.

    Attributes:
        draws: parameters and errors of the model, (draw, dimension), logarithms; each run by the engine.
        predicted: logarithm of every fitted figure for each draw, (draw, figure).
        r_hat, effective: of each dimension over the chains.
        kept_share: effective share of the draws after the correction by the engine.
        emulator: of the last round.
        data: what was fitted.
    """

    draws: np.ndarray
    predicted: np.ndarray
    r_hat: np.ndarray
    effective: np.ndarray
    kept_share: float
    emulator: Emulator
    data: Data


def fit(
    experiments: Sequence[Experiment], seed: int = 1, say: Callable[[str], None] = lambda _: None
) -> Posterior:
    """The joint posterior of the parameters in `priors.csv` and of the model's errors."""
    from scipy.stats import qmc

    data = Data.of(experiments)
    size = len(priors())
    mean, sd = prior_scale()
    points = qmc.MultivariateNormalQMC(np.zeros(size), seed=seed).random(RUNS)
    x = mean + sd * points
    say(f"{len(data.experiments)} figures; {RUNS} runs over the prior ...")
    predicted = run(data, x)
    for round_ in range(ROUNDS):
        emulator = Emulator.fitted(x, predicted)
        say(f"round {round_ + 1}: emulator leaves {emulator.residual.max():.3f} at worst; sampling ...")
        chain = chains(emulator, data, np.arange(len(data.experiments)), seed + round_)
        flat = chain.reshape(-1, chain.shape[-1])
        rng = np.random.default_rng(seed + round_)
        picked = flat[rng.choice(len(flat), RUNS if round_ < ROUNDS - 1 else 2 * SHIPPED, replace=False)]
        true = run(data, picked[:, :size])
        weight = _weights(true, picked, emulator, data)
        say(f"round {round_ + 1}: {effective_share(weight):.0%} effective after the engine's correction")
        x, predicted = picked[:, :size], true
    kept = _resampled(weight, SHIPPED, rng)
    r_hat, effective = _convergence(chain)
    return Posterior(picked[kept], true[kept], r_hat, effective, effective_share(weight), emulator, data)


def _convergence(chain: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """R-hat over the halves of the chains and effective draws by the autocorrelation of the ensembles.

    Args:
        chain: (chain, step, walker, dimension).
    """
    import arviz
    from emcee.autocorr import integrated_time

    flat = chain.reshape(chain.shape[0], -1, chain.shape[-1])
    r_hat = np.array([float(arviz.rhat(flat[:, :, i])) for i in range(flat.shape[2])])
    steps = [integrated_time(one, quiet=True) for one in chain]
    draws = chain.shape[1] * chain.shape[2]
    effective = np.sum([draws / time for time in steps], axis=0)
    return r_hat, effective


@dataclass(frozen=True)
class LeftOut:
    """A fitted figure, foreseen from the other studies alone."""

    experiment: Experiment
    predicted: float
    low: float
    high: float


def leave_one_out(found: Posterior, seed: int = 1) -> list[LeftOut]:
    """Every fitted figure foreseen by a posterior without its study, on the emulator of the last round."""
    studies = dict.fromkeys(one.observation.study_id for one in found.data.experiments)
    size = len(priors())
    rng = np.random.default_rng(seed)
    told = []
    for study in studies:
        ids = np.array([one.observation.study_id for one in found.data.experiments])
        others = np.flatnonzero(ids != study)
        chain = chains(
            found.emulator, found.data.without(study), others, seed, 1, burn_in=2000, kept=2000, thin=20
        )
        flat = chain.reshape(-1, chain.shape[-1])
        log_predicted = found.emulator(flat[:, :size])
        for place in np.flatnonzero(ids == study):
            one = found.data.experiments[place]
            own = relative_error(one) / math.sqrt(one.shares)
            model = np.exp(flat[:, size + KINDS.index(one.kind)])
            noise = model * rng.standard_normal(len(flat)) + own * rng.standard_normal(len(flat))
            low, high = np.exp(np.quantile(log_predicted[:, place] + noise, [0.05, 0.95]))
            told.append(
                LeftOut(one, float(np.exp(np.median(log_predicted[:, place]))), float(low), float(high))
            )
    return told


def run(data: Data, x: np.ndarray) -> np.ndarray:
    """Logarithm of every fitted figure by the engine, (point, figure).

    A point without a steady state is given the middle of the others, and so is worth nothing in the end.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log(predict(data.experiments, draws_of(x))).T
    middle = np.nanmedian(found, axis=0)
    return np.where(np.isfinite(found), found, middle)


def _weights(true: np.ndarray, picked: np.ndarray, emulator: Emulator, data: Data) -> np.ndarray:
    """True over emulated density, (draw,), summing to one."""
    size = len(priors())
    x, log_error = picked[:, :size], picked[:, size:]
    ratio = log_likelihood(true, log_error, data) - log_likelihood(emulator(x), log_error, data)
    weight = np.exp(ratio - ratio.max())
    share: np.ndarray = weight / weight.sum()
    return share


def effective_share(weight: np.ndarray) -> float:
    """Effective draws over draws."""
    return float(1.0 / np.sum(weight**2) / len(weight))


def _resampled(weight: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Places of draws by systematic resampling."""
    steps = (np.arange(count) + rng.random()) / count
    return np.minimum(np.searchsorted(np.cumsum(weight), steps), len(weight) - 1)
