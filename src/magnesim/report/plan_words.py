"""How a plan is said, for terminal and page alike: short sentences, clock times, how big, when to stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from magnesim.answers.words import loose_stool_words
from magnesim.figures import figure, mid_sentence, signed
from magnesim.plan.options import stools_are_known
from magnesim.report.banner import without_lead

if TYPE_CHECKING:
    from magnesim.plan import Plan
    from magnesim.plan.options import Option

HEADLINES = {
    "allow": "You may try this on your own.",
    "allow_with_separation": "You may try this on your own, at these times.",
    "clinician_first": "See a clinician first.",
    "refuse": "Not for you now.",
}


def headline(plan: Plan) -> str:
    """The decision in a sentence."""
    return HEADLINES[plan.decision.decision]


def banner_title(plan: Plan) -> str:
    """The head of the banner under the headline, which says the decision already."""
    times = [intake.time for intake in plan.decision.schedule]
    heads = {
        "refuse": "Why not",
        "clinician_first": "What has to be known first" if plan.decision.questions else "Ask about this",
        "allow_with_separation": "Why these times" if all(times) else "Ask your pharmacist for the hour",
        "allow": "To make sure",
    }
    return heads[plan.decision.decision]


def take_lines(plan: Plan) -> list[str]:
    """What to take, and when."""
    lines = []
    for intake in plan.decision.schedule:
        # the banner above says why these hours
        what = intake.take.split(",")[0] if intake.time else intake.take
        time = intake.time or "At an hour still to be found"
        lines.append(f"{time}: {figure(intake.elemental_mg, 3)} mg, {what}.")
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


VERDICT_WORDS = {
    "likely_worthwhile": "That is likely worth it.",
    "likely_too_small": "That is likely too small to notice.",
    "unknown": "Nobody knows yet whether that is worth it.",
}


def expect_lines(plan: Plan) -> list[str]:
    """What may come of it, and at which weeks trials looked."""
    lines = []
    for one in plan.by_week.outcomes:
        item = one.expectation
        if item.estimate is None or item.interval is None:
            continue
        low, high = item.interval
        lines.append(
            f"{item.outcome.label}: about {figure(item.estimate)} {item.outcome.unit} "
            f"({figure(low)} to {figure(high)}). {VERDICT_WORDS[item.verdict]} {one.measured.words}"
        )
    if not lines:
        lines.append(f"No trial tells how much this does for {mid_sentence(plan.goal.label)}.")
    return lines


@dataclass(frozen=True)
class WeekRow:
    """The body by the end of a week, as it is printed: change, with what is not known."""

    week: str
    serum: str
    urine: str
    stores: str


def week_rows(plan: Plan) -> list[WeekRow]:
    """The body by week."""

    def told(change: tuple[float, float, float]) -> str:
        middle, low, high = change
        return f"{signed(middle)} ({figure(low)} to {figure(high)})"

    return [
        WeekRow(str(row.week), told(row.serum), told(row.urine), told(row.stores))
        for row in plan.by_week.body
    ]


def week_lines(plan: Plan) -> list[str]:
    """The same for a terminal."""
    return [
        f"Week {row.week}: blood {row.serum} mmol/L, urine {row.urine} mmol a day, stores {row.stores} mmol."
        for row in week_rows(plan)
    ]


def body_line(plan: Plan) -> str:
    """What the figures by week mean."""
    if not plan.by_week.body:
        return ""
    return (
        "In your body, at the full dose: most of what you take up leaves with the urine within days. Your "
        "blood level goes up a little. Your stores fill slowly."
    )


def stool_line(plan: Plan) -> str:
    """Loose stools, or that they are not known."""
    if plan.body is None or plan.body.loose_stool is None:
        return ""
    compound = plan.regimen.compound
    if not stools_are_known(compound):
        return f"How many people get loose stools on {compound} is not known: no study bears on it."
    return loose_stool_words(plan.body.loose_stool)


def option_words(plan: Plan) -> str:
    """Why this way of parting the dose is named."""
    best = plan.best
    if best is None or len(plan.options) < 2:
        return ""
    once = plan.options[0]
    if best is once:
        return "Parting the dose would hardly change how many get loose stools, so once a day is enough."
    taken = (
        f"Taken {best.portions} times a day you take up about {figure(best.taken_up_mg)} mg instead of "
        f"{figure(once.taken_up_mg)} mg"
    )
    if best.loose_stool is None or once.loose_stool is None:
        return f"{taken}."
    return (
        f"{taken}, and {100 * best.loose_stool:.0f} instead of "
        f"{100 * once.loose_stool:.0f} in 100 people get loose stools."
    )


def salt_lines(plan: Plan) -> list[str]:
    """The same amount as other salts, beside the one that was asked for."""
    if plan.best is None or not plan.salts:
        return []
    return [_salt_words(one) for one in (plan.best, *plan.salts)]


def _salt_words(option: Option) -> str:
    *others, last = option.compounds
    names = f"{', '.join(others)} or {last}" if others else last
    taken = f"{names[:1].upper()}{names[1:]}: about {figure(option.taken_up_mg)} mg taken up"
    if option.loose_stool is None:
        return f"{taken}; how many get loose stools is not known."
    return f"{taken}; {100 * option.loose_stool:.0f} in 100 people get loose stools."


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


def assumed_line(plan: Plan) -> str:
    """Hours of the day that were not said."""
    words = {"meals": "meals at", "sleep": "sleep"}
    told = [f"{words[item.name]} {item.value}" for item in plan.assumed if item.name in words]
    return f"Assumed: {'; '.join(told)}. Tell us yours for better times." if told else ""


def known_lines(plan: Plan) -> list[str]:
    """Rules that apply and ask for nothing, such as the limit in force."""
    return [without_lead(item.because) for item in plan.decision.reasons if item.severity == "allow"]


def next_line(plan: Plan) -> str:
    """What to do where nothing is planned."""
    if plan.decision.decision == "refuse":
        return "Do not take it now. Show this to your doctor or pharmacist."
    if plan.decision.questions:
        return "Answer what is asked and make the plan again, or show this to your doctor or pharmacist."
    return "Show this to your doctor or pharmacist before you take any."
