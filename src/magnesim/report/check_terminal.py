"""The check of an article in the terminal, readable at 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding

from magnesim.report import check_words as words
from magnesim.report.console import DISCLAIMER, bullets, heading, new_console, plain

if TYPE_CHECKING:
    from magnesim.claims.check import Checked


def print_checked(result: Checked) -> None:
    """The summary, then every claim with its verdict and the reason."""
    console = new_console()
    console.print(words.headline(result))
    if result.note:
        console.print(plain(result.note))
    for claim in result.claims:
        sign = words.verdict_signs()[claim.verdict.verdict]
        console.print(f"\n{sign['sign']} [bold]{sign['label']}[/bold]: {plain(claim.text)}")
        told = [
            words.because(claim),
            *words.figure_lines(claim)[:1],
            words.plain_words(claim.citation.because),
        ]
        console.print(Padding(plain(" ".join(dict.fromkeys(filter(None, told)))), (0, 0, 0, 2)))
    missing = words.missing_lines(result)
    if missing:
        heading(console, "What a fair article would have said")
        bullets(console, missing)
    if result.eu_law["health_claims"]:
        heading(console, "Beside the EU register of health claims")
        console.print(f"{result.eu_law['summary']} {result.eu_law['applies']}")
    if result.quality:
        heading(console, "As information")
        console.print(words.quality_line(result))
    console.print(f"\n{DISCLAIMER}")
