"""What everything is called in the exported file: every kind of thing has its own reserved prefix.

A flux and a parameter may share a name in the body model (`sweat_loss`), and some readers of SBML reserve
plain words, so no bare name of the model is ever written.
"""

from __future__ import annotations

from functools import cache

from magnesim.body import model

CLOCK = "clock_time"
CLOCK_OFFSET = "clock_offset"
CLOCK_PERIOD = "clock_period"
CLOCK_END = "clock_end"


def organ_id(organ: str) -> str:
    """An organ, a compartment of SBML."""
    return f"organ_{organ}"


def flux_id(flux: str) -> str:
    """A flux, a reaction of SBML."""
    return f"flux_{flux}"


def output_id(output: str) -> str:
    """A quantity read off the amounts."""
    return f"output_{output}"


def amount_id(compartment: str) -> str:
    """A compartment of the model, a species of SBML."""
    return f"amount_{compartment}"


@cache
def symbol_ids() -> dict[str, str]:
    """Identifier of every symbol that stands in an equation, by its name in the body model."""
    places = {place.name for place in model.compartments()}
    states = {name: amount_id(name) if name in places else f"total_{name}" for name in model.state_names()}
    given = {name: f"given_{name}" for name in model.parameter_names()}
    derived = {item.name: f"derived_{item.name}" for item in model.assignments()}
    return states | given | derived | {"time_h": CLOCK}
