"""An article from bytes to claims with verdicts, what it leaves out, its standing in EU law."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from magnesim.claims import eu_law, quality
from magnesim.claims.bounds import check_size, seen_units
from magnesim.claims.citations import citation_of, references_of
from magnesim.claims.commerce import addresses, brands, keeps_verdict, names_one, sells
from magnesim.claims.labels import VERDICTS, Citation, Claim, Labels
from magnesim.claims.language import labels_of
from magnesim.claims.reading import Unit, read_article
from magnesim.claims.tables import rows
from magnesim.claims.verdicts import verdict_of
from magnesim.errors import InputError
from magnesim.files import csv_text

SCHEMA_VERSION = 1
SILENT = "not_a_claim"
WRONG = ("unsafe", "refuted")
FIGURE = 24
"""Most characters of a cell that is looked at for being a bare figure, which claims nothing."""
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
        brands: names that it advertises.
    """

    marked: tuple[Marked, ...]
    missing_safety: tuple[str, ...]
    note: str = ""
    brands: frozenset[str] = frozenset()

    @property
    def claims(self) -> list[Claim]:
        """Every claim in the order of the article."""
        return [claim for one in self.marked for claim in one.claims]

    @property
    def promotional(self) -> list[str]:
        """Sentences that advertise."""
        return [claim.text for claim in self.claims if claim.labels.kind == "promotional"]

    @property
    def advertises(self) -> bool:
        """Whether it sells anything; one person's praise alone does not."""
        return bool(self.brands) or any(sells(one.unit.text) for one in self.marked)

    @property
    def eu_statuses(self) -> list[eu_law.EuStatus]:
        """Where each claim stands in the EU register, in the order of the claims."""
        return [eu_law.eu_status(claim.text, claim.labels) for claim in self.claims]

    @property
    def eu_law(self) -> dict[str, Any]:
        """How many health claims keep to the register, in words too."""
        return eu_law.summary(self.eu_statuses, self.advertises)

    @cached_property
    def quality(self) -> tuple[quality.Point, ...]:
        """The quality sheet, in the manner of DISCERN."""
        return quality.quality_sheet(self)

    @property
    def summary(self) -> dict[str, int]:
        """How many claims have each verdict, in a fixed order."""
        counted = Counter(claim.verdict.verdict for claim in self.claims)
        return {verdict: counted[verdict] for verdict in VERDICTS if counted[verdict]}

    def to_json(self) -> dict[str, Any]:
        """The object of the contract `check`."""
        return {
            "schema_version": SCHEMA_VERSION,
            "claims": [
                claim.to_json() | {"eu_status": status.to_json()}
                for claim, status in zip(self.claims, self.eu_statuses, strict=True)
            ],
            "missing_safety": list(self.missing_safety),
            "promotional": self.promotional,
            "summary": self.summary,
            "eu_law": self.eu_law,
            "quality": quality.to_json(self.quality),
            "note": self.note,
        }


def check_article(data: bytes, format_: str | None = None) -> Checked:
    """Find and judge the claims of an article.

    Args:
        data: the file as it is.
        format_: `text`, `markdown` or `html`; None to find out.

    Raises:
        InputError: an empty file, one that is no text, holds no words or is far too long.
    """
    check_size(data)
    article = read_article(data, format_)
    units, notes = seen_units(article)
    references = references_of(article.original)
    marked = tuple(
        _marked(unit, references) if unit.kind != "reference" else Marked(unit, (), ()) for unit in units
    )
    praise = [one.text for unit in marked for one in unit.claims if one.labels.kind == "promotional"]
    calls = [unit.text for unit in units if sells(unit.text)]
    sold = brands((*praise, *calls), (unit.text for unit in units))
    marked = tuple(_advertised(one, sold) if names_one(one.unit.text, sold) else one for one in marked)
    return Checked(marked, tuple(_missing(marked)), " ".join((*article.notes, *notes)), sold)


