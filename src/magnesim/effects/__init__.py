"""From what trials found to what one may expect: goals, their outcomes, sceptical expectations."""

from magnesim.effects.foresee import Foreseen, foresee_trial
from magnesim.effects.goals import Goal, goal_named, goals
from magnesim.effects.predict import Expectation, expect, overall
from magnesim.effects.weeks import MeasuredWeeks, measured_weeks

__all__ = [
    "Expectation",
    "Foreseen",
    "Goal",
    "MeasuredWeeks",
    "expect",
    "foresee_trial",
    "goal_named",
    "goals",
    "measured_weeks",
    "overall",
]
