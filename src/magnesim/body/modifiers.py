"""What changes a body's parameters: drugs that act on stomach acid, the gut or the kidney.

Menopause and estrogen are not here: serum is inversely related to estrogen, but no size was on the pages
read, so nothing is computed for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from magnesim.tables import rows


@dataclass(frozen=True)
class Modifier:
    """One row of `modifiers.csv`.

    Attributes:
        modifier: key of the drug class; `label` is its name to show.
        words: generic names and class words that mean it, in small letters.
        parameter: what it multiplies in the body model.
        factor: by how much, without a unit; `low` and `high` as believed, middle 90 %.
        evidence_class: what kind of source stands behind it; `assumption` where it is a guess.
        source: facts and studies of the evidence package, parted by semicolons.
        derivation: how the factor follows from the source.
    """

    modifier: str
    label: str
    words: tuple[str, ...]
    parameter: str
    factor: float
    low: float
    high: float
    evidence_class: str
    source: str
    derivation: str


@cache
def modifiers() -> tuple[Modifier, ...]:
    """The rows of `modifiers.csv`."""
    return tuple(
        Modifier(
            row["modifier"],
            row["label"],
            tuple(row["words"].split(";")),
            row["parameter"],
            float(row["factor"]),
            float(row["low"]),
            float(row["high"]),
            row["evidence_class"],
            row["source"],
            row["derivation"],
        )
        for row in rows(Path(__file__).parent / "modifiers.csv")
    )


def modifiers_of(drugs: str | None) -> tuple[Modifier, ...]:
    """Modifiers whose words stand in a list of generic names or classes, each once.

    Brands, denials and stopped drugs are not read here: the safety room's reader names what is taken.
    """
    written = set(re.findall(r"[a-z]+", (drugs or "").lower()))
    return tuple(row for row in modifiers() if written & set(row.words))
