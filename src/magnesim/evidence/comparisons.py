"""Every comparison of two arms that a study prints, or whose arms it prints, in the outcome's unit.

Reads `contrasts.csv` and `results.csv`; says of each comparison what is missing. Whether one may be
pooled is decided in `screening.py`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from magnesim.data import records
from magnesim.evidence import effect_sizes as es
from magnesim.evidence.outcomes import SD_UNITS, Outcome
from magnesim.evidence.trials import printed_p
from magnesim.evidence.usual_unit import factor_to_usual
from magnesim.normal import MIDDLE_95, se_from_interval
from magnesim.tables import rows

Row = dict[str, Any]

START_ONLY = "values of the start only"
NO_ESTIMATE = "no estimate printed"

MEASURES = {
    "md": "md",
    "smd": "smd",
    "or": "log_or",
    "log_or": "log_or",
    "rr": "log_rr",
    "log_rr": "log_rr",
    "ratio": "log_ratio",
}


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Magnesium (or whatever the first arm got) minus the second arm, in one study.

    Attributes:
        treatment, control: arms by id, as in `arms.csv` (free labels outside trials).
        measure: `md` in the outcome's unit, `smd`, `log_rr`, `log_or`, `log_ratio`; None where the row is
            not a comparison of arms (a before-after change, a correlation).
        estimate, se: None where not printed and not to be worked out; then `missing` says why.
        ci: 95 % interval as printed, else the normal one of `se`.
        n_treatment, n_control: people; the same people in a crossover (`paired`).
        sizes_assumed: the sizes are those of equal arms, because only the whole study's is printed.
        k, i2: trials and I squared (percent) of a published pool.
        printed: the paper prints the comparison; else it was worked out from its arms.
        null_without_numbers: stated as no difference without an estimate.
        p, p_bound: as printed, `eq`, `lt` or `gt`.
        favours: whether the paper favours magnesium, `yes`, `no`, `neutral` or `unknown`.
        sign: 1 where it says that the outcome is higher on the first arm, -1 lower, None where it does not.
    """

    study_id: str
    treatment: str
    control: str
    instrument: str | None = None
    weeks: float | None = None
    measure: str | None = None
    estimate: float | None = None
    se: float | None = None
    ci: tuple[float, float] | None = None
    n_treatment: int | None = None
    n_control: int | None = None
    sizes_assumed: bool = False
    k: int | None = None
    i2: float | None = None
    paired: bool = False
    printed: bool = False
    statistic: str = "mean"
    null_without_numbers: bool = False
    p: float | None = None
    p_bound: str | None = None
    favours: str = "unknown"
    sign: int | None = None
    missing: str | None = None
    note: str = ""


@cache
def studies() -> dict[str, Row]:
    """Rows of `studies.csv` by id."""
    return {row["study_id"]: row for row in records("evidence", "studies")}


@cache
def arms() -> dict[tuple[str, str], Row]:
    """Rows of `arms.csv` by study and arm."""
    return {(row["study_id"], row["arm_id"]): row for row in records("evidence", "arms")}


@cache
def sizes() -> dict[tuple[str, str], dict[str, str]]:
    """Numbers of people and trials that stand in notes of the tables, by study and outcome (`sizes.csv`)."""
    return {(row["study_id"], row["outcome"]): row for row in rows(Path(__file__).parent / "sizes.csv")}


@cache
def directions() -> dict[tuple[str, str, str], int]:
    """Directions that stand in notes only, by study, outcome and treatment arm: 1 higher, -1 lower."""
    signs = {"higher": 1, "lower": -1}
    return {
        (row["study_id"], row["outcome"], row["treatment_arm"]): signs[row["direction"]]
        for row in rows(Path(__file__).parent / "directions.csv")
    }


def whole_study(study_id: str) -> tuple[int | None, str | None]:
    """People of the whole study, `analysed` or else `randomised`; None where neither is printed."""
    study = studies()[study_id]
    if study["n_analysed"]:
        return study["n_analysed"], "analysed"
    noted = sizes().get((study_id, ""), {}).get("n")
    total = study["n_randomised"] or (int(noted) if noted else None)
    return total, "randomised" if total else None


def people_of(arms_compared: Sequence[Comparison]) -> tuple[int | None, str | None]:
    """People behind comparisons with one control, each counted once, and what they are a number of.

    `arms` where the sizes of the arms compared are printed; else those of the whole study, `analysed` or
    `randomised`: what a single arm of it held is not known.
    """
    first = arms_compared[0]
    treated = [c.n_treatment for c in arms_compared]
    if any(c.sizes_assumed for c in arms_compared) or first.n_control is None or None in treated:
        return whole_study(first.study_id)
    together = sum(n for n in treated if n is not None)
    return (treated[0] if first.paired else together + first.n_control), "arms"


