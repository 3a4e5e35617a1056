"""What a safety decision says; the keys of its JSON are the contract of `magnesim plan`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from magnesim.safety.rulebook import HELP_NOW, LEAD, Rule


@dataclass(frozen=True)
class Reason:
    """A rule that applies.

    Attributes:
        rule: its name, for `rule(name)` and `magnesim why`.
        severity: the decision that this reason alone would lead to.
        because: plain words for the person.
        source_url: the addresses that carry the rule; empty where it is ours.
        question: what to ask, or empty.
        help: what to do at once where it refuses because of an emergency; else empty.
    """

    rule: str
    severity: str
    because: str
    source_url: str = ""
    question: str = ""
    help: str = ""

    def to_json(self) -> dict[str, str]:
        """The four keys of the contract."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "because": self.because,
            "source_url": self.source_url,
        }


def reason(
    found: Rule, outcome: str | None = None, because: str = "", question: str = "", source_url: str = ""
) -> Reason:
    """The rule as a reason, with its own outcome and text where no others are given."""
    severity, question = outcome or found.outcome, question or found.question
    address = source_url or found.source_url
    if severity == "refuse" and found.help:
        text = because or found.finding
        return Reason(found.name, severity, f"{text[0].upper()}{text[1:]}", address, question, found.help)
    return Reason(found.name, severity, f"{LEAD[severity]}: {because or found.text}", address, question)


def with_help_first(reasons: list[Reason]) -> list[Reason]:
    """Emergencies first, and what to do about all of them once, in the first."""
    urgent = [reason for reason in reasons if reason.help]
    if not urgent:
        return reasons
    actions = "; ".join(dict.fromkeys(reason.help for reason in urgent))
    first = replace(urgent[0], because=f"{HELP_NOW}: {actions}. {urgent[0].because}")
    return [first, *urgent[1:], *(reason for reason in reasons if not reason.help)]


@dataclass(frozen=True)
class Intake:
    """One portion of a plan; `time` is None where the times of the medicines are not known."""

    time: str | None
    take: str
    elemental_mg: float


@dataclass(frozen=True)
class Decision:
    """A safety decision with everything that led to it. It informs and does not replace a clinician.

    Attributes:
        decision: `allow`, `allow_with_separation`, `clinician_first` or `refuse`.
        cap_mg_per_day: the limit in force for magnesium outside food, mg; 0 where no dose can be named.
        elemental_mg_per_day: `asked`, `other_sources` (each with `source` and `mg`) and `total`, mg.
        reasons: every rule that applies, the gravest first.
        schedule: the portions of the day; empty unless the decision allows.
        titration: how to start.
        monitor: what to watch.
        stop_if: when to stop.
        questions: what is still to be answered.
    """

    decision: str
    cap_mg_per_day: float
    elemental_mg_per_day: dict[str, Any]
    reasons: tuple[Reason, ...]
    schedule: tuple[Intake, ...] = ()
    titration: tuple[str, ...] = ()
    monitor: tuple[str, ...] = ()
    stop_if: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The decision as plain data with the keys of the contract, in its order."""
        return {
            "decision": self.decision,
            "cap_mg_per_day": self.cap_mg_per_day,
            "elemental_mg_per_day": self.elemental_mg_per_day,
            "reasons": [reason.to_json() for reason in self.reasons],
            "schedule": [asdict(intake) for intake in self.schedule],
            "titration": list(self.titration),
            "monitor": list(self.monitor),
            "stop_if": list(self.stop_if),
            "questions": list(self.questions),
        }
