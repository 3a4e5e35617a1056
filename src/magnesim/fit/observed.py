"""Rows of a data package that say something of a body, in one form: what was given, read, and seen.

`kinetics`, `results` and `contrasts` are printed in three shapes; everything after this file knows one.
Units are converted here and nowhere else. `study_notes.csv` holds what the pages read do not print and had to
be assumed, cell by cell with a reason; `more_rows.csv` holds figures that stand among the facts only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from magnesim.normal import se_from_interval
from magnesim.tables import rows
from magnesim.units import DAYS_A_WEEK, HOURS_A_DAY, mmol_from_mg, mmol_l_from_meq_l, mmol_l_from_mg_dl

HERE = Path(__file__).parent
TABLES = ("kinetics", "results", "contrasts")
STATUS = ("serum_mg", "urine_mg_24h", "rbc_mg", "mg_balance", "csf_mg", "muscle_mg", "ionized_mg")
"""Outcomes of `results` and `contrasts` that are a state of the body; all else is an effect."""


Tables = Mapping[str, Iterable[dict[str, Any]]]

_SAME: Callable[[float], float] = float
CONVERSIONS: dict[tuple[str, str], tuple[str, Callable[[float], float]]] = {
    ("mmol/L", ""): ("mmol/L", _SAME),
    ("mmol/L GF", ""): ("mmol/L", _SAME),
    ("mg/dL", ""): ("mmol/L", mmol_l_from_mg_dl),
    ("mg/L", ""): ("mmol/L", mmol_from_mg),
    ("mEq/L", ""): ("mmol/L", mmol_l_from_meq_l),
    ("mmol/24h", ""): ("mmol/d", _SAME),
    ("mmol/d", ""): ("mmol/d", _SAME),
    ("mmol", "urine"): ("mmol/d", _SAME),
    ("mmol", ""): ("mmol", _SAME),
    ("mg/d", ""): ("mmol/d", mmol_from_mg),
    ("mg/day", ""): ("mmol/d", mmol_from_mg),
    ("mg/24h", ""): ("mmol/d", mmol_from_mg),
    ("mg in 24 h (AUC)", ""): ("mmol/d", mmol_from_mg),
    ("fraction", ""): ("share", _SAME),
    ("fraction of load", ""): ("share", _SAME),
    ("%", "absorption"): ("share", lambda x: x / 100.0),
    ("ratio", ""): ("ratio", _SAME),
    ("fraction of control", ""): ("ratio", _SAME),
    ("percent change", ""): ("ratio", lambda x: 1.0 + x / 100.0),
    ("percent of baseline", ""): ("%", _SAME),
    ("%", ""): ("%", _SAME),
    ("pg/cell", ""): ("pg/cell", _SAME),
    ("pmol/L", ""): ("pmol/L", _SAME),
}
"""How a printed unit becomes the model's, by unit and by a word in the measure where it means two things."""


@dataclass(frozen=True)
class Observation:
    """One printed figure of a body, in the model's units.

    Attributes:
        table, row: where it stands; the first row under the header is 1.
        compound: what was given; `none` or `diet` where nothing was.
        dose_mmol: elemental magnesium, of one load in `kinetics` and of a day elsewhere; None if not printed.
        times_a_day: loads that the day's dose is parted into, None if not printed.
        measure, unit: what was read off, in the unit after conversion; the unit is None if not understood.
        observed: the figure; for a comparison, treatment less control.
        baseline: the same people before, in the same unit.
        sd, se: spread between people, and error of the mean, in the same unit.
        hours: from the start to the reading; None if not printed.
        compared: whether it is a difference between arms.
        procedure: what is said of the procedure alone, in lower case.
        words: everything said of the people and the procedure, in lower case, to be searched.
        notes: what `study_notes.csv` adds, by field.
    """

    table: str
    row: int
    study_id: str
    arm: str
    compound: str
    dose_mmol: float | None
    times_a_day: int | None
    dose_clear: bool
    route: str
    with_meal: bool | None
    measure: str
    unit: str | None
    unit_printed: str
    observed: float | None
    baseline: float | None
    sd: float | None
    se: float | None
    n: int | None
    hours: float | None
    compared: bool
    design: str
    procedure: str
    words: str
    notes: dict[str, str] = field(default_factory=dict)


