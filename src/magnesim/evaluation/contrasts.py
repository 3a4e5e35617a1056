"""A printed contrast as what can be foreseen: its scale, its error, and whose figures must not be used.

Rows may be of any package of the schema. The scale and the factor to the outcome's unit come from the arms or
from the outcome, never from the size of the effect.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from magnesim.effects.spread import people_sd
from magnesim.effects.trials import LOG, SD, UNIT, families_of, implied_sd
from magnesim.evaluation.package import Package, Row, number
from magnesim.evidence import effect_sizes as es
from magnesim.evidence.comparisons import MEASURES
from magnesim.evidence.outcomes import SD_UNITS, Outcome
from magnesim.evidence.screening import POOLED_DESIGNS, SHORTEST_WEEKS, active_cointervention
from magnesim.evidence.usual_unit import factor_to_usual
from magnesim.fit.observed import printed_error

TRIALS = ("rct_parallel", "rct_crossover", "open_label")
OWN = "own"
"""A scale of its own: the tables do not know the outcome or the start, but the spread between people."""
CONTROLS = ("placebo", "no_treatment")
POOLED_ARMS = ("mg", "magnesium")
POOLED_CONTROLS = ("placebo", "control")
PERCENT = "% of the start"
DIFFERENCE, STANDARDISED, RATIO, PERCENT_CHANGE, WITHIN = MEASURE_NAMES = (
    "mean difference",
    "standardised difference",
    "ratio",
    "percent change",
    "change within an arm",
)


class CannotError(Exception):
    """Why a contrast is not foreseen."""


class Scale(NamedTuple):
    """Where a figure stands.

    Attributes:
        name: scale of `effects.trials`, or `OWN`.
        unit: in which figures are shown; ratios as logarithms.
        printed: turns the printed figure into `unit`. factor: turns `unit` into the scale.
        sd: spread between people in `unit`; None where not known.
    """

    name: str
    unit: str
    printed: float
    factor: float
    sd: float | None


@dataclass(frozen=True)
class Contrast:
    """One contrast that can be foreseen.

    Attributes:
        measure: one of `MEASURE_NAMES`. pooled: of a published pool, and `trials` it holds (1 where not
            printed, and for a trial).
        observed, se: in `scale.unit`.
        families: in the shipped tables, whose figures must not be used.
        dose: elemental magnesium, mg a day; None where not printed.
    """

    row: int
    study: Row
    outcome_key: str
    outcome: Outcome | None
    measure: str
    pooled: bool
    trials: int
    scale: Scale
    observed: float
    se: float
    families: frozenset[str]
    dose: float | None

    @property
    def kind(self) -> str:
        """Class of measure that scores are told by."""
        return f"pooled {self.measure}" if self.pooled else self.measure


def read_contrast(place: int, row: Row, package: Package) -> Contrast:
    """What a row says, on the scale that it can be foreseen on.

    Raises:
        CannotError: with the reason.
    """
    study = package.study(row)
    measure = _measure(row)
    pooled = study.get("design") in POOLED_DESIGNS
    if not pooled and study.get("design") not in TRIALS:
        raise CannotError(f"not a trial: {study.get('design') or 'unknown design'}")
    (_check_pool if pooled else _check_arms)(row, package, measure)
    outcome = package.outcome(row["outcome"])
    scale = _scale(row, outcome, measure, package)
    people = package.people(row)
    paired = measure == WITHIN or study.get("design") == "rct_crossover"
    se = _printed_error(row, scale)
    # an error worked out from p holds the effect: it must not tell the spread, by which effects are judged
    by_effect = se is not None and row["se_derivation"] == "from p" and not _printed(row)
    if se is None and not pooled:
        se = _error_of_spread(scale, people, paired)
        by_effect = se is None
        se = se or _error_of_p(row, scale)
    if se is None:
        raise CannotError("no error of the effect is printed or to be worked out")
    if scale.sd is None and scale.name in (UNIT, OWN) and not pooled and not by_effect:
        treated, control = people
        scale = scale._replace(sd=implied_sd(se, treated, treated if paired else control, paired))
    if scale.sd is None and scale.name == OWN:
        what = (
            "outcome is not in the outcomes table"
            if outcome is None
            else "start of the percent is not printed"
        )
        raise CannotError(f"the {what}, and no spread between people is known")
    k = number(row["k_studies"])
    return Contrast(
        row=place,
        study=study,
        outcome_key=str(row["outcome"] or ""),
        outcome=outcome,
        measure=measure,
        pooled=pooled,
        trials=int(k) if pooled and k and k >= 1 else 1,
        scale=scale,
        observed=_value(row["estimate"], scale, row),
        se=se,
        families=families_of(study),
        dose=None if pooled else number(package.arm(row, "treatment_arm").get("elemental_mg_per_day")),
    )


def _measure(row: Row) -> str:
    """Which of the measures a row is."""
    kind, estimate = row["effect_type"], number(row["estimate"])
    if estimate is None:
        raise CannotError("no size is printed")
    within = kind == "within_md" or not row["control_arm"] or row["control_arm"] == row["treatment_arm"]
    if kind in ("within_md", "pct_change") or (within and kind in ("md", "smd")):
        return WITHIN if within else PERCENT_CHANGE
    if kind not in MEASURES:
        raise CannotError(f"not a difference, a ratio or a change: {kind or 'the measure is not named'}")
    if kind in ("md", "smd"):
        return DIFFERENCE if kind == "md" and row["unit"] not in SD_UNITS else STANDARDISED
    if within:
        raise CannotError("a ratio within one arm")
    if not kind.startswith("log_") and estimate <= 0:
        raise CannotError(f"a ratio must be above 0, not {estimate:g}")
    return RATIO


def _check_pool(row: Row, _package: Package, measure: str) -> None:
    treated, control = str(row["treatment_arm"] or "").lower(), str(row["control_arm"] or "").lower()
    if measure == WITHIN or control not in POOLED_CONTROLS or not treated.startswith(POOLED_ARMS):
        raise CannotError("a pool of other things than magnesium against placebo or nothing")


def _check_arms(row: Row, package: Package, measure: str) -> None:
    """Only what magnesium alone did can be foreseen."""
    treated, control = package.arm(row, "treatment_arm"), package.arm(row, "control_arm")
    weeks = number(row["time_weeks"])
    if weeks is not None and weeks < SHORTEST_WEEKS:
        raise CannotError("a single dose, or values of the start only")
    if not treated or (measure != WITHIN and not control):
        raise CannotError("the arms are not described")
    if treated["compound"] in (None, "none") or treated["role"] == "active_control":
        raise CannotError(f"no magnesium in the arm {row['treatment_arm']}")
    if measure != WITHIN and control["role"] not in CONTROLS:
        raise CannotError(f"compared with {row['control_arm']}, not with placebo or nothing")
    besides = active_cointervention(treated["cointervention"])
    if measure != WITHIN and besides and besides != active_cointervention(control["cointervention"]):
        raise CannotError(f"magnesium together with {treated['cointervention']}, not alone")


def _scale(row: Row, outcome: Outcome | None, measure: str, package: Package) -> Scale:
    if measure == RATIO:
        return Scale(LOG, LOG, 1.0, 1.0, None)
    printed_sd = package.spread(row, outcome)
    families = families_of(package.study(row))
    sd = printed_sd or (people_sd(outcome, families) if outcome else None)
    if measure == STANDARDISED or row["effect_type"] == "smd" or row["unit"] in SD_UNITS:
        # in the outcome's unit wherever that is known, so that all trials of it speak
        return Scale(UNIT, SD, 1.0, sd, 1.0) if outcome and sd else Scale(SD, SD, 1.0, 1.0, 1.0)
    unit, percent = row["unit"], row["effect_type"] == "pct_change"
    factor = factor_to_usual(outcome, unit) if outcome else None
    if outcome and factor is not None:
        return Scale(UNIT, outcome.unit, factor, 1.0, sd)
    if percent:
        start = package.start(row, outcome)
        if outcome and start and sd:
            share = abs(start) / 100.0
            return Scale(UNIT, PERCENT, 1.0, share, sd / share)
        if measure == WITHIN:
            raise CannotError("percent of a start that is not printed")
        return Scale(OWN, PERCENT, 1.0, 1.0, None)
    if outcome:
        raise CannotError(f"the unit {unit or '(none)'} is not the outcome's {outcome.unit}")
    if not unit:
        raise CannotError("the outcome is not in the outcomes table, and no unit is printed")
    return Scale(OWN, str(unit), 1.0, 1.0, printed_sd)


def _value(value: Any, scale: Scale, row: Row) -> float:
    """A printed figure in the unit shown."""
    logged = scale.name == LOG and not row["effect_type"].startswith("log_")
    return math.log(value) if logged else float(value) * scale.printed


def _printed_error(row: Row, scale: Scale) -> float | None:
    """As printed or by the interval; of a ratio by the logarithms of its interval, else as worked out."""
    low, high = number(row["ci_low"]), number(row["ci_high"])
    if low is not None and high is not None and not low < high:
        low = high = None
    if scale.name != LOG or row["effect_type"].startswith("log_"):
        numbers = {key: number(row[key]) for key in ("se", "se_derived")}
        numbers["se"] = numbers["se"] if numbers["se"] and numbers["se"] > 0 else None
        return _positive(printed_error(row | numbers | {"ci_low": low, "ci_high": high}), scale.printed)
    if low is not None and high is not None and low > 0:
        logs = {"se": None, "ci_low": math.log(low), "ci_high": math.log(high)}
        return _positive(printed_error(row | logs), 1.0)
    return _positive(number(row["se_derived"]), 1.0)


def _printed(row: Row) -> bool:
    """Whether an error or an interval is printed."""
    return any(number(row[name]) for name in ("se", "ci_low", "ci_high"))


def _positive(se: float | None, factor: float) -> float | None:
    return se * abs(factor) if se is not None and se > 0 else None


def _error_of_spread(scale: Scale, people: tuple[int | None, int | None], paired: bool) -> float | None:
    """From the spread between people and the sizes of the arms."""
    treated, control = people
    if scale.sd is None or treated is None or (control is None and not paired):
        return None
    if paired:
        return es.se_of_paired_difference(scale.sd, treated)
    assert control is not None
    return es.se_of_difference(scale.sd, treated, control)


def _error_of_p(row: Row, scale: Scale) -> float | None:
    """From an exact p, where nothing else is printed."""
    p = number(row["p_value"])
    value = _value(row["estimate"], scale, row)
    if p is None or not 0.0 < p < 1.0 or row["p_bound"] != "eq" or value == 0.0:
        return None
    return es.se_from_p(value, p)
