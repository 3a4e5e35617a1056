"""Many studies, one estimate: inverse-variance pooling with the intervals that belong to it.

Plain arrays in, a `Pooled` out; it knows nothing of magnesium. Agrees with metafor to 1e-6
(`tests/reference/metafor.R`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from magnesim.errors import InputError
from magnesim.evidence.asymmetry import Egger, egger
from magnesim.evidence.heterogeneity import METHODS, i_squared, q_profile, q_statistic, tau2

Array = NDArray[np.float64]
Interval = tuple[float, float]

TESTS = ("hartung-knapp", "wald")
LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A mean with its standard error, interval and two-sided p (None where there is no spread at all)."""

    estimate: float
    se: float
    ci: Interval
    p: float | None

    @property
    def excludes_zero(self) -> bool:
        return not self.ci[0] <= 0.0 <= self.ci[1]


@dataclass(frozen=True)
class Pooled:
    """The result of pooling k studies, in the unit of the estimates given.

    Attributes:
        k: studies.
        method: estimator of tau2; `single study` where k is 1.
        test: `hartung-knapp` (t with k - 1 degrees of freedom) or `wald` (normal); `normal` where k is 1.
        random: the random-effects mean under `test`.
        wald: the same mean with its normal interval. Hartung-Knapp is the narrower of the two where
            studies agree better than chance would have it, so both are shown.
        fixed: the common-effect mean, normal interval.
        pi: where the true effect of a new study would lie; None where k is 1.
        tau2, tau2_ci, i2, q, q_p: heterogeneity; None where k is 1. `i2` in percent.
        weights: percent of the random-effects mean, in the order given.
        egger, egger_classical: funnel asymmetry; None under 3 studies.
    """

    k: int
    method: str
    test: str
    random: Estimate
    wald: Estimate
    fixed: Estimate
    pi: Interval | None
    tau2: float | None
    tau2_ci: Interval | None
    i2: float | None
    q: float | None
    q_p: float | None
    weights: tuple[float, ...]
    egger: Egger | None
    egger_classical: Egger | None


def pool(yi: ArrayLike, vi: ArrayLike, method: str = "REML", test: str = "hartung-knapp") -> Pooled:
    """Pool estimates of independent studies.

    Args:
        yi: estimates, shape (k,), all in one unit (ratios as logarithms).
        vi: sampling variances, shape (k,), above 0.
        method: `REML`, `PM`, `DL` or `ML`.
        test: `hartung-knapp` (Hartung and Knapp 2001, doi:10.1002/sim.1009; no truncation of the
            variance factor, as metafor's `knha`) or `wald`.

    Raises:
        InputError: nothing to pool, unequal lengths, values that are not finite, variances not above 0.

    One study is given back as it is, with a normal interval and without heterogeneity.
    """
    y, v = _checked(yi, vi)
    if method not in METHODS:
        raise InputError(f"method {method}", f"one of {', '.join(METHODS)} is allowed.", "REML")
    if test not in TESTS:
        raise InputError(f"test {test}", f"one of {', '.join(TESTS)} is allowed.", TESTS[0])
    if len(y) == 1:
        return _single(_normal(float(y[0]), float(np.sqrt(v[0]))))
    fixed = _normal(float(np.sum(y / v) / np.sum(1.0 / v)), float(np.sqrt(1.0 / np.sum(1.0 / v))))
    between = tau2(y, v, method)
    random, wald, crit = _random_effects(y, v, between, test)
    reach = crit * float(np.sqrt(between + random.se**2))
    weights = 1.0 / (v + between)
    q = q_statistic(y, v)
    return Pooled(
        k=len(y),
        method=method,
        test=test,
        random=random,
        wald=wald,
        fixed=fixed,
        pi=(random.estimate - reach, random.estimate + reach),
        tau2=between,
        tau2_ci=q_profile(y, v, LEVEL),
        i2=i_squared(v, between),
        q=q,
        q_p=_chi2_tail(q, len(y) - 1),
        weights=tuple(float(w) for w in 100.0 * weights / np.sum(weights)),
        egger=egger(y, v, "mixed"),
        egger_classical=egger(y, v, "classical"),
    )


def random_effects(yi: Array, vi: Array, method: str = "REML", test: str = "hartung-knapp") -> Estimate:
    """The random-effects mean alone, for resampling; a normal interval where k is 1."""
    if len(yi) == 1:
        return _normal(float(yi[0]), float(np.sqrt(vi[0])))
    return _random_effects(yi, vi, tau2(yi, vi, method), test)[0]


def leave_one_out(
    yi: ArrayLike, vi: ArrayLike, method: str = "REML", test: str = "hartung-knapp"
) -> list[Estimate]:
    """The random-effects mean without each study in turn, in the order given; empty where k is 1."""
    y, v = _checked(yi, vi)
    if len(y) == 1:
        return []
    keep = ~np.eye(len(y), dtype=bool)
    return [random_effects(y[row], v[row], method, test) for row in keep]


def _random_effects(y: Array, v: Array, between: float, test: str) -> tuple[Estimate, Estimate, float]:
    """The mean under `test`, the mean with a normal interval, and the critical value of `test`."""
    from scipy.special import ndtri, stdtr, stdtrit

    weights = 1.0 / (v + between)
    total = float(np.sum(weights))
    mean = float(np.sum(weights * y) / total)
    wald = _normal(mean, float(np.sqrt(1.0 / total)))
    if test == "wald":
        return wald, wald, float(ndtri((1.0 + LEVEL) / 2.0))
    df = len(y) - 1
    se = float(np.sqrt(np.sum(weights * (y - mean) ** 2) / df / total))
    crit = float(stdtrit(df, (1.0 + LEVEL) / 2.0))
    p = float(2.0 * stdtr(df, -abs(mean) / se)) if se > 0.0 else None
    return Estimate(mean, se, (mean - crit * se, mean + crit * se), p), wald, crit


def _normal(mean: float, se: float) -> Estimate:
    from scipy.special import ndtr, ndtri

    reach = float(ndtri((1.0 + LEVEL) / 2.0)) * se
    return Estimate(mean, se, (mean - reach, mean + reach), float(2.0 * ndtr(-abs(mean) / se)))


def _single(only: Estimate) -> Pooled:
    return Pooled(
        k=1,
        method="single study",
        test="normal",
        random=only,
        wald=only,
        fixed=only,
        pi=None,
        tau2=None,
        tau2_ci=None,
        i2=None,
        q=None,
        q_p=None,
        weights=(100.0,),
        egger=None,
        egger_classical=None,
    )


def _chi2_tail(q: float, df: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(df, q))


def _checked(yi: ArrayLike, vi: ArrayLike) -> tuple[Array, Array]:
    y, v = np.atleast_1d(np.asarray(yi, dtype=float)), np.atleast_1d(np.asarray(vi, dtype=float))
    if len(y) == 0:
        raise InputError(
            "no studies", "pooling needs at least one estimate with its variance.", "[0.2], [0.01]"
        )
    if y.shape != v.shape or y.ndim != 1:
        raise InputError(f"{y.size} estimates and {v.size} variances", "one variance an estimate is needed.")
    for name, values, fine in (
        ("estimates", y, np.isfinite(y)),
        ("variances", v, np.isfinite(v) & (v > 0.0)),
    ):
        if not fine.all():
            at = int(np.flatnonzero(~fine)[0])
            rule = "finite numbers" if name == "estimates" else "finite numbers above 0"
            raise InputError(f"{name}[{at}] = {values[at]:g}", f"{rule} are allowed.", "0.04")
    return y, v
