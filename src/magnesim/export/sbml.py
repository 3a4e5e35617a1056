"""The body model as SBML Level 3 Version 2, so that any simulator can run it and check its units.

A compartment of the model is a species that is an amount, a flux is a reaction, a quantity worked out once
is a constant with an initial assignment, an output is an assignment rule. Needs python-libsbml.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from magnesim.body import model
from magnesim.body.notation import Compartment, Flux
from magnesim.body.parameters import parameters, typical
from magnesim.errors import InputError
from magnesim.export.formula import formula, parsed
from magnesim.export.names import (
    CLOCK,
    CLOCK_END,
    CLOCK_OFFSET,
    CLOCK_PERIOD,
    amount_id,
    flux_id,
    organ_id,
    output_id,
    symbol_ids,
)
from magnesim.export.notes import model_lines, parameter_lines, set_notes, set_papers
from magnesim.export.units import AMOUNT, HOUR, VOLUME, define_unit
from magnesim.solve.engine import DAY_STARTS_H, on_model_day
from magnesim.units import HOURS_A_DAY

LEVEL, VERSION = 3, 2

DayIntakes = Sequence[tuple[float, Mapping[str, float]]]
"""Clock hour, and mmol by the compartment that it enters, of each dose and meal of a day."""


def sbml(
    values: Mapping[str, float] | None = None,
    day: DayIntakes = (),
    days: int | None = None,
    *,
    start: Mapping[str, float] | None = None,
) -> str:
    """The model as the text of an SBML file.

    Args:
        values: parameters that differ from the typical ones, by name.
        day: doses and meals of a day; those at the same clock hour are taken together.
        days: on how many days they are taken; None for every day.
        start: amounts at the start, mmol, by compartment (0 where not named); without it, those at the
            reference serum with an empty gut.

    Raises:
        InputError: python-libsbml is not installed, a name that the model does not have, or an amount or an
            hour that is no number.
    """
    libsbml = library()
    given = typical() | _known(values or {}, model.parameter_names(), "parameter")
    begun = _known(start or {}, [place.name for place in model.compartments()], "compartment")
    document = libsbml.SBMLDocument(LEVEL, VERSION)
    target = document.createModel()
    _describe(target)
    _add_clock(target)
    _add_parameters(target, given)
    for place in model.compartments():
        _add_compartment(target, place, begun)
    for flux in model.fluxes():
        _add_flux(target, flux)
    _add_totals(target)
    _add_outputs(target)
    _add_intakes(target, day, days)
    text: str = libsbml.writeSBMLToString(document)
    return text


def library() -> Any:
    """The module libsbml.

    Raises:
        InputError: it is not installed.
    """
    try:
        import libsbml
    except ImportError as error:
        raise InputError(
            "export sbml", "python-libsbml is needed and not installed.", 'pip install "magnesim[sbml]"'
        ) from error
    return libsbml


def _known(said: Mapping[str, float], allowed: Sequence[str], kind: str) -> dict[str, float]:
    """What was said, if every name is one of the model's and every value a number."""
    for name, value in said.items():
        if name not in allowed:
            raise InputError(f"{kind} {name}", f"the model has {', '.join(allowed)}.", allowed[0])
        if not math.isfinite(value):
            raise InputError(f"{kind} {name} = {value}", "a finite number is allowed.", f"{name} = 1")
    return dict(said)


def _describe(target: Any) -> None:
    target.setId("magnesim")
    target.setName("Oral magnesium in people")
    target.setSubstanceUnits(define_unit(target, AMOUNT))
    target.setExtentUnits(define_unit(target, AMOUNT))
    target.setTimeUnits(define_unit(target, HOUR))
    target.setVolumeUnits(define_unit(target, VOLUME))
    set_notes(target, model_lines())


def _add_parameter(
    target: Any, identifier: str, label: str, unit: str, value: float | None = None, constant: bool = True
) -> Any:
    """A parameter with its unit; without a value where a rule or an assignment gives it."""
    added = target.createParameter()
    added.setId(identifier)
    added.setName(label)
    added.setUnits(define_unit(target, unit))
    added.setConstant(constant)
    if value is not None:
        added.setValue(value)
    return added


def _assign_at_start(target: Any, identifier: str, expression: sp.Expr) -> None:
    assignment = target.createInitialAssignment()
    assignment.setSymbol(identifier)
    assignment.setMath(parsed(formula(expression)))


def _assign_always(target: Any, identifier: str, text: str) -> None:
    rule = target.createAssignmentRule()
    rule.setVariable(identifier)
    rule.setMath(parsed(text))


def _add_clock(target: Any) -> None:
    _add_parameter(target, CLOCK_OFFSET, "clock time at which the model's time begins", HOUR, DAY_STARTS_H)
    _add_parameter(target, CLOCK, "clock time, running on past 24 h", HOUR, constant=False)
    _assign_always(target, CLOCK, f"time + {CLOCK_OFFSET}")


def _add_parameters(target: Any, given: Mapping[str, float]) -> None:
    """What is given of a person, and what follows from it once."""
    for name in model.parameter_names():
        row = parameters()[name]
        added = _add_parameter(target, symbol_ids()[name], row.label, row.unit, given[name])
        set_notes(added, parameter_lines(row))
        set_papers(added, row.source)
    for item in model.assignments():
        fixed = float(item.expression) if item.expression.is_number else None
        _add_parameter(target, symbol_ids()[item.name], item.label, item.unit, fixed)
        if fixed is None:
            _assign_at_start(target, symbol_ids()[item.name], item.expression)


