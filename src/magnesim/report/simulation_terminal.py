"""A simulation, of one person or of many, in the terminal. Layout only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from magnesim.figures import figure, signed, span
from magnesim.report.console import DISCLAIMER, bullets, heading, new_console

if TYPE_CHECKING:
    from magnesim.exposure import Crowd, Simulation

MEASURE_LABELS = {
    "serum_mmol_l": "serum, mmol/L",
    "urine_mmol_d": "urine, mmol/d",
    "absorbed_mmol_d": "taken up, mmol/d",
    "faecal_mmol_d": "stool, mmol/d",
    "total_body_mmol": "body, mmol",
}


def print_simulation(result: Simulation) -> None:
    """The simulation: measures before, with the dose, change, and both kinds of interval."""
    from magnesim.safety import decide

    console = new_console()
    regimen = result.regimen
    console.print(
        f"[bold]{regimen.elemental_mg_per_day:g} mg of magnesium as {regimen.compound} a day, "
        f"{regimen.weeks:g} weeks[/bold]"
    )
    table = Table(box=None, padding=(0, 1), header_style="dim")
    for name in ("", "before", "end", "change", "not known (90 %)", "people differ (90 %)"):
        table.add_column(name, justify="left" if not name else "right")
    for name, label in MEASURE_LABELS.items():
        before, end, change = (getattr(state, name) for state in (result.baseline, result.end, result.change))
        table.add_row(
            label,
            figure(before, 3),
            figure(end, 3),
            signed(change),
            span(*result.uncertainty[name]),
            span(*result.variability[name]),
        )
    console.print(table)
    heading(console, "Stores, mmol")
    stores = Table(box=None, padding=(0, 1), header_style="dim")
    for name in ("", "before", "end", "change"):
        stores.add_column(name, justify="left" if not name else "right")
    for name, before in result.baseline.stores_mmol.items():
        end = result.end.stores_mmol[name]
        stores.add_row(name.replace("_", " "), figure(before, 4), figure(end, 4), signed(end - before))
    console.print(stores)
    decision = decide(result.person, regimen.elemental_mg_per_day, regimen.compound, regimen.times).decision
    if regimen.times and decision in ("refuse", "clinician_first"):
        heading(console, "Not to be taken on one's own: magnesim answer tells why.")
    console.print(f"\nUnaccounted for: {result.mass_balance.relative_error:.0e} of what entered.")
    bullets(console, result.notes)
    console.print(f"[dim]{DISCLAIMER}[/dim]")


def print_crowd(crowd: Crowd) -> None:
    """Many people: how far the changes spread."""
    console = new_console()
    heading(console, f"{len(crowd.frame)} people who share what was said, and differ: change (90 %)")
    limits = crowd.limits()
    bullets(console, [f"{label}: {span(*limits[name])}" for name, label in MEASURE_LABELS.items()])
    if crowd.lost:
        bullets(console, [f"{crowd.lost} have no steady state that a person can live in and are left out."])
