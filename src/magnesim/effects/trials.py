"""What is known of an outcome's effect on one scale: trials, and the pool that stands for more of them.

Two figures that rest on the same people never count twice. Trials of one family give one row. A published
pool may stand in for the trials of its time: those that it may hold, published no later than it or listed as
its parts, then tell how far trials differ and nothing of the mean.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from magnesim.effects.covariates import Covariate, covariates_of
from magnesim.effects.predict import WITHOUT_IMPORTANCE_SD, sceptical_sd
from magnesim.effects.spread import people_sd
from magnesim.evidence import Outcome
from magnesim.evidence.comparisons import studies
from magnesim.evidence.constructs import Construct, constructs
from magnesim.evidence.effect_sizes import ASSUMED_CORRELATION, se_of_difference, se_of_paired_difference
from magnesim.evidence.published import (
    PublishedPool,
    best_pool,
    published_of_construct,
    published_pools,
)
from magnesim.evidence.selection import select
from magnesim.evidence.trials import TrialEffect

CONSTANT = "constant"
UNIT, SD, LOG = "unit", "SD", "log ratio"
"""Scales: the outcome's unit, standard deviations between people, the logarithm of a ratio.

Risk, odds and hazard ratios are taken alike: trials differ by more than what tells these apart.
"""
LOG_ODDS_PER_SD = math.pi / math.sqrt(3.0)
"""Log odds ratio of a shift by one SD (Cochrane handbook 10.6)."""
SCEPTICAL = {SD: WITHOUT_IMPORTANCE_SD, LOG: WITHOUT_IMPORTANCE_SD * LOG_ODDS_PER_SD}
"""Width of the prior where no unit gives one: a small effect, in SD, and what it is as a log odds ratio.

For a risk or hazard ratio, which lies nearer one than the odds ratio, the same width is the wider prior.
Nine ratios in ten lie between 0.41 and 2.4.
"""
USUAL_PEOPLE = 20
"""People an arm that a trial of unknown size is taken to have."""


@dataclass(frozen=True)
class Trial:
    """One trial's effect, or a pool of several, with what may predict it.

    Attributes:
        estimate, se: on one scale.
        x: covariates; numbers over their reference, classes as words, None where not known.
        pooled: trials behind the figure; 1 for a trial.
    """

    study_id: str
    estimate: float
    se: float
    x: dict[str, Covariate]
    pooled: int = 1

    def times(self, factor: float) -> Trial:
        """The same on another scale, or turned."""
        return replace(self, estimate=self.estimate * factor, se=self.se * abs(factor))


@dataclass(frozen=True)
class Known:
    """All that may be used to foresee an effect.

    Attributes:
        trials: what the mean rests on; a pool among them is the first.
        spread_only: trials that the pool may hold: they tell the spread between trials alone.
    """

    trials: tuple[Trial, ...]
    spread_only: tuple[Trial, ...] = ()

    @property
    def count(self) -> int:
        """Trials behind a prediction, those inside a pool by its own number."""
        return sum(one.pooled for one in self.trials)

    def times(self, factor: float) -> Known:
        """The same on another scale, or turned."""
        return Known(
            tuple(one.times(factor) for one in self.trials),
            tuple(one.times(factor) for one in self.spread_only),
        )


def family_of(study_id: str) -> str:
    """Studies of the same people share a family."""
    return str((studies().get(study_id) or {}).get("trial_family") or study_id)


def families_of(study: dict[str, Any]) -> frozenset[str]:
    """Families in the shipped tables that a study, of these or of other tables, belongs to.

    The same id, family, PubMed id, DOI, or first author and year makes it the same study, whatever it is
    called elsewhere: to leave out one too many costs little, to foresee a study from itself costs all.
    """
    marks = _marks(study)
    names = {str(study[key]) for key in ("study_id", "trial_family") if study.get(key)}
    return frozenset(names | {family_of(other) for other, row in studies().items() if marks & _marks(row)})


def _marks(study: dict[str, Any]) -> set[tuple[str, ...]]:
    """What a study is known by."""
    found: set[tuple[str, ...]] = {
        (kind, str(study[key]).strip().lower())
        for kind, key in (("id", "study_id"), ("id", "trial_family"), ("pmid", "pmid"), ("doi", "doi"))
        if study.get(key)
    }
    if study.get("first_author") and study.get("year"):
        found.add((str(study["first_author"]).lower(), str(study["year"])))
    return found


def trials_of(outcome: Outcome, without: frozenset[str] = frozenset(), scale: str = UNIT) -> list[Trial]:
    """Trials that print a difference on a scale, but for some families.

    Where no spread between people is known, a mean difference is turned into SD by the trial's own, which
    its standard error and sizes imply.
    """
    found = []
    for effect in select(outcome).effects:
        factor = _factor(outcome, effect, scale, without)
        if factor is not None and family_of(effect.study_id) not in without:
            x: dict[str, Covariate] = {CONSTANT: 1.0, **covariates_of(effect)}
            found.append(Trial(effect.study_id, effect.estimate * factor, effect.se * factor, x))
    return found


def _factor(outcome: Outcome, effect: TrialEffect, scale: str, without: frozenset[str]) -> float | None:
    """What turns a trial's effect into the scale; None where nothing does."""
    if scale == LOG:
        return 1.0 if effect.measure.startswith("log_") else None
    if effect.measure == "smd":
        return 1.0 if scale == SD else people_sd(outcome, without)
    if effect.measure != "md":
        return None
    if scale == UNIT:
        return 1.0
    paired = (studies().get(effect.study_id) or {}).get("design") == "rct_crossover"
    sd = people_sd(outcome, without) or implied_sd(effect.se, effect.n_treatment, effect.n_control, paired)
    return 1.0 / sd if sd else None


