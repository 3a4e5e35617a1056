"""Figures as printed, turned into the outcome's usual unit. The only place where units are converted.

What a unit does not tell is never guessed: a row in a unit that has no factor here is left out.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from magnesim.evidence.outcomes import Outcome
from magnesim.tables import rows


@cache
def conversions() -> dict[tuple[str, str], float]:
    """Factor from a printed unit to the usual one, by outcome and printed unit (`unit_conversions.csv`)."""
    table = rows(Path(__file__).parent / "unit_conversions.csv")
    return {(row["outcome"], row["unit"]): float(row["factor"]) for row in table}


def factor_to_usual(outcome: Outcome, unit: str | None) -> float | None:
    """What a figure in `unit` is multiplied by to stand in the outcome's usual unit; None where unknown.

    Differences, limits, SDs and standard errors take the same factor: none of the conversions shifts.
    """
    if unit is None or unit.startswith("as "):
        return None
    if unit == outcome.unit:
        return 1.0
    return conversions().get((outcome.key, unit))
