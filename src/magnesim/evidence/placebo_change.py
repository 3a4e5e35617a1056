"""What the same scale does on placebo, or untreated: to stand beside every change without a control."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from magnesim.data import records
from magnesim.evidence.outcomes import outcome
from magnesim.tables import rows


@dataclass(frozen=True)
class UsualChange:
    """A change seen without magnesium.

    Attributes:
        kind: `placebo`, `both arms` (the same with and without magnesium) or `uncontrolled`.
        value, low, high, unit: the change, with its printed range where there is one.
        fact_id, statement, people, doi, pmid, source_url: where it stands.
    """

    outcome: str
    kind: str
    value: float
    low: float | None
    high: float | None
    unit: str
    fact_id: str
    statement: str
    people: str | None
    doi: str | None
    pmid: str | None
    source_url: str | None


def usual_changes(key: str) -> tuple[UsualChange, ...]:
    """All such changes of an outcome, placebo first; empty where none is known.

    Raises:
        InputError: unknown outcome.
    """
    return _by_outcome().get(outcome(key).key, ())


def usual_placebo_change(key: str) -> UsualChange | None:
    """The one to show beside an uncontrolled change; None where none is known."""
    found = usual_changes(key)
    return found[0] if found else None


@cache
def _by_outcome() -> dict[str, tuple[UsualChange, ...]]:
    facts = {row["fact_id"]: row for row in records("evidence", "facts")}
    found: dict[str, tuple[UsualChange, ...]] = {}
    for row in rows(Path(__file__).parent / "usual_placebo_change.csv"):
        fact = facts[row["fact_id"]]
        change = UsualChange(
            outcome=row["outcome"],
            kind=row["kind"],
            value=fact["value"],
            low=fact["low"],
            high=fact["high"],
            unit=fact["unit"],
            fact_id=row["fact_id"],
            statement=fact["statement"],
            people=fact["population"],
            doi=fact["doi"],
            pmid=fact["pmid"],
            source_url=fact["source_url"],
        )
        found[row["outcome"]] = (*found.get(row["outcome"], ()), change)
    return found
