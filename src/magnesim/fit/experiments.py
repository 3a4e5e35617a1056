"""From a printed figure to the experiment that would give it, or to the reason why it cannot be simulated.

One design is what is done to a body; several figures may be read off one design. What a page does not print
is filled by a rule, and the rule is named in `assumed`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from magnesim.body.entry import salts
from magnesim.fit.observed import Observation
from magnesim.people import gfr_l_h
from magnesim.people.kidney import egfr_ckd_epi_2021
from magnesim.people.person import population_values
from magnesim.units import mmol_from_mg

MEAL_HOURS = (7.5, 12.5, 18.5)
DOSE_HOURS = {1: (18.5,), 2: (7.5, 18.5), 3: MEAL_HOURS}
ACUTE_HOUR = 8.0
INFUSION_H = 1.0 / 3.0
DEPLETED_MMOL_D = 0.5
"""Intake on a diet called free of magnesium; those described held below 0.5 mmol a day (`fatemi1991`)."""
LOW_DIET_MMOL_D = 2.0
SHORT_TRIAL_DAYS = 14
LARGEST_MMOL, LONGEST_DAYS = 200.0, 3650
ASSUMED_FIELDS = (
    "meal_mmol", "days", "egfr", "diet_mmol_d", "habitual_mmol_d", "dose_mmol", "times", "sex", "infusion_h",
)  # fmt: skip
"""Fields of `study_notes.csv` that stand in for something that no page prints."""

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
SERVINGS = re.compile(r"\b(\d+) x\b")

NOT_HELD = {
    "calcium_serum": "calcium is no part of the body model",
    "calcium_ionised": "calcium is no part of the body model",
    "pth": "only the share of hormone release that is left is modelled, not its level",
    "vitd_25oh": "25-hydroxyvitamin D is no part of the body model",
    "forearm_blood_flow": "blood flow is no part of the body model",
    "leukocyte_mg": "magnesium of leukocytes is no part of the body model",
    "sublingual_cell_mg": "magnesium of these cells is no part of the body model",
    "ionized_mg": "the ionised share of serum is not modelled",
    "ionized_mg_auc": "the ionised share of serum is not modelled",
    "ionized_mg_cmax": "the ionised share of serum is not modelled",
    "muscle_mg_free": "free magnesium of muscle is not modelled, only its store",
    "muscle_mg": "magnesium of a biopsy has no printed size here",
    "mg_retention_fraction": "a tracer; the model holds no tracer",
    "tracer_urine_cumulative": "a tracer; the model holds no tracer",
    "serum_mg_auc": "an area whose zero line is not printed",
    "serum_mg_auc_increment": "an area whose product and dose are not printed",
    "urine_mg_cmax": "a concentration of urine; its volume is not modelled",
    "serum_mg_ultrafiltrate": "the filtered share is a parameter of the model",
}
CLASSES = {
    "absorbed": "uptake",
    "load_absorbed": "uptake",
    "urine_gain_share": "urine",
    "faeces": "uptake",
    "faeces_share": "uptake",
    "faeces_over_urine": "uptake",
    "urine": "urine",
    "urine_change": "urine",
    "urine_ratio": "urine",
    "serum": "serum",
    "serum_ratio": "serum",
    "serum_change": "change",
    "serum_percent": "change",
    "serum_percent_max": "change",
    "serum_max": "serum",
    "balance": "change",
    "tubular_maximum": "serum",
    "csf": "stores",
    "csf_ratio": "stores",
    "csf_over_serum": "stores",
    "red_cells_ratio": "stores",
    "bone_ratio": "stores",
    "muscle_ratio": "stores",
    "calcitriol_ratio": "stores",
}
"""Kind of a reading: which error of the model it shares. `change` may be near zero and has no fold error."""


@dataclass(frozen=True)
class Given:
    """Magnesium at a clock hour: `iv` for an infusion, `food` for a meal."""

    hour: float
    compound: str
    mmol: float
    with_meal: bool = True


@dataclass(frozen=True)
class Design:
    """What is done to whom.

    Attributes:
        sex: `female`, `male` or `mixed`.
        egfr: mL/min/1.73 m2, or None for a usual one.
        serum: measured serum to begin with, mmol/L, or None.
        habitual_mmol_d, diet_mmol_d: eaten before and during.
        given: doses of each day.
        days: how long.
        infusion_h: length of an infusion.
        empty_gut: begins with an empty gut and without meals; what was given is then followed to the end.
        looks: clock hours of the last day at which amounts are wanted.
    """

    sex: str = "mixed"
    egfr: float | None = None
    serum: float | None = None
    habitual_mmol_d: float = 0.0
    diet_mmol_d: float = 0.0
    given: tuple[Given, ...] = ()
    days: int = 1
    infusion_h: float = INFUSION_H
    empty_gut: bool = False
    looks: tuple[float, ...] = ()


@dataclass(frozen=True)
class Experiment:
    """A figure, the design that gives it, and how it is read off.

    Attributes:
        reading: key of `CLASSES`.
        at_hour: clock hour of the reading, where it is one moment.
        scale: the prediction is the reading times this: the people's own start, where a ratio is predicted.
        shares: how many figures of the same study are read off the same design in the same way.
        assumed: what no page prints.
    """

    observation: Observation
    design: Design
    reading: str
    at_hour: float | None = None
    scale: float = 1.0
    shares: int = 1
    assumed: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """`uptake`, `urine`, `serum`, `stores` or `change`."""
        return CLASSES[self.reading]


@dataclass(frozen=True)
class Skipped:
    """A figure that is not simulated, and why."""

    observation: Observation
    why: str


class _CannotError(Exception):
    """The reason why a figure is not simulated."""


@dataclass
class _Context:
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
            for value in (other.baseline, other.observed if _before_all(other) else None)
            if value is not None
        ]
        return sum(seen) / len(seen) if seen else None


def experiments(items: Sequence[Observation]) -> tuple[list[Experiment], list[Skipped]]:
    """Every figure as an experiment, or skipped with its reason, in the order given."""
    made: list[Experiment] = []
    skipped: list[Skipped] = []
    for item in items:
        try:
            made.append(_experiment(item, _Context(items)))
        except _CannotError as reason:
            skipped.append(Skipped(item, str(reason)))
    alike = [(one.observation.study_id, one.design, one.reading, one.at_hour) for one in made]
    return [replace(one, shares=alike.count(key)) for one, key in zip(made, alike, strict=True)], skipped


def _experiment(item: Observation, context: _Context) -> Experiment:
    _check(item)
    made = _BY_MEASURE.get(item.measure, _unknown)(item, context)
    _check_design(made.design)
    return replace(made, assumed=(*made.assumed, *context.assumed, *_notes_of(item)))


def _notes_of(item: Observation) -> tuple[str, ...]:
    return tuple(
        f"{field.replace('_', ' ')} {value}" for field, value in item.notes.items() if field in ASSUMED_FIELDS
    )


def _check(item: Observation) -> None:
    """What no design could help."""
    if "skip" in item.notes:
        raise _CannotError(item.notes["skip"])
    if item.measure in NOT_HELD:
        raise _CannotError(NOT_HELD[item.measure])
    if item.observed is None:
        raise _CannotError("no size is printed")
    if item.unit is None:
        raise _CannotError(f"the unit {item.unit_printed or '(none)'} is not understood")
    if (item.design == "animal" or ANIMALS.search(item.words)) and "simulate" not in item.notes:
        raise _CannotError("animals; the model describes people")
    if item.design == "cross_sectional" and item.compared:
        raise _CannotError("a comparison of people, not of doses")
    if item.design in ("meta_analysis", "network_meta_analysis"):
        raise _CannotError("a pool of trials: tested apart, in the pooled-supplement test")
    if OUTSIDE.search(item.words) and "simulate" not in item.notes:
        raise _CannotError("an illness or a route that the model does not describe")


def _check_design(design: Design) -> None:
    """A slip of a table is told, not simulated for hours."""
    amounts = [one.mmol for one in design.given] + [design.habitual_mmol_d, design.diet_mmol_d]
    if not all(math.isfinite(mmol) and 0 <= mmol <= LARGEST_MMOL for mmol in amounts):
        raise _CannotError(f"an amount outside of 0 to {LARGEST_MMOL:g} mmol")
    if not 0 < design.days <= LONGEST_DAYS:
        raise _CannotError(f"a course outside of 1 to {LONGEST_DAYS} days")
    if design.serum is not None and not 0.2 <= design.serum <= 3.0:
        raise _CannotError("a serum in which nobody lives")
    if design.egfr is not None and not 0 < design.egfr <= 200:
        raise _CannotError("a kidney function that nobody has")


def _unknown(item: Observation, _context: _Context) -> Experiment:
    raise _CannotError(f"{item.measure} is not read off the body model")


# --- who -------------------------------------------------------------------------------------------------


def _sex(item: Observation) -> str:
    if "sex" in item.notes:
        return item.notes["sex"]
    women, men = bool(FEMALE.search(item.words)), bool(MALE.search(item.words))
    return "mixed" if women == men else "female" if women else "male"


def of_sex(name: str, sex: str) -> float:
    """A population value, in the middle for a mixed group."""
    values = population_values()
    pair = [float(values[f"{name}_{one}"]["value"]) for one in ("female", "male")]
    return {"female": pair[0], "male": pair[1], "mixed": sum(pair) / 2}[sex]


def body_of(design: Design) -> dict[str, float]:
    """Weight and filtration of a person of that design."""
    weight, height = of_sex("weight_kg", design.sex), of_sex("height_cm", design.sex)
    age = float(population_values()["age"]["value"])
    egfr = design.egfr
    if egfr is None:
        sexes = ("female", "male") if design.sex == "mixed" else (design.sex,)
        usual = [egfr_ckd_epi_2021(of_sex("creatinine_mg_dl", sex), age, sex) for sex in sexes]
        egfr = sum(usual) / len(usual)
    return {"weight": weight, "gfr": gfr_l_h(egfr, weight, height)}


def _base(item: Observation, serum: float | None = None) -> Design:
    """The person before anything is done."""
    sex = _sex(item)
    habitual = float(item.notes.get("habitual_mmol_d", mmol_from_mg(of_sex("diet_mg", sex))))
    egfr = None
    if "egfr" in item.notes:
        egfr = float(item.notes["egfr"])
    elif KIDNEY.search(item.words) and not NORMAL_KIDNEY.search(item.words):
        raise _CannotError("kidney disease without a printed kidney function")
    return Design(sex=sex, egfr=egfr, serum=serum, habitual_mmol_d=habitual, diet_mmol_d=habitual)


def _daily_diet(item: Observation) -> float | None:
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


def _days(item: Observation) -> int | None:
    if "days" in item.notes:
        return int(item.notes["days"])
    return None if item.hours is None else max(1, round(item.hours / 24.0))


# --- what ------------------------------------------------------------------------------------------------


def _no_dose(item: Observation) -> bool:
    return item.compound in ("none", "diet") and "dose_mmol" not in item.notes


def _salt(item: Observation) -> str:
    """The row of the salts table for what was given; water and acetates are soluble salts without a row."""
    if item.compound in salts() and item.compound != "food":
        return item.compound
    if item.compound in ("mixed", "diet"):
        return "unspecified"
    raise _CannotError(f"the compound {item.compound or '(not printed)'} is not in the salts table")


def _dose(item: Observation) -> float:
    if "dose_mmol" in item.notes:
        return float(item.notes["dose_mmol"])
    if item.dose_mmol is None:
        raise _CannotError("the dose is not printed")
    if not item.dose_clear:
        raise _CannotError("the page does not say whether the dose is elemental or of the salt")
    return item.dose_mmol


def _needs_dose(item: Observation) -> None:
    if _no_dose(item) or _dose(item) <= 0:
        raise _CannotError("a share of nothing")


def _daily_doses(item: Observation, context: _Context) -> tuple[Given, ...]:
    """A trial's doses, spread over the day."""
    if _no_dose(item):
        return ()
    amount = _dose(item)
    if amount == 0:
        return ()
    times = int(item.notes.get("times", item.times_a_day or 2))
    if item.times_a_day is None and "times" not in item.notes:
        context.assumed.append("two doses a day")
    context.assumed.append("doses with meals")
    hours = DOSE_HOURS.get(min(times, 3), MEAL_HOURS)
    return tuple(Given(hour, _salt(item), amount / len(hours)) for hour in hours)


