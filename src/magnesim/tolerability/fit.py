"""Bayesian fit of the model of loose stools to the anchors; writes `tolerability.csv` and `correlations.csv`.

Counts are binomial, the pooled difference and the laxative end are normal, and each trial has a background
of its own: normal on the logit, integrated out by Gauss-Hermite quadrature. Where a dose can be read in two
ways, both readings are equally likely. The posterior is skewed: its curvature at the mode (Laplace) makes it
too narrow. So t distributed draws around the mode are weighted by the posterior (importance sampling), twice,
the second time around what the first found; mean and covariance of those are what ships.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np

from magnesim.draws import Stream, uniform_draws
from magnesim.normal import MIDDLE_90, se_from_interval
from magnesim.tolerability.anchors import Anchor, anchors, unabsorbed, weight
from magnesim.tolerability.model import log_spared
from magnesim.tolerability.parameters import SEED, constants, from_normal, priors, to_normal

NODES = 21
DRAWS = 20_000
FREEDOM = 8.0
"""Degrees of freedom of the draws: their tails must be longer than those of the posterior."""

PASSES = 2
STEP = 1e-3
SMALLEST_CORRELATION = 0.05
FIGURES = 3
ALMOST_NONE = 1e-12
"""A background further out than this cannot be told from none or all in a double."""


@dataclass(frozen=True)
class Posterior:
    """What is believed after the fit, on the normal scales, in the order of the priors.

    Attributes:
        mean: (name,).
        covariance: (name, name).
        scores: draws, (draw, name).
        weights: posterior weight of each draw, adding up to 1, (draw,).
    """

    mean: np.ndarray
    covariance: np.ndarray
    scores: np.ndarray
    weights: np.ndarray

    @property
    def effective_draws(self) -> float:
        """How many draws of equal weight these are worth."""
        return float(1.0 / (self.weights**2).sum())


def values_of(scores: np.ndarray) -> dict[str, np.ndarray]:
    """Parameters by name, (draw, 1), from scores, (draw, name)."""
    return {row.name: from_normal(row.scale, scores[:, i : i + 1]) for i, row in enumerate(priors().values())}


def trials(used: str = "fit") -> list[list[Anchor]]:
    """The counts, those of one trial together: its arms share a background."""
    rows = [row for row in anchors() if row.use == used and row.kind == "count"]
    # the book of 1997 tells of several trials, each an arm of its own
    names = [row.arm_id if row.study_id == "iom1997" else row.study_id for row in rows]
    return [
        [row for row, own in zip(rows, names, strict=True) if own == name] for name in dict.fromkeys(names)
    ]


def log_posterior(
    scores: np.ndarray, given: Mapping[str, float], without: tuple[str, ...] = ()
) -> np.ndarray:
    """Logarithm of the posterior up to a constant, (draw,).

    Args:
        scores: parameters on their normal scales, (draw, name).
        given: constants of `inputs.csv`.
        without: anchors to leave out.
    """
    from scipy.special import logsumexp

    beliefs = np.array([(row.centre, row.sd) for row in priors().values()])
    total: np.ndarray = -0.5 * (((scores - beliefs[:, 0]) / beliefs[:, 1]) ** 2).sum(axis=1)
    typical = values_of(scores)
    each, node_weights = _backgrounds(typical)
    for arms in trials():
        kept = [_log_count(arm, each, given) for arm in arms if arm.anchor not in without]
        if kept:
            total += logsumexp(np.sum(kept, axis=0), axis=1, b=node_weights)
    for row in anchors():
        if row.use != "fit" or row.anchor in without:
            continue
        if row.kind == "difference":
            total += _log_difference(row, each, node_weights, given)
        elif row.kind == "belief":
            total += _log_belief(row, typical, given)
    return total


def _backgrounds(typical: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Parameters with the backgrounds that trials may have, (draw, node), and the weight of each node."""
    from scipy.special import expit, logit

    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    spread = logit(typical["background"]) + typical["background_spread"] * nodes
    background = np.clip(expit(spread), ALMOST_NONE, 1.0 - ALMOST_NONE)
    return typical | {"background": background}, weights / weights.sum()


def log_spared_of(
    row: Anchor, dose_mmol: float, values: Mapping[str, np.ndarray], given: Mapping[str, float]
) -> np.ndarray:
    """Logarithm of the share whose stool stays firm in an anchor, in the shape of the values."""
    return log_spared(*unabsorbed(row, dose_mmol, given), weight(row, values, given), values)


def _log_count(row: Anchor, values: Mapping[str, np.ndarray], given: Mapping[str, float]) -> np.ndarray:
    from scipy.special import logsumexp

    readings = [log_spared_of(row, dose, values, given) for dose in row.doses_mmol]
    logs = [row.events * np.log(-np.expm1(firm)) + (row.n - row.events) * firm for firm in readings]
    either: np.ndarray = logsumexp(logs, axis=0) - np.log(len(logs))
    return either


def difference(
    row: Anchor,
    values: Mapping[str, np.ndarray],
    node_weights: np.ndarray,
    given: Mapping[str, float],
) -> np.ndarray:
    """Expected share with loose stools less that without magnesium, mean over backgrounds, (draw,)."""
    shares = [-np.expm1(log_spared_of(row, dose, values, given)) for dose in row.doses_mmol]
    expected: np.ndarray = (np.mean(shares, axis=0) - values["background"]) @ node_weights
    return expected


