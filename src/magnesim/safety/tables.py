"""The rule tables of this room, read once: what is matched, and what a match leads to."""

from pathlib import Path

from magnesim import tables


def rows(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a table of this room, such as `outcomes.csv`; empty cells are empty strings."""
    return tables.rows(Path(__file__).parent / f"{name}.csv")
