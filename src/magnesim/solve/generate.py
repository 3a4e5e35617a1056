"""Turns the one set of equations into code: written once per state of the equations, kept on disk.

The generated module holds the numba kernel (`rates`, with the integrator of `lanes.py`), the assignments
and the outputs as NumPy, and the names in order. It is found again by a hash of the equations' text, so a
warm start neither builds nor compiles anything.
"""

from __future__ import annotations

import hashlib
import importlib.util
import math
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from magnesim.files import replace_whole

BODY = Path(__file__).parent.parent / "body"
HERE = Path(__file__).parent
LANES = 16
"""People in a group: enough to fill the vectors, few enough that a worst lane holds up few others."""

GUT_LENIENCY = 5.0

DAY_COS, DAY_SIN = "day_cos", "day_sin"


def _sources() -> list[Path]:
    return [*sorted(BODY.glob("*.py")), HERE / "generate.py", HERE / "lanes.py"]


@cache
def model_hash() -> str:
    """Hash of everything the generated code is made from."""
    digest = hashlib.sha256(sys.version.encode())
    for path in _sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


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

    hoisted = _Hoisted(model)
    system = _plain(model, hoisted) if kind == "plain" else _tangent(model, hoisted)
    names = {
        "LANES": LANES,
        "INNER": system.inner,
        "LENIENCY": system.leniency,
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
        "import numpy as np\nfrom numba import njit, prange",
    ]
    literals = "\n".join(f"{key} = {value!r}" for key, value in names.items())
    lanes = (HERE / "lanes.py").read_text(encoding="utf-8")
    lanes = lanes.split('"""', 2)[2].replace("import numpy as np\nfrom numba import njit, prange\n", "")
    return "\n\n".join([*head, literals, _kernel(system), _numpy_functions(model, hoisted), lanes])


@dataclass(frozen=True)
class _System:
    """Variables with their rates, in the order of the arrays.

    Attributes:
        variables: symbols; the first `inner` feed back, the rest only add up.
        parts: symbol and expression of each flux, in variables, terms of the day and constants.
        rates: sums of parts.
        constants: symbols of what stays the same for a person.
        leniency: factor on the absolute tolerance of each variable.
    """

    variables: tuple[Any, ...]
    parts: tuple[tuple[Any, Any], ...]
    rates: tuple[Any, ...]
    constants: tuple[Any, ...]
    inner: int
    leniency: tuple[float, ...]


def _plain(model: Any, hoisted: _Hoisted) -> _System:
    """The equations themselves."""
    return _System(
        tuple(model.amount(name) for name in model.state_names()),
        tuple(hoisted.parts),
        tuple(hoisted.rates),
        tuple(symbol for symbol, _ in hoisted.constants),
        len(model.inside_names()),
        tuple(_leniency(model)),
    )


def _tangent(model: Any, hoisted: _Hoisted) -> _System:
    """The equations with their derivative along a direction: `d_x` of each amount, constant and flux."""
    import sympy as sp

    plain = _plain(model, hoisted)
    symbols = (*plain.variables, *plain.constants)
    along = {
        symbol: sp.Symbol(f"d_{symbol}", real=True) for symbol in (*symbols, *(s for s, _ in plain.parts))
    }
    turned = tuple(
        (
            along[part],
            sp.Add(*(sp.diff(rate, symbol) * along[symbol] for symbol in symbols if rate.has(symbol))),
        )
        for part, rate in plain.parts
    )
    inner = plain.inner
    directions = tuple(along[symbol] for symbol in plain.variables)
    slopes = tuple(rate.xreplace(along) for rate in plain.rates)

    def interleaved(values: tuple[Any, ...], derivatives: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*values[:inner], *derivatives[:inner], *values[inner:], *derivatives[inner:])

    return _System(
        interleaved(plain.variables, directions),
        (*plain.parts, *turned),
        interleaved(plain.rates, slopes),
        (*plain.constants, *(along[symbol] for symbol in plain.constants)),
        2 * inner,
        interleaved(plain.leniency, plain.leniency),
    )


