"""What the tables hold of each study: who was studied, how, what was measured and what came out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import groupby
from typing import Any

from rapidfuzz import fuzz

from magnesim.claims.quick import Quick, QuickList, quick
from magnesim.claims.tables import rows
from magnesim.data import records

NAME_LIKENESS = 83.0
"""Least likeness (0-100) of two family names of six letters or more: one may be wrong, or two swapped.

The first letter must be right, and the year too: Garrison is not Harrison."""
NO_AUTHOR = ("not printed", "not seen", "company")


@cache
def design_names() -> dict[str, str]:
    """Every design as it is told to a reader."""
    return {row["design"]: row["told"] for row in rows("citations/designs")}


@cache
def designs(of_class: str) -> frozenset[str]:
    """The designs of a class: `pool`, `trial`, `not_people` or `other`."""
    return frozenset(row["design"] for row in rows("citations/designs") if row["class"] == of_class)


@dataclass(frozen=True)
class Study:
    """What the tables hold of one study, gathered from their rows."""

    row: dict[str, Any]
    arms: tuple[dict[str, Any], ...] = ()
    contrasts: tuple[dict[str, Any], ...] = ()
    measured: frozenset[str] = frozenset()
    told: str = ""

    @cached_property
    def id(self) -> str:
        return str(self.row["study_id"])

    @property
    def design(self) -> str:
        return str(self.row["design"] or "")

    @property
    def name(self) -> str:
        """Author and year as a reader knows them."""
        who = self.row["first_author"] or self.id
        return f"{who} {self.row['year']}" if self.row["year"] else str(who)

    @cached_property
    def named(self) -> str:
        """Where the name of a place or cohort may stand."""
        row = self.row
        return f"{self.id.upper()} {self.told} {row['first_author']} {row['notes']} {row['funding']}"

    @cached_property
    def salts(self) -> frozenset[str]:
        """The salts that were given, without those the tables cannot name."""
        given = {str(arm["compound"]) for arm in self.arms if arm["role"] != "placebo"}
        return frozenset(given - {"none", "unspecified", "mixed", "diet", "None"})

    @cached_property
    def sizes(self) -> frozenset[int]:
        """Every count of people that may fairly be quoted."""
        counts = [self.row["n_randomised"], self.row["n_analysed"], *(arm["n_arm"] for arm in self.arms)]
        return frozenset(int(count) for count in counts if count)

    @cached_property
    def doses(self) -> frozenset[float]:
        return frozenset(
            float(arm["elemental_mg_per_day"]) for arm in self.arms if arm["elemental_mg_per_day"]
        )


@cache
def studies() -> dict[str, Study]:
    """All shipped studies by their key."""
    arms, contrasts, results = (_grouped(name) for name in ("arms", "contrasts", "results"))
    facts = facts_by_source()
    found = {}
    for row in records("evidence", "studies"):
        key = str(row["study_id"])
        outcomes = {str(item["outcome"]) for item in contrasts.get(key, []) + results.get(key, [])}
        statements = [text for mark in (row["pmid"], row["doi"]) if mark for text in facts.get(str(mark), [])]
        told = " ".join([str(row["population"] or ""), str(row["condition"] or ""), *statements])
        told += " " + _without_denials(str(row["notes"] or ""))
        noted = (str(item["notes"] or "") for item in contrasts.get(key, []))
        told += " " + " ".join(note for note in noted if _DENIED.search(note) and _OF_A_RESULT.search(note))
        found[key] = Study(
            row, tuple(arms.get(key, [])), tuple(contrasts.get(key, [])), frozenset(outcomes), told
        )
    return found


def _grouped(name: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in records("evidence", name):
        found.setdefault(str(row["study_id"]), []).append(row)
    return found


@cache
def facts_by_source() -> dict[str, list[str]]:
    """Statements of the facts by the PMID and the DOI that they come from."""
    found: dict[str, list[str]] = {}
    for row in records("evidence", "facts"):
        for mark in {str(row["pmid"] or ""), str(row["doi"] or "")} - {""}:
            found.setdefault(mark, []).append(str(row["statement"] or ""))
    return found


_DENIED = re.compile(r"\b(?:no|not|never|without|none)\b", re.IGNORECASE)
_OF_A_RESULT = re.compile(r"effect|change|differ|associat|link|significan|correlat|relation|unrelated")


_SAID_NULL = re.compile(
    r"no (?:significant )?(?:change|fall|rise|increase|difference|effect)|not (?:altered|different|changed)"
)


def is_told_null(row: Mapping[str, Any]) -> bool:
    """Whether a comparison without numbers is told in words as one without a difference."""
    silent = row["estimate"] is None and row["p_value"] is None and row["favours_magnesium"] != "yes"
    return silent and _SAID_NULL.search(str(row["notes"] or "").lower()) is not None


def _without_denials(notes: str) -> str:
    """Notes without parts such as "measures no GABA", which name what was not measured; "no change" was."""
    parts = re.split(r"[.;|]", notes)
    return " ".join(part for part in parts if not _DENIED.search(part) or _OF_A_RESULT.search(part))


@dataclass(frozen=True)
class TopicRule:
    """What counts as having measured a topic, and how a sentence names it."""

    outcomes: frozenset[str]
    conditions: frozenset[str]
    words: Quick | None
    said: Quick | None


@cache
def topics() -> dict[str, TopicRule]:
    """The table `topic_outcomes.csv`."""
    return {row["topic"]: _topic_rule(row) for row in rows("citations/topic_outcomes")}


def _topic_rule(row: Mapping[str, str]) -> TopicRule:
    words, said = (quick(row[key], re.IGNORECASE) if row[key] else None for key in ("words", "said"))
    return TopicRule(_keys(row["outcomes"]), _keys(row["conditions"]), words, said)


@cache
def topics_said() -> QuickList[str]:
    """Topics by how a sentence names them."""
    return QuickList((rule.said, name) for name, rule in topics().items() if rule.said)


def _keys(cell: str) -> frozenset[str]:
    return frozenset(part for part in cell.split(";") if part)


@cache
def nulls_in_notes(study_id: str) -> frozenset[str]:
    """Topics on which the tables tell of a study in words only that it found no difference."""
    return frozenset(row["topic"] for row in rows("citations/nulls_in_notes") if row["study_id"] == study_id)


@cache
def rests_on_as_null(topic: str) -> frozenset[str]:
    """The studies on which it rests that nothing speaks in favour of a topic."""
    known = rows("verdicts/topic_evidence")
    null = [r for r in known if topic in (r["topic"], r["part_of"]) and r["verdict"] == "not_supported"]
    return frozenset(item.rpartition(":")[2] for row in null for item in row["evidence"].split(";"))


@cache
def _evidence_of(topic: str) -> frozenset[str]:
    """The studies on which what is known of a topic rests."""
    known = rows("verdicts/topic_evidence")
    listed = [row["evidence"] for row in known if topic in (row["topic"], row["part_of"])]
    if topic == "bioavailability_by_form":
        listed += [row["source"] for row in rows("verdicts/comparisons")]
    return frozenset(item.rpartition(":")[2] for cell in listed for item in cell.split(";"))


def measures(study: Study, topic: str) -> bool:
    """Whether a study measured a topic; of topics without a table nothing is said against it."""
    return study.id in _measuring(topic)


@cache
def _measuring(topic: str) -> frozenset[str]:
    return frozenset(key for key, study in studies().items() if _measures(study, topic))


def _measures(study: Study, topic: str) -> bool:
    rule = topics().get(topic)
    if rule is None:
        return True
    if rule.outcomes & study.measured or str(study.row["condition"]) in rule.conditions:
        return True
    if topic in nulls_in_notes(study.id) or study.id in _evidence_of(topic):
        return True
    return bool(rule.words and rule.words.search(study.told))


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A name in small letters without accents, hyphens and blanks."""
    bare = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in bare.lower() if letter.isalpha() and letter.isascii())


