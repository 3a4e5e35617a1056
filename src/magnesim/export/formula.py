"""Equations as MathML: SymPy is printed as an infix formula, which libSBML reads.

Every number carries a unit, so that a unit check needs no guessing; squares are products, as in the kernel.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.printing.str import StrPrinter

from magnesim.body.notation import TIME
from magnesim.export.names import symbol_ids
from magnesim.export.units import HOUR, unit_id


class _Infix(StrPrinter):
    """An expression of the body model as a formula of libSBML's third level."""

    def _print_Symbol(self, symbol: sp.Symbol) -> str:
        return symbol_ids()[symbol.name]

    def _print_Integer(self, number: sp.Integer) -> str:
        return f"{number.p} dimensionless"

    def _print_Rational(self, number: sp.Rational) -> str:
        return f"({number.p} dimensionless/{number.q} dimensionless)"

    def _print_Pow(self, power: sp.Pow, rational: bool = False) -> str:
        base = f"({self._print(power.base)})"
        if power.exp == sp.Rational(1, 2):
            return f"sqrt{base}"
        if power.exp == 2:
            return f"({base}*{base})"
        if power.exp == -1:
            return f"(1 dimensionless/{base})"
        if power.exp.is_Integer:
            return f"{base}^({power.exp} dimensionless)"
        raise NotImplementedError(f"a power that cannot be exported: {power}")

    def _print_cos(self, rhythm: sp.cos) -> str:
        """A daily rhythm; its period is in hours, which a bare number would not say."""
        argument = sp.expand(rhythm.args[0])
        rate = argument.coeff(TIME)
        period, moment = 2 * sp.pi / rate, sp.expand(argument / rate)
        if not period.is_Integer:
            raise NotImplementedError(f"only a rhythm of whole hours can be exported, not {rhythm}")
        turn = f"2 dimensionless*pi/({period} {unit_id(HOUR)})"
        return f"cos({turn}*({self._print(moment)}))"

    def _print_Max(self, greatest: sp.Max) -> str:
        return f"max({', '.join(self._print(part) for part in greatest.args)})"


def formula(expression: sp.Expr) -> str:
    """An expression of the body model as text that `math` reads, with a unit on every number."""
    return str(_Infix().doprint(expression))


def parsed(text: str) -> Any:
    """A formula as libSBML's tree.

    Raises:
        RuntimeError: text that is no formula, which is a fault of the exporter.
    """
    import libsbml

    reading = libsbml.L3ParserSettings()
    reading.setParseL3v2Functions(True)
    tree = libsbml.parseL3FormulaWithSettings(text, reading)
    if tree is None:
        raise RuntimeError(f"{libsbml.getLastParseL3Error()} in {text}")
    return tree
