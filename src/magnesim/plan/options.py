"""Ways to take the same amount, and what each leaves in the gut: the trade between uptake and loose stools.

The day's amount is taken at once, in two or in three; every way is decided by the safety rules first. Among
those allowed the one with the fewest loose stools is named, unless fewer portions do nearly as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from magnesim.exposure import Simulation, simulate
from magnesim.intake import Regimen
from magnesim.people import Person
from magnesim.safety import Decision, decide

USUAL_TIMES = {1: ("20:00",), 2: ("08:00", "20:00"), 3: ("08:00", "13:00", "20:00")}
FEW_DRAWS = 16
NEARLY_AS_WELL = 0.02
"""Two in a hundred fewer loose stools are not worth another portion a day."""


@dataclass(frozen=True)
class Option:
    """One way to take the amount.

    Attributes:
        portions: how many a day, at `times`.
        taken_up_mg: elemental mg a day more than without, net.
        loose_stool: share of people with loose stools, its `interval`, and its `background`.
    """

    portions: int
    times: tuple[str, ...]
    elemental_mg_per_day: float
    taken_up_mg: float
    loose_stool: float
    interval: tuple[float, float]
    background: float
    chosen: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return vars(self) | {"times": list(self.times), "interval": list(self.interval)}


def options_for(person: Person, regimen: Regimen, goal: str, body_of: Person) -> list[Option]:
    """Every allowed way to take a regimen's daily amount, the best marked; times keep all gaps.

    Args:
        person: as given, for the rules.
        regimen: what was asked for.
        goal: what it is for.
        body_of: the person as the body model reads them.
    """
    found = []
    for portions, times in USUAL_TIMES.items():
        wanted = regimen.times if portions == len(regimen.times) else times
        decision = decide(person, regimen.elemental_mg_per_day, regimen.compound, wanted, goal)
        at = times_of(decision)
        if decision.decision not in ("allow", "allow_with_separation") or len(at) != portions:
            continue
        body = simulate(body_of, replace(regimen, times=at, shares=()), draws=FEW_DRAWS)
        if body.loose_stool is not None:
            found.append(_option(body, at))
    if not found:
        return []
    best = _best(found)
    return [replace(one, chosen=one is best) for one in found]


def times_of(decision: Decision) -> tuple[str, ...]:
    """Clock times of a schedule; none where a medicine's hour is not known."""
    return tuple(dict.fromkeys(intake.time for intake in decision.schedule if intake.time))


def _option(body: Simulation, at: tuple[str, ...]) -> Option:
    from magnesim.units import mg_from_mmol

    assert body.loose_stool is not None
    return Option(
        len(at),
        at,
        body.regimen.elemental_mg_per_day,
        mg_from_mmol(body.change.absorbed_mmol_d),
        body.loose_stool.probability,
        body.loose_stool.interval,
        body.loose_stool.background,
    )


def _best(found: list[Option]) -> Option:
    """Fewest loose stools; of ways nearly alike the one with the fewest portions."""
    least = min(one.loose_stool for one in found)
    near = [one for one in found if one.loose_stool <= least + NEARLY_AS_WELL]
    return min(near, key=lambda one: one.portions)
