"""Checks a data package cell by cell: types, keys, and the laws that no figure may break.

The descriptor (`datapackage.json`) says what a column holds; `ranges.csv` says which values can be
true at all, within a cell and between cells; `units.csv` lists the units that are understood. Whatever
is wrong with a package or its files comes back as a list of problems, never as an exception.
"""

from __future__ import annotations

import csv
import io
import json
import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model
from pydantic.errors import PydanticUserError
from pydantic_core import SchemaError

from magnesim.data import DATA_DIR, corrections, descriptor

PACKAGES = ("evidence", "safety")
TABLES_WITH_UNITS = ("results", "contrasts", "kinetics", "facts")

# The written forms that the table reader takes: pydantic alone would also take 1_000 or yes.
WRITTEN_FORMS = {
    "number": (float, r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", "a number, such as 0.82"),
    "integer": (int, r"[+-]?\d{1,18}", "a whole number"),
    "boolean": (bool, r"true|false", "true or false"),
    "string": (str, r"(?s:.*)", "text"),
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a package.

    Attributes:
        file: name of the file within the package.
        row: line in the file, the header being 1; None where the whole file is meant.
        column: column name; None where the whole row or file is meant.
        given: what stands there.
        allowed: what would be right.
    """

    file: str
    row: int | None
    column: str | None
    given: str
    allowed: str

    def __str__(self) -> str:
        where = self.file
        where += f", row {self.row}" if self.row is not None else ""
        where += f", column {self.column}" if self.column is not None else ""
        return " ".join(f"{where}: {self.given}; allowed: {self.allowed}".split())


@dataclass(frozen=True)
class Row:
    """A line of a table as text; empty cells are empty strings."""

    line: int
    cells: dict[str, str]


@dataclass
class Table:
    """A table as read from its file, and what the descriptor says about it."""

    name: str
    file: str
    schema: dict[str, Any]
    rows: list[Row]

    @property
    def fields(self) -> list[dict[str, Any]]:
        return self.schema["fields"]


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
    with (DATA_DIR / "ranges.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Law(**row) for row in csv.DictReader(file))


@cache
def units() -> dict[str, dict[str, str]]:
    """The rows of `units.csv` by unit as printed: the kind of quantity, and a note."""
    with (DATA_DIR / "units.csv").open(encoding="utf-8", newline="") as file:
        return {row["unit"]: row for row in csv.DictReader(file)}


def check_package(datapackage_path: str | Path, known_units: bool = True) -> list[Problem]:
    """Everything that is wrong in a data package.

    Args:
        datapackage_path: the `datapackage.json` of any package with tables like the shipped ones.
        known_units: whether a unit that is not in `units.csv` is a problem.

    Returns:
        The problems in the order of the files and rows; empty where all is well. Cells that
        `corrections.csv` names are read as corrected, in the shipped packages and in copies of them.
    """
    path = Path(datapackage_path)
    problems: list[Problem] = []
    resources = _read_descriptor(path, problems)
    package = _kind([resource["name"] for resource in resources])
    tables: dict[str, Table] = {}
    for resource in resources:
        table = _read_table(path.parent, resource, problems)
        if table is not None:
            tables[table.name] = table
            _correct(package, table)
    for table in tables.values():
        problems += _cell_problems(table)
        problems += _law_problems(package, table)
        problems += _unknown_units(table) if known_units else []
        problems += _repeated_keys(table)
        problems += _missing_references(table, tables, {resource["name"] for resource in resources})
    order = {resource["path"]: place for place, resource in enumerate(resources)}
    return sorted(problems, key=lambda problem: (order.get(problem.file, -1), problem.row or 0))


def _number(text: str) -> float | None:
    kind, form, _ = WRITTEN_FORMS["number"]
    return kind(text) if re.fullmatch(form, text) else None


def _bound(bound: str, cells: dict[str, str]) -> float | None:
    name = bound.removeprefix(">")
    value = _number(name)
    return value if value is not None else _number(cells.get(name, ""))


def _kind(names: list[str]) -> str:
    """Which shipped package this one is like, by the tables they share."""
    return max(PACKAGES, key=lambda package: len(set(names) & set(descriptor(package))))


# ---- reading


def _read_descriptor(path: Path, problems: list[Problem]) -> list[dict[str, Any]]:
    """The resources that can be checked; what is wrong with the descriptor is added to the problems."""
    report = partial(Problem, path.name, None, None)
    text = _read_text(path, path.name, problems)
    if text is None:
        return []
    try:
        content = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        problems.append(report(f"not JSON ({error})", "a Frictionless data package descriptor"))
        return []
    listed = content.get("resources") if isinstance(content, dict) else None
    if not isinstance(listed, list) or not listed:
        problems.append(report("no resources", "a list of resources, each with name, path and schema"))
        return []
    resources = []
    for place, resource in enumerate(listed, start=1):
        fault = _descriptor_fault(resource)
        if fault is None:
            resources.append(resource)
        else:
            problems.append(report(f"resource {place}: {fault[0]}", fault[1]))
    return resources


def _descriptor_fault(resource: Any) -> tuple[str, str] | None:
    """What is wrong with a resource of the descriptor, and what is allowed; None where nothing is."""
    if not isinstance(resource, dict) or not isinstance(resource.get("name"), str):
        return "no name", "a resource with name, path and schema"
    name, path, schema = resource["name"], resource.get("path"), resource.get("schema")
    if not isinstance(path, str) or not path or Path(path).is_absolute() or ".." in Path(path).parts:
        return f"{name} has path {path!r}", "the path of one CSV file inside the package"
    if not isinstance(schema, dict) or not isinstance(schema.get("fields"), list) or not schema["fields"]:
        return f"{name} has no fields", "a schema with a list of fields"
    for place, field in enumerate(schema["fields"], start=1):
        if not _is_field(field):
            return f"{name} has field {place} as {field!r}", f"a name, a type of {', '.join(WRITTEN_FORMS)}"
    if not _keys_are_names(schema):
        return f"{name} has keys that cannot be read", "primaryKey and foreignKeys that name columns"
    return None


def _is_field(field: Any) -> bool:
    return (
        isinstance(field, dict)
        and isinstance(field.get("name"), str)
        and field.get("type", "string") in tuple(WRITTEN_FORMS)
        and isinstance(field.get("constraints", {}), dict)
    )


def _keys_are_names(schema: dict[str, Any]) -> bool:
    own = {field["name"] for field in schema["fields"]}
    try:
        named = set(_as_list(schema.get("primaryKey", [])))
        for key in schema.get("foreignKeys", []):
            named |= set(_as_list(key["fields"]))
            if len(_as_list(key["fields"])) != len(_as_list(key["reference"]["fields"])):
                return False
            if not isinstance(key["reference"]["resource"], str):
                return False
    except (KeyError, TypeError):
        return False
    return named <= own


def _as_list(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _read_text(path: Path, name: str, problems: list[Problem]) -> str | None:
    """A file's text, or None and a problem."""
    report = partial(Problem, name, None, None)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        problems.append(report("missing", "the file beside the others of its package"))
    except OSError as error:
        problems.append(report(f"cannot be read ({error.strerror})", "a readable file"))
    else:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            problems.append(Problem(name, line, None, "bytes that are not UTF-8", "UTF-8 text"))
    return None


def _read_table(folder: Path, resource: dict[str, Any], problems: list[Problem]) -> Table | None:
    file = resource["path"]
    text = _read_text(folder / file, file, problems)
    if text is None:
        return None
    names = [field["name"] for field in resource["schema"]["fields"]]
    lines = _csv_lines(text, file, problems)
    header = next(lines, None)
    if header is None or not _header_fits(header[1], names, file, problems):
        return None
    missing = set(resource["schema"].get("missingValues", [""]))
    rows = []
    for line, cells in lines:
        if len(cells) != len(header[1]):
            problems.append(Problem(file, line, None, f"{len(cells)} cells", f"{len(header[1])} cells"))
        else:
            filled = ("" if cell in missing else cell for cell in cells)
            rows.append(Row(line, dict(zip(header[1], filled, strict=True))))
    return Table(resource["name"], file, resource["schema"], rows)


def _csv_lines(text: str, file: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each record; a problem ends the reading."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    if not text.strip() or "\0" in text:
        problems.append(Problem(file, None, None, "empty or not text", "a CSV table with a header"))
        return
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problems.append(Problem(file, line, None, f"not CSV ({error})", "a CSV table, quotes in pairs"))
            return
        if cells:  # a blank line is no record
            yield line, cells


def _header_fits(header: list[str], names: list[str], file: str, problems: list[Problem]) -> bool:
    allowed = f"the columns {', '.join(names)}"
    if not set(header) & set(names):
        given = f"a header without any known column ({header[0][:40]!r})"
        problems.append(Problem(file, 1, None, given, allowed))
        return False
    faults = [(name, "the column is missing") for name in names if name not in header]
    faults += [(name, "a column that is not described") for name in header if name not in names]
    faults += [(name, "the column stands twice") for name in dict.fromkeys(header) if header.count(name) > 1]
    if not faults and header != names:
        moved = next(name for name, due in zip(header, names, strict=True) if name != due)
        faults = [(moved, "the column stands out of order")]
    problems += [Problem(file, 1, name, given, allowed) for name, given in faults]
    return not any(header.count(name) > 1 for name in header)


def _correct(package: str, table: Table) -> None:
    """Put the corrected value where a cell is one that `corrections.csv` names."""
    for fix in corrections():
        if (fix["package"], fix["table"]) != (package, table.name):
            continue
        for row in table.rows:
            if (row.cells.get(fix["key_column"]), row.cells.get(fix["column"])) == (fix["key"], fix["from"]):
                row.cells[fix["column"]] = fix["to"]


# ---- checking


def _cell_problems(table: Table) -> list[Problem]:
    """Cells that are not of the type, or outside the constraints, that the descriptor gives."""
    named = {f"c{place}": field for place, field in enumerate(table.fields)}
    try:
        model = create_model(
            "Cells",
            __config__=ConfigDict(regex_engine="python-re"),
            **{key: _column(field) for key, field in named.items()},
        )
    except (SchemaError, PydanticUserError, re.error, TypeError, ValueError) as error:
        given = f"constraints of {table.name} that cannot be used ({error})"
        return [Problem(table.file, None, None, given, "constraints that fit the type of their column")]
    problems = []
    for row in table.rows:
        present = {
            key: row.cells[field["name"]] or None
            for key, field in named.items()
            if field["name"] in row.cells
        }
        for key in _failing(model, present):
            field = named[key]
            given = "empty" if present[key] is None else repr(present[key])
            problems.append(Problem(table.file, row.line, field["name"], given, _allowed(field)))
    return problems


def _failing(model: type[BaseModel], cells: dict[str, str | None]) -> list[str]:
    try:
        model.model_validate(cells)
    except ValidationError as error:
        failing = dict.fromkeys(str(detail["loc"][0]) for detail in error.errors(include_url=False))
        # A column that the file lacks is told once, at the header.
        return [key for key in failing if key in cells]
    return []


def _column(field: dict[str, Any]) -> Any:
    """The type of a column for pydantic, and its default (none: the cell must be filled)."""
    constraints = field.get("constraints", {})
    kind, form, words = WRITTEN_FORMS[field.get("type", "string")]
    annotated: Any = Literal[tuple(map(str, constraints["enum"]))] if "enum" in constraints else kind
    limits = {
        ours: constraints[theirs]
        for theirs, ours in (("minimum", "ge"), ("maximum", "le"), ("pattern", "pattern"))
        if theirs in constraints
    }
    if "pattern" in limits:
        limits["pattern"] = rf"\A(?:{limits['pattern']})\Z"  # Frictionless patterns hold for the whole cell
    if kind is float:
        limits["allow_inf_nan"] = False
    typed = Annotated[annotated, Field(**limits), BeforeValidator(partial(_written_as, form, words))]
    return (typed, ...) if constraints.get("required") else (typed | None, None)


def _written_as(form: str, words: str, cell: Any) -> Any:
    if isinstance(cell, str) and not re.fullmatch(form, cell):
        raise ValueError(words)
    return cell


def _allowed(field: dict[str, Any]) -> str:
    """What a column may hold, in words, from its descriptor."""
    constraints = field.get("constraints", {})
    words = WRITTEN_FORMS[field.get("type", "string")][2]
    if "enum" in constraints:
        words = f"one of {', '.join(map(str, constraints['enum']))}"
    words += f", at least {constraints['minimum']}" if "minimum" in constraints else ""
    words += f", at most {constraints['maximum']}" if "maximum" in constraints else ""
    words += f", like {constraints['pattern']}" if "pattern" in constraints else ""
    return words if constraints.get("required") else f"{words}, or empty"


def _law_problems(package: str, table: Table) -> list[Problem]:
    concerned = [law for law in laws() if law.concerns(package, table.name)]
    return [
        Problem(table.file, row.line, law.column, repr(row.cells[law.column]), allowed)
        for row in table.rows
        for law in concerned
        if (allowed := law.broken_by(row.cells)) is not None
    ]


def _unknown_units(table: Table) -> list[Problem]:
    if table.name not in TABLES_WITH_UNITS:
        return []
    allowed = "a unit that stands in units.csv; the nearest in meaning, or a new row there"
    return [
        Problem(table.file, row.line, "unit", repr(unit), allowed)
        for row in table.rows
        if (unit := row.cells.get("unit", "")) and unit not in units()
    ]


def _repeated_keys(table: Table) -> list[Problem]:
    names = _as_list(table.schema.get("primaryKey", []))
    first: dict[tuple[str, ...], int] = {}
    problems = []
    for row in table.rows if names else ():
        key = tuple(row.cells.get(name, "") for name in names)
        if key in first:
            given = f"{', '.join(key)} again, as in row {first[key]}"
            allowed = f"one row for each {' + '.join(names)}"
            problems.append(Problem(table.file, row.line, names[0], given, allowed))
        first.setdefault(key, row.line)
    return problems


def _missing_references(table: Table, tables: dict[str, Table], described: set[str]) -> list[Problem]:
    problems = []
    for key in table.schema.get("foreignKeys", []):
        target, names = key["reference"]["resource"] or table.name, _as_list(key["fields"])
        if target not in tables:
            if target not in described:  # a described table that could not be read is told already
                given = f"a key to the table {target}, which the package does not describe"
                problems.append(Problem(table.file, None, names[0], given, "a table of the package"))
            continue
        known = {
            tuple(row.cells.get(name, "") for name in _as_list(key["reference"]["fields"]))
            for row in tables[target].rows
        }
        for row in table.rows:
            cells = tuple(row.cells.get(name, "") for name in names)
            if all(cells) and cells not in known:
                allowed = f"one that stands in {tables[target].file}"
                problems.append(Problem(table.file, row.line, names[-1], ", ".join(cells), allowed))
    return problems
