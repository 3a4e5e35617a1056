"""What may be expected: shrunk toward nothing, silent where nothing is known, never bolder than the data."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magnesim.data import records
from magnesim.effects import expect, goal_named, goals, overall
from magnesim.effects.goals import ROLES
from magnesim.effects.predict import leading_reading, shrink, verdict_of, yardsticks
from magnesim.errors import InputError
from magnesim.evidence import evidence_for, outcomes

THEMES = {
    "sleep", "rls", "cramps", "hot_flashes", "bone", "vitamin_d", "blood_pressure", "glycaemia", "anxiety",
    "stress", "pain", "magnesium_status", "menopause",
}  # fmt: skip
"""The themes of the three articles that started this."""


def test_every_theme_of_the_articles_is_a_goal():
    assert set(goals()) >= THEMES


def test_every_goal_has_a_primary_outcome_that_trials_measured():
    for goal in goals().values():
        assert goal.with_role("primary")
        assert all(key in outcomes() and role in ROLES for key, role in goal.outcomes)


@pytest.mark.parametrize(
    ("written", "goal"),
    [("Sleep", "sleep"), ("restless legs", "rls"), ("bp", "blood_pressure"), ("hot flushes", "hot_flashes")],
)
def test_a_goal_is_found_by_the_words_people_use(written: str, goal: str):
    assert goal_named(written).goal == goal


def test_an_unknown_goal_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="sleep"):
        goal_named("slep")


def test_no_word_means_two_goals():
    words = [word for goal in goals().values() for word in (goal.goal, *goal.aliases)]
    assert len(words) == len(set(words))


def test_every_yardstick_stands_on_a_fact():
    facts = {row["fact_id"] for row in records("evidence", "facts")}
    assert all(row.source in facts for row in yardsticks().values())
    assert all(row.unit == outcomes()[key].unit for key, row in yardsticks().items())


@given(st.floats(-50, 50), st.floats(0.01, 20), st.floats(0, 5), st.floats(0.01, 20))
def test_the_prior_pulls_toward_nothing_and_never_past_it(
    estimate: float, se: float, tau: float, prior: float
):
    shrunk = shrink(estimate, se, tau, prior)
    assert abs(shrunk.mean) <= abs(estimate)
    assert shrunk.mean * estimate >= 0
    assert shrunk.mean_sd <= min(se, prior) + 1e-12
    assert shrunk.new_sd >= shrunk.mean_sd


@given(st.floats(-50, 50), st.floats(0.01, 20))
def test_more_information_pulls_less(estimate: float, se: float):
    assert abs(shrink(estimate, se / 2, 0, 1.0).mean) >= abs(shrink(estimate, se, 0, 1.0).mean)


@given(st.floats(0, 1), st.floats(0, 1))
def test_very_low_certainty_decides_nothing(probability: float, informed: float):
    assert verdict_of(probability, informed, "very_low") == "unknown"


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(["very_low", "low"]))
def test_worthwhile_asks_for_more_than_low_certainty(probability: float, informed: float, certainty: str):
    assert verdict_of(probability, informed, certainty) != "likely_worthwhile"


def test_what_is_not_informed_is_unknown():
    assert verdict_of(0.0, 0.1, "high") == "unknown"
    assert verdict_of(None, 1.0, "high") == "unknown"


@pytest.mark.parametrize("form", ["citrate", "oxide", "glycinate"])
@pytest.mark.parametrize("goal", ["sleep", "rls", "hot_flashes", "menopause", "cramps"])
def test_no_benefit_is_claimed_where_the_trials_show_none(goal: str, form: str):
    expected = [expect(key, role, form) for key, role in goals()[goal].outcomes]
    assert overall(expected) != "likely_worthwhile"


def test_restless_legs_are_unknown():
    assert overall([expect(key, role, "citrate") for key, role in goals()["rls"].outcomes]) == "unknown"


def test_blood_pressure_falls_by_about_two_and_five_would_matter():
    """`zhang2016bp`: -2.0 mmHg (-3.6 to -0.4)."""
    sbp = expect("sbp", "primary", "citrate")
    assert sbp.estimate == pytest.approx(-1.9, abs=0.3)
    assert sbp.important == 5
    assert sbp.verdict == "likely_too_small"


def test_a_probability_is_one():
    for goal in goals().values():
        for key, role in goal.outcomes:
            item = expect(key, role)
            assert item.probability_worthwhile is None or 0 <= item.probability_worthwhile <= 1
            if item.interval:
                assert item.interval[0] <= item.estimate <= item.interval[1]
                assert all(map(math.isfinite, item.interval))


def test_a_difference_in_sds_is_no_change_on_a_scale():
    found = evidence_for("isi")
    in_sds = tuple(replace(effect, measure="smd") for effect in found.selection.effects)
    assert leading_reading(found) is not None
    assert leading_reading(replace(found, selection=replace(found.selection, effects=in_sds))) is None
