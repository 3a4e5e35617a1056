"""The three articles' questions, answered as a reader would want them: what the trials really show."""

from __future__ import annotations

import json
from functools import cache

import pytest

from magnesim.answers import Answer, answer
from magnesim.effects import goals
from magnesim.figures import figure, percent, signed
from magnesim.intake import Day, Regimen
from magnesim.people import Person
from magnesim.units import mg_from_mmol


@cache
def asked(goal: str, form: str = "citrate", mg: float = 300, **said) -> Answer:
    person = Person(**({"age": 62, "sex": "female", "egfr": 85} | said))
    return answer(person, Regimen(form, mg, ("20:00",), 12), goals()[goal])


def test_sleep_the_only_citrate_trial_found_the_same_fall_in_both_arms():
    told = " ".join(asked("sleep").lead)
    assert "only controlled trial of citrate" in told
    assert "Nielsen 2010" in told
    assert "3.8 points in both arms alike" in told


def test_restless_legs_the_citrate_study_had_no_placebo_and_equals_the_placebo_change():
    result = asked("rls")
    told = " ".join(result.lead)
    assert result.evidence_verdict == "unknown"
    assert "No controlled trial of citrate in our tables" in told
    assert "Gorantla 2024" in told
    assert "no placebo group" in told
    assert "placebo alone usually brings a fall of 6.58" in told
    assert "ferritin" in result.first


def test_restless_legs_ask_for_ferritin_before_anything_is_taken():
    result = asked("rls")
    assert result.verdict == "not_for_you"
    assert "ferritin" in result.safety_first[0]
    assert "Apart from safety: Citrate for restless legs: not known." in result.lead


@pytest.mark.parametrize("goal", ["menopause", "hot_flashes"])
def test_menopause_the_one_placebo_controlled_trial_was_null(goal: str):
    result = asked(goal)
    told = " ".join([*result.lead, *(item.text for item in result.trials)])
    assert "Park 2015" in told
    assert "no difference from the control in hot flashes" in told
    assert result.verdict != "likely_worthwhile"


def test_serum_is_told_in_hundredths():
    assert "hundredths of a mmol/L" in " ".join(asked("sleep").body_words)


@pytest.mark.parametrize(
    ("goal", "mechanisms"),
    [
        (
            "sleep",
            {"nmda_block", "gaba", "melatonin", "hpa_axis", "muscle_relaxation", "form_and_solubility"},
        ),
        ("rls", {"dopamine", "nerve_excitability", "muscle_relaxation"}),
        ("menopause", {"nmda_block", "vitamin_d_activation", "enzyme_cofactor", "distribution", "hpa_axis"}),
        ("bone", {"vitamin_d_activation", "distribution", "parathyroid"}),
    ],
)
def test_each_mechanism_of_the_articles_appears_where_it_belongs(goal: str, mechanisms: set[str]):
    shown = {item.name: item for item in asked(goal).mechanisms}
    assert mechanisms <= set(shown)
    assert all(item.evidence_class and item.note for item in shown.values())


@pytest.mark.parametrize("goal", sorted(goals()))
def test_every_goal_answers_with_unknowns_and_sources(goal: str):
    result = asked(goal)
    content = json.loads(json.dumps(result.to_json(), allow_nan=False))
    assert set(content) >= {
        "schema_version", "question", "verdict", "summary", "effects", "body", "safety", "regimen",
        "unknowns", "sources",
    }  # fmt: skip
    assert content["verdict"] in {"likely_worthwhile", "likely_too_small", "unknown", "not_for_you"}
    assert content["unknowns"]
    assert content["sources"]
    keys = {
        "outcome", "unit", "estimate", "interval", "minimal_important_difference", "probability_worthwhile",
        "certainty",
    }  # fmt: skip
    assert all(set(effect) >= keys for effect in content["effects"])


def test_kidney_failure_is_not_for_you_and_says_why_first():
    result = asked("sleep", egfr=22)
    assert result.verdict == "not_for_you"
    assert result.safety.decision == "refuse"
    assert "kidney" in result.safety_first[0].lower()


def test_missing_kidney_function_at_62_with_diabetes_asks_first():
    result = asked("sleep", egfr=None, conditions="diabetes")
    assert result.verdict == "not_for_you"
    assert result.safety.decision == "clinician_first"
    assert result.safety.questions


