"""Rule 2, unsafe: following it could hurt.

(a) more as a supplement than any authority allows the group, or a limit stated above that, without medical
supervision; in `decisions.csv` under `unsafe`: (b) safe with weak kidneys, impossible to overdose, free of
any risk; (c) an interaction denied, or both told to be taken together; (d) instead of treatment or a test,
or no care for a group at risk; (e) laxative use without end. Reports of trial doses are not advice.
"""

from __future__ import annotations

from dataclasses import replace

from magnesim.claims.labels import Verdict
from magnesim.claims.verdicts.amounts import age_limit, doses
from magnesim.claims.verdicts.decisions import decide
from magnesim.claims.verdicts.dose import is_printed, is_reference
from magnesim.claims.verdicts.drugs import drugs_in
from magnesim.claims.verdicts.said import Said, say

ADULT_LIMIT = 400.0
"""mg a day from supplements: the highest figure that an authority prints for adults (UK)."""
NOT_SUPPLEMENTS = ("requirement", "food_sources", "elemental_content", "laxative_effect")
"""Topics whose amounts are of supplements only where the words say so."""


def unsafe(said: Said) -> Verdict | None:
    """Whether whoever follows it could be hurt; a citation only reports."""
    if said.labels.kind == "citation":
        return None
    return _too_much(said) or decide("unsafe", said)


def unsafe_advice(said: Said) -> Verdict | None:
    """Advice on a listed medicine that could hurt: what is told of a medicine is never mere advice."""
    if said.labels.topic == "clinician_advice" or not drugs_in(said.text):
        return None
    return decide(
        "unsafe", replace(said, labels=replace(said.labels, kind="safety", topic="drug_interaction"))
    )


def _too_much(said: Said) -> Verdict | None:
    """(a) Above the highest limit of the group, told as something to take or as a limit."""
    topic = said.labels.topic
    if topic in NOT_SUPPLEMENTS and not said.says("supplement_form"):
        return None
    if (
        said.says("supervised")
        or not _recommends(said)
        or (topic == "children" and is_reference(said))
        or is_printed(said)
    ):
        return None
    limit, top = age_limit(said), max(doses(said), default=0.0)
    allowed = ADULT_LIMIT if limit is None else limit
    if top <= allowed:
        return None
    who = "an adult" if limit is None else "this age"
    because = f"It comes to {top:.0f} mg a day; no authority allows {who} over {allowed:.0f} mg in pills."
    return say(said, "unsafe", because)


def _recommends(said: Said) -> bool:
    """Whether an amount is told as one to take or as a limit, not as a report or a warning."""
    warned = said.says("too_much")
    if said.labels.topic == "upper_limit":
        return not warned or said.says("above_a_limit")
    if said.labels.kind == "dose":
        return not warned
    if said.labels.kind == "safety":
        return not warned and (said.says("advised") or said.says("imperative"))
    return said.says("imperative")
