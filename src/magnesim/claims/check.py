"""An article from bytes to claims with verdicts, what it leaves out, and a summary."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from magnesim.claims.citations import citation_of, references_of
from magnesim.claims.labels import VERDICTS, Claim, Labels
from magnesim.claims.language import labels_of
from magnesim.claims.reading import Unit, read_article
from magnesim.claims.verdicts import verdict_of
from magnesim.errors import InputError
from magnesim.files import csv_text

SCHEMA_VERSION = 1
SILENT = "not_a_claim"
WRONG = ("unsafe", "refuted")
SENTENCES_EXAMPLE = "magnesim check --sentences sentences.csv --json"


@dataclass(frozen=True)
class Marked:
    """One unit of the article with its claims; `inside` are their offsets within the unit's text."""

    unit: Unit
    claims: tuple[Claim, ...]
    inside: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Checked:
    """An article with a verdict on each of its claims.

    Attributes:
        marked: units in the order of the article.
        missing_safety: what a fair article would have said and this one does not, by key.
        note: how the text was read, where that was not plain, or empty.
    """

    marked: tuple[Marked, ...]
    missing_safety: tuple[str, ...]
    note: str = ""

    @property
    def claims(self) -> list[Claim]:
        """Every claim in the order of the article."""
        return [claim for one in self.marked for claim in one.claims]

    @property
    def promotional(self) -> list[str]:
        """Sentences that advertise."""
        return [claim.text for claim in self.claims if claim.labels.kind == "promotional"]

    @property
    def summary(self) -> dict[str, int]:
        """How many claims have each verdict, in a fixed order."""
        counted = Counter(claim.verdict.verdict for claim in self.claims)
        return {verdict: counted[verdict] for verdict in VERDICTS if counted[verdict]}

    def to_json(self) -> dict[str, Any]:
        """The object of the contract `check`."""
        return {
            "schema_version": SCHEMA_VERSION,
            "claims": [claim.to_json() for claim in self.claims],
            "missing_safety": list(self.missing_safety),
            "promotional": self.promotional,
            "summary": self.summary,
            "note": self.note,
        }


def check_article(data: bytes, format_: str | None = None) -> Checked:
    """Find and judge the claims of an article.

    Args:
        data: the file as it is.
        format_: `text`, `markdown` or `html`; None to find out.

    Raises:
        InputError: an empty file, or one that is no text.
    """
    article = read_article(data, format_)
    references = references_of(article.original)
    marked = tuple(
        _marked(unit, references) if unit.kind != "reference" else Marked(unit, (), ())
        for unit in article.units
    )
    note = " ".join(article.notes)
    return Checked(marked, tuple(_missing(marked)), note)


def _marked(unit: Unit, references: Mapping[str, str]) -> Marked:
    found = [
        (start, end, labels)
        for start, end, labels in labels_of(unit.text, unit.lead)
        if labels.kind != SILENT
    ]
    claims = tuple(_claim(unit.text, start, end, labels, references, unit) for start, end, labels in found)
    return Marked(unit, claims, tuple((start, end) for start, end, _ in found))


def _claim(
    text: str,
    start: int,
    end: int,
    labels: Labels,
    references: Mapping[str, str],
    unit: Unit | None = None,
) -> Claim:
    part = text[start:end]
    citation = citation_of(text, labels, references)
    place = (start, end)
    if unit is not None:
        # a unit whose words differ from the original (entities) is pointed at as a whole
        same = unit.end - unit.start == len(unit.text)
        place = (unit.start + start, unit.start + end) if same else (unit.start, unit.end)
    return Claim(part, *place, labels, citation, verdict_of(part, labels, citation))


def check_sentence(text: str) -> list[dict[str, Any]]:
    """The claims of one sentence as plain objects; one of kind `not_a_claim` where there is none."""
    found = labels_of(text)
    claims = [one for one in found if one[2].kind != SILENT] or found[:1]
    return [_claim(text, start, end, labels, {}).to_json() for start, end, labels in claims]


def check_sentences(path: Path) -> list[dict[str, Any]]:
    """Every sentence of a CSV file with the columns `id` and `text`, in its order.

    Raises:
        InputError: no such file, or one without these columns.
    """
    given = f"--sentences {path}"
    text = csv_text(path, given, SENTENCES_EXAMPLE)
    rows = csv.DictReader(io.StringIO(text, newline=""))
    lacking = [name for name in ("id", "text") if name not in (rows.fieldnames or [])]
    if lacking:
        raise InputError(given, f"lacks the column {lacking[0]}.", SENTENCES_EXAMPLE)
    return [{"id": row["id"], "claims": check_sentence(row["text"] or "")} for row in rows]


@cache
def omissions() -> tuple[dict[str, str], ...]:
    """Rows of `omissions.csv`: what a fair article says, the words that say it, and when it is asked for."""
    with (Path(__file__).parent / "omissions.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _missing(marked: tuple[Marked, ...]) -> list[str]:
    """What is not told, however briefly; a denial or a wrong statement is not telling."""
    everything = " ".join(one.unit.text for one in marked).lower()
    wrong = {claim.text.lower() for one in marked for claim in one.claims if claim.verdict.verdict in WRONG}
    missing = []
    for row in omissions():
        if row["only_if"] and not re.search(row["only_if"], everything):
            continue
        told = [
            one.unit.text.lower()
            for one in marked
            if re.search(row["pattern"], one.unit.text.lower())
            and not any(text in one.unit.text.lower() for text in wrong)
            and not (row["unless"] and re.search(row["unless"], one.unit.text.lower()))
        ]
        if not told:
            missing.append(row["key"])
    return missing
