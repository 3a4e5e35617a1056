"""Medicines in plain words, their routes and times, and the slots that are left for magnesium."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnesim.people import Person
from magnesim.safety import Decision, decide
from magnesim.safety.drugs import clock_times, read_drugs
from magnesim.safety.slots import Gap, choose, free_times
from magnesim.safety.words import months_said, normalised


def with_drugs(drugs: str, mg: float = 200.0, **said: object) -> Decision:
    person = Person(age=45, sex="female", egfr=95, drugs=drugs, region=said.pop("region", "US"))  # type: ignore[arg-type]
    return decide(person, mg, **{"compound": None, **said})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("drugs", "expected"),
    [
        ("raltegravir 400 mg twice a day", "refuse"),
        ("Isentress", "refuse"),
        ("Xofluza", "refuse"),
        ("Kayexalate", "refuse"),
        ("dolutegravir 50 mg", "allow_with_separation"),
        ("Juluca", "clinician_first"),
        ("furosemide 40 mg", "clinician_first"),
        ("Aldactone", "clinician_first"),
        ("digoxin", "clinician_first"),
        ("tacrolimus, mycophenolate", "clinician_first"),
        ("cisplatin", "clinician_first"),
        ("water pill, name unknown", "clinician_first"),
        ("an antibiotic", "clinician_first"),
        ("omeprazole for 3 years", "clinician_first"),
        ("omeprazole", "clinician_first"),
        ("omeprazole for 4 weeks", "allow"),
        ("hydrochlorothiazide 12.5 mg", "allow"),
        ("amlodipine 5 mg", "allow"),
        ("amoxicillin", "allow"),
        ("sertraline 50 mg in the morning", "allow"),
        ("pregabalin", "allow"),
        ("gabapentin 300 mg three times a day", "allow_with_separation"),
        ("iron tablets", "allow_with_separation"),
        ("levothyroxin 75 mcg", "allow_with_separation"),
        ("T4 50 ug", "allow_with_separation"),
        ("Alendronic acid every Sunday", "allow_with_separation"),
        ("milk of magnesia daily", "clinician_first"),
        ("senna every night", "clinician_first"),
        ("vitamin D3 1000 IU; fish oil", "allow"),
        ("No medication", "allow"),
        ("a blood thinner", "allow"),
        ("methotrexate 15 mg weekly", "clinician_first"),
        ("tetracycline 250 mg four times a day", "clinician_first"),
        ("HRT patches", "allow"),
    ],
)
def test_medicines_in_plain_words(drugs: str, expected: str) -> None:
    assert with_drugs(drugs).decision == expected


@pytest.mark.parametrize(
    ("drugs", "expected"),
    [
        ("zoledronic acid infusion once a year", "allow"),
        ("ibandronate injection every 3 months", "allow"),
        ("ibandronate 150 mg monthly", "allow_with_separation"),
        ("cabotegravir injection", "allow"),
        ("cabotegravir tablets", "allow_with_separation"),
        ("gentamicin injections in hospital", "clinician_first"),
        ("tobramycin eye drops", "allow"),
        ("cabotegravir tablets, iv zoledronate", "allow_with_separation"),
        ("iv doxycycline", "allow"),
        ("Cabenuva", "allow"),
    ],
)
def test_the_route_decides_which_rows_hold(drugs: str, expected: str) -> None:
    assert with_drugs(drugs).decision == expected


def test_twice_daily_doxycycline_leaves_only_noon() -> None:
    found = with_drugs("doxycycline 100 mg 08:00 and 20:00 for 7 days", times=("21:00",))
    assert found.decision == "allow_with_separation"
    assert [portion.time for portion in found.schedule] == ["14:00"]
    assert free_times([Gap("doxycycline", 4, 6, (8, 20))]) == [12, 12.5, 13, 13.5, 14]


def test_a_time_asked_for_that_keeps_the_gaps_is_kept() -> None:
    found = with_drugs("levothyroxine 75 mcg at 7:00", times=("21:15",))
    assert [portion.time for portion in found.schedule] == ["21:15"]


def test_no_slot_is_not_allowed() -> None:
    found = with_drugs("moxifloxacin 400 mg 08:00; doxycycline 100 mg 02:00 and 14:00; levothyroxine 20:00")
    assert found.decision == "clinician_first"
    assert "own:no_slot" in {reason.rule for reason in found.reasons}


def test_times_not_known_are_asked_for_and_the_gap_is_told() -> None:
    found = with_drugs("levothyroxine 75 mcg daily")
    assert [portion.time for portion in found.schedule] == [None]
    assert "4 h or more after levothyroxine and 4 h or more before it" in found.schedule[0].take
    assert found.questions == ("At what clock times do you take levothyroxine?",)


def test_europe_takes_two_portions() -> None:
    found = with_drugs("none", region="EU")
    assert [portion.elemental_mg for portion in found.schedule] == [100.0, 100.0]


def test_what_a_name_was_read_as_is_shown_back() -> None:
    found = with_drugs("synthriod")
    assert any("synthriod (read as levothyroxine)" in reason.because for reason in found.reasons)
    assert 'Is "synthriod" levothyroxine?' in found.questions


def test_a_near_miss_is_asked_and_not_assumed() -> None:
    found = with_drugs("warferin")
    assert found.decision == "clinician_first"
    assert any("Is it warfarin?" in question for question in found.questions)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("08:00 and 20:00", (8, 20)),
        ("8 am and 8pm", (8, 20)),
        ("12 am", (0,)),
        ("12 pm", (12,)),
        ("at noon", (12,)),
        ("7:30", (7.5,)),
        ("100 mg", ()),
        ("25:00", ()),
    ],
)
def test_clock_times_are_read(text: str, times: tuple[float, ...]) -> None:
    assert clock_times(text) == times


def test_times_belong_to_their_medicine() -> None:
    (one, other) = read_drugs(normalised("levothyroxine 07:00, ferrous sulfate 12:00 and 18:00"))
    assert (one.times_h, other.times_h) == ((7,), (12, 18))


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("for 3 years", 36),
        ("6 weeks", 42 / 365 * 12),
        ("half a year", 6),
        ("a month", 1),
        ("10 mg", None),
        ("long term", 24),
    ],
)
def test_durations_are_read(text: str, months: float | None) -> None:
    assert months_said(text) == (None if months is None else pytest.approx(months))


gaps = st.lists(
    st.builds(
        Gap,
        drug=st.just("drug"),
        before_h=st.integers(1, 8).map(float),
        after_h=st.integers(1, 8).map(float),
        times_h=st.lists(st.integers(0, 47).map(lambda half: half / 2), min_size=1, max_size=3).map(tuple),
    ),
    max_size=4,
)


@given(gaps=gaps, wanted=st.lists(st.integers(0, 23).map(float), min_size=1, max_size=3, unique=True))
@settings(max_examples=200, deadline=None)
def test_every_slot_chosen_keeps_every_gap_around_the_clock(gaps: list[Gap], wanted: list[float]) -> None:
    chosen = choose(gaps, tuple(wanted))
    if chosen is None:
        assert len(free_times(gaps)) < len(wanted)
        return
    assert len(set(chosen)) == len(wanted)
    for time in chosen:
        for gap in gaps:
            for at in gap.times_h:
                since = min((time + turn - at for turn in (0, 24) if time + turn >= at), default=24)
                until = min((at + turn - time for turn in (0, 24) if at + turn >= time), default=24)
                assert since >= gap.before_h
                assert until >= gap.after_h


@given(gaps=gaps, more=gaps)
@settings(max_examples=100, deadline=None)
def test_more_gaps_never_free_a_slot(gaps: list[Gap], more: list[Gap]) -> None:
    assert set(free_times([*gaps, *more])) <= set(free_times(gaps))


@pytest.mark.parametrize(
    ("text", "times", "per_day"),
    [
        ("tetracycline 500 mg at 6, 12, 18 and 24", (0.0, 6.0, 12.0, 18.0), 4),
        ("tetracycline at 6 and 12", (), 2),
        ("tetracycline every morning at 8", (8.0,), 1),
        ("tetracycline at night at 10", (22.0,), 1),
        ("tetracycline at 8", (), 1),
        ("tetracycline at 20 mg", (), None),
    ],
)
def test_bare_hours_count_and_stand_on_the_clock_only_where_that_is_clear(
    text: str, times: tuple[float, ...], per_day: int | None
) -> None:
    drug = read_drugs(text)[0]
    assert (drug.times_h, drug.per_day) == (times, per_day)


def test_four_doses_around_the_clock_leave_no_slot() -> None:
    assert with_drugs("tetracycline 500 mg at 6, 12, 18 and 24").decision == "clinician_first"


def test_hours_behind_joined_medicines_are_those_of_all_and_a_route_is_not() -> None:
    for drug in read_drugs("isoniazid and rifampicin (rifinah) 06:30".replace("(", "").replace(")", "")):
        assert drug.times_h == (6.5,)
    first, second = read_drugs("alendronate and zoledronic acid infusion")
    assert (first.route, second.route) == ("oral", "parenteral")


def test_the_name_of_a_product_speaks_of_no_illness() -> None:
    assert with_drugs("baby aspirin 81 mg").decision == "allow"
    assert with_drugs("allergic to milk of magnesia").decision == "refuse"


def test_what_is_put_in_the_eye_meets_nothing() -> None:
    assert with_drugs("tetracycline eye ointment").decision == "allow"
    assert with_drugs("tetracycline").decision == "allow_with_separation"


@given(st.floats(0, 23.5), st.floats(0, 12), st.floats(0, 12))
def test_the_hours_said_are_those_that_keep_the_gap(at: float, before: float, after: float) -> None:
    gap = Gap("x", before, after, (at,))
    for start, end in gap.windows:
        middle = (start + ((end - start) % 24) / 2) % 24
        assert before + after == 0 or gap.allows(middle) or (end - start) % 24 < 1e-6


@pytest.mark.parametrize(
    ("drugs", "expected"),
    [
        ("paracetamol, tablets from the dentist", "clinician_first"),
        ("paracetamol and tablets from the dentist", "clinician_first"),
        ("paracetamol, something for my nerves", "clinician_first"),
        ("amoxicillin tablets from the dentist", "allow"),
        ("paracetamol, one tablet a day", "allow"),
        ("paracetamol, one capsule for 8 weeks", "allow"),
    ],
)
def test_a_product_without_a_name_is_asked_for(drugs: str, expected: str) -> None:
    assert with_drugs(drugs).decision == expected
