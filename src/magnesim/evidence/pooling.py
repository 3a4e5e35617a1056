"""Many studies, one estimate: inverse-variance pooling with the intervals that belong to it.

Plain arrays in, a `Pooled` out; it knows nothing of magnesium. Agrees with metafor to 1e-6
(`tests/reference/metafor.R`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from magnesim.errors import InputError
from magnesim.evidence.asymmetry import Egger, egger
from magnesim.evidence.estimates import (
    LEVEL,
    Array,
    Estimate,
    Interval,
    checked_studies,
    chi2_tail,
    normal_estimate,
    wider,
    wider_interval,
    width,
)
from magnesim.evidence.heterogeneity import METHODS, i_squared, q_profile, q_statistic, tau2, weighted_mean
from magnesim.normal import MIDDLE_95

TESTS = ("hartung-knapp", "wald")


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
        return width(self.random.ci) < width(self.fixed.ci)

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
        return wider_interval(self.pi, _around(self.wald.estimate, self.tau2, self.wald.se, MIDDLE_95))


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
    y, v = checked_studies(yi, vi)
    if method not in METHODS:
        raise InputError(f"method {method}", f"one of {', '.join(METHODS)} is allowed.", "REML")
    if test not in TESTS:
        raise InputError(f"test {test}", f"one of {', '.join(TESTS)} is allowed.", TESTS[0])
    if len(y) == 1:
        return _single(normal_estimate(float(y[0]), float(np.sqrt(v[0]))))
    fixed = normal_estimate(weighted_mean(y, 1.0 / v), float(np.sqrt(1.0 / np.sum(1.0 / v))))
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
        q_p=chi2_tail(q, len(y) - 1),
        weights=tuple(float(w) for w in 100.0 * weights / np.sum(weights)),
        egger=egger(y, v, "mixed"),
        egger_classical=egger(y, v, "classical"),
    )


def random_effects(yi: Array, vi: Array, method: str = "REML", test: str = "hartung-knapp") -> Estimate:
    """The random-effects mean alone, for resampling; a normal interval where k is 1."""
    if len(yi) == 1:
        return normal_estimate(float(yi[0]), float(np.sqrt(vi[0])))
    return _random_effects(yi, vi, tau2(yi, vi, method), test)[0]


def leave_one_out(
    yi: ArrayLike, vi: ArrayLike, method: str = "REML", test: str = "hartung-knapp"
) -> list[Estimate]:
    """The random-effects mean without each study in turn, in the order given; empty where k is 1."""
    y, v = checked_studies(yi, vi)
    return [random_effects(y[kept], v[kept], method, test) for kept in _without_each(len(y))]


def cautious_leave_one_out(yi: ArrayLike, vi: ArrayLike) -> list[Estimate]:
    """As `leave_one_out` by REML, each mean with the wider of its Hartung-Knapp and normal intervals."""
    y, v = checked_studies(yi, vi)
    return [_cautious(y[kept], v[kept]) for kept in _without_each(len(y))]


def _without_each(k: int) -> Iterator[NDArray[np.intp]]:
    """Places of all studies but one, for each in turn; nothing where there is but one."""
    if k > 1:
        for place in range(k):
            yield np.delete(np.arange(k), place)


def _cautious(y: Array, v: Array) -> Estimate:
    if len(y) == 1:
        return random_effects(y, v)
    hartung_knapp, wald, _ = _random_effects(y, v, tau2(y, v), TESTS[0])
    return wider(hartung_knapp, wald)


def _random_effects(y: Array, v: Array, between: float, test: str) -> tuple[Estimate, Estimate, float]:
    """The mean under `test`, the mean with a normal interval, and the critical value of `test`."""
    from scipy.special import stdtr, stdtrit

    weights = 1.0 / (v + between)
    total = float(np.sum(weights))
    mean = weighted_mean(y, weights)
    wald = normal_estimate(mean, float(np.sqrt(1.0 / total)))
    if test == "wald":
        return wald, wald, MIDDLE_95
    df = len(y) - 1
    se = float(np.sqrt(np.sum(weights * (y - mean) ** 2) / df / total))
    crit = float(stdtrit(df, (1.0 + LEVEL) / 2.0))
    p = float(2.0 * stdtr(df, -abs(mean) / se)) if se > 0.0 else None
    return Estimate(mean, se, (mean - crit * se, mean + crit * se), p), wald, crit


def _around(mean: float, between: float, se: float, crit: float) -> Interval:
    """Prediction interval: the spread between studies and the error of the mean together."""
    reach = crit * float(np.sqrt(between + se**2))
    return mean - reach, mean + reach


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
