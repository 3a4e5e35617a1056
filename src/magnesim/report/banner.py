"""The one safety banner of an answer: stop, ask, or nothing to shout about."""

from __future__ import annotations

from dataclasses import dataclass

from magnesim.safety import Decision
from magnesim.safety.rulebook import HELP_NOW, LEAD


@dataclass(frozen=True)
class Line:
    """One reason or question, with the page it stands on.

    Attributes:
        gravest: it carries the decision, or is a question.
        is_question: it is asked.
    """

    text: str
    url: str | None
    gravest: bool = True
    is_question: bool = False


@dataclass(frozen=True)
class Banner:
    """What safety says first.

    Attributes:
        stop: not to be taken.
        ask: somebody has to be asked, or something told, before.
        title: the head of the banner.
        lines: one line for each reason or question.
        kind: `stop`, `ask`, `times` where only clock times have to be kept, or `none`.
    """

    stop: bool
    ask: bool
    title: str
    lines: tuple[Line, ...]
    kind: str = "none"

    @property
    def first(self) -> tuple[Line, ...]:
        """What is asked, then what carries the decision; a refusal asks nothing before it says why."""
        found = [line for line in self.lines if line.gravest]
        if self.kind == "ask":
            found.sort(key=lambda line: not line.is_question)
        return tuple(found)

    @property
    def more(self) -> tuple[Line, ...]:
        """What else applies: it may stand folded."""
        return tuple(line for line in self.lines if not line.gravest)


TITLES = {
    "refuse": "Do not take this",
    "clinician_first": "Ask a clinician first",
    "allow_with_separation": "Ask your pharmacist for the hour",
    "allow": "Nothing here speaks against it",
}


EDGES = {
    "allow": "likely_worthwhile",
    "allow_with_separation": "likely_worthwhile",
    "clinician_first": "likely_too_small",
    "refuse": "not_for_you",
}
"""Class of `style.css` that colours the edge: a question is no red light."""


def banner(decision: Decision) -> Banner:
    """The banner of a decision; questions stand after reasons."""
    reasons = [
        Line(
            without_lead(reason.because), _first_url(reason.source_url), reason.severity == decision.decision
        )
        for reason in decision.reasons
        if reason.severity != "allow"
    ]
    questions = [Line(question, None, is_question=True) for question in decision.questions]
    return Banner(
        decision.decision == "refuse",
        decision.decision in ("clinician_first", "allow_with_separation") or bool(questions),
        _title(decision),
        tuple(reasons + questions),
        _kind(decision),
    )


def _title(decision: Decision) -> str:
    """The head: for a gap the clock times that keep it."""
    times = list(dict.fromkeys(intake.time for intake in decision.schedule))
    if decision.decision == "allow_with_separation" and times and all(times):
        return f"Take magnesium at {' and '.join(map(str, times))} only"
    return TITLES[decision.decision]


def _kind(decision: Decision) -> str:
    if decision.decision == "refuse":
        return "stop"
    if decision.decision == "clinician_first" or decision.questions:
        return "ask"
    return "times" if decision.decision == "allow_with_separation" else "none"


def without_lead(because: str) -> str:
    """A reason without the words that the head of the banner says already; a call for help stays."""
    for lead in LEAD.values():
        if because.startswith(f"{lead}: ") and not because.startswith(HELP_NOW):
            rest = because[len(lead) + 2 :]
            return f"{rest[0].upper()}{rest[1:]}"
    return because


def _first_url(text: str | None) -> str | None:
    """The first address of a cell that may hold several, or None where there is none that opens."""
    first = (text or "").split(" ")[0].rstrip(";")
    return first if first.startswith(("http://", "https://")) else None
