"""How sure one may be of an estimate: GRADE's five reasons for doubt, each computed, with its figures.

Randomised trials start at high, observational studies at low (Guyatt et al. 2011,
doi:10.1016/j.jclinepi.2010.04.026). The thresholds are ours and stand below; a person may override the
level and must say why.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from magnesim.errors import InputError
from magnesim.evidence.alarms import (
    SMALL_STUDY_MIN_K,
    SMALL_STUDY_P,
    no_single_number,
    share_of_form,
    small_study_effect,
)
from magnesim.evidence.headline import Headline
from magnesim.evidence.outcomes import Outcome
from magnesim.evidence.pooling import Pooled
from magnesim.evidence.published import RISK_ORDER, PublishedPool
from magnesim.evidence.silent_nulls import WithSilentNulls
from magnesim.evidence.trials import SilentNull
from magnesim.evidence.wording import counted, listed, number, percent, with_interval

LEVELS = ("very_low", "low", "moderate", "high")

HALF = 0.5
SERIOUS_I2 = 75.0
SERIOUS_I2_IF_IT_TURNS = 50.0
"""Enough where a new trial could show no effect, or the opposite, while the mean excludes that."""
# Effects smaller than this are taken as too small to matter where no important difference is known: half an
# SD (Norman et al. 2003, doi:10.1097/01.MLR.0000062554.74615.4C), a quarter up or down for a ratio.
HALF_AN_SD = 0.5
RATIO_STEP = math.log(1.25)
# Sizes below which an estimate is fragile even where its interval is short.
OPTIMAL_PEOPLE = 400
FEW_PEOPLE = 100
VERY_FEW_PEOPLE = 30


@dataclass(frozen=True)
class Reason:
    """One domain of GRADE: levels taken off (0 or less) and the figures that caused it."""

    domain: str
    step: int
    because: str


@dataclass(frozen=True)
class Certainty:
    """`very_low`, `low`, `moderate` or `high`, with the reasons in the order of GRADE."""

    level: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Grounds:
    """All that certainty is computed from.

    Attributes:
        asked_form, asked_population: None where not asked.
        population_share: share (0 to 1) of the headline's weight in the population asked for.
        nulls: trials that state no difference without numbers.
    """

    outcome: Outcome
    headline: Headline
    published: Sequence[PublishedPool]
    nulls: Sequence[SilentNull]
    put_back: WithSilentNulls | None
    randomised: bool
    asked_form: str | None
    asked_population: str | None
    population_share: float


def certainty(grounds: Grounds) -> Certainty:
    """Rate the headline on the five domains."""
    reasons = (
        _risk_of_bias(grounds),
        _inconsistency(grounds),
        _indirectness(grounds),
        _imprecision(grounds),
        _publication_bias(grounds),
    )
    start = LEVELS.index("high" if grounds.randomised else "low")
    return Certainty(LEVELS[max(0, start + sum(r.step for r in reasons))], reasons)


def override(rated: Certainty, level: str, because: str) -> Certainty:
    """A person's own level in place of the computed one; the computed reasons stay beside the person's.

    Raises:
        InputError: no such level, or no reason.
    """
    if level not in LEVELS:
        raise InputError(f"certainty {level!r}", f"one of {', '.join(LEVELS)} is allowed.", "low")
    if not because.strip():
        raise InputError(
            "an override without a reason", "say why the computed level is not yours.", "allocation was open"
        )
    step = LEVELS.index(level) - LEVELS.index(rated.level)
    return replace(rated, level=level, reasons=(*rated.reasons, Reason("override", step, because)))


def _risk_of_bias(grounds: Grounds) -> Reason:
    """High risk in half of the weight takes two levels, anything but low in half of it takes one."""
    domain = "risk_of_bias"
    if grounds.headline.source == "silent_nulls":
        parts = [(n.study_id, n.risk_of_bias, float(n.n or 0)) for n in grounds.nulls]
    else:
        parts = [(c.study_id, c.risk_of_bias, c.weight) for c in grounds.headline.studies]
    total = sum(weight for *_, weight in parts)
    if total == 0.0:
        return Reason(domain, 0, "no study to rate")
    high = sum(w for _, risk, w in parts if risk == "high") / total
    low = sum(w for _, risk, w in parts if risk == "low") / total
    named = listed([f"{study_id} {risk}" for study_id, risk, _ in parts])
    figures = f"high risk in {percent(high)} of the weight, low in {percent(low)} ({named})"
    return Reason(domain, -2 if high >= HALF else -1 if low <= HALF else 0, figures)


def _inconsistency(grounds: Grounds) -> Reason:
    domain = "inconsistency"
    own, lead = grounds.headline.own, grounds.headline.published
    pi = None if own is None else own.cautious_pi
    if own is not None and own.i2 is not None and own.tau2 is not None and pi is not None:
        new_turns = own.cautious.excludes_zero and pi[0] <= 0.0 <= pi[1]
        serious = own.i2 >= SERIOUS_I2 or (own.i2 >= SERIOUS_I2_IF_IT_TURNS and new_turns)
        figures = (
            f"I2 {number(own.i2, 2)} %, tau2 {number(own.tau2)}, a new trial would lie between "
            f"{number(pi[0])} and {number(pi[1])}"
        )
        return Reason(domain, -1 if serious else 0, figures)
    if lead is not None:
        return _pools_disagree(domain, lead, grounds.published)
    return Reason(domain, 0, "fewer than two estimates to compare")


def _pools_disagree(domain: str, lead: PublishedPool, pools: Sequence[PublishedPool]) -> Reason:
    """Another pool's estimate outside the interval of the one that leads, or an I2 printed as high.

    A pool that prints no interval may differ by chance alone, and counts only where it is less biased than
    the one that leads: it would lead itself, had it printed one.
    """
    assert lead.ci is not None
    risk = RISK_ORDER.index(lead.risk_of_bias)
    i2 = "not printed" if lead.i2 is None else f"{number(lead.i2, 3)} %"
    others = [
        p for p in pools
        if p.whole and p.of_trials and (p.ci or RISK_ORDER.index(p.risk_of_bias) < risk)
        and p.measure == lead.measure and p.study_id != lead.study_id and p.statistic == "mean"
    ]  # fmt: skip
    outside = [
        f"{p.study_id} {number(p.estimate)}"
        for p in others
        if p.estimate is not None and not lead.ci[0] <= p.estimate <= lead.ci[1]
    ]
    figures = f"I2 {i2}; {counted(len(others), 'other published pool')}"
    if outside:
        figures += f", outside the interval of {lead.study_id}: {listed(outside)}"
    serious = bool(outside) or (lead.i2 is not None and lead.i2 >= SERIOUS_I2)
    return Reason(domain, -1 if serious else 0, figures)


def _indirectness(grounds: Grounds) -> Reason:
    said, step = [], 0
    if grounds.asked_form is not None:
        share = _form_share(grounds)
        step -= 1 if share < HALF else 0
        said.append(f"{percent(share)} of the weight is known to be of {grounds.asked_form}")
    if grounds.asked_population is not None:
        step -= 1 if grounds.population_share < HALF else 0
        said.append(f"{percent(grounds.population_share)} is known to be in {grounds.asked_population}")
    return Reason("indirectness", step, "; ".join(said) or "no salt and no population was asked for")


def _form_share(grounds: Grounds) -> float:
    assert grounds.asked_form is not None
    if grounds.headline.source == "silent_nulls":
        people = sum(n.n or 0 for n in grounds.nulls)
        return sum(n.n or 0 for n in grounds.nulls if n.compounds == (grounds.asked_form,)) / max(people, 1)
    return share_of_form(grounds.headline.studies, grounds.asked_form)


def _imprecision(grounds: Grounds) -> Reason:
    """The interval against the smallest difference that matters, then the number of people.

    An interval wholly inside the unimportant range is precise enough to say "little or no difference"
    (Zeng et al. 2022, doi:10.1016/j.jclinepi.2022.07.014), unless very few people stand behind it.
    """
    domain, headline = "imprecision", grounds.headline
    if headline.source == "none":
        return Reason(domain, -3, "no controlled trial prints a number that can be used")
    if headline.source == "silent_nulls":
        return _silent_imprecision(domain, grounds)
    assert headline.ci is not None
    ci = headline.ci
    limit, name = smallest_that_matters(grounds.outcome, headline.measure)
    step, text = _against(ci, limit, name)
    people = "an unknown number of people" if headline.n is None else f"{headline.n} people"
    needed = FEW_PEOPLE if text.startswith("smaller") else OPTIMAL_PEOPLE
    # A published pool seldom prints its people for each outcome; that is no reason for doubt by itself.
    fragile = headline.n < needed if headline.n is not None else headline.source != "published_pool"
    if headline.n is not None and headline.n < VERY_FEW_PEOPLE:
        step = -2
    return Reason(
        domain, min(step, -1 if fragile else 0), f"{number(ci[0])} to {number(ci[1])}: {text}; {people}"
    )


def _silent_imprecision(domain: str, grounds: Grounds) -> Reason:
    if grounds.put_back is None:
        return Reason(domain, -3, "trials state no difference, print no number, and cannot be sized")
    ci = grounds.put_back.result.ci
    step, text = _against(ci, *smallest_that_matters(grounds.outcome, "md"))
    figures = f"imputed from trials without numbers, {number(ci[0])} to {number(ci[1])}: {text}"
    return Reason(domain, step - 1, figures)


def smallest_that_matters(outcome: Outcome, measure: str | None) -> tuple[float | None, str]:
    """The difference below which an effect is too small to matter, in the measure's scale, and its name."""
    if outcome.better_direction == "neutral":
        return None, "a marker that is neither good nor bad"
    if measure == "smd":
        return HALF_AN_SD, "half an SD"
    if measure != "md":
        return RATIO_STEP, "a quarter more or less"
    if outcome.mid is not None:
        return outcome.mid, f"the minimal important difference of {number(outcome.mid)}"
    if outcome.typical_sd is not None:
        return HALF_AN_SD * outcome.typical_sd, f"half an SD ({number(HALF_AN_SD * outcome.typical_sd)})"
    return None, "no important difference is known"