def _marked(unit: Unit, references: Mapping[str, str]) -> Marked:
    if len(unit.text) <= FIGURE and sum(map(str.isalpha, unit.text)) < 2:
        return Marked(unit, (), ())  # a cell such as "300" or "-"
    found = [
        (start, end, labels)
        for start, end, labels in labels_of(unit.text, unit.lead, unit.before, whole_first=False)
        if labels.kind != SILENT
    ]
    claims = tuple(_claim(unit.text, start, end, labels, references, unit) for start, end, labels in found)
    return Marked(unit, claims, tuple((start, end) for start, end, _ in found))


PROMOTIONAL = Labels("promotional", "product_quality")


def _advertised(one: Marked, sold: frozenset[str]) -> Marked:
    """What an article says of the brand that it advertises is advertising too, wherever it stands."""
    if one.unit.kind in ("heading", "reference"):
        return one
    if not one.claims and not addresses(one.unit.text):
        return one
    if not one.claims:
        whole = (0, len(one.unit.text))
        return Marked(one.unit, (_claim(one.unit.text, *whole, PROMOTIONAL, {}, one.unit),), (whole,))
    return replace(one, claims=tuple(_of_brand(claim, sold) for claim in one.claims))


def _of_brand(claim: Claim, sold: frozenset[str]) -> Claim:
    """A claim on a brand as advertising, unless it could hurt or promises to treat."""
    kept = claim.verdict.verdict == "unsafe" or keeps_verdict(claim.text) or not names_one(claim.text, sold)
    if kept or claim.labels.kind == "promotional":
        return claim
    nothing = Citation()
    return replace(
        claim, labels=PROMOTIONAL, citation=nothing, verdict=verdict_of(claim.text, PROMOTIONAL, nothing)
    )


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
    return [
        _claim(text, start, end, labels, {}).to_json()
        | {"eu_status": eu_law.eu_status(text[start:end], labels).to_json()}
        for start, end, labels in claims
    ]


def check_sentences(path: Path) -> list[dict[str, Any]]:
    """Every sentence of a CSV file with the columns `id` and `text`, in its order.

    Raises:
        InputError: no such file, or one without these columns.
    """
    given = f"--sentences {path}"
    text = csv_text(path, given, SENTENCES_EXAMPLE)
    sentences = csv.DictReader(io.StringIO(text, newline=""))
    lacking = [name for name in ("id", "text") if name not in (sentences.fieldnames or [])]
    if lacking:
        raise InputError(given, f"lacks the column {lacking[0]}.", SENTENCES_EXAMPLE)
    return [{"id": row["id"], "claims": check_sentence(row["text"] or "")} for row in sentences]


def omissions() -> tuple[dict[str, str], ...]:
    """Rows of `omissions.csv`: what a fair article says, the words that say it, and when it is asked for."""
    return rows("omissions")


def asked_of(checked: Checked) -> tuple[str, ...]:
    """Keys of what a fair article on these matters tells."""
    return tuple(row["key"] for row in _asked(" ".join(one.unit.text for one in checked.marked).lower()))


def _asked(everything: str) -> list[dict[str, str]]:
    return [row for row in omissions() if not row["only_if"] or re.search(row["only_if"], everything)]


def _missing(marked: tuple[Marked, ...]) -> list[str]:
    """What is not told, however briefly; a denial or a wrong statement is not telling."""
    texts = [one.unit.text.lower() for one in marked]
    right = [
        text
        for text, one in zip(texts, marked, strict=True)
        if not any(claim.verdict.verdict in WRONG and not _tells_harm(claim) for claim in one.claims)
    ]
    return [row["key"] for row in _asked(" ".join(texts)) if not any(_tells(row, text) for text in right)]


def _tells_harm(claim: Claim) -> bool:
    """Whether a claim owns up to a harm; it then tells of it, whatever else it gets wrong."""
    labels = claim.labels
    harm = labels.direction in ("worsens", "increases") and labels.strength != "negated"
    return labels.kind == "safety" and harm


def _tells(row: dict[str, str], text: str) -> bool:
    if not re.search(row["pattern"], text):
        return False
    return not (row["unless"] and re.search(row["unless"], text))
