"""How a plan is said, for terminal and page alike: short sentences, clock times, how big, when to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magnesim.answers.words import loose_stool_words
from magnesim.figures import figure, mid_sentence

if TYPE_CHECKING:
    from magnesim.plan import Plan

HEADLINES = {
    "allow": "You may try this on your own.",
    "allow_with_separation": "You may try this on your own, at these times.",
    "clinician_first": "See a clinician first.",
    "refuse": "Not for you now.",
}


def headline(plan: Plan) -> str:
    """The decision in a sentence."""
    return HEADLINES[plan.decision.decision]


def take_lines(plan: Plan) -> list[str]:
    """What to take, and when."""
    lines = []
    for intake in plan.decision.schedule:
        time = intake.time or "at an hour still to be found"
        lines.append(f"{time}: {figure(intake.elemental_mg)} mg, {intake.take}.")
    return lines


def step_lines(plan: Plan) -> list[str]:
    """How to begin."""
    portions = max(1, len(plan.decision.schedule))
    lines = []
    for place, step in enumerate(plan.steps):
        last = place + 1 == len(plan.steps)
        when = f"From week {step.week} on" if last else f"Week {step.week}"
        each = "" if portions == 1 else f", {figure(step.elemental_mg_per_day / portions)} mg each time"
        lines.append(f"{when}: {figure(step.elemental_mg_per_day)} mg a day{each}.")
    return lines


def expect_lines(plan: Plan) -> list[str]:
    """What may come of it, and by when."""
    lines = []
    for item in plan.expectations:
        if item.role != "primary" or item.estimate is None or item.interval is None:
            continue
        low, high = item.interval
        unit = item.outcome.unit
        words = {
            "likely_worthwhile": "That is likely worth it.",
            "likely_too_small": "That is likely too small to notice.",
            "unknown": "Nobody knows yet whether that is worth it.",
        }[item.verdict]
        lines.append(
            f"{item.outcome.label}: about {figure(item.estimate)} {unit} "
            f"({figure(low)} to {figure(high)}). {words}"
        )
    if not lines:
        lines.append(f"No trial tells how much this does for {mid_sentence(plan.goal.label)}.")
    if plan.body:
        change = plan.body.change.serum_mmol_l
        lines.append(f"Your blood level goes up by about {change:.2f} mmol/L. That is small.")
    return lines


def stool_line(plan: Plan) -> str:
    """Loose stools, or nothing where they are not known."""
    return loose_stool_words(plan.body.loose_stool) if plan.body and plan.body.loose_stool else ""


def option_words(plan: Plan) -> str:
    """Why this way of parting the dose is named."""
    best = plan.best
    if best is None or len(plan.options) < 2:
        return ""
    once = plan.options[0]
    if best is once:
        return "Parting the dose would hardly change how many get loose stools, so once a day is enough."
    return (
        f"Taken {best.portions} times a day you take up about {figure(best.taken_up_mg)} mg instead of "
        f"{figure(once.taken_up_mg)} mg, and {100 * best.loose_stool:.0f} instead of "
        f"{100 * once.loose_stool:.0f} in 100 people get loose stools."
    )


def food_line(plan: Plan) -> str:
    """What food gives, beside what is recommended."""
    diet = plan.diet
    if diet is None or diet.recommended_mg is None:
        return ""
    about = "People like you eat" if diet.is_assumed else "You eat"
    line = (
        f"Food first: {about} about {figure(diet.eaten_mg)} mg a day; {figure(diet.recommended_mg)} mg is "
        "recommended."
    )
    gap = diet.recommended_mg - diet.eaten_mg
    if gap > 0:
        return f"{line} Food can close that gap of {figure(gap)} mg without any tablet."
    return f"{line} Food alone gives enough."


def judge_line(plan: Plan) -> str:
    """When to look whether it helped."""
    return (
        f"Look back after {plan.judge_after_weeks} weeks. If nothing is better by then, stop: "
        "going on is not known to help."
    )


def within_limit_line(plan: Plan) -> str:
    """What the limit leaves room for, where only the amount stands against the plan."""
    if plan.within_limit is None:
        return ""
    mg = plan.within_limit.elemental_mg_per_day["asked"]
    times = ", ".join(intake.time or "?" for intake in plan.within_limit.schedule)
    return f"Without a clinician no more than {figure(mg)} mg a day fits, at {times}."
