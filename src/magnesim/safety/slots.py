"""Clock times at which magnesium keeps every gap to the medicines of the day.

A medicine at t_i with a gap `before` must lie so many hours before magnesium, and with a gap `after` so
many hours after it: magnesium may go at t when t - t_i >= before and t_i - t >= after, on the 24 h circle.
"""

from __future__ import annotations

from dataclasses import dataclass

from magnesim.intake import Day

DAY_H = 24.0
STEP_H = 0.5
"""Slots are offered at full and half hours."""


@dataclass(frozen=True)
class Gap:
    """A medicine and the hours that part it from magnesium.

    Attributes:
        drug: the name to show.
        before_h: the medicine at least so long before magnesium.
        after_h: the medicine at least so long after magnesium.
        times_h: its clock times, hours; empty where not known.
        per_day: how often a day, where known.
    """

    drug: str
    before_h: float
    after_h: float
    times_h: tuple[float, ...] = ()
    per_day: int | None = None

    def allows(self, time_h: float) -> bool:
        """Whether magnesium at this time keeps the gap to every known time of the medicine."""
        return all(
            (time_h - at) % DAY_H >= self.before_h and (at - time_h) % DAY_H >= self.after_h
            for at in self.times_h
        )

    @property
    def leaves_room(self) -> bool:
        """Whether any slot can exist; evenly spread times are the most favourable to magnesium."""
        return self.before_h + self.after_h <= DAY_H / (self.per_day or 1)

    @property
    def windows(self) -> tuple[tuple[float, float], ...]:
        """From when to when magnesium keeps the gap, hours on the clock; none without known times."""
        found = []
        for place, at in enumerate(self.times_h):
            following = self.times_h[(place + 1) % len(self.times_h)]
            span = (following - at) % DAY_H or DAY_H
            if self.before_h + self.after_h <= span:
                found.append(((at + self.before_h) % DAY_H, (following - self.after_h) % DAY_H))
        return tuple(found)

    @property
    def in_words(self) -> str:
        """The gap as a person keeps it: by the clock where the medicine's times are known."""
        if not self.windows or not self.before_h + self.after_h:
            return self.in_hours
        free = " or ".join(f"between {clock(start)} and {clock(end)}" for start, end in self.windows)
        return f"{free}, as {self.drug} is at {' and '.join(map(clock, self.times_h))}"

    @property
    def in_hours(self) -> str:
        """The gap without the clock."""
        return f"{self.before_h:g} h or more after {self.drug} and {self.after_h:g} h or more before it"

    @property
    def never_in_words(self) -> str:
        """The hours at which magnesium must not be taken, where the medicine has no clock time yet."""
        return f"not within {self.after_h:g} h before {self.drug} or {self.before_h:g} h after it"


def free_times(gaps: list[Gap], day: Day | None = None) -> list[float]:
    """Every half hour of the waking day at which magnesium keeps all gaps: nobody is woken for it."""
    grid = (step * STEP_H for step in range(int(DAY_H / STEP_H)))
    waking = (time for time in grid if (day or Day()).is_awake(time))
    return [time for time in waking if all(gap.allows(time) for gap in gaps)]


def choose(gaps: list[Gap], wanted_h: tuple[float, ...], day: Day | None = None) -> tuple[float, ...] | None:
    """For each wanted time itself where it keeps the gaps, else the nearest free half hour not yet used.

    A wanted time at night counts, unless the person told when they sleep and it lies therein.

    Returns:
        As many times as wanted, in order; None where there are not so many.
    """
    free = free_times(gaps, day)
    sleeps = day is not None and day.sleep is not None
    chosen: list[float] = []
    for wanted in wanted_h:
        awake = not sleeps or (day is not None and day.is_awake(wanted))
        if awake and all(gap.allows(wanted) for gap in gaps) and wanted not in chosen:
            chosen.append(wanted)
            continue
        left = [time for time in free if time not in chosen]
        if not left:
            return None
        chosen.append(min(left, key=lambda time: (_apart(time, wanted), time)))
    return tuple(sorted(chosen))


def _apart(one: float, other: float) -> float:
    distance = abs(one - other) % DAY_H
    return min(distance, DAY_H - distance)


def clock(time_h: float) -> str:
    """Hours as HH:MM."""
    minutes = round(time_h * 60) % (24 * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def hours(time: str) -> float:
    """HH:MM as hours."""
    hour, minute = time.split(":")
    return int(hour) + int(minute) / 60
