"""What changes a body's parameters: drugs that act on stomach acid, the gut or the kidney.

Menopause and estrogen are not here: serum is inversely related to estrogen, but no size was on the pages
read, so nothing is computed for them.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Modifier:
    """One row of `modifiers.csv`: a factor on one parameter, with its range."""

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
    with (Path(__file__).parent / "modifiers.csv").open(encoding="utf-8", newline="") as file:
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
            for row in csv.DictReader(file)
        )


def modifiers_of(drugs: str | None) -> tuple[Modifier, ...]:
    """Modifiers whose words stand in a list of generic names or classes, each once.

    Brands, denials and stopped drugs are not read here: the safety room's reader names what is taken.
    """
    written = set(re.findall(r"[a-z]+", (drugs or "").lower()))
    return tuple(row for row in modifiers() if written & set(row.words))
