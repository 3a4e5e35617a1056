"""From a printed figure to the experiment that would give it, or to the reason why it cannot be simulated.

One design is what is done to a body; several figures may be read off one design. What a page does not print
is filled by a rule, and the rule is named in `assumed`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from magnesim.fit.design import INFUSION_H, Design, Given, fault_of
from magnesim.fit.observed import Observation
from magnesim.fit.printed import (
    ANIMALS,
    LOW_DIET_MMOL_D,
    OUTSIDE,
    CannotError,
    Context,
    daily_diet,
    daily_doses,
    days_of,
    dose_of,
    is_at_start,
    is_depletion,
    is_trial,
    needs_dose,
    person_of,
    salt_of,
    sex_of,
)
from magnesim.solve.engine import DAY_STARTS_H
from magnesim.tables import rows
from magnesim.units import HOURS_A_DAY

HERE = Path(__file__).parent
ACUTE_HOUR = 8.0
"""Clock hour of a single dose, and of the first of several servings."""
SERVINGS = re.compile(r"\b(\d+) x\b")
SERVINGS_SPAN_H = 12.0
"""Hours over which several servings of one load are spread."""
FOLLOWED_DAYS = 5
"""Days after a load, by which the gut is empty again."""
PEAK_LOOKS_H = tuple(range(7))
"""Hours after an intake at which a peak is looked for."""
SHORT_TRIAL_DAYS = 14
"""Length of a trial of urine that does not print one: by then urine follows uptake."""
ASSUMED_FIELDS = (
    "meal_mmol", "days", "egfr", "diet_mmol_d", "habitual_mmol_d", "dose_mmol", "times", "sex", "infusion_h",
)  # fmt: skip
"""Fields of `study_notes.csv` that stand in for something that no page prints."""


@cache
def kinds() -> dict[str, str]:
    """Kind of each reading (`readings.csv`): which error of the model it shares.

    `change` may be near zero and has no fold error.
    """
    return {row["reading"]: row["kind"] for row in rows(HERE / "readings.csv")}


@cache
def not_held() -> dict[str, str]:
    """Measures that the body model does not hold, and why (`not_held.csv`)."""
    return {row["measure"]: row["why"] for row in rows(HERE / "not_held.csv")}


@dataclass(frozen=True)
class Experiment:
    """A figure, the design that gives it, and how it is read off.

    Attributes:
        reading: key of `readings.csv`.
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
        return kinds()[self.reading]


@dataclass(frozen=True)
class Skipped:
    """A figure that is not simulated, and why."""

    observation: Observation
    why: str


def experiments(items: Sequence[Observation]) -> tuple[list[Experiment], list[Skipped]]:
    """Every figure as an experiment, or skipped with its reason, in the order given."""
    made: list[Experiment] = []
    skipped: list[Skipped] = []
    for item in items:
        try:
            made.append(_experiment(item, Context(items)))
        except CannotError as reason:
            skipped.append(Skipped(item, str(reason)))
    alike = [(one.observation.study_id, one.design, one.reading, one.at_hour) for one in made]
    return [replace(one, shares=alike.count(key)) for one, key in zip(made, alike, strict=True)], skipped


def _experiment(item: Observation, context: Context) -> Experiment:
    _check(item)
    made = _BY_MEASURE.get(item.measure, _unknown)(item, context)
    if fault := fault_of(made.design):
        raise CannotError(fault)
    return replace(made, assumed=(*made.assumed, *context.assumed, *_notes_of(item)))


def _notes_of(item: Observation) -> tuple[str, ...]:
    return tuple(
        f"{field.replace('_', ' ')} {value}" for field, value in item.notes.items() if field in ASSUMED_FIELDS
    )


def _check(item: Observation) -> None:
    """What no design could help."""
    if "skip" in item.notes:
        raise CannotError(item.notes["skip"])
    if item.measure in not_held():
        raise CannotError(not_held()[item.measure])
    if item.observed is None:
        raise CannotError("no size is printed")
    if item.unit is None:
        raise CannotError(f"the unit {item.unit_printed or '(none)'} is not understood")
    if (item.design == "animal" or ANIMALS.search(item.words)) and "simulate" not in item.notes:
        raise CannotError("animals; the model describes people")
    if item.design == "cross_sectional" and item.compared:
        raise CannotError("a comparison of people, not of doses")
    if item.design in ("meta_analysis", "network_meta_analysis"):
        raise CannotError("a pool of trials: tested apart, in the pooled-supplement test")
    if OUTSIDE.search(item.words) and "simulate" not in item.notes:
        raise CannotError("an illness or a route that the model does not describe")


