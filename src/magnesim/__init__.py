"""magnesim: an executable, evidence-calibrated model of oral magnesium in people.

    >>> from magnesim import Person, Regimen, simulate
    >>> body = simulate(Person(age=62, sex="female"), Regimen("citrate", 300, ("20:00",), weeks=12))
    >>> 0 < body.change.serum_mmol_l < 0.1
    True

Rooms are imported when they are used, so that a start costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from magnesim.answers import Answer, answer
    from magnesim.effects import Goal, goal_named, goals
    from magnesim.errors import InputError, UnclearError
    from magnesim.evidence import Evidence, evidence_for, pool
    from magnesim.exposure import Simulation, simulate, simulate_people
    from magnesim.intake import Dose, Regimen, read_dose
    from magnesim.people import Person, Population
    from magnesim.provenance import Why, why
    from magnesim.safety import Decision, decide

__version__ = "0.1.0"

_ROOM = {
    "Answer": "answers",
    "Decision": "safety",
    "Dose": "intake",
    "Evidence": "evidence",
    "Goal": "effects",
    "InputError": "errors",
    "Person": "people",
    "Population": "people",
    "Regimen": "intake",
    "Simulation": "exposure",
    "UnclearError": "errors",
    "Why": "provenance",
    "answer": "answers",
    "decide": "safety",
    "evidence_for": "evidence",
    "goal_named": "effects",
    "goals": "effects",
    "pool": "evidence",
    "read_dose": "intake",
    "simulate": "exposure",
    "simulate_people": "exposure",
    "why": "provenance",
}

__all__ = [
    "Answer",
    "Decision",
    "Dose",
    "Evidence",
    "Goal",
    "InputError",
    "Person",
    "Population",
    "Regimen",
    "Simulation",
    "UnclearError",
    "Why",
    "__version__",
    "answer",
    "decide",
    "evidence_for",
    "goal_named",
    "goals",
    "pool",
    "read_dose",
    "simulate",
    "simulate_people",
    "why",
]


def __getattr__(name: str) -> Any:
    if name not in _ROOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOM[name]}"), name)
