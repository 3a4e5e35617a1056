"""Plans: what must come out of a case, what may never come out, and what a person is given."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from magnesim.effects import goal_named
from magnesim.errors import InputError
from magnesim.exposure import outline, outlines
from magnesim.intake import Regimen, read_day, regimen_from
from magnesim.people import Person
from magnesim.plan import plan, plan_batch
from magnesim.plan.batch import COLUMNS, decided
from magnesim.plan.calendar import calendar_of
from magnesim.plan.options import stools_are_known
from magnesim.report.banner import banner
from magnesim.report.plan_page import plan_page
from magnesim.report.plan_words import (
    body_line,
    expect_lines,
    food_line,
    judge_line,
    next_line,
    option_words,
    salt_lines,
    stool_line,
)
from magnesim.safety import decide

CASES = Path(__file__).parents[2] / "shared" / "safety" / "cases_dev.csv"
SECOND_READER = Path(__file__).parent / "data" / "safety_cases_second_reader.csv"
"""Eighty cases that a pharmacist wrote and judged without knowing the rules' code."""
ALLOWING = ("allow", "allow_with_separation")
HEALTHY = {
    "case_id": "a",
    "region": "US",
    "age": "50",
    "sex": "F",
    "life_stage": "adult",
    "egfr": "95",
    "drugs": "none",
    "conditions": "none",
    "goal": "sleep",
    "asked_dose": "200 mg elemental a day",
}
KEYS = {
    "schema_version", "case_id", "decision", "cap_mg_per_day", "elemental_mg_per_day", "reasons", "schedule",
    "titration", "monitor", "stop_if", "questions",
}  # fmt: skip


def decision(**changed: str) -> str:
    return str(decided(HEALTHY | changed)["decision"])


def written(folder: Path, rows: list[dict[str, str]]) -> Path:
    path = folder / "cases.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def magnesim(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "magnesim.cli", *arguments], capture_output=True, text=True, check=False
    )


# --- many cases --------------------------------------------------------------------------------------------


@pytest.mark.skipif(not CASES.is_file(), reason="the cases are not beside the repository")
def test_the_development_cases_come_out_as_they_must():
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = {row["case_id"]: row for row in csv.DictReader(file)}
    found = plan_batch(CASES)
    assert [case["case_id"] for case in found] == list(rows)
    wrong = [
        case["case_id"] for case in found if case["decision"] != rows[case["case_id"]]["expected_decision"]
    ]
    assert not wrong


def test_the_cases_of_a_second_reader_come_out_as_they_must():
    with SECOND_READER.open(encoding="utf-8", newline="") as file:
        expected = {row["case_id"]: row["expected_decision"] for row in csv.DictReader(file)}
    found = {case["case_id"]: case["decision"] for case in plan_batch(SECOND_READER)}
    assert found == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "allow"),
        ({"egfr": "29"}, "refuse"),
        ({"egfr": "45"}, "clinician_first"),
        ({"age": "70", "egfr": ""}, "clinician_first"),
        ({"life_stage": "pregnant 20 weeks"}, "clinician_first"),
        ({"life_stage": "breastfeeding", "drugs": "doxycycline 100 mg 08:00"}, "allow_with_separation"),
        ({"drugs": "levothyroxine 07:00"}, "allow_with_separation"),
        ({"drugs": "LEVOTHYROXIN 07:00"}, "allow_with_separation"),
        ({"asked_dose": "500 mg elemental a day"}, "clinician_first"),
        ({"region": "EU", "asked_dose": "300 mg elemental a day"}, "clinician_first"),
        ({"region": "FR", "asked_dose": "300 mg elemental a day"}, "clinician_first"),
        ({"asked_dose": "magnesium citrate 2 g"}, "allow"),
        ({"asked_dose": "some"}, "clinician_first"),
        ({"asked_dose": ""}, "clinician_first"),
        ({"conditions": "serum magnesium 1.9"}, "clinician_first"),
        ({"conditions": "serum magnesium 1.9 mg/dL"}, "allow"),
    ],
)
def test_cases_by_hand(changed: dict[str, str], expected: str):
    assert decision(**changed) == expected


@pytest.mark.parametrize("column", ["age", "egfr", "sex", "region", "asked_dose"])
@pytest.mark.parametrize("cell", ["banana 7", "-5", "1e9", "nan", "inf", "½"])
def test_a_cell_that_cannot_be_read_is_asked_for_and_never_allowed(column: str, cell: str):
    if column == "region" and cell.isalpha():
        return  # a country without limits of its own in the tables counts as the default
    found = decided(HEALTHY | {column: cell})
    assert found["decision"] not in ALLOWING
    assert found["questions"]
    assert not found["schedule"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=40), min_size=1))
