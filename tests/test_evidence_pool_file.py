"""`magnesim pool FILE.csv`: anybody's data, and every way it can be broken."""

from __future__ import annotations

import json
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
    "a missing column": ("effect,vi\n0.1,0.2\n", ["'yi'", "effect, vi"]),
    "a word for a number": ("yi,vi\n0.1,0.2\nn.s.,0.3\n", ["line 3", "column yi", "n.s."]),
    "an empty cell": ("yi,vi\n,0.2\n", ["line 2", "column yi", "an empty cell"]),
    "infinity": ("yi,vi\ninf,0.2\n", ["line 2", "column yi"]),
    "a variance of zero": ("yi,vi\n0.1,0\n", ["line 2", "column vi", "above 0"]),
    "a negative variance": ("yi,vi\n0.1,-0.2\n", ["line 2", "column vi", "above 0"]),
    "a ragged row": ("yi,vi\n0.1,0.2,0.3\n", ["line 2", "3 cells"]),
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


def test_a_label_that_was_asked_for_must_exist(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'trial'"):
        pool_file(written(tmp_path, "yi,vi\n0.1,0.2\n"), label="trial")


def test_no_file_a_folder_and_another_encoding_are_refused(tmp_path: Path) -> None:
    latin = tmp_path / "latin.csv"
    latin.write_bytes(b"study,yi,vi\nM\xfcller,0.1,0.2\n")
    for path in (tmp_path / "nothing.csv", tmp_path, latin):
        with pytest.raises(InputError) as caught:
            pool_file(path)
        assert "\n" not in str(caught.value)
