"""Results as files: written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from magnesim.errors import InputError

if TYPE_CHECKING:
    from magnesim.exposure import Simulation


def writable(path: Path) -> None:
    """See before a long run whether its result could be written.

    Raises:
        InputError: a folder, or a place in a folder that does not exist or cannot be written.
    """
    if not path.name or path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise InputError(
            f'--out "{path}"',
            "a file in a folder that exists and can be written is allowed.",
            "--out answer.html",
        )


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees all of it or the old one.

    Raises:
        InputError: a folder that does not exist or cannot be written.
    """
    try:
        handle, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(part).chmod(0o644)
        Path(part).replace(path)
    except OSError as error:
        raise InputError(
            f"--out {path}",
            f"a place in a folder that can be written is allowed ({error.strerror}).",
            "--out answer.html",
        ) from error


def write_simulation(result: Simulation, folder: Path) -> list[Path]:
    """The simulation as `simulation.json` and its time course as `series.parquet`, in a folder."""
    import io

    import polars as pl

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"--out {folder}", f"a folder is allowed ({error.strerror}).", "--out results"
        ) from error
    series = io.BytesIO()
    pl.DataFrame(result.series).write_parquet(series)
    text = json.dumps(result.to_json(), ensure_ascii=False, allow_nan=False, indent=1)
    paths = [folder / "simulation.json", folder / "series.parquet"]
    for path, content in zip(paths, (text.encode(), series.getvalue()), strict=True):
        write_whole(path, content)
    return paths
