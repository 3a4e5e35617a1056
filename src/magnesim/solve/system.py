"""The equations ready to be written as code: constants worked out beforehand, time as two terms of the day.

A plain system holds the equations themselves; a tangent system also their derivative along one direction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

GUT_LENIENCY = 5.0
"""Factor on the absolute tolerance of amounts in the gut, see `_leniency`."""

DAY_COS, DAY_SIN = "day_cos", "day_sin"
"""Names of the cosine and the sine of the time of day."""


@dataclass(frozen=True)
class System:
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


def plain(model: Any, hoisted: Hoisted) -> System:
    """The equations themselves."""
    return System(
        tuple(model.amount(name) for name in model.state_names()),
        tuple(hoisted.parts),
        tuple(hoisted.rates),
        tuple(symbol for symbol, _ in hoisted.constants),
        len(model.inside_names()),
        tuple(_leniency(model)),
    )


def tangent(model: Any, hoisted: Hoisted) -> System:
    """The equations with their derivative along a direction: `d_x` of each amount, constant and flux."""
    import sympy as sp

    primal = plain(model, hoisted)
    symbols = (*primal.variables, *primal.constants)
    along = {
        symbol: sp.Symbol(f"d_{symbol}", real=True) for symbol in (*symbols, *(s for s, _ in primal.parts))
    }
    turned = tuple(
        (
            along[part],
            sp.Add(*(sp.diff(rate, symbol) * along[symbol] for symbol in symbols if rate.has(symbol))),
        )
        for part, rate in primal.parts
    )
    inner = primal.inner
    directions = tuple(along[symbol] for symbol in primal.variables)
    slopes = tuple(rate.xreplace(along) for rate in primal.rates)

    def interleaved(values: tuple[Any, ...], derivatives: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*values[:inner], *derivatives[:inner], *values[inner:], *derivatives[inner:])

    return System(
        interleaved(primal.variables, directions),
        (*primal.parts, *turned),
        interleaved(primal.rates, slopes),
        (*primal.constants, *(along[symbol] for symbol in primal.constants)),
        2 * inner,
        interleaved(primal.leniency, primal.leniency),
    )


def _leniency(model: Any) -> list[float]:
    """Factor on the absolute tolerance of each state.

    Gut amounts come and go within hours; an error there counts by what it does to uptake, which has a
    tolerance of its own.
    """
    gut = {place.name for place in model.compartments() if place.organ == "gut"}
    return [GUT_LENIENCY if name in gut else 1.0 for name in model.state_names()]


class Hoisted:
    """Fluxes with all that stays the same for a person worked out beforehand.

    A flux is named once: what leaves one place enters another, and is counted in a third.

    Attributes:
        parts: symbol and expression of each flux and integral, in states, terms of the day and constants.
        rates: derivatives, as sums of parts.
        constants: symbol and expression of each constant, in parameters alone.
    """

    def __init__(self, model: Any) -> None:
        import sympy as sp

        self._moving = {model.amount(name) for name in model.state_names()} | set(day_symbols())
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


def day_symbols() -> tuple[Any, Any]:
    """Cosine and sine of the time of day, as symbols."""
    import sympy as sp

    return sp.Symbol(DAY_COS, real=True), sp.Symbol(DAY_SIN, real=True)


def _time_apart(expression: Any) -> Any:
    """A daily cosine of time and parameters as products of the two terms of the day and constants."""
    import sympy as sp

    from magnesim.body.notation import TIME

    day_cos, day_sin = day_symbols()

    def split(argument: Any) -> Any:
        rate = sp.expand(argument).coeff(TIME)
        shift = sp.expand(argument - rate * TIME)
        if sp.simplify(rate - sp.pi / 12) != 0:
            raise NotImplementedError(f"only a rhythm of 24 hours can be compiled, not {argument}")
        return day_cos * sp.cos(shift) - day_sin * sp.sin(shift)

    return expression.replace(lambda e: isinstance(e, sp.cos) and e.has(TIME), lambda e: split(e.args[0]))
