"""What a reader must be told beside an estimate. Alarms are sentences with their figures; none is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from magnesim.evidence.comparisons import studies
from magnesim.evidence.estimates import Estimate
from magnesim.evidence.headline import Contribution, Headline
from magnesim.evidence.outcomes import Outcome
from magnesim.evidence.p_only import WithPOnly
from magnesim.evidence.pooling import Pooled, cautious_leave_one_out, pool
from magnesim.evidence.published import PublishedPool
from magnesim.evidence.silent_nulls import WithSilentNulls, people_of_all
from magnesim.evidence.trials import POnly, SilentNull, TrialEffect
from magnesim.evidence.wording import counted, listed, number, percent, with_interval
from magnesim.tables import rows

# Ten studies are needed before a leaning funnel can be told from chance (Sterne et al. 2011,
# doi:10.1136/bmj.d4002), and 0.10 is the level Egger proposed for so weak a test.
SMALL_STUDY_MIN_K = 10
SMALL_STUDY_P = 0.10
CARRIES = 0.5
MOST_LEFT_OUT = 500
"""More studies are not left out in turn: the time grows with the square of their number, and of so many no
single one carries an answer."""
SPONSOR_SHARE = 0.25
WHOLE = 0.999


@dataclass(frozen=True)
class Alarm:
    """One warning: a code that machines read and a sentence for people."""

    code: str
    message: str


def of_statistics(
    pooled: Pooled, labels: Sequence[str], yi: Sequence[float], vi: Sequence[float]
) -> list[Alarm]:
    """Alarms that need nothing but the numbers.

    Hartung-Knapp too sure, fixed against random, small studies, one study carries. Random effects are read
    with the wider of the Hartung-Knapp and the normal interval throughout.
    """
    found = (
        _hk_narrower_than_fixed(pooled),
        _fixed_random_conflict(pooled),
        _small_study_effect(pooled),
        _one_trial_carries(pooled, labels, yi, vi),
    )
    return [alarm for alarm in found if alarm]


def _hk_narrower_than_fixed(pooled: Pooled) -> Alarm | None:
    """Studies agree better than their errors allow, and Hartung-Knapp takes that for knowledge."""
    if not pooled.narrower_than_fixed:
        return None
    return Alarm(
        "hk_narrower_than_fixed",
        f"{pooled.k} studies agree better than their standard errors would have it, and the Hartung-Knapp "
        f"interval ({_limits(pooled.random)}) is narrower than that of a fixed effect "
        f"({_limits(pooled.fixed)}): believe the wider, {_limits(pooled.cautious)}.",
    )


def _limits(estimate: Estimate) -> str:
    return f"{number(estimate.ci[0])} to {number(estimate.ci[1])}"


def fixed_random_conflict(pooled: Pooled) -> bool:
    """The two models disagree on an effect, on its direction, or by more than the fixed interval."""
    if pooled.k < 2:
        return False
    fixed, random = pooled.fixed, pooled.cautious
    disagree = fixed.excludes_zero != random.excludes_zero
    opposite = fixed.estimate * random.estimate < 0.0 and (fixed.excludes_zero or random.excludes_zero)
    far = not fixed.ci[0] <= random.estimate <= fixed.ci[1]
    return disagree or opposite or far


def _fixed_random_conflict(pooled: Pooled) -> Alarm | None:
    if not fixed_random_conflict(pooled):
        return None
    fixed, random = pooled.fixed, pooled.cautious
    apart = abs(fixed.estimate - random.estimate)
    how = f"{number(apart)} apart"
    if not fixed.ci[0] <= random.estimate <= fixed.ci[1]:
        how += ", more than chance allows the fixed effect"
    elif fixed.excludes_zero != random.excludes_zero:
        how = (
            "only the fixed effect excludes no effect"
            if fixed.excludes_zero
            else ("only random effects exclude no effect")
        )
    return Alarm(
        "fixed_random_conflict",
        f"The fixed-effect estimate is {_written(fixed)}, the random-effects estimate {_written(random)}: "
        f"{how}. Which studies count more decides the answer.",
    )


def _small_study_effect(pooled: Pooled) -> Alarm | None:
    if not small_study_effect(pooled):
        return None
    assert pooled.egger is not None
    return Alarm(
        "small_study_effect",
        "Small studies say something else than large ones "
        f"(Egger p {number(pooled.egger.p, 2)}, {pooled.k} studies): one without sampling error would show "
        f"{number(pooled.egger.limit)}, the pool says {number(pooled.random.estimate)}.",
    )


def small_study_effect(pooled: Pooled) -> bool:
    """Whether the funnel leans by Egger's test, asked only of ten studies or more."""
    return pooled.egger is not None and pooled.k >= SMALL_STUDY_MIN_K and pooled.egger.p < SMALL_STUDY_P


