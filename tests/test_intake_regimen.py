"""Regimens: what is allowed, and what reaches the gut when."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnesim.errors import InputError, UnclearError
from magnesim.intake import Regimen, default_times, forms, regimen_from
from magnesim.units import mmol_from_mg

CLOCKS = [f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in (0, 15, 30, 45)]


@settings(deadline=None)
@given(
    st.sampled_from(sorted(forms())),
    st.floats(1.0, 5000.0),
    st.sets(st.sampled_from(CLOCKS), min_size=1, max_size=8),
)
def test_the_intakes_of_a_day_add_up_to_the_dose_of_a_day(form, mg, clocks):
    events = Regimen(form, mg, tuple(sorted(clocks)), 12).events()
    assert sum(event.elemental_mmol for event in events) == pytest.approx(mmol_from_mg(mg))
    assert [event.time_h for event in events] == sorted(event.time_h for event in events)
    assert all(0.0 <= event.time_h < 24.0 for event in events)


def test_every_day_is_the_same_a_day_later():
    regimen = Regimen("citrate", 300, ("08:00", "20:00"), 12)
    assert [event.time_h for event in regimen.events(day=3)] == [80.0, 92.0]


def test_the_clock_tells_whether_a_dose_meets_a_meal_unless_it_is_said():
    def fed(with_meal):
        return [
            event.with_meal for event in Regimen("citrate", 300, ("08:00", "22:00"), 12, with_meal).events()
        ]

    assert fed(None) == [True, False]
    assert fed(True) == [True, True]
    assert fed(False) == [False, False]


def test_taking_nothing_is_a_regimen_without_intakes():
    nothing = Regimen.none(weeks=8)
    assert (nothing.elemental_mg_per_day, nothing.weeks, nothing.events()) == (0.0, 8, [])


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"compound": "adamantium"}, "--form citrate"),
        ({"compound": "none"}, "--form citrate"),
        ({"elemental_mg_per_day": 0.0}, "--dose-mg 300"),
        ({"elemental_mg_per_day": -5.0}, "--dose-mg 300"),
        ({"elemental_mg_per_day": 5001.0}, "--dose-mg 300"),
        ({"elemental_mg_per_day": float("nan")}, "--dose-mg 300"),
        ({"times": ()}, "--times 08:00,20:00"),
        ({"times": ("8:00",)}, "--times 08:00,20:00"),
        ({"times": ("24:00",)}, "--times 08:00,20:00"),
        ({"times": ("08:00", "08:00")}, "--times 08:00,20:00"),
        ({"times": ("20:00", "08:00")}, "--times 08:00,20:00"),
        ({"weeks": 0.0}, "--weeks 12"),
        ({"weeks": 521.0}, "--weeks 12"),
        ({"weeks": float("inf")}, "--weeks 12"),
        ({"shares": (0.5, 0.5)}, "0.5, 0.5"),
        ({"shares": (0.9,)}, "0.5, 0.5"),
    ],
)
def test_what_is_out_of_range_is_refused_with_an_example(change, flag):
    sound = {"compound": "citrate", "elemental_mg_per_day": 300.0, "times": ("08:00",), "weeks": 12.0}
    with pytest.raises(InputError) as error:
        Regimen(**(sound | change))
    assert str(error.value).endswith(f"Example: {flag}")
    assert "\n" not in str(error.value)


def test_default_times_are_as_many_as_the_intakes():
    for intakes in range(1, 7):
        assert len(set(default_times(intakes))) == intakes
    with pytest.raises(InputError, match="--times"):
        default_times(7)


def test_the_same_regimen_in_options_and_in_words():
    options = regimen_from(form="Mg citrate", dose_mg=300, times_text="20:00, 8:00", weeks=16)
    words = regimen_from(dose_text="150 mg elemental (as citrate) at 8 am and 8 pm", weeks=16)
    assert options == words == Regimen("citrate", 300, ("08:00", "20:00"), 16)


def test_a_dose_in_words_without_a_salt_is_of_an_unspecified_form():
    assert regimen_from(dose_text="200 mg elemental a day").compound == "unspecified"
    assert regimen_from(form="oxide", dose_text="200 mg elemental a day").compound == "oxide"


def test_a_dose_of_a_day_in_words_is_split_over_the_times_given_apart():
    regimen = regimen_from(dose_text="400 mg elemental a day", times_text="08:00,20:00")
    assert [event.elemental_mmol for event in regimen.events()] == pytest.approx([mmol_from_mg(200)] * 2)


def test_uneven_portions_stay_uneven():
    regimen = regimen_from(dose_text="5 mmol morning + 10 mmol evening")
    assert [event.elemental_mmol for event in regimen.events()] == pytest.approx([5.0, 10.0])


def test_times_that_contradict_the_words_are_asked_about():
    with pytest.raises(UnclearError, match="which of the two"):
        regimen_from(dose_text="200 mg elemental twice a day", times_text="08:00")
    with pytest.raises(UnclearError, match="which of the two"):
        regimen_from(dose_text="200 mg elemental at 21:00", times_text="08:00")


@pytest.mark.parametrize(
    "given_options",
    [
        {},
        {"form": "citrate"},
        {"dose_mg": 300.0},
        {"form": "citrate", "dose_mg": 300.0, "dose_text": "200 mg elemental"},
        {"form": "citrate", "dose_mg": 300.0, "times_text": "noon"},
        {"form": "citrate", "dose_mg": 300.0, "times_text": ""},
        {"dose_text": "400 mg"},
    ],
)
def test_too_little_or_too_much_is_refused_in_one_line(given_options):
    with pytest.raises(InputError) as error:
        regimen_from(**given_options)
    assert "\n" not in str(error.value)
