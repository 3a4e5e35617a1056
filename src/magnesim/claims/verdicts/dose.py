"""Rule 6, dose: reference intakes and limits as any one authority prints them; supplement amounts; timing.

A supplement amount goes by the top of its range: up to 250 mg supported, up to 400 mg mixed because
authorities differ, above that rule 2. Timing and practice: guideline, else trial, else nothing known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from magnesim.claims.labels import Verdict
from magnesim.claims.quick import QuickList, quick
from magnesim.claims.tables import rows
from magnesim.claims.verdicts.amounts import YOUNG, age_limit, doses
from magnesim.claims.verdicts.decisions import decide
from magnesim.claims.verdicts.figures import Number
from magnesim.claims.verdicts.said import Said, say
from magnesim.data import records

FREE_OF_DISPUTE = 250.0
"""mg a day from supplements: the lowest figure that an authority prints for adults (EU)."""
LABEL_VALUE = 375.0
"""mg a day: the reference value on EU labels (Regulation 1169/2011)."""
REFERENCE_TOPICS = ("requirement", "children", "pregnancy_lactation")
SAME_LIMIT, SAME_INTAKE = 0.02, 0.03
"""How far a figure may lie from the printed one, as a share of it."""

_AGE_BEFORE = re.compile(
    r"(?:over|past|above|from|after|aged?|between|under|turn|and|to|beyond|ages|[-–]) ?$"
)
_AGE_AFTER = re.compile(r" ?(?:year|and over|[-–]|plus|\+)")
_OLDER = re.compile(r"over|past|above|older|after|beyond")
_YOUNGER = re.compile(r"under|below|younger")


def dose(said: Said) -> Verdict | None:
    """The verdict on an amount, a limit or a time."""
    if said.labels.kind != "dose":
        return None
    topic = said.labels.topic
    if topic == "upper_limit" or (topic in REFERENCE_TOPICS and said.says("limit")):
        return limit(said)
    if topic == "requirement" or (topic in REFERENCE_TOPICS and is_reference(said)) or is_printed(said):
        return reference(said)
    if topic == "dose_timing" or not doses(said):
        return decide("timing", said)
    return _amount(said)


def is_reference(said: Said) -> bool:
    """Whether an amount is what the body needs from all sources, not a supplement."""
    return said.says("reference_intake") and not said.says("supplement_form")


def is_printed(said: Said) -> bool:
    """Whether an amount is told as what an authority named says that the body needs."""
    return is_reference(said) and any(_authorities().found(said.text))


def _amount(said: Said) -> Verdict:
    """A supplement amount, by the top of its range."""
    top, allowed = max(doses(said)), age_limit(said)
    if allowed is not None:
        verdict = "supported" if top <= allowed else "mixed"
        return say(said, verdict, f"{top:.0f} mg a day; the limit for the age is {allowed:.0f} mg.")
    if top <= FREE_OF_DISPUTE:
        return say(said, "supported", f"{top:.0f} mg a day is within every adult limit (250, 350, 400 mg).")
    return say(said, "mixed", f"{top:.0f} mg a day: authorities differ (EU 250, US 350, UK 400 mg).")


# ---------------------------------------- what authorities print


@cache
def _authorities() -> QuickList[tuple[str, ...]]:
    return QuickList(
        (quick(row["words"]), tuple(row["agencies"].split(";"))) for row in rows("verdicts/authority_names")
    )


def _printed_by(said: Said) -> list[dict[str, Any]]:
    """Rows of the dosing table by the authorities named, all where none is named."""
    named = tuple(name for _, names in _authorities().found(said.text) for name in names)
    return [row for row in records("safety", "dosing") if not named or str(row["agency"]).startswith(named)]


def _listed(printed: set[float]) -> str:
    return ", ".join(f"{value:.0f}" for value in sorted(printed))


def _unprinted(values: list[float], printed: set[float], share: float) -> list[float]:
    """The values that nobody prints."""
    return [v for v in values if not any(abs(v - p) <= share * p for p in printed)]


def limit(said: Said) -> Verdict:
    """A limit as any one authority prints it for that group; the authority named decides."""
    if in_words := decide("upper_limit", said):
        return in_words
    values = said.values("mg")
    if not values:
        return _limit_in_words(said)
    printed = _printed_limits(said)
    if wrong := _unprinted(values, printed, SAME_LIMIT):
        because = f"{wrong[0]:.0f} mg is not what is printed ({_listed(printed)} mg a day)."
        return say(said, "refuted", because)
    if said.negated and said.says("limit_denied"):
        return say(said, "refuted", f"Limits are printed: {_listed(printed)} mg a day.")
    return say(said, "supported", f"As printed: {_listed(printed)} mg a day from supplements.")


def _printed_limits(said: Said) -> set[float]:
    """Limits for supplements, mg a day, for children if one is named and else for adults.

    An authority named that prints none of its own for them leaves those of all others.
    """
    child = age_limit(said) is not None
    return _limits(_printed_by(said), child) or _limits(records("safety", "dosing"), child)


def _limits(dosing: Iterable[dict[str, Any]], child: bool) -> set[float]:
    """The limits for supplements in rows of the dosing table."""
    return {
        row["ul_supplement_mg"]
        for row in dosing
        if row["ul_supplement_mg"] is not None and (row["life_stage"] in YOUNG) == child
    }


def _limit_in_words(said: Said) -> Verdict:
    if said.says("unlimited"):
        return say(said, "refuted", "Limits are printed: 250, 350 or 400 mg a day from supplements.")
    because = (
        "The limits count magnesium from supplements and medicines, not from food; they rest on diarrhoea."
    )
    return say(said, "supported", because)


def reference(said: Said) -> Verdict:
    """A reference intake as any one authority prints it for the group."""
    amounts = (n for n in said.numbers if n.unit in ("mg", "") and not _is_age(said, n))
    values = [n.value for n in amounts if 15 < n.value < 2000]
    if not values:
        return say(said, "insufficient", "No amount is given that could be checked.")
    printed = _printed_intakes(said)
    wrong = said.denied or _unprinted(values, printed, SAME_INTAKE)
    because = f"Reference intakes printed for this group: {_listed(printed)} mg a day."
    return say(said, "refuted" if wrong else "supported", because)


def _printed_intakes(said: Said) -> set[float]:
    """Reference intakes for the group that the sentence names, mg a day."""
    women, men = said.says("women"), said.says("men")
    pregnant, child = said.says("pregnant"), age_limit(said) is not None
    mother = pregnant or said.says("nursing")
    stages = _stages(said, child)
    other_sex = "male" if women else "female"
    ages = _ages(said)
    printed = {
        row["rda_or_ai_mg"]
        for row in _printed_by(said)
        if row["rda_or_ai_mg"] is not None
        and row["value_type"] != "increment"
        and row["life_stage"] in stages
        and (mother or women == men or row["sex"] != other_sex)
        and (not ages or _covers(row, ages))
    }
    return printed | {LABEL_VALUE} if said.says("label_value") and not child and not pregnant else printed


def _stages(said: Said, child: bool) -> tuple[str, ...]:
    """The stages of life that the sentence speaks of."""
    named = {"pregnancy": said.says("pregnant"), "lactation": said.says("nursing")}
    mothers = tuple(stage for stage, told in named.items() if told)
    return mothers or (YOUNG if child else ("adult", "general"))


def _is_age(said: Said, number: Number) -> bool:
    """Whether a figure is an age: below 100, in years, or beside words of age."""
    if number.unit == "mg":
        return False
    after = said.text[number.end : number.end + 8]
    beside = _AGE_BEFORE.search(said.before(number, 16)) or _AGE_AFTER.match(after)
    return beside is not None or number.unit == "years" or number.value < 100


def _ages(said: Said) -> list[float]:
    """Ages in years; `over 30` means the years after it, `under 30` those before."""
    found = []
    for number in said.numbers:
        if number.unit != "mg" and number.value < 100 and _is_age(said, number):
            before = said.before(number, 16)
            found.append(number.value + bool(_OLDER.search(before)) - bool(_YOUNGER.search(before)))
    return found


def _covers(row: dict[str, Any], ages: list[float]) -> bool:
    """Whether a row of the dosing table is for one of these ages."""
    bottom = 0.0 if row["age_low"] is None else row["age_low"]
    top = 130.0 if row["age_high"] is None else row["age_high"]
    return any(bottom <= age <= top + 0.9 for age in ages)
