"""The rules as data: every row leads somewhere, every name resolves, every pattern is one."""

import re

import pytest

from magnesim.data import records
from magnesim.errors import InputError
from magnesim.safety import rule, rulebook
from magnesim.safety.drugs import lexicon, like
from magnesim.safety.rulebook import OUTCOMES
from magnesim.safety.tables import rows


def test_every_row_of_the_tables_is_a_rule_with_an_outcome_and_a_source() -> None:
    for table in ("contraindications", "interactions", "redflags"):
        named = [found for name, found in rulebook().items() if name.startswith(f"{table}:")]
        assert len(named) == len(records("safety", table))
        for found in named:
            assert found.outcome in OUTCOMES
            assert found.source_url.startswith("http")
            assert found.text
            assert found.why


def test_a_row_that_forbids_refuses_unless_the_reason_is_said() -> None:
    for row in records("safety", "contraindications"):
        name = f"contraindications:{re.sub('[^a-z0-9]+', '_', row['condition'].lower()).strip('_')}"
        if row["action"] == "do_not_use" and rule(name).outcome != "refuse":
            assert "supplement doses" in rule(name).why
        if row["action"] == "only_with_clinician":
            assert rule(name).outcome in ("clinician_first", "refuse")


def test_every_separable_row_has_both_hours() -> None:
    for found in rulebook().values():
        if found.outcome == "allow_with_separation":
            assert found.rows[0]["separation_before_h"] > 0
            assert found.rows[0]["separation_after_h"] > 0


def test_a_contraindicated_medicine_refuses() -> None:
    for row in records("safety", "interactions"):
        if row["severity"] == "contraindicated":
            name = f"interactions:{re.sub('[^a-z0-9]+', '_', row['drug_or_class'].lower()).strip('_')}"
            assert rule(name).outcome == "refuse"


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("condition_words", "means"),
        ("combined_rules", "rule"),
        ("drug_classes", "rule"),
        ("drug_members", "rule"),
        ("known_drugs", "rule"),
        ("gates", "rule"),
    ],
)
def test_every_table_names_rules_that_exist(table: str, column: str) -> None:
    for row in rows(table):
        if row[column] and not row[column].startswith(("sign:", "marker:")):
            assert row[column] in rulebook(), row


def test_every_row_of_conditions_and_signs_can_be_reached() -> None:
    reached = {row["means"] for row in rows("condition_words")}
    reached |= {row["rule"] for table in ("combined_rules", "gates") for row in rows(table)}
    by_a_check = {
        "contraindications:kidney_function_unknown_with_a_risk_marker",
        "contraindications:second_magnesium_source_antacid_laxative_multivitamin",
        "redflags:laboratory_value_given_without_a_unit",
        "redflags:urge_to_move_the_legs_worse_at_rest_and_in_the_evening_eased_by_moving",
    }
    # 1,000 mg of oxide hold more magnesium than any limit allows: the dose rule speaks first.
    by_the_limit = {"contraindications:magnesium_oxide_as_laxative"}
    wanted = {name for name in rulebook() if name.startswith(("contraindications:", "redflags:"))}
    assert wanted - reached == by_a_check | by_the_limit


def test_every_sign_that_is_combined_can_be_said() -> None:
    said = {row["means"] for row in rows("condition_words")}
    groups = {f"group:{row['group']}" for row in rows("known_drugs")}
    drugs = {f"drug:{name}" for name in rulebook() if name.startswith("interactions:")}
    for row in rows("combined_rules"):
        signs = set(row["of"].split(";"))
        assert len(signs) >= int(row["at_least"])
        assert signs <= said | groups | drugs | {"age:65", "age:under_4", "menopause:post"}, row


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("condition_words", "words"),
        ("condition_words", "unless"),
        ("benign_conditions", "words"),
        ("labs", "words"),
        ("drug_classes", "words"),
        ("frequencies", "words"),
        ("other_sources", "words"),
    ],
)
def test_every_pattern_compiles(table: str, column: str) -> None:
    for row in rows(table):
        re.compile(row[column])


def test_members_of_a_class_share_its_atc_prefix() -> None:
    prefixes = {
        f"interactions:{re.sub('[^a-z0-9]+', '_', row['drug_or_class'].lower()).strip('_')}": row[
            "atc_prefixes"
        ]
        for row in records("safety", "interactions")
    }
    for row in rows("drug_members"):
        assert row["atc"].startswith(tuple(prefixes[row["rule"]].split(";"))), row


def test_a_brand_stands_for_its_generic() -> None:
    for brand, generic in (
        ("synthroid", "levothyroxine"),
        ("fosamax", "alendronate"),
        ("isentress", "raltegravir"),
    ):
        assert lexicon()[brand].rules == lexicon()[generic].rules != frozenset()


def test_no_two_different_medicines_are_alike_enough_to_be_mistaken() -> None:
    names = [name for name in lexicon() if name.isalpha()]
    for name in names:
        for near in like(name):
            assert lexicon()[near].rules == lexicon()[name].rules, (name, near)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("omeprazol", "omeprazole"),
        ("ciprofloxicin", "ciprofloxacin"),
        ("synthriod", "synthroid"),
        ("hydroclorothiazide", "hydrochlorothiazide"),
        ("furosamide", "furosemide"),
        ("raltegrivir", "raltegravir"),
    ],
)
def test_misspellings_are_read(written: str, meant: str) -> None:
    assert like(written)[0] == meant


@pytest.mark.parametrize(
    "word", ["omadacycline", "velpatasvir", "calcitriol", "roxadustat", "levodopa", "zorblax"]
)
def test_medicines_that_the_tables_miss_stay_unknown(word: str) -> None:
    assert word not in lexicon()
    assert like(word) == ()


def test_a_rule_without_a_row_is_an_error_that_says_what_works() -> None:
    with pytest.raises(InputError, match="contraindications:severe_kidney_impairment"):
        rule("no such rule")
    assert rule("contraindications:severe_kidney_impairment").rows[0]["action"] == "do_not_use"


def test_dosing_rows_have_names_of_their_own() -> None:
    named = [name for name in rulebook() if name.startswith("dosing:")]
    limits = [row for row in records("safety", "dosing") if row["ul_supplement_mg"] is not None]
    assert len(limits) <= len(named)
