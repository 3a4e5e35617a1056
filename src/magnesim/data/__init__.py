"""The tables that ship: read lazily, once, typed by their descriptor, corrected in one place.

`evidence/` and `safety/` are copies of the curated tables. What had to be corrected stands in
`corrections.csv` with the reason; nothing else differs from the copies.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from magnesim.tables import rows

if TYPE_CHECKING:
    import polars as pl

DATA_DIR = Path(__file__).parent


@cache
def descriptor(package: str) -> dict[str, dict[str, Any]]:
    """The Frictionless resources of a package (`evidence` or `safety`), by table name."""
    text = (DATA_DIR / package / "datapackage.json").read_text(encoding="utf-8")
    return {resource["name"]: resource for resource in json.loads(text)["resources"]}


def polars_schema(resource: dict[str, Any]) -> dict[str, pl.DataType]:
    """Column types of a table, from its Frictionless schema."""
    import polars as pl

    types = {"string": pl.String(), "integer": pl.Int64(), "number": pl.Float64(), "boolean": pl.Boolean()}
    return {field["name"]: types[field["type"]] for field in resource["schema"]["fields"]}


@cache
def table(package: str, name: str) -> pl.DataFrame:
    """A shipped table, corrected, with empty cells as null.

    Args:
        package: `evidence` or `safety`.
        name: table name as in the package's `datapackage.json`.
    """
    import polars as pl

    resource = descriptor(package)[name]
    frame = pl.read_csv(DATA_DIR / package / resource["path"], schema=polars_schema(resource))
    for fix in corrections():
        if (fix["package"], fix["table"]) == (package, name):
            column = pl.col(fix["column"])
            kind = frame.schema[fix["column"]]
            written, corrected = (pl.lit(fix[end] or None, pl.String).cast(kind) for end in ("from", "to"))
            here = (pl.col(fix["key_column"]) == fix["key"]) & column.eq_missing(written)
            frame = frame.with_columns(pl.when(here).then(corrected).otherwise(column).alias(fix["column"]))
    return frame


def corrections() -> tuple[dict[str, str], ...]:
    """Every cell that differs from the copied tables: where, from what, to what, and why."""
    return rows(DATA_DIR / "corrections.csv")


@cache
def records(package: str, name: str) -> tuple[dict[str, Any], ...]:
    """The rows of a shipped table as dictionaries; empty cells are None."""
    return tuple(table(package, name).iter_rows(named=True))