def test_no_text_in_any_cell_is_a_fault_or_loses_a_key(cells: dict[str, str]):
    found = decided(HEALTHY | cells)
    assert set(found) == KEYS
    assert found["decision"] in (*ALLOWING, "clinician_first", "refuse")
    json.dumps(found, allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["egfr 20", "myasthenia gravis", "heart block", "pregnant"]), st.text(max_size=30))
def test_a_danger_is_not_talked_away_by_what_stands_beside_it(danger: str, text: str):
    quiet = "".join(letter for letter in text if letter.isalpha() or letter == " ")
    if re.search(r"\b(no|not|without|never|denies|free|kein|sin)\b", quiet, re.I):
        return
    assert decision(conditions=f"{quiet}; {danger}") not in ALLOWING


def test_the_order_of_rows_and_columns_does_not_matter(tmp_path: Path):
    rows = [HEALTHY | {"case_id": str(i), "egfr": str(20 + 15 * i)} for i in range(5)]
    turned = [{name: row[name] for name in reversed(COLUMNS)} for row in reversed(rows)]
    (tmp_path / "b").mkdir()
    one, other = plan_batch(written(tmp_path, rows)), plan_batch(written(tmp_path / "b", turned))
    assert one == list(reversed(other))


def test_a_row_of_another_length_than_the_header_is_asked_about(tmp_path: Path):
    path = written(tmp_path, [HEALTHY])
    path.write_text(
        path.read_text() + "b,US,50,F\r\nc,US,50,F,adult,95,none,none,sleep,200 mg elemental,x\r\n"
    )
    fine, short, long = plan_batch(path)
    assert fine["decision"] == "allow"
    assert short["decision"] not in ALLOWING
    assert long["decision"] not in ALLOWING


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"case_id,age\n1,2\n"])
def test_what_is_no_table_of_cases_is_refused_in_one_line(tmp_path: Path, content: bytes):
    path = tmp_path / "cases.csv"
    path.write_bytes(content)
    with pytest.raises(InputError):
        plan_batch(path)
    told = magnesim("plan", "--batch", str(path), "--json")
    assert (told.returncode, told.stdout) == (2, "")
    assert len(told.stderr.splitlines()) == 1


def test_the_command_prints_an_array_and_a_line_a_case(tmp_path: Path):
    path = written(tmp_path, [HEALTHY, HEALTHY | {"case_id": "b", "egfr": "20"}])
    told = magnesim("plan", "--batch", str(path), "--json")
    assert told.returncode == 0
    assert [case["decision"] for case in json.loads(told.stdout)] == ["allow", "refuse"]
    assert magnesim("plan", "--batch", str(path)).stdout.splitlines()[1].startswith("b: refuse")


# --- one plan ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def allowed() -> Any:
    person = Person(age=62, sex="female", egfr=80, drugs="levothyroxine 07:00")
    return plan(person, regimen_from("citrate", 300, None), goal_named("sleep"))


def test_the_object_has_the_keys_of_the_contract(allowed: Any):
    content = allowed.to_json()
    assert set(content) >= KEYS
    assert content["decision"] == "allow_with_separation"
    json.dumps(content, allow_nan=False)


def test_every_portion_keeps_every_gap(allowed: Any):
    for intake in allowed.decision.schedule:
        hour = int(intake.time[:2]) + int(intake.time[3:]) / 60
        assert (hour - 7.0) % 24 >= 4
        assert (7.0 - hour) % 24 >= 4
    assert sum(intake.elemental_mg for intake in allowed.decision.schedule) == pytest.approx(300)


def test_one_begins_low_and_ends_at_what_was_asked(allowed: Any):
    amounts = [step.elemental_mg_per_day for step in allowed.steps]
    assert amounts == sorted(amounts)
    assert amounts[0] <= 150
    assert amounts[-1] == 300


def test_parting_a_dose_takes_up_more_and_loosens_less(allowed: Any):
    once, twice, thrice = allowed.options
    assert once.taken_up_mg < twice.taken_up_mg < thrice.taken_up_mg
    assert once.loose_stool > twice.loose_stool >= thrice.loose_stool >= once.background
    assert sum(one.chosen for one in allowed.options) == 1


