"""Dangers in patients' and doctors' own words, everyday words that are harmless, and values with a flag."""

import csv
import re
from pathlib import Path

import pytest

from magnesim.errors import InputError
from magnesim.people import Person
from magnesim.plan.batch import plan_batch
from magnesim.safety import decide, rulebook
from magnesim.safety.alternatives import alternatives, fitting
from magnesim.safety.conditions import _filled
from magnesim.safety.rulebook import OUTCOMES, _refuse_unequal
from magnesim.safety.tables import rows
from magnesim.safety.words import parts

DATA = Path(__file__).parent / "data"
STATEMENTS, EVERYDAY = DATA / "safety_cases_statements.csv", DATA / "safety_cases_everyday.csv"


def cases(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def decisions(path: Path) -> dict[str, str]:
    return {found["case_id"]: found["decision"] for found in plan_batch(path)}


def said(conditions: str | None = None, drugs: str | None = None, compound: str = "citrate", **more: object):
    about = {"age": 45.0, "sex": "female", "egfr": 95.0, **more}
    return decide(Person(conditions=conditions, drugs=drugs, **about), 200.0, compound, ("21:00",))


def strictness(decision: str) -> int:
    return OUTCOMES.index(decision)


def test_no_danger_in_other_words_is_allowed() -> None:
    found = decisions(STATEMENTS)
    for case in cases(STATEMENTS):
        least = min(strictness(case["expected_decision"]), strictness("clinician_first"))
        assert strictness(found[case["case_id"]]) >= least, case


def test_everyday_cases_that_may_be_allowed_are_and_the_others_never() -> None:
    found = decisions(EVERYDAY)
    may = {"allow", "allow_with_separation"}
    wrong = [
        case
        for case in cases(EVERYDAY)
        if {found[case["case_id"]], case["expected_decision"]} & may
        and found[case["case_id"]] != case["expected_decision"]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "compound", "expected"),
    [
        ("phosphate 1.9 mmol/L, high", "glycerophosphate", "refuse"),
        ("phosphate 1.9 mmol/L", "glycerophosphate", "refuse"),
        ("phosphate 5.6 mg/dL (H)", "glycerophosphate", "refuse"),
        ("PO4 raised", "glycerophosphate", "refuse"),
        ("phosphate 1.1 mmol/L", "glycerophosphate", "allow"),
        ("phosphate 1.9 mmol/L, high", "citrate", "allow"),
        ("TSH 28", "citrate", "clinician_first"),
        ("TSH 2.1 mU/L", "citrate", "allow"),
        ("calcium 1.9 mmol/L", "citrate", "clinician_first"),
        ("CRP 80, high", "citrate", "clinician_first"),
        ("vitamin D 31 nmol/L, low", "citrate", "allow"),
        ("ferritin 142 ug/L", "citrate", "allow"),
    ],
)
def test_a_value_is_read_with_its_unit_and_its_flag(text: str, compound: str, expected: str) -> None:
    assert said(text, compound=compound).decision == expected


@pytest.mark.parametrize(
    ("drugs", "expected"),
    [
        ("none (one dose of Xofluza last winter)", "allow"),
        ("Xofluza yesterday", "refuse"),
        ("was on furosemide until 2019", "allow"),
        ("was on furosemide until 2019, back on it", "clinician_first"),
        ("was on furosemide", "clinician_first"),
        ("took furosemide in 2019, still does", "clinician_first"),
    ],
)
def test_a_course_that_is_long_over_no_longer_counts(drugs: str, expected: str) -> None:
    assert said(drugs=drugs).decision == expected


def test_i_am_is_no_injection() -> None:
    for drugs in ("I'm taking ciprofloxacin 08:00", "Im on ciprofloxacin 08:00", "ciprofloxacin 08:00"):
        assert said(drugs=drugs).decision == "allow_with_separation"


@pytest.mark.parametrize(
    ("drugs", "expected"),
    [
        ("Genticin (gentamicin) ear drops", "allow"),
        ("gentamicin (not ear drops)", "clinician_first"),
        ("cipro 500 mg and cipro eye drops", "allow_with_separation"),
        ("iron drops 12:00", "allow_with_separation"),
        ("GTN spray", "clinician_first"),
    ],
)
def test_only_what_is_put_on_the_spot_is_spared(drugs: str, expected: str) -> None:
    assert said(drugs=drugs).decision == expected


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ("mum is on dialysis; my own kidney tests were normal", "allow"),
        ("mum is on dialysis", "clinician_first"),
        ("no heart disease himself, father had a heart attack at 60", "allow"),
        ("mother has dialysis, so do I", "clinician_first"),
    ],
)
def test_what_relatives_have_is_theirs_only_where_that_is_said(conditions: str, expected: str) -> None:
    assert said(conditions).decision == expected


@pytest.mark.parametrize("word", ["blood", "chest", "numb", "swollen", "collapsed", "bleeding", "breath"])
@pytest.mark.parametrize("harmless", ["eczema", "hay fever", "knee OA", "migraine", "asthma, stable"])
def test_no_harmless_word_hides_a_part_of_the_body(harmless: str, word: str) -> None:
    for text in (f"{harmless}, {word}", f"{word} {harmless}", f"{harmless} and {word}"):
        assert strictness(said(text).decision) >= strictness("clinician_first"), text


def test_leaving_out_what_cannot_match_changes_no_match() -> None:
    texts = {
        part for case in cases(STATEMENTS) + cases(EVERYDAY) for part in parts(case["conditions"] or None)
    }
    for table in ("condition_words", "benign_conditions", "labs"):
        for row in rows(table):
            whole = re.compile(rf"\b(?:{_filled(row['words'])})(?!\w)")
            assert "|".join(one for one, _ in alternatives(row["words"])) == row["words"]
            for text in sorted(texts)[::5]:
                left = fitting(row["words"], text)
                found = [*re.compile(rf"\b(?:{_filled(left)})(?!\w)").finditer(text)] if left else []
                assert [m.span() for m in found] == [m.span() for m in whole.finditer(text)], (row, text)


def test_a_rule_without_its_outcome_is_one_clear_line() -> None:
    known = rulebook().keys()
    with pytest.raises(InputError, match="interactions:new_drug") as raised:
        _refuse_unequal({*known, "interactions:new_drug"}, known)
    assert "\n" not in str(raised.value)


def test_every_flag_of_a_laboratory_value_names_a_rule() -> None:
    for row in rows("labs"):
        for side in ("high", "low"):
            assert not row[side] or row[side].startswith(("sign:", "marker:")) or row[side] in rulebook(), row
