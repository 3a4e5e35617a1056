"""The card of a claim: verdict, reason, figures, what its source is worth, studies, EU status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from magnesim.answers.trials import name_of
from magnesim.claims import eu_law
from magnesim.provenance import pages
from magnesim.report import check_words as words
from magnesim.report.rendering import source_line

if TYPE_CHECKING:
    from magnesim.claims.eu_law import EuStatus
    from magnesim.claims.labels import Citation, Claim

MOST_STUDIES = 6


def card(claim: Claim, status: EuStatus, number: int) -> dict[str, Any]:
    """Everything that the card of a claim shows."""
    judged = claim.verdict.verdict not in words.UNJUDGED
    return {
        "number": number,
        "text": claim.text,
        "reason": words.reason(claim),
        "figures": words.figure_lines(claim),
        "source": _source(claim.citation) if judged else None,
        "studies": _studies(claim),
        "eu": _eu(status),
        **words.verdict_signs()[claim.verdict.verdict],
    }


def _source(citation: Citation) -> dict[str, str]:
    """What the source that a claim names is worth."""
    return {
        **words.source_signs()[citation.problem],
        "as_written": citation.as_written,
        "because": "" if citation.problem == "no_citation" else words.plain_words(citation.because),
    }


def _studies(claim: Claim) -> list[dict[str, Any]]:
    """The studies behind a verdict with their pages, the one that the claim cites first."""
    cited = claim.citation.study_id
    named = dict.fromkeys([cited or "", *(item.get("study_id", "") for item in claim.verdict.evidence)])
    return [
        {"name": _name(page.study_id), "cited": page.study_id == cited, "links": _links(page)}
        for page in pages(";".join(filter(None, named)))[:MOST_STUDIES]
    ]


def _name(study_id: str) -> str:
    try:
        return name_of(study_id)
    except KeyError:
        return study_id


def _links(page: Any) -> list[dict[str, str]]:
    found: list[dict[str, str]] = source_line("", page.doi, page.pmid, page.url)["links"]
    return found


def _eu(status: EuStatus) -> dict[str, Any] | None:
    """How the claim stands in the EU register, with the page of the regulation or opinion."""
    if status.status == "none":
        return None
    return {
        "because": status.because,
        "links": eu_law.links(status.source),
    }
