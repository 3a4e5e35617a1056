"""Turns the one set of equations into code: written once per state of the equations, kept on disk.

The generated module holds the numba kernel (`rates`, with the integrator of `lanes.py`), the assignments
and the outputs as NumPy, and the names in order. It is found again by a hash of the equations' text, so a
warm start neither builds nor compiles anything.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

BODY = Path(__file__).parent.parent / "body"
HERE = Path(__file__).parent


def _sources() -> list[Path]:
    return [*sorted(BODY.glob("*.py")), HERE / "generate.py", HERE / "lanes.py"]


@cache
def model_hash() -> str:
    """Hash of everything the generated code is made from."""
    digest = hashlib.sha256(sys.version.encode())
    for path in _sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def cache_dir() -> Path:
    """Where generated code is kept: `MAGNESIM_CACHE`, else the user's cache folder, else a temporary one."""
    from platformdirs import user_cache_dir

    wanted = Path(os.environ.get("MAGNESIM_CACHE") or user_cache_dir("magnesim"))
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=wanted):
            return wanted
    except OSError:
        return Path(tempfile.mkdtemp(prefix="magnesim-"))


def is_compiled() -> bool:
    """Whether a compiled kernel of these equations is on disk."""
    folder = cache_dir()
    return (folder / f"model_{model_hash()}.py").exists() and any(
        folder.glob(f"__pycache__/model_{model_hash()}.days*.nbc")
    )


@cache
def module(on_build: Callable[[], None] | None = None) -> ModuleType:
    """The generated module, written first where it is not on disk.

    Args:
        on_build: called once before equations are turned into code, for a message to the person waiting.
    """
    path = cache_dir() / f"model_{model_hash()}.py"
    if not path.exists():
        if on_build:
            on_build()
        _write_whole(path, source())
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def _write_whole(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


def source() -> str:
    """The text of the generated module."""
    from magnesim.body import model

    names = {
        "STATES": model.state_names(),
        "INSIDE": model.inside_names(),
        "PARAMETERS": (*model.parameter_names(), *(item.name for item in model.assignments())),
        "GIVEN": model.parameter_names(),
        "OUTPUTS": tuple(item.name for item in model.outputs()),
        "REFERENCED": tuple(place.name for place in model.compartments() if place.reference_mmol is not None),
    }
    head = [
        '"""Generated from the equations of the body model. Do not edit."""',
        "import functools\nimport math",
        "import numpy as np\nfrom numba import njit",
    ]
    constants = "\n".join(f"{key} = {value!r}" for key, value in names.items())
    lanes = (HERE / "lanes.py").read_text(encoding="utf-8")
    lanes = lanes.split('"""', 2)[2].replace("import numpy as np\nfrom numba import njit\n", "")
    return "\n\n".join([*head, constants, _rates(model), _numpy_functions(model), lanes])


def _rates(model: Any) -> str:
    """The kernel of the right-hand side: every lane in one loop, common subexpressions once."""
    import sympy as sp

    derivatives = model.derivatives()
    common, results = sp.cse(list(derivatives.values()), symbols=sp.numbered_symbols("c_"), order="canonical")
    used = set().union(*(e.free_symbols for _, e in common), *(e.free_symbols for e in results))
    states = [
        f"        {name} = y[{i}, j]"
        for i, name in enumerate(model.state_names())
        if model.amount(name) in used
    ]
    order = (*model.parameter_names(), *(item.name for item in model.assignments()))
    given = {symbol.name for symbol in used}
    parameters = [f"        {name} = p[{i}, j]" for i, name in enumerate(order) if name in given]
    body = [f"        {symbol.name} = {_code(expression, 'math')}" for symbol, expression in common]
    body += [
        f"        out[{i}, j] = span * ({_code(expression, 'math')})" for i, expression in enumerate(results)
    ]
    lines = [
        '@njit(cache=True, error_model="numpy")',
        "def rates(clock, y, p, length, out):",
        '    """Change of every amount per scaled time, (state, lane)."""',
        "    for j in range(y.shape[1]):",
        "        time_h = clock[j]",
        "        span = length[j]",
        *states,
        *parameters,
        *body,
    ]
    return "\n".join(lines)


def _numpy_functions(model: Any) -> str:
    """Assignments, reference amounts and outputs, on whole arrays; plain right-hand side for the oracle."""
    given = model.parameter_names()
    assigned = model.assignments()
    unpack = [f"    {name} = p[{i}]" for i, name in enumerate(given)]
    work = [f"    {item.name} = {_code(item.expression, 'np')}" for item in assigned]
    everything = [*given, *(item.name for item in assigned)]
    unpack_all = [f"    {name} = p[{i}]" for i, name in enumerate(everything)]
    states = [f"    {name} = y[{i}]" for i, name in enumerate(model.state_names())]
    results = [f"        {_code(e, 'np')}," for e in model.derivatives().values()]
    outputs = [f"        {_code(item.expression, 'np')}," for item in model.outputs()]
    references = [
        f"        {_code(place.reference_mmol, 'np')},"
        for place in model.compartments()
        if place.reference_mmol is not None
    ]
    return "\n".join(
        [
            "def complete(p):",
            '    """Parameters with the assignments appended, (parameter, ...)."""',
            *unpack,
            *work,
            f"    return np.stack(np.broadcast_arrays({', '.join(everything)}))",
            "",
            "",
            "def reference_rates(time_h, y, p):",
            '    """The right-hand side as NumPy, mmol/h, (state, ...): the oracle of the kernel."""',
            *states,
            *unpack_all,
            "    return [",
            *results,
            "    ]",
            "",
            "",
            "def reference_amounts(p):",
            '    """Amounts at the reference serum, mmol, in the order of REFERENCED."""',
            *unpack_all,
            "    return [",
            *references,
            "    ]",
            "",
            "",
            "def outputs(time_h, y, p):",
            '    """Everything read off the amounts, in the order of OUTPUTS."""',
            *states,
            *unpack_all,
            "    return [",
            *outputs,
            "    ]",
        ]
    )


def _code(expression: Any, library: str) -> str:
    """An expression as Python; numba turns small whole powers into products."""
    from sympy.printing.numpy import NumPyPrinter
    from sympy.printing.pycode import PythonCodePrinter

    printer = PythonCodePrinter if library == "math" else NumPyPrinter
    text: str = printer({"fully_qualified_modules": True}).doprint(expression)
    return text.replace("numpy.", "np.")
