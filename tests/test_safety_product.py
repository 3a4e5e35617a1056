"""What a product holds besides magnesium decides where a rule turns on it, and is asked where not said."""

import pytest

from magnesim.people import Person
from magnesim.safety import decide
from magnesim.safety.product import without_substances


@pytest.mark.parametrize(
    ("conditions", "product", "expected"),
    [
        ("phenylketonuria", "chewable tablet with aspartame", "refuse"),
        ("phenylketonuria", "capsules without sweetener", "allow"),
        ("phenylketonuria", "aspartame-free powder", "allow"),
        ("phenylketonuria", "chewable tablet", "clinician_first"),
        ("phenylketonuria", None, "clinician_first"),
        ("hereditary fructose intolerance", "chewable with sorbitol", "refuse"),
        ("hereditary fructose intolerance", "capsules without sweetener", "clinician_first"),
        ("hereditary fructose intolerance", "sugar free chewable", "clinician_first"),
        ("none", "chewable with sorbitol and aspartame", "allow"),
    ],
)
def test_the_substance_decides(conditions: str, product: str | None, expected: str) -> None:
    person = Person(age=45, sex="female", egfr=95, conditions=conditions)
    assert decide(person, 100, None, product=product).decision == expected


@pytest.mark.parametrize(
    ("dose", "left"),
    [
        ("chewable with sorbitol, 60 mg elemental", "chewable, 60 mg elemental"),
        (
            "plain magnesium capsules without sweetener, 100 mg elemental twice a day",
            "magnesium capsules, 100 mg elemental twice a day",
        ),
        ("200 mg elemental, no sugar or sorbitol", "200 mg elemental"),
        ("200 mg elemental as citrate", "200 mg elemental as citrate"),
    ],
)
def test_the_words_on_other_substances_are_taken_out_of_a_dose(dose: str, left: str) -> None:
    assert without_substances(dose) == left