@pytest.mark.parametrize(
    ("person", "mg"),
    [
        (Person(age=62, sex="female", egfr=20), 200),
        (Person(age=62, sex="female", egfr=80), 500),
        (Person(age=62, sex="female", egfr=80, drugs="xyzzy"), 200),
        (Person(age=10, sex="female", egfr=100), 200),
    ],
)
def test_without_an_allowing_decision_nothing_is_planned(person: Person, mg: float):
    found = plan(person, regimen_from("citrate", mg, None), goal_named("sleep"))
    content = found.to_json()
    assert not found.allowed
    assert not (content["schedule"] or content["steps"] or content["options"] or content["effects"])
    with pytest.raises(InputError):
        calendar_of(found, "2026-12-01")
    assert "Begin low" not in plan_page(found)


def test_above_the_limit_only_what_the_limit_leaves_is_shown():
    found = plan(
        Person(age=45, sex="male", egfr=95), regimen_from("citrate", 500, None), goal_named("cramps")
    )
    assert found.within_limit is not None
    assert found.within_limit.elemental_mg_per_day["total"] <= found.decision.cap_mg_per_day
    with_antacid = plan(
        Person(age=45, sex="male", egfr=95, drugs="multivitamin with 100 mg magnesium"),
        regimen_from("citrate", 500, None),
        goal_named("cramps"),
    )
    if with_antacid.within_limit:
        assert with_antacid.within_limit.elemental_mg_per_day["total"] <= with_antacid.decision.cap_mg_per_day


def test_other_salts_stand_beside_the_asked_one_at_its_times(allowed: Any):
    beside = {name: one for one in allowed.salts for name in one.compounds}
    assert "citrate" not in beside
    assert {one.times for one in allowed.salts} == {allowed.best.times}
    assert beside["oxide"].taken_up_mg < allowed.best.taken_up_mg
    assert beside["oxide"].loose_stool < allowed.best.loose_stool
    for name, one in beside.items():
        assert (one.loose_stool is None) == (not stools_are_known(name))
    assert beside["glycinate"].loose_stool is None
    assert "glycinate: about" in " ".join(salt_lines(allowed)).lower()
    assert "not known" in " ".join(salt_lines(allowed))


def test_a_salt_without_stool_data_gets_no_figure_of_its_own():
    found = plan(
        Person(age=40, sex="male", egfr=95), regimen_from("glycinate", 200, None), goal_named("sleep")
    )
    assert all(one.loose_stool is None for one in found.options)
    assert "not known" in stool_line(found)


def test_many_regimens_at_once_give_what_each_gives_alone():
    person = Person(age=50, sex="female", egfr=90, serum_mg_mmol_l=0.78, drugs="omeprazole")
    regimens = [
        Regimen("citrate", 300, ("08:00",), 4),
        Regimen("oxide", 300, ("08:00", "13:00", "20:00"), 4),
        Regimen("sulfate", 200, ("18:30",), 4),
    ]
    for one, regimen in zip(outlines(person, regimens), regimens, strict=True):
        alone = outline(person, regimen)
        assert one.change.absorbed_mmol_d == pytest.approx(alone.change.absorbed_mmol_d, abs=1e-5)
        assert one.end.serum_mmol_l == pytest.approx(alone.end.serum_mmol_l, abs=1e-6)


def test_the_weeks_of_a_plan_are_those_of_the_trials_and_of_the_body(allowed: Any):
    weeks = allowed.by_week
    assert weeks.body[-1].week == weeks.look_back_week == allowed.judge_after_weeks
    stores = [week.stores[0] for week in weeks.body]
    assert stores == sorted(stores)
    for week in weeks.body:
        for middle, low, high in (week.serum, week.urine, week.stores):
            assert low <= middle <= high
    for one in weeks.outcomes:
        assert one.measured.median <= weeks.look_back_week
        assert one.measured.words in " ".join(expect_lines(allowed))
    assert allowed.to_json()["by_week"]["outcomes"][0]["measured_weeks"][0] > 0


def test_an_own_day_moves_the_times_and_what_is_not_said_is_assumed(allowed: Any):
    assert {"meals", "sleep"} <= {item["name"] for item in allowed.to_json()["assumed"]}
    person = Person(age=50, sex="male", egfr=90, region="EU", drugs="levothyroxine with breakfast")
    day = read_day("17:00 22:00 03:00", "08:00-16:00")
    found = plan(person, regimen_from("citrate", 200, None), goal_named("sleep"), day=day)
    content = found.to_json()
    assert set(content["day"]["meals"]) == {"17:00", "22:00", "03:00"}
    assert content["day"]["sleep"] == ["08:00", "16:00"]
    assert not {"meals", "sleep"} & {item["name"] for item in content["assumed"]}
    assert found.allowed
    for intake in found.decision.schedule:
        hour = int(intake.time[:2]) + int(intake.time[3:]) / 60
        assert day.is_awake(hour)
        assert (hour - 17.0) % 24 >= 4
        assert (17.0 - hour) % 24 >= 4


