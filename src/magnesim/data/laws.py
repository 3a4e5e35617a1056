"""The laws that no figure may break (`ranges.csv`), and the units that are understood (`units.csv`)."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from functools import cache

from magnesim.data import DATA_DIR
from magnesim.data.packages import WRITTEN_FORMS
from magnesim.tables import rows, typed_rows


@dataclass(frozen=True)
class Law:
    """A row of `ranges.csv`: what a column may hold, where `when` holds, and why.

    A bound is a number or the name of another column of the row; one that begins with `>` is itself
    not allowed. `when` is `column=a;b` or `column!=a;b`. An asterisk stands for any package or table.
    """

    package: str
    table: str
    column: str
    when: str
    minimum: str
    maximum: str
    pattern: str
    why: str

    def concerns(self, package: str, table: str) -> bool:
        """Whether the law is one for this table."""
        return self.package in ("*", package) and self.table in ("*", table)

    def applies(self, cells: dict[str, str]) -> bool:
        """Whether the row fulfils `when`."""
        if not self.when:
            return True
        column, sign, values = re.split(r"(!?=)", self.when, maxsplit=1)
        return (cells.get(column) in values.split(";")) == (sign == "=")

    def broken_by(self, cells: dict[str, str]) -> str | None:
        """What the law allows, where this row breaks it; None where it does not, or cannot be read."""
        cell = cells.get(self.column, "")
        if not cell or not self.applies(cells):
            return None
        if self.pattern:
            return None if re.fullmatch(self.pattern, cell) else self.why
        value = _number(cell)
        if value is None:
            return None
        for bound, fails, words in (
            (self.minimum, operator.lt, "at least"),
            (self.maximum, operator.gt, "at most"),
        ):
            limit = _bound(bound, cells)
            if limit is not None and (fails(value, limit) or (bound.startswith(">") and value == limit)):
                more = "more than" if bound.startswith(">") else words
                name = bound.removeprefix(">")
                shown = name if _number(name) is not None else f"{name} ({limit:g})"
                return f"{more} {shown}: {self.why}"
        return None


@cache
def laws() -> tuple[Law, ...]:
    """The rows of `ranges.csv`."""
    return typed_rows(DATA_DIR / "ranges.csv", Law)


@cache
def units() -> dict[str, dict[str, str]]:
    """The rows of `units.csv` by unit as printed: the kind of quantity, and a note."""
    return {row["unit"]: row for row in rows(DATA_DIR / "units.csv")}


def _number(text: str) -> float | None:
    kind, form, _ = WRITTEN_FORMS["number"]
    return kind(text) if re.fullmatch(form, text) else None


def _bound(bound: str, cells: dict[str, str]) -> float | None:
    name = bound.removeprefix(">")
    value = _number(name)
    return value if value is not None else _number(cells.get(name, ""))
