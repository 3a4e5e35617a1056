"""The evaluation report in the terminal. Layout only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from magnesim.report import validation_words as words
from magnesim.report.console import bullets, heading, new_console, plain

if TYPE_CHECKING:
    from magnesim.evaluation import Validation

WORST_SHOWN = 8


def print_validation(result: Validation) -> None:
    """The evaluation report: the decisive test, the figures, the worst misses."""
    console = new_console()
    test, kinetics, effects = result.supplement, result.kinetics, result.effects
    heading(console, f"A supplement of {test['elemental_mg_per_day']:g} mg a day for {test['weeks']} weeks")
    table = Table(box=None, padding=(0, 1), show_edge=False)
    for column in ("", "serum, mmol/L", "urine, mmol/d"):
        table.add_column(column, justify="left" if not column else "right")
    for what, serum, urine in words.decisive_rows(test):
        table.add_row(plain(what), serum, urine)
    console.print(table)
    heading(console, "Figures of bodies, observed against predicted")
    bullets(console, words.kinetic_lines(result))
    misses = words.worst_misses(result)[:WORST_SHOWN]
    if misses:
        heading(console, "Farthest off")
        bullets(console, misses)
    heading(console, "Effects of trials, foreseen without the trial itself")
    content = effects.to_json()
    bullets(console, words.effect_lines(content))
    print_measures(content)
    console.print(
        f"\n{len(kinetics.skipped)} figures and {len(effects.skipped)} contrasts were not foreseen; "
        "--json and --out say why of each."
    )


def print_measures(content: dict[str, Any]) -> None:
    """The scores by measure as a table."""
    table = Table(box=None, padding=(0, 1), show_edge=False)
    for column in ("measure", "rows", "studies", "held", "gain", "than no difference"):
        is_text = column in ("measure", "than no difference")
        table.add_column(column, justify="left" if is_text else "right")
    for *figures, says in words.measure_rows(content):
        table.add_row(*figures, says.replace(" than no difference", ""))
    if table.row_count:
        new_console().print(table)
