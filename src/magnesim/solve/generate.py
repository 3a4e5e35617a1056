"""The one set of equations as a module of code: written once per state of the equations, kept on disk.

The generated module holds the numba kernel (`rates`, with the integrator of `lanes.py`), the assignments
and the outputs as NumPy, and the names in order. It is found again by a hash of the equations' text, so a
warm start neither builds nor compiles anything.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType

from magnesim.files import content_hash, replace_whole
from magnesim.solve.code import kernel, numpy_functions
from magnesim.solve.system import Hoisted, plain, tangent

BODY = Path(__file__).parent.parent / "body"
HERE = Path(__file__).parent
LANES = 16
"""People in a group: enough to fill the vectors, few enough that a worst lane holds up few others."""


def _sources() -> list[Path]:
    return [
        *sorted(BODY.glob("*.py")),
        *(HERE / f"{name}.py" for name in ("code", "generate", "lanes", "system")),
    ]


@cache
def model_hash() -> str:
    """Hash of everything the generated code is made from."""
    return content_hash(_sources(), sys.version.encode())


@cache
def cache_dir() -> Path:
    """Where generated code is kept: `MAGNESIM_CACHE`, else the user's cache folder, else a temporary one.

    Found once a process: a second temporary folder would mean a second compilation.
    """
    from platformdirs import user_cache_dir

    wanted = Path(os.environ.get("MAGNESIM_CACHE") or user_cache_dir("magnesim"))
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=wanted):
            return wanted
    except OSError:
        return Path(tempfile.mkdtemp(prefix="magnesim-"))


def module(on_build: Callable[[], None] | None = None, kind: str = "plain") -> ModuleType:
    """The generated module, written first where it is not on disk.

    Args:
        on_build: called once before equations are turned into code, for a message to the person waiting.
        kind: `plain`, or `tangent` with the derivative along one direction of the parameters beside.
    """
    path = cache_dir() / f"{kind}_{model_hash()}.py"
    if not path.exists():
        if on_build:
            on_build()
        replace_whole(path, source(kind).encode())
    return _loaded(path)


@cache
def _loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def source(kind: str = "plain") -> str:
    """The text of a generated module."""
    from magnesim.body import model

    hoisted = Hoisted(model)
    system = plain(model, hoisted) if kind == "plain" else tangent(model, hoisted)
    names = {
        "LANES": LANES,
        "INNER": system.inner,
        "LENIENCY": system.leniency,
        "STATES": model.state_names(),
        "INSIDE": model.inside_names(),
        "OUTSIDE": model.OUTSIDE,
        "PARAMETERS": (*model.parameter_names(), *(item.name for item in model.assignments())),
        "GIVEN": model.parameter_names(),
        "OUTPUTS": tuple(item.name for item in model.outputs()),
        "REFERENCED": tuple(place.name for place in model.compartments() if place.reference_mmol is not None),
    }
    head = [
        '"""Generated from the equations of the body model. Do not edit."""',
        "import functools\nimport math",
        "import numpy as np\nfrom numba import njit, prange",
    ]
    literals = "\n".join(f"{key} = {value!r}" for key, value in names.items())
    lanes = (HERE / "lanes.py").read_text(encoding="utf-8")
    lanes = lanes.split('"""', 2)[2].replace("import numpy as np\nfrom numba import njit, prange\n", "")
    return "\n\n".join([*head, literals, kernel(system), numpy_functions(model, hoisted), lanes])
