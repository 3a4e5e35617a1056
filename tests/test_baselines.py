"""The linear models to beat: their printed numbers, and the laws that every linear model obeys."""

from __future__ import annotations

import csv
import math
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import magnesim.baselines
from magnesim.baselines import baselines, steady_state, supplement_change, time_constants_d
from magnesim.errors import InputError
from magnesim.units import mmol_from_mg

NAMES = [baseline.name for baseline in baselines()]
names = st.sampled_from(NAMES)
doses = st.floats(0, 2000)
days = st.floats(0, 2000)
shares = st.floats(0, 1)


def table() -> list[dict[str, str]]:
    """The rows of the parameter table, as they ship."""
    path = Path(magnesim.baselines.__file__).parent / "baselines.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_ward_gives_the_printed_changes_of_a_usual_supplement():
    """365 mg/d, 30 % absorbed, 84 d: +0.370 mmol/L and +2.62 mmol/d."""
    serum, urine = supplement_change("ward2026", 365, 84)
    assert serum == pytest.approx(0.370, abs=0.0005)
    assert urine == pytest.approx(2.62, abs=0.005)


def test_ward_gives_the_printed_steady_state_of_its_diet():
    diet = next(float(row["value"]) for row in table() if row["name"] == "diet")
    s, n, t = steady_state("ward2026", diet)
    assert s == pytest.approx(0.5505, abs=0.00005)
    assert n == pytest.approx(42.97, abs=0.005)
    assert t == pytest.approx(2.189, abs=0.0005)


def test_ward_gives_the_printed_time_constants():
    fast, middle, slow = time_constants_d("ward2026")
    assert fast == pytest.approx(0.035, abs=0.0005)
    assert middle == pytest.approx(33.3, abs=0.05)
    assert slow == pytest.approx(124.2, abs=0.05)


@given(st.floats(1, 2000), st.floats(0.01, 2000))
def test_ward_ties_serum_to_urine(dose: float, time: float):
    """Printed: 0.141 mmol/L for each mmol/d, whatever the dose and the time."""
    serum, urine = supplement_change("ward2026", dose, time)
    assert serum / urine == pytest.approx(0.141, abs=0.0005)


def test_one_compartment_settles_at_absorbed_over_clearance():
    """The notes say +0.24 mmol/L; 365 mg/d at 30 % over 19.4 L/d is +0.232, which rounds to 0.23."""
    serum, _ = supplement_change("one_compartment", 365, 84)
    assert serum == pytest.approx(mmol_from_mg(365) * 0.30 / 19.4)
    assert serum == pytest.approx(0.232, abs=0.0005)
    assert serum == pytest.approx(0.24, abs=0.01)


def test_one_compartment_rises_by_its_time_constant():
    (time,) = time_constants_d("one_compartment")
    assert time == pytest.approx(13 / 19.4)
    settled, _ = supplement_change("one_compartment", 365, 100)
    after, _ = supplement_change("one_compartment", 365, time)
    assert after == pytest.approx(settled * (1 - math.exp(-1)))


@given(names, doses, days, shares)
def test_twice_the_dose_is_twice_the_change(name: str, dose: float, time: float, share: float):
    once = supplement_change(name, dose, time, share)
    twice = supplement_change(name, 2 * dose, time, share)
    assert twice == pytest.approx(tuple(2 * change for change in once))


@given(names, doses, days, st.floats(1, 500))
def test_serum_and_urine_rise_with_time(name: str, dose: float, time: float, later: float):
    before = supplement_change(name, dose, time)
    after = supplement_change(name, dose, time + later)
    # settled is settled: what is left then is rounding
    assert all(y >= x - 1e-9 * abs(x) for x, y in zip(before, after, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_serum_still_rises_from_day_to_day_at_first(name: str):
    course = [supplement_change(name, 365, day)[0] for day in range(8)]
    assert all(later > sooner for sooner, later in pairwise(course))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("time", [5e3, 1e6, 1e300])
def test_in_the_long_run_all_that_is_absorbed_is_urine(name: str, time: float):
    absorbed = mmol_from_mg(365) * 0.30
    serum, urine = supplement_change(name, 365, time)
    assert urine == pytest.approx(absorbed)
    before, after = steady_state(name, 6.0)[0], steady_state(name, 6.0 + absorbed)[0]
    assert serum / (after - before) == pytest.approx(1.538 if name == "ward2026" else 1.0)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_taken_changes_nothing(name: str):
    assert supplement_change(name, 0, 84) == (0, 0)
    assert supplement_change(name, 365, 0) == (0, 0)
    assert supplement_change(name, 365, 84, 0) == (0, 0)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (("ward", 365, 84), "ward2026, one_compartment"),
        (("ward2026", -1, 84), "dose_mg_d -1"),
        (("ward2026", math.nan, 84), "dose_mg_d nan"),
        (("ward2026", 365, -84), "days -84"),
        (("ward2026", 365, math.inf), "days inf"),
        (("ward2026", 365, 84, -0.1), "absorbed_share -0.1"),
        (("ward2026", 365, 84, 30), "absorbed_share 30"),
        (("ward2026", 365, 84, math.nan), "absorbed_share nan"),
    ],
)
def test_what_cannot_be_used_is_named(call: tuple[str, float, float], named: str):
    with pytest.raises(InputError, match=named) as caught:
        supplement_change(*call)
    assert caught.value.example


def test_an_unknown_model_and_a_negative_diet_are_refused():
    with pytest.raises(InputError, match="one_compartment"):
        time_constants_d("two_compartments")
    with pytest.raises(InputError, match="absorbed_mmol_d -6"):
        steady_state("ward2026", -6)


def test_a_baseline_says_what_it_is():
    assert NAMES == ["ward2026", "one_compartment"]
    for baseline in baselines():
        assert baseline.label
        assert baseline.source
        assert "serum = " in baseline.equations
        assert "urine = " in baseline.equations
    assert baselines()[0].doi == "10.1021/acsomega.5c06910"


def test_every_number_has_a_unit_a_source_and_a_derivation():
    equations = {baseline.name: baseline.equations for baseline in baselines()}
    for row in table():
        assert float(row["value"]) > 0
        assert row["unit"] in {"1", "L", "L/d", "mmol/d"}
        assert row["source"]
        assert row["derivation"]
        assert row["name"] in equations[row["model"]] or row["name"] == "diet"


def test_the_models_are_named_without_the_heavy_libraries():
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from magnesim import baselines; baselines.baselines(); print(' '.join(sys.modules))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"numpy", "scipy"} & set(told.stdout.split())
