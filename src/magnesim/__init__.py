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
    from magnesim.claims.check import Checked, check_article
    from magnesim.effects import Foreseen, MeasuredWeeks, foresee_trial, measured_weeks
    from magnesim.effects.goals import Goal, goals
    from magnesim.errors import InputError, UnclearError
    from magnesim.evaluation import Validation, validate
    from magnesim.evidence import Pooled, outcomes, pool
    from magnesim.exposure import Crowd, simulate_people
    from magnesim.intake import Day, Dose, Regimen, read_dose
    from magnesim.notebook import (
        Answer,
        Evidence,
        Plan,
        Simulation,
        answer,
        evidence_for,
        plan_for,
        simulate,
    )
    from magnesim.people import Person, Population
    from magnesim.provenance import Why, why
    from magnesim.safety import Decision, decide

__version__ = "0.1.0"

_ROOM = {
    "Answer": "notebook",
    "Checked": "claims.check",
    "Crowd": "exposure",
    "Day": "intake",
    "Decision": "safety",
    "Dose": "intake",
    "Evidence": "notebook",
    "Foreseen": "effects",
    "Goal": "effects",
    "InputError": "errors",
    "MeasuredWeeks": "effects",
    "Person": "people",
    "Plan": "notebook",
    "Pooled": "evidence",
    "Population": "people",
    "Regimen": "intake",
    "Simulation": "notebook",
    "UnclearError": "errors",
    "Validation": "evaluation",
    "Why": "provenance",
    "answer": "notebook",
    "check_article": "claims.check",
    "decide": "safety",
    "evidence_for": "notebook",
    "foresee_trial": "effects",
    "goals": "effects",
    "measured_weeks": "effects",
    "outcomes": "evidence",
    "plan_for": "notebook",
    "pool": "evidence",
    "read_dose": "intake",
    "simulate": "notebook",
    "simulate_people": "exposure",
    "validate": "evaluation",
    "why": "provenance",
}

__all__ = [
    "Answer",
    "Checked",
    "Crowd",
    "Day",
    "Decision",
    "Dose",
    "Evidence",
    "Foreseen",
    "Goal",
    "InputError",
    "MeasuredWeeks",
    "Person",
    "Plan",
    "Pooled",
    "Population",
    "Regimen",
    "Simulation",
    "UnclearError",
    "Validation",
    "Why",
    "__version__",
    "answer",
    "check_article",
    "decide",
    "evidence_for",
    "foresee_trial",
    "goals",
    "measured_weeks",
    "outcomes",
    "plan_for",
    "pool",
    "read_dose",
    "simulate",
    "simulate_people",
    "validate",
    "why",
]


def __getattr__(name: str) -> Any:
    if name not in _ROOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOM[name]}"), name)
