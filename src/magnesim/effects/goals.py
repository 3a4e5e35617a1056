"""What a person wants from magnesium, and the outcomes that trials measured for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from magnesim.errors import InputError
from magnesim.tables import rows

ROLES = ("primary", "secondary", "marker")
"""Primary outcomes decide the verdict; markers are laboratory values that promise nothing by themselves."""


@dataclass(frozen=True)
class Goal:
    """One row of `goals.csv` with its outcomes.

    Attributes:
        judged_by: what the verdict is about, for the headline.
        question: the question in a person's words; `{dose}` stands for the regimen.
        first: what comes before magnesium for this goal.
        outcomes: outcome and role, in the order of importance.
    """

    goal: str
    label: str
    judged_by: str
    aliases: tuple[str, ...]
    question: str
    first: str
    outcomes: tuple[tuple[str, str], ...]

    def with_role(self, *roles: str) -> tuple[str, ...]:
        """Outcomes of these roles, in order."""
        return tuple(outcome for outcome, role in self.outcomes if role in roles)


@cache
def goals() -> dict[str, Goal]:
    """Every goal by its name."""
    here = Path(__file__).parent
    pairs = rows(here / "goal_outcomes.csv")
    return {
        row["goal"]: Goal(
            row["goal"],
            row["label"],
            row["judged_by"],
            tuple(row["aliases"].split(";")),
            row["question"],
            row["first"],
            tuple((pair["outcome"], pair["role"]) for pair in pairs if pair["goal"] == row["goal"]),
        )
        for row in rows(here / "goals.csv")
    }


def goal_named(text: str) -> Goal:
    """The goal that a person means, by name or by another word for it.

    Raises:
        InputError: no such goal; the nearest is offered.
    """
    from rapidfuzz import process

    wanted = text.strip().lower().replace(" ", "_")
    words = {word.replace(" ", "_"): goal for goal in goals().values() for word in (goal.goal, *goal.aliases)}
    if wanted in words:
        return words[wanted]
    near = process.extractOne(wanted, list(words), score_cutoff=60)
    raise InputError(
        f"--goal {text}",
        f"allowed are {', '.join(goals())}.",
        f"--goal {words[near[0]].goal if near else 'sleep'}",
    )
