"""What a page says of the people, their diet and their dose, read off one printed figure and its study.

What is not printed is filled by a rule, and the rule is named in `Context.assumed`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from magnesim.body.entry import salts
from magnesim.fit.design import Design, Given, dose_hours, of_sex
from magnesim.fit.observed import Observation
from magnesim.units import HOURS_A_DAY, mmol_from_mg

DEPLETED_MMOL_D = 0.5
"""Intake on a diet called free of magnesium; those described held below 0.5 mmol a day (`fatemi1991`)."""
LOW_DIET_MMOL_D = 2.0
"""Diets below it are meant to deplete; nobody eats so little by habit."""
USUAL_TIMES = 2
"""Doses a day where a page prints none."""

ANIMALS = re.compile(r"\b(rats?|dogs?|mice|mouse|sheep|rabbits?|pigs?|swine|animals?|in vitro)\b")
OUTSIDE = re.compile(
    r"bypass|surgery|brain injury|alcohol|primary hypomagn|critically|sepsis|"
    r"mg-deficient patients|dialysis|transplant|cream|transdermal"
)
KIDNEY = re.compile(r"renal failure|\bckd\b|kidney disease|kidney failure")
NORMAL_KIDNEY = re.compile(r"normal renal|normal kidney")
FEMALE = re.compile(r"\b(women|woman|girls?|female|pregnan\w*|pre-?eclampsia|post-?menopaus\w*)\b")
MALE = re.compile(r"\b(men|man|boys?|male)\b")
DAILY = re.compile(r"(?<![/\d.])(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?\s*(mg|mmol)/d\b")
FREE_DIET = re.compile(r"mg-free|mg-deficient diet|mg restriction|magnesium-free")


class CannotError(Exception):
    """The reason why a figure is not simulated."""


@dataclass
class Context:
    """What other rows of the same study say."""

    all: Sequence[Observation]
    assumed: list[str] = field(default_factory=list)

    def start_of(self, item: Observation) -> float | None:
        """The same people's figure before anything was given."""
        if item.baseline is not None:
            return item.baseline
        same = [
            other
            for other in self.all
            if other.study_id == item.study_id
            and other.measure == item.measure
            and other.table == item.table
            and other.unit == item.unit
            and other.observed is not None
            and other is not item
        ]
        if item.table == "kinetics":
            before = [other for other in same if other.hours is not None and other.hours <= 0]
            own = [other for other in before if other.arm == item.arm]
            found = own or before
        else:
            nothing = [other for other in same if other.compound in ("none", "") and not other.compared]
            found = nothing if item.compound not in ("none", "") else []
            if found and item.table == "results":
                self.assumed.append("starts where the arm without magnesium ended")
        return found[0].observed if found else None

    def serum_of(self, item: Observation) -> float | None:
        """A printed serum at the start of this study, mmol/L."""
        seen = [
            value
            for other in self.all
            if other.study_id == item.study_id and other.measure == "serum_mg" and other.unit == "mmol/L"
            for value in (other.baseline, other.observed if is_before_all(other) else None)
            if value is not None
        ]
        return sum(seen) / len(seen) if seen else None


def sex_of(item: Observation) -> str:
    """`female`, `male` or `mixed`, by the words of the page; both or neither is `mixed`."""
    if "sex" in item.notes:
        return item.notes["sex"]
    women, men = bool(FEMALE.search(item.words)), bool(MALE.search(item.words))
    return "mixed" if women == men else "female" if women else "male"


def person_of(item: Observation, serum: float | None = None) -> Design:
    """The person before anything is done.

    Raises:
        CannotError: kidney disease without a printed kidney function.
    """
    sex = sex_of(item)
    habitual = float(item.notes.get("habitual_mmol_d", mmol_from_mg(of_sex("diet_mg", sex))))
    egfr = None
    if "egfr" in item.notes:
        egfr = float(item.notes["egfr"])
    elif KIDNEY.search(item.words) and not NORMAL_KIDNEY.search(item.words):
        raise CannotError("kidney disease without a printed kidney function")
    return Design(sex=sex, egfr=egfr, serum=serum, habitual_mmol_d=habitual, diet_mmol_d=habitual)


def daily_diet(item: Observation) -> float | None:
    """Magnesium of a diet that the page prints, mmol a day."""
    if "diet_mmol_d" in item.notes:
        return float(item.notes["diet_mmol_d"])
    if FREE_DIET.search(item.procedure):
        return DEPLETED_MMOL_D
    if item.compound not in ("diet", "none"):
        return None
    found = DAILY.search(item.procedure)
    if not found:
        return None
    ends = [float(text) for text in found.group(1, 2) if text]
    amount = sum(ends) / len(ends)
    return mmol_from_mg(amount) if found.group(3) == "mg" else amount


def days_of(item: Observation) -> int | None:
    """Whole days from the start to the reading, at least one; None where no time is printed."""
    if "days" in item.notes:
        return int(item.notes["days"])
    return None if item.hours is None else max(1, round(item.hours / HOURS_A_DAY))


def no_dose(item: Observation) -> bool:
    """Whether nothing was given beside the diet."""
    return item.compound in ("none", "diet") and "dose_mmol" not in item.notes


def salt_of(item: Observation) -> str:
    """The row of the salts table for what was given.

    Raises:
        CannotError: a compound without a row.
    """
    if item.compound in salts() and item.compound != "food":
        return item.compound
    if item.compound in ("mixed", "diet"):
        return "unspecified"
    raise CannotError(f"the compound {item.compound or '(not printed)'} is not in the salts table")


def dose_of(item: Observation) -> float:
    """Elemental magnesium given, mmol, of one load or of a day as the table prints it.

    Raises:
        CannotError: a dose that is not printed, or not as what.
    """
    if "dose_mmol" in item.notes:
        return float(item.notes["dose_mmol"])
    if item.dose_mmol is None:
        raise CannotError("the dose is not printed")
    if not item.dose_clear:
        raise CannotError("the page does not say whether the dose is elemental or of the salt")
    return item.dose_mmol


def needs_dose(item: Observation) -> None:
    """Refuse a share of a dose where there is none."""
    if no_dose(item) or dose_of(item) <= 0:
        raise CannotError("a share of nothing")


def daily_doses(item: Observation, context: Context) -> tuple[Given, ...]:
    """A trial's doses, spread over the day."""
    if no_dose(item):
        return ()
    amount = dose_of(item)
    if amount == 0:
        return ()
    times = int(item.notes.get("times", item.times_a_day or USUAL_TIMES))
    if item.times_a_day is None and "times" not in item.notes:
        context.assumed.append("two doses a day")
    context.assumed.append("doses with meals")
    hours = dose_hours(times)
    return tuple(Given(hour, salt_of(item), amount / len(hours)) for hour in hours)


def is_depletion(item: Observation) -> bool:
    """Whether the reading is from a diet meant to deplete, and not from before it."""
    diet = daily_diet(item)
    return diet is not None and diet <= LOW_DIET_MMOL_D and (item.hours is None or item.hours > 0)


def is_before_all(item: Observation) -> bool:
    """Whether the reading is from before the first dose."""
    return item.hours is not None and item.hours <= 0 and not item.compared


def is_at_start(item: Observation) -> bool:
    """Whether nothing was given yet."""
    return item.compound in ("none", "diet", "") or is_before_all(item)


def is_trial(item: Observation) -> bool:
    """Whether the figure is one of a trial's arm or of a difference between arms."""
    return item.table in ("results", "contrasts")