def _unknown(item: Observation, _context: Context) -> Experiment:
    raise CannotError(f"{item.measure} is not read off the body model")


def _usual(item: Observation, context: Context, reading: str) -> Experiment:
    """Read off a usual or a printed diet, without any dose."""
    design = person_of(item)
    diet = daily_diet(item)
    if diet is not None and diet > LOW_DIET_MMOL_D:
        design = replace(design, habitual_mmol_d=diet, diet_mmol_d=diet)
    else:
        context.assumed.append("a usual diet")
    return Experiment(item, design, reading)


def _depletion(item: Observation, reading: str, serum: float | None, scale: float = 1.0) -> Experiment:
    """Read off the last day of a diet far below the usual one."""
    diet, days = daily_diet(item), days_of(item)
    if diet is None:
        raise CannotError("the diet is not printed")
    if days is None:
        raise CannotError("the time of the reading is not printed")
    design = replace(person_of(item, serum), diet_mmol_d=diet, days=days)
    return Experiment(item, design, reading, scale=scale)


def _trial(item: Observation, context: Context, level: str, change: str) -> Experiment:
    """A status figure of a trial: a level before or at the end, or a difference between arms."""
    if not item.compared and item.baseline is None and item.hours is not None and item.hours <= 0:
        return _usual(item, context, level)
    start = context.start_of(item)
    as_start = item.measure == "serum_mg" and item.unit == "mmol/L" and start is not None
    design = person_of(item, start if as_start else context.serum_of(item))
    doses = daily_doses(item, context)
    if item.compound == "diet" and item.dose_mmol is not None:
        design = replace(design, diet_mmol_d=item.dose_mmol)
    if "diet_mmol_d" in item.notes:
        design = replace(design, diet_mmol_d=float(item.notes["diet_mmol_d"]))
    days = days_of(item)
    if days is None and (doses or design.diet_mmol_d != design.habitual_mmol_d):
        raise CannotError("the length of the trial is not printed")
    if not doses and not item.compared and start is None and design.diet_mmol_d == design.habitual_mmol_d:
        return _usual(item, context, level)
    design = replace(design, given=doses, days=days or 1)
    return Experiment(item, design, change if item.compared else level)


def _absorption(item: Observation, context: Context) -> Experiment:
    if item.notes.get("reading") == "urine_gain_share" or (
        "urin" in item.words and "increment" in item.words
    ):
        needs_dose(item)
        context.assumed.append(f"{SHORT_TRIAL_DAYS} days of dosing")
        design = replace(person_of(item), given=daily_doses(item, context), days=SHORT_TRIAL_DAYS)
        return Experiment(item, design, "urine_gain_share")
    diet = daily_diet(item)
    if diet is not None:
        return _usual(item, context, "absorbed")
    meal = float(item.notes.get("meal_mmol", 0.0))
    load = (item.dose_mmol or 0.0) + meal if meal else dose_of(item)
    if load <= 0:
        raise CannotError("a share of nothing")
    found = SERVINGS.search(item.procedure)
    count = int(found.group(1)) if found else 1
    hours = [ACUTE_HOUR + SERVINGS_SPAN_H * i / max(count - 1, 1) for i in range(count)]
    eaten = bool(item.with_meal) or meal > 0
    compound = "food" if item.compound == "diet" and eaten else salt_of(item)
    design = Design(
        sex=sex_of(item),
        given=tuple(Given(hour, compound, load, eaten) for hour in hours),
        days=FOLLOWED_DAYS,
        empty_gut=True,
    )
    return Experiment(item, design, "load_absorbed")


def _urine(item: Observation, context: Context) -> Experiment:
    if is_trial(item):
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
    if is_depletion(item):
        return _depletion(item, "urine", None)
    if item.measure == "urine_mg_cumulative":
        if item.compared or "difference" in item.words:
            raise CannotError("a difference between two salts whose dose is not printed")
        return _acute(item, context, "urine")
    return _usual(item, context, "urine")


