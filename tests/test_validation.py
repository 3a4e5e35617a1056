"""`validate`: what the model foresees of studies, on the shipped package and on one that nobody has seen."""

from __future__ import annotations

import csv
import json
import math
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from magnesim.data import DATA_DIR
from magnesim.errors import InputError
from magnesim.evaluation import validate
from magnesim.evaluation.effects import effect_report
from magnesim.evaluation.validation import read_package


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    return validate().to_json()


def magnesim(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "magnesim.cli", *arguments], capture_output=True, text=True, check=False
    )


def test_the_object_has_the_keys_of_the_contract(shipped: dict[str, Any]):
    assert shipped["schema_version"] == 1
    kinetics = {"rows", "simulated", "skipped", "gmfe", "within_1_5", "within_2", "coverage_90", "studies"}
    assert kinetics <= set(shipped["kinetics"])
    effects = {
        "rows", "predicted", "skipped", "coverage_90", "log_score", "log_score_null", "log_score_dose_only",
        "studies",
    }  # fmt: skip
    assert effects <= set(shipped["effects"])
    one = shipped["kinetics"]["studies"][0]
    assert {"study_id", "measure", "unit", "observed", "predicted", "interval_90"} <= set(one)
    assert {"serum_change_mmol_l", "urine_change_mmol_d", "baselines"} <= set(
        shipped["pooled_supplement_test"]
    )


def test_a_typical_supplement_raises_serum_a_little_and_urine_a_lot_at_once(shipped: dict[str, Any]):
    """`zhang2016`, abstract: +0.04 (0.02 to 0.06) mmol/L and +1.52 (1.20 to 1.83) mmol/d; never fitted to."""
    test = shipped["pooled_supplement_test"]
    assert 0.02 <= test["serum_change_mmol_l"] <= 0.06
    assert 1.20 <= test["urine_change_mmol_d"] <= 1.83


def test_the_losing_models_stand_in_the_same_table_and_lose(shipped: dict[str, Any]):
    test = shipped["pooled_supplement_test"]
    assert {one["name"] for one in test["baselines"]} == {"ward2026", "one_compartment"}
    for one in test["baselines"]:
        assert one["serum_change_mmol_l"] > 3 * test["observed"]["serum_ci"][1]
        assert one["urine_change_mmol_d"] > test["observed"]["urine_ci"][1]


def test_who_starts_higher_gains_less_in_serum(shipped: dict[str, Any]):
    low, high = shipped["pooled_supplement_test"]["by_baseline_serum"]
    assert low["serum_mmol_l"] < high["serum_mmol_l"]
    assert low["serum_change_mmol_l"] > high["serum_change_mmol_l"]


def test_figures_lie_near_their_predictions(shipped: dict[str, Any]):
    kinetics = shipped["kinetics"]
    assert kinetics["simulated"] >= 110
    assert kinetics["gmfe"] <= 1.25
    assert kinetics["within_1_5"] >= 0.75
    assert kinetics["within_2"] >= 0.95
    assert 0.80 <= kinetics["coverage_90"] <= 0.97


def test_every_row_that_is_not_simulated_has_a_reason(shipped: dict[str, Any]):
    for part in ("kinetics", "effects"):
        assert all(one["why"] for one in shipped[part]["skipped"])
    kinetics = shipped["kinetics"]
    assert kinetics["simulated"] + len(kinetics["skipped"]) == kinetics["rows"]
    effects = shipped["effects"]
    assert effects["predicted"] + len(effects["skipped"]) == effects["rows"]


def test_studies_left_out_are_foreseen_from_the_others(shipped: dict[str, Any]):
    left = shipped["left_one_study_out"]
    assert left["figures"] == sum(one["fitted"] for one in shipped["kinetics"]["studies"])
    assert left["gmfe"] <= 1.25


def package(folder: Path, name: str, change_row: Any) -> Path:
    """The shipped package with one table changed, row by row; None drops a row."""
    target = folder / "package"
    shutil.copytree(DATA_DIR / "evidence", target)
    change(target / "datapackage.json", name, change_row)
    return target / "datapackage.json"


def change(path: Path, name: str, change_row: Any, more: Sequence[dict[str, str]] = ()) -> None:
    """Change a table of a package, and put rows after it; cells that a new row lacks are empty."""
    table = path.parent / f"{name}.csv"
    with table.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), list(reader.fieldnames or ())
    kept = [row for row in map(change_row, rows) if row is not None]
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows([*kept, *more])