def _leniency(model: Any) -> list[float]:
    """Factor on the absolute tolerance of each state.

    Gut amounts come and go within hours; an error there counts by what it does to uptake, which has a
    tolerance of its own.
    """
    gut = {place.name for place in model.compartments() if place.organ == "gut"}
    return [GUT_LENIENCY if name in gut else 1.0 for name in model.state_names()]


class _Hoisted:
    """Fluxes with all that stays the same for a person worked out beforehand.

    A flux is named once: what leaves one place enters another, and is counted in a third.

    Attributes:
        parts: symbol and expression of each flux and integral, in states, terms of the day and constants.
        rates: derivatives, as sums of parts.
        constants: symbol and expression of each constant, in parameters alone.
    """

    def __init__(self, model: Any) -> None:
        import sympy as sp

        self._moving = {model.amount(name) for name in model.state_names()} | set(_day_symbols())
        self._known: dict[Any, Any] = {}
        flows = {flux.name: flux.rate for flux in model.fluxes()} | model.INTEGRALS
        named = {name: sp.Symbol(f"flow_{name}", real=True) for name in flows}
        self.parts = [
            (named[name], self._hoist(_time_apart(sp.sympify(rate)))) for name, rate in flows.items()
        ]
        signs = model.balances() | {name: {name: 1} for name in model.INTEGRALS}
        self.rates = [
            sp.Add(*(sign * named[flux] for flux, sign in signs[name].items()))
            for name in model.state_names()
        ]
        self.constants = [(symbol, expression) for expression, symbol in self._known.items()]

    def _named(self, expression: Any) -> Any:
        """The symbol of a constant; numbers stay as they are."""
        import sympy as sp

        if expression.is_number:
            return expression
        if expression not in self._known:
            self._known[expression] = sp.Symbol(f"k_{len(self._known)}", real=True)
        return self._known[expression]

    def _hoist(self, expression: Any) -> Any:
        """The expression as a sum of constants times what moves, with every constant replaced by a symbol."""
        import sympy as sp

        terms = self._terms(expression)
        return sp.Add(*(self._named(still) * self._inside(moving) for moving, still in terms.items()))

    def _terms(self, expression: Any) -> dict[Any, Any]:
        """What moves, with the constant before it; one stands for what does not move."""
        import sympy as sp

        one = sp.Integer(1)
        if not expression.free_symbols & self._moving:
            return {one: expression}
        terms: dict[Any, Any] = {}
        if expression.is_Add:
            for part in expression.args:
                for moving, still in self._terms(part).items():
                    terms[moving] = terms.get(moving, sp.Integer(0)) + still
            return terms
        if expression.is_Mul:
            factors = [part for part in expression.args if part.free_symbols & self._moving]
            rest = sp.Mul(*(part for part in expression.args if part not in factors))
            if len(factors) == 1 and factors[0].is_Add:
                return {moving: rest * still for moving, still in self._terms(factors[0]).items()}
            return {sp.Mul(*factors): rest}
        return {expression: one}

    def _inside(self, moving: Any) -> Any:
        """What moves, with the constants within its factors and functions replaced."""
        if not moving.args:
            return moving
        return moving.func(*(part if part.is_number else self._hoist(part) for part in moving.args))


def _day_symbols() -> tuple[Any, Any]:
    """Cosine and sine of the time of day, as symbols."""
    import sympy as sp

    return sp.Symbol(DAY_COS, real=True), sp.Symbol(DAY_SIN, real=True)


def _time_apart(expression: Any) -> Any:
    """A daily cosine of time and parameters as products of the two terms of the day and constants."""
    import sympy as sp

    from magnesim.body.notation import TIME

    day_cos, day_sin = _day_symbols()

    def split(argument: Any) -> Any:
        rate = sp.expand(argument).coeff(TIME)
        shift = sp.expand(argument - rate * TIME)
        if sp.simplify(rate - sp.pi / 12) != 0:
            raise NotImplementedError(f"only a rhythm of 24 hours can be compiled, not {argument}")
        return day_cos * sp.cos(shift) - day_sin * sp.sin(shift)

    return expression.replace(lambda e: isinstance(e, sp.cos) and e.has(TIME), lambda e: split(e.args[0]))


