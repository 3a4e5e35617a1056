"""The house: rooms import only from rooms to their left, start-up is light, no machine leaks in."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import magnesim

SOURCE = Path(magnesim.__file__).parent
ROOMS = (
    "errors", "units", "normal", "figures", "files", "tables", "draws", "data", "intake", "people",
    "tolerability", "baselines", "body", "solve", "fit", "exposure", "evidence", "effects", "evaluation",
    "safety", "plan", "claims", "answers", "provenance", "export", "report", "notebook", "cli",
)  # fmt: skip
"""From left to right; a room may import from any room before it."""

APART = {
    "evidence": {"people", "body", "solve", "fit", "exposure"},
    "safety": {"body", "solve", "fit", "exposure", "evidence", "effects"},
    "body": {"evidence", "safety"},
    "baselines": {"data", "intake", "people"},
}
"""What a room must not know, though it stands further left."""


def imports_of(room: str) -> set[str]:
    """Rooms that a room imports from, anywhere in its files."""
    place = SOURCE / room
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    found: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            found |= {name.split(".")[1] for name in names if name.startswith("magnesim.")}
    return found - {room}


def test_every_room_is_on_the_plan():
    standing = {
        path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert standing - {"__init__"} == set(ROOMS)


def test_data_flows_from_left_to_right():
    for place, room in enumerate(ROOMS):
        assert imports_of(room) <= set(ROOMS[:place]), room


def test_rooms_that_must_not_know_each_other_do_not():
    for room, strangers in APART.items():
        assert not imports_of(room) & strangers, room


def test_the_command_line_starts_without_the_heavy_libraries():
    heavy = {
        "numpy",
        "scipy",
        "numba",
        "sympy",
        "polars",
        "pydantic",
        "altair",
        "xarray",
        "jinja2",
        "vl_convert",
    }
    told = subprocess.run(
        [sys.executable, "-c", "import sys, magnesim.cli; print(' '.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not heavy & set(told.stdout.split())


def test_no_machine_path_and_no_registry_in_the_package():
    for path in SOURCE.rglob("*"):
        if path.is_file() and path.suffix in (".py", ".csv", ".json", ".j2", ".css"):
            text = path.read_text(encoding="utf-8")
            assert "/work/" not in text, path
            assert "/root/" not in text, path
