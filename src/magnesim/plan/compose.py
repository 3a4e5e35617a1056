"""One plan from safety, body and trials: the rules decide first, and nothing is planned that they refuse."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from magnesim.data import records
from magnesim.effects import Expectation, Goal, expect
from magnesim.errors import InputError
from magnesim.evidence.selection import select
from magnesim.exposure import Simulation, simulate
from magnesim.intake import Regimen
from magnesim.people import Person, complete
from magnesim.plan.options import Option, options_for, times_of
from magnesim.safety import Decision, as_taken, decide

ALLOWING = ("allow", "allow_with_separation")
FIRST_MG, STEP_MG = 50.0, 100.0
"""Begun with half, rounded to the first, and raised by the second a week: assumptions."""
USUAL_TRIAL_WEEKS = 8
"""Weeks after which to stop where no trial of the goal tells how long it took."""
SHORTEST_TRIAL_WEEKS, LONGEST_TRIAL_WEEKS = 4, 12


@dataclass(frozen=True)
class Step:
    """One step of the way up: from the start of a week, elemental mg a day."""

    week: int
    elemental_mg_per_day: float


@dataclass(frozen=True)
class Diet:
    """What food gives, elemental mg a day, beside what is recommended; None where not in the tables."""

    eaten_mg: float
    is_assumed: bool
    recommended_mg: float | None
    source_url: str


@dataclass(frozen=True)
class Plan:
    """A plan, or the reasons why there is none. It informs and does not replace a clinician.

    Attributes:
        decision: what the rules say of the asked dose.
        steps: the way up by week; empty where nothing is allowed.
        options: ways to take the amount, the best marked; empty where nothing is allowed.
        body: what the regimen does in the body; None where nothing is allowed or nothing can be simulated.
        expectations: what trials let expect for the goal.
        judge_after_weeks: when to look whether it helped, and to stop if it did not.
        diet: what food gives.
        within_limit: a plan below the limit, where only the asked amount stands against it.
    """

    goal: Goal
    person: Person
    regimen: Regimen
    decision: Decision
    steps: tuple[Step, ...]
    options: tuple[Option, ...]
    body: Simulation | None
    expectations: tuple[Expectation, ...]
    judge_after_weeks: int
    diet: Diet | None
    within_limit: Decision | None

    @property
    def allowed(self) -> bool:
        """Whether the asked dose may be taken without seeing anybody first."""
        return self.decision.decision in ALLOWING

    @property
    def best(self) -> Option | None:
        """The way that is named."""
        return next((one for one in self.options if one.chosen), None)

    def to_json(self) -> dict[str, Any]:
        """The object of the contract `plan`, with what else the plan holds."""
        return {
            "schema_version": 1,
            "case_id": None,
            **self.decision.to_json(),
            "goal": self.goal.goal,
            "regimen": {
                "compound": self.regimen.compound,
                "elemental_mg_per_day": self.regimen.elemental_mg_per_day,
            },
            "steps": [asdict(step) for step in self.steps],
            "options": [option.to_json() for option in self.options],
            "effects": [item.to_json() for item in self.expectations] if self.allowed else [],
            "judge_after_weeks": self.judge_after_weeks if self.allowed else None,
            "diet": asdict(self.diet) if self.diet else None,
            "within_limit_plan": self.within_limit.to_json() if self.within_limit else None,
        }


def plan(person: Person, regimen: Regimen, goal: Goal, *, on_build: Callable[[], None] | None = None) -> Plan:
    """A plan for this person, or why there is none.

    Args:
        person: as given; what is not said is never filled in for the rules.
        regimen: salt, elemental mg a day, times.
        goal: what it is for.
        on_build: called once if the body model has to be compiled first.
    """
    decision = decide(person, regimen.elemental_mg_per_day, regimen.compound, regimen.times, goal.goal)
    expectations = tuple(expect(key, role, regimen.compound) for key, role in goal.outcomes)
    weeks = judge_after(expectations)
    if decision.decision not in ALLOWING:
        within = _within_limit(person, regimen, goal, decision)
        return Plan(goal, person, regimen, decision, (), (), None, (), weeks, None, within)
    body, options, diet = None, [], None
    try:
        taken = as_taken(person)
        options = options_for(person, regimen, goal.goal, taken)
        best = next((one for one in options if one.chosen), None)
        if best:
            regimen = replace(regimen, times=best.times, shares=())
            decision = decide(person, regimen.elemental_mg_per_day, regimen.compound, best.times, goal.goal)
        body = simulate(taken, replace(regimen, weeks=float(weeks)), on_build=on_build)
        diet = _diet(person)
    except InputError:
        # the rules allow and the body model does not describe this person: the plan stands without figures
        options = []
    return Plan(
        goal,
        person,
        regimen,
        decision,
        _steps(regimen.elemental_mg_per_day),
        tuple(options),
        body,
        expectations,
        weeks,
        diet,
        None,
    )


def judge_after(expectations: tuple[Expectation, ...]) -> int:
    """Weeks to wait before judging: as long as the longest trial of the primary outcomes, within reason."""
    lengths = sorted(
        effect.weeks
        for item in expectations
        if item.role == "primary"
        for effect in select(item.outcome).effects
        if effect.weeks
    )
    if not lengths:
        return USUAL_TRIAL_WEEKS
    return min(LONGEST_TRIAL_WEEKS, max(SHORTEST_TRIAL_WEEKS, math.ceil(lengths[-1])))


def _steps(mg: float) -> tuple[Step, ...]:
    """About half at first, then a step a week."""
    first = min(mg, max(FIRST_MG, FIRST_MG * round(mg / 2 / FIRST_MG)))
    amounts = [first]
    while amounts[-1] < mg - 1e-9:
        amounts.append(min(mg, amounts[-1] + STEP_MG))
    return tuple(Step(week, amount) for week, amount in enumerate(amounts, 1))


def _within_limit(person: Person, regimen: Regimen, goal: Goal, decision: Decision) -> Decision | None:
    """The decision on what the limit leaves room for, where that is allowed; never on the asked amount."""
    others = sum(source["mg"] or 0.0 for source in decision.elemental_mg_per_day["other_sources"])
    room = decision.cap_mg_per_day - others
    if room <= 0 or room >= regimen.elemental_mg_per_day:
        return None
    lower = decide(person, room, regimen.compound, regimen.times, goal.goal)
    return lower if lower.decision in ALLOWING and times_of(lower) else None


def _diet(person: Person) -> Diet:
    """Food of this person and the recommended intake of the US tables at their age and sex."""
    whole, assumed = complete(person)
    assert whole.diet_mg is not None and whole.age is not None
    rows = [
        row
        for row in records("safety", "dosing")
        if row["agency"].startswith("IOM")
        and row["value_type"] == "RDA"
        and row["rda_or_ai_mg"] is not None
        and row["life_stage"] == "adult"
        and row["sex"] in ("both", whole.sex)
        and row["age_low"] is not None
        and row["age_low"] <= max(whole.age, 19)
    ]
    row = max(rows, key=lambda one: one["age_low"], default=None)
    return Diet(
        whole.diet_mg,
        any(item.name == "diet_mg" for item in assumed),
        None if row is None else row["rda_or_ai_mg"],
        "" if row is None else row["source_url"],
    )
