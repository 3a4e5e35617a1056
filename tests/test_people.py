"""Kidney function, body size, and what is assumed of a person who said little."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magnesim.data import records
from magnesim.errors import InputError
from magnesim.people import Person, body_surface_area_m2, complete, egfr_ckd_epi_2021, gfr_l_h
from magnesim.people.person import population_values


@pytest.mark.parametrize(
    ("creatinine", "age", "sex", "expected"),
    [(0.7, 50, "female", 105), (1.0, 60, "male", 86), (2.0, 70, "female", 26), (0.6, 25, "male", 137)],
)
def test_egfr_is_that_of_the_2021_equation(creatinine: float, age: float, sex: str, expected: int):
    """Worked out by hand from the coefficients printed by the National Kidney Foundation."""
    assert round(egfr_ckd_epi_2021(creatinine, age, sex)) == expected


@given(st.floats(0.3, 10), st.floats(18, 100), st.sampled_from(["female", "male"]))
def test_egfr_falls_with_creatinine_and_with_age(creatinine: float, age: float, sex: str):
    here = egfr_ckd_epi_2021(creatinine, age, sex)
    assert egfr_ckd_epi_2021(creatinine * 1.1, age, sex) < here
    assert egfr_ckd_epi_2021(creatinine, age + 1, sex) < here


def test_filtration_scales_with_body_surface():
    assert body_surface_area_m2(70, 175) == pytest.approx(1.845, abs=0.001)
    assert gfr_l_h(100, 60, 163) < gfr_l_h(100, 120, 163)
    assert gfr_l_h(100, 66.4, 162.3) == pytest.approx(6.0, rel=0.01)


def test_everything_not_said_is_filled_and_listed():
    person, assumed = complete(Person())
    named = {item.name for item in assumed}
    assert named == {"age", "sex", "weight_kg", "height_cm", "diet_mg", "egfr", "menopause", "region"}
    assert all(getattr(person, item.name) == item.value for item in assumed)


def test_what_was_said_is_never_overwritten():
    said = Person(age=71, sex="male", weight_kg=90, height_cm=180, egfr=55, diet_mg=400, region="EU")
    person, assumed = complete(said)
    assert {item.name for item in assumed} == {"menopause"}
    assert (person.age, person.egfr, person.diet_mg) == (71, 55, 400)


def test_creatinine_gives_the_egfr():
    person, _ = complete(Person(age=60, sex="male", creatinine_mg_dl=1.0))
    assert person.egfr == pytest.approx(86, abs=1)


@pytest.mark.parametrize(
    "said",
    [
        {"age": 300},
        {"age": -1},
        {"age": float("nan")},
        {"sex": "woman"},
        {"weight_kg": 0},
        {"egfr": -5},
        {"diet_mg": 1e9},
        {"region": "MARS"},
        {"menopause": "maybe"},
        {"sex": "male", "menopause": "post"},
        {"serum_mg_mmol_l": 19.0},
        {"conditions": "no " * 1000},
        {"drugs": "omeprazole; " * 1000},
    ],
)
def test_what_cannot_be_is_refused_in_one_line(said: dict):
    with pytest.raises(InputError) as refused:
        Person(**said)
    assert "\n" not in str(refused.value)
    assert "allowed" in str(refused.value) or "asked" in str(refused.value)


def test_the_body_model_describes_adults_only():
    with pytest.raises(InputError, match="18"):
        complete(Person(age=9))


def test_every_population_value_has_a_source_or_is_called_an_assumption():
    facts = {row["fact_id"] for row in records("evidence", "facts")}
    facts |= {f"safety_facts:{row['key']}" for row in records("safety", "facts")}
    for row in population_values().values():
        assert row["source"] in facts or row["derivation"].startswith("assumption")
