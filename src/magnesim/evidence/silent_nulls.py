"""Trials that say "no difference" and print no number, put back into the pool by multiple imputation.

Pooling only those who printed numbers leans towards an effect, because null results are the ones left
unprinted. Each silent trial is known to have a size, and to have found nothing significant. So its
estimate is drawn from a normal around 0 with the standard error that its size and the outcome's SD
give, kept inside +-1.96 standard errors; the pool is computed for every draw, and the draws are
joined by Rubin's rules. Around 0 is an assumption that leans the other way.

Where every trial with a significant result printed its figures, the two answers lean to two sides of the
truth. Where some of those printed a p and nothing else, both answers lack them and lean towards nothing by
that, and the truth may lie beyond the two; `p_only.py` holds all three kinds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from magnesim.evidence import effect_sizes as es
from magnesim.evidence.estimates import LEVEL, Estimate
from magnesim.evidence.outcomes import Outcome
from magnesim.evidence.pooling import random_effects
from magnesim.evidence.trials import LeftOut, POnly, SilentNull, TrialEffect
from magnesim.normal import MIDDLE_95

Array = NDArray[np.float64]

DRAWS = 200
SEED = 1


@dataclass(frozen=True)
class WithSilentNulls:
    """The pool with the silent trials put back.

    Attributes:
        k: trials in it, `imputed` of them silent.
        result: estimate, standard error and interval after Rubin's rules, in the outcome's unit.
        n: people of the silent trials put back; None where the people of one are not known.
        study_ids, ses: the silent trials and the standard errors given to them.
        sd: the SD used, and `sd_from` where it comes from.
        left_out: silent trials that could not be sized, and why.
    """

    k: int
    imputed: int
    n: int | None
    result: Estimate
    study_ids: tuple[str, ...]
    ses: tuple[float, ...]
    sd: float
    sd_from: str
    left_out: tuple[LeftOut, ...]


def with_silent_nulls(
    outcome: Outcome, effects: Sequence[TrialEffect], nulls: Sequence[SilentNull], seed: int = SEED
) -> tuple[WithSilentNulls | None, tuple[LeftOut, ...]]:
    """Impute the silent trials of an outcome; None where none can be sized, with the reasons beside."""
    sd, source = spread(outcome, effects)
    sized: list[tuple[SilentNull, float]] = []
    left: list[LeftOut] = []
    for null in nulls:
        if sd is None:
            left.append(LeftOut(null.study_id, f"states no difference without numbers; {source}"))
        elif null.n_treatment is None or null.n_control is None:
            left.append(
                LeftOut(null.study_id, "states no difference without numbers, and its size is unknown")
            )
        else:
            sized.append((null, standard_error(null, sd)))
    if sd is None or not sized:
        return None, tuple(left)
    yi = np.array([e.estimate for e in effects])
    vi = np.array([e.se**2 for e in effects])
    ses = np.array([se for _, se in sized])
    put_back = WithSilentNulls(
        k=len(effects) + len(sized),
        imputed=len(sized),
        n=people_of_all(null for null, _ in sized),
        result=imputed_pool(yi, vi, ses, seed=seed),
        study_ids=tuple(null.study_id for null, _ in sized),
        ses=tuple(float(se) for se in ses),
        sd=sd,
        sd_from=source,
        left_out=tuple(left),
    )
    return put_back, tuple(left)


def people_of_all(trials: Iterable[SilentNull]) -> int | None:
    """People of all trials together; None where those of one are not known, or there is none."""
    numbers = [trial.n for trial in trials]
    return sum(n for n in numbers if n is not None) if numbers and None not in numbers else None


def imputed_pool(yi: Array, vi: Array, null_ses: Array, draws: int = DRAWS, seed: int = SEED) -> Estimate:
    """Pool printed estimates with silent ones drawn around zero, joined by Rubin's rules.

    Args:
        yi, vi: printed estimates and variances, shape (k,); k may be 0.
        null_ses: standard errors of the silent trials, shape (j,), j at least 1.
        draws: imputations, an even number: each draw is used with its mirror image, so that the draws
            themselves lean nowhere.

    Rubin 1987 (doi:10.1002/9780470316696). Each pool has its normal standard error: Hartung-Knapp would
    read the spread of made-up estimates as if it had been observed.
    """
    from scipy.special import stdtr, stdtrit

    variances = np.concatenate([vi, null_ses**2])
    rows = _null_draws(null_ses, draws, seed)
    pooled = [random_effects(np.concatenate([yi, row]), variances, test="wald") for row in rows]
    means = np.array([p.estimate for p in pooled])
    mean = float(np.mean((means[: draws // 2] + means[draws // 2 :]) / 2.0))
    between = float(np.var(means, ddof=1)) * (1.0 + 1.0 / draws)
    total = float(np.mean([p.se**2 for p in pooled])) + between
    se, df = float(np.sqrt(total)), (draws - 1) * (total / between) ** 2
    reach = float(stdtrit(df, (1.0 + LEVEL) / 2.0)) * se
    return Estimate(mean, se, (mean - reach, mean + reach), float(2.0 * stdtr(df, -abs(mean) / se)))


def _null_draws(null_ses: Array, draws: int, seed: int) -> Array:
    """Estimates of silent trials (draws, j): normal around 0, none significant, mirrored in pairs."""
    from scipy.special import ndtr, ndtri

    reach = float(ndtr(MIDDLE_95))
    uniform = np.random.default_rng(seed).uniform(1.0 - reach, reach, size=(draws // 2, len(null_ses)))
    half = ndtri(uniform) * null_ses
    return np.concatenate([half, -half])


def spread(outcome: Outcome, effects: Sequence[TrialEffect]) -> tuple[float | None, str]:
    """SD to size trials without figures with, and where it comes from; the reason where there is none."""
    measure = effects[0].measure if effects else outcome.usual_measure
    if measure == "smd":
        return 1.0, "SD units"
    if measure != "md":
        return None, f"a {measure} without figures cannot be sized"
    if outcome.typical_sd is not None:
        return outcome.typical_sd, outcome.sd_source or "outcomes.csv"
    implied = [implied for e in effects if (implied := implied_sd(e)) is not None]
    if implied:
        return float(
            np.median(implied)
        ), "median SD implied by the standard errors and sizes of the pooled trials"
    return None, "no SD is known to size it with"


def implied_sd(effect: TrialEffect) -> float | None:
    """The SD between people that a trial's standard error and sizes imply; None where sizes are unknown.

    Of a crossover none: without the correlation of its periods the error does not tell the spread.
    """
    if effect.paired or not effect.n_treatment or not effect.n_control:
        return None
    return effect.se / es.se_of_difference(1.0, effect.n_treatment, effect.n_control)


def standard_error(trial: SilentNull | POnly, sd: float) -> float:
    """The standard error that a trial's size and the SD between people give."""
    assert trial.n_treatment is not None and trial.n_control is not None
    if trial.paired:
        return es.se_of_paired_difference(sd, trial.n_treatment)
    return es.se_of_difference(sd, trial.n_treatment, trial.n_control)