def no_single_number(pooled: Pooled) -> bool:
    """Whether the studies allow no one estimate: the models conflict and the funnel leans.

    Either alone has harmless causes. Together they say that the answer is made by how much small studies
    count, and that these are the ones that may be published for what they found: magnesium after heart
    attacks before and after ISIS-4 (Egger and Davey Smith 1995, doi:10.1136/bmj.310.6982.752).
    """
    return fixed_random_conflict(pooled) and small_study_effect(pooled)


def _one_trial_carries(
    pooled: Pooled, labels: Sequence[str], yi: Sequence[float], vi: Sequence[float]
) -> Alarm | None:
    code = "one_trial_carries"
    if pooled.k == 1:
        return Alarm(code, f"One study only: {labels[0]}.")
    # Without one of two, a single study is left, and its normal interval is no fair comparison.
    without = cautious_leave_one_out(yi, vi) if 2 < pooled.k <= MOST_LEFT_OUT else []
    turned = [
        f"without {label} it is {with_interval(e.estimate, e.ci)}"
        for label, e in zip(labels, without, strict=False)
        if _turns(pooled.cautious, e)
    ]
    if turned:
        return Alarm(
            code,
            f"The answer hangs on single studies: with all it is {_written(pooled.cautious)}; "
            f"{listed(turned, 3)}.",
        )
    heaviest = max(range(pooled.k), key=lambda i: pooled.weights[i])
    share = pooled.weights[heaviest] / 100.0
    if share > CARRIES and (pooled.k > 2 or share > 0.8):
        return Alarm(code, f"{labels[heaviest]} has {percent(share)} of the weight of {pooled.k} studies.")
    return None


def _turns(whole: Estimate, part: Estimate) -> bool:
    return whole.excludes_zero != part.excludes_zero or (
        whole.excludes_zero and whole.estimate * part.estimate < 0.0
    )


def _written(estimate: Estimate) -> str:
    return with_interval(estimate.estimate, estimate.ci)


def high_risk_carries(headline: Headline, effects: Sequence[TrialEffect]) -> Alarm | None:
    """Trials at high risk of bias have half of the weight, or without them the answer turns."""
    code = "high_risk_carries"
    if headline.published is not None:
        return _high_risk_parts(code, headline.published)
    high = [c for c in headline.studies if c.risk_of_bias == "high"]
    share = sum(c.weight for c in high) / 100.0
    if not high:
        return None
    names = listed([c.study_id for c in high])
    if share >= CARRIES:
        return Alarm(code, f"{percent(share)} of the weight is at high risk of bias: {names}.")
    rest = [e for e in effects if e.risk_of_bias != "high"]
    without = pool([e.estimate for e in rest], [e.se**2 for e in rest]).cautious
    if headline.own is not None and _turns(headline.own.cautious, without):
        return Alarm(code, f"Without {names}, at high risk of bias, the answer is {_written(without)}.")
    return None


def _high_risk_parts(code: str, published: PublishedPool) -> Alarm | None:
    high = [part for part in published.parts if studies()[part]["risk_of_bias"] == "high"]
    if high and published.k and len(high) / published.k >= CARRIES:
        return Alarm(
            code,
            f"{counted(len(high), 'trial')} of {published.k} in {published.study_id} "
            f"{'is' if len(high) == 1 else 'are'} at high risk of bias: {listed(high)}.",
        )
    return None


def silent_nulls(
    own: Pooled | None, nulls: Sequence[SilentNull], put_back: WithSilentNulls | None, unit: str
) -> Alarm | None:
    """Trials that state no difference without numbers, and what they would do to the estimate."""
    if not nulls:
        return None
    known = people_of_all(nulls)
    people = f"{known}" if known is not None else f"at least {sum(null.n or 0 for null in nulls)}"
    said = "states no difference and prints" if len(nulls) == 1 else "state no difference and print"
    names = listed([null.study_id for null in nulls])
    text = f"{counted(len(nulls), 'trial')} ({people} people) {said} no number: {names}."
    if put_back is None:
        return Alarm("silent_nulls", f"{text} They could not be sized and put back.")
    filled = with_interval(put_back.result.estimate, put_back.result.ci, unit)
    if own is None:
        return Alarm("silent_nulls", f"{text} No trial printed a number; imputed: {filled}.")
    printed = with_interval(own.cautious.estimate, own.cautious.ci, unit)
    these = "it" if len(nulls) == 1 else "these"
    return Alarm("silent_nulls", f"{text} Printed figures alone: {printed}; with {these} imputed: {filled}.")


