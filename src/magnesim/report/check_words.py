"""How verdicts on an article are said and signed, for terminal and page alike."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from magnesim.claims.check import omissions

if TYPE_CHECKING:
    from magnesim.claims.check import Checked

UNJUDGED = ("not_checkable", "promotional")


@cache
def verdict_signs() -> dict[str, dict[str, str]]:
    """Sign, label, tone and meaning of each verdict, from `check_verdicts.csv`."""
    with (Path(__file__).parent / "check_verdicts.csv").open(encoding="utf-8", newline="") as file:
        return {row["verdict"]: row for row in csv.DictReader(file)}


def headline(result: Checked) -> str:
    """What was found, in a sentence."""
    judged = [claim for claim in result.claims if claim.verdict.verdict not in UNJUDGED]
    if not judged:
        return "No statement about magnesium was found that could be checked."
    holds = sum(claim.verdict.verdict == "supported" for claim in judged)
    weak = sum(claim.verdict.verdict == "supported_low_certainty" for claim in judged)
    wrong = sum(claim.verdict.verdict in ("refuted", "unsafe") for claim in judged)
    return (
        f"Of {len(judged)} statements {holds} hold, {weak} rest on weak evidence, "
        f"{len(judged) - holds - weak - wrong} are not borne out, and {wrong} are wrong or unsafe."
    )


def missing_lines(result: Checked) -> list[str]:
    """What a fair article would have said."""
    labels = {row["key"]: row["label"] for row in omissions()}
    return [f"Nothing on {labels[key]}." for key in result.missing_safety]
