"""The whole body: the organs' compartments and fluxes, assembled once into the equations."""

from __future__ import annotations

from functools import cache

import sympy as sp

from magnesim.body import blood, brain, gut, kidney, mechanisms, tissues
from magnesim.body.notation import HOURS_PER_DAY, Assignment, Compartment, Flux, Output, amount

ORGANS = (gut, blood, kidney, tissues, brain)

OUTSIDE = ("faeces", "sweat", "urine")
"""Compartments that magnesium leaves the body into; their amounts only grow."""

COUNTERS = {
    "absorbed": tuple(f"uptake_{site}" for site in gut.UPTAKE_SITES),
    "secreted": ("secretion",),
}
"""Running totals of named fluxes, mmol. They hold no magnesium and take no part in the mass balance."""

CONVERSIONS = (Assignment(HOURS_PER_DAY.name, sp.Integer(24), "h/d", "hours in a day"),)
"""Numbers that only turn one unit into another."""

INTEGRALS = {"serum_hours": blood.SERUM}
"""Running integrals over time, for averages over a day: serum magnesium, mmol/L times h."""


def compartments() -> tuple[Compartment, ...]:
    """Every compartment; those outside the body come last, so that the state to solve for is a prefix."""
    everything = [place for organ in ORGANS for place in organ.COMPARTMENTS]
    return tuple(sorted(everything, key=lambda place: place.organ == "outside"))


def fluxes() -> tuple[Flux, ...]:
    """Every flux of every organ."""
    return tuple(flux for organ in ORGANS for flux in organ.FLUXES)


def outputs() -> tuple[Output, ...]:
    """Everything read off the amounts: concentrations, urine, and the mechanisms that can be computed."""
    return tuple(output for part in (*ORGANS, mechanisms) for output in getattr(part, "OUTPUTS", ()))


@cache
def assignments() -> tuple[Assignment, ...]:
    """Quantities worked out once per person, each after those it needs."""
    everything = [*CONVERSIONS, *(item for organ in ORGANS for item in getattr(organ, "ASSIGNMENTS", ()))]
    waiting = {item.name: item for item in everything}
    ordered: list[Assignment] = []
    while waiting:
        ready = [
            item
            for item in waiting.values()
            if not any(symbol.name in waiting for symbol in item.expression.free_symbols)
        ]
        if not ready:
            raise RuntimeError(f"assignments that need each other: {sorted(waiting)}")
        for item in ready:
            ordered.append(waiting.pop(item.name))
    return tuple(ordered)


@cache
def balances() -> dict[str, dict[str, int]]:
    """What makes up every compartment and counter: +1 for a flux that flows in, -1 for one out."""
    signs: dict[str, dict[str, int]] = {place.name: {} for place in compartments()}
    for flux in fluxes():
        signs[flux.origin][flux.name] = -1
        signs[flux.target][flux.name] = 1
    return signs | {counter: dict.fromkeys(parts, 1) for counter, parts in COUNTERS.items()}


@cache
def derivatives() -> dict[str, sp.Expr]:
    """Rate of change of every compartment, counter and integral: what flows in less what flows out."""
    rate = {flux.name: flux.rate for flux in fluxes()}
    sums = {
        name: sum((sign * rate[flux] for flux, sign in signs.items()), sp.Integer(0))
        for name, signs in balances().items()
    }
    return sums | INTEGRALS


def state_names() -> tuple[str, ...]:
    """Order of the state vector: compartments inside, compartments outside, counters, integrals."""
    return tuple(derivatives())


def inside_names() -> tuple[str, ...]:
    """The compartments whose amounts a periodic steady state fixes."""
    return tuple(place.name for place in compartments() if place.organ != "outside")


@cache
def parameter_names() -> tuple[str, ...]:
    """Every symbol that is neither a state nor time nor an assignment, sorted."""
    known = {amount(name) for name in state_names()} | {sp.Symbol("time_h", real=True)}
    expressions = [*derivatives().values()]
    expressions += [item.expression for item in assignments()]
    expressions += [item.expression for item in outputs()]
    expressions += [place.reference_mmol for place in compartments() if place.reference_mmol is not None]
    symbols = set().union(*(expression.free_symbols for expression in expressions)) - known
    assigned = {item.name for item in assignments()}
    return tuple(sorted(symbol.name for symbol in symbols if symbol.name not in assigned))
