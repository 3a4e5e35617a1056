"""One answer that holds all that is known: printed figures, silent nulls, and trials that print a p alone.

A trial that prints p 0.006 "in favour of magnesium" and no size has found something, and to leave it out
leans towards nothing as much as leaving out silent nulls leans towards an effect. So it is put back at

    estimate = direction * z(p) * SE,

with the standard error (SE) that its size and the outcome's SD give, as for silent nulls. Of `p < x` the
bound x is used, the least favourable p that it allows. Where the estimate is printed and only its SE is
not, SE is the largest that the bound allows, |estimate| / z(x), and no SD is needed.

A silent null adds what it says: an estimate inside +-1.96 SE. Its share of the likelihood is the
probability of that, given the mean and the spread between trials that are being estimated. It is not
drawn around zero as in `silent_nulls.py`, because here both ends of the literature are put back and drawing
one of them around zero would lean; what that would give stands beside (`around_zero`). tau2 is the restricted
likelihood's, the mean and its error are those of the likelihood of the mean with a flat prior: without
silent nulls this is REML with a normal interval.

In simulated literatures of twelve trials, where half of the significant ones print figures and the others
a p, and most nulls print nothing, this is off by 0 to 0.03 SD; printed figures alone by 0.05 to 0.1, away
from nothing; silent nulls around zero without the p by 0.15 to 0.2, towards it.

Assumed, and not to be checked: whether a trial prints figures, a p, or nothing hangs on whether it was
significant and on nothing else; people of these trials vary as much as the SD says; the trials exist at
all in our tables. What a trial at high risk of bias found is put back as it found it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from magnesim.evidence import effect_sizes as es
from magnesim.evidence.estimates import Array, Estimate, normal_estimate
from magnesim.evidence.outcomes import Outcome
from magnesim.evidence.silent_nulls import WithSilentNulls, imputed_pool, spread, standard_error
from magnesim.evidence.trials import LeftOut, POnly, TrialEffect
from magnesim.normal import MIDDLE_95

# Eight standard errors of the mean to each side, ten points to one: for so smooth a curve the sums are exact.
_REACH, _POINTS = 8.0, 161
_WINDOWS = 8


@dataclass(frozen=True)
class PutBack:
    """A trial that printed a p alone, with the figures given to it, and how."""

    study_id: str
    estimate: float
    se: float
    p: float
    p_bound: str
    n: int | None
    note: str


@dataclass(frozen=True)
class WithPOnly:
    """The pool with trials that print a p alone put back, and silent ones too.

    Attributes:
        k: trials in it: `printed`, `imputed` (silent), and those of `trials` (a p alone).
        result: estimate, standard error and normal interval, in the outcome's unit.
        around_zero: the same with the silent trials drawn around zero, which leans to nothing; None where no
            trial is silent.
        tau2: variance between trials; None where k is 1.
        trials: what was put back for each p.
        sd, sd_from: the SD used and where it comes from; None where none was needed.
        silent_ids: the silent trials in it.
    """

    k: int
    printed: int
    imputed: int
    result: Estimate
    around_zero: Estimate | None
    tau2: float | None
    trials: tuple[PutBack, ...]
    sd: float | None
    sd_from: str
    silent_ids: tuple[str, ...]


def with_p_only(
    outcome: Outcome,
    effects: Sequence[TrialEffect],
    silent: WithSilentNulls | None,
    trials: Sequence[POnly],
) -> tuple[WithPOnly | None, tuple[LeftOut, ...]]:
    """Put trials with a p alone back; None where none can be, with the reasons beside."""
    sd, source = spread(outcome, effects)
    measure = effects[0].measure if effects else outcome.usual_measure
    put_back: list[PutBack] = []
    left: list[LeftOut] = []
    for trial in trials:
        why = _not_sized(trial, measure, sd, source)
        if why is None:
            put_back.append(_sized(outcome, trial, sd))
        else:
            left.append(LeftOut(trial.study_id, f"{trial.p_in_words}: {why}"))
    if not put_back:
        return None, tuple(left)
    known = [(e.estimate, e.se) for e in effects] + [(t.estimate, t.se) for t in put_back]
    yi, vi = np.array([y for y, _ in known]), np.array([se**2 for _, se in known])
    null_ses = np.array(silent.ses if silent else ())
    result, between = censored_pool(yi, vi, null_ses)
    sized = {t.study_id for t in put_back}
    used = silent is not None or any(t.estimate is None for t in trials if t.study_id in sized)
    found = WithPOnly(
        k=len(known) + len(null_ses),
        printed=len(effects),
        imputed=len(null_ses),
        result=result,
        around_zero=imputed_pool(yi, vi, null_ses) if silent else None,
        tau2=between if len(known) + len(null_ses) > 1 else None,
        trials=tuple(put_back),
        sd=sd if used else None,
        sd_from=source if used else "",
        silent_ids=silent.study_ids if silent else (),
    )
    return found, tuple(left)


def _not_sized(trial: POnly, measure: str, sd: float | None, source: str) -> str | None:
    """Why a p says nothing of the size of the difference; None where it does."""
    if trial.across_arms is not None:
        return trial.across_arms
    if trial.estimate is not None:
        return None if trial.measure == measure else f"measured as {trial.measure}, not mixed with {measure}"
    if trial.sign is None:
        return "the direction is not printed"
    if trial.p_bound == "gt":
        return "a p above a bound gives no least size"
    if trial.measure not in ("md", "smd") or sd is None:
        return source if sd is None else f"a {trial.measure} without figures cannot be sized"
    return None if trial.n_treatment and trial.n_control else "the number of people is not known"


def _sized(outcome: Outcome, trial: POnly, sd: float | None) -> PutBack:
    z = es.z_of_p(trial.p)
    if trial.estimate is not None:
        estimate, se = trial.estimate, es.se_from_p(trial.estimate, trial.p)
        note = f"{trial.p_in_words}: the largest standard error that it allows"
    else:
        assert sd is not None and trial.sign is not None
        se = standard_error(trial, sd)
        estimate = trial.sign * z * se
        bound = " (a bound, the least favourable taken)" if trial.p_bound == "lt" else ""
        lacking = "no size in SDs" if outcome.usual_measure == "smd" else "size not printed"
        said = f"{outcome.direction(trial.sign)}, {trial.p_in_words}{bound}, {lacking}"
        note = f"{said}: z(p) times {se:.3g}"
    return PutBack(trial.study_id, estimate, se, trial.p, trial.p_bound, trial.n, note)


def censored_pool(yi: Array, vi: Array, null_ses: Array) -> tuple[Estimate, float]:
    """Random-effects mean of estimates, and of trials known only to lie inside +-1.96 standard errors.

    Args:
        yi, vi: estimates and variances, shape (k,), k at least 1.
        null_ses: standard errors of the silent trials, shape (j,); j may be 0.

    Returns:
        The mean with its normal interval, and tau2 (the maximum of the likelihood with the mean integrated
        out, which is REML where j is 0).
    """
    from scipy.optimize import minimize_scalar

    unit = float(np.var(yi) + np.median(np.concatenate([vi, null_ses**2])))
    evidence = lambda tau2: _moments(yi, vi, null_ses, tau2)[0]  # noqa: E731
    between = 0.0
    if len(yi) + len(null_ses) > 1:
        grid = np.concatenate([[0.0], unit * np.logspace(-3.5, 1.5, 26)])
        heights = [evidence(float(t)) for t in grid]
        best = int(np.argmax(heights))
        low, high = float(grid[max(0, best - 1)]), float(grid[min(len(grid) - 1, best + 1)])
        finer = minimize_scalar(
            lambda t: -evidence(float(t)),
            bounds=(low, high),
            method="bounded",
            options={"xatol": 1e-9 * unit},
        )
        # A peak that is no higher than no spread at all is none.
        between = float(finer.x) if -finer.fun > heights[0] + 1e-9 else 0.0
    _, mean, se = _moments(yi, vi, null_ses, between)
    return normal_estimate(mean, se), between


def _moments(yi: Array, vi: Array, null_ses: Array, tau2: float) -> tuple[float, float, float]:
    """Log of the likelihood with the mean integrated out (flat prior), and the mean's expectation and SD."""
    total = vi + tau2
    precision = float(np.sum(1.0 / total))
    centre, error = float(np.sum(yi / total)) / precision, precision**-0.5
    constant = -0.5 * float(np.sum(np.log(total) + (yi - centre) ** 2 / total))
    if len(null_ses) == 0:
        return constant + float(np.log(error)), centre, error
    # The trials with figures alone give a normal; what the silent ones say pulls it towards zero.
    mean, sd = centre, error
    for _ in range(_WINDOWS):
        at = mean + sd * np.linspace(-_REACH, _REACH, _POINTS)
        step = float(at[1] - at[0])
        heights = -0.5 * ((at - centre) / error) ** 2 + _log_inside(at, null_ses, tau2)
        top = float(np.max(heights))
        weights = np.exp(heights - top)
        mass = float(np.sum(weights))
        mean = float(np.sum(weights * at)) / mass
        before, sd = sd, max(float(np.sqrt(np.sum(weights * (at - mean) ** 2) / mass)), step)
        if sd > 0.8 * before:
            break
    return constant + top + float(np.log(mass * step)), mean, sd


def _log_inside(at: Array, null_ses: Array, tau2: float) -> Array:
    """Log probability that every silent trial lies inside its limits, for means `at`."""
    from scipy.special import log_ndtr

    limits, spreads = MIDDLE_95 * null_ses, np.sqrt(null_ses**2 + tau2)
    away = np.abs(at)[:, None]
    near, far = log_ndtr((limits - away) / spreads), log_ndtr((-limits - away) / spreads)
    return np.asarray(np.sum(near + np.log1p(-np.exp(far - near)), axis=1))