def _usual(item: Observation, context: _Context, reading: str) -> Experiment:
    """Read off a usual or a printed diet, without any dose."""
    design = _base(item)
    diet = _daily_diet(item)
    if diet is not None and diet > LOW_DIET_MMOL_D:
        design = replace(design, habitual_mmol_d=diet, diet_mmol_d=diet)
    else:
        context.assumed.append("a usual diet")
    return Experiment(item, design, reading)


def _depletion(item: Observation, reading: str, serum: float | None, scale: float = 1.0) -> Experiment:
    """Read off the last day of a diet far below the usual one."""
    diet, days = _daily_diet(item), _days(item)
    if diet is None:
        raise _CannotError("the diet is not printed")
    if days is None:
        raise _CannotError("the time of the reading is not printed")
    design = replace(_base(item, serum), diet_mmol_d=diet, days=days)
    return Experiment(item, design, reading, scale=scale)


def _is_depletion(item: Observation) -> bool:
    diet = _daily_diet(item)
    return diet is not None and diet <= LOW_DIET_MMOL_D and (item.hours is None or item.hours > 0)


def _before_all(item: Observation) -> bool:
    """Whether the reading is from before the first dose."""
    return item.hours is not None and item.hours <= 0 and not item.compared


def _at_start(item: Observation) -> bool:
    """Whether nothing was given yet."""
    return item.compound in ("none", "diet", "") or _before_all(item)


