"""From what trials found to what a person may expect: shrunk, with an interval, against what matters.

A sceptical prior stands before every effect: centred on nothing, with nine in ten of its mass inside the
smallest difference that matters. Few or small trials therefore shrink toward nothing, and where they
carry less than half of what the prior already says, the answer is that it is not known.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from magnesim.body.parameters import MIDDLE_90
from magnesim.evidence import Evidence, Outcome

NORMAL_975 = 1.959963984540054
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
    with (Path(__file__).parent / "yardsticks.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["outcome"]: Yardstick(float(row["value"]), row["unit"], row["source"], row["what"])
            for row in csv.DictReader(file)
        }


@dataclass(frozen=True)
class Expectation:
    """What a person may expect for one outcome.

    Attributes:
        outcome: the outcome with its unit and direction.
        role: primary, secondary or marker.
        estimate: expected change, in the outcome's unit; None where nothing can be said.
        interval: middle 90 % of the change of a new group of people.
        printed: pooled estimate and 95 % interval of trials that printed numbers.
        with_silent_nulls: the same with the silent null trials imputed, where there are any.
        important: smallest difference that matters, in the unit; None where none is known.
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

    def to_json(self) -> dict[str, Any]:
        """One element of `effects` in the contract `answer`."""
        return {
            "outcome": self.outcome.key,
            "label": self.outcome.label,
            "role": self.role,
            "unit": self.outcome.unit,
            "estimate": self.estimate,
            "interval": list(self.interval) if self.interval else None,
            "minimal_important_difference": self.important,
            "probability_worthwhile": self.probability_worthwhile,
            "certainty": self.certainty,
            "verdict": self.verdict,
        }
