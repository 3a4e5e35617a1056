"""From what trials found to what one may expect: goals, their outcomes, sceptical expectations."""

from magnesim.effects.goals import Goal, goal_named, goals
from magnesim.effects.predict import Expectation, expect, overall

__all__ = ["Expectation", "Goal", "expect", "goal_named", "goals", "overall"]