def _is_trial(item: Observation) -> bool:
    return item.table in ("results", "contrasts")


def _trial(item: Observation, context: _Context, level: str, change: str) -> Experiment:
    """A status figure of a trial: a level before or at the end, or a difference between arms."""
    if not item.compared and item.baseline is None and item.hours is not None and item.hours <= 0:
        return _usual(item, context, level)
    start = context.start_of(item)
    as_start = item.measure == "serum_mg" and item.unit == "mmol/L" and start is not None
    design = _base(item, start if as_start else context.serum_of(item))
    doses = _daily_doses(item, context)
    if item.compound == "diet" and item.dose_mmol is not None:
        design = replace(design, diet_mmol_d=item.dose_mmol)
    if "diet_mmol_d" in item.notes:
        design = replace(design, diet_mmol_d=float(item.notes["diet_mmol_d"]))
    days = _days(item)
    if days is None and (doses or design.diet_mmol_d != design.habitual_mmol_d):
        raise _CannotError("the length of the trial is not printed")
    if not doses and not item.compared and start is None and design.diet_mmol_d == design.habitual_mmol_d:
        return _usual(item, context, level)
    design = replace(design, given=doses, days=days or 1)
    return Experiment(item, design, change if item.compared else level)


def _absorption(item: Observation, context: _Context) -> Experiment:
    if item.notes.get("reading") == "urine_gain_share" or (
        "urin" in item.words and "increment" in item.words
    ):
        _needs_dose(item)
        context.assumed.append(f"{SHORT_TRIAL_DAYS} days of dosing")
        design = replace(_base(item), given=_daily_doses(item, context), days=SHORT_TRIAL_DAYS)
        return Experiment(item, design, "urine_gain_share")
    diet = _daily_diet(item)
    if diet is not None:
        return _usual(item, context, "absorbed")
    meal = float(item.notes.get("meal_mmol", 0.0))
    load = (item.dose_mmol or 0.0) + meal if meal else _dose(item)
    if load <= 0:
        raise _CannotError("a share of nothing")
    found = SERVINGS.search(item.procedure)
    count = int(found.group(1)) if found else 1
    hours = [8.0] if count == 1 else [8.0 + 12.0 * i / (count - 1) for i in range(count)]
    eaten = bool(item.with_meal) or meal > 0
    compound = "food" if item.compound == "diet" and eaten else _salt(item)
    design = Design(
        sex=_sex(item),
        given=tuple(Given(hour, compound, load, eaten) for hour in hours),
        days=5,
        empty_gut=True,
    )
    return Experiment(item, design, "load_absorbed")


