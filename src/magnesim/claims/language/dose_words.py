"""Section 2, dose: whether a sentence sets an amount, a limit or a time rather than telling what one did."""

from __future__ import annotations

from magnesim.claims.language.sentence import Sentence


def sets_dose(s: Sentence, imperative: bool) -> bool:
    """Whether an amount, a time or a limit is set."""
    if s.amount:
        return _sets_amount(s, imperative) and not _is_about_harm(s, imperative)
    if not (s.has("timing", "timing_frame") or s.says("limit_or_requirement") or s.says("divided_or_varied")):
        return False
    return _sets_time_or_limit(s, imperative) and not _is_about_harm(s, imperative)


def _sets_amount(s: Sentence, imperative: bool) -> bool:
    """Whether an amount that stands in the sentence is one to take."""
    if s.forms and s.says("amount_in_amount"):
        return False
    return imperative or ((s.says("amount_asked") or s.says("amount_a_day")) and not s.says("result"))


def _sets_time_or_limit(s: Sentence, imperative: bool) -> bool:
    """Whether a sentence without an amount sets a time, a limit or a way of dividing the dose."""
    if imperative and s.has("timing"):
        # use as a laxative without end is told for the bowel
        endless = "laxative" in s.text and s.says("endless")
        taken = not endless and (s.has("magnesium") or s.forms or s.says("taking") or s.says("product"))
        return bool(taken) and not s.has("clinician")
    if s.says("limit_or_requirement"):
        uptake = s.says("uptake") and not s.says("should")
        return not s.says("result") and not s.says("within_the_limit") and not uptake
    if s.says("time_indifferent"):
        return s.has("timing")
    if s.says("uptake") and not s.says("should"):
        return s.says("best") and s.says("hour_of_day")
    if s.says("dose_varies"):
        return True
    return (s.has("timing_frame") or s.says("portions")) and not s.says("result") and not s.has("drug")


def _is_about_harm(s: Sentence, imperative: bool) -> bool:
    """Whether an amount only serves what to do about a side effect or what too much of it does."""
    return s.says("side_effect_first") or (not imperative and s.says("far_too_much"))
