"""Many people: the same rows whatever the chunks, a killed run that goes on, marginals that make sense."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import magnesim
from magnesim.errors import InputError
from magnesim.exposure import crowd, simulate_people
from magnesim.intake import Regimen
from magnesim.people import Person

REGIMEN = Regimen("citrate", 365, ("08:00", "20:00"), 2)


def bytes_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of one group, so that few people make several."""
    monkeypatch.setattr(crowd, "CHUNK", 16)


@pytest.mark.parametrize("count", [1, 15, 16, 17])
def test_any_number_of_people_can_be_run(count: int):
    frame = simulate_people(Person(), REGIMEN, count).frame
    assert frame.height == count
    assert frame["person"].to_list() == list(range(count))


def test_chunks_change_no_row(monkeypatch: pytest.MonkeyPatch):
    whole = simulate_people(Person(sex="female"), REGIMEN, 48, seed=3).frame
    monkeypatch.setattr(crowd, "CHUNK", 16)
    parts = simulate_people(Person(sex="female"), REGIMEN, 48, seed=3).frame
    assert whole["age"].equals(parts["age"])
    for name in ("serum_mmol_l_end", "urine_mmol_d_end"):
        assert (whole[name] - parts[name]).abs().max() < 1e-4


def test_a_run_is_the_same_tomorrow(small_chunks: None, tmp_path: Path):
    for name in ("a", "b"):
        simulate_people(Person(), REGIMEN, 40, seed=5, folder=tmp_path / name)
    assert bytes_of(tmp_path / "a" / "people.parquet") == bytes_of(tmp_path / "b" / "people.parquet")


def test_a_run_goes_on_from_its_complete_chunks(small_chunks: None, tmp_path: Path):
    simulate_people(Person(), REGIMEN, 40, folder=tmp_path / "whole")
    simulate_people(Person(), REGIMEN, 40, folder=tmp_path / "broken")
    (tmp_path / "broken" / "people.parquet").unlink()
    (tmp_path / "broken" / "chunk_00000016.parquet").unlink()
    (tmp_path / "broken" / "chunk_00000032.parquet").write_bytes(b"damaged")
    (tmp_path / "broken" / "chunk_00000032.parquet.part").write_bytes(b"half")
    simulate_people(Person(), REGIMEN, 40, folder=tmp_path / "broken")
    assert bytes_of(tmp_path / "broken" / "people.parquet") == bytes_of(tmp_path / "whole" / "people.parquet")


def test_a_killed_command_resumes_to_the_same_bytes(tmp_path: Path):
    def command(folder: Path) -> list[str]:
        options = [
            "--form",
            "citrate",
            "--dose-mg",
            "300",
            "--weeks",
            "1",
            "--people",
            "6200",
            "--out",
            str(folder),
        ]
        return [sys.executable, "-m", "magnesim.cli", "simulate", *options]

    killed, whole = tmp_path / "killed", tmp_path / "whole"
    running = subprocess.Popen(command(killed), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not list(killed.glob("chunk_*.parquet")) and running.poll() is None:
        time.sleep(0.02)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert not (killed / "people.parquet").exists()
    for folder in (killed, whole):
        subprocess.run(command(folder), check=True, capture_output=True)
    assert bytes_of(killed / "people.parquet") == bytes_of(whole / "people.parquet")


def test_a_folder_of_another_run_is_not_continued(tmp_path: Path):
    simulate_people(Person(), REGIMEN, 16, folder=tmp_path / "run")
    with pytest.raises(InputError, match="another run"):
        simulate_people(Person(), REGIMEN, 17, folder=tmp_path / "run")


def test_chunks_without_the_record_of_their_run_are_not_continued(tmp_path: Path):
    simulate_people(Person(), REGIMEN, 16, folder=tmp_path)
    (tmp_path / "run.json").unlink()
    with pytest.raises(InputError, match="another run"):
        simulate_people(Person(), REGIMEN, 16, folder=tmp_path)


def test_a_run_is_not_continued_after_a_parameter_has_changed(tmp_path: Path):
    package = tmp_path / "source" / "magnesim"
    shutil.copytree(Path(magnesim.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    options = ["--form", "citrate", "--dose-mg", "300", "--weeks", "1", "--people", "16"]
    command = [sys.executable, "-m", "magnesim.cli", "simulate", *options, "--out", str(tmp_path / "run")]

    def run() -> subprocess.CompletedProcess[str]:
        where = os.environ | {"PYTHONPATH": str(package.parent)}
        return subprocess.run(command, env=where, capture_output=True, text=True, check=False)

    assert [run().returncode, run().returncode] == [0, 0]
    table = package / "body" / "parameters.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",0.06,", ",0.07,", 1), encoding="utf-8")
    refused = run()
    assert refused.returncode == 2
    assert "another run" in refused.stderr


@pytest.mark.parametrize("person", [Person(serum_mg_mmol_l=0.8), Person(age=12)])
def test_what_cannot_be_run_takes_no_folder(person: Person, tmp_path: Path):
    with pytest.raises(InputError, match="Example"):
        simulate_people(person, REGIMEN, 16, folder=tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("count", [0, -1, 10**9])
def test_too_few_and_too_many_are_refused(count: int):
    with pytest.raises(InputError, match="--people"):
        simulate_people(Person(), REGIMEN, count)


def test_what_was_said_holds_for_everybody():
    frame = simulate_people(Person(sex="male", egfr=45, diet_mg=250), REGIMEN, 32).frame
    assert set(frame["sex"].to_list()) == {"male"}
    assert frame["egfr"].unique().to_list() == [45]
    assert frame["diet_mg"].unique().to_list() == [250]


def test_adults_have_the_serum_and_urine_of_surveys():
    """`physiology.nhanes2021_ref_women`: 0.70 to 0.91 mmol/L; `menopause.sd_serum_mg`: SD 0.06."""
    frame = simulate_people(Person(), REGIMEN, 640, seed=1).frame
    serum = frame["serum_mmol_l_before"].drop_nulls()
    assert 0.77 < serum.mean() < 0.86
    assert 0.04 < serum.std() < 0.08
    assert 3.2 < frame["urine_mmol_d_before"].drop_nulls().mean() < 4.7


def test_a_usual_supplement_moves_a_population_by_hundredths():
    """`zhang2016`, not used in any fit: +0.04 (0.02 to 0.06) mmol/L; theirs is a mix of salts."""
    frame = simulate_people(Person(), REGIMEN, 320, seed=1).frame
    rise = (frame["serum_mmol_l_end"] - frame["serum_mmol_l_before"]).drop_nulls().mean()
    assert 0.02 < rise < 0.06