def _acute(item: Observation, context: Context, reading: str) -> Experiment:
    """Read off the day of one oral dose or infusion, at 08:00, on a usual diet."""
    design = person_of(item)
    if item.compound in ("none", "") and not item.dose_mmol:
        if reading.startswith("serum_percent"):
            raise CannotError("nothing was given, so nothing changes in the model")
        return Experiment(item, design, reading)
    amount = dose_of(item)
    if "iv" in (item.route, item.compound[:2]):
        given = (Given(ACUTE_HOUR, "iv", amount, False),)
        length = float(item.notes.get("infusion_h", INFUSION_H))
    else:
        given, length = (Given(ACUTE_HOUR, salt_of(item), amount, bool(item.with_meal)),), INFUSION_H
        context.assumed.append("taken at 08:00")
    at = None
    if item.hours is not None and reading not in ("urine", "serum_max", "serum_percent_max"):
        after_end = length if given[0].compound == "iv" else 0.0
        at = ACUTE_HOUR + after_end + item.hours
        if at >= DAY_STARTS_H + HOURS_A_DAY:
            raise CannotError("read off on another day than that of the dose")
    looks = (at,) if at is not None else tuple(ACUTE_HOUR + hour for hour in PEAK_LOOKS_H)
    design = replace(design, given=given, infusion_h=length, looks=looks)
    return Experiment(item, design, reading, at_hour=at)


def _serum(item: Observation, context: Context) -> Experiment:
    if is_trial(item):
        return _trial(item, context, "serum", "serum_change")
    if item.unit == "ratio":
        return _depletion(item, "serum_ratio", None)
    if is_depletion(item):
        return _depletion(item, "serum", context.start_of(item))
    if is_at_start(item):
        return _usual(item, context, "serum")
    made = _acute(item, context, "serum")
    return replace(made, design=replace(made.design, serum=context.start_of(item)))


def _serum_percent(item: Observation, context: Context) -> Experiment:
    return _acute(item, context, "serum_percent")


def _serum_peak(item: Observation, context: Context) -> Experiment:
    return _acute(item, context, "serum_max")


def _serum_peak_percent(item: Observation, context: Context) -> Experiment:
    return _acute(item, context, "serum_percent_max")


def _red_cells(item: Observation, context: Context) -> Experiment:
    if item.unit == "ratio":
        if is_trial(item):
            return _trial(replace(item, compared=False), context, "red_cells_ratio", "")
        return _depletion(item, "red_cells_ratio", None)
    start = context.start_of(item)
    if start is None:
        raise CannotError("red cells are modelled against their own start, which is not printed")
    if is_trial(item):
        made = _trial(replace(item, baseline=start), context, "red_cells_ratio", "")
        return replace(made, observation=item, scale=start)
    return _depletion(item, "red_cells_ratio", context.serum_of(item), start)


def _store(item: Observation, _context: Context) -> Experiment:
    return _depletion(item, item.measure.split("_")[0] + "_ratio", None)


def _csf(item: Observation, context: Context) -> Experiment:
    if item.unit == "ratio":
        return _usual(item, context, "csf_over_serum")
    if is_at_start(item):
        return _usual(item, context, "csf")
    made = _acute(item, context, "csf_ratio")
    start = context.start_of(item)
    if start is None:
        raise CannotError("no start to compare with is printed")
    return replace(made, scale=start, design=replace(made.design, serum=context.serum_of(item)))


def _calcitriol(item: Observation, context: Context) -> Experiment:
    start = context.start_of(item)
    if start is None:
        raise CannotError("the model gives calcitriol against its own start, and this is a start")
    return _depletion(item, "calcitriol_ratio", context.serum_of(item), start)


def _balance(item: Observation, context: Context) -> Experiment:
    if is_trial(item):
        return _trial(item, context, "balance", "balance")
    return _usual(item, context, "balance")


def _stool(item: Observation, context: Context) -> Experiment:
    if daily_diet(item) is None and "diet_mmol_d" not in item.notes:
        context.assumed.append("a usual diet")
    reading = {
        "fecal_mg_24h": "faeces",
        "fecal_share_of_intake": "faeces_share",
        "fecal_urine_ratio": "faeces_over_urine",
    }
    return _usual(item, context, reading[item.measure])


def _maximum(item: Observation, _context: Context) -> Experiment:
    return Experiment(item, person_of(item), "tubular_maximum")


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