def _kernel(system: _System) -> str:
    """The right-hand side for the compiler: all lanes of a group in one loop, only what vectorises."""
    import sympy as sp

    flows, divisors = _divisions_apart([flow for _, flow in system.parts])
    named = sp.numbered_symbols("c_")
    common, results = sp.cse([*divisors.values(), *flows], symbols=named, order="canonical")
    used = set().union(*(e.free_symbols for _, e in common), *(e.free_symbols for e in results))
    variables = [f"{v} = y[{i} * LANES + j]" for i, v in enumerate(system.variables) if v in used]
    constants = [f"{c} = k[{i} * LANES + j]" for i, c in enumerate(system.constants) if c in used]
    below, above = _before_and_after(common, set(divisors))
    bottoms = [_code(expression, "math") for expression in results[: len(divisors)]]
    body = [
        *_day_terms(),
        "span = length[j]",
        *variables,
        *constants,
        *(f"{symbol} = {_code(expression, 'math')}" for symbol, expression in below),
        *_inverted_together([str(symbol) for symbol in divisors], bottoms),
        *(f"{symbol} = {_code(expression, 'math')}" for symbol, expression in above),
        *(
            f"{symbol} = {_code(expression, 'math')}"
            for (symbol, _), expression in zip(system.parts, results[len(divisors) :], strict=True)
        ),
        *(f"out[{i} * LANES + j] = span * ({_code(rate, 'math')})" for i, rate in enumerate(system.rates)),
    ]
    lines = [
        '@njit(cache=True, error_model="numpy", fastmath={"contract"})',
        "def rates(clock, y, k, length, out):",
        '    """Change of every amount per scaled time, (state x lane), on a clock from 06:00 to 30:00."""',
        "    for j in range(LANES):",
        *(f"        {line}" for line in body),
    ]
    return "\n".join(lines)


def _divisions_apart(rates: list[Any]) -> tuple[list[Any], dict[Any, Any]]:
    """Rates with every division by something that moves replaced by a symbol, and what it divides by."""
    import sympy as sp

    divisors: dict[Any, Any] = {}
    known: dict[Any, Any] = {}

    def replaced(power: Any) -> Any:
        bottom = power.base if power.exp.is_integer else sp.sqrt(power.base)
        if bottom not in known:
            known[bottom] = sp.Symbol(f"inverse_{len(known)}", real=True)
            divisors[known[bottom]] = bottom
        return known[bottom] ** (-power.exp if power.exp.is_integer else -2 * power.exp)

    apart = [rate.replace(lambda e: e.is_Pow and e.exp.is_negative, replaced) for rate in rates]
    return apart, divisors


def _before_and_after(common: list[Any], inverses: set[Any]) -> tuple[list[Any], list[Any]]:
    """Common subexpressions that need no inverse, and those that do, each in order."""
    needing = set(inverses)
    below, above = [], []
    for symbol, expression in common:
        if expression.free_symbols & needing:
            needing.add(symbol)
            above.append((symbol, expression))
        else:
            below.append((symbol, expression))
    return below, above


def _inverted_together(names: list[str], bottoms: list[str]) -> list[str]:
    """Inverses of several numbers by one division and products: a vector division costs as much as twenty."""
    if not names:
        return []
    lines = [f"bottom_{i} = {text}" for i, text in enumerate(bottoms)]
    lines += ["product_0 = bottom_0"]
    lines += [f"product_{i} = product_{i - 1} * bottom_{i}" for i in range(1, len(names))]
    lines += [f"rest = 1.0 / product_{len(names) - 1}"]
    for i in range(len(names) - 1, 0, -1):
        lines += [f"{names[i]} = rest * product_{i - 1}", f"rest = rest * bottom_{i}"]
    return [*lines, f"{names[0]} = rest"]