def study_notes() -> tuple[dict[str, str], ...]:
    """Rows of `study_notes.csv`: study, arm (any if empty), measure (any if empty), field, value, why."""
    return rows(HERE / "study_notes.csv")


def more_rows() -> list[dict[str, Any]]:
    """Rows of `more_rows.csv`, in the columns of `kinetics`."""
    numbers = ("n", "dose_elemental_mmol", "time_h", "interval_h", "mean", "sd", "se")
    return [
        {key: (None if not text else float(text) if key in numbers else text) for key, text in row.items()}
        for row in rows(HERE / "more_rows.csv")
    ]


def observations(tables: Tables) -> list[Observation]:
    """Every row of a package that speaks of a body, and what is known of how it came about.

    Args:
        tables: rows by table name: studies, arms, kinetics, results, contrasts.
    """
    studies = {row["study_id"]: row for row in tables["studies"]}
    arms = {(row["study_id"], row["arm_id"]): row for row in tables["arms"]}
    found = [
        *(_of_kinetics("kinetics", i, row, studies) for i, row in enumerate(tables["kinetics"], 1)),
        *(
            _of_result(i, row, studies, arms)
            for i, row in enumerate(tables["results"], 1)
            if row["outcome"] in STATUS
        ),
        *(
            _of_contrast(i, row, studies, arms)
            for i, row in enumerate(tables["contrasts"], 1)
            if row["outcome"] in STATUS
        ),
    ]
    return [_noted(item) for item in found]


def more_observations(studies: dict[str, Any]) -> list[Observation]:
    """The figures of `more_rows.csv`."""
    return [_noted(_of_kinetics("more_rows", i, row, studies)) for i, row in enumerate(more_rows(), 1)]


def _converted(
    unit: str | None, measure: str, *values: float | None
) -> tuple[str | None, list[float | None]]:
    """The model's unit and the figures in it; no unit where it is not understood."""
    for word in ("absorption", "urine", ""):
        known = CONVERSIONS.get((unit or "", word))
        if known and word in measure:
            target, turn = known
            return target, [None if value is None else turn(value) for value in values]
    return None, list(values)


def _slope(unit: str | None, measure: str, *values: float | None) -> list[float | None]:
    """Spreads and differences converted: a zero of the scale drops out."""
    _, (one, zero) = _converted(unit, measure, 1.0, 0.0)
    assert one is not None and zero is not None
    return [None if value is None else value * (one - zero) for value in values]


def _text(*parts: Any) -> str:
    return " | ".join(str(part) for part in parts if part).lower()


def _of_kinetics(table: str, place: int, row: dict[str, Any], studies: dict[str, Any]) -> Observation:
    study = studies.get(row["study_id"], {})
    measure = row["measure"]
    unit, (mean,) = _converted(row["unit"], measure, row["mean"])
    sd, se = _slope(row["unit"], measure, row["sd"], row["se"])
    fed = {"with_meal": True, "fasting": False}.get(row["fed_state"] or "")
    return Observation(
        table=table,
        row=place,
        study_id=row["study_id"],
        arm=row["arm_id"] or "",
        compound=row["compound"] or "none",
        dose_mmol=row["dose_elemental_mmol"],
        times_a_day=None,
        dose_clear=True,
        route=row["route"] or "",
        with_meal=fed,
        measure=measure,
        unit=unit,
        unit_printed=row["unit"] or "",
        observed=mean,
        baseline=None,
        sd=sd,
        se=se,
        n=None if row["n"] is None else int(row["n"]),
        hours=row["time_h"],
        compared=measure.endswith("_change"),
        design=study.get("design") or "",
        procedure=_text(row["loading"]),
        words=_text(
            row["group"], row["loading"], row["notes"], study.get("population"), study.get("condition")
        ),
    )


def _arm(arms: dict[tuple[str, str], Any], study_id: str, arm_id: str | None) -> dict[str, Any]:
    return arms.get((study_id, arm_id or ""), {})


