"""How much the true effects of studies differ: tau2 by four estimators, and its Q-profile interval.

Everything works on plain arrays: `yi` estimates (k), `vi` sampling variances (k), and for the
likelihoods a design matrix `X` (k, p), so that a regression on study traits needs nothing new.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

METHODS = ("REML", "PM", "DL", "ML")
_GRID = np.concatenate([[0.0], np.logspace(-9.0, 2.0, 120)])


def tau2(yi: Array, vi: Array, method: str = "REML", X: Array | None = None) -> float:
    """Variance of the true effects between studies, in the squared unit of `yi`; never below 0.

    Args:
        yi, vi: estimates and their sampling variances, shape (k,), k at least 2.
        method: `REML` (Viechtbauer 2005, doi:10.3102/10769986030003261), `ML`, `PM`
            (Paule and Mandel 1982, doi:10.6028/jres.087.022) or `DL` (DerSimonian and Laird 1986,
            doi:10.1016/0197-2456(86)90046-2).
        X: design matrix (k, p); a column of ones where None. Only the likelihoods take another.
    """
    if X is not None and method in ("PM", "DL"):
        raise ValueError(f"{method} is written for an intercept only; REML and ML take a design matrix.")
    if method == "DL":
        return _der_simonian_laird(yi, vi)
    if method == "PM":
        return _root_of_q(yi, vi, float(len(yi) - 1))
    design = np.ones((len(yi), 1)) if X is None else X
    return _maximum(yi, vi, design, restricted=method == "REML")


def q_statistic(yi: Array, vi: Array, tau2: float = 0.0) -> float:
    """Cochran's Q, generalised: the weighted squares about the pooled mean with weights 1/(vi + tau2)."""
    weights = 1.0 / (vi + tau2)
    return float(np.sum(weights * (yi - weighted_mean(yi, weights)) ** 2))


def weighted_mean(yi: Array, weights: Array) -> float:
    """The mean of `yi`, told as a distance from the first of them: exact where all are equal."""
    return float(yi[0] + np.sum(weights * (yi - yi[0])) / np.sum(weights))


def q_profile(yi: Array, vi: Array, level: float = 0.95) -> tuple[float, float]:
    """Confidence interval of tau2 (Viechtbauer 2007, doi:10.1002/sim.2514).

    Both ends are 0 where even tau2 = 0 makes Q improbably small.
    """
    from scipy.special import chdtri

    tail = (1.0 - level) / 2.0
    df = len(yi) - 1
    return _root_of_q(yi, vi, float(chdtri(df, tail))), _root_of_q(yi, vi, float(chdtri(df, 1.0 - tail)))


def i_squared(vi: Array, tau2: float) -> float:
    """Share of the total variance that is between studies, percent.

    As metafor defines it: from tau2 and the typical sampling variance of Higgins and Thompson
    (2002, doi:10.1002/sim.1186), not from Q.
    """
    weights = 1.0 / vi
    typical = (len(vi) - 1) * np.sum(weights) / _twice_the_pairs(weights)
    return float(100.0 * tau2 / (tau2 + typical))


def _der_simonian_laird(yi: Array, vi: Array) -> float:
    weights = 1.0 / vi
    scale = _twice_the_pairs(weights) / float(np.sum(weights))
    return max(0.0, (q_statistic(yi, vi) - (len(yi) - 1)) / scale)


def _twice_the_pairs(weights: Array) -> float:
    """The squared sum less the sum of squares, added up pair by pair: nothing cancels."""
    return float(2.0 * np.sum(weights[1:] * np.cumsum(weights)[:-1]))


def _root_of_q(yi: Array, vi: Array, target: float) -> float:
    """The tau2 at which Q falls to `target`; Q falls as tau2 grows, so 0 where it is below already."""
    from scipy.optimize import brentq

    if q_statistic(yi, vi) <= target:
        return 0.0
    upper = float(np.var(yi) + np.max(vi))
    while q_statistic(yi, vi, upper) > target:
        upper *= 4.0
    return float(
        brentq(lambda t: q_statistic(yi, vi, t) - target, 0.0, upper, xtol=1e-16 * upper, rtol=1e-14)
    )


def _maximum(yi: Array, vi: Array, X: Array, restricted: bool) -> float:
    """The highest of all maxima of the (restricted) likelihood over tau2 >= 0.

    The score is taken on a grid over eleven decades, each fall through zero is polished by
    bisection and secants, and the likelihoods are compared: Fisher scoring can stop at a lower hill
    or fail to stop. The grid stands in units of the data, so the answer scales with them.
    """
    from scipy.optimize import brentq

    unit = float(np.var(yi) + np.median(vi))
    y, v = yi / np.sqrt(unit), vi / unit
    score: Callable[[float], float] = lambda t: float(_score(np.array([t]), y, v, X, restricted)[0])  # noqa: E731
    slopes = _score(_GRID, y, v, X, restricted)
    hills = [0.0] if slopes[0] <= 0.0 else []
    for at in np.flatnonzero((slopes[:-1] > 0.0) & (slopes[1:] <= 0.0)):
        hills.append(float(brentq(score, _GRID[at], _GRID[at + 1], xtol=1e-16, rtol=1e-14)))
    heights = _log_likelihood(np.array(hills), y, v, X, restricted)
    return unit * hills[int(np.argmax(heights))]


def _fit(t: Array, y: Array, v: Array, X: Array) -> tuple[Array, Array, Array]:
    """Weights (m, k), residuals (m, k) and X'WX (m, p, p) for m values of tau2 at once."""
    w = 1.0 / (v + t[:, None])
    xwx = np.einsum("mk,kp,kq->mpq", w, X, X)
    coefficients = np.linalg.solve(xwx, np.einsum("mk,kp,k->mp", w, X, y)[..., None])[..., 0]
    return w, y - coefficients @ X.T, xwx


def _score(t: Array, y: Array, v: Array, X: Array, restricted: bool) -> Array:
    """Twice the derivative of the log-likelihood by tau2."""
    w, residuals, xwx = _fit(t, y, v, X)
    trace = np.sum(w, axis=1)
    if restricted:
        lost = np.linalg.solve(xwx, np.einsum("mk,kp,kq->mpq", w**2, X, X))
        trace = trace - np.trace(lost, axis1=1, axis2=2)
    return np.asarray(np.sum((w * residuals) ** 2, axis=1) - trace)


def _log_likelihood(t: Array, y: Array, v: Array, X: Array, restricted: bool) -> Array:
    """The log-likelihood but for a constant."""
    w, residuals, xwx = _fit(t, y, v, X)
    twice = np.sum(np.log(w), axis=1) - np.sum(w * residuals**2, axis=1)
    if restricted:
        twice = twice - np.linalg.slogdet(xwx)[1]
    return np.asarray(twice / 2.0)
