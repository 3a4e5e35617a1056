"""The small tables of this room: CSV files beside the modules, read once."""

from __future__ import annotations

from pathlib import Path

from magnesim import tables


def rows(name: str) -> tuple[dict[str, str], ...]:
    """Rows of `NAME.csv` in this directory, every cell as text."""
    return tables.rows(Path(__file__).parent / f"{name}.csv")
