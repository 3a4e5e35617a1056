"""Studies that report several effects: the three-level model.

Effects of one study resemble each other, so they do not count as studies. Sampling errors are taken as
independent (V diagonal); where the same people are measured twice they are not. Agrees with metafor's
`rma.mv(yi, vi, random = ~ 1 | study/effect)` to 1e-6 (`tests/reference/metafor.R`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from magnesim.errors import InputError
from magnesim.evidence.estimates import Estimate, checked_studies, normal_estimate
from magnesim.evidence.heterogeneity import tau2

Array = NDArray[np.float64]
Places = NDArray[np.intp]

MOST_ROUNDS = 200
_GRID = np.concatenate([[0.0], np.logspace(-6.0, 2.0, 25)])


@dataclass(frozen=True)
class Multilevel:
    """The mean over studies with several effects each.

    Attributes:
        k: effects.
        studies: studies they come from.
        estimate: the mean, normal interval.
        between: variance of the true effects between studies.
        within: variance of the true effects within a study.
        separable: whether the data tell the two apart; False where each study has one effect, and then
            the total is shared out in halves.
    """

    k: int
    studies: int
    estimate: Estimate
    between: float
    within: float
    separable: bool


def three_level(yi: ArrayLike, vi: ArrayLike, study: Sequence[object] | ArrayLike) -> Multilevel:
    """Pool effects nested in studies by REML (Konstantopoulos 2011, doi:10.1002/jrsm.35).

    Args:
        yi: estimates, shape (k,), all in one unit (ratios as logarithms).
        vi: sampling variances, shape (k,), above 0.
        study: which study each comes from, shape (k,): numbers or texts.

    Raises:
        InputError: what `pool` refuses; not one study for each effect; fewer than 2 studies.
    """
    y, v = checked_studies(yi, vi)
    labels = np.asarray(study)
    if labels.shape != y.shape:
        raise InputError(
            f"studies of shape {labels.shape}", f"one study for each of {len(y)} effects is needed."
        )
    names, places = np.unique(labels.astype(str), return_inverse=True)
    index = places.astype(np.intp)
    if len(names) < 2:
        raise InputError(
            f"effects of {len(names)} study", "at least 2 studies are needed.", '["a", "a", "b"]'
        )
    separable = len(names) < len(y)
    if separable:
        between, within = _components(y, v, index)
    else:
        between = within = tau2(y, v, "REML") / 2.0
    mean, information = _mean(y - y[0], v, index, between, within)
    return Multilevel(
        k=len(y),
        studies=len(names),
        estimate=normal_estimate(mean + float(y[0]), information**-0.5),
        between=between,
        within=within,
        separable=separable,
    )


def _components(yi: Array, vi: Array, index: Places) -> tuple[float, float]:
    """The variances between and within studies at the highest restricted likelihood, neither below 0.

    A grid over eight decades each finds the hill, Newton's method its top. Both stand in units of the
    data, so the answer scales with them.
    """
    unit = float(np.var(yi) + np.median(vi))
    y, v = (yi - yi[0]) / np.sqrt(unit), vi / unit
    starts = [np.array([a, b]) for a in _GRID for b in _GRID]
    heights = [_log_likelihood(y, v, index, *start) for start in starts]
    between, within = _climb(y, v, index, starts[int(np.argmax(heights))])
    return unit * between, unit * within


def _climb(y: Array, v: Array, index: Places, start: Array) -> tuple[float, float]:
    """Newton's method within the quadrant where neither variance is below 0."""
    at, height = start, _log_likelihood(y, v, index, *start)
    for _ in range(MOST_ROUNDS):
        score, curvature, expected = _derivatives(y, v, index, *at)
        free = (at > 0.0) | (score > 0.0)
        if not free.any():
            break
        step = _newton_step(score, curvature, expected, free)
        walled = (at == 0.0) & (step < 0.0)
        if walled.any():
            step = _newton_step(score, curvature, expected, free & ~walled)
        at_next, height_next = _uphill(y, v, index, at, height, step)
        moved = np.max(np.abs(at_next - at))
        at, height = at_next, height_next
        # From here on each step squares its error, so the one just taken was the last that shows.
        if moved <= 1e-9 * np.max(at):
            break
    return float(at[0]), float(at[1])


