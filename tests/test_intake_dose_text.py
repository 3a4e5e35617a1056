"""Doses in words: what is read, and what is asked about instead of guessed."""

import csv
from pathlib import Path

import pytest

from magnesim.errors import InputError, UnclearError
from magnesim.intake import UnclearSaltError, read_dose
from magnesim.intake.tables import rows

SHARED_CASES = Path(__file__).parents[2] / "shared" / "safety" / "cases_dev.csv"
# UK labels count 24.3 mg a mmol, we 24.305; nothing else may differ.
LABEL_ROUNDING = 5e-4


@pytest.mark.parametrize(
    ("text", "mg_a_day"),
    [
        ("250 mg elemental once a day", 250),
        ("elemental magnesium 0,25 g daily", 250),
        ("250 mg Mg2+ per day", 250),
        ("1,250 mg elemental", 1250),
        ("1.250,5 mg elemental", 1250.5),
        ("1\u202f250 mg elemental", 1250),
        ("magnesium 150 mg (as magnesium citrate) twice daily", 300),
        ("magnesium (as bisglycinate) 120 milligrams b.i.d.", 240),
        ("8 mmol every 12 hours", 388.88),
        ("10 mEq q8h", 364.575),
        ("three 4 mmol tablets a day", 291.66),
        ("2 x 100 mg elemental at 09:00", 200),
        ("2 capsules of 100 mg elemental, three times a day", 600),
        ("100 mg elemental tablets, two at night", 200),
        ("half a tablet of magnesium oxide 400 mg", 120),
        ("1½ tablets of magnesium oxide 400 mg", 360),
        ("400 mg elemental a day in two divided doses", 400),
        ("magnesium citrate 1000 mg providing 160 mg elemental magnesium", 160),
        ("magnesium oxide 400 mg (240 mg elemental) tds", 720),
        ("97.2 mg (4 mmol) tablets, 2 a day", 194.4),
        ("600 mg of magnesium citrate providing 16 % magnesium", 96),
        ("2 g magnesium L-threonate", 166),
        ("magnesium sulphate heptahydrate 2 g", 197.2),
        ("15 mL milk of magnesia at bedtime", 500),
        ("60 mg elemental with each meal", 180),
        ("3 mmol at breakfast + 6 mmol at dinner", 218.7),
        ("citrate 100 mg + multivitamin 50 mg + ZMA 150 mg, all elemental", 300),
        ("magnesium oxide 400 mg tablet twice a day + multivitamin 50 mg elemental once a day", 530),
    ],
)
def test_a_dose_is_read_as_elemental_magnesium_a_day(text, mg_a_day):
    assert read_dose(text).elemental_mg_per_day == pytest.approx(mg_a_day, rel=LABEL_ROUNDING)


def test_what_a_label_prints_wins_over_the_formula():
    tablet = read_dose("magnesium oxide 400 mg tablet")
    powder = read_dose("magnesium oxide 400 mg")
    assert (tablet.elemental_mg_per_day, tablet.basis) == (240.0, "label")
    assert (powder.elemental_mg_per_day, powder.basis) == (pytest.approx(241.2), "salt_converted")


def test_the_reading_is_shown_back_with_what_was_assumed():
    dose = read_dose("400 mg magnesium oxide twice a day")
    assert dose.as_read == (
        "400 mg magnesium oxide (salt) = 241 mg elemental, twice a day: 482 mg elemental a day"
    )
    assert "400 mg is the mass of the salt, not of the magnesium in it" in dose.assumptions


def test_clock_times_and_meals_are_kept():
    dose = read_dose("120 mg elemental at 8 am and 20:00 with food")
    assert (dose.times, dose.intakes_per_day, dose.with_meal) == (("08:00", "20:00"), 2, True)
    assert read_dose("120 mg elemental with dinner").times == ("18:30",)
    assert read_dose("120 mg elemental on an empty stomach").with_meal is False
    assert read_dose("120 mg elemental").with_meal is None


def test_uneven_portions_keep_their_times():
    dose = read_dose("5 mmol citrate morning + 10 mmol evening")
    assert dose.compound == "citrate"
    assert dose.times == ("08:00", "20:00")
    assert dose.portions_mg == pytest.approx((5 * 24.305, 10 * 24.305))


def test_products_of_different_salts_add_up_to_a_mixture():
    assert read_dose("citrate 100 mg + oxide 100 mg, both elemental").compound == "mixed"
    assert read_dose("200 mg elemental + antacid magnesium hydroxide 400 mg").compound == "mixed"
    assert read_dose("citrate 100 mg morning + 200 mg evening, all elemental").compound == "citrate"


