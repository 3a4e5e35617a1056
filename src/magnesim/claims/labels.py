"""The words in which a claim is described: its kind, topic, form, direction, strength, source and verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

KINDS = (
    "not_a_claim", "promotional", "advice", "citation", "safety", "dose", "form", "status", "mechanism",
    "effect",
)  # fmt: skip
DIRECTIONS = ("improves", "worsens", "increases", "decreases", "no_effect", "unclear")
STRENGTHS = ("asserted", "hedged", "negated")
PROBLEMS = (
    "none", "no_citation", "insufficient_detail", "not_found", "wrong_species", "wrong_design", "wrong_topic",
    "overstated",
)  # fmt: skip
VERDICTS = (
    "supported", "supported_low_certainty", "mixed", "mechanism_only", "insufficient", "not_supported",
    "refuted", "unsafe", "promotional", "not_checkable",
)  # fmt: skip


@dataclass(frozen=True)
class Labels:
    """What a stretch of text says, before anything is judged.

    Attributes:
        kind, topic, form, direction, strength: as in `KINDS`, `topics.csv`, the compounds, `DIRECTIONS` and
            `STRENGTHS`.
    """

    kind: str
    topic: str
    form: str = "any"
    direction: str = "unclear"
    strength: str = "asserted"


@dataclass(frozen=True)
class Citation:
    """The source that a claim names.

    Attributes:
        as_written: the words, or empty.
        study_id: the study of the tables that it is, or None.
        problem: one of `PROBLEMS`.
        because: what is wrong with it, in a sentence, or empty.
        contrary: whether it found nothing, or the opposite, of what it is credited with, or refused it.
    """

    as_written: str = ""
    study_id: str | None = None
    problem: str = "none"
    because: str = ""
    contrary: bool = False


@dataclass(frozen=True)
class Verdict:
    """What of a claim holds.

    Attributes:
        verdict: one of `VERDICTS`.
        because: the reason in one or two sentences.
        evidence: what it stands on, each with `outcome` and `study_id` (either may be empty).
    """

    verdict: str
    because: str
    evidence: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class Claim:
    """One claim with its place in the original text and everything said of it."""

    text: str
    start: int
    end: int
    labels: Labels
    citation: Citation
    verdict: Verdict

    def to_json(self) -> dict[str, Any]:
        """One claim of the contract `check`."""
        return {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "kind": self.labels.kind,
            "topic": self.labels.topic,
            "form": self.labels.form,
            "direction": self.labels.direction,
            "strength": self.labels.strength,
            "verdict": self.verdict.verdict,
            "citation": {
                "as_written": self.citation.as_written,
                "study_id": self.citation.study_id,
                "problem": self.citation.problem,
            },
            "citation_problem": self.citation.problem,
            "because": self.verdict.because,
            "evidence": [dict(item) for item in self.verdict.evidence],
        }