def _urine(item: Observation, context: _Context) -> Experiment:
    if _is_trial(item):
        if item.unit == "ratio":
            return replace(
                _trial(replace(item, compared=False), context, "urine_ratio", ""), observation=item
            )
        start = context.start_of(item) if item.hours is None or item.hours > 0 else None
        if item.table == "results" and start is not None and item.compound not in ("none", ""):
            # people differ in urine far more than a dose changes it, so the gain stands on their own start
            made = _trial(replace(item, compared=True), context, "", "urine_change")
            gained = replace(item, observed=(item.observed or 0.0) - start, compared=True)
            return replace(made, observation=gained)
        return _trial(item, context, "urine", "urine_change")
    if _is_depletion(item):
        return _depletion(item, "urine", None)
    if item.measure == "urine_mg_cumulative":
        if item.compared or "difference" in item.words:
            raise _CannotError("a difference between two salts whose dose is not printed")
        return _acute(item, context, "urine")
    return _usual(item, context, "urine")


def _acute(item: Observation, context: _Context, reading: str) -> Experiment:
    """Read off the day of one oral dose or infusion, at 08:00, on a usual diet."""
    design = _base(item)
    if item.compound in ("none", "") and not item.dose_mmol:
        if reading.startswith("serum_percent"):
            raise _CannotError("nothing was given, so nothing changes in the model")
        return Experiment(item, design, reading)
    amount = _dose(item)
    if "iv" in (item.route, item.compound[:2]):
        given = (Given(ACUTE_HOUR, "iv", amount, False),)
        length = float(item.notes.get("infusion_h", INFUSION_H))
    else:
        given, length = (Given(ACUTE_HOUR, _salt(item), amount, bool(item.with_meal)),), INFUSION_H
        context.assumed.append("taken at 08:00")
    at = None
    if item.hours is not None and reading not in ("urine", "serum_max", "serum_percent_max"):
        after_end = length if given[0].compound == "iv" else 0.0
        at = ACUTE_HOUR + after_end + item.hours
        if at >= 30.0:
            raise _CannotError("read off on another day than that of the dose")
    looks = (at,) if at is not None else tuple(ACUTE_HOUR + hour for hour in range(7))
    design = replace(design, given=given, infusion_h=length, looks=looks)
    return Experiment(item, design, reading, at_hour=at)


