"""Rule 9, the effect ladder, applied to what a sentence says.

Before the rung itself: combinations are never better than insufficient for magnesium; a stated size beyond
the interval is not supported, or refuted at moderate certainty; lack and associations are judged by what is
known of them; a result argued only through a mechanism is `mechanism_only`. Hedges never rescue, and a denial
is judged whole.
"""

from __future__ import annotations

from magnesim.claims.labels import Verdict
from magnesim.claims.quick import quick
from magnesim.claims.tables import rows
from magnesim.claims.verdicts.contradicted import ROUNDING
from magnesim.claims.verdicts.ladder import SURE, Rung, figures, ladder, widest
from magnesim.claims.verdicts.said import Said, say, sentence

IN_FAVOUR_OR_MIXED = ("supported", "supported_low_certainty", "mixed")
DENIED = {"supported_low_certainty": "not_supported", "not_supported": "supported_low_certainty"}
"""What denying an association is worth, by what the association is."""
CHANGED = ("worsens", "decreases", "increases")


def effect(said: Said) -> Verdict:
    """Where the evidence leaves the effect that is claimed or denied."""
    for way in (_combination, _size_beyond, _by_lack, _by_association, _argued):
        if verdict := way(said):
            return verdict
    rung = ladder(said)
    if _is_opposite(said):
        wrong = "refuted" if rung.verdict == "supported" else "not_supported"
        return say(said, wrong, f"The reverse is known: {rung.because}.")
    if said.denied:
        return denial(said, rung)
    because = f"{sentence(rung.because)} {figures(said.row['outcomes'])}".strip()
    return say(said, rung.verdict, because)


def denial(said: Said, rung: Rung) -> Verdict:
    """A denial judged whole: right where nothing is in favour, wrong where the effect is sure."""
    because = sentence(rung.because)
    if rung.verdict == "not_supported":
        right = "supported" if rung.certainty in SURE else "supported_low_certainty"
        return say(said, right, f"The denial is right: {because}")
    if rung.verdict == "supported":
        return say(said, "refuted", f"The denial is wrong: {because}")
    wrong = {"supported_low_certainty": "not_supported", "mechanism_only": "insufficient"}
    return say(said, wrong.get(rung.verdict, rung.verdict), because)


def _combination(said: Said) -> Verdict | None:
    if said.denied or not said.says("combined"):
        return None
    verdict = "not_supported" if ladder(said).verdict == "not_supported" else "insufficient"
    return say(said, verdict, "A combination says nothing certain of magnesium alone.")


def _is_opposite(said: Said) -> bool:
    """Whether harm to the outcome is claimed of the supplement itself."""
    if said.labels.direction != "worsens" or said.denied:
        return False
    return not said.says("lack") and not said.says("association")


# ---------------------------------------- a stated size


def _size_beyond(said: Said) -> Verdict | None:
    """A stated size beyond the interval of every pool."""
    if said.denied or _is_size_of_association(said):
        return None
    rung = ladder(said)
    excluded = rung.verdict == "not_supported" and rung.certainty in SURE
    big = said.big_change and (excluded or rung.verdict in IN_FAVOUR_OR_MIXED)
    if not big and not _beyond_pools(said):
        return None
    settled = rung.verdict in ("not_supported", "supported") and rung.certainty in SURE
    because = f"Such a size lies beyond the evidence: {rung.because}."
    return say(said, "refuted" if settled else "not_supported", because)


def _is_size_of_association(said: Said) -> bool:
    hedged = said.labels.strength == "hedged" and said.says("association")
    return hedged or said.labels.topic == "cardiovascular_risk"


def _beyond_pools(said: Said) -> bool:
    """Whether even the smallest size told is larger than any pool allows."""
    bounds = [row for row in rows("verdicts/stated_sizes") if row["topic"] == said.labels.topic]
    named = [row for row in bounds if row["words"] and quick(row["words"]).search(said.text)]
    return any(_beyond(said, row) for row in named or [row for row in bounds if not row["words"]])


def _beyond(said: Said, bound: dict[str, str]) -> bool:
    """Whether the sizes told in the unit of a bound are all beyond it."""
    unit = bound["unit"]
    sizes = [] if unit == "%" and said.says("share_of_people") else said.values(unit)
    if unit == "min":
        sizes += [hours * 60 for hours in said.values("hour")]
        sizes += [60.0] if said.says("whole_hour") else []
    largest = widest(bound["outcome"]) * float(bound["times"])
    return bool(sizes) and 0 < largest * (1 + ROUNDING) < min(sizes)


# ---------------------------------------- lack, association, mechanism


def _by_lack(said: Said) -> Verdict | None:
    """A consequence of lack, or lack used to argue for supplements."""
    known, direction = said.row["lack"], said.labels.direction
    if said.denied or direction not in CHANGED or not said.says("lack"):
        return None
    if known:
        return say(said, known, f"What is known of lack: {said.why}.")
    if said.labels.kind == "effect" and direction != "worsens":
        return None
    return say(said, "insufficient", "Lack of magnesium was not studied for this.")


def _by_association(said: Said) -> Verdict | None:
    """A link between intake or level and outcome, worded as one."""
    verdict = said.row["association"]
    if not verdict or not said.says("association"):
        return None
    if said.says("supplement_only") and not said.says("diet_or_intake"):
        return None
    if said.denied:
        return say(said, DENIED.get(verdict, verdict), f"An association denied: {said.why}.")
    if said.labels.strength != "hedged" and not said.says("compared_groups"):
        return None
    return say(said, verdict, f"An association, worded as one: {said.why}.")


def _argued(said: Said) -> Verdict | None:
    """A result argued only through a mechanism."""
    if said.labels.kind != "effect" or said.denied or not said.says("through"):
        return None
    rung = ladder(said)
    measured = said.row["outcomes"] and rung.verdict != "insufficient"
    if rung.verdict == "not_supported" or (measured and not said.says("named_mechanism")):
        return None
    return say(said, "mechanism_only", "The result is argued through a mechanism only.")