@cache
def comparisons(outcome: Outcome) -> dict[str, list[Comparison]]:
    """All comparisons of an outcome by study, printed ones first, in the order of the tables. Read only."""
    found: dict[str, list[Comparison]] = {}
    for row in records("evidence", "contrasts"):
        if row["outcome"] == outcome.key:
            found.setdefault(row["study_id"], []).append(_printed(outcome, row))
    for study_id, printed in _result_rows(outcome.key).items():
        for built in _from_arms(outcome, study_id, printed):
            found.setdefault(study_id, []).append(built)
    return found


def _printed(outcome: Outcome, row: Row) -> Comparison:
    study_id = row["study_id"]
    people = _people(study_id, row["treatment_arm"], row["control_arm"], row)
    read = Comparison(
        study_id=study_id,
        treatment=row["treatment_arm"],
        control=row["control_arm"] or "",
        instrument=row["instrument"],
        weeks=row["time_weeks"],
        measure=MEASURES.get(row["effect_type"]),
        n_treatment=people.treatment,
        n_control=people.control,
        sizes_assumed=people.assumed,
        k=row["k_studies"],
        i2=row["i2"],
        paired=is_crossover(study_id),
        printed=True,
        statistic=row["statistic"] or "mean",
        null_without_numbers=bool(row["null_without_numbers"]),
        p=row["p_value"],
        p_bound=row["p_bound"],
        favours=row["favours_magnesium"] or "unknown",
        sign=_printed_sign(outcome, row),
        note="; ".join(part for part in (row["notes"], people.note) if part),
    )
    return _with_numbers(outcome, row, read)


def _printed_sign(outcome: Outcome, row: Row) -> int | None:
    """The direction as a note gives it (`directions.csv`), else what favouring magnesium means here."""
    noted = directions().get((row["study_id"], outcome.key, row["treatment_arm"]))
    better = {"lower": -1, "higher": 1}.get(outcome.better_direction)
    if noted is not None or better is None:
        return noted
    return {"yes": better, "no": -better}.get(row["favours_magnesium"])


def _with_numbers(outcome: Outcome, row: Row, read: Comparison) -> Comparison:
    estimate = row["estimate"]
    if read.measure is None or estimate is None:
        return replace(read, missing=NO_ESTIMATE)
    logs = read.measure in ("log_or", "log_rr", "log_ratio")
    on_ratios = logs and not row["effect_type"].startswith("log_")
    limits = _logs(row) if on_ratios else (row["ci_low"], row["ci_high"])
    se = row["se_derived"] or _error_of(limits)
    if logs:
        logged = math.log(estimate) if on_ratios else estimate
        ci = _interval(logged, se, limits)
        return replace(read, estimate=logged, se=se, ci=ci, missing=None if se else "no interval printed")
    factor = 1.0 if read.measure == "smd" else factor_to_usual(outcome, row["unit"])
    if factor is None or (read.measure == "md" and row["unit"] in SD_UNITS):
        printed = row["unit"] or "not printed"
        return replace(read, missing=f"unit ({printed}) cannot be turned into {outcome.unit}")
    if not se:
        return replace(read, estimate=estimate * factor, missing=_no_spread(row))
    derived = f"standard error {row['se_derivation'] or 'from the interval'}"
    turned = "" if factor == 1.0 else f"converted from {row['unit']}"
    note = "; ".join(part for part in (derived, turned, read.note) if part)
    ci = _interval(estimate, se, limits)
    assert ci is not None
    scaled = (ci[0] * factor, ci[1] * factor)
    return replace(read, estimate=estimate * factor, se=se * factor, ci=scaled, note=note)


def _logs(row: Row) -> tuple[float | None, float | None]:
    low, high = row["ci_low"], row["ci_high"]
    return (math.log(low) if low else None, math.log(high) if high else None)


def _error_of(limits: tuple[float | None, float | None]) -> float | None:
    """Standard error by the printed limits, where both are printed."""
    low, high = limits
    return None if low is None or high is None else se_from_interval(low, high)


def _interval(
    estimate: float, se: float | None, printed: tuple[float | None, float | None]
) -> tuple[float, float] | None:
    """The printed limits, else the normal ones."""
    if printed[0] is not None and printed[1] is not None:
        return printed[0], printed[1]
    return None if se is None else (estimate - MIDDLE_95 * se, estimate + MIDDLE_95 * se)


