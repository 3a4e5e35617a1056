"""The one safety banner of an answer: stop, ask, or nothing to shout about."""

from __future__ import annotations

from dataclasses import dataclass

from magnesim.safety import Decision


@dataclass(frozen=True)
class Line:
    """One reason or question, with the page it stands on."""

    text: str
    url: str | None


@dataclass(frozen=True)
class Banner:
    """What safety says first.

    Attributes:
        stop: not to be taken.
        ask: somebody has to be asked, or something told, before.
        title: the head of the banner.
        lines: one line for each reason or question.
    """

    stop: bool
    ask: bool
    title: str
    lines: tuple[Line, ...]


TITLES = {
    "refuse": "Do not take this",
    "clinician_first": "Ask a clinician first",
    "allow_with_separation": "Keep it apart from your medicine",
    "allow": "Nothing here speaks against it",
}


def banner(decision: Decision) -> Banner:
    """The banner of a decision; questions stand after reasons."""
    reasons = [
        Line(reason.because, _first_url(reason.source_url))
        for reason in decision.reasons
        if reason.severity != "allow"
    ]
    questions = [Line(question, None) for question in decision.questions]
    return Banner(
        decision.decision == "refuse",
        decision.decision in ("clinician_first", "allow_with_separation") or bool(questions),
        TITLES[decision.decision],
        tuple(reasons + questions),
    )


def _first_url(text: str | None) -> str | None:
    """The first address of a cell that may hold several, or None where there is none that opens."""
    first = (text or "").split(" ")[0].rstrip(";")
    return first if first.startswith(("http://", "https://")) else None
