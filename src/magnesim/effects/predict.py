"""From what trials found to what a person may expect: shrunk, with an interval, against what matters.

A sceptical prior stands before every effect: centred on nothing, with nine in ten of its mass inside the
smallest difference that matters. Few or small trials therefore shrink toward nothing, and where they
carry less than half of what the prior already says, the answer is that it is not known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from magnesim.evidence import Evidence, Outcome
from magnesim.normal import MIDDLE_90, se_from_interval
from magnesim.tables import rows

WITHOUT_IMPORTANCE_SD = 0.3
"""Prior spread, in SD between people, where no important difference is known: a small effect."""


@dataclass(frozen=True)
class Yardstick:
    """A difference to judge by where the outcomes table has none, with the fact behind it."""

    value: float
    unit: str
    source: str
    what: str


@cache
def yardsticks() -> dict[str, Yardstick]:
    """The rows of `yardsticks.csv` by outcome."""
    return {
        row["outcome"]: Yardstick(float(row["value"]), row["unit"], row["source"], row["what"])
        for row in rows(Path(__file__).parent / "yardsticks.csv")
    }


@dataclass(frozen=True)
class Expectation:
    """What a person may expect for one outcome.

    Attributes:
        outcome: the outcome with its unit and direction.
        role: primary, secondary or marker.
        evidence: what all trials say, with both readings, certainty and alarms.
        estimate: expected change, in the outcome's unit; None where nothing can be said.
        interval: middle 90 % of the change of a new group of people.
        important: smallest difference that matters, else the yardstick, in the unit; None without either.
        probability_worthwhile: probability that the change is at least that and for the better.
        certainty: high, moderate, low or very_low.
        informed: share of the prior's variance that the trials took away, 0 to 1.
        verdict: likely_worthwhile, likely_too_small or unknown.
    """

    outcome: Outcome
    role: str
    evidence: Evidence
    estimate: float | None
    interval: tuple[float, float] | None
    important: float | None
    probability_worthwhile: float | None
    informed: float
    verdict: str

    @property
    def certainty(self) -> str:
        """Computed certainty of the evidence."""
        return self.evidence.certainty.level

    @property
    def yardstick(self) -> Yardstick | None:
        """What stands in for a minimal important difference where none is known."""
        return yardsticks().get(self.outcome.key) if self.outcome.mid is None else None

    def to_json(self) -> dict[str, Any]:
        """One element of `effects` in the contract `answer`."""
        return {
            "outcome": self.outcome.key,
            "label": self.outcome.label,
            "role": self.role,
            "unit": self.outcome.unit,
            "estimate": self.estimate,
            "interval": list(self.interval) if self.interval else None,
            "minimal_important_difference": None if self.outcome.mid is None else abs(self.outcome.mid),
            "yardstick": vars(self.yardstick) if self.yardstick else None,
            "probability_worthwhile": self.probability_worthwhile,
            "certainty": self.certainty,
            "verdict": self.verdict,
        }


@dataclass(frozen=True)
class Reading:
    """A pooled estimate, the standard error that its 95 % interval implies, the spread of trials."""

    estimate: float
    se: float
    tau: float
    k: int
    source: str


def leading_reading(found: Evidence) -> Reading | None:
    """The estimate that an expectation stands on, in the outcome's unit; None where no difference is known.

    Where our own trials lead, the reading that holds all that is known is used: printed figures, p alone and
    silent nulls put back. A published pool is used as printed. Ratios and SD units are no change that a
    person can expect on a scale, and give none.
    """
    headline = found.headline
    if headline.source != "published_pool":
        if _measure_of_own(found) != "md":
            return None
        if found.with_p_only is not None:
            everything = found.with_p_only
            spread = math.sqrt(everything.tau2 or 0.0)
            low, high = everything.result.ci
            se = se_from_interval(low, high)
            return Reading(everything.result.estimate, se, spread, everything.k, "with_p_only")
        if found.with_silent_nulls is not None:
            silent = found.with_silent_nulls
            spread = math.sqrt(found.own.tau2 or 0.0) if found.own is not None else 0.0
            low, high = silent.result.ci
            se = se_from_interval(low, high)
            return Reading(silent.result.estimate, se, spread, silent.k, "with_silent_nulls")
    if headline.estimate is None or headline.ci is None or headline.measure != "md":
        return None
    tau2 = found.own.tau2 if headline.source == "trials" and found.own and found.own.tau2 else 0.0
    se = se_from_interval(*headline.ci)
    return Reading(headline.estimate, se, math.sqrt(tau2), headline.k, headline.source)


def _measure_of_own(found: Evidence) -> str:
    """Measure of the trials that we hold, those without figures sized by it too."""
    effects = found.selection.effects
    return effects[0].measure if effects else found.outcome.usual_measure


def important_difference(outcome: Outcome) -> float | None:
    """Smallest difference that matters, in the outcome's unit: the outcomes table, else a yardstick."""
    if outcome.mid is not None:
        return abs(outcome.mid)
    return yardsticks()[outcome.key].value if outcome.key in yardsticks() else None


