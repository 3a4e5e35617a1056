"""Medicines that meet magnesium: which rows hold, what they lead to, and the gaps that they ask for."""

from __future__ import annotations

from collections.abc import Iterator

from magnesim.intake import default_times
from magnesim.safety.case import Case
from magnesim.safety.decision import Reason, reason
from magnesim.safety.drugs import Drug
from magnesim.safety.rulebook import Rule, interaction_text, rule
from magnesim.safety.slots import Gap, choose, hours
from magnesim.safety.words import compared

SEPARATE = "allow_with_separation"


def interactions(case: Case) -> Iterator[Reason]:
    """Every row of every medicine, by route, salt and time; the strictest decides."""
    for drug in case.drugs:
        for found in _rules_that_hold(drug):
            if found.name in case.tags:
                continue  # the condition was said itself, and its own check tells it
            because = f"{drug.shown}: {_text(found)}"
            question = _question(drug, found)
            gap = _gap(case, drug, found)
            if gap is not None:
                because += f" Take magnesium {gap.in_words}."
                question += "" if gap.times_h else f" At what clock times do you take {drug.generic}?"
            yield reason(found, _outcome(case, drug, found), because, question.strip())


def separation(case: Case) -> Iterator[Reason]:
    """A separable medicine is only allowed where a slot exists for every portion."""
    needed = gaps(case)
    known = [gap for gap in needed if gap.times_h]
    cramped = [gap for gap in needed if not gap.leaves_room]
    if cramped or (known and choose(known, portions_asked(case), case.day) is None):
        words = "; ".join(gap.in_hours for gap in (cramped or known))
        found = rule("own:no_slot")
        yield reason(found, because=f"{found.text} Needed: {words}.")


def gaps(case: Case) -> list[Gap]:
    """The gaps that the medicines of the case ask for."""
    found = (_gap(case, drug, rule) for drug in case.drugs for rule in _rules_that_hold(drug))
    return [gap for gap in found if gap is not None]


def portions_asked(case: Case) -> tuple[float, ...]:
    """The clock times to begin from, hours: those asked for, or the usual ones for so many portions."""
    enough = len(case.times) >= case.limit.portions
    times = case.times if enough else case.day.own_hours(default_times(case.limit.portions))
    return tuple(hours(time) for time in times)


def _rules_that_hold(drug: Drug) -> list[Rule]:
    """What is rubbed in, dropped or inhaled meets no magnesium; what is injected meets none in the gut."""
    if drug.route == "local":
        return []
    found = [rule(name) for name in sorted(drug.rules)]
    return [row for row in found if drug.route == "oral" or row.routes != "oral"]


def _outcome(case: Case, drug: Drug, found: Rule) -> str:
    known = {"months": drug.months, "as_needed": float(drug.as_needed)}
    spared = found.spares(case.compound) or (found.when and compared(found.when, known) is False)
    return found.otherwise if spared else found.outcome


def _gap(case: Case, drug: Drug, found: Rule) -> Gap | None:
    if _outcome(case, drug, found) != SEPARATE:
        return None
    (row,) = found.rows
    before_h, after_h = row["separation_before_h"], row["separation_after_h"]
    return Gap(drug.generic, before_h, after_h, drug.times_h, drug.per_day)


def _text(found: Rule) -> str:
    (row,) = found.rows
    return interaction_text(row) if "drug_or_class" in row else found.text


def _question(drug: Drug, found: Rule) -> str:
    if found.when.startswith("months") and drug.months is None:
        return f"For how long have you taken {drug.generic}?"
    return drug.question
