"""The rule tables of this room, read once: what is matched, and what a match leads to."""

import csv
from functools import cache
from pathlib import Path


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a table of this room, such as `outcomes.csv`; empty cells are empty strings."""
    with (Path(__file__).parent / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