def implied_sd(se: float, treated: float | None, control: float | None, paired: bool) -> float | None:
    """SD between people that a standard error and the sizes of the arms imply; None without sizes."""
    if not treated or not control or treated < 2 or control < 2:
        return None
    if paired:
        return se / se_of_paired_difference(1.0, int(treated), ASSUMED_CORRELATION)
    return se / se_of_difference(1.0, int(treated), int(control))


def prior_width(outcome: Outcome, trials: Sequence[Trial], scale: str = UNIT) -> float:
    """Width of the prior of the mean: the sceptical one, else a small effect by the spread between people.

    Where no spread is known either, errors tell it, of trials taken to be of a usual size.
    """
    sd, width = people_sd(outcome), sceptical_sd(outcome)
    if scale != UNIT:
        return width / sd if scale == SD and width and sd else SCEPTICAL[scale]
    if width is not None:
        return width
    if sd is not None:
        return WITHOUT_IMPORTANCE_SD * sd
    error = float(np.median([one.se * math.sqrt(one.pooled) for one in trials])) if trials else 1.0
    return WITHOUT_IMPORTANCE_SD * error / se_of_difference(1.0, USUAL_PEOPLE, USUAL_PEOPLE)


def known_before(
    outcome: Outcome,
    year: int | None = None,
    without: frozenset[str] = frozenset(),
    scale: str = UNIT,
    borrow: bool = False,
) -> Known:
    """What may be used to foresee a trial of some year.

    Args:
        year: only a pool published before it can be used; None for a trial that is yet to be run.
        without: families that must not be among it.
        borrow: whether other scales of the same construct speak, in SD, where none of the outcome's own does.
    """
    pools = published_pools(outcome)
    known = _together(outcome, trials_of(outcome, without, scale), pools, year, without, scale)
    if known.trials or not borrow or scale == LOG:
        return known
    sd = 1.0 if scale == SD else people_sd(outcome, without)
    for construct in constructs().values():
        if outcome in construct.instruments and sd:
            trials = _of_other_scales(construct, outcome, without)
            pools, _ = published_of_construct(construct)
            found = _together(construct.as_outcome, trials, pools, year, without, SD)
            return found.times(sd * construct.sign(outcome))
    return known


def _of_other_scales(construct: Construct, outcome: Outcome, without: frozenset[str]) -> list[Trial]:
    """One row a family, in SD, turned as the construct is; scales in the construct's order."""
    found: dict[str, Trial] = {}
    for scale in construct.instruments:
        if scale != outcome:
            for one in trials_of(scale, without, SD):
                found.setdefault(family_of(one.study_id), one.times(construct.sign(scale)))
    return list(found.values())


def _together(
    outcome: Outcome,
    trials: list[Trial],
    pools: list[PublishedPool],
    year: int | None,
    without: frozenset[str],
    scale: str,
) -> Known:
    """Trials, and the pool instead of those that it may hold where it tells more of the mean than they do."""
    pool = _pool(pools, year, without, scale)
    if pool is None:
        return Known(tuple(trials))
    held = [one for one in trials if _may_hold(pool, one.study_id)]
    width = prior_width(outcome, trials, scale)
    assert pool.se is not None and pool.estimate is not None
    # a pool prints no mean dose: where dose is the model, it is taken to be at the reference
    x: dict[str, Covariate] = {CONSTANT: 1.0, "dose_mg_d": 1.0}
    stand_in = Trial(pool.study_id, pool.estimate, pool.se, x, max(pool.k or 1, 1))
    if _information([stand_in], width) <= _information(held, width):
        return Known(tuple(trials))
    later = [one for one in trials if one not in held]
    return Known((stand_in, *later), tuple(held))


def known_outside(
    outcome: Outcome, year: int, parts: frozenset[str], without: frozenset[str], scale: str = UNIT
) -> Known:
    """What may be used to foresee a pool published in some year: trials after it, not among its parts."""
    return Known(
        tuple(
            one
            for one in trials_of(outcome, without, scale)
            if year and one.study_id not in parts and (_year(one.study_id) or 0) > year
        )
    )


def _pool(
    pools: list[PublishedPool], year: int | None, without: frozenset[str], scale: str
) -> PublishedPool | None:
    """The pool to lean on, of those that cannot hold the trial to be foreseen."""
    measures = {UNIT: ("md",), SD: ("smd",), LOG: ("log_rr", "log_or")}[scale]
    return best_pool(
        [
            one
            for one in pools
            if one.measure in measures
            and one.se
            and not without & {one.study_id, *one.parts}
            and (year is None or (one.year is not None and one.year < year))
        ]
    )


def _may_hold(pool: PublishedPool, study_id: str) -> bool:
    year = _year(study_id)
    return study_id in pool.parts or year is None or pool.year is None or year <= pool.year


def _year(study_id: str) -> int | None:
    year: int | None = (studies().get(study_id) or {}).get("year")
    return year


def _information(trials: Sequence[Trial], width: float) -> float:
    """Precision of the mean, were the spread between trials that of its prior; by no estimate."""
    return sum(1.0 / (one.se**2 + width**2 / one.pooled) for one in trials)