def effects_of(path: Path) -> dict[str, Any]:
    """The effects part alone: the bodies of a package take half a minute."""
    return effect_report(read_package(path)).to_json()


def test_an_effect_is_never_foreseen_from_its_own_row_nor_by_its_name(
    tmp_path: Path, shipped: dict[str, Any]
):
    """Every size changed and every study renamed: nothing that is foreseen moves."""

    def moved(row: dict[str, str]) -> dict[str, str]:
        same = row["effect_type"] in ("or", "rr", "ratio") or not row["estimate"]
        return renamed(row) | ({} if same else {"estimate": str(7 * float(row["estimate"]) + 3)})

    def renamed(row: dict[str, str]) -> dict[str, str]:
        return row | {"study_id": f"other_{row['study_id']}"}

    path = package(tmp_path, "contrasts", moved)
    for table in ("studies", "arms", "results"):
        change(path, table, renamed)
    mine, theirs = (
        {one["row"]: (one["predicted"], one["unit"]) for one in part["studies"]}
        for part in (shipped["effects"], effects_of(path))
    )
    assert mine.keys() == theirs.keys()
    for row, (predicted, unit) in mine.items():
        assert theirs[row] == (pytest.approx(predicted, rel=1e-9, abs=1e-12), unit)


def test_most_contrasts_with_a_size_are_foreseen_and_the_intervals_are_honest(shipped: dict[str, Any]):
    """With 105 rows a coverage of 90 % is seen as 84 to 95 % nineteen times in twenty."""
    effects = shipped["effects"]
    assert effects["predicted"] >= 100
    assert 0.84 <= effects["coverage_90"] <= 0.97
    assert effects["with_other_trials"]["gain_over_null"] > 0
    assert sum(one["predicted"] for one in effects["by_measure"]) == effects["predicted"]
    assert {"mean difference", "ratio", "pooled mean difference", "change within an arm"} <= {
        one["measure"] for one in effects["by_measure"]
    }
    assert all(
        math.isfinite(x) for one in effects["studies"] for x in (one["predicted"], *one["interval_90"])
    )


def test_a_measure_that_foresees_no_better_than_no_difference_says_so(shipped: dict[str, Any]):
    for one in shipped["effects"]["by_measure"]:
        clearly = one["gain_over_null"] > 2 * one["gain_se"] and one["studies_scored"] >= 10
        assert one["says"].startswith("better") == clearly


def study(study_id: str, **more: str) -> dict[str, str]:
    return {"study_id": study_id, "design": "rct_parallel", "year": "2025"} | more


ARMS = [
    {"study_id": "new", "arm_id": "mg", "role": "treatment", "compound": "citrate"},
    {"study_id": "new", "arm_id": "pbo", "role": "placebo", "compound": "none", "cointervention": "a filler"},
    {
        "study_id": "new",
        "arm_id": "both",
        "role": "treatment",
        "compound": "citrate",
        "cointervention": "zinc",
    },
]
ODD = {
    "an outcome nobody knows": (
        {"outcome": "grip", "unit": "kg", "n_treatment": "40", "n_control": "38"},
        "kg",
    ),
    "and in SD": ({"outcome": "grip", "unit": "SD", "effect_type": "smd", "se": "0.2"}, "SD"),
    "and as a ratio": ({"outcome": "grip", "effect_type": "or", "estimate": "0.5", "se": ""}, None),
    "a hazard ratio": (
        {"outcome": "falls", "effect_type": "ratio", "estimate": "0.5", "ci_low": "0.3", "ci_high": "0.9"},
        "log ratio",
    ),
    "a percent of a start": (
        {"outcome": "hba1c", "effect_type": "pct_change", "unit": "% change"},
        "% of the start",
    ),
    "only sizes": (
        {"outcome": "sbp", "unit": "mmHg", "se": "", "n_treatment": "9", "n_control": "9"},
        "mmHg",
    ),
    "only p": ({"outcome": "map", "unit": "mmHg", "se": "", "p_value": "0.2", "p_bound": "eq"}, "mmHg"),
    "an interval upside down": ({"outcome": "sbp", "unit": "mmHg", "ci_low": "5", "ci_high": "-5"}, "mmHg"),
    "a unit nobody knows": ({"outcome": "sbp", "unit": "kPa"}, None),
    "no unit": ({"outcome": "grip", "unit": ""}, None),
    "no error": ({"outcome": "grip", "unit": "kg", "se": ""}, None),
    "an error of nothing": ({"outcome": "gad7", "unit": "points", "se": "0"}, None),
    "no number": ({"outcome": "sbp", "unit": "mmHg", "estimate": "NaN"}, None),
    "a ratio of nothing": ({"outcome": "diarrhea", "effect_type": "rr", "estimate": "0"}, None),
    "no measure": ({"outcome": "sbp", "unit": "mmHg", "effect_type": ""}, None),
    "a mixture": ({"outcome": "sbp", "unit": "mmHg", "treatment_arm": "both"}, None),
    "an arm nobody described": ({"outcome": "sbp", "unit": "mmHg", "treatment_arm": "who"}, None),
    "a study nobody described": ({"outcome": "sbp", "unit": "mmHg", "study_id": "nobody"}, None),
    "no study": ({"outcome": "sbp", "unit": "mmHg", "study_id": ""}, None),
}
"""Rows of a trial of 2025 as they may come, and the unit they are foreseen in; None if they cannot be."""


