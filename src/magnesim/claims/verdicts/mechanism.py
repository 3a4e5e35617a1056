"""Rule 8, mechanism: general physiology is supported; named pathways are `mechanism_only`.

A pathway said expressly of people, or with a size, when nobody measured it is not supported. What trials of
oral magnesium measured (`marker`: melatonin, the stress axis) is judged by them. The lists are `physiology`,
`pathway` and `marker` in `decisions.csv`.
"""

from __future__ import annotations

from magnesim.claims.labels import Verdict
from magnesim.claims.verdicts.decisions import decide
from magnesim.claims.verdicts.said import Said, say


def mechanism(said: Said) -> Verdict | None:
    """The verdict on a mechanism; vessels that were measured go on to the effect ladder."""
    judged, known_of_lack = said.row["judged"], said.row["lack"]
    if judged == "physiology":
        return decide("physiology", said)
    acted_on = said.labels.kind == "mechanism" or said.says("vessel_mechanism")
    measured = said.labels.topic == "vascular_function" and not acted_on
    if judged not in ("pathway", "marker") or measured:
        return None
    if judged == "pathway" and known_of_lack and said.says("lack") and not said.denied:
        return say(said, known_of_lack, f"Known of lack: {said.why}.")
    return decide(judged, said)
