"""When a person eats and sleeps. The same object goes to the rules, the body model and the plan.

What is not said is the usual day of `meals.csv` and `usual_day.csv`, both assumptions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from magnesim.errors import InputError
from magnesim.intake.diet import Meal, hours, is_clock_time, meals
from magnesim.intake.regimen import times_from
from magnesim.intake.tables import rows
from magnesim.units import HOURS_A_DAY, mmol_from_mg

MOST_MEALS = 6
SHORTEST_SLEEP_H, LONGEST_SLEEP_H = 2.0, 16.0
HALF_HOUR = 0.5
MEALS_EXAMPLE, SLEEP_EXAMPLE = '--meals "07:30 12:30 19:00"', "--sleep 23:00-07:00"
_MEAL = r"breakfast|lunch|dinner|supper"
_NAMED = re.compile(rf"(?<!before )(?<!after )\b(?P<name>{_MEAL}|bedtime)\b(?! (?:time )?\d)", re.I)
_CLOCK = re.compile(r"\d:\d\d|\d ?[ap]m\b|\bnoon\b|\bmidday\b", re.I)
_UNCLEAR = re.compile(rf"\b(?:before|after|between|or|until|hours?|min\w*)\b.*\b(?:{_MEAL}|bed)", re.I)


@dataclass(frozen=True)
class Day:
    """A person's day; None means not said.

    Attributes:
        meals: clock times HH:MM, in order; the first after waking is breakfast.
        sleep: clock times HH:MM at which the night's (or day's) sleep begins and ends.
    """

    meals: tuple[str, ...] | None = None
    sleep: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        if self.meals is not None and not (_are_clock_times(self.meals) and len(self.meals) <= MOST_MEALS):
            raise _not_meals(" ".join(self.meals))
        if self.sleep is not None and not _is_a_sleep(self.sleep):
            raise _not_a_sleep("-".join(self.sleep))

    def eaten(self, diet_mg: float) -> tuple[Meal, ...]:
        """Food magnesium (mg a day) as meals; three own meals share it as the usual ones, others evenly."""
        usual = meals(diet_mg)
        if self.meals is None:
            return usual
        at = self._since_waking(self.meals)
        if len(at) == len(usual):
            return tuple(
                Meal(hours(time), meal.mmol, meal.name) for time, meal in zip(at, usual, strict=True)
            )
        each = mmol_from_mg(diet_mg) / len(at)
        return tuple(Meal(hours(time), each, f"meal {place}") for place, time in enumerate(at, 1))

    def _since_waking(self, times: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(times, key=lambda time: (hours(time) - self.waking_h[0]) % HOURS_A_DAY))

    @property
    def sleeps(self) -> tuple[str, str]:
        """When sleep begins and ends: as said, else as usual."""
        (row,) = rows("usual_day")
        return self.sleep or (row["start"], row["end"])

    @property
    def waking_h(self) -> tuple[float, float]:
        """The hour of waking, and how many hours the person is awake."""
        asleep, awake = map(hours, self.sleeps)
        return awake, (asleep - awake) % HOURS_A_DAY

    def is_awake(self, time_h: float) -> bool:
        """Whether a clock hour lies in the waking day, its ends included."""
        start, span = self.waking_h
        return (time_h - start) % HOURS_A_DAY <= span

    def own_hours(self, times: tuple[str, ...]) -> tuple[str, ...]:
        """Usual clock times moved into this person's waking day, at the same part of it."""
        if self.sleep is None:
            return times
        usual_start, usual_span = Day().waking_h
        start, span = self.waking_h
        shares = [((hours(time) - usual_start) % HOURS_A_DAY) / usual_span for time in times]
        moved = {(start + round(share * span / HALF_HOUR) * HALF_HOUR) % HOURS_A_DAY for share in shares}
        return tuple(f"{int(hour):02d}:{round(60 * (hour % 1)):02d}" for hour in sorted(moved))

    def with_clock_times(self, drugs: str | None) -> str | None:
        """A list of medicines with the person's own hour behind `breakfast`, `dinner`, `bedtime`.

        Only what was said of the day counts, and only plain words: `before breakfast` stays a question.
        """
        if drugs is None:
            return None
        return ";".join(self._timed(part) for part in drugs.split(";"))

    def _timed(self, part: str) -> str:
        if _CLOCK.search(part) or _UNCLEAR.search(part):
            return part
        said = {}
        if self.meals is not None and len(self.meals) == len(meals(0.0)):
            own = self._since_waking(self.meals)
            said = {meal.name: time for meal, time in zip(meals(0.0), own, strict=True)}
            said["supper"] = said["dinner"]
        if self.sleep is not None:
            said["bedtime"] = self.sleep[0]
        if not all(match["name"].lower() in said for match in _NAMED.finditer(part)):
            return part
        return _NAMED.sub(lambda match: f"{match[0]} {said[match['name'].lower()]}", part)

    @property
    def assumed(self) -> tuple[tuple[str, str, str], ...]:
        """What was not said: name, value and why it is so, for `assumed`."""
        found = []
        if self.meals is None:
            clocks = " ".join(row["clock"] for row in rows("meals"))
            found.append(("meals", clocks, "assumption: usual hours of breakfast, lunch and dinner"))
        if self.sleep is None:
            (row,) = rows("usual_day")
            found.append(("sleep", "-".join(self.sleeps), row["derivation"]))
        return tuple(found)


def read_day(meals_text: str | None = None, sleep_text: str | None = None) -> Day:
    """A day from what stands on the command line.

    Args:
        meals_text: clock times of the meals, such as `07:30 12:30 19:00`.
        sleep_text: when sleep begins and ends, such as `23:00-07:00`.

    Raises:
        InputError: what cannot be read as clock times, more than six meals, or a sleep of less than 2 or
            more than 16 hours.
    """
    return Day(
        None if meals_text is None else _meals(meals_text), None if sleep_text is None else _sleep(sleep_text)
    )


def _meals(text: str) -> tuple[str, ...]:
    try:
        return times_from(text)
    except InputError:
        raise _not_meals(text) from None


def _sleep(text: str) -> tuple[str, str]:
    try:
        (start,), (end,) = map(times_from, re.split(r"\s*(?:[-–—]|\bto\b)\s*", text.strip()))
    except (InputError, ValueError):
        raise _not_a_sleep(text) from None
    return start, end


def _are_clock_times(times: tuple[str, ...]) -> bool:
    well_formed = all(is_clock_time(time) for time in times)
    return bool(times) and well_formed and len(set(times)) == len(times)


def _is_a_sleep(times: tuple[str, ...]) -> bool:
    if len(times) != 2 or not _are_clock_times(times):
        return False
    asleep, awake = map(hours, times)
    return SHORTEST_SLEEP_H <= (awake - asleep) % HOURS_A_DAY <= LONGEST_SLEEP_H


def _not_meals(text: str) -> InputError:
    allowed = f"1 to {MOST_MEALS} clock times HH:MM, each once, are allowed."
    return InputError(f"--meals {text}", allowed, MEALS_EXAMPLE)


def _not_a_sleep(text: str) -> InputError:
    allowed = (
        "the clock times HH:MM at which sleep begins and ends, "
        f"{SHORTEST_SLEEP_H:g} to {LONGEST_SLEEP_H:g} hours apart, are allowed."
    )
    return InputError(f"--sleep {text}", allowed, SLEEP_EXAMPLE)
