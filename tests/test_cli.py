"""The command line as people use it: answers, JSON alone on standard output, one clear line for bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from magnesim.cli import main

SLEEP = [
    "answer",
    "--goal",
    "sleep",
    "--form",
    "citrate",
    "--dose-mg",
    "300",
    "--age",
    "62",
    "--sex",
    "female",
]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_the_question_of_the_issue_is_answered(capsys: pytest.CaptureFixture[str]):
    code, out, _ = run(capsys, *SLEEP)
    assert code == 0
    assert "Will 300 mg of magnesium as citrate a day help me sleep?" in out
    assert "does not replace a clinician" in out
    assert max(map(len, out.splitlines())) <= 88


def test_json_stands_alone_on_standard_output(capsys: pytest.CaptureFixture[str]):
    code, out, _ = run(capsys, *SLEEP, "--json")
    assert code == 0
    assert json.loads(out)["schema_version"] == 1


def test_the_same_command_gives_the_same_bytes():
    both = [
        subprocess.run(
            [sys.executable, "-m", "magnesim.cli", *SLEEP, "--json", "--seed", "4"],
            capture_output=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": order},
        ).stdout
        for order in ("1", "2")
    ]
    assert both[0] == both[1]


def test_no_colour_codes_in_a_pipe():
    told = subprocess.run(
        [sys.executable, "-m", "magnesim.cli", *SLEEP], capture_output=True, check=True
    ).stdout
    assert b"\x1b[" not in told


def test_a_refusal_ends_with_one(capsys: pytest.CaptureFixture[str]):
    code, out, _ = run(capsys, *SLEEP, "--egfr", "20", "--json")
    assert code == 1
    assert json.loads(out)["verdict"] == "not_for_you"


def test_simulate_gives_the_contract(capsys: pytest.CaptureFixture[str]):
    code, out, _ = run(
        capsys,
        "simulate",
        "--form",
        "citrate",
        "--dose-mg",
        "365",
        "--weeks",
        "2",
        "--json",
    )
    assert code == 0
    assert json.loads(out)["regimen"] == {
        "compound": "citrate", "elemental_mg_per_day": 365, "times": ["08:00"], "weeks": 2,
    }  # fmt: skip


def test_simulate_writes_files_whole(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    code, *_ = run(
        capsys,
        "simulate",
        "--form",
        "citrate",
        "--dose-mg",
        "300",
        "--weeks",
        "1",
        "--out",
        str(tmp_path / "r"),
    )
    assert code == 0
    assert {path.name for path in (tmp_path / "r").iterdir()} == {"simulation.json", "series.parquet"}


def test_a_label_is_read_and_shown_back(capsys: pytest.CaptureFixture[str]):
    code, out, err = run(
        capsys,
        "simulate",
        "--dose",
        "magnesium oxide 400 mg tablet once a day",
        "--weeks",
        "1",
        "--json",
    )
    assert code == 0
    assert "240 mg" in err
    assert json.loads(out)["regimen"]["elemental_mg_per_day"] == pytest.approx(240, abs=2)


def test_evidence_and_why_answer(capsys: pytest.CaptureFixture[str]):
    code, out, _ = run(capsys, "evidence", "irls", "--form", "citrate", "--json")
    assert code == 0
    assert json.loads(out)["certainty"]["level"] == "very_low"
    code, out, _ = run(capsys, "why", "tubular_reserve", "--json")
    assert code == 0
    assert json.loads(out)["sources"][0]["study_id"] == "rude1980"


def test_pool_takes_anybodys_data(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    file = tmp_path / "data.csv"
    file.write_text("study,yi,vi\na,0.1,0.04\nb,0.3,0.05\nc,-0.1,0.02\n", encoding="utf-8")
    code, out, _ = run(capsys, "pool", str(file), "--label", "study", "--json")
    assert code == 0
    assert json.loads(out)["k"] == 3


BROKEN = "study,yi,vi\na,0.1,0.04\nb,much,0.05\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [*SLEEP[:5], "--dose-mg", "-300"],
        [*SLEEP[:5], "--dose-mg", "nan"],
        ["answer", "--goal", "sleep", "--form", "unobtainium", "--dose-mg", "300"],
        ["answer", "--goal", "sleep", "--form", "citrate", "--dose-mg", "300", "--age", "300"],
        ["answer", "--goal", "sleep", "--dose", "400 mg"],
        ["answer", "--goal", "happiness", "--form", "citrate", "--dose-mg", "300"],
        ["answer", "--goal", "sleep", "--form", "citrate", "--dose-mg", "three hundred"],
        ["answer", "--goal", "sleep", "--form", "citrate"],
        ["answer", "--goal", "sleep"],
        ["answer", "--form", "citrate", "--dose-mg", "300"],
        [*SLEEP, "--times", "25:00"],
        [*SLEEP, "--weeks", "0"],
        [*SLEEP, "--sex", "x"],
        [*SLEEP, "--region", "Atlantis"],
        [*SLEEP, "--out", "/nowhere/at/all.html"],
        ["simulate", "--form", "citrate", "--dose-mg", "300", "--age", "9"],
        ["simulate", "--form", "citrate", "--dose-mg", "300", "--diet-mg", "0"],
        ["simulate", "--form", "citrate", "--dose-mg", "300", "--people", "0"],
        ["evidence", "happiness"],
        ["evidence", "isi", "--design", "any"],
        ["pool", "no_such_file.csv"],
        ["pool", "BROKEN"],
        ["why", "nothing_of_that_name"],
        ["frobnicate"],
        [*SLEEP, "--unknown-option", "3"],
    ],
    ids=lambda arguments: " ".join(arguments)[:60],
)
def test_bad_input_gives_one_clear_line_and_exit_code_two(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str]
):
    broken = tmp_path / "broken.csv"
    broken.write_text(BROKEN, encoding="utf-8")
    code, out, err = run(capsys, *(str(broken) if word == "BROKEN" else word for word in arguments))
    told = [line for line in err.splitlines() if not line.startswith("Preparing")]
    assert code == 2
    assert out == ""
    assert len(told) == 1
    assert told[0].startswith("magnesim: ")
    assert len(told[0]) < 700


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(verb in out for verb in ("answer", "simulate", "evidence", "pool", "why"))