def _newton_step(score: Array, curvature: Array, expected: Array, free: NDArray[np.bool_]) -> Array:
    """Step (2,) of the components that may move; 0 for the others."""
    part = np.ix_(free, free)
    # Away from the top the likelihood need not be curved downwards; its expectation is.
    bend = curvature if np.linalg.eigvalsh(curvature[part]).min() > 0.0 else expected
    step = np.zeros(2)
    step[free] = np.linalg.lstsq(bend[part], score[free], rcond=None)[0]
    return step


def _uphill(y: Array, v: Array, index: Places, at: Array, height: float, step: Array) -> tuple[Array, float]:
    """The longest of the halved steps that does not lead down; rounding of the height is no descent."""
    for halvings in range(40):
        there = np.maximum(0.0, at + 0.5**halvings * step)
        height_there = _log_likelihood(y, v, index, *there)
        if height_there >= height - 1e-13 * (1.0 + abs(height)):
            return there, height_there
    return at, height


def _sums(y: Array, v: Array, index: Places, between: float, within: float) -> tuple[Array, Array, Array]:
    """By study (s,): the weights, the weighted effects, and what sharing a study leaves of a weight."""
    w = 1.0 / (v + within)
    weights: Array = np.bincount(index, w).astype(np.float64)
    effects: Array = np.bincount(index, w * y).astype(np.float64)
    return weights, effects, 1.0 / (1.0 + between * weights)


def _mean(y: Array, v: Array, index: Places, between: float, within: float) -> tuple[float, float]:
    """The weighted mean and its information."""
    weights, effects, shrunk = _sums(y, v, index, between, within)
    information = float(np.sum(weights * shrunk))
    return float(np.sum(effects * shrunk)) / information, information


def _log_likelihood(y: Array, v: Array, index: Places, between: float, within: float) -> float:
    """The restricted log-likelihood but for a constant."""
    mean, information = _mean(y, v, index, between, within)
    _, effects, shrunk = _sums(y - mean, v, index, between, within)
    squares = float(np.sum((y - mean) ** 2 / (v + within)) - between * np.sum(effects**2 * shrunk))
    logs = float(np.sum(np.log(v + within)) - np.sum(np.log(shrunk)) + np.log(information))
    return -0.5 * (squares + logs)


def _derivatives(
    y: Array, v: Array, index: Places, between: float, within: float
) -> tuple[Array, Array, Array]:
    """Score (2,), curvature (2, 2) downwards and its expectation, of the restricted log-likelihood."""
    together = (index[:, None] == index).astype(float)
    inverse = _inverse(y, v, index, between, within)
    pull = np.sum(inverse, axis=1)
    P = inverse - np.outer(pull, pull) / np.sum(pull)
    by_component = [P @ together, P]
    Py = P @ y
    score = np.array([Py @ together @ Py - np.trace(by_component[0]), Py @ Py - np.trace(P)]) / 2.0
    expected = np.array([[np.sum(a * b.T) for b in by_component] for a in by_component]) / 2.0
    pulled = np.column_stack([together @ Py, Py])
    return score, pulled.T @ P @ pulled - expected, expected


def _inverse(y: Array, v: Array, index: Places, between: float, within: float) -> Array:
    """Inverse (k, k) of the covariance (Sherman and Morrison), written so that nothing cancels."""
    w = 1.0 / (v + within)
    weights, _, shrunk = _sums(y, v, index, between, within)
    scaled = w * shrunk[index]
    inverse = np.where(index[:, None] == index, -between * np.outer(scaled, w), 0.0)
    np.fill_diagonal(inverse, scaled * (1.0 + between * (weights[index] - w)))
    return inverse
