"""A plan as a calendar file (RFC 5545): every portion at its clock time, to the day of judging."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta

from magnesim.errors import InputError
from magnesim.plan.compose import Plan
from magnesim.safety.slots import hours

EXAMPLE = "--start 2026-12-01"
DISCLAIMER = "It informs and does not replace a clinician."


def calendar_of(plan: Plan, start: str | None = None) -> bytes:
    """The calendar of a plan that is allowed.

    Args:
        plan: from `plan`.
        start: first day, YYYY-MM-DD; None for today.

    Raises:
        InputError: a day that is none, or a plan without clock times.
    """
    from icalendar import Alarm, Calendar, Event

    first = _day(start)
    timed = [intake for intake in plan.decision.schedule if intake.time]
    if not plan.allowed or not timed:
        raise InputError(
            "--calendar", "there is a calendar only where a plan with clock times is allowed.", EXAMPLE
        )
    calendar = Calendar()
    calendar.add("prodid", "-//magnesim//plan//EN")
    calendar.add("version", "2.0")
    last = plan.judge_after_weeks * 7
    for place, step in enumerate(plan.steps):
        begin = 7 * (step.week - 1)
        end = 7 * (plan.steps[place + 1].week - 1) if place + 1 < len(plan.steps) else last
        if begin >= last:
            continue
        for intake in timed:
            assert intake.time is not None
            mg = step.elemental_mg_per_day / len(timed)
            at = datetime.combine(first + timedelta(days=begin), _clock(intake.time))
            event = Event()
            event.add("uid", _uid(plan, f"{step.week} {intake.time}"))
            event.add("dtstamp", datetime.combine(first, time(), UTC))
            event.add("dtstart", at)
            event.add("duration", timedelta(minutes=5))
            event.add("rrule", {"freq": "daily", "count": min(end, last) - begin})
            event.add("summary", f"{mg:g} mg magnesium ({plan.regimen.compound})")
            event.add("description", f"{intake.take}. {DISCLAIMER}")
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("trigger", timedelta())
            alarm.add("description", f"{mg:g} mg magnesium")
            event.add_component(alarm)
            calendar.add_component(event)
    judge = Event()
    judge.add("uid", _uid(plan, "judge"))
    judge.add("dtstamp", datetime.combine(first, time(), UTC))
    judge.add("dtstart", first + timedelta(days=last))
    judge.add("summary", "Has magnesium helped? If not, stop.")
    judge.add("description", DISCLAIMER)
    calendar.add_component(judge)
    whole: bytes = calendar.to_ical()
    return whole


def _day(start: str | None) -> date:
    if start is None:
        return datetime.now().date()
    try:
        return date.fromisoformat(start)
    except ValueError:
        raise InputError(f"--start {start}", "a day as YYYY-MM-DD is allowed.", EXAMPLE) from None


def _clock(text: str) -> time:
    at = hours(text)
    return time(int(at), round(60 * (at - int(at))))


def _uid(plan: Plan, what: str) -> str:
    """The same for the same plan, so that a calendar read twice holds nothing twice."""
    said = f"{plan.goal.goal} {plan.regimen.compound} {plan.regimen.elemental_mg_per_day:g} {what}"
    return f"{hashlib.sha256(said.encode()).hexdigest()[:24]}@magnesim"
