"""From what a paper prints to an estimate and its standard error.

Formulas only, on numbers; which row of which paper may be used is decided in `screening.py`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

# A change's SD needs the correlation of start and end, and so does a paired difference. Few papers print
# it; 0.5 is the usual assumption (Cochrane Handbook 6.5.2.8), and what 0.3 and 0.7 would give is shown.
ASSUMED_CORRELATION = 0.5
CORRELATION_RANGE = (0.3, 0.7)


class Effect(NamedTuple):
    """An estimate and its standard error, in one unit (log scale for ratios)."""

    estimate: float
    se: float


def se_from_p(estimate: float, p: float) -> float:
    """Standard error from a two-sided exact p (0 < p < 1) of a test against 0."""
    return abs(estimate) / z_of_p(p)


def z_of_p(p: float) -> float:
    """How many standard errors from 0 an estimate with this two-sided p (0 < p < 1) lies, without sign."""
    if not 0.0 < p < 1.0:
        raise ValueError(f"p {p:g}: an exact p lies above 0 and below 1.")
    from scipy.special import ndtri

    return -float(ndtri(p / 2.0))


def se_of_difference(sd: float, n_treatment: int, n_control: int) -> float:
    """Standard error of a difference of two independent means with a common SD."""
    return sd * math.sqrt(1.0 / n_treatment + 1.0 / n_control)


def se_of_paired_difference(sd: float, n: int, correlation: float = ASSUMED_CORRELATION) -> float:
    """Standard error of a within-person difference of n people, from the SD of one period."""
    return sd * math.sqrt(2.0 * (1.0 - correlation) / n)


def mean_difference(
    mean_treatment: float,
    sd_treatment: float,
    n_treatment: int,
    mean_control: float,
    sd_control: float,
    n_control: int,
) -> Effect:
    """Difference of two independent means, treatment minus control (unequal variances)."""
    se = math.sqrt(sd_treatment**2 / n_treatment + sd_control**2 / n_control)
    return Effect(mean_treatment - mean_control, se)


def paired_difference(
    mean_treatment: float,
    sd_treatment: float,
    mean_control: float,
    sd_control: float,
    n: int,
    correlation: float = ASSUMED_CORRELATION,
) -> Effect:
    """Difference of two periods of the same n people (Elbourne et al. 2002, doi:10.1093/ije/31.1.140)."""
    return Effect(
        mean_treatment - mean_control, sd_of_change(sd_treatment, sd_control, correlation) / math.sqrt(n)
    )


def sd_of_change(sd_start: float, sd_end: float, correlation: float = ASSUMED_CORRELATION) -> float:
    """SD of the difference of two correlated measurements."""
    return math.sqrt(sd_start**2 + sd_end**2 - 2.0 * correlation * sd_start * sd_end)


def log_risk_ratio(
    events_treatment: float, n_treatment: float, events_control: float, n_control: float
) -> Effect:
    """Log risk ratio; a half is added to every cell where one is empty, as metafor does by default."""
    a, b, c, d = _cells(events_treatment, n_treatment, events_control, n_control)
    se = math.sqrt(1.0 / a - 1.0 / (a + b) + 1.0 / c - 1.0 / (c + d))
    return Effect(math.log(a / (a + b)) - math.log(c / (c + d)), se)


def arms_against_one_control(effects: list[Effect], n_arms: list[int], n_control: int) -> Effect:
    """Several treatment arms against the same control, as one comparison of the trial.

    The arms are averaged by their size. All differences share the control's error, so they correlate:
    with a common SD the covariance of two is SD^2 / n_control, which the sizes give.
    """
    total = sum(n_arms)
    estimate = sum(n * e.estimate for n, e in zip(n_arms, effects, strict=True)) / total
    variances = [(e.se**2) / (1.0 / n + 1.0 / n_control) for n, e in zip(n_arms, effects, strict=True)]
    sd2 = sum(n * v for n, v in zip(n_arms, variances, strict=True)) / total
    return Effect(estimate, math.sqrt(sd2 * (1.0 / total + 1.0 / n_control)))


def pooled_sd(sds: Sequence[float], sizes: Sequence[int]) -> tuple[float, int]:
    """The SD within groups, and its degrees of freedom: all sizes together less the number of groups."""
    df = sum(sizes) - len(sizes)
    squares = sum((n - 1) * sd**2 for sd, n in zip(sds, sizes, strict=True))
    return math.sqrt(squares / df), df


def small_sample_factor(df: float) -> float:
    """What a difference over an SD with `df` degrees of freedom is multiplied by to lean nowhere.

    Exact, as in metafor (Hedges 1981, doi:10.3102/10769986006002107).
    """
    return math.exp(math.lgamma(df / 2.0) - math.lgamma((df - 1.0) / 2.0)) / math.sqrt(df / 2.0)


def hedges_g(
    mean_treatment: float,
    sd_treatment: float,
    n_treatment: int,
    mean_control: float,
    sd_control: float,
    n_control: int,
) -> Effect:
    """Standardised difference of two independent means: metafor's `escalc(measure = "SMD")`."""
    sd, df = pooled_sd((sd_treatment, sd_control), (n_treatment, n_control))
    return standardised(
        mean_treatment - mean_control,
        se_of_difference(sd, n_treatment, n_control),
        sd,
        df,
        n_treatment + n_control,
    )


def standardised(estimate: float, se: float, sd: float, df: float, people: int) -> Effect:
    """A difference over an SD that its own trial printed or implies, as Hedges g.

    The difference's own error is kept, since a change or an adjusted difference is surer than one of end
    values; the SD's error adds g^2 / (2 people) (Borenstein et al. 2009, Introduction to Meta-Analysis,
    chapter 4).
    """
    g = small_sample_factor(df) * estimate / sd
    return Effect(g, math.sqrt((se / sd) ** 2 + g**2 / (2.0 * people)))


def _cells(events1: float, n1: float, events2: float, n2: float) -> tuple[float, float, float, float]:
    cells = (events1, n1 - events1, events2, n2 - events2)
    if min(cells) < 0.0:
        raise ValueError(f"{events1:g} of {n1:g} and {events2:g} of {n2:g}: events cannot exceed people.")
    if min(cells) > 0.0:
        return cells
    a, b, c, d = cells
    return a + 0.5, b + 0.5, c + 0.5, d + 0.5
