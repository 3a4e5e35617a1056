"""A plan in the terminal, readable at 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.panel import Panel

from magnesim.report import plan_words as words
from magnesim.report.banner import banner
from magnesim.report.console import DISCLAIMER, bullets, heading, new_console, plain

if TYPE_CHECKING:
    from magnesim.plan import Plan


def print_plan(plan: Plan) -> None:
    """The decision first; the plan only where one is allowed."""
    console = new_console()
    colour = "green" if plan.allowed else "red"
    title = f"{plan.regimen.elemental_mg_per_day:g} mg of magnesium as {plan.regimen.compound} a day"
    console.print(Panel(words.headline(plan), title=plain(title), border_style=colour, padding=(0, 1)))
    said = banner(plan.decision)
    if said.lines:
        heading(console, words.banner_title(plan))
        bullets(console, [line.text for line in (*said.first, *said.more)])
    if not plan.allowed:
        line = words.within_limit_line(plan)
        if line:
            heading(console, "Within the limit")
            bullets(console, [line])
        heading(console, "What to do")
        bullets(console, [words.next_line(plan)])
        console.print(f"\n{DISCLAIMER}")
        return
    sections = [
        ("Take", [*words.take_lines(plan), words.assumed_line(plan)]),
        ("Begin low", [*words.step_lines(plan), *plan.decision.titration]),
        ("What may come of it", words.expect_lines(plan)),
        ("In the body, by week", [words.body_line(plan), *words.week_lines(plan)]),
        ("Stools", [words.stool_line(plan), words.option_words(plan)]),
        ("Other salts, same amount and times", words.salt_lines(plan)),
        ("Food", [words.food_line(plan)]),
        ("Watch", list(plan.decision.monitor)),
        ("Stop at once", list(plan.decision.stop_if)),
        ("When to look back", [words.judge_line(plan)]),
        ("Good to know", words.known_lines(plan)),
    ]
    for title, lines in sections:
        told = [line for line in lines if line]
        if told:
            heading(console, title)
            bullets(console, told)
    console.print(f"\n{DISCLAIMER}")