def test_odd_rows_are_foreseen_or_skipped_with_a_reason(tmp_path: Path):
    path = package(tmp_path, "contrasts", lambda _: None)
    plain = {
        "study_id": "new", "treatment_arm": "mg", "control_arm": "pbo", "effect_type": "md",
        "estimate": "-2", "se": "1.5", "time_weeks": "8",
    }  # fmt: skip
    change(path, "studies", lambda _: None, [study("new", n_analysed="")])
    change(path, "arms", lambda _: None, ARMS)
    start = {"outcome": "hba1c", "unit": "%", "mean_baseline": "8", "sd_baseline": "1.2"}
    values = start | {"study_id": "new", "arm_id": "pbo", "dispersion_as_reported": "sd", "statistic": "mean"}
    change(path, "results", lambda _: None, [values])
    change(path, "contrasts", lambda row: row, [plain | cells for cells, _ in ODD.values()])
    found = effects_of(path)
    units = {one["row"]: one["unit"] for one in found["studies"]}
    why = {one["row"]: one["why"] for one in found["skipped"]}
    for row, (name, (_, unit)) in enumerate(ODD.items(), 1):
        assert units.get(row) == unit, (name, why.get(row))
        assert (row in why) == (unit is None), name


def test_a_foreign_package_of_few_rows_is_scored(tmp_path: Path):
    path = package(tmp_path, "kinetics", lambda row: row if row["study_id"] == "sabatier2011" else None)
    content = validate(path).to_json()
    assert {one["study_id"] for one in content["kinetics"]["studies"] if one["table"] == "kinetics"} == {
        "sabatier2011"
    }
    assert not any(one["fitted"] for one in content["kinetics"]["studies"])


def test_an_empty_package_gives_no_figures_and_no_fault(tmp_path: Path):
    target = tmp_path / "datapackage.json"
    target.write_text('{"resources": []}', encoding="utf-8")
    content = validate(target).to_json()
    assert content["kinetics"]["rows"] == 0
    assert content["kinetics"]["gmfe"] is None
    assert content["effects"]["log_score"] is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"resources": 3}', '{"resources": [1]}'])
def test_what_is_no_package_is_refused_in_one_line(tmp_path: Path, text: str):
    target = tmp_path / "datapackage.json"
    target.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read_package(target)


def test_a_package_that_lacks_a_file_a_column_or_a_number_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="no such file"):
        read_package(tmp_path / "nothing.json")
    path = package(tmp_path, "kinetics", lambda row: row | {"mean": "many"})
    with pytest.raises(InputError, match=r"kinetics\.csv"):
        read_package(path)
    (path.parent / "kinetics.csv").write_text("study_id\nx\n", encoding="utf-8")
    with pytest.raises(InputError, match="lacks the column"):
        read_package(path)
    (path.parent / "kinetics.csv").unlink()
    with pytest.raises(InputError, match="no such file"):
        read_package(path)


def test_the_command_prints_one_object_and_writes_a_page(tmp_path: Path):
    page = tmp_path / "report.html"
    told = magnesim("validate", "--json", "--out", str(page))
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["schema_version"] == 1
    text = page.read_text(encoding="utf-8")
    assert "The decisive test" in text
    assert "<script" not in text
    again = magnesim("validate")
    assert again.returncode == 0
    assert max(map(len, again.stdout.splitlines())) <= 88
    wrong = magnesim("validate", "--package", "nowhere.json")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert len(wrong.stderr.splitlines()) == 1
