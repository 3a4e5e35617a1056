"""What all trials say about one outcome, or about one construct by all its scales: `evidence_for("isi")`.

Puts the parts of this room together: selection, pooling, silent nulls, published pools, alarms,
certainty. `Evidence.to_json` is the contract of `magnesim evidence`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from magnesim.evidence import alarms as alarm
from magnesim.evidence.alarms import Alarm, no_single_number
from magnesim.evidence.back_conversion import BackConverted, back_converted
from magnesim.evidence.certainty import Certainty, Grounds, certainty
from magnesim.evidence.comparisons import studies
from magnesim.evidence.construct_selection import select_construct
from magnesim.evidence.constructs import Construct, subject
from magnesim.evidence.headline import Contribution, Headline, choose, own_pool, side_by_side
from magnesim.evidence.outcomes import Outcome, checked_form, checked_population, studied_in
from magnesim.evidence.p_only import WithPOnly, with_p_only
from magnesim.evidence.pooling import Pooled
from magnesim.evidence.published import PublishedPool, best_pool, published_of_construct, published_pools
from magnesim.evidence.selection import select
from magnesim.evidence.sensitivity import Sensitivity, of_trials
from magnesim.evidence.silent_nulls import WithSilentNulls, people_of_all, with_silent_nulls
from magnesim.evidence.trials import LeftOut, Selection

# A salt or a population is pooled by itself from two trials on; one trial is named in the alarm instead.
MIN_TRIALS_OF_WHAT_IS_ASKED = 2


@dataclass(frozen=True)
class Evidence:
    """Everything known about an outcome, in its usual unit (log scale for ratios).

    Attributes:
        outcome, form, population, design: what was asked.
        narrowed: the pool holds only trials of the form and population asked for.
        headline: the estimate that leads, and where it comes from.
        own: the trial-level pool of the tables, whether it leads or not; None without usable figures.
        selection: the trials in it, the silent ones, and those left out with the reason.
        asked_for: the same for just the form and population asked for; None where neither was asked.
        with_silent_nulls: the own pool with silent trials put back; None where there are none to put back.
        with_p_only: the own pool with trials that print a p alone put back, and the silent ones too: one
            answer that holds all that is known; None where no trial with a p alone can be put back.
        p_only_unsized: trials with a p alone that could not be put back, and why.
        published: pools printed by others, never added to anything.
        certainty, alarms: how sure, and what to be told.
        left_out: every study that measured the outcome and is in no pool, with the reason; of a construct
            also the further scales of trials that are in it, which are not counted again.
        construct: the scales behind `outcome` where it is told in SDs over several; else None.
        back_converted: the headline on the best-known of these scales; None where there is no construct.
    """

    outcome: Outcome
    form: str | None
    population: str | None
    design: str
    narrowed: bool
    headline: Headline
    own: Pooled | None
    selection: Selection
    asked_for: Selection | None
    with_silent_nulls: WithSilentNulls | None
    with_p_only: WithPOnly | None
    p_only_unsized: tuple[LeftOut, ...]
    published: tuple[PublishedPool, ...]
    certainty: Certainty
    alarms: tuple[Alarm, ...]
    left_out: tuple[LeftOut, ...]
    construct: Construct | None = None
    back_converted: BackConverted | None = None

    @cached_property
    def sensitivity(self) -> Sensitivity:
        """How much the answer of our own trials hangs on which of them are in."""
        return of_trials(self.selection.effects)

    @property
    def refusal(self) -> str | None:
        """Why no single number can be given, with both readings; None where one can."""
        own = self.headline.own
        return side_by_side(own) if own is not None and no_single_number(own) else None

    @property
    def gap(self) -> float | None:
        """With silent nulls less printed figures alone; None where there are not both."""
        if self.own is None or self.with_silent_nulls is None:
            return None
        return self.with_silent_nulls.result.estimate - self.own.random.estimate

    @property
    def instruments(self) -> tuple[Outcome, ...]:
        """The outcomes that the tables hold of it: the scales of a construct, else the outcome itself."""
        return self.construct.instruments if self.construct else (self.outcome,)

    @property
    def silent_trials(self) -> int:
        """How many trials state no difference without numbers."""
        return len(self.selection.silent_nulls)

    @property
    def silent_people(self) -> int | None:
        """People of these trials together; None where those of one are not known, or there is none."""
        return people_of_all(self.selection.silent_nulls)

    def to_json(self) -> dict[str, Any]:
        """The JSON object of `magnesim evidence` (schema version 1)."""
        from magnesim.evidence.contract import evidence_json

        return evidence_json(self)


@cache
def evidence_for(
    key: str, form: str | None = None, population: str | None = None, design: str = "rct"
) -> Evidence:
    """Gather, pool and rate what is known about an outcome.

    Args:
        key: outcome, as in `outcomes.csv`, or construct, as in `constructs.csv` (then in SDs).
        form: magnesium salt asked about (`citrate`). Two or more trials of it are pooled by themselves;
            with fewer the pool is over all salts and an alarm says so.
        population: condition or group asked about (`postmenopause`); treated likewise.
        design: `rct`, `controlled` (open-label trials with a control too) or `observational`.

    Raises:
        InputError: unknown outcome, form, population or design, with the nearest known ones.
    """
    about, form, population = subject(key), checked_form(form), checked_population(population)
    construct = about if isinstance(about, Construct) else None
    asked_outcome = about.as_outcome if isinstance(about, Construct) else about
    whole = _select(about, design)
    asked = _select(about, design, form, population) if form or population else None
    pools, not_beside = _published(about)
    best = best_pool(list(pools), of_trials=design != "observational")
    narrowed = asked is not None and _stands_alone(asked, whole, best)
    selection = asked if narrowed and asked is not None else whole
    own = own_pool(selection.effects)
    put_back, unsized = with_silent_nulls(asked_outcome, selection.effects, selection.silent_nulls)
    all_known, without_size = with_p_only(asked_outcome, selection.effects, put_back, selection.p_only)
    headline = choose(selection.effects, own, None if narrowed else best, put_back, selection.p_only)
    grounds = Grounds(
        outcome=asked_outcome,
        headline=headline,
        published=pools,
        nulls=selection.silent_nulls,
        put_back=put_back,
        randomised=design != "observational",
        asked_form=form,
        asked_population=population,
        population_share=_share_in(headline.studies, population, narrowed),
    )
    return Evidence(
        outcome=asked_outcome,
        form=form,
        population=population,
        design=design,
        narrowed=narrowed,
        headline=headline,
        own=own,
        selection=selection,
        asked_for=asked,
        with_silent_nulls=put_back,
        with_p_only=all_known,
        p_only_unsized=without_size,
        published=pools,
        certainty=certainty(grounds),
        alarms=_alarms(grounds, own, selection, all_known, asked if not narrowed else None),
        left_out=(*selection.left_out, *unsized, *not_beside),
        construct=construct,
        back_converted=back_converted(construct, headline) if construct else None,
    )


def _select(
    about: Outcome | Construct, design: str, form: str | None = None, population: str | None = None
) -> Selection:
    if isinstance(about, Construct):
        return select_construct(about, design, form, population)
    return select(about, design, form, population)


def _published(about: Outcome | Construct) -> tuple[tuple[PublishedPool, ...], tuple[LeftOut, ...]]:
    if isinstance(about, Construct):
        pools, left = published_of_construct(about)
        return tuple(pools), tuple(left)
    return tuple(published_pools(about)), ()


def _stands_alone(asked: Selection, whole: Selection, best: PublishedPool | None) -> bool:
    """Enough trials of just what was asked, or nothing else to lean on than the one that is."""
    if len(asked.effects) >= MIN_TRIALS_OF_WHAT_IS_ASKED:
        return True
    if best is not None:
        return False
    only = len(asked.effects) == len(whole.effects)
    return only and (len(asked.effects) > 0 or len(asked.silent_nulls) > 0)


def _share_in(contributions: tuple[Contribution, ...], population: str | None, narrowed: bool) -> float:
    if population is None or narrowed:
        return 1.0
    return sum(c.weight for c in contributions if studied_in(studies()[c.study_id], population)) / 100.0


def _alarms(
    grounds: Grounds,
    own: Pooled | None,
    selection: Selection,
    all_known: WithPOnly | None,
    asked: Selection | None,
) -> tuple[Alarm, ...]:
    """All alarms; `asked` where the form or population asked for is not all that the headline holds."""
    headline, effects = grounds.headline, selection.effects
    found: list[Alarm | None] = []
    if headline.own is not None:
        found += alarm.of_statistics(
            headline.own,
            [e.study_id for e in effects],
            [e.estimate for e in effects],
            [e.se**2 for e in effects],
        )
    found += [
        alarm.high_risk_carries(headline, effects),
        alarm.silent_nulls(own, selection.silent_nulls, grounds.put_back, grounds.outcome.unit),
        alarm.significant_without_figures(grounds.outcome, selection.p_only, all_known),
        alarm.sponsor(headline),
        alarm.overlap(headline, effects, grounds.published),
    ]
    if asked is not None:
        found += _other_than_asked(grounds, asked)
    return tuple(a for a in found if a is not None)


def _other_than_asked(grounds: Grounds, asked: Selection) -> list[Alarm | None]:
    found: list[Alarm | None] = []
    for code, name, share in (
        (
            "other_salt",
            grounds.asked_form,
            alarm.share_of_form(grounds.headline.studies, grounds.asked_form or ""),
        ),
        ("other_population", grounds.asked_population, grounds.population_share),
    ):
        if name is not None:
            words = name.replace("_", " ")
            found.append(
                alarm.other_than_asked(
                    code,
                    words,
                    grounds.headline,
                    share,
                    asked.effects,
                    asked.silent_nulls,
                    asked.p_only,
                )
            )
    return found