def _against(ci: tuple[float, float], limit: float | None, name: str) -> tuple[int, str]:
    if limit is None:
        zero = ci[0] <= 0.0 <= ci[1]
        return (-1 if zero else 0), f"{name}, and the interval {'includes' if zero else 'excludes'} no effect"
    inside = [bound for bound in (-limit, limit) if ci[0] < bound < ci[1]]
    if len(inside) == 2:
        return -2, f"reaches {name} in both directions"
    if inside:
        return -1, f"crosses {name}"
    small = -limit <= ci[0] and ci[1] <= limit
    return 0, f"smaller than {name} throughout" if small else f"larger than {name} throughout"


def _publication_bias(grounds: Grounds) -> Reason:
    """A leaning funnel, as many silent trials as printed ones, or silent ones that turn it take a level.

    Two levels (GRADE's "very serious") where no single number can be given and the whole effect may be made
    by what was published: random effects exclude no effect, and the fixed effect, which hardly hears small
    trials, or what Egger's line says of a trial without sampling error, is nothing or the opposite.
    """
    domain, headline = "publication_bias", grounds.headline
    if headline.source in ("none", "silent_nulls"):
        return Reason(domain, 0, "no printed figures to be biased")
    silent = len(grounds.nulls)
    said = [f"{counted(silent, 'trial')} without numbers beside {headline.k}"]
    leans = headline.own is not None and small_study_effect(headline.own)
    if headline.own is not None and headline.own.egger is not None:
        asked = headline.own.k >= SMALL_STUDY_MIN_K
        p = f"Egger p {number(headline.own.egger.p, 2)} (below {SMALL_STUDY_P:g} leans)"
        said.append(p if asked else f"Egger's test asked only of {SMALL_STUDY_MIN_K} studies or more")
    turned = False
    if headline.own is not None and grounds.put_back is not None:
        turned = headline.own.cautious.excludes_zero and not grounds.put_back.result.excludes_zero
        said.append(f"imputed: {with_interval(grounds.put_back.result.estimate, grounds.put_back.result.ci)}")
    many = silent > 0 and silent >= headline.k
    step = -1 if leans or many or turned else 0
    if headline.own is not None and _made_by_small_trials(headline.own):
        step = -2
        assert headline.own.egger is not None
        said.append(
            f"no effect is left without small trials: fixed effect "
            f"{with_interval(headline.own.fixed.estimate, headline.own.fixed.ci)}, Egger's line ends at "
            f"{number(headline.own.egger.limit)}"
        )
    return Reason(domain, step, "; ".join(said))


def _made_by_small_trials(own: Pooled) -> bool:
    """Whether an effect stands in the small trials and in nothing else."""
    if not no_single_number(own) or not own.cautious.excludes_zero or own.egger is None:
        return False
    side = own.cautious.estimate
    return not own.fixed.excludes_zero or own.fixed.estimate * side <= 0.0 or own.egger.limit * side <= 0.0
