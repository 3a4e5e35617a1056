"""Section 2, dose: whether a sentence sets an amount, a limit or a time rather than telling what one did."""

from __future__ import annotations

from magnesim.claims.language.sentence import Sentence


def sets_dose(s: Sentence, imperative: bool) -> bool:
    """Whether an amount, a time or a limit is set."""
    result = s.says("result")
    if s.amount:
        return imperative or (s.says("amount_asked") and not result)
    if imperative and s.has("timing"):
        taken = s.has("magnesium") or s.forms or s.says("taking") or s.says("product")
        return bool(taken) and not s.has("clinician")
    if s.says("limit_or_requirement"):
        return not result
    if s.says("time_indifferent"):
        return s.has("timing")
    return s.has("timing_frame") and not result
