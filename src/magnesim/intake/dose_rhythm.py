"""How often a dose is taken, when, how many at a time, and whether with food, as a text says it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from magnesim.intake.dose_parts import Part
from magnesim.intake.tables import rows

MOST_INTAKES = 12
"""More intakes a day than this is a slip of the pen."""


@dataclass(frozen=True)
class Rhythm:
    """How often a part is taken.

    Attributes:
        intakes: intakes a day.
        times: clock times HH:MM in order; empty where not said.
        whole_day: the stated amount is that of the whole day, split over the intakes.
        is_said: the text says how much is meant, a day or each time; if not, once a day is assumed.
        intakes_said: the text says how many intakes there are, not just `a day`.
        with_meal: with food, without, or not said.
    """

    intakes: int
    times: tuple[str, ...]
    whole_day: bool
    is_said: bool
    intakes_said: bool
    with_meal: bool | None


def rhythm_of(part: Part) -> Rhythm:
    """Intakes a day from frequencies, clock times and times of day, which must not contradict each other.

    Raises:
        UnclearError: said in two ways, or an amount may be for the whole day or for each time.
    """
    times = _times(part)
    numbers = {token.number for token in part.all("frequency", "each_meal", "portions")}
    numbers |= {float(len(times))} if times else set()
    if len(numbers) > 1:
        raise part.unclear("how many times a day is it taken? The text says it in two ways.")
    intakes = numbers.pop() if numbers else 1.0
    if not intakes.is_integer() or not 1 <= intakes <= MOST_INTAKES:
        raise part.unclear(f"how many times a day is it taken, as a whole number from 1 to {MOST_INTAKES}?")
    intakes_said = part.has("frequency", "each_meal", "portions", "clock", "time_of_day")
    # "in total" belongs to the day only where a day is named: "400 mg in total twice a day" may be 800 mg.
    whole_day = part.has("portions") or (part.has("total") and part.has("per_day"))
    if part.has("per_day", "total") and intakes > 1 and not whole_day:
        raise part.unclear("is the amount for the whole day (write: a day in total), or for each time?")
    if part.has("meals") and not intakes_said:
        raise part.unclear("with how many meals a day is it taken?")
    is_said = intakes_said or part.has("per_day", "total")
    return Rhythm(int(intakes), times, whole_day, is_said, intakes_said, _with_meal(part))


def _times(part: Part) -> tuple[str, ...]:
    """Clock times, as said or as the times of day that are named stand for."""
    clocks = sorted({token.name for token in part.all("clock")})
    named = sorted(_times_of_day(part))
    doubled = len(clocks) < len(part.all("clock"))
    if doubled or (clocks and named and len(clocks) != len(named)):
        raise part.unclear("how many times a day is it taken? The text says it in two ways.")
    if part.has("each_meal"):
        return tuple(row["clock"] for row in rows("meals"))
    return tuple(clocks or named)


def _times_of_day(part: Part) -> list[str]:
    """Clock times of the parts of the day that are named; `evening` and `dinner` are one part of the day."""
    table = _clock_of_time_of_day()
    groups: dict[str, str] = {}
    for token in part.all("time_of_day"):
        group, clock, is_meal = table[token.name]
        if group not in groups or is_meal:
            groups[group] = clock
    return list(groups.values())


@cache
def _clock_of_time_of_day() -> dict[str, tuple[str, str, bool]]:
    """Part of the day, clock time HH:MM, and whether it is a meal, by name."""
    meal_clocks = {row["name"]: row["clock"] for row in rows("meals")}
    return {
        row["name"]: (row["group"], row["clock"] or meal_clocks[row["name"]], row["is_meal"] == "yes")
        for row in rows("times_of_day")
    }


def _with_meal(part: Part) -> bool | None:
    answers = {token.name == "yes" for token in part.all("meal")}
    if part.has("meals", "each_meal"):
        answers.add(True)
    if len(answers) > 1:
        raise part.unclear("is it taken with food or without?")
    return answers.pop() if answers else None


def count_of(part: Part, amount_is_of_one: bool) -> float:
    """How many tablets, capsules or portions of the stated amount are taken at once.

    Args:
        part: the part.
        amount_is_of_one: a label says that the amount is what one of them holds.

    Raises:
        UnclearError: the amount may be that of one or of all together.
    """
    counts = part.all("count")
    several = {token.number for token in counts} - {1.0}
    if len(several) > 1:
        raise part.unclear("how many are taken at a time? The text gives two numbers.")
    if not several:
        return 1.0
    count = several.pop()
    # What one serving holds is not what one capsule holds: a serving is often two of them.
    counted = {token.name for token in counts if token.number == count} | {""}
    singles = part.all("each", "container") + [token for token in counts if token.number == 1.0]
    if not (amount_is_of_one or any(token.name in counted or counted == {""} for token in singles)):
        amount = part.all("amount")[0].text
        raise part.unclear(f"is {amount} in each one, or in {count:g} together?")
    return count
