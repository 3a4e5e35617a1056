"""Laws that hold for every dose in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnesim.errors import InputError
from magnesim.intake import compounds, forms, read_dose, variants
from magnesim.intake.compounds import ROUNDING, synonyms
from magnesim.intake.tables import rows
from magnesim.units import mg_from_mmol, mmol_from_mg

FREQUENCIES = {
    "once a day": 1,
    "twice daily": 2,
    "3x/day": 3,
    "every 6 hours": 4,
    "at 08:00 and 20:00": 2,
    "morning, noon and night": 3,
}
UNITS = {row["phrase"] for row in rows("dose_words") if row["kind"] == "unit"}
WORDS = [*(row["phrase"] for row in rows("dose_words")), *synonyms()]
NUMBERS = ["1", "2", "400", "0,5", "1,000", "1/2", "08:00", "16"]
ANY_WORDS = st.lists(st.sampled_from(WORDS + NUMBERS + ["400 mg"] * 9), max_size=9).map(" ".join)

whole_mg = st.integers(1, 1250)
frequency = st.sampled_from(sorted(FREQUENCIES))


def convertible_names():
    """Names whose salt mass is one number: every variant they leave open holds the same share."""
    for synonym in synonyms().values():
        left = [v for v in variants(synonym.name) if not synonym.variants or v.variant in synonym.variants]
        shares = [v.elemental_fraction for v in left]
        listed = bool(synonym.name) and not forms()[synonym.name].unlisted_variants
        if shares and listed and not synonym.question and max(shares) / min(shares) - 1 <= ROUNDING:
            yield synonym.written, shares[0]


@settings(deadline=None)
@given(whole_mg, frequency)
def test_an_elemental_dose_is_given_back(mg, often):
    times = FREQUENCIES[often]
    dose = read_dose(f"{mg} mg elemental magnesium {often}")
    assert dose.intakes_per_day == times
    assert dose.elemental_mg_per_day == pytest.approx(mg * times)
    assert dose.basis == "elemental"


@settings(deadline=None)
@given(st.sampled_from(sorted(convertible_names())), st.integers(100, 2000), frequency)
def test_a_salt_dose_is_given_back_in_its_own_chemistry(name_and_share, mg, often):
    written, share = name_and_share
    dose = read_dose(f"{mg} mg magnesium {written} (salt), {often}")
    assert dose.compound == synonyms()[written].name
    assert dose.elemental_mg_per_day == pytest.approx(mg * share * FREQUENCIES[often], rel=ROUNDING)


@settings(deadline=None)
@given(st.sampled_from(sorted({c.name for c in compounds()})), st.integers(50, 5000))
def test_elemental_magnesium_never_exceeds_the_mass_of_the_salt(name, mg):
    try:
        dose = read_dose(f"{mg} mg of the salt magnesium {name}")
    except InputError:
        return
    assert dose.elemental_mg_per_day < mg


@settings(deadline=None)
@given(st.integers(2, 400))
def test_mg_to_mmol_and_back_is_the_same_dose(tenths):
    mmol = tenths / 10
    dose = read_dose(f"{mmol} mmol")
    assert dose.elemental_mg_per_day == pytest.approx(mg_from_mmol(mmol))
    assert mmol_from_mg(dose.elemental_mg_per_day) == pytest.approx(mmol)
    assert read_dose(f"{2 * mmol} mEq").elemental_mg_per_day == pytest.approx(dose.elemental_mg_per_day)


@settings(deadline=None)
@given(st.integers(1, 500), st.integers(2, 9), st.sampled_from(["mg elemental", "mg magnesium oxide"]))
def test_a_larger_number_is_a_dose_larger_by_as_much(mg, factor, what):
    try:
        one = read_dose(f"{mg} {what}").elemental_mg_per_day
    except InputError:
        return
    assert read_dose(f"{mg * factor} {what}").elemental_mg_per_day == pytest.approx(one * factor)


@settings(deadline=None)
@given(
    st.integers(10, 9999),
    st.sampled_from(["", " ", "  ", "\t"]),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.sampled_from([".", ","]),
)
def test_case_spacing_and_the_decimal_mark_never_matter(tenths, gap, case, mark):
    number = f"{tenths // 10}{mark}{tenths % 10}"
    written = case(f"{number}{gap}mg{gap or ' '}elemental magnesium (as{gap or ' '}citrate)  at  night")
    dose = read_dose(written)
    assert dose.elemental_mg_per_day == pytest.approx(tenths / 10)
    assert (dose.compound, dose.times) == ("citrate", ("22:00",))


@settings(deadline=None)
@given(st.lists(st.sampled_from([word for word in WORDS if word not in UNITS] + NUMBERS), max_size=8))
def test_a_text_without_a_unit_is_never_a_dose(words):
    with pytest.raises(InputError):
        read_dose(" ".join(words))


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60) | ANY_WORDS)
def test_any_text_is_a_whole_dose_or_one_clear_line(text):
    try:
        dose = read_dose(text)
    except InputError as error:
        assert "\n" not in str(error)
        return
    assert 1.0 <= dose.elemental_mg_per_day <= 5000.0
    assert len(dose.portions_mg) == dose.intakes_per_day
    assert len(dose.times) in (0, dose.intakes_per_day)
    assert sum(dose.portions_mg) == pytest.approx(dose.elemental_mg_per_day)
    assert dose.compound is None or dose.compound in forms()
