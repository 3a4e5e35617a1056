"""A plan in the terminal, readable at 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.panel import Panel

from magnesim.report import plan_words as words
from magnesim.report.banner import banner
from magnesim.report.terminal import DISCLAIMER, bullets, heading, new_console, plain

if TYPE_CHECKING:
    from magnesim.plan import Plan


def print_plan(plan: Plan) -> None:
    """The decision first; the plan only where one is allowed."""
    console = new_console()
    colour = "green" if plan.allowed else "red"
    title = f"{plan.regimen.elemental_mg_per_day:g} mg of magnesium as {plan.regimen.compound} a day"
    console.print(Panel(words.headline(plan), title=plain(title), border_style=colour, padding=(0, 1)))
    said = banner(plan.decision)
    if said.stop or said.ask:
        heading(console, said.title)
        bullets(console, [line.text for line in said.lines])
    if not plan.allowed:
        line = words.within_limit_line(plan)
        if line:
            heading(console, "Within the limit")
            bullets(console, [line])
        if plan.decision.questions:
            heading(console, "To be answered first")
            bullets(console, list(plan.decision.questions))
        console.print(f"\n{DISCLAIMER}")
        return
    sections = [
        ("Take", words.take_lines(plan)),
        ("Begin low", [*words.step_lines(plan), *plan.decision.titration]),
        ("What may come of it", words.expect_lines(plan)),
        ("Stools", [words.stool_line(plan), words.option_words(plan)]),
        ("Food", [words.food_line(plan)]),
        ("Watch", list(plan.decision.monitor)),
        ("Stop at once", list(plan.decision.stop_if)),
        ("When to look back", [words.judge_line(plan)]),
        ("Why", [reason.because for reason in plan.decision.reasons]),
        ("Still open", list(plan.decision.questions)),
    ]
    for title, lines in sections:
        told = [line for line in lines if line]
        if told:
            heading(console, title)
            bullets(console, told)
    console.print(f"\n{DISCLAIMER}")
