"""A system of equations as the text of a module: the kernel for the compiler, and its twin in NumPy."""

from __future__ import annotations

import math
from typing import Any

from magnesim.solve.system import DAY_COS, DAY_SIN, Hoisted, System


def kernel(system: System) -> str:
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


def numpy_functions(model: Any, hoisted: Hoisted) -> str:
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

    # the checker knows no class whose base is chosen while the program runs
    class Printer(base):  # type: ignore[misc, valid-type]
        def _print_Pow(self, power: Any, **how: Any) -> str:  # noqa: N802
            if power.exp in (2, -2):
                told = self._print(power.base)
                return f"(({told})*({told}))" if power.exp == 2 else f"(1/(({told})*({told})))"
            return str(super()._print_Pow(power, **how))

    text: str = Printer({"fully_qualified_modules": True}).doprint(expression)
    return text.replace("numpy.", "np.")
