"""From what a paper prints to an estimate and its standard error.

Formulas only, on numbers; which row of which paper may be used is decided in `selection.py`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

# A change's SD needs the correlation of start and end, and so does a paired difference. Few papers print
# it; 0.5 is the usual assumption (Cochrane Handbook 6.5.2.8), and what 0.3 and 0.7 would give is shown.
ASSUMED_CORRELATION = 0.5
CORRELATION_RANGE = (0.3, 0.7)


class Effect(NamedTuple):
    """An estimate and its standard error, in one unit (log scale for ratios)."""

    estimate: float
    se: float


def se_from_ci(low: float, high: float, level: float = 0.95, df: float | None = None) -> float:
    """Standard error from an interval, normal where `df` is None, else t."""
    return (high - low) / (2.0 * _quantile((1.0 + level) / 2.0, df))


def se_from_p(estimate: float, p: float, df: float | None = None) -> float:
    """Standard error from a two-sided exact p (0 < p < 1) of a test against 0, t where `df` is known."""
    if not 0.0 < p < 1.0:
        raise ValueError(f"p {p:g}: an exact p lies above 0 and below 1.")
    return abs(estimate) / _quantile(1.0 - p / 2.0, df)


def implied_difference(p: float, sd: float, n_treatment: int, n_control: int) -> float:
    """Size of the difference that would give this p between two arms with this SD; without sign."""
    return _quantile(1.0 - p / 2.0, n_treatment + n_control - 2) * se_of_difference(
        sd, n_treatment, n_control
    )


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


def hedges_g(
    mean_treatment: float,
    sd_treatment: float,
    n_treatment: int,
    mean_control: float,
    sd_control: float,
    n_control: int,
) -> Effect:
    """Standardised mean difference with the exact small-sample factor (Hedges 1981, doi:10.2307/1164588).

    The variance is the large-sample one, as metafor's `escalc("SMD")`.
    """
    df = n_treatment + n_control - 2
    pooled = ((n_treatment - 1) * sd_treatment**2 + (n_control - 1) * sd_control**2) / df
    g = small_sample_factor(df) * (mean_treatment - mean_control) / math.sqrt(pooled)
    variance = 1.0 / n_treatment + 1.0 / n_control + g**2 / (2.0 * (n_treatment + n_control))
    return Effect(g, math.sqrt(variance))


def small_sample_factor(df: float) -> float:
    """Hedges' J: what a standardised difference is too large by, exact by gamma functions."""
    return math.exp(math.lgamma(df / 2.0) - math.log(math.sqrt(df / 2.0)) - math.lgamma((df - 1.0) / 2.0))


def smd_from_md(effect: Effect, sd: float) -> Effect:
    """Into SD units, with the SD of the people."""
    return Effect(effect.estimate / sd, effect.se / sd)


def md_from_smd(effect: Effect, sd: float) -> Effect:
    """Out of SD units, with the SD of the people."""
    return Effect(effect.estimate * sd, effect.se * sd)


def log_risk_ratio(
    events_treatment: float, n_treatment: float, events_control: float, n_control: float
) -> Effect:
    """Log risk ratio; a half is added to every cell where one is empty, as metafor does by default."""
    a, b, c, d = _cells(events_treatment, n_treatment, events_control, n_control)
    se = math.sqrt(1.0 / a - 1.0 / (a + b) + 1.0 / c - 1.0 / (c + d))
    return Effect(math.log(a / (a + b)) - math.log(c / (c + d)), se)


def log_odds_ratio(
    events_treatment: float, n_treatment: float, events_control: float, n_control: float
) -> Effect:
    """Log odds ratio; a half is added to every cell where one is empty."""
    a, b, c, d = _cells(events_treatment, n_treatment, events_control, n_control)
    return Effect(math.log(a * d / (b * c)), math.sqrt(1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d))


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


def _cells(events1: float, n1: float, events2: float, n2: float) -> tuple[float, float, float, float]:
    cells = (events1, n1 - events1, events2, n2 - events2)
    if min(cells) < 0.0:
        raise ValueError(f"{events1:g} of {n1:g} and {events2:g} of {n2:g}: events cannot exceed people.")
    return cells if min(cells) > 0.0 else tuple(cell + 0.5 for cell in cells)  # type: ignore[return-value]


def _quantile(probability: float, df: float | None) -> float:
    from scipy.special import ndtri, stdtrit

    return float(ndtri(probability) if df is None else stdtrit(df, probability))
