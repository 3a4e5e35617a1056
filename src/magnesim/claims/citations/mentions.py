"""Finds the sources that a sentence names: by number (DOI, PMID, registration) or author and year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from magnesim.claims.citations.authorities import authority_spans
from magnesim.claims.citations.details import Details, details_of
from magnesim.claims.citations.studies import (
    facts_by_source,
    measures,
    named_in_facts,
    names_of_authors,
    plain,
    studies,
    studies_of_author,
)
from magnesim.claims.citations.words import YEAR
from magnesim.claims.labels import Labels
from magnesim.claims.quick import quick
from magnesim.claims.tables import rows


@dataclass(frozen=True)
class Mention:
    """A source as a sentence names it.

    Attributes:
        written: the words.
        names: family names in it.
        year: the year, if told.
        details: how many things could identify it.
        found: keys of the studies that it may be.
        known: it is in the tables, though perhaps not as a study.
        missing: why it is not there, in a sentence.
        column: the column of the studies that a number was looked up in.
    """

    written: str
    names: tuple[str, ...] = ()
    year: int | None = None
    details: int = 0
    found: tuple[str, ...] = ()
    known: bool = False
    missing: str = ""
    column: str = ""


NAME = (
    r"(?:(?:[Dd]e|[Dd]a|[Dd]i|[Vv]an|[Vv]on|[Dd]el|El|EL|Mc|La|Le)\s?)?"
    r"[A-Z][a-zà-öø-ÿ]+(?:-[A-Z][a-zà-öø-ÿ]+)?"
)
_FELLOWS = (
    r"(?:(?:and|&|,|with)\s+(?:her |his |their )?"
    rf"(?:colleagues|co-?workers|co-?authors|partners|others|associates|team|collaborators|{NAME}))"
)
_STUDY_WORD = (
    r"(?:stud(?:y|ies)|trials?|experiments?|reviews?|reviewers|meta-?\s?analys[ie]s|surveys?|cohorts?|RCTs?|"
    r"papers?|pool(?:ed)?|pilot|team|group|work|analysis|article|findings|report)"
)
_TELLS = (
    r"(?:reported|reports|found|finds|showed|shows|noted|saw|observed|described|wrote|concluded|published|"
    r"demonstrated|calculated|pooled|tested|compared|gave|argued)"
)
_AUTHORS = (
    # name, perhaps a journal, and year in brackets: what stands in the brackets is no name
    re.compile(
        rf"(?P<name>{NAME})(?P<fellows>\s+{_FELLOWS})?\s*\((?P<inside>[^()]*\b(?:19|20)\d\d\b[^()]*)\)"
    ),
    re.compile(rf"(?P<name>{NAME})(?:,?\s+[A-Z]{{1,3}}\.?)*,?\s+et\.?\s+al\b"),
    re.compile(rf"(?P<name>{NAME})\s+{_FELLOWS}"),
    re.compile(rf"(?P<name>{NAME})(?:,?\s+[A-Z]{{1,3}}\.?)*(?:,\s*|\s+\(?|\s*\()(?=(?:19|20)\d\d\b)"),
    re.compile(rf"(?P<name>{NAME})[’']s?\s+(?:(?:19|20)\d\d|(?:\w+[- ]){{0,3}}{_STUDY_WORD})\b"),
    re.compile(rf"\bby\s+(?P<name>{NAME})\b"),
    re.compile(rf"(?P<known>(?P<name>{NAME}))[’']s?\s+[^.;]{{0,60}}?\b(?:19|20)\d\d\b"),
    re.compile(rf"(?P<name>{NAME})\s+(?:[a-z]+ly\s+)?{_TELLS}\b"),
)
_ANY_NAME = re.compile(rf"(?P<name>{NAME})")
_NAME_BEFORE = re.compile(rf"({NAME})[ -]$")
LONGEST_NAME = 60
"""Characters of a family name with its blank."""
_STUDY = quick(rf"\b{_STUDY_WORD}\b", re.IGNORECASE)
_DOI = quick(r"\b10\.\d{4,9}/[^\s\"'<>)\]}]+|\bdoi:?\s*(?:https?://\S+/)?(?:x{3,}|10\.x+\S*)", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"^10\.(?:1234|0000|9999|12345|00000?|1000|5555)/|x{3,}|/(?:0{4,}|12345|example|placeholder)|\.{3}",
    re.IGNORECASE,
)
_PMID = quick(r"\bPMID:?\s*#?(\d{5,9})\b|pubmed(?:\.ncbi\.nlm\.nih\.gov)?/(\d{5,9})\b", re.IGNORECASE)
_PMC = quick(r"\bPMC\s?(\d{5,9})\b")
_REGISTRATION = quick(
    r"\b(?:NCT\d{8}|ISRCTN\d{8}|IRCT[0-9A-Z]{8,}|ACTRN\d{14}|DRKS\d{8}|UMIN\d{9}|CTRI/\d{4}/\d+/\d+)\b"
)
_NUMBERED = re.compile(r"\[\^?(\d{1,3})(?:\s?[,–-]\s?\d{1,3})*\]")


@cache
def _not_names() -> frozenset[str]:
    """Words that begin with a capital and are no family names."""
    listed = {row["word"] for row in rows("citations/not_names")}
    people = {plain(row["told"]) for row in rows("citations/lands")}
    lands = {plain(name) for row in rows("citations/lands") for name in row["country"].split("|")}
    return frozenset(listed | people | {f"{name}s" for name in people} | lands)


def mentions(text: str, labels: Labels, references: Mapping[str, str]) -> Iterator[Mention]:
    """The sources of a sentence: numbers first, then authors, then numbered references."""
    yield from _by_number(text)
    yield from _by_author(text, labels)
    for found in _NUMBERED.finditer(text) if references else ():
        reference = references.get(found.group(1))
        if reference:
            yield _of_reference(found.group(), reference, labels)


def _of_reference(mark: str, reference: str, labels: Labels) -> Mention:
    """The source behind a number of the reference list; only its first author and year count."""
    inner = unless_replaced([*_by_number(reference), _first_author(reference, labels)])[0]
    return replace(inner, written=f"{mark} {inner.written}")


def _first_author(reference: str, labels: Labels) -> Mention:
    """A reference in the form "Nielsen FH, Johnson LK. Title. Journal 2010"."""
    name = re.match(rf"\W*(?P<name>{NAME})", reference)
    year = YEAR.search(reference)
    if not name or not year:
        return Mention(
            reference[:80], details=2, missing="The reference names no author and year to look up."
        )
    return _looked_up(reference[:80], (name["name"],), int(year.group()), labels, reference)


def unless_replaced(items: list[Mention]) -> list[Mention]:
    """Mentions without numbers that the tables lack for a study which its author and year do identify."""
    authored = [studies()[item.found[0]] for item in items if item.names and item.found]
    kept = []
    for item in items:
        column = item.column
        lacking = column and not item.known and any(not study.row[column] for study in authored)
        if not lacking:
            kept.append(item)
    return kept


def _by_number(text: str) -> Iterator[Mention]:
    """DOIs, PMIDs, PMC and registration numbers."""
    for found in _DOI.finditer(text):
        doi = found.group().rstrip(".,;").lower()
        if _PLACEHOLDER.search(doi):
            yield Mention(found.group(), details=2, missing=f"The DOI {doi} is a placeholder, not a source.")
        else:
            yield _numbered(found.group().rstrip(".,;"), "doi", doi)
    for found in _PMID.finditer(text):
        yield _numbered(found.group(), "pmid", found.group(1) or found.group(2))
    for pattern in (_PMC, _REGISTRATION):
        for found in pattern.finditer(text):
            yield _in_notes(found.group())


def _numbered(written: str, column: str, value: str) -> Mention:
    keys = tuple(key for key, study in studies().items() if str(study.row[column] or "").lower() == value)
    if keys:
        return Mention(written, details=2, found=keys, known=True)
    known = any(str(mark).lower() == value for mark in facts_by_source())
    missing = f"{written} stands in none of the tables."
    return Mention(written, details=2, known=known, missing=missing, column=column)


def _in_notes(written: str) -> Mention:
    """A number that the tables keep in their notes or addresses; a registration alone has no results."""
    mark = written.replace(" ", "")
    keys = tuple(
        key for key, study in studies().items() if mark in f"{study.row['notes']} {study.row['source_url']}"
    )
    return Mention(written, details=2, found=keys, missing=f"{written} stands in the tables with no results.")


def _by_author(text: str, labels: Labels) -> Iterator[Mention]:
    """Sources named by an author; names joined by "and" are one source."""
    if not _may_name(text):
        return
    taken = authority_spans(text)
    years = [(found.start(), int(found.group())) for found in YEAR.finditer(text)]
    study_word = _STUDY.search(text)
    for pattern in _AUTHORS:
        for found in pattern.finditer(text):
            name = _full_name(text, found)
            overlaps = any(begin < found.end() and found.start() < end for begin, end in taken)
            if overlaps or plain(name) in _not_names() or not _is_credited(found, name):
                continue
            year = _nearest(years, found.start())
            if year is None and not (study_word or studies_of_author(name) or named_in_facts(name)):
                continue
            taken.append((found.start(), found.end() + 12))
            yield _looked_up(_written(text, found), (name,), year, labels, text)


def _may_name(text: str) -> bool:
    """Whether any word can be the name of an author; without a year or a word for a study, of one known."""
    names = {_full_name(text, found) for found in _ANY_NAME.finditer(text)}
    names = {name for name in names if plain(name) not in _not_names()}
    if not names:
        return False
    dated = YEAR.search(text) or _STUDY.search(text)
    return bool(dated or any(studies_of_author(name) or named_in_facts(name) for name in names))


def _full_name(text: str, found: re.Match[str]) -> str:
    """The family name, with the word before it where the tables know both as a double name."""
    end = found.start("name")
    if text[end - 1 : end] not in (" ", "-"):
        return found["name"]
    before = _NAME_BEFORE.search(text, max(0, end - LONGEST_NAME), end)
    double = f"{before[1]} {found['name']}" if before else ""
    return double if plain(double) in names_of_authors() else found["name"]


def _is_credited(found: re.Match[str], name: str) -> bool:
    """Whether the words around a name make it one of an author."""
    parts = found.groupdict()
    known = bool(studies_of_author(name) or named_in_facts(name))
    if parts.get("known"):
        return known
    if parts.get("inside") is not None:
        # "Perth (Wendouree 2013)": the brackets hold the author; "Fox (Sleep Med 2019)": a journal
        held = re.findall(NAME, parts["inside"])
        author_inside = any(studies_of_author(word) for word in held)
        return bool(known or parts["fellows"] or (len(held) > 1 and not author_inside))
    tells = re.search(rf"{_TELLS}$", found.group())
    return bool(not tells or known or found.start())


def _nearest(years: list[tuple[int, int]], place: int) -> int | None:
    return min(years, key=lambda item: abs(item[0] - place))[1] if years else None


def _written(text: str, found: re.Match[str]) -> str:
    """The words of the source, with a year close behind it."""
    year = YEAR.search(text, found.start(), min(len(text), found.end() + 40))
    end = year.end() if year else found.end()
    end += text[end : end + 1] == ")" and "(" in text[found.start() : end]
    return text[found.start() : end].strip(" ,")


def _looked_up(written: str, names: tuple[str, ...], year: int | None, labels: Labels, text: str) -> Mention:
    """An author and perhaps a year, looked up in the studies."""
    keys = studies_of_author(names[0])
    fitting = tuple(key for key in keys if year is None or studies()[key].row["year"] in (year, None))
    dated = tuple(key for key in fitting if studies()[key].row["year"] == year) or fitting
    told = details_of(text, labels)
    details = 1 + (year is not None) + told.count
    if dated:
        return Mention(written, names, year, details, by_fit(dated, told, labels), known=True)
    if not keys and named_in_facts(names[0]):
        return Mention(written, names, year, details, known=True)
    return Mention(written, names, year, details, missing=_why_missing(names[0], year, keys))


def _why_missing(name: str, year: int | None, keys: tuple[str, ...]) -> str:
    if keys and year:
        held = " and ".join(sorted({str(studies()[key].row["year"]) for key in keys}))
        return f"The tables hold {name} of {held}, not of {year}."
    return f"No study of {name}{f' {year}' if year else ''} stands in the tables."


def by_fit(keys: tuple[str, ...], told: Details, labels: Labels) -> tuple[str, ...]:
    """Studies of one author, the one that fits the words best first."""

    def fit(key: str) -> tuple[bool, float]:
        study = studies()[key]
        return measures(study, labels.topic), told.points(study)[0]

    return tuple(sorted(keys, key=fit, reverse=True))