def _log_difference(
    row: Anchor, values: Mapping[str, np.ndarray], node_weights: np.ndarray, given: Mapping[str, float]
) -> np.ndarray:
    sd = se_from_interval(row.low, row.high)
    return -0.5 * ((difference(row, values, node_weights, given) - row.figure) / sd) ** 2


def middle_dose(row: Anchor) -> float:
    """Geometric middle of the doses of an anchor, mmol."""
    return float(np.exp(np.mean(np.log(row.doses_mmol))))


def _log_belief(row: Anchor, values: Mapping[str, np.ndarray], given: Mapping[str, float]) -> np.ndarray:
    firm = log_spared_of(row, middle_dose(row), values, given)[:, 0]
    low, high = (to_normal("logit", end) for end in (row.low, row.high))
    sd = (high - low) / (2 * MIDDLE_90)
    return -0.5 * ((np.log(-np.expm1(firm)) - firm - (low + high) / 2) / sd) ** 2


def posterior(changed: tuple[tuple[str, float], ...] = (), without: tuple[str, ...] = ()) -> Posterior:
    """Fit.

    Args:
        changed: constants to take other than in `inputs.csv`, by name.
        without: anchors to leave out.
    """
    given = constants() | dict(changed)
    mean, covariance = _laplace(given, without)
    for _ in range(PASSES):
        scores, log_density = _around(mean, covariance)
        log_weight = log_posterior(scores, given, without) - log_density
        weights = np.exp(log_weight - log_weight.max())
        weights /= weights.sum()
        mean = weights @ scores
        apart = scores - mean
        covariance = (weights[:, None] * apart).T @ apart
    return Posterior(mean, covariance, scores, weights)


def _laplace(given: Mapping[str, float], without: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Mode and covariance from the curvature at it."""
    from scipy.optimize import minimize

    steps = STEP * np.eye(len(priors()))

    def cost(x: np.ndarray) -> float:
        return -float(log_posterior(x[None], given, without)[0])

    def slope(x: np.ndarray) -> np.ndarray:
        ends = log_posterior(np.concatenate([x + steps, x - steps]), given, without).reshape(2, -1)
        gradient: np.ndarray = (ends[1] - ends[0]) / (2 * STEP)
        return gradient

    start = np.array([row.centre for row in priors().values()])
    mode = minimize(cost, start, jac=slope, method="BFGS", options={"gtol": 1e-4}).x
    curvature = np.array([(slope(mode + step) - slope(mode - step)) / (2 * STEP) for step in steps])
    return mode, np.linalg.inv((curvature + curvature.T) / 2)


def _around(middle: np.ndarray, covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """t distributed draws, (draw, name), and the logarithm of their density up to a constant, (draw,)."""
    from scipy.special import gammaincinv, ndtri

    width = len(middle)
    uniform = uniform_draws(DRAWS, width + 1, SEED, Stream.UNCERTAINTY)
    chi_squared = 2.0 * gammaincinv(FREEDOM / 2, uniform[:, width])
    standard = ndtri(uniform[:, :width]) * np.sqrt(FREEDOM / chi_squared)[:, None]
    distance = (standard**2).sum(axis=1)
    scores = middle + standard @ np.linalg.cholesky(covariance).T
    return scores, -0.5 * (FREEDOM + width) * np.log1p(distance / FREEDOM)


@cache
def fit() -> Posterior:
    """The fit with the constants as they ship."""
    return posterior()


def tables(found: Posterior) -> dict[str, list[dict[str, str]]]:
    """Rows of the tables that ship, by file name."""
    sd = np.sqrt(np.diag(found.covariance))
    rows = []
    for i, prior in enumerate(priors().values()):
        ends = found.mean[i] + MIDDLE_90 * sd[i] * np.array([0.0, -1.0, 1.0])
        value, low, high = (f"{figure:.{FIGURES}g}" for figure in from_normal(prior.scale, ends))
        rows.append(
            {
                "name": prior.name,
                "label": prior.label,
                "value": value,
                "low": low,
                "high": high,
                "unit": prior.unit,
                "scale": prior.scale,
                "evidence_class": prior.evidence_class if prior.name in _ASSUMED else "rct",
                "source": prior.source if prior.name in _ASSUMED else _fitted_sources(),
                "derivation": _derivation(prior.name),
            }
        )
    pairs = []
    matrix = found.covariance / np.outer(sd, sd)
    for (i, first), (j, second) in combinations(enumerate(priors()), 2):
        if abs(matrix[i, j]) >= SMALLEST_CORRELATION:
            pairs.append({"first": first, "second": second, "correlation": f"{matrix[i, j]:.2f}"})
    return {"tolerability.csv": rows, "correlations.csv": pairs}


_ASSUMED = ("load_effect", "oxide_weight", "hydroxide_weight", "sulfate_weight")
"""Parameters whose prior the data hardly move."""


def _fitted_sources() -> str:
    named = [name for row in anchors() if row.use == "fit" for name in row.source.split(";")]
    return ";".join(dict.fromkeys(named))


def _derivation(name: str) -> str:
    if name in _ASSUMED:
        return "assumption: the prior of inputs.csv, which the data hardly move"
    return "fit (python -m magnesim.tolerability) to anchors.csv with the priors of inputs.csv"
