"""Where each claim of an article stands in the EU register of health claims on food.

Regulation (EC) 1924/2006 binds commercial communications on food, not journalism or science; Regulation (EU)
432/2012 lists what may be said of magnesium. This informs and is no legal advice. What is not clearly a
health claim gets no status.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from magnesim.claims.labels import Labels
from magnesim.claims.tables import patterns, rows
from magnesim.evidence.wording import counted

STATUSES = ("authorised", "stretched", "refused", "no_such_claim", "none")
KINDS = ("effect", "mechanism", "citation", "promotional")
"""Kinds that can be a health claim: what magnesium does in the body or for it."""
REGISTER = "Regulation (EU) 432/2012 (list of authorised claims)"
URLS = {
    "Regulation (EU) 432/2012": "https://eur-lex.europa.eu/eli/reg/2012/432/oj",
    "EFSA 2009;7(9):1216": "https://doi.org/10.2903/j.efsa.2009.1216",
    "EFSA 2010;8(10):1807": "https://doi.org/10.2903/j.efsa.2010.1807",
}
SCOPE = (
    "EU law on health claims (Regulation (EC) 1924/2006) binds commercial communications on food: labels, "
    "presentation and advertising. An article that sells nothing is not bound by it. Hedged words (“may "
    "help”) do not change what the law says. A product must also hold enough magnesium to be called a source "
    "of it. This informs and is no legal advice."
)


@dataclass(frozen=True)
class EuStatus:
    """How a claim stands in the register.

    Attributes:
        status: one of `STATUSES`; `none` where it is no health claim or that is unclear.
        claim_id: row of `eu_claims.csv`, or empty.
        wording: the wording of that row, or empty.
        because: the reason in a sentence, or empty.
        source: the regulation or opinion, or empty.
    """

    status: str = "none"
    claim_id: str = ""
    wording: str = ""
    because: str = ""
    source: str = ""

    def to_json(self) -> dict[str, str]:
        """The key `eu_status` of a claim."""
        return dict(vars(self))


NONE = EuStatus()


def eu_status(text: str, labels: Labels) -> EuStatus:
    """The status of one claim, by its words and labels; never by its verdict."""
    words = text.lower()
    if labels.kind not in KINDS:
        return NONE
    if labels.kind == "promotional":
        return _advertised(words) if _has("role", words) else NONE
    topic = _topics().get(labels.topic)
    if topic is None or not _promises(words, labels, topic["benefit"]):
        return NONE
    standing = [_claims()[name] for name in topic["claims"].split("|") if name]
    if not standing:
        return _told("no_such_claim", topic["subject"])
    row = next((row for row in standing if re.search(row["words"], words)), standing[0])
    return _told("refused", topic["subject"], row) if row["status"] == "refused" else _authorised(words, row)


def _promises(words: str, labels: Labels, benefit: str) -> bool:
    """Whether a benefit or a role in the body is told, not a harm, a lack, a doubt or a denial."""
    if labels.strength == "negated" or labels.direction in ("worsens", "no_effect"):
        return False
    if not _has("subject", words) or (_has("lack", words) and labels.direction == "unclear"):
        return False
    if labels.direction in ("improves", benefit):
        return True
    return _has("role", words) and not (labels.direction == "unclear" and _has("report", words))


def _authorised(words: str, row: dict[str, str]) -> EuStatus:
    if _has("disease", words):
        return _told("no_such_claim", "a disease")
    normal = "normal" not in row["wording"] or "normal" in words
    kept = normal and _has("keeps", words) and re.search(row["words"], words) and not _has("beyond", words)
    return _told("authorised" if kept else "stretched", "", row)


def _advertised(words: str) -> EuStatus:
    """An advertising sentence has no topic; it is read by the words of the register, diseases first."""
    named = [row for row in _claims().values() if re.search(rf"\b(?:{row['words']})", words)]
    for row in sorted(named, key=lambda row: ("none", "refused", "authorised").index(row["status"])):
        if row["status"] == "authorised":
            return _authorised(words, row)
        if row["status"] == "refused":
            return _told("refused", row["wording"], row)
        return EuStatus("no_such_claim", "", "", f"There is {row['wording']}.", REGISTER)
    return NONE


def _told(status: str, subject: str, row: dict[str, str] | None = None) -> EuStatus:
    wording = row["wording"] if row else ""
    because = statuses()[status]["because"].format(wording=wording, subject=subject)
    return EuStatus(status, row["id"] if row else "", wording, because, row["source"] if row else REGISTER)


def summary(statuses_: Iterable[EuStatus], selling: bool) -> dict[str, Any]:
    """The key `eu_law` of an article: how many claims have each status, in words too.

    Args:
        statuses_: of its claims.
        selling: whether the article advertises.
    """
    total_of = Counter(one.status for one in statuses_)
    total = sum(total_of.values()) - total_of["none"]
    return {
        "health_claims": total,
        **{name: total_of[name] for name in STATUSES if name != "none"},
        "advertises": selling,
        "summary": _sentence(total, total_of),
        "applies": (
            "This article advertises, so the law may bind it."
            if selling
            else "No selling was found in this article; if it sells nothing, the law does not bind it."
        ),
        "scope": SCOPE,
    }


def _sentence(total: int, total_of: Counter[str]) -> str:
    if not total:
        return "Under EU law: no health claim was recognised."
    refused = "of a kind that was assessed and refused"
    parts = (
        counted(total_of["authorised"], "keeps to an authorised wording", "keep to an authorised wording"),
        counted(total_of["stretched"], "goes beyond one", "go beyond one"),
        counted(total_of["refused"], f"is {refused}", f"are {refused}"),
    )
    nowhere = counted(total_of["no_such_claim"], "has", "have")
    of = counted(total, "health claim")
    return f"Under EU law, of {of} {', '.join(parts)}, and {nowhere} no authorised claim to stand on."


def links(source: str) -> list[dict[str, str]]:
    """The pages of a source as the register names it: name and address."""
    return [{"name": name, "url": url} for name, url in URLS.items() if name in source]


@cache
def statuses() -> dict[str, dict[str, str]]:
    """Label and sentence of each status."""
    return {row["status"]: row for row in rows("eu_status")}


@cache
def _claims() -> dict[str, dict[str, str]]:
    """The register: authorised, refused, and what stands in neither list, by id or wording."""
    return {row["id"] or row["wording"]: row for row in rows("eu_claims")}


@cache
def _topics() -> dict[str, dict[str, str]]:
    return {row["topic"]: row for row in rows("eu_topics")}


def _has(what: str, words: str) -> bool:
    return bool(patterns("eu_words")[what].search(words))
