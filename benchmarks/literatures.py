"""How often is a treatment that does nothing called effective, when trials that found something are printed?

Run: `.venv/bin/python benchmarks/literatures.py [--literatures 10000] [--seed 1] [--json]`; two minutes for
10,000. `--effect 0.8 --all-published` asks the reverse: how often a real effect is called one.

A literature is 2 to 20 published trials of one outcome, in SD between people, of which 0.3 SD matters. Arms
hold 10 to 400 people (log-uniform). The true effect is nothing; in half of the literatures it is the same in
all trials, in the others it differs between them (spread half-normal, 0.3 SD). A trial that is significantly
better on the treatment is always published, any other with a probability of 0.2 to 1 that belongs to the
literature, and unpublished ones leave no trace. Risk of bias is drawn, with shares that differ between
literatures, so that some are all of good trials. What is published goes through the program as the trials of
an outcome do in `magnesim.effects.predict.expect`: pool, alarms, certainty, sceptical prior, verdict.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import betaincinv, stdtr

from magnesim.effects.predict import (
    important_difference,
    leading_reading,
    probability_worthwhile,
    sceptical_sd,
    shrink,
    verdict_of,
)
from magnesim.evidence import Evidence, Outcome
from magnesim.evidence import alarms as alarm
from magnesim.evidence.certainty import Grounds, certainty
from magnesim.evidence.headline import choose, own_pool
from magnesim.evidence.trials import Selection, TrialEffect

OUTCOME = Outcome(
    key="simulated",
    label="Simulated outcome",
    unit="SD",
    better_direction="higher",
    domain="simulated",
    mid=0.3,
    mid_source=None,
    typical_sd=1.0,
    sd_source=None,
)
FEWEST, MOST = 2, 20
SMALLEST_ARM, LARGEST_ARM = 10, 400
SPREAD_SD = 0.3
LEAST_PUBLISHED = 0.2
RISKS = ("low", "some", "high")
SIGNIFICANT = 0.05
BANDS = ((0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.0))
QUIET_S, BETWEEN_S = 2.0, 10.0


@dataclass(frozen=True)
class World:
    """What is true: the mean effect in SD, and whether trials that found nothing may stay unpublished."""

    effect: float = 0.0
    biased: bool = True


@dataclass(frozen=True)
class Judged:
    """A literature and what the program said of it.

    Attributes:
        published: probability that a trial without a significant benefit was published.
        tau: true spread of effects between trials.
        k: published trials.
        verdict, certainty: as `expect` gives them.
        excludes_zero, favours: whether the pool's interval excludes no effect, and whether for the better.
        alarms: their codes.
        no_single_number: whether `magnesim pool` would refuse a single number.
    """

    published: float
    tau: float
    k: int
    verdict: str
    certainty: str
    excludes_zero: bool
    favours: bool
    alarms: tuple[str, ...]
    no_single_number: bool


def literature(rng: np.random.Generator, world: World) -> tuple[float, float, tuple[TrialEffect, ...]]:
    """Draw a literature: the probability of publication without a benefit, the spread, the trials printed."""
    wanted = int(rng.integers(FEWEST, MOST + 1))
    published = float(rng.uniform(LEAST_PUBLISHED, 1.0)) if world.biased else 1.0
    tau = 0.0 if rng.random() < 0.5 else SPREAD_SD * abs(float(rng.normal()))
    risks = rng.dirichlet(np.ones(len(RISKS)))
    trials: list[TrialEffect] = []
    while len(trials) < wanted:
        arm, estimate, se = one_trial(rng, float(rng.normal(world.effect, tau)))
        if significant_benefit(arm, estimate, se) or rng.random() < published:
            trials.append(
                printed(f"trial{len(trials) + 1}", arm, estimate, se, str(rng.choice(RISKS, p=risks)))
            )
    return published, tau, tuple(trials)


def one_trial(rng: np.random.Generator, true: float) -> tuple[int, float, float]:
    """People an arm, difference of means and its standard error, of people who differ by 1 SD."""
    arm = round(float(np.exp(rng.uniform(np.log(SMALLEST_ARM), np.log(LARGEST_ARM)))))
    df = 2 * arm - 2
    seen_sd = float(np.sqrt(rng.chisquare(df) / df))
    error = float(np.sqrt(2.0 / arm))
    return arm, float(rng.normal(true, error)), seen_sd * error


def significant_benefit(arm: int, estimate: float, se: float) -> bool:
    """Whether the trial's own t test says that the treatment is better."""
    return estimate > 0.0 and 2.0 * float(stdtr(2 * arm - 2, -estimate / se)) < SIGNIFICANT


def printed(name: str, arm: int, estimate: float, se: float, risk_of_bias: str) -> TrialEffect:
    """A bare effect as the tables of the program hold it."""
    reach = 1.959963984540054 * se
    return TrialEffect(
        study_id=name,
        measure="md",
        estimate=estimate,
        se=se,
        ci=(estimate - reach, estimate + reach),
        n=2 * arm,
        n_of="arms",
        n_treatment=arm,
        n_control=arm,
        weeks=8.0,
        compounds=("unspecified",),
        risk_of_bias=risk_of_bias,
        funding=None,
        note="",
    )


