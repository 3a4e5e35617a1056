"""Mechanisms that the articles name: what this dose does to each, or why nothing can be computed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from magnesim.tables import rows


@dataclass(frozen=True)
class Mechanism:
    """One row of `mechanisms.csv` with what was computed.

    Attributes:
        claim: what is commonly said.
        output: the figure of the model that answers, or empty; `what` it is, in words, and its `unit`.
        baseline, end: that figure before and at the end, or None.
        change_interval: middle 90 % of its change by what is not known, or None.
        evidence_class: the best kind of evidence behind the mechanism.
        goals: for which goals it is named.
        note: what the figure means, or why there is none.
        sources: facts and studies.
    """

    name: str
    label: str
    claim: str
    output: str
    what: str
    unit: str
    baseline: float | None
    end: float | None
    change_interval: tuple[float, float] | None
    evidence_class: str
    goals: tuple[str, ...]
    note: str
    sources: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values; tuples as lists."""
        interval = list(self.change_interval) if self.change_interval else None
        return vars(self) | {
            "change_interval": interval,
            "goals": list(self.goals),
            "sources": list(self.sources),
        }


def mechanism_rows() -> tuple[dict[str, str], ...]:
    """The rows of `mechanisms.csv`."""
    return rows(Path(__file__).parent / "mechanisms.csv")


def mechanisms(
    baseline: dict[str, float], end: dict[str, float], change: dict[str, tuple[float, float]]
) -> list[Mechanism]:
    """Every mechanism, with its figure from the readings of the day before and of the last day.

    Args:
        baseline, end: readings by output.
        change: middle 90 % of the change of each, by output.
    """
    return [
        Mechanism(
            row["name"],
            row["label"],
            row["claim"],
            row["output"],
            row["what"],
            row["unit"],
            baseline[row["output"]] if row["output"] else None,
            end[row["output"]] if row["output"] else None,
            change[row["output"]] if row["output"] else None,
            row["evidence_class"],
            tuple(row["goals"].split(";")),
            row["note"],
            tuple(row["sources"].split(";")),
        )
        for row in mechanism_rows()
    ]
