"""Sources that are no study: authorities, laws, official values of a country."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from magnesim.claims.citations.misreports import topic_problem
from magnesim.claims.citations.overstated import overstatement
from magnesim.claims.citations.studies import measures, studies
from magnesim.claims.citations.words import YEAR, spotted
from magnesim.claims.labels import Citation, Labels
from magnesim.claims.quick import QuickList, quick
from magnesim.claims.tables import rows


@dataclass(frozen=True)
class Authority:
    """A row of `authorities.csv`, and the kinds of claim in which it counts as a source."""

    studies: tuple[str, ...]
    kinds: frozenset[str]
    approves: bool


@cache
def _authorities() -> QuickList[Authority]:
    return QuickList(
        (
            quick(row["pattern"]),
            Authority(
                tuple(filter(None, row["study_id"].split(";"))),
                frozenset(filter(None, row["kinds"].split(";"))),
                "urope" in row["what"],
            ),
        )
        for row in rows("citations/authorities")
    )


def by_authority(text: str, labels: Labels) -> Citation | None:
    """A named authority, law or official value, and what is wrong with it; None where none is named."""
    for pattern, authority in _authorities().may_fit(text):
        if authority.kinds and labels.kind not in authority.kinds and labels.topic != "regulation":
            continue
        if found := pattern.search(text):
            return _of(authority, found.group().strip(" ,"), text, labels)
    return None


def authority_spans(text: str) -> list[tuple[int, int]]:
    """Where authorities are named in full: words of their names are no family names."""
    named = (pattern for pattern, authority in _authorities().may_fit(text) if not authority.kinds)
    return [found.span() for pattern in named for found in pattern.finditer(text)]


def _of(authority: Authority, written: str, text: str, labels: Labels) -> Citation:
    refused = _refused(text, labels) if authority.approves else ""
    if refused:
        return Citation(written, None, "overstated", refused, contrary=True)
    year = YEAR.search(text) if labels.kind == "citation" else None
    about = (studies()[key] for key in authority.studies if key in studies())
    fitting = (study for study in about if measures(study, labels.topic))
    study = next((one for one in fitting if not year or int(year.group()) == one.row["year"]), None)
    if study is None:
        return Citation(written)
    if wrong := topic_problem(study, text, labels):
        return Citation(written, study.id, "wrong_topic", wrong)
    stretched = overstatement(study, text, labels)
    problem = "overstated" if stretched else "none"
    return Citation(written, study.id, problem, stretched, contrary=bool(stretched))


@cache
def _register() -> QuickList[dict[str, str]]:
    """The rows of the EU register by their words."""
    return QuickList((quick(rf"\b(?:{row['words']})", re.IGNORECASE), row) for row in rows("eu_claims"))


def _refused(text: str, labels: Labels) -> str:
    """What is wrong if the European Union is said to approve a claim that its register does not hold."""
    if not spotted("approval", text) or spotted("refusal", text) or labels.strength == "negated":
        return ""
    for _, row in _register().found(text):
        if row["status"] != "authorised":
            if row["status"] == "refused":
                return f"The European Union refused the claim on {row['wording']} ({row['source']})."
            return f"The EU register holds {row['wording'].removesuffix(' in the register')}."
    return ""