def evidence_of(effects: tuple[TrialEffect, ...]) -> Evidence:
    """What `evidence_for` would say of an outcome with these trials and nothing else known."""
    own = own_pool(effects)
    assert own is not None
    headline = choose(effects, own, None, None)
    grounds = Grounds(
        outcome=OUTCOME,
        headline=headline,
        published=(),
        nulls=(),
        put_back=None,
        randomised=True,
        asked_form=None,
        asked_population=None,
        population_share=1.0,
    )
    names, yi, vi = zip(*((e.study_id, e.estimate, e.se**2) for e in effects), strict=True)
    found = [*alarm.of_statistics(own, names, yi, vi), alarm.high_risk_carries(headline, effects)]
    return Evidence(
        outcome=OUTCOME,
        form=None,
        population=None,
        design="rct",
        narrowed=False,
        headline=headline,
        own=own,
        selection=Selection(effects, (), (), ()),
        asked_for=None,
        with_silent_nulls=None,
        with_p_only=None,
        p_only_unsized=(),
        published=(),
        certainty=certainty(grounds),
        alarms=tuple(a for a in found if a is not None),
        left_out=(),
    )


def verdict(found: Evidence) -> str:
    """The verdict, by the steps of `expect`."""
    reading = leading_reading(found)
    assert reading is not None
    shrunk = shrink(reading.estimate, reading.se, reading.tau, sceptical_sd(found.outcome))
    probability = probability_worthwhile(found.outcome, shrunk, important_difference(found.outcome))
    return verdict_of(probability, shrunk.informed, found.certainty.level)


def judge(seed: int, number: int, world: World) -> Judged:
    """Draw a literature by its number, the same however many are drawn, and let the program judge it."""
    published, tau, effects = literature(np.random.default_rng([seed, number]), world)
    found = evidence_of(effects)
    assert found.own is not None
    cautious = found.own.cautious
    return Judged(
        published=published,
        tau=tau,
        k=found.own.k,
        verdict=verdict(found),
        certainty=found.certainty.level,
        excludes_zero=cautious.excludes_zero,
        favours=cautious.excludes_zero and cautious.estimate > 0.0,
        alarms=tuple(a.code for a in found.alarms),
        no_single_number=alarm.no_single_number(found.own),
    )


def judge_many(
    literatures: int, seed: int, world: World, told: Callable[[str], object] = sys.stderr.write
) -> list[Judged]:
    """Judge so many literatures; says how far it is once it takes longer than two seconds."""
    begun = time.perf_counter()
    due = begun + QUIET_S
    judged = []
    for number in range(literatures):
        judged.append(judge(seed, number, world))
        now = time.perf_counter()
        if now > due:
            told(f"{number + 1} of {literatures} literatures, {now - begun:.0f} s\n")
            due = now + BETWEEN_S
    return judged


def shares(judged: list[Judged]) -> dict[str, Any]:
    """Shares of the literatures; the verdict with the upper 95 % limit of its share."""
    count = len(judged)
    worthwhile = sum(j.verdict == "likely_worthwhile" for j in judged)
    limit = 1.0 if worthwhile == count else float(betaincinv(worthwhile + 1, count - worthwhile, 0.975))
    return {
        "literatures": count,
        "likely_worthwhile": _share(worthwhile, count),
        "likely_worthwhile_at_most": limit,
        "interval_excludes_zero": _share(sum(j.excludes_zero for j in judged), count),
        "interval_favours": _share(sum(j.favours for j in judged), count),
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def summary(judged: list[Judged]) -> dict[str, Any]:
    """All figures: over all literatures, by strength of bias, with and without spread."""
    count = len(judged)
    by_bias = [
        {"published_from": low, "published_to": high, **shares(part)}
        for low, high in BANDS
        if (part := [j for j in judged if low <= j.published < high or j.published == high == 1.0])
    ]
    refused = [j for j in judged if j.no_single_number]
    return {
        **shares(judged),
        "verdicts": {
            name: _share(sum(j.verdict == name for j in judged), count)
            for name in ("likely_worthwhile", "likely_too_small", "unknown")
        },
        "certainty": {
            level: _share(sum(j.certainty == level for j in judged), count)
            for level in ("high", "moderate", "low", "very_low")
        },
        "no_single_number": _share(len(refused), count),
        "worthwhile_without_single_number": sum(j.verdict == "likely_worthwhile" for j in refused),
        "by_bias": by_bias,
        "without_spread": shares([j for j in judged if j.tau == 0.0]),
        "with_spread": shares([j for j in judged if j.tau > 0.0]),
    }


def report(found: dict[str, Any], as_json: bool) -> None:
    """A table for people, or JSON."""
    if as_json:
        print(json.dumps(found))
        return
    print("published without benefit   literatures   likely worthwhile   interval favours   excludes zero")
    rows = [(f"{b['published_from']:g} to {b['published_to']:g}", b) for b in found["by_bias"]]
    rows += [
        ("effects alike", found["without_spread"]),
        ("effects differ", found["with_spread"]),
        ("all", found),
    ]
    for name, row in rows:
        if row["literatures"]:
            print(
                f"{name:25s} {row['literatures']:13d} {row['likely_worthwhile']:19.2%} "
                f"{row['interval_favours']:18.1%} {row['interval_excludes_zero']:15.1%}"
            )
    print(f"likely worthwhile, upper 95 % limit over all: {found['likely_worthwhile_at_most']:.2%}")
    print(f"no single number can be given: {found['no_single_number']:.1%}")


def main() -> None:
    """Draw, judge, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--literatures", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--effect", type=float, default=0.0, help="true mean effect, SD")
    parser.add_argument("--all-published", action="store_true", help="no publication bias")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if asked.literatures < 1:
        parser.error("--literatures: at least 1")
    world = World(asked.effect, not asked.all_published)
    found = summary(judge_many(asked.literatures, asked.seed, world))
    report({"seed": asked.seed, **vars(world), **found}, asked.json)


if __name__ == "__main__":
    main()
