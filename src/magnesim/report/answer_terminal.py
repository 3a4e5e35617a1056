"""An answer in the terminal. Layout only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table

from magnesim.answers.words import (
    alternative_rows,
    assumed_words,
    evidence_words,
    in_words,
    mechanism_figure,
    unknown_lines,
)
from magnesim.report import plan_words
from magnesim.report.banner import banner
from magnesim.report.console import DISCLAIMER, bullets, heading, new_console, plain

if TYPE_CHECKING:
    from magnesim.answers import Answer

COLOURS = {
    "likely_worthwhile": "green",
    "likely_too_small": "yellow",
    "unknown": "white",
    "not_for_you": "red",
}


def print_answer(answer: Answer) -> None:
    """The answer, from the verdict down to the sources."""
    console = new_console()
    colour = COLOURS[answer.verdict]
    told = banner(answer.safety)
    first = [line.text for line in told.lines] if answer.verdict == "not_for_you" else []
    body = "\n\n".join(
        [
            f"[bold]{plain(answer.sign)} {plain(answer.headline)}[/bold]",
            *map(plain, [*first, *answer.lead]),
        ]
    )
    console.print(
        Panel(body, title=plain(answer.question), title_align="left", border_style=colour, padding=(1, 2))
    )
    if (told.stop or told.ask) and not first:
        heading(console, f"Safety: {told.title}")
        bullets(console, [line.text for line in told.lines])
    heading(console, "What trials found (all salts)")
    bullets(
        console,
        [f"{item.label}. {item.words} Certainty: {in_words(item.certainty)}." for item in answer.effects],
    )
    if answer.unmeasured:
        bullets(console, [answer.unmeasured])
    if answer.trials:
        heading(console, "Trial by trial")
        bullets(console, [item.text for item in answer.trials])
    if answer.body:
        heading(console, "What this dose does in this body")
        bullets(console, answer.body_words)
    if answer.mechanisms:
        heading(console, "The mechanisms one reads about")
        _mechanisms(console, answer)
    if answer.plan.allowed:
        heading(console, "If you take it")
        bullets(console, _plan_lines(answer))
    if answer.alternatives:
        heading(console, "What would change the answer")
        _alternatives(console, answer)
        bullets(console, answer.on_alternatives)
    heading(console, "What is not known")
    bullets(console, unknown_lines(answer))
    heading(console, "First of all")
    bullets(console, [answer.first])
    if answer.body and answer.body.assumed:
        heading(console, "Assumed, because it was not said")
        bullets(console, ["; ".join(map(assumed_words, answer.body.assumed)) + "."])
    console.print(
        f"\n{len(answer.sources)} sources: add --json or --out answer.html; magnesim why NAME tells each."
    )
    console.print(f"[dim]{DISCLAIMER}[/dim]")


def _plan_lines(answer: Answer) -> list[str]:
    """Clock times, how to start, when to stop."""
    plan, safety = answer.plan, answer.safety
    return [
        *plan_words.take_lines(plan),
        *plan_words.step_lines(plan),
        *safety.titration,
        plan_words.judge_line(plan),
        *filter(None, [plan_words.food_line(plan)]),
        *safety.stop_if,
        *safety.monitor,
    ]


def _alternatives(console: Console, answer: Answer) -> None:
    """What else could be done: uptake, serum, loose stools."""
    table = Table(box=None, padding=(0, 1))
    table.add_column("")
    for name in ("taken up", "serum, mmol/L", "loose stools"):
        table.add_column(name, justify="right")
    for row in alternative_rows(answer.alternatives):
        table.add_row(row["what"], row["taken_up"], row["serum"], row["stools"])
    console.print(table)


def _mechanisms(console: Console, answer: Answer) -> None:
    table = Table(box=None, padding=(0, 1), header_style="dim")
    table.add_column("mechanism", max_width=26)
    table.add_column("evidence", max_width=20)
    table.add_column("with this dose")
    for item in answer.mechanisms:
        table.add_row(item.label, evidence_words(item.evidence_class), mechanism_figure(item))
    console.print(Padding(table, (0, 0, 0, 1)))