def _no_spread(row: Row) -> str:
    if row["p_bound"] in ("lt", "gt"):
        p = printed_p(row["p_value"], row["p_bound"])
        return f"an estimate with nothing but {p}: no standard error"
    return "an estimate without an interval, a standard error or a p that is free of doubt"


@cache
def _results_by_outcome() -> dict[str, dict[str, list[Row]]]:
    found: dict[str, dict[str, list[Row]]] = {}
    for row in records("evidence", "results"):
        found.setdefault(row["outcome"], {}).setdefault(row["study_id"], []).append(row)
    return found


def _result_rows(key: str) -> dict[str, list[Row]]:
    return _results_by_outcome().get(key, {})


def result_rows(key: str, study_id: str) -> list[Row]:
    """Rows of `results.csv` of one outcome in one study."""
    return _result_rows(key).get(study_id, [])


def _from_arms(outcome: Outcome, study_id: str, rows: list[Row]) -> list[Comparison]:
    """Comparisons of the treatment arms with the control arms of a study, time by time."""
    controls = [r for r in rows if _role(r) in ("placebo", "no_treatment")]
    built = []
    for row in rows:
        if _role(row) in ("placebo", "no_treatment", None):
            continue
        for control in controls:
            if (row["instrument"], row["time_weeks"]) == (control["instrument"], control["time_weeks"]):
                built.append(_two_arms(outcome, study_id, row, control))
    return built


def _role(row: Row) -> str | None:
    arm = arms().get((row["study_id"], row["arm_id"]))
    return None if arm is None else str(arm["role"])


def _two_arms(outcome: Outcome, study_id: str, row: Row, control: Row) -> Comparison:
    given = {"n_treatment": row["n"], "n_control": control["n"]}
    people = _people(study_id, row["arm_id"], control["arm_id"], given)
    n_treatment, n_control = people.treatment, people.control
    bare = Comparison(
        study_id=study_id,
        treatment=row["arm_id"],
        control=control["arm_id"],
        instrument=row["instrument"],
        weeks=row["time_weeks"],
        measure="log_rr" if row["events"] is not None else "md",
        n_treatment=n_treatment,
        n_control=n_control,
        sizes_assumed=people.assumed,
        paired=is_crossover(study_id),
        statistic="median" if "median" in (row["statistic"], control["statistic"]) else "mean",
        note=people.note,
    )
    if bare.statistic == "median":
        return replace(bare, missing="medians, kept apart from means")
    if n_treatment is None or n_control is None:
        return replace(bare, missing="arm values without the number of people")
    if row["events"] is not None:
        return _events(bare, row, control, n_treatment, n_control)
    return _means(outcome, bare, row, control, n_treatment, n_control)


def _events(bare: Comparison, row: Row, control: Row, n_treatment: int, n_control: int) -> Comparison:
    if control["events"] is None:
        return replace(bare, missing="events of one arm only")
    if row["n"] is None or control["n"] is None:
        return replace(bare, missing="events without the people they happened to")
    if row["events"] == 0 and control["events"] == 0:
        return replace(bare, missing="no events in either arm: nothing to compare")
    effect = es.log_risk_ratio(row["events"], n_treatment, control["events"], n_control)
    note = f"{row['events']:g} of {n_treatment} against {control['events']:g} of {n_control}"
    if bare.paired:
        note += "; periods of a crossover taken as independent, which widens the interval"
    ci = _interval(effect.estimate, effect.se, (None, None))
    return replace(bare, estimate=effect.estimate, se=effect.se, ci=ci, note=_joined(note, bare.note))


def _means(outcome: Outcome, bare: Comparison, row: Row, control: Row, n_t: int, n_c: int) -> Comparison:
    factor = factor_to_usual(outcome, row["unit"])
    if factor is None or row["unit"] != control["unit"]:
        return replace(bare, missing=f"unit ({row['unit']}) cannot be turned into {outcome.unit}")
    if row["mean_end"] is None and row["mean_change"] is None:
        return replace(bare, missing=START_ONLY)
    effect, note = (_paired_periods if bare.paired else _parallel_arms)(row, control, n_t, n_c)
    if effect is None:
        return replace(bare, missing=note)
    turned = "" if factor == 1.0 else f"converted from {row['unit']}"
    estimate, se = effect.estimate * factor, effect.se * factor
    ci = _interval(estimate, se, (None, None))
    return replace(bare, estimate=estimate, se=se, ci=ci, note=_joined(note, turned, bare.note))


