"""What the differences between studies go with: mixed-effects meta-regression.

A line through trials is an observation, not an experiment: trials that differ in the trait told
differ in others too. Agrees with metafor's `rma(yi, vi, mods = ...)` to 1e-6 (`tests/reference/metafor.R`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from magnesim.errors import InputError
from magnesim.evidence.estimates import LEVEL, Estimate, checked_studies, chi2_tail
from magnesim.evidence.heterogeneity import tau2
from magnesim.evidence.pooling import TESTS

Array = NDArray[np.float64]

METHODS = ("REML", "ML")
INTERCEPT = "intercept"

# Relative to columns of length 1: below this the moderators tell the studies apart only by rounding.
SMALLEST_SINGULAR_VALUE = 1e-7
# Squares left over that are smaller than this share of all squares are rounding of an exact fit.
NOTHING_LEFT = 1e-26


@dataclass(frozen=True)
class MetaRegression:
    """The result of regressing k estimates on p columns (the intercept among them).

    Attributes:
        k: studies.
        method: estimator of tau2, `REML` or `ML`.
        test: `hartung-knapp` (t with k - p degrees of freedom) or `wald` (normal).
        coefficients: by name, the intercept first; in the unit of the estimates a unit of the moderator.
        tau2: variance between studies that the moderators leave.
        tau2_total: variance between studies without any moderator, by the same estimator.
        i2: share of the variance left that is between studies, percent.
        r2: share of `tau2_total` that the moderators account for, percent, never below 0; None without
            moderators.
        qe, qe_p: squares left over with weights 1/vi, against chi2 with k - p degrees of freedom.
        qm, qm_p: all moderators together; chi2 under `wald`, F (already divided by its degrees of
            freedom) under `hartung-knapp`. None without moderators, or where nothing at all is left over.
        qm_df: degrees of freedom of `qm`; the second is None under `wald`.
    """

    k: int
    method: str
    test: str
    coefficients: dict[str, Estimate]
    tau2: float
    tau2_total: float
    i2: float
    r2: float | None
    qe: float
    qe_p: float
    qm: float | None
    qm_p: float | None
    qm_df: tuple[int, int | None]


@dataclass(frozen=True)
class _Design:
    """Columns as they were told, and how to come back to them from standardised ones.

    Years near 2000 beside a column of ones would cost half of all digits; so the search works on
    `X` (k, p), moderators about 0 with spread 1, and `back` (p, p) turns its coefficients into those
    asked for.
    """

    names: tuple[str, ...]
    X: Array
    back: Array


def meta_regression(
    yi: ArrayLike,
    vi: ArrayLike,
    moderators: Mapping[str, ArrayLike] | None = None,
    method: str = "REML",
    test: str = "hartung-knapp",
) -> MetaRegression:
    """Regress estimates of independent studies on traits of the studies.

    Args:
        yi: estimates, shape (k,), all in one unit (ratios as logarithms).
        vi: sampling variances, shape (k,), above 0.
        moderators: traits by name, each of shape (k,): numbers, or text, of which each level but the
            first in the alphabet becomes a column `name=level` of zeros and ones.
        method: `REML` or `ML` (Raudenbush 2009, in Cooper, Hedges and Valentine, The Handbook of Research
            Synthesis; Viechtbauer 2005, doi:10.3102/10769986030003261).
        test: `hartung-knapp` (Knapp and Hartung 2003, doi:10.1002/sim.1482; no truncation of the
            variance factor, as metafor's `knha`) or `wald`.

    Raises:
        InputError: what `pool` refuses; a moderator that does not fit; moderators that cannot be told
            apart; not more studies than coefficients.
    """
    y, v = checked_studies(yi, vi)
    for name, value, allowed in (("method", method, METHODS), ("test", test, TESTS)):
        if value not in allowed:
            raise InputError(f"{name} {value}", f"one of {', '.join(allowed)} is allowed.", allowed[0])
    design = _design(moderators or {}, v)
    k, p = design.X.shape
    # Told as distances from the first, equal estimates stay exactly equal.
    distances = y - y[0]
    left = tau2(distances, v, method, design.X)
    total = left if p == 1 else tau2(distances, v, method)
    beta, covariance, squares = _least_squares(distances, v + left, design)
    beta[0] += y[0]
    if test == "hartung-knapp":
        covariance = covariance * (squares / (k - p))
    df = k - p if test == "hartung-knapp" else None
    qm, qm_p = _all_moderators(beta, covariance, df)
    qe = _least_squares(distances, v, design)[2]
    return MetaRegression(
        k=k,
        method=method,
        test=test,
        coefficients={
            name: _coefficient(float(b), float(np.sqrt(variance)), df)
            for name, b, variance in zip(design.names, beta, np.diag(covariance), strict=True)
        },
        tau2=left,
        tau2_total=total,
        i2=_i_squared_left(v, left, design.X),
        r2=None if p == 1 else _share(total, left),
        qe=qe,
        qe_p=chi2_tail(qe, k - p),
        qm=qm,
        qm_p=qm_p,
        qm_df=(p - 1, df),
    )


def _design(moderators: Mapping[str, ArrayLike], v: Array) -> _Design:
    k = len(v)
    columns = {
        name: x for trait, values in moderators.items() for name, x in _columns(trait, values, k).items()
    }
    p = len(columns) + 1
    if k <= p:
        raise InputError(
            f"{k} studies for {p} coefficients",
            "there must be more studies than coefficients, the intercept and each further level among them.",
        )
    centres = np.array([0.0, *(np.mean(x) for x in columns.values())])
    spreads = np.array([1.0, *(np.std(x) for x in columns.values())])
    for name, spread, x in zip(columns, spreads[1:], columns.values(), strict=True):
        if spread <= 1e-12 * np.max(np.abs(x)):
            raise InputError(f"moderator {name}", "it is the same in all studies, so nothing can go with it.")
    X = (np.column_stack([np.ones(k), *columns.values()]) - centres) / spreads
    weighted = X / np.sqrt(v)[:, None]
    weighted = weighted / np.linalg.norm(weighted, axis=0)
    if np.linalg.svd(weighted, compute_uv=False)[-1] < SMALLEST_SINGULAR_VALUE:
        raise InputError(
            f"moderators {', '.join(columns)}",
            "they cannot be told apart: one is a sum of the others in these studies. Leave one out.",
        )
    back = np.diag(1.0 / spreads)
    back[0, 1:] = -centres[1:] / spreads[1:]
    return _Design((INTERCEPT, *columns), X, back)


def _columns(trait: str, values: ArrayLike, k: int) -> dict[str, Array]:
    """Columns (k,) by name that one trait becomes."""
    given = np.asarray(values)
    if given.shape != (k,):
        raise InputError(
            f"moderator {trait} of shape {given.shape}", f"one value for each of {k} studies is needed."
        )
    if given.dtype.kind in "US":
        levels = sorted(set(given.tolist()))
        return {f"{trait}={level}": (given == level).astype(float) for level in levels[1:]} or {
            trait: np.zeros(k)
        }
    if given.dtype.kind not in "biuf":
        raise InputError(f"moderator {trait}", "numbers, or texts, are needed.", "[12, 8, 6]")
    x = given.astype(float)
    if not np.isfinite(x).all():
        at = int(np.flatnonzero(~np.isfinite(x))[0])
        raise InputError(
            f"{trait}[{at}] = {x[at]:g}", "a finite number is needed; leave the study out.", "12"
        )
    return {trait: x}


def _least_squares(y: Array, variances: Array, design: _Design) -> tuple[Array, Array, float]:
    """Coefficients (p,) and covariance (p, p) in the units told, and the weighted squares left over."""
    root = np.sqrt(1.0 / variances)
    Q, R = np.linalg.qr(root[:, None] * design.X)
    gamma = np.linalg.solve(R, Q.T @ (root * y))
    half = design.back @ np.linalg.inv(R)
    squares = float(np.sum((root * (y - design.X @ gamma)) ** 2))
    if squares <= NOTHING_LEFT * float(np.sum((root * y) ** 2)):
        squares = 0.0
    return design.back @ gamma, half @ half.T, squares


def _coefficient(value: float, se: float, df: int | None) -> Estimate:
    """With its interval against t with `df` degrees of freedom, or normal where that is None."""
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    upper = (1.0 + LEVEL) / 2.0
    reach = se * float(ndtri(upper) if df is None else stdtrit(df, upper))
    p = None
    if se > 0.0:
        p = float(2.0 * (ndtr(-abs(value) / se) if df is None else stdtr(df, -abs(value) / se)))
    return Estimate(value, se, (value - reach, value + reach), p)


def _all_moderators(beta: Array, covariance: Array, df: int | None) -> tuple[float | None, float | None]:
    """The test that all coefficients but the intercept are 0: chi2, or F with `df` in the denominator."""
    from scipy.special import chdtrc, fdtrc

    m = len(beta) - 1
    if m == 0 or not np.all(np.diag(covariance) > 0.0):
        return None, None
    # In units of their own errors, moderators of any size stand beside each other.
    errors = np.sqrt(np.diag(covariance))[1:]
    correlation = covariance[1:, 1:] / np.outer(errors, errors)
    z = beta[1:] / errors
    qm = float(z @ np.linalg.solve(correlation, z))
    if df is None:
        return qm, float(chdtrc(m, qm))
    return qm / m, float(fdtrc(m, df, qm / m))


def _i_squared_left(v: Array, left: float, X: Array) -> float:
    """As `heterogeneity.i_squared`, with the typical sampling variance about the line."""
    w = 1.0 / v
    xwx = X.T @ (w[:, None] * X)
    lost = float(np.trace(np.linalg.solve(xwx, X.T @ ((w**2)[:, None] * X))))
    typical = (len(v) - X.shape[1]) / (float(np.sum(w)) - lost)
    return 100.0 * left / (left + typical)


def _share(total: float, left: float) -> float:
    """Percent of the variance between studies that is gone (Raudenbush 1994, pseudo R2)."""
    return max(0.0, 100.0 * (total - left) / total) if total > 0.0 else 0.0
