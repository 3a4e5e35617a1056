"""An article with its claims marked, as one HTML file. All words of the article are escaped.

No script and nothing from outside: marks are links to cards, so keyboard, print and phone work by themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from magnesim.claims import quality
from magnesim.report import check_words as words
from magnesim.report.check_cards import card
from magnesim.report.rendering import rendered, style

if TYPE_CHECKING:
    from magnesim.claims.check import Checked, Marked
    from magnesim.claims.labels import Claim

COMMAND = "magnesim check article.txt --out article.html"


def check_page(result: Checked) -> str:
    """The checked article as HTML."""
    number = {id(claim): place for place, claim in enumerate(result.claims, 1)}
    signs = words.verdict_signs()
    claims = zip(result.claims, result.eu_statuses, strict=True)
    return rendered(
        "check",
        own_style=style("check"),
        command=COMMAND,
        headline=words.headline(result),
        note=result.note,
        counts=[(signs[verdict], count) for verdict, count in result.summary.items()],
        missing=words.missing_lines(result),
        law=result.eu_law,
        units=[_unit(one, number) for one in result.marked],
        cards=[card(claim, status, place) for place, (claim, status) in enumerate(claims, 1)],
        points=[_point(point) for point in result.quality],
        model=quality.MODEL,
    )


def _unit(one: Marked, number: dict[int, int]) -> dict[str, Any]:
    """A unit as pieces: plain text, and marks with their verdict."""
    pieces: list[dict[str, Any]] = []
    at = 0
    for claim, (start, end) in zip(one.claims, one.inside, strict=True):
        if start < at:
            continue
        marked = _mark(one.unit.text[start:end], claim, number[id(claim)])
        pieces += [{"text": one.unit.text[at:start], "number": None}, marked]
        at = end
    pieces.append({"text": one.unit.text[at:], "number": None})
    return {"kind": one.unit.kind, "pieces": [piece for piece in pieces if piece["text"]]}


def _mark(text: str, claim: Claim, number: int) -> dict[str, Any]:
    return {"text": text, "number": number, **words.verdict_signs()[claim.verdict.verdict]}


def _point(point: quality.Point) -> dict[str, Any]:
    return vars(point) | words.rating_signs()[point.rating]
