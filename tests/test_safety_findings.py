"""Dangers told in other words, allergies, harmful doses, and what an emergency is told first."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnesim.data import records
from magnesim.intake.compounds import synonyms
from magnesim.people import Person
from magnesim.safety import Decision, decide, rule, rulebook
from magnesim.safety.rulebook import OUTCOMES
from magnesim.safety.tables import rows


def said(
    conditions: str | None = None, drugs: str | None = None, mg: float = 200.0, **more: object
) -> Decision:
    about = {"age": 45.0, "sex": "female", "egfr": 95.0, **more}
    person = Person(conditions=conditions, drugs=drugs, **about)  # type: ignore[arg-type]
    return decide(person, mg, "citrate", ("20:00",), "sleep")


def rules_of(found: Decision) -> set[str]:
    return {reason.rule for reason in found.reasons}


# --- allergies


SALTS = sorted(name for name, salt in synonyms().items() if salt.name not in ("", "mixed", "unspecified"))
BRANDS = sorted(row["brand"] for row in rows("brands") if row["generic"].startswith("magnesium"))


@pytest.mark.parametrize(
    "text",
    [
        "allergic to magnesium",
        "magnesium allergy",
        "allergy to Mg supplements",
        "allergic to penicillin and magnesium",
        "allergies: penicillin, magnesium",
        "hypersensitivity to magnesium oxide",
        "hives after magnesium tablets",
        "magnesium gave me a rash",
        "bad reaction to magnesium",
        "anaphylaxis after Epsom salts",
        "allergic to minerals",
        *(f"allergic to {brand}" for brand in BRANDS),
    ],
)
def test_an_allergy_to_magnesium_refuses(text: str) -> None:
    for found in (said(text), said(drugs=text)):
        assert found.decision == "refuse"
        assert "own:magnesium_allergy" in rules_of(found)


@pytest.mark.parametrize("salt", SALTS)
def test_an_allergy_to_a_salt_is_never_allowed(salt: str) -> None:
    assert said(f"allergic to {salt}").decision in OUTCOMES[2:]
    assert said(f"allergic to magnesium {salt}").decision == "refuse"


@pytest.mark.parametrize("text", ["allergic to gelatin", "lactose intolerance", "allergic to sorbitol"])
def test_an_allergy_to_an_excipient_is_asked(text: str) -> None:
    found = said(text)
    assert found.decision == "clinician_first"
    assert "own:excipient_allergy" in rules_of(found)


@pytest.mark.parametrize(
    "text",
    [
        "allergic to penicillin",
        "allergic to cats, dogs and pollen",
        "nut allergy",
        "hay fever",
        "not allergic to magnesium",
        "no magnesium allergy",
        "no allergy to magnesium",
    ],
)
def test_other_allergies_do_not_block(text: str) -> None:
    assert said(text).decision == "allow"


@pytest.mark.parametrize(
    "text", ["allergic to zorblax", "no allergy apart from magnesium", "allergic to everything"]
)
def test_an_allergy_that_is_not_known_is_asked(text: str) -> None:
    assert said(text).decision in OUTCOMES[2:]


# --- harmful doses


def test_the_harmful_dose_is_a_fact_with_its_source() -> None:
    (fact,) = (row for row in records("safety", "facts") if row["key"] == "hypotension_weakness_dose")
    harmful = rule("own:dose_harmful")
    assert harmful.source_url == fact["source_url"]
    for mg, expected in ((fact["value"] - 1, "clinician_first"), (fact["value"], "refuse"), (5000, "refuse")):
        found = said(mg=mg)
        assert found.decision == expected
        assert ("own:dose_harmful" in rules_of(found)) == (expected == "refuse")
    first = said(mg=5000).reasons[0]
    assert first.rule == "own:dose_harmful"
    assert "ow blood pressure and weakness" in first.because
    assert "2500 mg" in first.because
    assert first.source_url.startswith("http")


def test_products_together_reach_the_harmful_dose() -> None:
    assert said(drugs="magnesium 2400 mg elemental", mg=200).decision == "refuse"


@given(mg=st.floats(1, 20000), more=st.floats(0, 5000))
@settings(max_examples=100, deadline=None)
def test_more_is_never_decided_more_permissively(mg: float, more: float) -> None:
    assert OUTCOMES.index(said(mg=mg + more).decision) >= OUTCOMES.index(said(mg=mg).decision)


# --- in other words


@pytest.mark.parametrize(
    ("text", "expected", "name"),
    [
        ("expecting a baby", "clinician_first", "contraindications:pregnancy"),
        ("expecting twins", "clinician_first", "contraindications:pregnancy"),
        ("CKD5", "refuse", "contraindications:dialysis_or_end_stage_kidney_disease"),
        ("CKD 5", "refuse", "contraindications:dialysis_or_end_stage_kidney_disease"),
        ("stage 5 CKD", "refuse", "contraindications:dialysis_or_end_stage_kidney_disease"),
        ("CKD stage V", "refuse", "contraindications:dialysis_or_end_stage_kidney_disease"),
        ("CKD4", "refuse", "contraindications:severe_kidney_impairment"),
        ("CKD3b", "clinician_first", "contraindications:moderate_kidney_impairment"),
        ("CKD for 5 years", "clinician_first", "contraindications:moderate_kidney_impairment"),
        ("kidney function: none", "refuse", "contraindications:dialysis_or_end_stage_kidney_disease"),
        ("face drooping", "refuse", "own:stroke_signs"),
        ("stroke symptoms", "refuse", "own:stroke_signs"),
        ("slurred speech", "refuse", "own:stroke_signs"),
        ("one-sided weakness", "refuse", "own:stroke_signs"),
        ("cannot lift my left arm", "refuse", "own:stroke_signs"),
        ("vomiting blood", "refuse", "own:vomiting_blood"),
        ("had a fit yesterday", "refuse", "redflags:tetany_seizure"),
        ("poor circulation, left calf swollen, history of asthma", "refuse", "redflags:one_leg_swollen"),
    ],
)
def test_dangers_in_other_words(text: str, expected: str, name: str) -> None:
    found = said(text)
    assert found.decision == expected
    assert any(known.startswith(name) for known in rules_of(found))


def test_expecting_a_baby_is_no_infant() -> None:
    assert "contraindications:infant" not in rules_of(said("expecting a baby"))
    assert said("infant 9 months", age=0.75).decision == "refuse"


@pytest.mark.parametrize(
    "text", ["poo is black", "black stools", "tarry stool", "stools like tar", "blood when I wipe"]
)
def test_black_stools_are_bleeding(text: str) -> None:
    bleeding = "redflags:rectal_bleeding_or_bowel_habit_changed_for_over_14_days"
    assert bleeding in rules_of(said(text))


@pytest.mark.parametrize(
    "text",
    [
        "life is pointless",
        "I don't want to live",
        "I do not want to live any more",
        "nothing to live for",
        "wish I was never born",
        "better off without me",
        "can't go on",
        "no point in living",
    ],
)
def test_wishes_to_die_get_help(text: str) -> None:
    found = said(text)
    assert found.decision == "refuse"
    assert "same-day help" in found.reasons[0].because


# --- reasons


def test_reasons_are_unique_and_right() -> None:
    alone = said(drugs="Tamoxifen")
    assert "contraindications:cancer_treatment_with_platinum_or_egfr_drug" not in rules_of(alone)
    for found in (
        alone,
        said("breast cancer", "Tamoxifen"),
        said("heart disease", "amiodarone; nitroglycerin"),
        said("CKD", "omeprazole; omeprazole", egfr=45.0),
    ):
        assert found.decision == "clinician_first"
        told = [(reason.rule, reason.because.split(": ", 2)[-1]) for reason in found.reasons]
        assert len(told) == len(set(told))
        assert not any("platinum" in reason.because for reason in found.reasons)


def test_an_emergency_is_told_what_to_do_once_and_first() -> None:
    for name in (row["rule"] for row in rows("emergencies")):
        assert rule(name).help
    for text in ("chest pain", "chest pain; suicidal; seizures; face drooping; CKD5; acne", "blocked bowel"):
        told = [reason.because for reason in said(text).reasons]
        assert told[0].startswith("Please get help now: ")
        assert "emergency number" in told[0]
        assert sum(line.count("Please get help now") for line in told) == 1
        assert sum("emergency: call the emergency number" in line for line in told) == 1
    assert "same-day help" in said("chest pain; suicidal").reasons[0].because


def test_every_red_flag_that_refuses_carries_the_words_of_its_row() -> None:
    helped = {row["rule"] for row in rows("emergencies")}
    for name, found in rulebook().items():
        if name.startswith("redflags:") and found.outcome == "refuse":
            action = found.rows[0]["action"]
            words = [word for word in ("emergency", "same-day", "urgent care") if word in action]
            assert (name in helped) == bool(words), name
            assert all(word in found.help for word in words), name


def test_an_open_hour_is_told_in_words() -> None:
    (portion,) = said(drugs="doxycycline 100 mg daily").schedule
    assert portion.time is None
    assert "ask your pharmacist for it" in portion.take
    (row,) = (row for row in records("safety", "interactions") if row["drug_or_class"] == "tetracyclines")
    before, after = row["separation_before_h"], row["separation_after_h"]
    assert f"not within {after:g} h before doxycycline or {before:g} h after it" in portion.take
    (known,) = said(drugs="levothyroxine 07:00").schedule
    assert known.time == "20:00"
    assert "pharmacist" not in known.take


@pytest.mark.parametrize(
    "text", ["not well", "not feeling very well", "isn't fit", "unwell", "not in good health"]
)
def test_who_is_not_well_is_asked_why(text: str) -> None:
    found = said(text)
    assert found.decision == "clinician_first"
    assert found.questions


@pytest.mark.parametrize("text", ["fit and well", "not diabetic, otherwise well", "in good health"])
def test_who_is_well_is_not(text: str) -> None:
    assert said(text).decision == "allow"


def test_a_percentage_of_kidney_function_may_be_too_low_and_is_never_a_measured_one() -> None:
    assert said("kidney function 20 percent").decision == "refuse"
    assert said("kidney function 100 %", age=70, egfr=None).decision == "clinician_first"
    assert said("eGFR 2019", age=70, egfr=None).decision == "clinician_first"
    assert said("eGFR 85", age=70, egfr=None).decision == "allow"
