"""Where a number, a rule or a statement comes from, in the terminal. Layout only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magnesim.report.console import bullets, heading, new_console, plain

if TYPE_CHECKING:
    from magnesim.provenance import Why


def print_why(result: Why) -> None:
    """Where something comes from."""
    console = new_console()
    value = "" if result.value is None else f" = {result.value:g} {_shown_unit(result.unit)}".rstrip()
    console.print(f"[bold]{plain(result.name)}[/bold] ({result.kind}){plain(value)}")
    if result.text:
        console.print(plain(result.text))
    if result.derivation:
        console.print(f"Derivation: {plain(result.derivation)}")
    if result.used_in:
        heading(console, "Used in")
        bullets(console, result.used_in)
    if result.sources:
        heading(console, "Sources")
        bullets(console, [source.line for source in result.sources])


def _shown_unit(unit: str) -> str:
    return "" if unit == "1" else unit
