"""What the mean would be if a leaning funnel leaned because studies are missing: trim and fill.

A sensitivity analysis, no correction: the studies filled in are mirror images, not findings. Agrees
with metafor's `trimfill` to 1e-6 (`tests/reference/metafor.R`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from magnesim.errors import InputError
from magnesim.evidence.estimates import Estimate, checked_studies
from magnesim.evidence.heterogeneity import tau2, weighted_mean
from magnesim.evidence.meta_regression import METHODS, meta_regression
from magnesim.evidence.pooling import TESTS, random_effects

Array = NDArray[np.float64]

MOST_ROUNDS = 100
# Distances from the mean closer than this share of the largest are equal but for rounding.
TIE = 1e-10


@dataclass(frozen=True)
class TrimAndFill:
    """The mean with its mirror images.

    Attributes:
        k0: studies filled in.
        side: where they are missing, `left` (low estimates) or `right`.
        estimate: the random-effects mean of all, real and filled in; the plain one where k0 is 0.
        tau2: its variance between studies.
        filled_yi, filled_vi: the studies filled in.
    """

    k0: int
    side: str
    estimate: Estimate
    tau2: float
    filled_yi: tuple[float, ...]
    filled_vi: tuple[float, ...]


def trim_and_fill(
    yi: ArrayLike, vi: ArrayLike, method: str = "REML", test: str = "hartung-knapp"
) -> TrimAndFill:
    """Trim and fill with the estimator L0 (Duval and Tweedie 2000, doi:10.1111/j.0006-341X.2000.00455.x).

    Args:
        yi: estimates, shape (k,), k at least 3.
        vi: sampling variances, shape (k,), above 0.
        method: `REML` or `ML`.
        test: `hartung-knapp` or `wald`, for the interval.

    The side is that of the regression on the standard errors, as in metafor: where small studies say
    more, low ones are missing. Equal distances from the mean share their ranks, so that a symmetric funnel
    fills none; metafor ranks them by place, and fills one there. Of equal estimates the less precise is
    trimmed first, so that the order of studies never matters.

    Raises:
        InputError: what `pool` refuses; fewer than 3 studies; standard errors that are all equal; a
            number to fill that does not settle.
    """
    y, v = checked_studies(yi, vi)
    for name, value, allowed in (("method", method, METHODS), ("test", test, TESTS)):
        if value not in allowed:
            raise InputError(f"{name} {value}", f"one of {', '.join(allowed)} is allowed.", allowed[0])
    if len(y) < 3:
        raise InputError(f"{len(y)} studies", "trim and fill needs at least 3.")
    side = _missing_side(y, v, method)
    # Towards the side where studies are missing is down, so the ones to trim stand last.
    sign = 1.0 if side == "left" else -1.0
    by_size = np.lexsort((v, sign * y))
    k0, mean = _to_trim(sign * y[by_size], v[by_size], method)
    last = by_size[len(y) - k0 :]
    filled_y, filled_v = 2.0 * sign * mean - y[last], v[last]
    all_y, all_v = np.concatenate([y, filled_y]), np.concatenate([v, filled_v])
    return TrimAndFill(
        k0=k0,
        side=side,
        estimate=random_effects(all_y, all_v, method, test),
        tau2=tau2(all_y, all_v, method),
        filled_yi=tuple(filled_y.tolist()),
        filled_vi=tuple(filled_v.tolist()),
    )


def _missing_side(y: Array, v: Array, method: str) -> str:
    se = np.sqrt(v)
    if np.ptp(se) <= 1e-12 * np.max(se):
        raise InputError(
            "standard errors that are all equal",
            "a funnel needs studies of more than one size.",
            "0.2, 0.4, 0.1",
        )
    slope = meta_regression(y, v, {"se": se}, method).coefficients["se"].estimate
    return "right" if slope < 0.0 else "left"


def _to_trim(y: Array, v: Array, method: str) -> tuple[int, float]:
    """How many of the largest to trim (L0), and the mean without them; `y` (k,) ascending."""
    k, k0 = len(y), 0
    for _ in range(MOST_ROUNDS):
        kept_y, kept_v = y[: k - k0], v[: k - k0]
        between = tau2(kept_y, kept_v, method) if len(kept_y) > 1 else 0.0
        mean = weighted_mean(kept_y, 1.0 / (kept_v + between))
        before, k0 = k0, max(0, round((4.0 * _rank_sum_above(y - mean) - k * (k + 1)) / (2 * k - 1)))
        if k0 == before:
            return k0, mean
    raise InputError(
        f"trim and fill of {k} studies", "the number to fill goes round in a circle, so there is no answer."
    )


def _rank_sum_above(distances: Array) -> float:
    """Sum of the ranks of |distances| (k,) that lie above 0 (Wilcoxon); ties share the mean rank."""
    size = np.abs(distances)
    order = np.argsort(size, kind="stable")
    near = TIE * float(size[order[-1]])
    run = np.concatenate([[0], np.cumsum(np.diff(size[order]) > near)])
    ranks = np.empty(len(size))
    counts = np.bincount(run)
    ranks[order] = (np.cumsum(counts) - (counts - 1) / 2.0)[run]
    return float(np.sum(ranks[distances > near]))