@cache
def _authors() -> dict[str, tuple[str, ...]]:
    """Studies by the plain family name of their first author; half of a double name will do."""
    found: dict[str, set[str]] = {}
    for study in studies().values():
        author = str(study.row["first_author"] or "")
        if not author or "(" in author or author in NO_AUTHOR:
            continue
        names = {plain(author), *(plain(part) for part in re.split(r"[- ]", author) if len(part) >= 4)}
        for name in names - {""}:
            found.setdefault(name, set()).add(study.id)
    return {name: tuple(sorted(keys)) for name, keys in found.items()}


@cache
def names_of_authors() -> frozenset[str]:
    """Every plain family name under which a study is known."""
    return frozenset(_authors())


@cache
def _long_names() -> dict[str, tuple[str, ...]]:
    """Names of six letters or more by their first letter."""
    names = sorted(name for name in _authors() if len(name) >= 6)
    return {letter: tuple(group) for letter, group in groupby(names, key=lambda name: name[0])}


@lru_cache(maxsize=4096)
def studies_of_author(name: str) -> tuple[str, ...]:
    """Keys of the studies whose first author bears a name, small slips of spelling allowed."""
    wanted = plain(name)
    exact = _authors().get(wanted)
    if exact:
        return exact
    if len(wanted) < 6:
        return ()
    alike = _long_names().get(wanted[0], ())
    near = [(fuzz.ratio(wanted, other, score_cutoff=NAME_LIKENESS), other) for other in alike]
    best = max(near, default=(0.0, ""))
    return _authors()[best[1]] if best[0] >= NAME_LIKENESS else ()


def named_in_facts(name: str) -> bool:
    """Whether a fact of the tables, though no study, is named after an author."""
    wanted = plain(name)
    return len(wanted) >= 5 and wanted in _words_of_facts()


@cache
def _words_of_facts() -> frozenset[str]:
    """Every part of the name of a fact."""
    return frozenset(
        word for row in records("evidence", "facts") for word in re.split(r"[._]", str(row["fact_id"]))
    )


def is_open(study: Study) -> bool:
    """Whether people knew what they took."""
    masking = str(study.row["blinding"] or "").lower()
    if study.design == "open_label":
        return True
    return study.design in designs("trial") and bool(
        re.match(r"none|open\b|.*\bno placebo|.*not stated; no placebo", masking)
    )


def is_cochrane(study: Study) -> bool:
    """Whether a pool is a Cochrane review, by its number or its address."""
    row = study.row
    told = f"{row['study_id']} {row['doi']} {row['source_url']}"
    return study.design in designs("pool") and bool(re.search(r"cochrane|\bcd0\d{5}", told, re.IGNORECASE))