@pytest.mark.parametrize(
    ("person", "kind", "title"),
    [
        (Person(age=62, sex="female", egfr=20), "stop", "Do not take this"),
        (Person(age=70, sex="male", drugs="ramipril"), "ask", "Ask a clinician first"),
        (
            Person(age=62, sex="female", egfr=80, drugs="levothyroxine 07:00"),
            "times",
            "Take magnesium at 20:00 only",
        ),
        (Person(age=62, sex="female", egfr=80), "none", "Nothing here speaks against it"),
    ],
)
def test_one_banner_for_stop_one_for_ask_and_clock_times_for_a_gap(person: Person, kind: str, title: str):
    said = banner(decide(person, 200, "citrate", ("20:00",), "sleep"))
    assert (said.kind, said.title) == (kind, title)
    assert set(said.first) | set(said.more) == set(said.lines)
    assert not any(
        line.text.startswith(("Ask your doctor", "Not suitable", "Keep a gap")) for line in said.lines
    )
    if kind == "ask":
        assert said.first[0].is_question


def test_the_calendar_holds_every_portion_until_the_day_of_judging(allowed: Any):
    from icalendar import Calendar

    text = calendar_of(allowed, "2026-12-01")
    events = [part for part in Calendar.from_ical(text).walk("VEVENT") if "RRULE" in part]
    days = sum(part["RRULE"]["COUNT"][0] for part in events)
    assert days == 2 * 7 * allowed.judge_after_weeks
    assert calendar_of(allowed, "2026-12-01") == text
    with pytest.raises(InputError, match="YYYY-MM-DD"):
        calendar_of(allowed, "tomorrow")


def test_the_page_says_what_the_plan_says_and_carries_no_script(allowed: Any):
    page = plan_page(allowed)
    for intake in allowed.decision.schedule:
        assert intake.time in page
    assert "<script" not in page
    hostile = plan(
        Person(age=62, sex="female", egfr=80, drugs="<script>alert(1)</script>"),
        regimen_from("citrate", 300, None),
        goal_named("sleep"),
    )
    assert "<script" not in plan_page(hostile)


def test_the_words_of_a_plan_read_like_a_patient_leaflet(allowed: Any):
    """Flesch-Kincaid grade of a leaflet: what a pupil of 14 reads; names of drugs and scales are left out."""
    import textstat

    lines = [stool_line(allowed), option_words(allowed), food_line(allowed), judge_line(allowed)]
    lines += [body_line(allowed), next_line(allowed), *allowed.decision.titration]
    assert textstat.flesch_kincaid_grade(" ".join(lines)) <= 8


def test_the_command_writes_a_plan_a_page_and_a_calendar(tmp_path: Path):
    page, calendar = tmp_path / "plan.html", tmp_path / "plan.ics"
    asked = ["--goal", "sleep", "--form", "citrate", "--dose-mg", "200", "--age", "40", "--sex", "female"]
    told = magnesim(
        "plan",
        *asked,
        "--egfr",
        "95",
        "--out",
        str(page),
        "--calendar",
        str(calendar),
        "--start",
        "2026-12-01",
    )
    assert told.returncode == 0, told.stderr
    assert max(map(len, told.stdout.splitlines())) <= 88
    assert page.exists()
    assert calendar.read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert magnesim("plan", *asked, "--egfr", "20").returncode == 1
    late = magnesim("plan", *asked, "--egfr", "95", "--sleep", "late")
    assert (late.returncode, late.stdout, len(late.stderr.splitlines())) == (2, "", 1)
    wrong = magnesim("plan", "--form", "citrate")
    assert (wrong.returncode, wrong.stdout) == (2, "")


def test_made_up_people_keep_every_law_of_safety():
    """The same count over 100,000 profiles is `benchmarks/safety_profiles.py`."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
    import safety_profiles

    seen = safety_profiles.run(1500, 7)
    assert seen.broken == 0, seen
    assert min(seen.decisions.get(decision, 0) for decision in safety_profiles.STRICTNESS) > 20
