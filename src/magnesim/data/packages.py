"""A data package as it stands in its files: descriptor and tables, or what is wrong with them.

Nothing here raises: what cannot be read is added to a list of problems and left out.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

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


def read_descriptor(path: Path, problems: list[Problem]) -> list[dict[str, Any]]:
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
        named = set(as_list(schema.get("primaryKey", [])))
        for key in schema.get("foreignKeys", []):
            named |= set(as_list(key["fields"]))
            if len(as_list(key["fields"])) != len(as_list(key["reference"]["fields"])):
                return False
            if not isinstance(key["reference"]["resource"], str):
                return False
    except (KeyError, TypeError):
        return False
    return named <= own


def as_list(names: Any) -> list[str]:
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


def read_table(folder: Path, resource: dict[str, Any], problems: list[Problem]) -> Table | None:
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
