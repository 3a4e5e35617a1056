"""What would change the answer: another salt, half the dose, parted, or another diet.

The body model says what each does to uptake, serum and loose stools, in the middle of what is believed. The
trials say whether any of it ever showed in the goal; what the model says of the body promises nothing there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from magnesim.effects import Goal
from magnesim.effects.models import FEWEST_TO_CHOOSE, Score, scores
from magnesim.evidence import findings, outcome
from magnesim.exposure import Outline, outline, outlines
from magnesim.figures import mid_sentence
from magnesim.intake import Day, Regimen
from magnesim.people import Person, complete, population_values
from magnesim.plan.options import stools_are_known
from magnesim.units import mg_from_mmol

OTHER_SALTS = ("citrate", "oxide")
"""The two salts that human studies compared most."""
TWICE = ("08:00", "20:00")


@dataclass(frozen=True)
class Alternative:
    """One thing that could be otherwise.

    Attributes:
        what: in words; the first of a list is the regimen as asked.
        kind: `asked`, `salt`, `dose`, `portions` or `diet`.
        taken_up_mg: elemental mg a day more than without, net.
        serum_change_mmol_l: change of the mean of the day.
        loose_stool: share of people with loose stools; None where nothing tells.
    """

    what: str
    kind: str
    taken_up_mg: float
    serum_change_mmol_l: float
    loose_stool: float | None

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return dict(vars(self))


def alternatives(person: Person, regimen: Regimen, day: Day | None = None) -> list[Alternative]:
    """The regimen as asked, then each alternative that differs from it, by the middle of the body model.

    Args:
        person: as the body model reads them.
        regimen: one that takes something.
        day: when the person eats and sleeps.

    Raises:
        InputError: as `simulate`.
    """
    if not regimen.times:
        return []
    others = list(_other_regimens(regimen))
    found = outlines(person, [other for _, _, other in others], day)
    same_food = [_of(body, what, kind) for (what, kind, _), body in zip(others, found, strict=True)]
    return [*same_food, *_other_food(person, regimen, day)]


def _other_regimens(regimen: Regimen) -> Iterator[tuple[str, str, Regimen]]:
    """What else could be taken: words, kind and regimen; as asked first."""
    mg = regimen.elemental_mg_per_day
    yield f"as asked: {mg:g} mg of {regimen.compound}", "asked", regimen
    for compound in OTHER_SALTS:
        if compound != regimen.compound:
            yield f"as {compound}", "salt", replace(regimen, compound=compound)
    yield f"half the dose, {mg / 2:g} mg", "dose", replace(regimen, elemental_mg_per_day=mg / 2)
    if len(regimen.times) == 1:
        yield "in two portions", "portions", replace(regimen, times=TWICE, shares=())


def _other_food(person: Person, regimen: Regimen, day: Day | None) -> Iterator[Alternative]:
    """The same regimen on food with little and with much magnesium."""
    whole, _ = complete(person)
    eaten = population_values()[f"diet_mg_{whole.sex}"]
    for word, limit in (("little", float(eaten["low"])), ("much", float(eaten["high"]))):
        what = f"on food with {word} magnesium, {limit:g} mg a day"
        yield _of(outline(replace(person, diet_mg=limit), regimen, day), what, "diet")


def _of(found: Outline, what: str, kind: str) -> Alternative:
    change = found.change
    stool = found.loose_stool.probability if found.loose_stool else None
    if not stools_are_known(found.regimen.compound):
        stool = None
    return Alternative(what, kind, mg_from_mmol(change.absorbed_mmol_d), change.serum_mmol_l, stool)


def trials_on_alternatives(goal: Goal) -> list[str]:
    """What the trials of a goal say of dose, salt and a low level at the start, a sentence each."""
    scored = {key: scores(outcome(key)) for key in goal.with_role("primary")}
    return [
        _covariate_words(scored, "dose_mg_d", "Dose", "a larger dose went with a larger effect"),
        _salt_words(goal),
        _covariate_words(scored, "status", "Level at the start", "people low in magnesium gained more"),
    ]


def _covariate_words(scored: dict[str, list[Score]], model: str, name: str, if_so: str) -> str:
    """Whether something went with the effect, by how well trials are foreseen from each other."""
    trials, wins, key = max(_standing(key, found, model) for key, found in scored.items())
    label = mid_sentence(outcome(key).label)
    if trials < FEWEST_TO_CHOOSE:
        return f"{name}: too few trials of {label} print figures to tell whether it matters."
    if wins:
        return f"{name}: in {trials} trials of {label} {if_so}."
    return f"{name}: in {trials} trials of {label} it did not foresee the effect."


def _standing(key: str, scored: list[Score], model: str) -> tuple[int, bool, str]:
    """Trials that a model has for an outcome, and whether predictions use it."""
    found = next((one for one in scored if one.model == model), None)
    return (found.trials, found.wins, key) if found else (0, False, key)


def _salt_words(goal: Goal) -> str:
    """Which studies set two salts side by side on this goal."""
    compared = {
        found.study_id
        for key in goal.with_role("primary", "secondary")
        for found in findings(key)
        if found.kind in ("between_arms", "silent_null") and len(set(found.compounds)) > 1
    }
    if not compared:
        return "Salt: no controlled trial in our tables set two salts side by side on this."
    names = ", ".join(sorted(compared))
    return f"Salt: {len(compared)} in our tables set salts side by side ({names})."
