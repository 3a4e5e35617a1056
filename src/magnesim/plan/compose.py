"""One plan from safety, body and trials: the rules decide first, and nothing is planned that they refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from magnesim.data import records
from magnesim.effects import Expectation, Goal, expect
from magnesim.errors import InputError
from magnesim.exposure import Simulation, simulate
from magnesim.intake import Day, Regimen
from magnesim.people import Assumed, Person, complete
from magnesim.plan.by_week import ByWeek, by_week, look_back_after, outcome_weeks
from magnesim.plan.options import ALLOWING, Option, times_of, ways_to_take
from magnesim.safety import Decision, as_taken, decide

FIRST_MG, STEP_MG = 50.0, 100.0
"""Begun with half, rounded to the first, and raised by the second a week: assumptions."""


@dataclass(frozen=True)
class Step:
    """One step of the way up: from the start of a week, elemental mg a day."""

    week: int
    elemental_mg_per_day: float


@dataclass(frozen=True)
class Food:
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
        options: ways to part the amount, the best marked; empty where nothing is allowed.
        salts: the same amount at the named times as other salts; empty where nothing is allowed.
        body: what the regimen does in the body; None where nothing is allowed or nothing can be simulated.
        expectations: what trials let expect for the goal.
        by_week: what to expect by which week, and when to look back and stop if nothing helped.
        diet: what food gives.
        day: when the person eats and sleeps.
        assumed: what was not said and stands in for it.
        within_limit: a plan below the limit, where only the asked amount stands against it.
    """

    goal: Goal
    person: Person
    regimen: Regimen
    decision: Decision
    steps: tuple[Step, ...]
    options: tuple[Option, ...]
    salts: tuple[Option, ...]
    body: Simulation | None
    expectations: tuple[Expectation, ...]
    by_week: ByWeek
    diet: Food | None
    day: Day
    assumed: tuple[Assumed, ...]
    within_limit: Decision | None

    @property
    def allowed(self) -> bool:
        """Whether the asked dose may be taken without seeing anybody first."""
        return self.decision.decision in ALLOWING

    @property
    def judge_after_weeks(self) -> int:
        """When to look whether it helped."""
        return self.by_week.look_back_week

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
            "other_salts": [option.to_json() for option in self.salts],
            "effects": [item.to_json() for item in self.expectations] if self.allowed else [],
            "by_week": self.by_week.to_json() if self.allowed else None,
            "judge_after_weeks": self.judge_after_weeks if self.allowed else None,
            "diet": asdict(self.diet) if self.diet else None,
            "day": {name: list(at) if at else None for name, at in vars(self.day).items()},
            "assumed": [vars(item) for item in self.assumed],
            "within_limit_plan": self.within_limit.to_json() if self.within_limit else None,
        }


def plan(
    person: Person,
    regimen: Regimen,
    goal: Goal,
    *,
    day: Day | None = None,
    product: str | None = None,
    in_body: bool = True,
    on_build: Callable[[], None] | None = None,
) -> Plan:
    """A plan for this person, or why there is none.

    Args:
        person: as given; what is not said is never filled in for the rules.
        regimen: salt, elemental mg a day, times.
        goal: what it is for.
        day: when the person eats and sleeps; what is not said is assumed and listed.
        product: what is taken, in the person's words, for rules on what else it holds.
        in_body: whether the body model weighs ways to take it; without, the times stay as asked for.
        on_build: called once if the body model has to be compiled first.
    """
    day = day or Day()
    asked = _Asked(person, regimen, goal, day, product)
    expectations = tuple(expect(key, role, regimen.compound) for key, role in goal.outcomes)
    weeks = outcome_weeks(expectations)
    look_back = look_back_after(weeks)
    decision = asked.decision()
    allowed = decision.decision in ALLOWING
    found = _Found(regimen, diet=_food(person) if allowed else None)
    if allowed and in_body:
        found = _in_the_body(asked, found, float(look_back), on_build)
    if found.regimen.times != regimen.times:
        decision = replace(asked, regimen=found.regimen).decision()
    return Plan(
        goal,
        person,
        found.regimen,
        decision,
        _steps(regimen.elemental_mg_per_day) if allowed else (),
        tuple(found.options),
        tuple(found.salts),
        found.body,
        expectations,
        by_week(found.body, weeks, look_back),
        found.diet,
        day,
        (*(found.body.assumed if found.body else ()), *_assumed_day(day)),
        None if allowed else _within_limit(asked, decision),
    )


@dataclass(frozen=True)
class _Asked:
    """Everything that the rules look at."""

    person: Person
    regimen: Regimen
    goal: Goal
    day: Day
    product: str | None

    def decision(self, mg: float | None = None) -> Decision:
        """What the rules say of the regimen, or of another amount of it."""
        amount = self.regimen.elemental_mg_per_day if mg is None else mg
        return decide(
            self.person,
            amount,
            self.regimen.compound,
            self.regimen.times,
            self.goal.goal,
            self.day,
            self.product,
        )


@dataclass
class _Found:
    """What the body model says of an allowed regimen."""

    regimen: Regimen
    options: list[Option] = field(default_factory=list)
    salts: list[Option] = field(default_factory=list)
    body: Simulation | None = None
    diet: Food | None = None


def _in_the_body(asked: _Asked, known: _Found, weeks: float, on_build: Callable[[], None] | None) -> _Found:
    """Ways to take the amount, and the named one in the body; nothing for people it does not describe."""
    person, goal, day = asked.person, asked.goal.goal, asked.day
    try:
        taken = as_taken(person)
        lasting = replace(asked.regimen, weeks=weeks)
        options, salts = ways_to_take(person, lasting, goal, taken, day)
        best = next((one for one in options if one.chosen), None)
        named = replace(lasting, times=best.times, shares=()) if best else lasting
        body = simulate(taken, named, day=day, on_build=on_build)
    except InputError:
        # the rules allow and the body model does not describe this person: the plan stands without figures
        return known
    regimen = replace(named, weeks=asked.regimen.weeks)
    return replace(known, regimen=regimen, options=options, salts=salts, body=body)


def _assumed_day(day: Day) -> tuple[Assumed, ...]:
    return tuple(Assumed(name, value, "", why) for name, value, why in day.assumed)


def _steps(mg: float) -> tuple[Step, ...]:
    """About half at first, then a step a week."""
    first = min(mg, max(FIRST_MG, FIRST_MG * round(mg / 2 / FIRST_MG)))
    amounts = [first]
    while amounts[-1] < mg - 1e-9:
        amounts.append(min(mg, amounts[-1] + STEP_MG))
    return tuple(Step(week, amount) for week, amount in enumerate(amounts, 1))


def _within_limit(asked: _Asked, decision: Decision) -> Decision | None:
    """The decision on what the limit leaves room for, where that is allowed; never on the asked amount."""
    others = sum(source["mg"] or 0.0 for source in decision.elemental_mg_per_day["other_sources"])
    room = decision.cap_mg_per_day - others
    if room <= 0 or room >= asked.regimen.elemental_mg_per_day:
        return None
    lower = asked.decision(room)
    return lower if lower.decision in ALLOWING and times_of(lower) else None


def _food(person: Person) -> Food | None:
    """Food of an adult, and the recommended intake of the US tables at their age and sex."""
    try:
        whole, assumed = complete(person)
    except InputError:
        return None
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
    return Food(
        whole.diet_mg,
        any(item.name == "diet_mg" for item in assumed),
        None if row is None else row["rda_or_ai_mg"],
        "" if row is None else row["source_url"],
    )