def _parallel_arms(row: Row, control: Row, n_t: int, n_c: int) -> tuple[es.Effect | None, str]:
    """Changes as printed; else changes with an assumed correlation; else end values."""
    if _all(row, control, "mean_change", "sd_change") and _labelled(row, control):
        difference = es.mean_difference(
            row["mean_change"], row["sd_change"], n_t, control["mean_change"], control["sd_change"], n_c
        )
        return difference, "difference of the printed changes"
    if not _all(row, control, "mean_end", "sd_end"):
        return None, "arm values without an SD in both arms"
    if not _labelled(row, control):
        return None, "spread printed without saying whether SD or standard error"
    if _all(row, control, "mean_baseline", "sd_baseline"):
        return _changes(row, control, n_t, n_c)
    return (
        es.mean_difference(row["mean_end"], row["sd_end"], n_t, control["mean_end"], control["sd_end"], n_c),
        "difference of end values",
    )


def _changes(row: Row, control: Row, n_t: int, n_c: int) -> tuple[es.Effect, str]:
    def difference(correlation: float) -> es.Effect:
        sd_t, sd_c = (es.sd_of_change(r["sd_baseline"], r["sd_end"], correlation) for r in (row, control))
        changes = [r["mean_end"] - r["mean_baseline"] for r in (row, control)]
        return es.mean_difference(changes[0], sd_t, n_t, changes[1], sd_c, n_c)

    return difference(es.ASSUMED_CORRELATION), "difference of changes; " + _assumption(difference)


def _paired_periods(row: Row, control: Row, n_t: int, n_c: int) -> tuple[es.Effect | None, str]:
    if not _all(row, control, "mean_end", "sd_end"):
        return None, "period values without an SD in both periods"
    if not _labelled(row, control):
        return None, "spread printed without saying whether SD or standard error"

    def difference(correlation: float) -> es.Effect:
        return es.paired_difference(
            row["mean_end"], row["sd_end"], control["mean_end"], control["sd_end"], n_t, correlation
        )

    return difference(es.ASSUMED_CORRELATION), "crossover periods compared; " + _assumption(difference)


def _assumption(difference: Any) -> str:
    wide, narrow = (difference(r).se for r in es.CORRELATION_RANGE)
    low, high = es.CORRELATION_RANGE
    return (
        f"correlation not printed, {es.ASSUMED_CORRELATION:g} assumed "
        f"({low:g} to {high:g} would give a standard error of {wide:.3g} to {narrow:.3g})"
    )


def _labelled(row: Row, control: Row) -> bool:
    return "none" not in (row["dispersion_as_reported"], control["dispersion_as_reported"])


def _all(row: Row, control: Row, *columns: str) -> bool:
    return all(r[c] is not None for r in (row, control) for c in columns)


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def is_crossover(study_id: str) -> bool:
    """Whether the same people took both arms."""
    study = studies().get(study_id)
    return study is not None and study["design"] == "rct_crossover"


class People(NamedTuple):
    """Sizes of two arms, what was assumed in words, and whether they were taken as equal parts of a whole."""

    treatment: int | None
    control: int | None
    note: str = ""
    assumed: bool = False


def _people(study_id: str, treatment: str, control: str | None, row: Row) -> People:
    """People of both arms, and what was assumed: the row, the arms, a note, else the trial split evenly."""
    numbers = []
    for column, arm_id in (("n_treatment", treatment), ("n_control", control or "")):
        arm = arms().get((study_id, arm_id))
        numbers.append(row.get(column) or (arm["n_arm"] if arm else None))
    if None not in numbers:
        return People(numbers[0], numbers[1])
    noted = sizes().get((study_id, ""))
    if noted and noted["n_treatment"]:
        assumed = noted["equal_arms_assumed"] == "yes"
        return People(
            int(noted["n_treatment"]), int(noted["n_control"]), f"people: {noted['seen_in']}", assumed
        )
    return _split(study_id)


def _split(study_id: str) -> People:
    groups = sum(1 for key in arms() if key[0] == study_id)
    total, _ = whole_study(study_id) if study_id in studies() else (None, None)
    if not total or groups < 2:
        return People(None, None)
    if is_crossover(study_id):
        return People(total, total, assumed=True)
    first = total // groups
    second = total - first if groups == 2 else first
    return People(first, second, f"arm sizes not printed: {total} people taken as {groups} equal arms", True)
