"""Pool anybody's estimates from a CSV file: `magnesim pool FILE.csv`."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from magnesim.errors import InputError
from magnesim.evidence.alarms import Alarm, no_single_number, of_statistics
from magnesim.evidence.contract import SCHEMA_VERSION, alarms_json, plain, sensitivity_json, statistics_json
from magnesim.evidence.estimates import (
    ALLOWED_ESTIMATES,
    ALLOWED_VARIANCES,
    LARGEST_ESTIMATE,
    LARGEST_VARIANCE,
    LARGEST_VARIANCE_RATIO,
    SMALLEST_VARIANCE,
)
from magnesim.evidence.headline import side_by_side
from magnesim.evidence.outcomes import nearest
from magnesim.evidence.pooling import Pooled, pool
from magnesim.evidence.sensitivity import Sensitivity, of_studies

_EXAMPLE = "study,yi,vi"
YEAR = "year"


@dataclass(frozen=True)
class PooledFile:
    """The pool of a file: labels, estimates and variances as read, the statistics, the alarms.

    `order` is the column `year` where there is one, to cumulate by (None where a cell holds no number);
    `moderators` are columns by name.
    """

    labels: tuple[str, ...]
    yi: tuple[float, ...]
    vi: tuple[float, ...]
    pooled: Pooled
    alarms: tuple[Alarm, ...]
    order: tuple[float | None, ...] | None = None
    moderators: tuple[tuple[str, tuple[float | None, ...]], ...] = ()

    @cached_property
    def sensitivity(self) -> Sensitivity:
        """How much the answer hangs on which rows are in, and on the columns named as moderators."""
        traits = {name: ("as in the file", values) for name, values in self.moderators}
        return of_studies(self.labels, self.yi, self.vi, self.order, traits)

    @property
    def headline(self) -> str | None:
        """That no single number can be given, with both readings; None where one can."""
        return side_by_side(self.pooled) if no_single_number(self.pooled) else None

    def to_json(self) -> dict[str, Any]:
        """The keys of `magnesim evidence` where they apply, null where they do not.

        Where `single_number` is false, `label` says why, and `estimate` is but one of two readings:
        `cautious` and `fixed` are to be read side by side.
        """
        pooled = self.pooled
        content = {
            "schema_version": SCHEMA_VERSION,
            "outcome": None,
            "label": self.headline,
            "single_number": self.headline is None,
            "refusal": self.headline,
            "unit": None,
            "k": pooled.k,
            "n": None,
            "measure": None,
            "method": pooled.method,
            "test": pooled.test,
            "estimate": pooled.random.estimate,
            "se": pooled.random.se,
            "ci": pooled.random.ci,
            "p": pooled.random.p,
            **statistics_json(pooled),
            **sensitivity_json(self.sensitivity),
            "with_silent_nulls": None,
            "with_p_only": None,
            "minimal_important_difference": None,
            "certainty": None,
            "alarms": alarms_json(self.alarms),
            "studies": [
                {
                    "study_id": label,
                    "estimate": y,
                    "se": math.sqrt(v),
                    "weight": weight,
                    "risk_of_bias": None,
                    "note": "",
                }
                for label, y, v, weight in zip(self.labels, self.yi, self.vi, pooled.weights, strict=True)
            ],
        }
        finished: dict[str, Any] = plain(content)
        return finished


def pool_file(
    path: str | Path,
    yi: str = "yi",
    vi: str = "vi",
    label: str | None = None,
    method: str = "REML",
    test: str = "hartung-knapp",
    moderators: Sequence[str] = (),
) -> PooledFile:
    """Read estimates and sampling variances from a CSV file with a header, and pool them.

    Args:
        path: the file, UTF-8, comma-separated.
        yi, vi: columns with the estimates (ratios as logarithms) and their variances; two columns.
        label: column with the name of the study; `study` where there is one, else rows are numbered.
        method, test: as in `pool`.
        moderators: columns of numbers to regress on, one at a time; an empty cell leaves the row out of it.

    Raises:
        InputError: what is wrong in one line, with file, row and column, and what is allowed.
    """
    name = str(path)
    header, rows = _read(Path(path), name)
    for column in (yi, vi, *([label] if label else []), *moderators):
        if column not in header:
            near = nearest(column, [h for h in header if h], 1)
            hint = f"; near it is {near[0]}" if near else ""
            raise InputError(
                f"{name}: no column {column or '(empty)'}",
                f"the header has {', '.join(header)}{hint}.",
                _EXAMPLE,
            )
    if yi == vi:
        raise InputError(
            f"{name}: column {yi} for both yi and vi",
            "the estimates and their variances are two columns.",
            "--yi yi --vi vi",
        )
    if not rows:
        raise InputError(f"{name}: no rows under the header", "at least one study is needed.", _EXAMPLE)
    named = label or ("study" if "study" in header else None)
    labels = tuple((row[named] if named else "") or f"row {at}" for at, row in rows)
    y = tuple(_estimate(name, at, yi, row[yi]) for at, row in rows)
    v = tuple(_variance(name, at, vi, row[vi]) for at, row in rows)
    _comparable(name, vi, [at for at, _ in rows], v)
    pooled = pool(y, v, method, test)
    return PooledFile(
        labels,
        y,
        v,
        pooled,
        tuple(of_statistics(pooled, labels, y, v)),
        order=tuple(_number(row[YEAR]) for _, row in rows) if YEAR in header else None,
        moderators=tuple((column, _trait(name, rows, column)) for column in moderators),
    )


def _trait(name: str, rows: list[tuple[int, dict[str, str]]], column: str) -> tuple[float | None, ...]:
    """Numbers of a column, None for empty cells."""
    found: list[float | None] = []
    for line, row in rows:
        value = _number(row[column]) if row[column] else None
        if row[column] and value is None:
            allowed = "a number is needed, or an empty cell where it is not known"
            raise _refused(name, line, column, row[column], allowed, "12")
        found.append(value)
    return tuple(found)


def _read(path: Path, name: str) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Header, and rows with their line number in the file; blank lines are passed over."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            f"{name}: no such file", "give the path of a CSV file.", "magnesim pool studies.csv"
        ) from None
    except (IsADirectoryError, PermissionError, UnicodeDecodeError) as problem:
        raise InputError(
            f"{name}: cannot be read ({type(problem).__name__})", "a CSV file in UTF-8 is needed.", _EXAMPLE
        ) from None
    if not text.strip():
        raise InputError(f"{name}: empty", "a header and a row for each study are needed.", _EXAMPLE)
    reader = csv.reader(io.StringIO(text), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        header = [cell.strip() for cell in next(reader)]
        _parted_by_commas(name, header)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, _row(name, reader.line_num, header, cells)))
    except csv.Error as problem:
        raise InputError(
            f"{name}, line {reader.line_num}: broken CSV ({problem})",
            "quotes must close and commas part columns.",
            _EXAMPLE,
        ) from None
    if repeated := sorted({h for h in header if h and header.count(h) > 1}):
        raise InputError(
            f"{name}: column {repeated[0]} stands twice", "each column needs its own name.", _EXAMPLE
        )
    return header, rows


def _parted_by_commas(name: str, header: list[str]) -> None:
    """A header of one cell that holds another mark was written with that mark."""
    for mark, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and mark in header[0]:
            raise InputError(
                f"{name}: cells parted by {word}",
                "commas between cells and points in numbers are needed.",
                f"{_EXAMPLE} and below it A,0.2,0.04",
            )


def _row(name: str, line: int, header: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(header):
        raise InputError(
            f"{name}, line {line}: cells {len(cells)}, columns {len(header)}",
            "each line needs as many cells as the header has columns.",
            ",".join(header),
        )
    return dict(zip(header, (cell.strip() for cell in cells), strict=True))


def _estimate(name: str, line: int, column: str, text: str) -> float:
    value = _number(text)
    if value is None or abs(value) > LARGEST_ESTIMATE:
        raise _refused(name, line, column, text, ALLOWED_ESTIMATES, "0.25")
    return value


def _variance(name: str, line: int, column: str, text: str) -> float:
    value = _number(text)
    if value is None or not SMALLEST_VARIANCE <= value <= LARGEST_VARIANCE:
        raise _refused(name, line, column, text, ALLOWED_VARIANCES, "0.04")
    return value


def _comparable(name: str, column: str, lines: list[int], variances: tuple[float, ...]) -> None:
    """No study may weigh so much more than another that the other is lost in rounding."""
    largest, smallest = max(variances), min(variances)
    if largest > LARGEST_VARIANCE_RATIO * smallest:
        at = lines[variances.index(largest)]
        allowed = (
            f"at most {LARGEST_VARIANCE_RATIO:g} times the smallest variance ({smallest:g}, line "
            f"{lines[variances.index(smallest)]}) is allowed"
        )
        raise _refused(name, at, column, f"{largest:g}", allowed, "0.04")


def _number(text: str) -> float | None:
    """The number; None where the cell holds none, or one that is not finite."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


def _refused(name: str, line: int, column: str, text: str, allowed: str, example: str) -> InputError:
    shown = text if text else "an empty cell"
    return InputError(f"{name}, line {line}, column {column}: {shown}", f"{allowed}.", f"{column} {example}")