def _serum(item: Observation, context: _Context) -> Experiment:
    if _is_trial(item):
        return _trial(item, context, "serum", "serum_change")
    if item.unit == "ratio":
        return _depletion(item, "serum_ratio", None)
    if _is_depletion(item):
        return _depletion(item, "serum", context.start_of(item))
    if _at_start(item):
        return _usual(item, context, "serum")
    made = _acute(item, context, "serum")
    return replace(made, design=replace(made.design, serum=context.start_of(item)))


def _serum_percent(item: Observation, context: _Context) -> Experiment:
    return _acute(item, context, "serum_percent")


def _serum_peak(item: Observation, context: _Context) -> Experiment:
    return _acute(item, context, "serum_max")


def _serum_peak_percent(item: Observation, context: _Context) -> Experiment:
    return _acute(item, context, "serum_percent_max")


def _red_cells(item: Observation, context: _Context) -> Experiment:
    if item.unit == "ratio":
        if _is_trial(item):
            return _trial(replace(item, compared=False), context, "red_cells_ratio", "")
        return _depletion(item, "red_cells_ratio", None)
    start = context.start_of(item)
    if start is None:
        raise _CannotError("red cells are modelled against their own start, which is not printed")
    if _is_trial(item):
        made = _trial(replace(item, baseline=start), context, "red_cells_ratio", "")
        return replace(made, observation=item, scale=start)
    return _depletion(item, "red_cells_ratio", context.serum_of(item), start)


def _store(item: Observation, _context: _Context) -> Experiment:
    return _depletion(item, item.measure.split("_")[0] + "_ratio", None)


def _csf(item: Observation, context: _Context) -> Experiment:
    if item.unit == "ratio":
        return _usual(item, context, "csf_over_serum")
    if _at_start(item):
        return _usual(item, context, "csf")
    made = _acute(item, context, "csf_ratio")
    start = context.start_of(item)
    if start is None:
        raise _CannotError("no start to compare with is printed")
    return replace(made, scale=start, design=replace(made.design, serum=context.serum_of(item)))


def _calcitriol(item: Observation, context: _Context) -> Experiment:
    start = context.start_of(item)
    if start is None:
        raise _CannotError("the model gives calcitriol against its own start, and this is a start")
    return _depletion(item, "calcitriol_ratio", context.serum_of(item), start)


def _balance(item: Observation, context: _Context) -> Experiment:
    if _is_trial(item):
        return _trial(item, context, "balance", "balance")
    return _usual(item, context, "balance")


def _stool(item: Observation, context: _Context) -> Experiment:
    if _daily_diet(item) is None and "diet_mmol_d" not in item.notes:
        context.assumed.append("a usual diet")
    reading = {
        "fecal_mg_24h": "faeces",
        "fecal_share_of_intake": "faeces_share",
        "fecal_urine_ratio": "faeces_over_urine",
    }
    return _usual(item, context, reading[item.measure])


def _maximum(item: Observation, _context: _Context) -> Experiment:
    return Experiment(item, _base(item), "tubular_maximum")


_BY_MEASURE = {
    "fractional_absorption": _absorption,
    "urine_mg_24h": _urine,
    "urine_mg_24h_change": _urine,
    "urine_mg_cumulative": _urine,
    "serum_mg": _serum,
    "serum_mg_change": _serum,
    "plasma_mg_pct_change": _serum_percent,
    "serum_mg_cmax": _serum_peak,
    "serum_mg_cmax_pct_change": _serum_peak_percent,
    "rbc_mg": _red_cells,
    "rbc_mg_free": _red_cells,
    "bone_mg_total": _store,
    "muscle_mg_total": _store,
    "csf_mg": _csf,
    "csf_plasma_ratio": _csf,
    "vitd_125": _calcitriol,
    "mg_balance": _balance,
    "fecal_mg_24h": _stool,
    "fecal_share_of_intake": _stool,
    "fecal_urine_ratio": _stool,
    "tm_mg_per_gfr": _maximum,
}
