"""How the body model is written down: compartments, parameters and fluxes, as SymPy expressions.

A flux has a name, a from, a to and a rate. The equations are assembled from fluxes alone, so magnesium
is conserved by construction.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

TIME = sp.Symbol("time_h", real=True)
"""Clock time, h."""

HOURS_PER_DAY = sp.Symbol("hours_per_day", positive=True)
"""A conversion with a name, so that the units of an equation can be checked to the end."""


def amount(compartment: str) -> sp.Symbol:
    """The magnesium in a compartment, mmol."""
    return sp.Symbol(compartment, nonnegative=True)


def parameter(name: str) -> sp.Symbol:
    """A constant of one person during one simulation; its unit stands in `parameters.csv`."""
    return sp.Symbol(name, positive=True)


@dataclass(frozen=True)
class Compartment:
    """A place where magnesium is.

    Attributes:
        name: key of the compartment.
        label: name to show.
        organ: `gut`, `blood`, `tissue`, `brain` or `outside`.
        reference_mmol: amount at the reference serum magnesium; None where the diet alone decides.
    """

    name: str
    label: str
    organ: str
    reference_mmol: sp.Expr | None = None


@dataclass(frozen=True)
class Flux:
    """Magnesium that moves from one compartment to another, mmol/h; positive in the direction named."""

    name: str
    origin: str
    target: str
    rate: sp.Expr


@dataclass(frozen=True)
class Assignment:
    """A quantity worked out from parameters once a person (no time in it), with its unit."""

    name: str
    expression: sp.Expr
    unit: str
    label: str


@dataclass(frozen=True)
class Output:
    """A quantity read off the amounts at a moment, with its unit."""

    name: str
    expression: sp.Expr
    unit: str
    label: str
