"""Tables that ship beside a module: CSV files in UTF-8, read once a process.

`tables.csv` says what every column means. The curated data package has a reader of its own in
`magnesim.data`, by its descriptor.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

Record = TypeVar("Record")


@cache
def rows(path: Path) -> tuple[dict[str, str], ...]:
    """Rows of a table by column, every cell as text; callers share them and change nothing.

    Raises:
        OSError: no such file, which is a fault of the package.
    """
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def typed_rows(path: Path, record: type[Record], *, gaps: bool = False) -> tuple[Record, ...]:
    """Rows of a table as records whose fields have the names of the columns.

    Args:
        path: the table.
        record: a dataclass; a field that is a `float` is read as a number, all else as text.
        gaps: whether a number may be missing; it is then NaN.

    Raises:
        OSError: no such file, which is a fault of the package.
        TypeError: columns that are not the fields of the record.
        ValueError: a cell that is no number where one must stand.
    """
    types = get_type_hints(record)

    def read(column: str, cell: str) -> Any:
        if types.get(column) is not float:
            return cell
        return math.nan if gaps and not cell else float(cell)

    return tuple(record(**{column: read(column, cell) for column, cell in row.items()}) for row in rows(path))