def _of_trial(
    table: str, place: int, row: dict[str, Any], study: dict[str, Any], arm: dict[str, Any], arm_id: str
) -> dict[str, Any]:
    """What a result and a contrast have in common."""
    mg = arm.get("elemental_mg_per_day")
    weeks = row["time_weeks"]
    times = arm.get("doses_per_day")
    return {
        "table": table,
        "row": place,
        "study_id": row["study_id"],
        "arm": arm_id,
        "compound": arm.get("compound") or "",
        "dose_mmol": None if mg is None else mmol_from_mg(mg),
        "times_a_day": None if times is None else int(times),
        "dose_clear": arm.get("dose_basis") != "unclear",
        "route": "oral",
        "with_meal": None,
        "measure": row["outcome"],
        "unit_printed": row["unit"] or "",
        "hours": None if weeks is None else weeks * DAYS_A_WEEK * HOURS_A_DAY,
        "design": study.get("design") or "",
        "procedure": "",
        "words": _text(
            study.get("population"),
            study.get("condition"),
            row["notes"],
            row["instrument"],
            arm.get("notes"),
            study.get("baseline_mg_status"),
        ),
    }


def _of_result(place: int, row: dict[str, Any], studies: dict[str, Any], arms: Any) -> Observation:
    study = studies.get(row["study_id"], {})
    arm = _arm(arms, row["study_id"], row["arm_id"])
    common = _of_trial("results", place, row, study, arm, row["arm_id"] or "")
    start = row["mean_baseline"]
    end = row["mean_end"] if row["mean_end"] is not None else row["mean_change"]
    measure, unit_printed = row["outcome"], row["unit"]
    unit, (baseline, observed) = _converted(unit_printed, measure, start, end)
    sd = row["sd_end"] if end is not None else row["sd_baseline"]
    spread = _slope(unit_printed, measure, sd)[0] if unit else sd
    if end is None:
        observed, baseline = baseline, None
    return Observation(
        **common,
        unit=unit,
        observed=observed,
        baseline=baseline,
        sd=spread,
        se=None,
        n=None if row["n"] is None else int(row["n"]),
        compared=row["mean_end"] is None and row["mean_change"] is not None and unit != "ratio",
    )


def printed_error(row: dict[str, Any]) -> float | None:
    """Standard error of a row of `contrasts`: as printed, by its 95 % interval, else as worked out."""
    if row["se"] is not None:
        return float(row["se"])
    if row["ci_low"] is not None and row["ci_high"] is not None:
        return se_from_interval(float(row["ci_low"]), float(row["ci_high"]))
    return None if row["se_derived"] is None else float(row["se_derived"])


def _of_contrast(place: int, row: dict[str, Any], studies: dict[str, Any], arms: Any) -> Observation:
    study = studies.get(row["study_id"], {})
    arm = _arm(arms, row["study_id"], row["treatment_arm"])
    common = _of_trial("contrasts", place, row, study, arm, row["treatment_arm"] or "")
    unit, _ = _converted(row["unit"], row["outcome"], 0.0)
    estimate = row["estimate"] if row["effect_type"] == "md" else None
    se = printed_error(row)
    observed, error = _slope(row["unit"], row["outcome"], estimate, se) if unit else (estimate, se)
    other = _arm(arms, row["study_id"], row["control_arm"])
    words = common.pop("words") + _text(
        " | against an active salt" if (other.get("compound") or "none") not in ("none", "") else ""
    )
    return Observation(
        **common,
        words=words,
        unit=unit,
        observed=observed,
        baseline=None,
        sd=None,
        se=error,
        n=row["n_treatment"],
        compared=True,
    )


def _noted(item: Observation) -> Observation:
    """The observation with what `study_notes.csv` says of it; a later row wins."""
    fitting = {
        note["field"]: note["value"]
        for note in study_notes()
        if note["study_id"] == item.study_id
        and note["arm_id"] in ("", item.arm)
        and (not note["measure"] or re.fullmatch(note["measure"], item.measure))
    }
    return replace(item, notes=fitting)