def _add_compartment(target: Any, place: Compartment, begun: Mapping[str, float]) -> None:
    if target.getCompartment(organ_id(place.organ)) is None:
        organ = target.createCompartment()
        organ.setId(organ_id(place.organ))
        organ.setName(place.organ)
        organ.setSpatialDimensions(3)
        organ.setSize(1.0)
        organ.setUnits(define_unit(target, VOLUME))
        organ.setConstant(True)
    species = target.createSpecies()
    species.setId(amount_id(place.name))
    species.setName(place.label)
    species.setCompartment(organ_id(place.organ))
    species.setSubstanceUnits(define_unit(target, AMOUNT))
    species.setHasOnlySubstanceUnits(True)
    species.setBoundaryCondition(False)
    species.setConstant(False)
    if not begun and place.reference_mmol is not None:
        _assign_at_start(target, amount_id(place.name), place.reference_mmol)
    else:
        species.setInitialAmount(begun.get(place.name, 0.0))


def _add_flux(target: Any, flux: Flux) -> None:
    """A flux as a reaction of one mmol for one; reversible unless its rate is known never to turn."""
    reaction = target.createReaction()
    reaction.setId(flux_id(flux.name))
    reaction.setName(flux.name.replace("_", " "))
    reaction.setReversible(not flux.rate.is_nonnegative and flux.target not in model.OUTSIDE)
    for end, add in ((flux.origin, reaction.createReactant), (flux.target, reaction.createProduct)):
        reference = add()
        reference.setSpecies(amount_id(end))
        reference.setStoichiometry(1.0)
        reference.setConstant(True)
    places = {place.name for place in model.compartments()}
    used = {symbol.name for symbol in flux.rate.free_symbols}
    for name in sorted((used & places) - {flux.origin, flux.target}):
        reaction.createModifier().setSpecies(amount_id(name))
    reaction.createKineticLaw().setMath(parsed(formula(flux.rate)))


def _add_totals(target: Any) -> None:
    """Running totals of fluxes and running integrals, which hold no magnesium."""
    rates = model.derivatives()
    read = {output.expression: output.unit for output in model.outputs()}
    units = dict.fromkeys(model.COUNTERS, AMOUNT)
    units |= {name: f"{read[rate]}*{HOUR}" for name, rate in model.INTEGRALS.items()}
    for name, unit in units.items():
        label = name.replace("_", " ")
        _add_parameter(target, symbol_ids()[name], label, unit, 0.0, constant=False)
        rule = target.createRateRule()
        rule.setVariable(symbol_ids()[name])
        rule.setMath(parsed(formula(rates[name])))


def _add_outputs(target: Any) -> None:
    for output in model.outputs():
        _add_parameter(target, output_id(output.name), output.label, output.unit, constant=False)
        _assign_always(target, output_id(output.name), formula(output.expression))


def _add_intakes(target: Any, day: DayIntakes, days: int | None) -> None:
    """An event for each clock hour at which something is taken, and the day that they repeat after."""
    together = _by_clock(day)
    if not together or days == 0:
        return
    _add_parameter(target, CLOCK_PERIOD, "time between two intakes", HOUR, HOURS_A_DAY)
    if days is not None:
        end = DAY_STARTS_H + HOURS_A_DAY * days
        _add_parameter(target, CLOCK_END, "clock time from which nothing is taken any more", HOUR, end)
    for number, (hour, amounts) in enumerate(together, start=1):
        _add_intake(target, number, hour, amounts, ends=days is not None)


def _by_clock(day: DayIntakes) -> list[tuple[float, dict[str, float]]]:
    """Amounts added up by clock hour, from the hour at which the model's day starts.

    One event an hour: two events at the same time would wait on each other.
    """
    together: dict[float, dict[str, float]] = {}
    for hour, amounts in day:
        _known({"hour": hour}, ["hour"], "clock")
        known = _known(amounts, model.inside_names(), "compartment")
        at = on_model_day(hour)
        entered = together.setdefault(at, {})
        for name, mmol in known.items():
            if mmol < 0:
                raise InputError(f"{mmol:g} mmol into {name}", "0 or more mmol is allowed.", f"{name} 5")
            entered[name] = entered.get(name, 0.0) + mmol
    taken = {at: {name: mmol for name, mmol in entered.items() if mmol} for at, entered in together.items()}
    return [(at, taken[at]) for at in sorted(taken) if taken[at]]


def _add_intake(target: Any, number: int, hour: float, amounts: Mapping[str, float], ends: bool) -> None:
    """What is taken at one clock hour, every day.

    The trigger starts false, so that an intake at the very start is taken; amounts are read when the event
    runs, so that another event at the same moment is not overwritten.
    """
    following = f"intake_{number}_next"
    clock = "{:02d}:{:02d}".format(*divmod(round(hour * 60) % 1440, 60))
    _add_parameter(target, following, f"next clock time of the intake at {clock}", HOUR, hour, constant=False)
    event = target.createEvent()
    event.setId(f"intake_{number}")
    event.setName(f"intake at {clock}")
    event.setUseValuesFromTriggerTime(False)
    trigger = event.createTrigger()
    trigger.setInitialValue(False)
    trigger.setPersistent(True)
    due = f"{CLOCK} >= {following}"
    trigger.setMath(parsed(f"({due}) && ({following} < {CLOCK_END})" if ends else due))
    for name, mmol in amounts.items():
        dose = f"intake_{number}_{name}"
        _add_parameter(target, dose, f"enters {name.replace('_', ' ')} at {clock}", AMOUNT, mmol)
        _add_on_event(event, amount_id(name), f"{amount_id(name)} + {dose}")
    _add_on_event(event, following, f"{following} + {CLOCK_PERIOD}")


def _add_on_event(event: Any, identifier: str, text: str) -> None:
    assignment = event.createEventAssignment()
    assignment.setVariable(identifier)
    assignment.setMath(parsed(text))