def test_once_a_day_is_assumed_and_said_where_the_text_is_silent():
    dose = read_dose("200 mg elemental")
    assert dose.intakes_per_day == 1
    assert not dose.intakes_said
    assert "taken once a day, since the text does not say how often" in dose.assumptions


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("", "how much is taken"),
        ("magnesium oxide, a spatula tip", "how much is taken"),
        ("400 elemental", "which unit"),
        ("400 mg", "elemental"),
        ("400 mg magnesium", "elemental"),
        ("Mg citrate 400 mg", "the salt"),
        ("400 mg (as magnesium citrate)", "the mass of the salt"),
        ("magnesium (oxide) 400 mg", "the mass of the salt"),
        ("magnesium hydroxide 135 mg tablet", "the salt"),
        ("magnesium pidolate 4 g", "label"),
        ("magnesium malate 1500 mg", "label"),
        ("amino acid chelate 400 mg", "which amino acid"),
        ("buffered bisglycinate 500 mg", "label"),
        ("2 teaspoons of Epsom salt", "one spoon"),
        ("5 mL magnesium citrate solution", "label"),
        ("200-400 mg elemental", "range"),
        ("200 mg to 400 mg elemental", "range"),
        ("200 or 400 mg elemental", "range"),
        ("up to 400 mg elemental", "which one number"),
        ("1.000 mg elemental", "a thousand"),
        ("2 400 mg oxide tablets", "2400 in all, or 2 of 400"),
        (".5 g elemental", "before the point"),
        ("1e3 mg elemental", "number"),
        ("200 mg and 100 mg elemental", "more than one amount"),
        ("magnesium citrate 1000 mg providing 500 mg elemental", "do not fit together"),
        ("100 mg magnesium citrate with 40 % magnesium", "cannot be 40 %"),
        ("200 mg elemental twice a day at 08:00", "two ways"),
        ("200 mg elemental twice", "how many times"),
        ("200 mg elemental a day at 08:00 and 20:00", "for each time"),
        ("400 mg elemental in total twice a day", "for each time"),
        ("100 mg elemental with meals", "how many meals"),
        ("2 tablets (200 mg elemental) a day", "in each one, or in 2 together"),
        ("200 mg elemental per serving, 2 capsules a day", "in each one, or in 2 together"),
        ("100 mg elemental + multivitamin", "added up"),
        ("oxide 400 mg tablet + 200 mg", "elemental"),
        ("magnesium hydroxide 400 mg/5 mL", "taken at one time"),
        ("citrate 100 mg elemental + multivitamin 50 mg elemental twice a day", "each of them"),
        ("200 mg elemental weekly", "one usual day"),
        ("200 mg elemental every other day", "one usual day"),
        ("not elemental 400 mg", "negation"),
        ("400 mg elemental zinc", "how much of it is magnesium"),
        ("400 mg elementl magnesium", 'is it "elemental"'),
        ("200 mg elemental quux", "what does"),
        ("20 mg/kg elemental", "what"),
        ("200 mg elemental salt", "the salt, or the elemental"),
    ],
)
def test_what_is_unclear_is_asked_about(text, question):
    with pytest.raises(UnclearError) as error:
        read_dose(text)
    assert question in str(error.value)
    assert "?" in error.value.question
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "400 mcg elemental",
        "400 µg elemental",
        "400 IU",
        "-400 mg elemental",
        "−400 mg elemental",
        "0 mg elemental",
        "0 tablets of 100 mg elemental",
        "0.5 mg elemental",
        "6000 mg elemental",
        "1000 mmol",
        "magnesium citrate 34000 mg salt",
        "elemental 200 mg " * 50,
    ],
)
def test_what_no_dose_can_be_is_refused_in_one_line(text):
    with pytest.raises(InputError) as error:
        read_dose(text)
    assert not isinstance(error.value, UnclearError)
    assert "allowed" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_salt_of_unknown_make_is_asked_about_with_its_lowest_and_highest_reading():
    with pytest.raises(UnclearSaltError) as error:
        read_dose("magnesium citrate 1 g (salt) twice a day")
    assert error.value.elemental_mg_per_day == pytest.approx((226.0, 324.0))


@pytest.mark.parametrize("salt", ["sulfate", "chloride", "carbonate", "citrate", "glycinate", "aspartate"])
def test_a_salt_with_hydrates_is_never_converted_in_silence(salt):
    with pytest.raises(UnclearSaltError):
        read_dose(f"magnesium {salt} 2 g")


def test_mmol_and_meq_are_magnesium_whatever_salt_carries_them():
    assert read_dose("10 mmol magnesium citrate").elemental_mg_per_day == pytest.approx(243.05)
    assert read_dose("20 mEq magnesium oxide").elemental_mg_per_day == pytest.approx(243.05)


def test_the_form_may_be_given_apart_but_not_contradict_the_text():
    assert read_dose("200 mg elemental", form="Mg citrate").compound == "citrate"
    with pytest.raises(UnclearError, match="which is it"):
        read_dose("200 mg elemental as oxide", form="citrate")
    with pytest.raises(InputError, match="not a known form"):
        read_dose("200 mg elemental", form="adamantium")


def test_no_word_of_the_table_means_two_things():
    phrases = [row["phrase"] for row in rows("dose_words")]
    assert len(set(phrases)) == len(phrases)


@pytest.mark.skipif(not SHARED_CASES.exists(), reason="the shared cases are not beside this checkout")
def test_the_doses_of_the_shared_safety_cases_are_read_or_asked_about():
    with SHARED_CASES.open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    for case in cases:
        expected = case["asked_elemental_mg_per_day"]
        if not expected:
            with pytest.raises(UnclearError):
                read_dose(case["asked_dose"])
            continue
        read = read_dose(case["asked_dose"]).elemental_mg_per_day
        assert read == pytest.approx(float(expected), rel=LABEL_ROUNDING), case["case_id"]
