"""Checks a data package cell by cell: types, keys, and the laws that no figure may break.

The descriptor (`datapackage.json`) says what a column holds; `ranges.csv` says which values can be
true at all, within a cell and between cells; `units.csv` lists the units that are understood. Whatever
is wrong with a package or its files comes back as a list of problems, never as an exception.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model
from pydantic.errors import PydanticUserError
from pydantic_core import SchemaError

from magnesim.data import corrections, descriptor
from magnesim.data.laws import laws, units
from magnesim.data.packages import WRITTEN_FORMS, Problem, Table, as_list, read_descriptor, read_table

PACKAGES = ("evidence", "safety")
TABLES_WITH_UNITS = ("results", "contrasts", "kinetics", "facts")


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
    resources = read_descriptor(path, problems)
    package = _kind([resource["name"] for resource in resources])
    tables: dict[str, Table] = {}
    for resource in resources:
        table = read_table(path.parent, resource, problems)
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


def _kind(names: list[str]) -> str:
    """Which shipped package this one is like, by the tables they share."""
    return max(PACKAGES, key=lambda package: len(set(names) & set(descriptor(package))))


def _correct(package: str, table: Table) -> None:
    """Put the corrected value where a cell is one that `corrections.csv` names."""
    for fix in corrections():
        if (fix["package"], fix["table"]) != (package, table.name):
            continue
        for row in table.rows:
            if (row.cells.get(fix["key_column"]), row.cells.get(fix["column"])) == (fix["key"], fix["from"]):
                row.cells[fix["column"]] = fix["to"]


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
    names = as_list(table.schema.get("primaryKey", []))
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
        target, names = key["reference"]["resource"] or table.name, as_list(key["fields"])
        if target not in tables:
            if target not in described:  # a described table that could not be read is told already
                given = f"a key to the table {target}, which the package does not describe"
                problems.append(Problem(table.file, None, names[0], given, "a table of the package"))
            continue
        known = {
            tuple(row.cells.get(name, "") for name in as_list(key["reference"]["fields"]))
            for row in tables[target].rows
        }
        for row in table.rows:
            cells = tuple(row.cells.get(name, "") for name in names)
            if all(cells) and cells not in known:
                allowed = f"one that stands in {tables[target].file}"
                problems.append(Problem(table.file, row.line, names[-1], ", ".join(cells), allowed))
    return problems