def test_a_dose_above_the_limit_is_not_for_self_care():
    assert asked("sleep", mg=500).verdict == "not_for_you"


def test_a_child_gets_a_clinician_and_no_simulation():
    result = asked("sleep", age=10, egfr=None)
    assert result.verdict == "not_for_you"
    assert result.body is None


def test_an_answer_is_the_same_tomorrow():
    again = asked.__wrapped__("sleep")
    assert json.dumps(asked("sleep").to_json()) == json.dumps(again.to_json())


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (0, 2, "0"),
        (-1.6, 2, "−1.6"),
        (0.04302, 2, "0.043"),
        (1234.5, 2, "1234"),
        (6.0, 2, "6"),
        (-6.58, 3, "−6.58"),
    ],
)
def test_figures_are_written_as_people_write_them(value: float, digits: int, written: str):
    assert figure(value, digits) == written


def test_a_change_carries_its_sign_and_a_chance_its_limits():
    assert signed(0.04) == "+0.04"
    assert percent(0.0001) == "under 1 %"
    assert percent(0.9999) == "over 99 %"
    assert percent(0.42) == "42 %"


def test_alternatives_begin_with_the_regimen_as_asked_and_carry_its_central_figures():
    result = asked("sleep")
    first = result.alternatives[0]
    assert first.kind == "asked"
    assert result.body is not None
    assert first.serum_change_mmol_l == pytest.approx(result.body.change.serum_mmol_l, rel=2e-5)
    assert first.taken_up_mg == pytest.approx(mg_from_mmol(result.body.change.absorbed_mmol_d), rel=2e-5)


def test_half_the_dose_gives_more_than_half_the_uptake_and_two_portions_more_than_one():
    found = {
        one.kind: one for one in asked("sleep").alternatives if one.kind in ("asked", "dose", "portions")
    }
    assert found["asked"].taken_up_mg / 2 < found["dose"].taken_up_mg < found["asked"].taken_up_mg
    assert found["portions"].taken_up_mg > found["asked"].taken_up_mg


def test_who_eats_little_magnesium_takes_up_more_of_a_dose():
    little, much = (one for one in asked("sleep").alternatives if one.kind == "diet")
    assert little.taken_up_mg > much.taken_up_mg


def test_by_week_nothing_is_expected_before_anybody_measured():
    found = asked("sleep").measurements
    assert found is not None
    assert found.outcome == "psqi"
    nielsen = next(one for one in found.trials if one.study == "Nielsen 2010")
    assert (nielsen.week, nielsen.silent, nielsen.estimate) == (7, True, 0)
    assert found.weeks[0] >= 7
    assert found.important == -4.4


def test_what_matters_lies_on_the_side_that_is_better():
    pressure, serum = asked("blood_pressure").measurements, asked("magnesium_status").measurements
    assert pressure is not None and pressure.important is not None and pressure.important < 0
    assert serum is not None and serum.important is not None and serum.important > 0


def test_where_safety_says_no_no_figure_stands_on_top_and_nothing_is_compared():
    result = asked("sleep", egfr=20)
    assert result.glances == []
    assert result.alternatives == []


def test_the_plan_in_an_answer_is_what_the_rules_decide_at_the_times_asked_for():
    result = asked("sleep", drugs="levothyroxine 07:00")
    assert result.plan.decision == result.safety
    assert result.plan.steps[-1].elemental_mg_per_day == 300
    assert [intake.time for intake in result.safety.schedule] == ["20:00"]
    assert result.to_json()["safety"]["judge_after_weeks"] == result.plan.judge_after_weeks


def test_the_hours_of_the_day_reach_the_answer():
    late = Day(meals=("11:00", "16:00", "22:00"), sleep=("03:00", "10:00"))
    person = Person(age=62, sex="female", egfr=85)
    regimen = Regimen("citrate", 300, ("20:00",))
    usual, own = (answer(person, regimen, goals()["sleep"], day=day) for day in (None, late))
    assert usual.body is not None and own.body is not None
    assert own.plan.day == late
    assert own.body.change.absorbed_mmol_d != usual.body.change.absorbed_mmol_d
