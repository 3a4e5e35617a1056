"""How good an article is as information: a sheet of points in the manner of DISCERN.

Ratings are computed from the text and the verdicts. The points, their words and the way each is rated stand
in `quality.csv`; they are ours and follow the questions of DISCERN by number. A point that needs a reader's
judgement is not rated. There is no total: selling and well-named sources have no mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from magnesim.claims.commerce import discloses, sells
from magnesim.claims.labels import Claim
from magnesim.claims.tables import rows

if TYPE_CHECKING:
    from magnesim.claims.check import Checked
    from magnesim.claims.reading import Unit

RATINGS = ("yes", "partly", "no", "not_judged")
NOT_JUDGED = "Not judged by a program: this needs a reader."
NOTHING_TO_RATE = "There is no statement that this could be rated on."
MODEL = {
    "name": "In the manner of DISCERN; points, words and ratings are our own",
    "reference": "Charnock D, Shepperd S, Needham G, Gann R. DISCERN: an instrument for judging the quality "
    "of written consumer health information on treatment choices. J Epidemiol Community Health "
    "1999;53:105-111.",
    "url": "https://doi.org/10.1136/jech.53.2.105",
}
OVERSTATED = ("mixed", "mechanism_only", "insufficient", "not_supported", "refuted", "unsafe")
OPEN = ("supported_low_certainty", "mixed", "mechanism_only", "insufficient")
NOT_BORNE_OUT = ("not_found", "wrong_species", "wrong_design", "wrong_topic", "overstated")
RISKS = ("kidney_disease", "drug_interactions", "dose_limit", "laxative_effect", "pregnancy_children")
MOST_PASSAGES = 3
OPENING = 6
MOSTLY, SOME = 0.5, 0.25
"""Shares from which a point is met, and partly met: an assumption, stated with each rating as counts."""


@dataclass(frozen=True)
class Point:
    """One point of the sheet.

    Attributes:
        id, point, modelled_on: of the table.
        rating: one of `RATINGS`.
        because: why, with counts.
        passages: what it was seen in: text, start, end.
    """

    id: str
    point: str
    modelled_on: str
    rating: str
    because: str
    passages: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class _Found:
    """A rating with the figures of its sentence and what it was seen in."""

    rating: str
    figures: dict[str, Any]
    seen: tuple[Claim | Unit, ...] = ()


def quality_sheet(checked: Checked) -> tuple[Point, ...]:
    """All points of the sheet for an article, in the order of the table; none where it claims nothing."""
    if not checked.claims:
        return ()
    return tuple(_point(row, checked) for row in rows("quality"))


def to_json(sheet: Iterable[Point]) -> dict[str, Any]:
    """The key `quality` of the contract `check`."""
    return {
        "model": MODEL,
        "points": [{**vars(point), "passages": list(point.passages)} for point in sheet],
    }


def _point(row: dict[str, str], checked: Checked) -> Point:
    found = _WAYS[row["how"]](row, checked) if row["how"] in _WAYS else None
    head = (row["id"], row["point"], row["modelled_on"])
    if found is None:
        told = NOT_JUDGED if row["how"] == "not_judged" else NOTHING_TO_RATE
        return Point(*head, "not_judged", told)
    because = row[found.rating].format(**found.figures)
    return Point(*head, found.rating, because, tuple(map(_passage, found.seen[:MOST_PASSAGES])))


def _passage(seen: Claim | Unit) -> dict[str, Any]:
    return {"text": seen.text, "start": seen.start, "end": seen.end}


def _told(row: dict[str, str], units: Iterable[Unit]) -> tuple[Unit, ...]:
    pattern = re.compile(row["words"], re.IGNORECASE)
    return tuple(unit for unit in units if pattern.search(unit.text))


def _units(checked: Checked) -> list[Unit]:
    """What the article itself says, without its list of sources."""
    return [one.unit for one in checked.marked if one.unit.kind != "reference"]


def _running(checked: Checked) -> list[Unit]:
    """The same without headings."""
    return [unit for unit in _units(checked) if unit.kind != "heading"]


def _judged(checked: Checked) -> list[Claim]:
    return [one for one in checked.claims if one.labels.kind not in ("promotional", "advice", "not_a_claim")]


def _benefits(checked: Checked) -> list[Claim]:
    """Statements that magnesium does somebody good."""
    return [
        one
        for one in _judged(checked)
        if one.labels.kind in ("effect", "citation")
        and one.labels.strength != "negated"
        and one.labels.direction in ("improves", "increases", "decreases")
    ]


def _by_share(part: int, of: int) -> str:
    return "yes" if part >= MOSTLY * of else "partly" if part >= SOME * of and part else "no"


def _opening(row: dict[str, str], checked: Checked) -> _Found:
    seen = _told(row, [one for one in _units(checked) if one.text][:OPENING])
    return _Found("yes" if seen else "no", {}, seen)


def _said(row: dict[str, str], checked: Checked) -> _Found:
    seen = _told(row, _running(checked))
    enough = len(seen) >= int(row["enough"])
    return _Found("yes" if enough else "partly" if seen else "no", {"n": len(seen)}, seen)


def _sources(row: dict[str, str], checked: Checked) -> _Found | None:
    judged = _judged(checked)
    if not judged:
        return None
    found = [one for one in judged if one.citation.study_id or _of_authority(one)]
    bad = [one for one in judged if one.citation.problem in NOT_BORNE_OUT]
    rating = _by_share(len(found), len(judged))
    if rating != "no" or found:
        rating = "yes" if rating == "yes" and not bad else "partly"
    problems = f"; {len(bad)} with a source that was not found or does not bear them out" if bad else ""
    figures = {"found": len(found), "of": len(judged), "problems": problems}
    return _Found(rating, figures, tuple(bad or found))


def _of_authority(claim: Claim) -> bool:
    return bool(claim.citation.as_written) and claim.citation.problem == "none"


def _dates(row: dict[str, str], checked: Checked) -> _Found:
    dated = _told(row, _units(checked))
    year = re.compile(r"\b(?:19|20)\d\d\b")
    cited = tuple(one for one in checked.claims if year.search(one.citation.as_written))
    listed = tuple(
        one.unit for one in checked.marked if one.unit.kind == "reference" and year.search(one.unit.text)
    )
    if dated and (cited or listed):
        return _Found("yes", {}, dated)
    if not dated and not cited and not listed:
        return _Found("no", {})
    what = "The article is dated; its sources are not." if dated else "Sources are dated; the article is not."
    return _Found("partly", {"what": what}, dated + cited + listed)


def _balance(row: dict[str, str], checked: Checked) -> _Found | None:
    benefits = _benefits(checked)
    if not benefits:
        return None
    over = tuple(one for one in benefits if one.verdict.verdict in OVERSTATED)
    limits = [
        one
        for one in _judged(checked)
        if one.labels.strength == "negated"
        or one.labels.direction == "no_effect"
        or (one.labels.kind == "safety" and one.verdict.verdict not in ("refuted", "unsafe"))
    ]
    rating = "partly"
    if len(over) <= SOME * len(benefits) and limits:
        rating = "yes"
    elif len(over) > MOSTLY * len(benefits):
        rating = "no"
    return _Found(rating, {"over": len(over), "of": len(benefits), "limits": len(limits)}, over)


def _further(row: dict[str, str], checked: Checked) -> _Found:
    listed = tuple(one.unit for one in checked.marked if one.unit.kind == "reference")
    seen = listed + _told(row, _units(checked))
    return _Found("yes" if seen else "no", {"n": len(seen)}, seen)


def _uncertainty(row: dict[str, str], checked: Checked) -> _Found | None:
    unsettled = [one for one in _judged(checked) if one.verdict.verdict in OPEN]
    if not unsettled:
        return None
    unsure = tuple(one for one in unsettled if one.labels.strength != "asserted")
    figures = {"hedged": len(unsure), "of": len(unsettled)}
    return _Found(_by_share(len(unsure), len(unsettled)), figures, unsure)


def _mechanism(row: dict[str, str], checked: Checked) -> _Found:
    told = tuple(one for one in _judged(checked) if one.labels.kind == "mechanism")
    if not told:
        return _Found("no", {})
    lab = [one for one in told if one.verdict.verdict == "mechanism_only"]
    good = all(one.verdict.verdict.startswith("supported") for one in told)
    return _Found("yes" if good else "partly", {"told": len(told), "lab": len(lab)}, told)


def _size(row: dict[str, str], checked: Checked) -> _Found | None:
    benefits = _benefits(checked)
    if not benefits:
        return None
    sized = tuple(one for one in benefits if re.search(row["words"], one.text, re.IGNORECASE))
    figures = {"n": len(sized), "of": len(benefits)}
    return _Found(_by_share(len(sized), len(benefits)), figures, sized)


def _risks(row: dict[str, str], checked: Checked) -> _Found:
    from magnesim.claims.check import asked_of

    labels = {item["key"]: item["label"] for item in rows("omissions")}
    asked = [key for key in RISKS if key in asked_of(checked)]
    silent = [labels[key] for key in asked if key in checked.missing_safety]
    told = [labels[key] for key in asked if key not in checked.missing_safety]
    rating = "yes" if not silent else "partly" if told else "no"
    figures = {"told": ", ".join(told), "silent": ", ".join(silent)}
    return _Found(rating, figures, tuple(one for one in _judged(checked) if one.labels.kind == "safety"))


def _shared(row: dict[str, str], checked: Checked) -> _Found:
    if "see_clinician" in checked.missing_safety:
        return _Found("no", {})
    seen = _told(row, _running(checked))
    return _Found("yes" if len(seen) >= int(row["enough"]) else "partly", {"n": len(seen)}, seen)


def _commerce(row: dict[str, str], checked: Checked) -> _Found:
    if not checked.advertises:
        return _Found("yes", {})
    advertising = [one for one in checked.claims if one.labels.kind == "promotional"]
    within = {one.text for one in advertising}
    calls = [one for one in _units(checked) if sells(one.text) and not any(t in one.text for t in within)]
    seen: tuple[Claim | Unit, ...] = (*advertising, *calls)
    told = any(discloses(unit.text) for unit in _units(checked))
    return _Found("partly" if told else "no", {"n": len(seen)}, seen)


_WAYS: dict[str, Callable[[dict[str, str], Checked], _Found | None]] = {
    "opening": _opening, "said": _said, "sources": _sources, "dates": _dates, "balance": _balance,
    "further": _further, "uncertainty": _uncertainty, "mechanism": _mechanism, "size": _size,
    "risks": _risks, "shared": _shared, "commerce": _commerce,
}  # fmt: skip
