"""A person's own day: read or refused in one line, and at work in meals, waking hours and medicines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magnesim.errors import InputError
from magnesim.intake import Day, Regimen, read_day
from magnesim.people import Person
from magnesim.safety import decide
from magnesim.units import mmol_from_mg

CLOCK = st.integers(0, 47).map(lambda half: f"{half // 2:02d}:{30 * (half % 2):02d}")


@pytest.mark.parametrize(
    ("meals", "sleep"),
    [
        ("late", None),
        ("", None),
        ("25:00", None),
        ("07:30 07:30", None),
        ("07:00 08:00 09:00 10:00 11:00 12:00 13:00", None),
        (None, "23:00"),
        (None, "23:00-23:00"),
        (None, "at night"),
        (None, "06:00-23:30"),
    ],
)
def test_what_is_no_day_is_refused_in_one_line(meals: str | None, sleep: str | None) -> None:
    with pytest.raises(InputError) as told:
        read_day(meals, sleep)
    line = str(told.value)
    assert ("--meals" if meals is not None else "--sleep") in line
    assert "Example" in line
    assert len(line.splitlines()) == 1


def test_a_day_is_read_as_people_write_it() -> None:
    assert read_day("7:30, 12:30 19:00", "23:00 to 7:00") == Day(
        ("07:30", "12:30", "19:00"), ("23:00", "07:00")
    )
    assert read_day() == Day()


@given(st.sets(CLOCK, min_size=1, max_size=6), st.floats(0, 1000))
def test_own_meals_hold_the_magnesium_of_the_day(times: set[str], diet_mg: float) -> None:
    eaten = Day(tuple(sorted(times))).eaten(diet_mg)
    assert len(eaten) == len(times)
    assert sum(meal.mmol for meal in eaten) == pytest.approx(mmol_from_mg(diet_mg), abs=1e-9)


def test_breakfast_is_the_first_meal_after_waking() -> None:
    day = read_day("17:00 22:00 03:00", "08:00-16:00")
    assert [(meal.name, meal.time_h) for meal in day.eaten(300)] == [
        ("breakfast", 17.0),
        ("lunch", 22.0),
        ("dinner", 3.0),
    ]
    assert day.with_clock_times("levothyroxine with breakfast") == "levothyroxine with breakfast 17:00"


@pytest.mark.parametrize(
    "drugs",
    [
        "levothyroxine before breakfast",
        "levothyroxine 07:00 with breakfast",
        "levothyroxine at breakfast or dinner",
    ],
)
def test_words_that_leave_the_hour_open_stay_as_they_are(drugs: str) -> None:
    assert read_day("07:30 12:30 19:00").with_clock_times(drugs) == drugs
    assert Day().with_clock_times("levothyroxine with breakfast") == "levothyroxine with breakfast"


@given(CLOCK, st.integers(5, 10), st.sampled_from([None, "levothyroxine with breakfast"]))
def test_nobody_is_woken_and_every_gap_is_kept(asleep: str, hours: int, drugs: str | None) -> None:
    awake = f"{(int(asleep[:2]) + hours) % 24:02d}:{asleep[3:]}"
    breakfast = f"{(int(awake[:2]) + 1) % 24:02d}:{awake[3:]}"
    others = [f"{(int(awake[:2]) + later) % 24:02d}:{awake[3:]}" for later in (5, 11)]
    day = Day(tuple(sorted([breakfast, *others])), (asleep, awake))
    person = Person(age=45, sex="female", egfr=95, region="EU", drugs=drugs)
    found = decide(person, 200, "citrate", day=day)
    assert found.schedule
    for intake in found.schedule:
        assert intake.time is not None
        at = int(intake.time[:2]) + int(intake.time[3:]) / 60
        assert day.is_awake(at)
        if drugs:
            taken = int(breakfast[:2]) + int(breakfast[3:]) / 60
            assert (at - taken) % 24 >= 4
            assert (taken - at) % 24 >= 4


def test_a_dose_near_an_own_meal_counts_as_taken_with_food() -> None:
    regimen = Regimen("citrate", 300, ("15:00",), 12)
    (usual,) = regimen.events()
    (own,) = regimen.events(eaten=read_day("07:30 15:00 21:00").eaten(0))
    assert not usual.with_meal
    assert own.with_meal
