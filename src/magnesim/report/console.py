"""What every report in the terminal is made of: readable at 80 columns, no colour in a pipe."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.markup import escape
from rich.table import Table

DISCLAIMER = "It informs and does not replace a clinician."
MOST_COLUMNS = 88


def new_console() -> Console:
    """Standard output, never wider than a line that reads well."""
    console = Console(file=sys.stdout, highlight=False)
    console.width = min(console.width, MOST_COLUMNS)
    return console


def heading(console: Console, text: str) -> None:
    """A line that begins a section."""
    console.print(f"\n[bold]{text}[/bold]")


def bullets(console: Console, lines: list[str]) -> None:
    """Lines as a list that stays aligned when it wraps."""
    for line in lines:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=2)
        grid.add_column(overflow="fold")
        grid.add_row(" •", plain(line))
        console.print(grid)


def plain(text: str) -> str:
    """Text that rich takes as it is."""
    return escape(text)
