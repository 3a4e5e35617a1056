"""A trial's difference on its own scale as Hedges g, so that trials with different scales can be pooled.

The SD is, in this order: pooled over the arms compared, as printed for the time of the comparison, else for
the start; the outcome's usual one (`outcomes.csv`), taken as known; the one that the standard error and the
sizes imply (Cochrane Handbook 6.5.2.3). An adjusted difference implies too small an SD and a crossover none,
so a crossover needs one of the first two.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from magnesim.evidence import effect_sizes as es
from magnesim.evidence.comparisons import Row, arms, result_rows
from magnesim.evidence.outcomes import Outcome
from magnesim.evidence.silent_nulls import implied_sd
from magnesim.evidence.trials import TrialEffect
from magnesim.evidence.usual_unit import factor_to_usual
from magnesim.evidence.wording import with_interval
from magnesim.normal import MIDDLE_95

NO_SD = (
    "no SD to standardise it with (none printed, none usual; a crossover, or a trial of unknown size, "
    "implies none)"
)


@dataclass(frozen=True)
class Spread:
    """An SD in the outcome's unit; `df` None where it is taken as known; `source` says where it is from."""

    sd: float
    df: int | None
    source: str


def spread_of(instrument: Outcome, effect: TrialEffect) -> Spread | None:
    """The SD to divide a trial's difference by; None where there is none."""
    for column, when in (("sd_end", "at the end"), ("sd_baseline", "at the start")):
        found = _of_arms(instrument, effect, column)
        if found is not None:
            return Spread(found[0], found[1], f"of its own arms {when}")
    if instrument.typical_sd is not None:
        return Spread(instrument.typical_sd, None, instrument.sd_source or "outcomes.csv")
    sd = implied_sd(effect)
    if sd is None or not effect.n_treatment or not effect.n_control:
        return None
    return Spread(sd, effect.n_treatment + effect.n_control - 2, "implied by its standard error and sizes")


def _of_arms(instrument: Outcome, effect: TrialEffect, column: str) -> tuple[float, int] | None:
    rows = _rows_of(instrument, effect)
    if rows is None or any(row[column] is None for row in rows):
        return None
    sizes = [_people(row, effect) for row in rows]
    if any(n is None or n < 2 for n in sizes):
        return None
    sds = [row[column] * (factor_to_usual(instrument, row["unit"]) or math.nan) for row in rows]
    if any(math.isnan(sd) or sd <= 0.0 for sd in sds):
        return None
    sd, df = es.pooled_sd(sds, [n for n in sizes if n is not None])
    return sd, (sizes[0] or 0) - 1 if effect.paired else df


def _rows_of(instrument: Outcome, effect: TrialEffect) -> list[Row] | None:
    """The printed values of the arms compared, at that time; None where those of one arm are missing."""
    found = []
    for arm in (*effect.treatments, effect.control):
        rows = [
            row
            for row in result_rows(instrument.key, effect.study_id)
            if row["arm_id"] == arm
            and row["time_weeks"] == effect.weeks
            and row["dispersion_as_reported"] != "none"
            and row["statistic"] != "median"
        ]
        if not rows:
            return None
        found.append(rows[0])
    return found


def _people(row: Row, effect: TrialEffect) -> int | None:
    """People of an arm: printed with the values, in the table of arms, else as the comparison counts them."""
    arm = arms().get((effect.study_id, row["arm_id"]))
    printed = row["n"] or (arm["n_arm"] if arm else None)
    if printed:
        return int(printed)
    if row["arm_id"] == effect.control:
        return effect.n_control
    return effect.n_treatment if len(effect.treatments) == 1 else None


def as_smd(instrument: Outcome, effect: TrialEffect, sign: float) -> TrialEffect | str:
    """The effect in SDs, turned by `sign`; in words why it cannot be.

    A difference over a known SD keeps its printed interval; over an SD of its own trial it is Hedges g with
    a normal interval. What is printed in SDs is taken as it is.
    """
    if effect.measure == "smd":
        return _turned(replace(effect, instrument=instrument.key), sign)
    if effect.measure != "md":
        return f"measured as {effect.measure}, a ratio: no difference on a scale"
    spread = spread_of(instrument, effect)
    if spread is None:
        return f"{with_interval(effect.estimate, effect.ci, instrument.unit)}, but {NO_SD}"
    if spread.df is None:
        g = es.Effect(effect.estimate / spread.sd, effect.se / spread.sd)
        ci = (effect.ci[0] / spread.sd, effect.ci[1] / spread.sd)
    else:
        g = _hedges(instrument, effect, spread)
        ci = (g.estimate - MIDDLE_95 * g.se, g.estimate + MIDDLE_95 * g.se)
    printed = f"{instrument.label} {effect.estimate:.3g} {instrument.unit} over an SD of {spread.sd:.3g}"
    return _turned(
        replace(
            effect,
            measure="smd",
            estimate=g.estimate,
            se=g.se,
            ci=ci,
            note="; ".join(part for part in (f"{printed} ({spread.source})", effect.note) if part),
            instrument=instrument.key,
        ),
        sign,
    )


def _hedges(instrument: Outcome, effect: TrialEffect, spread: Spread) -> es.Effect:
    """From end values of two arms exactly metafor's SMD; else the difference's own error over the SD."""
    assert spread.df is not None
    rows = _rows_of(instrument, effect)
    if rows is not None and len(rows) == 2 and not effect.paired:
        factor = factor_to_usual(instrument, rows[0]["unit"])
        (m1, sd1), (m2, sd2) = ((row["mean_end"], row["sd_end"]) for row in rows)
        n1, n2 = (_people(row, effect) for row in rows)
        if factor is not None and n1 and n2 and None not in (m1, sd1, m2, sd2):
            plain = es.mean_difference(m1 * factor, sd1 * factor, n1, m2 * factor, sd2 * factor, n2)
            if math.isclose(plain.estimate, effect.estimate) and math.isclose(plain.se, effect.se):
                return es.hedges_g(m1, sd1, n1, m2, sd2, n2)
    people = effect.n_treatment if effect.paired else (effect.n_treatment or 0) + (effect.n_control or 0)
    return es.standardised(effect.estimate, effect.se, spread.sd, spread.df, people or spread.df + 1)


def _turned(effect: TrialEffect, sign: float) -> TrialEffect:
    if sign > 0.0:
        return effect
    low, high = effect.ci
    return replace(effect, estimate=-effect.estimate, ci=(-high, -low), note=f"{effect.note}; sign turned")
