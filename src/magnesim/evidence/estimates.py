"""What every statistic of this room stands on: an estimate with its interval, and studies that can be used.

Numbers only, nothing of magnesium.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from magnesim.errors import InputError
from magnesim.normal import MIDDLE_95

Array = NDArray[np.float64]
Interval = tuple[float, float]

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


def wider(one: Estimate, other: Estimate) -> Estimate:
    """Of two readings of the same mean: the larger standard error, the wider interval, the larger p."""
    p = None if one.p is None and other.p is None else max(p for p in (one.p, other.p) if p is not None)
    return Estimate(one.estimate, max(one.se, other.se), wider_interval(one.ci, other.ci), p)


def normal_estimate(mean: float, se: float) -> Estimate:
    """An estimate with its normal interval and p; `se` above 0."""
    from scipy.special import ndtr

    reach = MIDDLE_95 * se
    return Estimate(mean, se, (mean - reach, mean + reach), float(2.0 * ndtr(-abs(mean) / se)))


def chi2_tail(q: float, df: int) -> float:
    """Probability of a chi2 of at least q by chance."""
    from scipy.special import chdtrc

    return float(chdtrc(df, q))


def width(interval: Interval) -> float:
    """Upper limit less lower limit."""
    return interval[1] - interval[0]


def wider_interval(one: Interval, other: Interval) -> Interval:
    """The wider of two intervals, the first where they are equal."""
    return other if width(other) > width(one) else one


def checked_studies(yi: ArrayLike, vi: ArrayLike) -> tuple[Array, Array]:
    """Estimates and variances as arrays of shape (k,), k at least 1.

    Raises:
        InputError: nothing, unequal lengths, values that are not finite or out of bounds.
    """
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