def _day_terms() -> list[str]:
    """Cosine and sine of the time of day as polynomials, because a call would stop the vector loop.

    On 06:00 to 30:00 the half angle a lies in [-pi/2, pi/2]; its Taylor polynomials to the 21st power are
    exact to rounding, and the double-angle rules give the rest.
    """
    sine = " + a2 * (".join(f"{(-1) ** n / math.factorial(2 * n + 1)!r}" for n in range(11)) + ")" * 10
    cosine = " + a2 * (".join(f"{(-1) ** n / math.factorial(2 * n)!r}" for n in range(12)) + ")" * 11
    return [
        f"a = (clock[j] - 18.0) * {math.pi / 24!r}",
        "a2 = a * a",
        f"half_sin = a * ({sine})",
        f"half_cos = {cosine}",
        f"{DAY_COS} = 2.0 * half_sin * half_cos",
        f"{DAY_SIN} = 2.0 * half_sin * half_sin - 1.0",
    ]


def _numpy_functions(model: Any, hoisted: _Hoisted) -> str:
    """Assignments, constants, reference amounts and outputs on whole arrays; the plain right-hand side."""
    everything = (*model.parameter_names(), *(item.name for item in model.assignments()))
    references = [place.reference_mmol for place in model.compartments() if place.reference_mmol is not None]
    given = [f"    {name} = p[{i}]" for i, name in enumerate(model.parameter_names())]
    work = [f"    {item.name} = {_code(item.expression, 'np')}" for item in model.assignments()]
    parameters = [f"    {name} = p[{i}]" for i, name in enumerate(everything)]
    states = [f"    {name} = y[{i}]" for i, name in enumerate(model.state_names())]

    def function(head: str, text: str, unpacked: list[str], expressions: list[Any]) -> list[str]:
        returned = [f"        {_code(expression, 'np')}," for expression in expressions]
        return [f"def {head}:", f'    """{text}"""', *unpacked, "    return [", *returned, "    ]", "", ""]

    lines = [
        "def complete(p):",
        '    """Parameters with the assignments appended, (parameter, ...)."""',
        *given,
        *work,
        f"    return np.stack(np.broadcast_arrays({', '.join(everything)}))",
        "",
        "",
        *function(
            "constants(p)",
            "What the kernel needs of a person, from complete parameters, (constant, ...).",
            parameters,
            [expression for _, expression in hoisted.constants],
        ),
        *function(
            "reference_rates(time_h, y, p)",
            "The right-hand side as NumPy, per hour, (state, ...): the oracle of the kernel.",
            [*states, *parameters],
            list(model.derivatives().values()),
        ),
        *function("reference_amounts(p)", "Amounts at the reference serum, mmol.", parameters, references),
        *function(
            "outputs(time_h, y, p)",
            "Everything read off the amounts, in the order of OUTPUTS.",
            [*states, *parameters],
            [item.expression for item in model.outputs()],
        ),
    ]
    return "\n".join(lines).rstrip()


def _code(expression: Any, library: str) -> str:
    """An expression as Python, squares as products: a call to a power function would stop the vector loop."""
    from sympy.printing.numpy import NumPyPrinter
    from sympy.printing.pycode import PythonCodePrinter

    base = PythonCodePrinter if library == "math" else NumPyPrinter

    class Printer(base):  # type: ignore[misc, valid-type]
        def _print_Pow(self, power: Any, **how: Any) -> str:  # noqa: N802
            if power.exp in (2, -2):
                told = self._print(power.base)
                return f"(({told})*({told}))" if power.exp == 2 else f"(1/(({told})*({told})))"
            return str(super()._print_Pow(power, **how))

    text: str = Printer({"fully_qualified_modules": True}).doprint(expression)
    return text.replace("numpy.", "np.")
