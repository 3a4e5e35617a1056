"""`validate`: what the model foresees of studies, on the shipped package and on one that nobody has seen."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from magnesim.data import DATA_DIR
from magnesim.errors import InputError
from magnesim.evaluation import validate
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


def package(folder: Path, name: str, change: Any) -> Path:
    """The shipped package with one table changed, row by row; None drops a row."""
    target = folder / "package"
    shutil.copytree(DATA_DIR / "evidence", target)
    with (target / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [row for row in map(change, rows) if row is not None]
    with (target / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    return target / "datapackage.json"


def test_an_effect_is_never_foreseen_from_its_own_row(tmp_path: Path, shipped: dict[str, Any]):
    def moved(row: dict[str, str]) -> dict[str, str]:
        return row | {"estimate": "77"} if row["study_id"] == "witteman1994" and row["estimate"] else row

    other = validate(package(tmp_path, "contrasts", moved)).to_json()
    mine, theirs = (
        {one["row"]: one["predicted"] for one in part["effects"]["studies"]} for part in (shipped, other)
    )
    assert mine == theirs


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
