"""Tables that ship: read as what they are, and every column of them is described."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import pytest

import magnesim
from magnesim.tables import rows, typed_rows

SOURCE = Path(magnesim.__file__).parent
ROOMS = ("baselines", "body", "data", "exposure", "fit", "intake", "people", "tolerability")
TABLES = [
    str(path.relative_to(SOURCE))[:-4] for room in ROOMS for path in sorted((SOURCE / room).glob("*.csv"))
]
MEANINGS = {(row["table"], row["column"]): row["meaning"] for row in rows(SOURCE / "tables.csv")}


def columns_of(table: str) -> list[str]:
    with (SOURCE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


@dataclass(frozen=True)
class Pair:
    """A record of two columns."""

    name: str
    value: float


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_described(table: str):
    keys = [((table, column), (table, "*"), ("*", column)) for column in columns_of(table)]
    assert not [own[0] for own in keys if not any(MEANINGS.get(key) for key in own)]


def test_nothing_is_described_that_is_not_there():
    there = {(table, column) for table in TABLES for column in columns_of(table)}
    everywhere = {column for _, column in there}
    for table, column in MEANINGS:
        assert table in ("*", *TABLES)
        assert column == "*" or (table, column) in there or (table == "*" and column in everywhere)


def test_a_missing_number_is_a_gap_only_where_gaps_are_allowed(tmp_path: Path):
    table = tmp_path / "pairs.csv"
    table.write_text("name,value\na,1.5\nb,\n", encoding="utf-8")
    assert rows(table)[1] == {"name": "b", "value": ""}
    first, second = typed_rows(table, Pair, gaps=True)
    assert first == Pair("a", 1.5)
    assert math.isnan(second.value)
    with pytest.raises(ValueError, match="float"):
        typed_rows(table, Pair)


def test_columns_that_are_no_fields_are_refused(tmp_path: Path):
    table = tmp_path / "pairs.csv"
    table.write_text("name,worth\na,1.5\n", encoding="utf-8")
    with pytest.raises(TypeError, match="worth"):
        typed_rows(table, Pair)
