"""Results as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from magnesim.errors import InputError
from magnesim.files import write_whole

if TYPE_CHECKING:
    from magnesim.exposure import Simulation


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
