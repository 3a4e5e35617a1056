"""Publication bias must not become a claim: treatments that do nothing, magnesium after heart attacks."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from magnesim.evidence import pool
from magnesim.evidence.alarms import no_single_number

ROOT = Path(__file__).parents[1]
DATASETS = json.loads((ROOT / "tests" / "reference" / "metafor.json").read_text(encoding="utf-8"))["datasets"]
MISLEADING = ("dat.li2007", "dat.egger2001")
LITERATURES = 300


@pytest.fixture(scope="module")
def literatures() -> ModuleType:
    """The benchmark, which is no part of the package."""
    where = ROOT / "benchmarks" / "literatures.py"
    spec = importlib.util.spec_from_file_location("literatures", where)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def judged(literatures: ModuleType, effect: float, biased: bool) -> Sequence[Any]:
    world = literatures.World(effect, biased)
    found: Sequence[Any] = literatures.judge_many(LITERATURES, 1, world, told=lambda text: None)
    return found


@pytest.fixture(scope="module")
def of_nothing(literatures: ModuleType) -> Sequence[Any]:
    """Literatures with publication bias and no true effect, judged."""
    return judged(literatures, 0.0, biased=True)


def test_a_treatment_that_does_nothing_is_seldom_called_effective(of_nothing: Sequence[Any]) -> None:
    assert {j.k for j in of_nothing} == set(range(2, 21))
    assert sum(j.verdict == "likely_worthwhile" for j in of_nothing) <= 0.05 * LITERATURES


def test_the_bias_would_mislead_who_trusts_the_interval(of_nothing: Sequence[Any]) -> None:
    """The literatures are bad enough to fool: pools for the treatment far outnumber pools against it."""
    found = [j for j in of_nothing if j.published < 0.4]
    against = sum(j.excludes_zero and not j.favours for j in found)
    assert sum(j.favours for j in found) > 0.05 * len(found) > 2 * against


def test_a_large_effect_that_is_real_is_called_one(literatures: ModuleType) -> None:
    """Often, that is, though not where trials are few or at high risk of bias."""
    found = judged(literatures, 0.8, biased=False)
    assert sum(j.verdict == "likely_worthwhile" for j in found) >= 0.3 * LITERATURES


def test_a_literature_is_the_same_however_many_are_drawn(literatures: ModuleType) -> None:
    world = literatures.World()
    few = literatures.judge_many(3, 1, world)
    assert few == literatures.judge_many(5, 1, world)[:3] != literatures.judge_many(3, 2, world)


def test_the_benchmark_prints_json_alone() -> None:
    said = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "literatures.py"), "--literatures", "5", "--json"],
        capture_output=True,
        check=True,
    ).stdout
    found = json.loads(said)
    assert (found["seed"], found["literatures"], found["biased"]) == (1, 5, True)


def pooled_by_the_program(folder: Path, name: str, *options: str) -> str:
    """Standard output of `magnesim pool` on a pinned data set."""
    data = DATASETS[name]
    rows = [f"trial {i},{y!r},{v!r}" for i, (y, v) in enumerate(zip(data["yi"], data["vi"], strict=True), 1)]
    file = folder / "trials.csv"
    file.write_text("\n".join(["trial,yi,vi", *rows]), encoding="utf-8")
    columns = ["--yi", "yi", "--vi", "vi", "--label", "trial"]
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "magnesim.cli", "pool", str(file), *columns, *options],
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout


@pytest.mark.parametrize("name", MISLEADING)
def test_magnesium_after_heart_attacks_gets_no_single_number(tmp_path: Path, name: str) -> None:
    out = pooled_by_the_program(tmp_path, name)
    assert max(map(len, out.splitlines())) <= 88
    assert out.startswith("No single number can be given, and no effect is claimed:")
    headline = " ".join(out[: out.index(" studies: ")].split())
    for reading in ("random effects say −0.", "a fixed effect says "):
        assert reading in headline
    assert "fixed_random_conflict:" in out and "small_study_effect:" in out


@pytest.mark.parametrize("name", MISLEADING)
def test_the_refusal_and_both_readings_are_there_for_machines(tmp_path: Path, name: str) -> None:
    found = json.loads(pooled_by_the_program(tmp_path, name, "--json"))
    assert {a["code"] for a in found["alarms"]} >= {"fixed_random_conflict", "small_study_effect"}
    assert found["single_number"] is False
    assert found["label"].startswith("No single number can be given")
    assert found["fixed"]["estimate"] == pytest.approx(DATASETS[name]["fixed"]["estimate"], rel=1e-6)
    assert found["cautious"]["estimate"] == pytest.approx(DATASETS[name]["estimate"], rel=1e-6)
    assert found["fixed"]["ci"][0] < 0.0 < found["fixed"]["ci"][1]
    assert found["cautious"]["ci"][1] < 0.0


def test_studies_that_agree_get_their_one_number(tmp_path: Path) -> None:
    """Correlations of conscientiousness and adherence: neither alarm, so no refusal."""
    found = json.loads(pooled_by_the_program(tmp_path, "dat.molloy2014", "--json"))
    assert found["single_number"] is True and found["label"] is None
    assert not pooled_by_the_program(tmp_path, "dat.molloy2014").startswith("No single number")


def test_one_of_the_two_alarms_is_not_enough_to_refuse() -> None:
    """Models that conflict because studies differ, large and small alike, keep their number."""
    vi = [0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1]
    apart = pool([1.0, -0.5, 1.0, -0.5, 1.0, -0.5, 1.0, -0.5, 1.0, -0.5], vi)
    assert apart.fixed.excludes_zero and not apart.cautious.excludes_zero
    assert not no_single_number(apart)
