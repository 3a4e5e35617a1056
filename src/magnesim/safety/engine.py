"""The first safety gate: reads the case, runs every check, takes the strictest answer, fails closed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from magnesim.intake import Day
from magnesim.people import Person
from magnesim.safety import checks
from magnesim.safety.case import Case, read_case
from magnesim.safety.decision import Decision, Intake, Reason, with_help_first
from magnesim.safety.interactions import gaps, portions_asked
from magnesim.safety.rulebook import OUTCOMES, rule
from magnesim.safety.slots import choose, clock
from magnesim.safety.tables import rows

_log = logging.getLogger(__name__)
ALLOWING = OUTCOMES[:2]
ASK_FOR_THE_HOUR = "the hour is open, so ask your pharmacist for it"
NO_SELF_CARE_DOSE = ("redflags:laboratory_value_given_without_a_unit",)
"""Rules under which no dose can be named at all, although a clinician may still decide."""


def decide(
    person: Person,
    elemental_mg_per_day: float | None,
    compound: str | None,
    times: Iterable[str] = (),
    goal: str | None = None,
    day: Day | None = None,
    product: str | None = None,
) -> Decision:
    """Whether this person may take this dose on their own, and if so at what times of the day.

    Args:
        person: as given; what is not said is never filled in.
        elemental_mg_per_day: elemental magnesium asked for, mg a day in all; None where not clear.
        compound: the salt as written; None where not said.
        times: clock times HH:MM asked for.
        goal: what it is for, in plain words or a name of a goal.
        day: when the person eats and sleeps, where they said so.
        product: what is taken, in the person's words, for rules on what else it holds.

    Returns:
        The decision. An error inside a rule refuses: nothing is allowed that was not fully checked.
    """
    try:
        case = read_case(person, elemental_mg_per_day, compound, tuple(times), goal, day, product)
    except Exception:
        _log.debug("a decision failed", exc_info=True)
        return _failed(person, elemental_mg_per_day)
    reasons = _reasons(case)
    try:
        return _decision(case, reasons)
    except Exception:
        _log.debug("a decision failed", exc_info=True)
        return _failed(person, elemental_mg_per_day)


def _reasons(case: Case) -> list[Reason]:
    """Everything that the checks find, the gravest first; a check that fails is itself a reason to refuse."""
    found: list[Reason] = []
    for check in checks.CHECKS:
        try:
            found += check(case)
        except Exception:
            _log.debug("the check %s failed", check.__name__, exc_info=True)
            found.append(_failure())
    return sorted(found, key=lambda reason: (-OUTCOMES.index(reason.severity), reason.rule, reason.because))


def _failure() -> Reason:
    failed = rule("own:engine_failed")
    return Reason(failed.name, failed.outcome, failed.text)


def _failed(person: Person, asked: float | None) -> Decision:
    amounts: dict[str, Any] = {"asked": asked, "other_sources": [], "total": asked}
    return Decision("refuse", 0.0, amounts, (_failure(),))


def _decision(case: Case, reasons: list[Reason]) -> Decision:
    outcome = max((reason.severity for reason in reasons), key=OUTCOMES.index, default="allow")
    allowed = outcome in ALLOWING
    return Decision(
        decision=outcome,
        cap_mg_per_day=_cap(case, outcome, reasons),
        elemental_mg_per_day={
            "asked": case.asked_mg,
            "other_sources": [{"source": source.source, "mg": source.mg} for source in case.other_sources],
            "total": case.total_mg,
        },
        reasons=_each_once(reasons),
        schedule=_schedule(case) if allowed else (),
        titration=_advice("titration", case) if allowed else (),
        monitor=_advice("monitor", case) if allowed else (),
        stop_if=_advice("stop_if", case) if allowed else (),
        questions=tuple(sorted({reason.question for reason in reasons if reason.question})),
    )


def _each_once(reasons: list[Reason]) -> tuple[Reason, ...]:
    """Reasons that differ only in their question are one; help stands first, and once."""
    once = {(reason.rule, reason.severity, reason.because): reason for reason in reasons}
    return tuple(with_help_first(list(once.values())))


def _cap(case: Case, outcome: str, reasons: list[Reason]) -> float:
    if outcome == "refuse" or any(reason.rule in NO_SELF_CARE_DOSE for reason in reasons):
        return 0.0
    return case.limit.mg


def _schedule(case: Case) -> tuple[Intake, ...]:
    """The portions of the day at times that keep every gap; no times where a medicine's are not known."""
    assert case.asked_mg is not None
    what = f"magnesium {case.compound}" if case.compound else "magnesium"
    needed = gaps(case)
    wanted = portions_asked(case)
    mg = case.asked_mg / len(wanted)
    words = ", ".join([what, *dict.fromkeys(gap.in_words for gap in needed)])
    untimed = [gap for gap in needed if not gap.times_h]
    if untimed:
        never = " and ".join(dict.fromkeys(gap.never_in_words for gap in untimed))
        return tuple(Intake(None, f"{words}; {ASK_FOR_THE_HOUR}, {never}", mg) for _ in wanted)
    times = choose(needed, wanted, case.day)
    if times is None:
        raise RuntimeError("a plan without a slot was allowed")
    return tuple(Intake(clock(time), words, mg) for time in times)


def _advice(kind: str, case: Case) -> tuple[str, ...]:
    """Lines of `advice.csv` that hold always, or for a tag of the case."""
    return tuple(
        row["text"]
        for row in rows("advice")
        if row["kind"] == kind and (not row["for"] or row["for"] in case.tags)
    )
