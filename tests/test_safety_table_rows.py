"""Short cells for each row of the safety tables, in other words; and laws of what they say."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magnesim.intake import read_dose
from magnesim.people import Person
from magnesim.plan.batch import plan_batch
from magnesim.safety import decide
from magnesim.safety.rulebook import OUTCOMES

ROWS = Path(__file__).parent / "data" / "safety_cases_table_rows.csv"
LEADS = (
    "restart with",
    "keep my current",
    "continue",
    "reduce to",
    "go back to",
    "begin with",
    "just",
    "once",
)
PHRASES = (
    "sick, flushed and weak", "CKD 3", "foot suddenly white and cold", "baby 8 weeks", "breast-feeding",
    "loose stools on 300 mg, now settled", "diarrhoea", "loose stools on 100 mg, settled",
    "magnesium 2.4 mg/dL (0.99 mmol/L)", "living with HIV", "leg cramps", "hypothyroid",
    "insomnia since January",
)  # fmt: skip


def strictness(conditions: list[str], age: float | None, drugs: str | None = None) -> int:
    person = Person(age=age, sex="female", egfr=95.0, conditions="; ".join(conditions), drugs=drugs)
    found = decide(person, 150.0, "citrate", ("21:00",), product="keep my 150 mg elemental")
    return OUTCOMES.index(found.decision)


def test_every_row_in_other_words_is_decided_as_its_table_says() -> None:
    with ROWS.open(encoding="utf-8", newline="") as file:
        expected = {row["case_id"]: row for row in csv.DictReader(file)}
    found = {case["case_id"]: case["decision"] for case in plan_batch(ROWS)}
    wrong = [
        (row["drugs"], row["conditions"], row["asked_dose"], row["expected_decision"], found[name])
        for name, row in expected.items()
        if found[name] != row["expected_decision"]
    ]
    assert wrong == []


@given(
    some=st.lists(st.sampled_from(PHRASES), min_size=1, max_size=4, unique=True),
    one=st.sampled_from(PHRASES),
    age=st.sampled_from([None, 0.3, 30.0, 70.0]),
)
def test_one_more_condition_is_never_more_permissive_and_order_says_nothing(
    some: list[str], one: str, age: float | None
) -> None:
    fewer, more = strictness(some, age), strictness([*some, one], age)
    assert more >= fewer
    assert strictness([one, *reversed(some)], age) == more


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("mg", [60, 150, 420])
def test_a_leading_verb_leaves_the_dose_as_it_is(lead: str, mg: int) -> None:
    assert read_dose(f"{lead} {mg} mg elemental").elemental_mg_per_day == mg


@pytest.mark.parametrize(
    ("text", "mg"),
    [
        ("four 500 mg magnesium gluconate tablets, 27 mg elemental each", 108.0),
        ("two capsules, 75 mg elemental each, at night", 150.0),
        ("120 mg elemental once", 120.0),
        ("150 mg elemental at 8 and 20", 300.0),
        ("200 mg elemental, 1 h before bed", 200.0),
    ],
)
def test_counts_and_hours_in_other_words(text: str, mg: float) -> None:
    assert read_dose(text).elemental_mg_per_day == pytest.approx(mg)


def test_a_tablet_named_between_its_number_and_its_amount_is_read_as_one_named_behind() -> None:
    for count in ("one", "two"):
        between = read_dose(f"{count} magnesium oxide 400 mg tablets at night")
        behind = read_dose(f"{count} 400 mg magnesium oxide tablets at night")
        assert between.elemental_mg_per_day == behind.elemental_mg_per_day


def test_a_value_with_its_conversion_counts_in_both_units() -> None:
    assert strictness(["magnesium 2.0 mg/dL (1.2 mmol/L)"], 40.0) == OUTCOMES.index("refuse")
    assert strictness(["magnesium 2.0 mg/dL (0.82 mmol/L)"], 40.0) == OUTCOMES.index("allow")
