"""What a trial or a group of people that nobody has studied yet would find, from draws that ship.

The draws come from everything that is known of an outcome: the trials that print a difference, and the
published pool that stands in for more of them. `python -m magnesim.effects` writes them anew.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from magnesim.effects.covariates import CLASSES, HERE, LABELS, REFERENCES
from magnesim.effects.models import Fitted, fit_model, winner_of
from magnesim.effects.predict import important_difference
from magnesim.effects.spread import people_sd
from magnesim.effects.trials import CONSTANT, Known, known_before, prior_width, trials_of
from magnesim.errors import InputError
from magnesim.evidence import Outcome
from magnesim.evidence import outcome as outcome_named
from magnesim.evidence.effect_sizes import se_of_difference
from magnesim.normal import MIDDLE_90
from magnesim.tables import rows

DRAWS = 200


@dataclass(frozen=True)
class Foreseen:
    """What is to be expected of people that nobody has studied.

    Attributes:
        estimate: expected difference from placebo, in the outcome's unit.
        interval: middle 90 %: of what a trial of that size would print, or of the true average difference in
            such a group of people where no size is given.
        probability_important: that the true average difference reaches what matters; None without a
            difference that does.
        important: that difference, in the outcome's unit, without sign.
        model: what the prediction goes by, a key of `covariates.LABELS`.
        trials: how many trials stand behind it, those inside a published pool counted.
    """

    outcome: Outcome
    estimate: float
    interval: tuple[float, float]
    probability_important: float | None
    important: float | None
    model: str
    trials: int

    @property
    def goes_by(self) -> str:
        """The model in words."""
        return LABELS[self.model]


@dataclass(frozen=True)
class Drawn:
    """Draws of one outcome: effects by class ("" where there are none) and taus, (draw,) each."""

    model: str
    trials: int
    effect: dict[str, np.ndarray]
    tau: np.ndarray


def fit_outcome(outcome: Outcome) -> tuple[Fitted, Known] | None:
    """The model that predictions use, fitted to all that is known; None where nothing is."""
    model = winner_of(outcome)
    # a pool has no covariate: where one predicts, the trials speak for themselves
    known = known_before(outcome) if model == CONSTANT else Known(tuple(trials_of(outcome)))
    if not known.trials:
        return None
    width = prior_width(outcome, known.trials)
    return fit_model(known.trials, model, width, known.spread_only), known


@cache
def shipped_draws() -> dict[str, Drawn]:
    """Draws by outcome, from `effect_draws.csv`."""
    drawn = rows(HERE / "effect_draws.csv")
    found: dict[str, Drawn] = {}
    for key in dict.fromkeys(row["outcome"] for row in drawn):
        own = [row for row in drawn if row["outcome"] == key]
        levels = list(dict.fromkeys(row["level"] for row in own))
        effect = {
            level: np.array([float(row["effect"]) for row in own if row["level"] == level])
            for level in levels
        }
        tau = np.array([float(row["tau"]) for row in own if row["level"] == levels[0]])
        found[key] = Drawn(own[0]["model"], int(own[0]["trials"]), effect, tau)
    return found


def foresee_trial(
    outcome: Outcome | str,
    x: Mapping[str, float | str] | None = None,
    people_an_arm: int | None = None,
) -> Foreseen:
    """What magnesium against placebo would do in people that nobody has studied.

    How far one person of the group differs from its average is not known from trials of groups, and not in
    the interval. How far the trials can be trusted is not weighed here: `expect` does that.

    Args:
        outcome: the outcome or its key; at least one trial or pool must have printed a mean difference.
        x: dose (mg a day), weeks and simulated exposures, by the keys of `covariates.REFERENCES`, or a class
            by those of `covariates.CLASSES`; the model that predicts reads its own, most read none.
        people_an_arm: size of each arm of a trial; None for the true difference, without a trial's error.

    Raises:
        InputError: an outcome of which nothing can be foreseen, a trial without people or of an outcome
            whose spread between people is not known, or a covariate that is lacking or not known.
    """
    item = outcome_named(outcome) if isinstance(outcome, str) else outcome
    drawn = shipped_draws().get(item.key)
    if drawn is None:
        known = ", ".join(sorted(shipped_draws()))
        raise InputError(f"outcome {item.key}", f"nothing can be foreseen of it; known are {known}.", "sbp")
    rng = np.random.default_rng(0)
    true = _average(drawn, x or {}) + drawn.tau * rng.standard_normal(drawn.tau.size)
    mean, spread = float(true.mean()), math.hypot(float(true.std()), _error(item, people_an_arm))
    important = important_difference(item)
    reached = None
    if important is not None:
        towards = np.abs(true) if item.better_direction == "neutral" else item.benefit(1.0) * true
        reached = float(np.mean(towards >= important))
    half = MIDDLE_90 * spread
    return Foreseen(item, mean, (mean - half, mean + half), reached, important, drawn.model, drawn.trials)


def _average(drawn: Drawn, x: Mapping[str, float | str]) -> np.ndarray:
    """Draws of the average effect at the covariates, (draw,)."""
    if drawn.model == CONSTANT:
        return drawn.effect[""]
    words = f"this outcome is foreseen {LABELS[drawn.model]}"
    given = x.get(drawn.model)
    if drawn.model in CLASSES:
        if given not in drawn.effect:
            classes = ", ".join(drawn.effect)
            raise InputError(
                f"{drawn.model} {given or '(not given)'}", f"{words}; allowed are {classes}.", classes
            )
        return drawn.effect[str(given)]
    if not isinstance(given, int | float) or not math.isfinite(given):
        raise InputError(f"no {drawn.model}", f"{words}.", f"{drawn.model} {REFERENCES[drawn.model]:g}")
    return drawn.effect[""] * (given / REFERENCES[drawn.model])


def _error(outcome: Outcome, people_an_arm: int | None) -> float:
    if people_an_arm is None:
        return 0.0
    if people_an_arm < 2:
        raise InputError(f"{people_an_arm} people an arm", "2 or more are allowed.", "50")
    sd = people_sd(outcome)
    if sd is None:
        raise InputError(
            f"{people_an_arm} people an arm",
            f"how far people differ in {outcome.key} is not known; leave the size away.",
            "no size: the true difference in such a group",
        )
    return se_of_difference(sd, people_an_arm, people_an_arm)
