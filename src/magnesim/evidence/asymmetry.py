"""Do small studies say something else than large ones? Egger's regression, two ways.

A leaning funnel has other causes than unpublished studies (chance, worse methods, iller people in
small trials); the test says that it leans, not why.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from magnesim.evidence.heterogeneity import tau2

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Egger:
    """One regression of the estimates on their standard errors.

    Attributes:
        slope: change of the estimate per unit of standard error.
        limit: what a study without sampling error would show, by this line.
        statistic, df, p: test that the slope is 0, against t.
        model: `mixed` or `classical`.
    """

    slope: float
    limit: float
    statistic: float
    df: int
    p: float
    model: str


def egger(yi: Array, vi: Array, model: str = "mixed") -> Egger | None:
    """Regression test of funnel asymmetry; None under 3 studies or where all standard errors agree.

    Args:
        yi, vi: estimates and sampling variances, shape (k,).
        model: `mixed`: meta-regression on the standard error with REML and the Knapp-Hartung t test,
            which is what metafor's `regtest` does with a model fitted that way (Sterne and Egger 2005,
            doi:10.1002/0470870168.ch6); `classical`: weighted least squares with a multiplicative
            error (Egger et al. 1997, doi:10.1136/bmj.315.7109.629), `regtest(model = "lm")`.
    """
    from scipy.special import stdtr

    se = np.sqrt(vi)
    if len(yi) < 3 or np.ptp(se) <= 1e-12 * np.max(se):
        return None
    if np.ptp(yi) == 0.0:
        return Egger(slope=0.0, limit=float(yi[0]), statistic=0.0, df=len(yi) - 2, p=1.0, model=model)
    centre, spread = float(np.mean(se)), float(np.std(se))
    X = np.column_stack([np.ones(len(yi)), (se - centre) / spread])
    between = tau2(yi, vi, "REML", X) if model == "mixed" else 0.0
    weights = 1.0 / (vi + between)
    covariance = np.linalg.inv(X.T @ (weights[:, None] * X))
    level, slope = covariance @ (X.T @ (weights * yi))
    df = len(yi) - 2
    dispersion = float(np.sum(weights * (yi - level - slope * X[:, 1]) ** 2)) / df
    error = float(np.sqrt(dispersion * covariance[1, 1]))
    # studies that lie exactly on a leaning line leave no error, and no doubt that it leans
    statistic = float(slope / error) if error > 0.0 else math.copysign(math.inf, slope)
    return Egger(
        slope=float(slope / spread),
        limit=float(level - slope / spread * centre),
        statistic=statistic,
        df=df,
        p=float(2.0 * stdtr(df, -abs(statistic))),
        model=model,
    )
