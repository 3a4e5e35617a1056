"""Where a dose or a meal enters the body: which compartments, how much of each.

One salt, one row in `salts.csv`: what dissolves at once, what needs acid, what stays bound, with the kind
of evidence behind it. A salt without human absorption data says so and carries a wide range.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from magnesim.errors import InputError
from magnesim.tables import typed_rows

ENTRY = ("stomach_solid", "stomach_liquid", "stomach_food", "gut_unavailable", "extracellular")
"""Compartments that a dose, a meal or an infusion can enter, in the order of the event arrays."""


@dataclass(frozen=True)
class Salt:
    """How one source of magnesium behaves in the gut.

    Attributes:
        compound: name as in the compounds table; `food` for the diet.
        dissolved_share: share that is in solution when it enters, 0 to 1.
        available_share: share that can be taken up once dissolved, 0 to 1, with `low` and `high`.
        dissolution_rate: dissolution of the rest in stomach acid, 1/h, with its range.
        evidence_class: `human_kinetic` where people were measured, else what there is.
    """

    compound: str
    dissolved_share: float
    available_share: float
    available_low: float
    available_high: float
    dissolution_rate: float
    dissolution_low: float
    dissolution_high: float
    evidence_class: str
    source: str
    derivation: str


@cache
def salts() -> dict[str, Salt]:
    """The rows of `salts.csv` by compound."""
    return {row.compound: row for row in typed_rows(Path(__file__).parent / "salts.csv", Salt)}


def salt(compound: str) -> Salt:
    """The salt of that name.

    Raises:
        InputError: a compound that the body model does not know.
    """
    if compound not in salts():
        known = ", ".join(name for name in salts() if name != "food")
        raise InputError(f"--form {compound}", f"the body model knows {known}.", "--form citrate")
    return salts()[compound]


def enters(
    compound: str, elemental_mmol: float, with_meal: bool, available_factor: float = 1.0
) -> tuple[float, ...]:
    """Split of a dose over the entry compartments, mmol, in the order of `ENTRY`.

    Args:
        compound: name in `salts.csv`.
        elemental_mmol: elemental magnesium, mmol.
        with_meal: whether it leaves the stomach with a meal.
        available_factor: this draw's availability against the typical one.
    """
    row = salt(compound)
    available = elemental_mmol * min(1.0, row.available_share * available_factor)
    dissolved = available * row.dissolved_share
    solid = available - dissolved
    liquid, food = (0.0, dissolved) if with_meal else (dissolved, 0.0)
    return solid, liquid, food, elemental_mmol - available, 0.0


def infused(elemental_mmol: float) -> tuple[float, ...]:
    """A dose into a vein, mmol, in the order of `ENTRY`."""
    return 0.0, 0.0, 0.0, 0.0, elemental_mmol
