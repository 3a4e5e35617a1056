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
from magnesim.evidence.heterogeneity import METHODS, i_squared, q_profile, q_statistic, tau2, weighted_mean

Array = NDArray[np.float64]
Interval = tuple[float, float]

TESTS = ("hartung-knapp", "wald")
LEVEL = 0.95

# Outside of these a figure is a slip (or in a unit nobody reads), and double precision is not enough to weigh
# one study against another.
LARGEST_ESTIMATE = 1e6
SMALLEST_VARIANCE, LARGEST_VARIANCE = 1e-12, 1e12
LARGEST_VARIANCE_RATIO = 1e12
ALLOWED_ESTIMATES = f"numbers from -{LARGEST_ESTIMATE:g} to {LARGEST_ESTIMATE:g} are allowed"
ALLOWED_VARIANCES = f"variances above 0, from {SMALLEST_VARIANCE:g} to {LARGEST_VARIANCE:g}, are allowed"


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
        wald: the same mean with its normal interval.
        fixed: the common-effect mean, normal interval.
        pi: where the true effect of a new study would lie, under `test`; None where k is 1.
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

    @property
    def narrower_than_fixed(self) -> bool:
        """Whether Hartung-Knapp claims more than even a common effect would: studies agree too well."""
        return _width(self.random.ci) < _width(self.fixed.ci)

    @property
    def cautious(self) -> Estimate:
        """The wider of `random` and `wald`, to lead with.

        Where studies agree better than their own errors allow, the Hartung-Knapp interval shrinks below that
        of the normal and even of the common-effect model, to nothing for two equal studies. The wider of the
        two is the usual remedy: Wiksten, Ruecker and Schwarzer 2016 (Statistics in Medicine 35:2503); Jackson
        et al. 2017 (Statistics in Medicine 36:3923).
        """
        return wider(self.random, self.wald)

    @property
    def cautious_pi(self) -> Interval | None:
        """The wider of the prediction intervals that `random` and `wald` give; None where k is 1."""
        if self.pi is None or self.tau2 is None:
            return None
        return _wider_interval(self.pi, _around(self.wald.estimate, self.tau2, self.wald.se, _normal_reach()))


def wider(one: Estimate, other: Estimate) -> Estimate:
    """Of two readings of the same mean: the larger standard error, the wider interval, the larger p."""
    p = None if one.p is None and other.p is None else max(p for p in (one.p, other.p) if p is not None)
    return Estimate(one.estimate, max(one.se, other.se), _wider_interval(one.ci, other.ci), p)


def pool(yi: ArrayLike, vi: ArrayLike, method: str = "REML", test: str = "hartung-knapp") -> Pooled:
    """Pool estimates of independent studies.

    Args:
        yi: estimates, shape (k,), all in one unit (ratios as logarithms).
        vi: sampling variances, shape (k,), above 0.
        method: `REML`, `PM`, `DL` or `ML`.
        test: `hartung-knapp` (Hartung and Knapp 2001, doi:10.1002/sim.1009; no truncation of the
            variance factor, as metafor's `knha`) or `wald`.

    Raises:
        InputError: nothing to pool, unequal lengths, values that are not finite or out of bounds.

    One study is given back as it is, with a normal interval and without heterogeneity.
    """
    y, v = _checked(yi, vi)
    if method not in METHODS:
        raise InputError(f"method {method}", f"one of {', '.join(METHODS)} is allowed.", "REML")
    if test not in TESTS:
        raise InputError(f"test {test}", f"one of {', '.join(TESTS)} is allowed.", TESTS[0])
    if len(y) == 1:
        return _single(_normal(float(y[0]), float(np.sqrt(v[0]))))
    fixed = _normal(weighted_mean(y, 1.0 / v), float(np.sqrt(1.0 / np.sum(1.0 / v))))
    between = tau2(y, v, method)
    random, wald, crit = _random_effects(y, v, between, test)
    weights = 1.0 / (v + between)
    q = q_statistic(y, v)
    return Pooled(
        k=len(y),
        method=method,
        test=test,
        random=random,
        wald=wald,
        fixed=fixed,
        pi=_around(random.estimate, between, random.se, crit),
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
    from scipy.special import stdtr, stdtrit

    weights = 1.0 / (v + between)
    total = float(np.sum(weights))
    mean = weighted_mean(y, weights)
    wald = _normal(mean, float(np.sqrt(1.0 / total)))
    if test == "wald":
        return wald, wald, _normal_reach()
    df = len(y) - 1
    se = float(np.sqrt(np.sum(weights * (y - mean) ** 2) / df / total))
    crit = float(stdtrit(df, (1.0 + LEVEL) / 2.0))
    p = float(2.0 * stdtr(df, -abs(mean) / se)) if se > 0.0 else None
    return Estimate(mean, se, (mean - crit * se, mean + crit * se), p), wald, crit


def _normal(mean: float, se: float) -> Estimate:
    from scipy.special import ndtr

    reach = _normal_reach() * se
    return Estimate(mean, se, (mean - reach, mean + reach), float(2.0 * ndtr(-abs(mean) / se)))


def _normal_reach() -> float:
    from scipy.special import ndtri

    return float(ndtri((1.0 + LEVEL) / 2.0))


def _around(mean: float, between: float, se: float, crit: float) -> Interval:
    """Prediction interval: the spread between studies and the error of the mean together."""
    reach = crit * float(np.sqrt(between + se**2))
    return mean - reach, mean + reach


def _width(interval: Interval) -> float:
    return interval[1] - interval[0]


def _wider_interval(one: Interval, other: Interval) -> Interval:
    return other if _width(other) > _width(one) else one


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
    in_bounds = np.isfinite(y) & (np.abs(y) <= LARGEST_ESTIMATE)
    weighable = np.isfinite(v) & (v >= SMALLEST_VARIANCE) & (v <= LARGEST_VARIANCE)
    for name, values, fine, allowed in (
        ("estimates", y, in_bounds, ALLOWED_ESTIMATES),
        ("variances", v, weighable, ALLOWED_VARIANCES),
    ):
        if not fine.all():
            at = int(np.flatnonzero(~fine)[0])
            raise InputError(f"{name}[{at}] = {values[at]:g}", f"{allowed}.", "0.04")
    if np.max(v) > LARGEST_VARIANCE_RATIO * np.min(v):
        raise InputError(
            f"variances from {np.min(v):g} to {np.max(v):g}",
            f"the largest may be {LARGEST_VARIANCE_RATIO:g} times the smallest; is one of them a slip?",
            "0.01, 0.04",
        )
    return y, v