def sceptical_sd(outcome: Outcome) -> float | None:
    """Spread of the prior, in the outcome's unit; None where neither importance nor spread is known."""
    important = important_difference(outcome)
    if important is not None:
        return important / MIDDLE_90
    return WITHOUT_IMPORTANCE_SD * outcome.typical_sd if outcome.typical_sd else None


@dataclass(frozen=True)
class Shrunk:
    """Posterior of the mean effect, and of the effect in a new group of people: mean and two spreads."""

    mean: float
    mean_sd: float
    new_sd: float
    informed: float


def shrink(estimate: float, se: float, tau: float, prior_sd: float | None) -> Shrunk:
    """Normal posterior under a prior centred on nothing.

    Args:
        estimate, se: pooled effect and its standard error.
        tau: spread of true effects between trials.
        prior_sd: spread of the prior; None leaves the estimate as it is.
    """
    if prior_sd is None:
        return Shrunk(estimate, se, math.hypot(se, tau), 0.0)
    share = prior_sd**2 / (prior_sd**2 + se**2)
    mean_sd = math.sqrt(share) * se
    return Shrunk(share * estimate, mean_sd, math.hypot(mean_sd, tau), share)


WORTHWHILE, TOO_SMALL = 0.8, 0.2
ENOUGH_INFORMATION = 0.5
TRUSTED = ("moderate", "high")


def verdict_of(probability: float | None, informed: float, certainty: str) -> str:
    """In plain words what the figures allow: worthwhile asks for more certainty than too small does."""
    if probability is None or informed < ENOUGH_INFORMATION or certainty == "very_low":
        return "unknown"
    if probability >= WORTHWHILE and certainty in TRUSTED:
        return "likely_worthwhile"
    return "likely_too_small" if probability <= TOO_SMALL else "unknown"


def expect(key: str, role: str, form: str | None = None) -> Expectation:
    """What a person may expect for an outcome.

    Args:
        key: outcome, as in `outcomes.csv`.
        role: primary, secondary or marker.
        form: the salt asked about; other salts raise an alarm and lower the certainty.
    """
    from magnesim.evidence import evidence_for

    found = evidence_for(key, form=form)
    important = important_difference(found.outcome)
    reading = leading_reading(found)
    if reading is None:
        return Expectation(found.outcome, role, found, None, None, important, None, 0.0, "unknown")
    shrunk = shrink(reading.estimate, reading.se, reading.tau, sceptical_sd(found.outcome))
    half = MIDDLE_90 * shrunk.new_sd
    probability = probability_worthwhile(found.outcome, shrunk, important)
    return Expectation(
        found.outcome,
        role,
        found,
        shrunk.mean,
        (shrunk.mean - half, shrunk.mean + half),
        important,
        probability,
        shrunk.informed,
        verdict_of(probability, shrunk.informed, found.certainty.level),
    )


def probability_worthwhile(outcome: Outcome, shrunk: Shrunk, important: float | None) -> float | None:
    """Probability that a new group changes by at least what matters, for the better."""
    if important is None:
        return None
    towards = outcome.benefit(shrunk.mean) if outcome.better_direction != "neutral" else shrunk.mean
    return 0.5 * math.erfc((important - towards) / (shrunk.new_sd * math.sqrt(2.0)))


def overall(expectations: list[Expectation]) -> str:
    """One verdict over the primary outcomes: the best that any of them supports."""
    verdicts = [item.verdict for item in expectations if item.role == "primary"]
    for verdict in ("likely_worthwhile", "likely_too_small"):
        if verdict in verdicts:
            return verdict
    return "unknown"
