"""Finds the source that a sentence names, looks it up in the shipped studies, and says what is wrong with it.

Three ways lead to a study: a number (DOI, PMID, registration) or an author with a year (`mentions`), or a
description such as "a 12-week trial with 400 mg" (`descriptions`). What is told of the study is then held
against its own row: who was studied, how, what was measured (`misreports`) and what came out (`overstated`).
The first problem that fits is named.
"""

from __future__ import annotations

from collections.abc import Mapping

from magnesim.claims.citations.authorities import by_authority
from magnesim.claims.citations.descriptions import by_description
from magnesim.claims.citations.mentions import Mention, mentions, unless_replaced
from magnesim.claims.citations.misreports import design_problem, species_problem, topic_problem
from magnesim.claims.citations.overstated import found_nothing, overstatement
from magnesim.claims.citations.references import references_of
from magnesim.claims.citations.studies import studies
from magnesim.claims.citations.words import spotted
from magnesim.claims.labels import Citation, Labels

__all__ = ["citation_of", "references_of"]

PROBLEMS = (
    ("wrong_species", species_problem),
    ("wrong_design", design_problem),
    ("wrong_topic", topic_problem),
    ("overstated", overstatement),
)
"""What may be wrong with a study that was found, in the order in which it is asked."""


def citation_of(text: str, labels: Labels, references: Mapping[str, str] | None = None) -> Citation:
    """The source that a sentence names and what is wrong with it.

    Args:
        text: a claim.
        labels: what it says; kind, topic, form, direction and strength are used.
        references: the numbered reference list of the article, number -> reference.
    """
    if labels.kind in ("not_a_claim", "promotional", "advice"):
        return Citation()
    sources = unless_replaced(list(mentions(text, labels, references or {})))
    judged = [_judged(item, text, labels) for item in sources]
    wrong = [item for item in judged if item.problem != "none"]
    if judged:
        return wrong[0] if wrong else judged[0]
    authority = by_authority(text, labels)
    if authority:
        return authority
    described = by_description(text, labels)
    if described and (described.known or labels.kind == "citation" or described.details >= 4):
        return _judged(described, text, labels)
    return _without_source(text)


def _without_source(text: str) -> Citation:
    vague = spotted("vague_source", text)
    if vague and not spotted("denied_source", text):
        why = f'"{vague.group()}" alone does not say which study is meant.'
        return Citation(vague.group(), None, "insufficient_detail", why)
    return Citation("", None, "no_citation", "No source is named.")


def _judged(item: Mention, text: str, labels: Labels) -> Citation:
    """A source with the first problem that fits."""
    if not item.found:
        if item.known:
            return Citation(item.written, None, "none")
        if item.details < 2:
            why = "Name alone does not say which study is meant."
            return Citation(item.written, None, "insufficient_detail", why)
        return Citation(item.written, None, "not_found", item.missing)
    study = studies()[item.found[0]]
    for name, check in PROBLEMS:
        if because := check(study, text, labels):
            contrary = name == "overstated" and found_nothing(study, text, labels)
            return Citation(item.written, study.id, name, because, contrary)
    return Citation(item.written, study.id, "none")
