"""Ways to take the same amount, and what each leaves in the gut: the trade between uptake and loose stools.

The day's amount is taken at once, in two or in three; every way is decided by the safety rules first. Among
those allowed the one with the fewest loose stools is named, unless fewer portions do nearly as well. Other
salts stand beside it at the same times; none is named instead of the one asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from magnesim.body.entry import salts
from magnesim.exposure import Outline, outlines
from magnesim.intake import Day, Regimen, forms
from magnesim.people import Person
from magnesim.safety import Decision, decide
from magnesim.tolerability.model import salt_weights
from magnesim.units import mg_from_mmol

USUAL_TIMES = {1: ("20:00",), 2: ("08:00", "20:00"), 3: ("08:00", "13:00", "20:00")}
NEARLY_AS_WELL = 0.02
"""Two in a hundred fewer loose stools are not worth another portion a day."""
ALLOWING = ("allow", "allow_with_separation")


@dataclass(frozen=True)
class Option:
    """One way to take the amount.

    Attributes:
        compounds: the salts that it holds for: those that the model cannot tell apart stand together.
        portions: how many a day, at `times`.
        taken_up_mg: elemental mg a day more than without, net.
        loose_stool: share of people with loose stools; None where no study bears on this salt.
        interval: middle 90 % of what is believed of that share, or None.
        background: the share without magnesium.
        chosen: whether it is the way that is named.
    """

    compounds: tuple[str, ...]
    portions: int
    times: tuple[str, ...]
    elemental_mg_per_day: float
    taken_up_mg: float
    loose_stool: float | None
    interval: tuple[float, float] | None
    background: float
    chosen: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return vars(self) | {
            "compounds": list(self.compounds),
            "times": list(self.times),
            "interval": list(self.interval) if self.interval else None,
        }


def ways_to_take(
    person: Person, regimen: Regimen, goal: str, body_of: Person, day: Day | None = None
) -> tuple[list[Option], list[Option]]:
    """Every allowed way to part a regimen's daily amount, the best marked, and other salts at its times.

    Other salts are those whose uptake was measured in people; those that the model gives the same figures
    stand in one option. All are computed in one run.

    Args:
        person: as given, for the rules.
        regimen: what was asked for.
        goal: what it is for.
        body_of: the person as the body model reads them.
        day: when the person eats and sleeps.
    """

    def allowed_at(compound: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
        decision = decide(person, regimen.elemental_mg_per_day, compound, wanted, goal, day)
        return times_of(decision) if decision.decision in ALLOWING else ()

    parted = [
        replace(regimen, times=at, shares=())
        for portions, usual in USUAL_TIMES.items()
        if len(at := allowed_at(regimen.compound, _wanted(regimen, portions, usual, day))) == portions
    ]
    salts = _alike([name for name in _measured_salts() if name != regimen.compound])
    others = [replace(one, compound=names[0]) for one in parted for names in salts]
    found = outlines(body_of, [*parted, *others], day)
    if not found or any(body.loose_stool is None for body in found):
        return [], []
    own, theirs = found[: len(parted)], found[len(parted) :]
    best = _best(own)
    named = {names[0]: names for names in salts}
    options = [replace(_option(body, (regimen.compound,)), chosen=body is best) for body in own]
    beside = [
        _option(body, allowed)
        for body in theirs
        if body.regimen.times == best.regimen.times
        and (allowed := tuple(n for n in named[body.regimen.compound] if allowed_at(n, best.regimen.times)))
    ]
    return options, beside


def _wanted(regimen: Regimen, portions: int, usual: tuple[str, ...], day: Day | None) -> tuple[str, ...]:
    return regimen.times if portions == len(regimen.times) else (day or Day()).own_hours(usual)


def _alike(compounds: list[str]) -> list[tuple[str, ...]]:
    """Salts in groups that the model's middle cannot tell apart."""
    groups: dict[tuple[object, ...], list[str]] = {}
    for compound in compounds:
        groups.setdefault(_chemistry(compound), []).append(compound)
    return [tuple(names) for names in groups.values()]


def times_of(decision: Decision) -> tuple[str, ...]:
    """Clock times of a schedule; none where a medicine's hour is not known."""
    return tuple(dict.fromkeys(intake.time for intake in decision.schedule if intake.time))


def stools_are_known(compound: str) -> bool:
    """Whether any study bears on how this salt loosens stools; else its figure is only borrowed."""
    return bool(salt_weights()[compound].source)


@cache
def _measured_salts() -> tuple[str, ...]:
    """Salts that a person can ask for and whose uptake was measured in people."""
    return tuple(
        name for name, row in salts().items() if row.evidence_class == "human_kinetic" and name in forms()
    )


def _chemistry(compound: str) -> tuple[object, ...]:
    """All that tells one salt from another in the model's middle."""
    row, weight = salts()[compound], salt_weights()[compound].weight
    shares = (row.dissolved_share, row.available_share, row.dissolution_rate)
    return (*shares, weight, stools_are_known(compound))


def _option(body: Outline, compounds: tuple[str, ...]) -> Option:
    assert body.loose_stool is not None
    known = stools_are_known(compounds[0])
    return Option(
        compounds,
        len(body.regimen.times),
        body.regimen.times,
        body.regimen.elemental_mg_per_day,
        mg_from_mmol(body.change.absorbed_mmol_d),
        body.loose_stool.probability if known else None,
        body.loose_stool.interval if known else None,
        body.loose_stool.background,
    )


def _best(found: list[Outline]) -> Outline:
    """Fewest loose stools; of ways nearly alike the one with the fewest portions.

    That parting a load loosens less holds for every salt, also where its own figure is not known.
    """
    risk = {id(one): one.loose_stool.probability for one in found if one.loose_stool}
    near = [one for one in found if risk[id(one)] <= min(risk.values()) + NEARLY_AS_WELL]
    return min(near, key=lambda one: len(one.regimen.times))