def significant_without_figures(
    outcome: Outcome, trials: Sequence[POnly], put_back: WithPOnly | None
) -> Alarm | None:
    """Trials with a significant p that the printed reading leaves out, and what they would do to it."""
    found = [trial for trial in trials if trial.significant]
    if not found:
        return None
    prints = (
        "prints a p below 0.05 without usable figures and is"
        if len(found) == 1
        else ("print a p below 0.05 without usable figures and are")
    )
    named = listed([_p_of(outcome, trial) for trial in found])
    text = f"{counted(len(found), 'trial')} {prints} left out of the printed reading: {named}."
    back = {t.study_id for t in put_back.trials} if put_back else set()
    if put_back is not None and any(t.study_id in back for t in found):
        filled = with_interval(put_back.result.estimate, put_back.result.ci, outcome.unit)
        text += f" With these and all that is known put back: {filled}, {counted(put_back.k, 'trial')}."
    across = [t.study_id for t in found if t.across_arms is not None]
    if across:
        text += f" In no reading, because the p is across more than two arms: {listed(across)}."
    unsized = [t.study_id for t in found if t.across_arms is None and t.study_id not in back]
    if unsized:
        text += f" In no reading, because its direction or its size cannot be told: {listed(unsized)}."
    return Alarm("significant_without_figures", text)


def _p_of(outcome: Outcome, trial: POnly) -> str:
    """`abbasi2012 (better on magnesium, p 0.006)`."""
    direction = "direction not printed" if trial.sign is None else outcome.direction(trial.sign)
    return f"{trial.study_id} ({direction}, {trial.p_in_words})"


def overlap(
    headline: Headline, effects: Sequence[TrialEffect], pools: Sequence[PublishedPool]
) -> Alarm | None:
    """Pools that hold the same people as each other or as the trials listed."""
    known = {
        p.study_id: [e.study_id for e in effects if e.study_id in p.parts] or list(p.parts)
        for p in pools
        if p.whole and p.parts
    }
    contained = [f"{pool_id} contains {listed(parts)}" for pool_id, parts in known.items()]
    several = list(dict.fromkeys(p.study_id for p in pools if p.whole and p.of_trials and p.ci))
    if len(several) > 1:
        contained.append(f"{listed(several)} draw on many of the same trials")
    if not contained:
        return None
    lead = headline.published.study_id if headline.published else "our own pool"
    return Alarm("overlap", f"{'; '.join(contained)}. Only {lead} is used; nothing is added to it.")


@cache
def _makers() -> frozenset[str]:
    funders = rows(Path(__file__).parent / "funders.csv")
    return frozenset(row["funding"] for row in funders if row["interest"] == "maker")


def sponsor(headline: Headline) -> Alarm | None:
    """A maker or seller of the product paid for, supplied or staffed a good part of the weight."""
    paid = [c for c in headline.studies if c.funding in _makers()]
    share = sum(c.weight for c in paid) / 100.0
    if share < SPONSOR_SHARE:
        return None
    named = listed([f"{c.study_id} ({c.funding})" for c in paid])
    return Alarm("sponsor", f"{percent(share)} of the weight has a maker or seller behind it: {named}.")


def other_than_asked(
    code: str,
    asked: str,
    headline: Headline,
    share: float,
    trials: Sequence[TrialEffect],
    nulls: Sequence[SilentNull],
    p_only: Sequence[POnly],
) -> Alarm | None:
    """The salt, or the people, asked about are not all of what was tested.

    Args:
        code: `other_salt` or `other_population`.
        asked: what was asked, in words.
        share: share (0 to 1) of the headline's weight that is what was asked.
        trials, nulls, p_only: the trials of just what was asked, with numbers, without, and with a p alone.
    """
    if share >= WHOLE:
        return None
    if headline.published is not None:
        stands = f"The headline is {headline.published.study_id}, which pools more than that."
    elif headline.studies:
        stands = f"{percent(share)} of the weight of the headline is just that."
    else:
        stands = "No trial printed figures that can be used."
    known = [f"{e.study_id} {with_interval(e.estimate, e.ci)}" for e in trials]
    known += [f"{n.study_id} no difference, without numbers" for n in nulls]
    known += [f"{t.study_id} {t.p_in_words}, size not printed" for t in p_only if t.estimate is None]
    found = f"Trials of just that: {listed(known)}." if known else "No usable trial of just that."
    return Alarm(code, f"Asked: {asked}. {stands} {found}")


def share_of_form(contributions: Sequence[Contribution], form: str) -> float:
    """Share (0 to 1) of the weight in trials of nothing but this salt."""
    return sum(c.weight for c in contributions if c.compounds == (form,)) / 100.0
