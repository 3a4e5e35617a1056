"""Rule 5, EU wording.

An authorised function kept to "contributes to normal ..." is supported; stretched to disease, boost or
treatment it is judged by the base. A refused claim is not supported where the base has nothing else. What is
said of the law itself is held against the register, `eu_claims.csv`.
"""

from __future__ import annotations

from functools import cache

from magnesim.claims.labels import Verdict
from magnesim.claims.quick import QuickList, quick
from magnesim.claims.tables import rows
from magnesim.claims.verdicts.decisions import decide
from magnesim.claims.verdicts.said import Said, say

_STATUS = {
    "authorised": "authorised",
    "refused": "assessed and not authorised",
    "none": "not in it",
}


def eu_wording(said: Said) -> Verdict | None:
    """The verdict on a function of the register, or on what is said of the law."""
    judged = said.row["judged"]
    if judged == "law":
        return _law(said)
    return decide(judged, said) if judged in ("authorised", "refused") else None


@cache
def _register() -> QuickList[dict[str, str]]:
    return QuickList((quick(rf"\b(?:{row['words']})"), row) for row in rows("eu_claims"))


def _law(said: Said) -> Verdict:
    """What the register holds, against what the sentence says of it."""
    register = rows("eu_claims")
    counts = [value for value in said.values("") if value < 100]
    named = [row for _, row in _register().found(said.text)]
    if counts and not named and said.says("claims_counted"):
        right = sum(row["status"] == "authorised" for row in register) in counts
        because = "The register holds exactly ten authorised claims."
        return say(said, "supported" if right else "refuted", because)
    if said.says("us_trade_agency"):
        return say(said, "supported", "The US agency asks for randomised trials in people.")
    if not named:
        return say(said, "insufficient", "The register says nothing on it.")
    first = next((row for row in named if row["status"] != "authorised"), named[0])
    right = said.says("refusal") == (first["status"] != "authorised")
    because = f"EU register: {first['wording']} is {_STATUS[first['status']]}."
    return say(said, "supported" if right else "refuted", because)
