"""What a regimen does in a body: the contract, the two axes, and what no supplement may do."""

from __future__ import annotations

import json

import pytest

from magnesim.body.parameters import parameters
from magnesim.data import records
from magnesim.effects.goals import goals
from magnesim.errors import InputError
from magnesim.exposure import Simulation, simulate
from magnesim.exposure.mechanisms import mechanism_rows
from magnesim.intake import Regimen
from magnesim.people import Person


def taking(
    compound: str, mg: float, times: tuple[str, ...] = ("20:00",), weeks: float = 12, **said
) -> Simulation:
    """A simulation with few draws of somebody who takes this."""
    return simulate(
        Person(**({"age": 62, "sex": "female"} | said)), Regimen(compound, mg, times, weeks), draws=16
    )


@pytest.fixture(scope="module")
def usual() -> Simulation:
    """300 mg of citrate at night for twelve weeks."""
    return taking("citrate", 300)


def test_a_usual_supplement_raises_serum_by_hundredths_and_not_by_tenths(usual: Simulation):
    assert 0.01 < usual.change.serum_mmol_l < 0.08
    low, high = usual.uncertainty["serum_mmol_l"]
    assert low < usual.change.serum_mmol_l < high < 0.15


def test_most_of_the_dose_leaves_with_the_stool(usual: Simulation):
    dose = 300 / 24.305
    assert usual.change.faecal_mmol_d > 0.6 * dose
    assert 0 < usual.change.urine_mmol_d < 0.3 * dose


def test_what_enters_leaves_or_stays(usual: Simulation):
    assert usual.mass_balance.relative_error < 1e-9
    balance = usual.mass_balance
    assert balance.in_mmol == pytest.approx((222 + 300) / 24.305 * 84, rel=1e-9)


def test_stores_move_by_less_than_one_percent(usual: Simulation):
    assert 0 < usual.change.total_body_mmol / usual.baseline.total_body_mmol < 0.01


def test_an_oral_dose_hardly_moves_the_brain(usual: Simulation):
    """Physiology notes, section 6: a usual supplement moves CSF by about 2 %."""
    assert usual.change.stores_mmol["brain"] / usual.baseline.stores_mmol["brain"] < 0.04


def test_at_baseline_the_body_is_in_balance(usual: Simulation):
    before = usual.baseline
    assert before.absorbed_mmol_d + before.faecal_mmol_d == pytest.approx(222 / 24.305, rel=1e-6)
    assert before.urine_mmol_d < before.absorbed_mmol_d


def test_the_same_seed_gives_the_same_bytes(usual: Simulation):
    again = taking("citrate", 300)
    assert json.dumps(again.to_json()) == json.dumps(usual.to_json())


def test_json_holds_every_key_of_the_contract(usual: Simulation):
    content = json.loads(json.dumps(usual.to_json(), allow_nan=False))
    assert set(content) >= {
        "schema_version", "person", "assumed", "regimen", "baseline", "end", "change", "interval", "series",
        "mechanisms", "mass_balance",
    }  # fmt: skip
    measures = {
        "serum_mmol_l",
        "urine_mmol_d",
        "absorbed_mmol_d",
        "faecal_mmol_d",
        "total_body_mmol",
        "stores_mmol",
    }
    assert set(content["baseline"]) == set(content["end"]) == set(content["change"]) == measures
    assert set(content["baseline"]["stores_mmol"]) == {
        "extracellular", "fast_cells", "muscle", "bone_exchangeable", "bone_deep", "red_cells", "brain",
    }  # fmt: skip
    assert content["interval"]["level"] == 0.9
    lengths = {len(values) for values in content["series"].values()}
    assert len(lengths) == 1
    assert content["series"]["time_h"] == sorted(content["series"]["time_h"])


def test_citrate_is_absorbed_more_than_oxide(usual: Simulation):
    assert taking("oxide", 300).change.urine_mmol_d < usual.change.urine_mmol_d


def test_an_acid_blocker_lowers_what_oxide_gives():
    without, with_ppi = taking("oxide", 300), taking("oxide", 300, drugs="omeprazole 20 mg")
    assert with_ppi.change.absorbed_mmol_d < without.change.absorbed_mmol_d


def test_a_salt_that_nobody_measured_says_so_and_is_less_certain(usual: Simulation):
    orotate = taking("orotate", 300)
    assert "measured in people" in " ".join(orotate.notes)
    assert "measured in people" not in " ".join(usual.notes)


def test_weak_kidneys_raise_serum_more(usual: Simulation):
    weak = taking("citrate", 300, egfr=20)
    assert weak.baseline.serum_mmol_l > usual.baseline.serum_mmol_l
    assert weak.change.serum_mmol_l > usual.change.serum_mmol_l


@pytest.mark.parametrize("said", [{"serum": 0.7}, {"serum": 0.5, "egfr": 10}, {"serum": 2.9, "egfr": 20}])
def test_a_measured_serum_is_honoured_near_the_reference_and_far_from_it(said: dict[str, float]):
    person = taking("citrate", 300, weeks=1, serum_mg_mmol_l=said["serum"], egfr=said.get("egfr", 90))
    assert person.baseline.serum_mmol_l == pytest.approx(said["serum"], rel=1e-5)


def test_a_serum_that_this_kidney_cannot_hold_is_refused_and_not_replaced():
    """With hardly any filtration even a kidney that takes nothing back would leave more in serum."""
    with pytest.raises(InputError, match="cannot hold that serum"):
        taking("citrate", 300, weeks=1, serum_mg_mmol_l=0.5, egfr=5)


def test_taking_nothing_changes_nothing():
    person = simulate(Person(age=40, sex="male"), Regimen.none(4), draws=16)
    assert person.change.serum_mmol_l == pytest.approx(0, abs=1e-6)
    assert person.change.urine_mmol_d == pytest.approx(0, abs=1e-5)


def test_the_labelled_time_course_carries_units(usual: Simulation):
    course = usual.to_xarray()
    assert course["serum"].attrs["units"] == "mmol/L"
    assert course["time_h"].attrs["units"] == "h"


def test_every_mechanism_is_computed_or_says_why_not():
    names = {row["fact_id"] for row in records("evidence", "facts")} | {
        row["study_id"] for row in records("evidence", "studies")
    }
    for row in mechanism_rows():
        assert row["note"]
        assert (
            row["output"]
            or "not computed" in row["note"].lower()
            or "nothing to compute" in row["note"].lower()
        )
        assert set(row["goals"].split(";")) <= set(goals())
        assert set(row["sources"].split(";")) <= names, row["name"]


def test_no_parameter_was_fitted_to_the_pooled_supplement_trials():
    """`zhang2016` is the test of the model, so nothing may stand on it."""
    assert not [row.name for row in parameters().values() if "zhang2016" in row.source]
