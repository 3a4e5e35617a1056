"""`validate`: the evaluation report of the model and the pools, on the package that ships or on any other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from magnesim.data import polars_schema, records
from magnesim.errors import InputError
from magnesim.evaluation.effects import EffectReport, effect_report
from magnesim.evaluation.kinetics import (
    SUPPLEMENT_MG_D,
    SUPPLEMENT_WEEKS,
    KineticReport,
    kinetic_report,
    supplement_test,
)
from magnesim.fit.observed import TABLES, Tables
from magnesim.tables import rows

NEEDED = ("studies", "arms", "outcomes", *TABLES)
ABSORBED_SHARE = 0.30
"""Share that the losing baselines are given, as in their own example; ours works out its own."""
SEEN = {
    "source": "zhang2016",
    "serum_change_mmol_l": 0.04,
    "serum_ci": [0.02, 0.06],
    "urine_change_mmol_d": 1.52,
    "urine_ci": [1.20, 1.83],
}


@dataclass(frozen=True)
class Validation:
    """The whole report of how well studies are foreseen, as `validate` gives it.

    Attributes:
        package: name of the descriptor, or `shipped`.
        kinetics: figures of bodies, each observed against predicted in its own unit.
        effects: differences between arms, each foreseen without the trial itself.
        supplement: the decisive test, with the losing models: serum in mmol/L, urine in mmol a day.
    """

    package: str
    kinetics: KineticReport
    effects: EffectReport
    supplement: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The object of the contract `validate`."""
        return {
            "schema_version": 1,
            "package": self.package,
            "kinetics": self.kinetics.to_json(),
            "effects": self.effects.to_json(),
            "pooled_supplement_test": self.supplement,
            "left_one_study_out": left_out(),
            "fit": diagnostics(),
        }


def validate(package: Path | None = None, seed: int = 0) -> Validation:
    """Foresee every figure of a package and say what could not be foreseen.

    Args:
        package: a `datapackage.json` of the same schema; None for the one that ships.
        seed: of the draws.

    Raises:
        InputError: a file that is missing or not of that schema.
    """
    if package is None:
        return _shipped(seed)
    return _of_tables(package.name, read_package(package), own=False, seed=seed)


@cache
def _shipped(seed: int) -> Validation:
    """The report on the studies that ship, which do not change while the program runs."""
    return _of_tables("shipped", {name: records("evidence", name) for name in NEEDED}, own=True, seed=seed)


def _of_tables(name: str, tables: Tables, own: bool, seed: int) -> Validation:
    return Validation(
        name, kinetic_report(tables, own=own, seed=seed), effect_report(tables), _supplement(seed)
    )


def _supplement(seed: int) -> dict[str, Any]:
    """The decisive test with the two losing models beside ours."""
    from magnesim.baselines import baselines, supplement_change

    others = []
    for model in baselines():
        serum, urine = supplement_change(model.name, SUPPLEMENT_MG_D, SUPPLEMENT_WEEKS * 7, ABSORBED_SHARE)
        others.append(
            {
                "name": model.name,
                "label": model.label,
                "serum_change_mmol_l": serum,
                "urine_change_mmol_d": urine,
            }
        )
    return {
        **supplement_test(seed),
        "elemental_mg_per_day": SUPPLEMENT_MG_D,
        "weeks": SUPPLEMENT_WEEKS,
        "observed": SEEN,
        "baselines": others,
    }


def read_package(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Tables of a data package as rows; a table that it lacks is empty.

    Raises:
        InputError: no such file, not a data package, or a cell of another type than the schema says.
    """
    import polars as pl

    example = "--package evidence/datapackage.json"
    path = path / "datapackage.json" if path.is_dir() else path
    try:
        resources = {
            resource["name"]: resource
            for resource in json.loads(path.read_text(encoding="utf-8"))["resources"]
        }
    except FileNotFoundError:
        raise InputError(f"--package {path}", "no such file.", example) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"--package {path}", "this is not a data package.", example) from None
    tables: dict[str, list[dict[str, Any]]] = {}
    for name in NEEDED:
        if name not in resources:
            tables[name] = []
            continue
        file = path.parent / str(resources[name].get("path"))
        try:
            frame = pl.read_csv(file, schema_overrides=polars_schema(resources[name]))
        except FileNotFoundError:
            raise InputError(f"{file.name} of the package", "no such file.", example) from None
        except (OSError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
            said = str(error).splitlines()[0]
            raise InputError(f"{file.name} of the package", f"cannot be read: {said}", example) from None
        lacking = [field for field in _columns(name) if field not in frame.columns]
        if lacking:
            raise InputError(f"{file.name} of the package", f"lacks the column {lacking[0]}.", example)
        tables[name] = frame.to_dicts()
    return tables


def _columns(name: str) -> list[str]:
    """Columns that the shipped table of that name has."""
    from magnesim.data import descriptor

    return [field["name"] for field in descriptor("evidence")[name]["schema"]["fields"]]


def _fit_rows(name: str) -> tuple[dict[str, str], ...]:
    from magnesim import fit

    return rows(Path(fit.__file__).parent / name)


@cache
def left_out() -> dict[str, Any]:
    """Fitted figures foreseen without their own study, from the last fit."""
    import numpy as np

    fitted = _fit_rows("left_out.csv")
    told: list[dict[str, Any]] = [
        {
            "study_id": row["study_id"],
            "arm": row["arm"],
            "reading": row["reading"],
            "observed": float(row["observed"]),
            "predicted": float(row["predicted"]),
            "interval_90": [float(row["low"]), float(row["high"])],
        }
        for row in fitted
    ]
    logs = np.array([abs(np.log(one["observed"] / one["predicted"])) for one in told])
    covered = [one["interval_90"][0] <= one["observed"] <= one["interval_90"][1] for one in told]
    return {
        "figures": len(told),
        "gmfe": float(np.exp(logs.mean())),
        "within_1_5": float((logs <= np.log(1.5)).mean()),
        "within_2": float((logs <= np.log(2.0)).mean()),
        "coverage_90": sum(covered) / len(covered),
        "studies": told,
    }


@cache
def diagnostics() -> list[dict[str, Any]]:
    """R-hat, effective draws and ridges of each fitted quantity, from the last fit."""
    return [
        {
            "name": row["name"],
            "r_hat": float(row["r_hat"]),
            "effective_draws": float(row["effective_draws"]),
            "ridge_with": [part for part in row["ridge_with"].split("; ") if part],
        }
        for row in _fit_rows("diagnostics.csv")
    ]
