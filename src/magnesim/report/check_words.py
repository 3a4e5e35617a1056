"""How verdicts, sources and quality of an article are said and signed, for terminal and page alike."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from magnesim.claims.check import omissions
from magnesim.evidence.wording import counted
from magnesim.tables import rows

if TYPE_CHECKING:
    from magnesim.claims.check import Checked
    from magnesim.claims.labels import Claim

UNJUDGED = ("not_checkable", "promotional")
MOST_FIGURES = 2
"""Outcomes of which a card gives the figures."""


@cache
def _table(name: str, key: str) -> dict[str, dict[str, str]]:
    return {row[key]: row for row in rows(Path(__file__).parent / f"{name}.csv")}


def verdict_signs() -> dict[str, dict[str, str]]:
    """Sign, label, tone and meaning of each verdict, from `check_verdicts.csv`."""
    return _table("check_verdicts", "verdict")


def source_signs() -> dict[str, dict[str, str]]:
    """Sign, label and tone of what a claim's source is worth, from `check_sources.csv`."""
    return _table("check_sources", "problem")


def rating_signs() -> dict[str, dict[str, str]]:
    """Sign, label and tone of a rating of the quality sheet, from `check_ratings.csv`."""
    return _table("check_ratings", "rating")


def headline(result: Checked) -> str:
    """What was found, in a sentence."""
    judged = [claim for claim in result.claims if claim.verdict.verdict not in UNJUDGED]
    if not judged:
        return "No statement about magnesium was found that could be checked."
    holds = sum(claim.verdict.verdict == "supported" for claim in judged)
    weak = sum(claim.verdict.verdict == "supported_low_certainty" for claim in judged)
    wrong = sum(claim.verdict.verdict in ("refuted", "unsafe") for claim in judged)
    parts = (
        counted(holds, "holds", "hold"),
        counted(weak, "rests on weak evidence", "rest on weak evidence"),
        counted(len(judged) - holds - weak - wrong, "is not borne out", "are not borne out"),
    )
    wrong_told = counted(wrong, "is wrong or unsafe", "are wrong or unsafe")
    return f"Of {counted(len(judged), 'statement')} {', '.join(parts)}, and {wrong_told}."


def missing_lines(result: Checked) -> list[str]:
    """What a fair article would have said."""
    labels = {row["key"]: row["label"] for row in omissions()}
    return [f"Nothing on {labels[key]}." for key in result.missing_safety]


def quality_line(result: Checked) -> str:
    """The sheet in a sentence; the page shows its points."""
    counted_by = Counter(point.rating for point in result.quality)
    judged = len(result.quality) - counted_by["not_judged"]
    return (
        f"Of {judged} points that a program can judge {counted_by['yes']} are met, {counted_by['partly']} "
        f"partly and {counted_by['no']} not; the page (--out) shows each. In the manner of DISCERN."
    )


def reason(claim: Claim) -> str:
    """Why a claim has its verdict, in two sentences for a lay reader: what the verdict means, and what it
    stands on. Names of outcomes and studies are spelt out; figures that `figure_lines` gives are left out."""
    if claim.verdict.verdict in UNJUDGED:
        return because(claim)
    meaning = verdict_signs()[claim.verdict.verdict]["meaning"]
    return f"{meaning[:1].upper()}{meaning[1:]}. {because(claim)}".strip()


def because(claim: Claim) -> str:
    """What the verdict on a claim stands on, without the figures."""
    return plain_words(_without_figures(claim.verdict.because))


def figure_lines(claim: Claim) -> list[str]:
    """What trials measured on the claim's outcomes, with size and certainty; none for advertising."""
    from magnesim.evidence import evidence_for, outcomes
    from magnesim.report.evidence_words import headline_sentence

    if claim.verdict.verdict in UNJUDGED:
        return []
    named = dict.fromkeys(item.get("outcome", "") for item in claim.verdict.evidence)
    known = [name for name in named if name in outcomes()][:MOST_FIGURES]
    return [plain_words(headline_sentence(evidence_for(name))) for name in known]


@cache
def _outcome_keys() -> re.Pattern[str]:
    from magnesim.evidence import outcomes

    return re.compile(rf"\b({'|'.join(map(re.escape, outcomes()))})\b")


@cache
def _study_ids() -> re.Pattern[str]:
    from magnesim.evidence.comparisons import studies

    return re.compile(rf"\b({'|'.join(map(re.escape, sorted(studies(), key=len, reverse=True)))})\b")


def _without_figures(because: str) -> str:
    """A reason without its figures (`sbp: -2 (-3.6 to -0.4), 34 trials, low certainty.`)."""
    found = re.search(rf"\s*(?:\bPooled|{_outcome_keys().pattern}:) -?\d.*? certainty\.$", because)
    return because[: found.start()] if found else because


def plain_words(text: str) -> str:
    """A sentence with names and words that a reader knows: `Nielsen 2010`, not a handle of our tables."""
    from magnesim.answers.trials import name_of

    text = _study_ids().sub(lambda found: name_of(found.group()), text)
    for pattern, row in _table("check_plain", "pattern").items():
        text = re.sub(pattern, row["plain"], text)
    return f"{text[:1].upper()}{text[1:]}"
