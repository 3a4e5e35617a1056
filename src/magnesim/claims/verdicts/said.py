"""A claim as the rules read it, what its words say, and how a verdict on it is put."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from magnesim.claims.labels import Citation, Labels, Verdict
from magnesim.claims.tables import patterns, rows
from magnesim.claims.verdicts.figures import Number, numbers_in, written_out
from magnesim.data import records

BIG_SHARE = 40.0
"""A change of this many percent or more is a big one: no pool of the tables comes near it."""


@cache
def _topics() -> dict[str, dict[str, str]]:
    return {row["topic"]: row for row in rows("verdicts/topic_evidence")}


def topic_row(topic: str) -> dict[str, str]:
    """How a topic is judged; a topic that is not in the table is judged as one nothing is known of."""
    return _topics().get(topic, _topics()["other_outcome"])


@cache
def _studies() -> dict[str, dict[str, Any]]:
    return {str(row["study_id"]): row for row in reversed(list(records("evidence", "studies")))}


def study_row(study_id: str) -> dict[str, Any] | None:
    """The row of a study, or None."""
    return _studies().get(study_id)


@dataclass(frozen=True)
class Said:
    """A claim as the rules read it: lower-case text with the numbers written out, and its labels."""

    text: str
    labels: Labels
    citation: Citation
    numbers: tuple[Number, ...]
    _told: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    @property
    def negated(self) -> bool:
        """Whether the main statement denies something of magnesium."""
        return self.labels.strength == "negated"

    @property
    def denied(self) -> bool:
        """Whether the sentence denies an effect."""
        return self.negated or self.labels.direction == "no_effect"

    @property
    def row(self) -> dict[str, str]:
        """How its topic is judged."""
        return topic_row(self.labels.topic)

    @property
    def why(self) -> str:
        """What the table says of its topic, without the full stop."""
        return self.row["why"].rstrip(".")

    @property
    def big_change(self) -> bool:
        """Half, double, or a large percentage, as a change."""
        if self.says("times_as_much"):
            return True
        return max(self.values("%"), default=0.0) >= BIG_SHARE and not self.says("share_of_people")

    def says(self, name: str) -> bool:
        """Whether words of this name of `words.csv` stand in the text."""
        told = self._told.get(name)
        if told is None:
            told = self._told[name] = patterns("verdicts/words")[name].search(self.text) is not None
        return told

    def values(self, *units: str) -> list[float]:
        """The figures in one of these units."""
        return [number.value for number in self.numbers if number.unit in units]

    def before(self, number: Number, width: int) -> str:
        """The text before a figure."""
        return self.text[max(0, number.start - width) : number.start]


def read(text: str, labels: Labels, citation: Citation) -> Said:
    """A claim made ready for the rules."""
    plain = written_out(text.lower().replace("’", "'").replace("‑", "-").replace("\u00a0", " "))
    return Said(plain, labels, citation, numbers_in(plain))


def say(said: Said, verdict: str, because: str) -> Verdict:
    """A verdict with the studies its topic stands on."""
    return Verdict(verdict, because, _evidence(said))


def sentence(because: str) -> str:
    """A reason as a sentence."""
    return f"{because[:1].upper()}{because[1:]}."


def _evidence(said: Said) -> tuple[dict[str, str], ...]:
    """The studies a verdict stands on; facts and labels have no study and are named in the reason."""
    outcome = said.row["outcomes"].split(";", 1)[0]
    ids = [item.rpartition(":")[2] for item in said.row["evidence"].split(";") if item]
    if said.citation.study_id and said.citation.study_id not in ids:
        ids.insert(0, said.citation.study_id)
    items = [{"outcome": outcome, "study_id": study} for study in ids if study_row(study)]
    return tuple(items) or (({"outcome": outcome, "study_id": ""},) if outcome else ())
