"""The one answer to lead with: our own pool, else the best published one, else a single trial.

Never a pool together with its parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from magnesim.evidence.estimates import Interval
from magnesim.evidence.pooling import Pooled, pool
from magnesim.evidence.published import PublishedPool
from magnesim.evidence.silent_nulls import WithSilentNulls
from magnesim.evidence.trials import POnly, TrialEffect
from magnesim.evidence.wording import listed, with_interval

# A published pool of many times as many trials than print usable figures in our tables says more than
# our few, even though it cannot be taken apart.
PUBLISHED_OUTWEIGHS = 5


@dataclass(frozen=True)
class Contribution:
    """A study's part in the headline: `weight` in percent, and what certainty and alarms ask of it."""

    study_id: str
    estimate: float | None
    se: float | None
    weight: float
    risk_of_bias: str
    compounds: tuple[str, ...]
    funding: str | None
    note: str


@dataclass(frozen=True)
class Headline:
    """The estimate that leads.

    Attributes:
        source: `trials` (own pool), `published_pool`, `single_trial`, `silent_nulls` (no trial printed a
            number, some stated no difference) or `none`.
        measure, estimate, se, ci: None where nothing can be said. Of our own pool the wider of the
            Hartung-Knapp and the normal interval, and the larger standard error.
        k, n: studies and people behind it; n None where not all sizes are known. A trial whose arm sizes are
            not printed counts with all its people.
        method, test: of the pooling; as printed for a published pool.
        own, published: the pool it is taken from.
        studies: what carries it.
        because: why this one leads, in a sentence.
    """

    source: str
    measure: str | None
    estimate: float | None
    se: float | None
    ci: Interval | None
    k: int
    n: int | None
    method: str | None
    test: str | None
    own: Pooled | None
    published: PublishedPool | None
    studies: tuple[Contribution, ...]
    because: str


def own_pool(effects: Sequence[TrialEffect]) -> Pooled | None:
    """The trial-level pool; None where no trial printed usable figures."""
    if not effects:
        return None
    return pool([e.estimate for e in effects], [e.se**2 for e in effects])


def side_by_side(pooled: Pooled) -> str:
    """The headline where studies allow no one estimate: both readings, and no claim."""
    random, fixed = pooled.cautious, pooled.fixed
    return (
        "No single number can be given, and no effect is claimed: random effects say "
        f"{with_interval(random.estimate, random.ci)}, a fixed effect says "
        f"{with_interval(fixed.estimate, fixed.ci)}, and small studies disagree with large ones."
    )


def choose(
    effects: Sequence[TrialEffect],
    own: Pooled | None,
    published: PublishedPool | None,
    silent: WithSilentNulls | None,
    p_only: Sequence[POnly] = (),
) -> Headline:
    """Pick the headline.

    Our own pool leads from two trials on, unless the best published pool holds at least
    `PUBLISHED_OUTWEIGHS` times as many; then the published pool; then the single trial; then the
    silent nulls, whose estimate is not given as a finding.
    """
    many = published is not None and own is not None and (published.k or 0) >= PUBLISHED_OUTWEIGHS * own.k
    if own is not None and own.k >= 2 and not many:
        return _of_trials(effects, own, f"{own.k} trials print figures that can be pooled")
    if published is not None:
        return _of_published(published, own)
    if own is not None:
        return _of_trials(effects, own, "one trial prints figures; no pool of this outcome is published")
    alone = listed([f"{trial.study_id} ({trial.p_in_words})" for trial in p_only])
    beside = f"; a p without usable figures: {alone}" if alone else ""
    if silent is not None:
        return _nothing("silent_nulls", f"no trial prints figures; those listed state no difference{beside}")
    return _nothing("none", f"no controlled trial prints figures that can be used{beside}")


def _of_trials(effects: Sequence[TrialEffect], own: Pooled, because: str) -> Headline:
    people = [e.n for e in effects]
    return Headline(
        source="trials" if own.k > 1 else "single_trial",
        measure=effects[0].measure,
        estimate=own.random.estimate,
        se=own.cautious.se,
        ci=own.cautious.ci if own.k > 1 else effects[0].ci,
        k=own.k,
        n=None if None in people else sum(n for n in people if n is not None),
        method=own.method,
        test=own.test if own.k > 1 else "as printed",
        own=own,
        published=None,
        studies=tuple(
            Contribution(e.study_id, e.estimate, e.se, weight, e.risk_of_bias, e.compounds, e.funding, e.note)
            for e, weight in zip(effects, own.weights, strict=True)
        ),
        because=because,
    )


def _of_published(published: PublishedPool, own: Pooled | None) -> Headline:
    ours = "no trial" if own is None else "1 trial" if own.k == 1 else f"{own.k} trials"
    verb = "print" if own is not None and own.k > 1 else "prints"
    trials = f"{published.k} trials" if published.k else "a number of trials that is not printed"
    note = f"published pool of {trials}" + (f": {', '.join(published.parts)}" if published.parts else "")
    return Headline(
        source="published_pool",
        measure=published.measure,
        estimate=published.estimate,
        se=published.se,
        ci=published.ci,
        k=published.k or 0,
        n=published.n,
        method="as published",
        test="as published",
        own=None,
        published=published,
        studies=(
            Contribution(
                published.study_id,
                published.estimate,
                published.se,
                100.0,
                published.risk_of_bias,
                ("mixed",),
                None,
                "; ".join(part for part in (note, published.note) if part),
            ),
        ),
        because=f"{ours} in our tables {verb} usable figures; {published.study_id} pools {trials}",
    )


def _nothing(source: str, because: str) -> Headline:
    return Headline(source, None, None, None, None, 0, None, None, None, None, None, (), because)
