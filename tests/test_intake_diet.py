"""The magnesium of meals."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnesim.errors import InputError
from magnesim.intake import Meal, is_near_a_meal, meals
from magnesim.intake.tables import rows
from magnesim.units import mmol_from_mg


@settings(deadline=None)
@given(st.floats(0.0, 2000.0))
def test_the_meals_of_a_day_hold_the_magnesium_of_a_day(diet_mg):
    eaten = meals(diet_mg)
    assert sum(meal.mmol for meal in eaten) == pytest.approx(mmol_from_mg(diet_mg))
    assert [meal.time_h for meal in eaten] == sorted(meal.time_h for meal in eaten)


def test_the_shares_add_up_and_lie_in_their_range():
    assert sum(float(row["share"]) for row in rows("meals")) == pytest.approx(1.0)
    for row in rows("meals"):
        assert float(row["share_low"]) <= float(row["share"]) <= float(row["share_high"])
        assert row["clock_low"] <= row["clock"] <= row["clock_high"]


def test_a_dose_meets_a_meal_within_three_quarters_of_an_hour():
    assert is_near_a_meal(7.5)
    assert is_near_a_meal(8.25)
    assert not is_near_a_meal(8.3)
    assert is_near_a_meal(8.3, window_h=1.0)


def test_midnight_does_not_part_a_meal_from_a_dose():
    late = [Meal(23.75, 4.0, "late supper")]
    assert is_near_a_meal(0.25, late)


@pytest.mark.parametrize("diet_mg", [-1.0, float("nan"), float("inf")])
def test_a_diet_that_cannot_be_is_refused(diet_mg):
    with pytest.raises(InputError, match="--diet-mg 250"):
        meals(diet_mg)
