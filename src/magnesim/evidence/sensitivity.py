"""How much an answer hangs on which studies are in, on when one looked, and on what they differ in.

Leave-one-out, cumulation, trim-and-fill and meta-regression of one set of estimates. Every interval is the
wider of the Hartung-Knapp and the normal one, as in the headline. None of it corrects anything: it shows
what would move the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from magnesim.errors import InputError
from magnesim.evidence.alarms import MOST_LEFT_OUT
from magnesim.evidence.comparisons import studies
from magnesim.evidence.cumulative import cumulative
from magnesim.evidence.doses import clear_dose
from magnesim.evidence.estimates import Array, Estimate, wider
from magnesim.evidence.meta_regression import INTERCEPT, meta_regression
from magnesim.evidence.pooling import TESTS, cautious_leave_one_out
from magnesim.evidence.trials import TrialEffect
from magnesim.evidence.trim_and_fill import trim_and_fill
from magnesim.evidence.wording import counted

# Fewer studies tell a line from chance too seldom (Cochrane Handbook 10.11.4: at least ten a covariate).
FEWEST_FOR_A_LINE = 10
FEWEST_TO_FILL = 3
POINTS_OF_A_BAND = 25
MODERATORS = {"dose": "elemental magnesium, mg a day", "weeks": "weeks"}
"""What trials are regressed on, with its unit."""


@dataclass(frozen=True)
class Without:
    """The mean without one study."""

    study_id: str
    estimate: Estimate


@dataclass(frozen=True)
class Grown:
    """The mean of the first k studies, after one more; `order` is what they are sorted by, None unknown."""

    study_id: str
    order: float | str | None
    k: int
    estimate: Estimate


@dataclass(frozen=True)
class Filled:
    """Trim-and-fill: the mean with `k0` mirror images, `filled` as estimates and standard errors.

    All but `why_not` is None or empty where it was not done.
    """

    k0: int | None
    side: str | None
    estimate: Estimate | None
    filled: tuple[tuple[float, float], ...]
    why_not: str | None


@dataclass(frozen=True)
class Line:
    """A meta-regression on one trait of the studies.

    Attributes:
        moderator, unit: the trait.
        k: studies in which it is known.
        intercept, slope: None where it was not done; the slope in units of the estimates a unit of the trait.
        tau2, r2: variance between studies that the line leaves, and the share that it accounts for, percent.
        band: points of the line with their intervals, from the least to the largest value seen.
        why_not: None where it was done.
    """

    moderator: str
    unit: str
    k: int
    intercept: Estimate | None
    slope: Estimate | None
    tau2: float | None
    r2: float | None
    band: tuple[tuple[float, Estimate], ...]
    why_not: str | None


@dataclass(frozen=True)
class Sensitivity:
    """All four.

    Attributes:
        leave_one_out, cumulative: empty where there are fewer than two studies, or more than are worth it.
        why_not: in words, where they are too many; None else.
    """

    leave_one_out: tuple[Without, ...]
    cumulative: tuple[Grown, ...]
    trim_and_fill: Filled
    meta_regression: tuple[Line, ...]
    why_not: str | None = None


def of_trials(effects: Sequence[TrialEffect]) -> Sensitivity:
    """Of the trials of a pool: by year, on their dose (where it is clear) and their weeks."""
    years = [studies()[e.study_id]["year"] for e in effects]
    return of_studies(
        [e.study_id for e in effects],
        [e.estimate for e in effects],
        [e.se**2 for e in effects],
        years,
        {
            "dose": (MODERATORS["dose"], [clear_dose(e) for e in effects]),
            "weeks": (MODERATORS["weeks"], [e.weeks for e in effects]),
        },
    )


def of_studies(
    labels: Sequence[str],
    yi: Sequence[float],
    vi: Sequence[float],
    order: Sequence[float | None] | None = None,
    moderators: Mapping[str, tuple[str, Sequence[float | None]]] | None = None,
) -> Sensitivity:
    """Of any studies.

    Args:
        labels, yi, vi: names, estimates and sampling variances, each of length k; k may be 0.
        order: what to cumulate by, smallest first, those unknown last; as given where None.
        moderators: by name the unit and the values, None where unknown.
    """
    y, v = np.asarray(yi, dtype=float), np.asarray(vi, dtype=float)
    return Sensitivity(
        leave_one_out=_leave_one_out(labels, y, v),
        cumulative=_cumulative(labels, y, v, order),
        trim_and_fill=_filled(y, v),
        meta_regression=tuple(
            _line(name, unit, values, y, v) for name, (unit, values) in (moderators or {}).items()
        ),
        why_not=_too_many(len(y)),
    )


def _too_many(k: int) -> str | None:
    if k <= MOST_LEFT_OUT:
        return None
    return f"{k} studies; at most {MOST_LEFT_OUT} are left out or added in turn"


def _leave_one_out(labels: Sequence[str], y: Array, v: Array) -> tuple[Without, ...]:
    if not 2 <= len(y) <= MOST_LEFT_OUT:
        return ()
    return tuple(
        Without(name, without) for name, without in zip(labels, cautious_leave_one_out(y, v), strict=True)
    )


def _cumulative(
    labels: Sequence[str], y: Array, v: Array, order: Sequence[float | None] | None
) -> tuple[Grown, ...]:
    if not 2 <= len(y) <= MOST_LEFT_OUT:
        return ()
    by = None if order is None else np.array([np.inf if value is None else value for value in order])
    return tuple(
        Grown(
            labels[step.added],
            None if order is None else order[step.added],
            step.pooled.k,
            step.pooled.cautious,
        )
        for step in cumulative(y, v, by)
    )


def _filled(y: Array, v: Array) -> Filled:
    if len(y) < FEWEST_TO_FILL:
        there = counted(len(y), "study", "studies")
        return Filled(None, None, None, (), f"{there}; it needs at least {FEWEST_TO_FILL}")
    try:
        found, wald = trim_and_fill(y, v), trim_and_fill(y, v, test="wald")
    except InputError as problem:
        return Filled(None, None, None, (), str(problem))
    mirrored = tuple(
        (float(a), float(np.sqrt(b))) for a, b in zip(found.filled_yi, found.filled_vi, strict=True)
    )
    return Filled(found.k0, found.side, wider(found.estimate, wald.estimate), mirrored, None)


def _line(name: str, unit: str, values: Sequence[float | None], y: Array, v: Array) -> Line:
    known = np.array([value is not None for value in values], dtype=bool)
    x = np.array([value for value in values if value is not None], dtype=float)
    k = int(known.sum())
    bare = Line(name, unit, k, None, None, None, None, (), None)
    if k < FEWEST_FOR_A_LINE:
        why = f"known of {counted(k, 'study', 'studies')}, and {FEWEST_FOR_A_LINE} are needed"
        return replace(bare, why_not=why)
    try:
        fit, wald = (meta_regression(y[known], v[known], {name: x}, test=test) for test in TESTS)
        places = np.linspace(float(x.min()), float(x.max()), POINTS_OF_A_BAND)
        band = tuple((float(at), _height(name, x - at, y[known], v[known])) for at in places)
    except InputError as problem:
        return replace(bare, why_not=str(problem))
    return replace(
        bare,
        intercept=wider(fit.coefficients[INTERCEPT], wald.coefficients[INTERCEPT]),
        slope=wider(fit.coefficients[name], wald.coefficients[name]),
        tau2=fit.tau2,
        r2=fit.r2,
        band=band,
        why_not=None,
    )


def _height(name: str, distance: Array, y: Array, v: Array) -> Estimate:
    """The line where `distance` is 0: the intercept of a regression told from there."""
    fit, wald = (meta_regression(y, v, {name: distance}, test=test) for test in TESTS)
    return wider(fit.coefficients[INTERCEPT], wald.coefficients[INTERCEPT])
