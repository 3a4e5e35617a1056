"""What may predict a trial's effect beside nothing: dose, weeks, exposure, and who took which salt how.

Numbers stand over a reference, so that a slope means the same for each; classes stand as words. What a table
does not say is None, and the trial is left out of that model alone. `baseline_status.csv` and
`condition_classes.csv` sort what `studies.csv` says in words.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from magnesim.evidence.comparisons import arms, result_rows, studies
from magnesim.evidence.outcomes import outcomes
from magnesim.evidence.trials import TrialEffect
from magnesim.evidence.usual_unit import factor_to_usual
from magnesim.intake.tables import rows as intake_rows
from magnesim.tables import rows

HERE = Path(__file__).parent
Covariate = float | str | None

REFERENCES = {
    "dose_mg_d": 300.0,
    "weeks": 12.0,
    "absorbed_mmol_d": 1.2,
    "serum_mmol_l": 0.025,
    "stores_mmol": 4.0,
}
"""What 300 mg of citrate a day for twelve weeks is and does, rounded: there every slope means the same."""
LABELS = {
    "constant": "the same effect in every trial",
    "dose_mg_d": "in proportion to the dose",
    "weeks": "in proportion to the weeks",
    "absorbed_mmol_d": "in proportion to what is taken up",
    "serum_mmol_l": "in proportion to the rise of serum",
    "stores_mmol": "in proportion to the filling of stores",
    "status": "by magnesium at the start, low or usual",
    "people": "by the people studied",
    "salt": "by organic or inorganic salt",
    "citrate": "by citrate or another salt",
    "blinding": "by double blinding or not",
    "risk_of_bias": "by risk of bias",
}
CLASSES = ("status", "people", "salt", "citrate", "blinding", "risk_of_bias")
LOWEST_USUAL_SERUM = 0.75
"""Lower end of the usual range of serum magnesium, mmol/L (`menopause.serum_mg_reference`)."""
NOT_DOUBLE = ("open", "none", "single", "investigator", "control group without", "no placebo")


@cache
def exposures() -> dict[str, dict[str, float]]:
    """Simulated exposure of the magnesium arms by study, from `exposures.csv`, in its columns."""
    return {
        row["study_id"]: {name: float(row[name]) for name in REFERENCES if row.get(name)}
        for row in rows(HERE / "exposures.csv")
    }


def covariates_of(effect: TrialEffect) -> dict[str, Covariate]:
    """All covariates of a trial by their keys in `LABELS`."""
    study = studies()[effect.study_id]
    numbers: dict[str, float | None] = {
        name: exposures().get(effect.study_id, {}).get(name) for name in REFERENCES
    }
    numbers["dose_mg_d"] = dose_of(effect.study_id)
    numbers["weeks"] = effect.weeks
    over: dict[str, Covariate] = {
        name: None if value is None else value / REFERENCES[name] for name, value in numbers.items()
    }
    return over | {
        "status": status_of(effect.study_id),
        "people": _classes().get(study["condition"] or ""),
        "salt": _kind(effect.compounds),
        "citrate": _citrate(effect.compounds),
        "blinding": _blinding(study["blinding"]),
        "risk_of_bias": effect.risk_of_bias if effect.risk_of_bias != "unclear" else None,
    }


def dose_of(study_id: str) -> float | None:
    """Mean elemental dose of a study's magnesium arms, mg a day; None where none is printed."""
    given = [
        row["elemental_mg_per_day"]
        for (study, _), row in arms().items()
        if study == study_id and row["role"] == "treatment" and row["elemental_mg_per_day"]
    ]
    return sum(given) / len(given) if given else None


def status_of(study_id: str) -> str | None:
    """`low` or `usual` magnesium at the start: as the study says it, else by its mean serum at the start."""
    said = _statuses().get(study_id)
    if said is not None:
        return said
    serum = [
        row["mean_baseline"] * factor
        for row in result_rows("serum_mg", study_id)
        if row["mean_baseline"] is not None
        and (factor := factor_to_usual(outcomes()["serum_mg"], row["unit"])) is not None
    ]
    if not serum:
        return None
    return "low" if sum(serum) / len(serum) < LOWEST_USUAL_SERUM else "usual"


@cache
def _statuses() -> dict[str, str]:
    return {row["study_id"]: row["status"] for row in rows(HERE / "baseline_status.csv")}


@cache
def _classes() -> dict[str, str]:
    return {row["condition"]: row["class"] for row in rows(HERE / "condition_classes.csv")}


@cache
def _kinds() -> dict[str, str]:
    return {row["name"]: row["kind"] for row in intake_rows("forms") if row["kind"] != "unknown"}


def _kind(compounds: tuple[str, ...]) -> str | None:
    """`organic` or `inorganic`; None where the salt is not known or a trial gave both."""
    kinds = {_kinds().get(one) for one in compounds}
    return kinds.pop() if len(kinds) == 1 else None


def _citrate(compounds: tuple[str, ...]) -> str | None:
    if not compounds or any(one not in _kinds() for one in compounds):
        return None
    which = {"citrate" if one == "citrate" else "another salt" for one in compounds}
    return which.pop() if len(which) == 1 else None


def _blinding(words: Any) -> str | None:
    """`double` or `not double`; None where the masking is not said."""
    said = str(words or "").lower()
    if said.startswith("double"):
        return "double"
    return "not double" if said.startswith(NOT_DOUBLE) or "no placebo" in said else None
