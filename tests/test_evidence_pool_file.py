"""`magnesim pool FILE.csv`: anybody's data, and every way it can be broken."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

from magnesim.errors import InputError
from magnesim.evidence import pool, pool_file

REFERENCE = json.loads((Path(__file__).parent / "reference" / "metafor.json").read_text(encoding="utf-8"))


def written(folder: Path, text: str, name: str = "trials.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def dataset(folder: Path, name: str) -> Path:
    rows = zip(REFERENCE["datasets"][name]["yi"], REFERENCE["datasets"][name]["vi"], strict=True)
    return written(folder, "yi,vi\n" + "\n".join(f"{y!r},{v!r}" for y, v in rows))


def codes(path: Path) -> set[str]:
    return {alarm.code for alarm in pool_file(path).alarms}


@pytest.mark.parametrize("name", ["dat.li2007", "dat.egger2001"])
def test_magnesium_after_infarction_raises_the_alarms_that_isis_4_taught(tmp_path: Path, name: str) -> None:
    assert codes(dataset(tmp_path, name)) >= {"fixed_random_conflict", "small_study_effect"}


def test_correlations_that_agree_raise_none(tmp_path: Path) -> None:
    assert codes(dataset(tmp_path, "dat.molloy2014")) == set()


def test_the_json_has_the_keys_of_evidence_and_the_numbers_of_the_pool(tmp_path: Path) -> None:
    path = dataset(tmp_path, "dat.bcg")
    found = pool_file(path).to_json()
    expected = REFERENCE["datasets"]["dat.bcg"]
    for key in ("estimate", "se", "tau2", "i2", "q"):
        assert found[key] == pytest.approx(expected[key], rel=1e-6)
    assert found["egger_p"] == pytest.approx(expected["egger"]["p"], rel=1e-6)
    assert (found["schema_version"], found["outcome"], found["certainty"]) == (1, None, None)
    assert found["studies"][0]["study_id"] == "row 2"
    assert sum(study["weight"] for study in found["studies"]) == pytest.approx(100.0)
    json.dumps(found, allow_nan=False)


def test_studies_are_named_by_their_column_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufefftrial, effect ,var\nA,0.1,0.04\n\nB,0.3,0.09\n")
    found = pool_file(path, yi="effect", vi="var", label="trial")
    assert found.labels == ("A", "B")
    assert found.pooled == pool([0.1, 0.3], [0.04, 0.09])


def test_one_row_is_given_back_and_said_to_be_one(tmp_path: Path) -> None:
    found = pool_file(written(tmp_path, "study,yi,vi\nonly,0.5,0.04\n"))
    assert found.to_json()["tau2"] is None
    assert [alarm.code for alarm in found.alarms] == ["one_trial_carries"]


BROKEN = {
    "an empty file": ("", ["empty"]),
    "a header alone": ("yi,vi\n", ["no rows"]),
    "a missing column": ("effect,vi\n0.1,0.2\n", ["column yi:", "effect, vi"]),
    "a word for a number": ("yi,vi\n0.1,0.2\nn.s.,0.3\n", ["line 3", "column yi", "n.s."]),
    "an empty cell": ("yi,vi\n,0.2\n", ["line 2", "column yi", "an empty cell"]),
    "infinity": ("yi,vi\ninf,0.2\n", ["line 2", "column yi"]),
    "an estimate too large for a float": ("yi,vi\n1e999,0.2\n", ["line 2", "column yi", "1e999"]),
    "an estimate out of bounds": ("yi,vi\n1e308,1\n-1e308,1\n", ["line 2", "column yi", "1e308", "1e+06"]),
    "another": ("yi,vi\n0.1,1\n1e200,1\n", ["line 3", "column yi", "1e200"]),
    "a variance out of bounds": ("yi,vi\n0.1,1e-300\n0.2,1e300\n", ["line 2", "column vi", "1e-12"]),
    "variances of two worlds": ("yi,vi\n0.1,1e-9\n0.2,1e9\n", ["line 3", "column vi", "line 2"]),
    "digits that only a programmer writes": ("yi,vi\n1_0,1\n", ["line 2", "column yi", "1_0"]),
    "a variance of zero": ("yi,vi\n0.1,0\n", ["line 2", "column vi", "above 0"]),
    "a negative variance": ("yi,vi\n0.1,-0.2\n", ["line 2", "column vi", "above 0"]),
    "a ragged row": ("yi,vi\n0.1,0.2,0.3\n", ["line 2", "cells 3, columns 2"]),
    "a quote left open": ('yi,vi\n"0.1,0.2\n', ["broken CSV"]),
    "a column named twice": ("yi,yi,vi\n0.1,0.2,0.3\n", ["twice"]),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_in_one_line_that_says_where(tmp_path: Path, case: str) -> None:
    text, parts = BROKEN[case]
    path = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        pool_file(path)
    message = str(caught.value)
    assert "\n" not in message and "trials.csv" in message
    for part in parts:
        assert part in message


def test_the_estimates_cannot_be_their_own_variances(tmp_path: Path) -> None:
    path = written(tmp_path, "yi,vi\n0.1,0.2\n")
    with pytest.raises(InputError, match="column yi for both") as caught:
        pool_file(path, yi="yi", vi="yi")
    assert "trials.csv" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "rows",
    [
        "1,1\n1,1",
        "0.1,0.2\n0.1,0.3\n0.1,0.4",
        "1e6,1e-12\n-1e6,1e-12",
        "1e6,1e-6\n-1e6,1e6",
        "0,1e12\n0,1e12\n0,1",
        "-1e6,1e12",
    ],
)
def test_figures_at_the_bounds_give_numbers_without_a_warning(tmp_path: Path, rows: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = pool_file(written(tmp_path, f"yi,vi\n{rows}\n")).to_json()
    json.dumps(found, allow_nan=False)
    assert found["ci"][0] <= found["estimate"] <= found["ci"][1]
    if found["k"] > 1:
        assert found["tau2_ci"] is not None and None not in (
            found["q"],
            found["i2"],
            *found["cautious"]["ci"],
        )


def test_two_equal_studies_are_not_certainty(tmp_path: Path) -> None:
    found = pool_file(written(tmp_path, "yi,vi\n1,1\n1,1\n"))
    content = found.to_json()
    assert content["ci"] == content["hartung_knapp"]["ci"] == [1.0, 1.0]
    assert content["cautious"]["ci"] == content["wald"]["ci"] == pytest.approx([-0.3859, 2.3859], abs=1e-4)
    assert "hk_narrower_than_fixed" in {alarm.code for alarm in found.alarms}


def test_a_label_that_was_asked_for_must_exist(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="column trial:"):
        pool_file(written(tmp_path, "yi,vi\n0.1,0.2\n"), label="trial")


def test_no_file_a_folder_and_another_encoding_are_refused(tmp_path: Path) -> None:
    latin = tmp_path / "latin.csv"
    latin.write_bytes(b"study,yi,vi\nM\xfcller,0.1,0.2\n")
    for path in (tmp_path / "nothing.csv", tmp_path, latin):
        with pytest.raises(InputError) as caught:
            pool_file(path)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("mark", "word"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_cells_parted_by_another_mark_are_told_so(tmp_path: Path, mark: str, word: str) -> None:
    text = mark.join(("study", "yi", "vi")) + "\n" + mark.join(("A", "0,1", "0,02")) + "\n"
    with pytest.raises(InputError, match=f"cells parted by {word}"):
        pool_file(written(tmp_path, text))


def test_of_thousands_of_studies_none_is_left_out_in_turn_and_that_is_said(tmp_path: Path) -> None:
    rows = "".join(f"{0.2 + 0.01 * (i % 7)},{0.01 + 0.001 * (i % 5)}\n" for i in range(5000))
    content = pool_file(written(tmp_path, f"yi,vi\n{rows}")).to_json()
    assert content["k"] == 5000
    assert content["leave_one_out"] == content["cumulative"] == []
    assert "5000 studies" in content["one_by_one_why_not"]


def test_a_conflict_of_the_models_says_what_they_disagree_on(tmp_path: Path) -> None:
    found = pool_file(written(tmp_path, "yi,vi\n0.1,0.02\n0.5,0.02\n"))
    [alarm] = [one for one in found.alarms if one.code == "fixed_random_conflict"]
    assert "only the fixed effect excludes no effect" in alarm.message
