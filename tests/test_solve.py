"""The compiled engine against the plain equations and SciPy, and the laws that every run keeps."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnesim.body.entry import enters
from magnesim.body.parameters import between_person_draws, typical, uncertainty_draws
from magnesim.errors import InputError
from magnesim.solve import engine
from magnesim.solve.reference import reference_run
from magnesim.solve.steady import periodic_state

MEALS = ((7.5, 0.25), (12.5, 0.35), (18.5, 0.40))


def day(
    diet_mmol: float, doses: dict[float, float] | None = None, compound: str = "citrate", people: int = 1
):
    """A day with three meals and doses at clock hours, mmol."""
    entries = [(hour, enters("food", diet_mmol * share, True)) for hour, share in MEALS]
    entries += [(hour, enters(compound, mmol, False)) for hour, mmol in (doses or {}).items()]
    return engine.Schedule.of(entries, people)


def inside_and_outside(amounts: np.ndarray) -> np.ndarray:
    """Everything that holds magnesium, mmol; counters left out."""
    places = [
        i
        for i, name in enumerate(engine.equations().STATES)
        if name not in ("absorbed", "secreted", "serum_hours")
    ]
    return amounts[..., places, :].sum(axis=-2)


def serum_of(run: engine.Run, parameters: np.ndarray) -> np.ndarray:
    volume = parameters[engine.equations().PARAMETERS.index("extracellular_volume")]
    return run.daily[:, engine.state_index("extracellular")] / volume


def test_the_kernel_is_the_plain_right_hand_side_at_random_states():
    equations = engine.equations()
    people = equations.LANES
    generator = np.random.default_rng(4)
    parameters = engine.parameter_array(typical(), uncertainty_draws(people, 2), people)
    y = engine.at_reference(parameters) * generator.uniform(0.2, 3, (len(equations.STATES), people))
    y[:8] = generator.uniform(0, 20, (8, people))
    clock, span = generator.uniform(6, 30, people), generator.uniform(0.1, 6, people)
    constants = np.stack([np.broadcast_to(row, people) for row in equations.constants(parameters)])
    out = np.empty(y.size)
    equations.rates(clock, y.ravel(), constants.ravel(), span, out)
    rows = equations.reference_rates(clock, y, parameters)
    plain = np.array([np.broadcast_to(row, people) for row in rows]) * span
    scale = np.abs(plain).max(axis=0)
    assert np.max(np.abs(out.reshape(plain.shape) - plain) / scale) < 1e-12


def test_a_week_equals_scipy_at_tight_tolerance():
    parameters = engine.parameter_array(typical())
    schedule = day(10, {8.0: 6.0, 20.0: 6.0})
    start = engine.at_reference(parameters)
    ours = engine.run(start, parameters, schedule, 7, relative_tolerance=1e-10).daily[:, :, 0]
    theirs = reference_run(start[:, 0], parameters[:, 0], schedule, 7)
    assert np.max(np.abs(ours - theirs) / (np.abs(theirs) + 1e-3)) < 1e-7


def test_the_default_tolerance_is_far_below_any_assay():
    parameters = engine.parameter_array(typical())
    schedule = day(10, {8.0: 6.0, 20.0: 6.0})
    start = engine.at_reference(parameters)
    default = engine.run(start, parameters, schedule, 14).daily
    tight = engine.run(start, parameters, schedule, 14, relative_tolerance=1e-11).daily
    assert np.max(np.abs(default - tight) / (np.abs(tight) + 1e-3)) < 1e-5


@settings(max_examples=25)
@given(
    st.floats(0, 60),
    st.dictionaries(st.floats(0, 23.99), st.floats(0, 80), max_size=4),
    st.sampled_from(["citrate", "oxide", "sulfate"]),
)
def test_what_enters_is_inside_or_left(diet: float, doses: dict[float, float], compound: str):
    parameters = engine.parameter_array(typical())
    schedule = day(diet, doses, compound)
    run = engine.run(engine.at_reference(parameters), parameters, schedule, 5, relative_tolerance=1e-5)
    total = inside_and_outside(run.daily)[:, 0]
    entered = schedule.daily_mmol[0] * np.arange(6)
    assert np.max(np.abs(total - total[0] - entered)) < 1e-9 * max(1.0, total[0])


@settings(max_examples=15)
@given(st.floats(4, 40), st.floats(1.0, 9.0))
def test_the_periodic_state_repeats_itself(diet: float, gfr: float):
    parameters = engine.parameter_array(typical() | {"gfr": gfr})
    schedule = day(diet)
    state = periodic_state(parameters, schedule)
    inside = len(engine.equations().INSIDE)
    later = engine.run(
        state, parameters, schedule, 1, relative_tolerance=1e-11, absolute_tolerance=1e-11
    ).daily[-1]
    assert np.max(np.abs(later - state)[:inside] / (state[:inside] + 1e-3)) < 1e-9


def test_there_is_no_drift_over_ten_thousand_days_at_the_steady_state():
    parameters = engine.parameter_array(typical())
    schedule = day(10)
    state = periodic_state(parameters, schedule)
    run = engine.run(
        state,
        parameters,
        schedule,
        10_000,
        relative_tolerance=1e-11,
        absolute_tolerance=1e-11,
        keep_daily=False,
    )
    inside = len(engine.equations().INSIDE)
    assert np.max(np.abs(run.daily[-1] - state)[:inside] / (state[:inside] + 1e-3)) < 1e-9


def test_many_people_settle_each_in_their_own_state():
    people = 40
    parameters = engine.parameter_array(typical(), between_person_draws(people, 7), people)
    state = periodic_state(parameters, day(10, people=people), residual=1e-8)
    alone = [periodic_state(parameters[:, [person]], day(10), residual=1e-8)[:, 0] for person in (0, 17, 39)]
    for person, own in zip((0, 17, 39), alone, strict=True):
        assert np.max(np.abs(state[:, person] - own) / (own + 1e-3)) < 1e-4


@pytest.mark.parametrize("people", [1, 15, 16, 17])
def test_any_number_of_people_gives_the_same_first_group(people: int):
    parameters = engine.parameter_array(typical(), between_person_draws(17, 3), 17)
    start = engine.at_reference(parameters)
    every = engine.run(start, parameters, day(10, people=17), 3).daily
    some = engine.run(start[:, :people], parameters[:, :people], day(10, people=people), 3).daily
    full_groups = people - people % engine.equations().LANES
    assert np.array_equal(every[:, :, :full_groups], some[:, :, :full_groups])
    assert np.allclose(every[:, :, :people], some, rtol=1e-6, atol=1e-9)


def test_threads_change_no_bit():
    import numba

    people = 50
    parameters = engine.parameter_array(typical(), between_person_draws(people, 9), people)
    start = engine.at_reference(parameters)
    kept = numba.get_num_threads()
    try:
        runs = []
        for threads in range(1, kept + 1):
            numba.set_num_threads(threads)
            runs.append(engine.run(start, parameters, day(10, {8.0: 5.0}, people=people), 7).daily)
    finally:
        numba.set_num_threads(kept)
    assert all(np.array_equal(runs[0], run) for run in runs[1:])


def test_chunks_of_whole_groups_change_no_bit():
    lanes = engine.equations().LANES
    people = 5 * lanes
    parameters = engine.parameter_array(typical(), between_person_draws(people, 9), people)
    start = engine.at_reference(parameters)
    whole = engine.run(start, parameters, day(10, people=people), 7).daily
    for size in (lanes, 2 * lanes, 3 * lanes):
        for first in range(0, people, size):
            part = slice(first, min(first + size, people))
            width = part.stop - part.start
            chunk = engine.run(start[:, part], parameters[:, part], day(10, people=width), 7).daily
            assert np.array_equal(chunk, whole[:, :, part])


def test_people_may_have_clock_times_of_their_own():
    lanes = engine.equations().LANES
    parameters = engine.parameter_array(typical(), people=lanes)
    doses = [
        engine.Schedule.of([(6.5 + hour / 2, enters("citrate", 5.0, False))], 1) for hour in range(lanes)
    ]
    own = engine.Schedule(
        np.concatenate([one.time_h for one in doses], axis=1),
        np.concatenate([one.amount_mmol for one in doses], axis=2),
    )
    start = engine.at_reference(parameters)
    together = engine.run(start, parameters, own, 3, relative_tolerance=1e-9).daily
    for person in (0, 7, lanes - 1):
        alone = engine.run(
            start[:, [person]], parameters[:, [person]], doses[person], 3, relative_tolerance=1e-9
        )
        assert np.allclose(together[:, :, person], alone.daily[:, :, 0], rtol=1e-6, atol=1e-7)


def test_two_doses_at_one_time_are_one_dose():
    parameters = engine.parameter_array(typical())
    start = engine.at_reference(parameters)
    once = engine.Schedule.of([(8.0, enters("citrate", 10.0, False))], 1)
    twice = engine.Schedule.of([(8.0, enters("citrate", 5.0, False))] * 2, 1)
    runs = [engine.run(start, parameters, plan, 2).daily[-1] for plan in (once, twice)]
    assert np.allclose(*runs, rtol=1e-9, atol=1e-9)


def test_kidneys_that_excrete_nothing_have_no_steady_state():
    with pytest.raises(InputError, match="no steady state"):
        periodic_state(engine.parameter_array(typical() | {"gfr": 1e-6}), day(10))


def test_a_diet_without_magnesium_has_no_steady_state():
    with pytest.raises(InputError, match="no steady state"):
        periodic_state(engine.parameter_array(typical()), day(0.2))


def absorbed_of(doses: dict[float, float], compound: str = "citrate") -> float:
    """Uptake of a day's doses over a day without, mmol, gut empty at the start."""
    parameters = engine.parameter_array(typical() | {"dissolution_rate": 0.4})
    taken = []
    for given_doses in ({}, doses):
        entries = [(hour, enters(compound, mmol, False)) for hour, mmol in given_doses.items()]
        state = engine.run(
            engine.at_reference(parameters), parameters, engine.Schedule.of(entries, 1), 1
        ).daily[-1]
        rest = engine.run(state, parameters, engine.Schedule.of([], 1), 6).daily[-1]
        taken.append(rest[engine.state_index("absorbed"), 0])
    return float(taken[1] - taken[0])


@settings(max_examples=20)
@given(st.floats(0.2, 40), st.floats(1.05, 2))
def test_a_larger_dose_absorbs_more_but_a_smaller_share(dose: float, times: float):
    """Fractional absorption falls over the range of `fine1991a`."""
    small, large = absorbed_of({8.0: dose}), absorbed_of({8.0: dose * times})
    assert 0 < small < large < dose * times
    assert large / (dose * times) < small / dose


def test_splitting_a_dose_never_lowers_uptake():
    assert absorbed_of({8.0: 5.0, 14.0: 5.0, 20.0: 5.0}) > absorbed_of({8.0: 15.0})


def test_citrate_is_taken_up_more_than_oxide():
    """`kappeler2017`: 0.565 mmol (0.212-0.918) more citrate than oxide in 24-h urine."""
    assert absorbed_of({8.0: 12.0}) > absorbed_of({8.0: 12.0}, "oxide") > 0


def test_three_weeks_without_magnesium_bring_serum_near_what_was_seen():
    """`fatemi1991`, abstract: serum 0.80 to 0.61 mmol/L; urine at or below 1 mmol a day by day four."""
    parameters = engine.parameter_array(typical())
    start = periodic_state(parameters, day(10))
    run = engine.run(start, parameters, day(0.5), 21)
    serum = serum_of(run, parameters)[:, 0]
    urine = np.diff(run.daily[:, engine.state_index("urine"), 0])
    assert serum[-1] / serum[0] == pytest.approx(0.61 / 0.80, abs=0.05)
    assert urine[3] < 1.0


def test_a_usual_supplement_raises_serum_by_hundredths():
    """`zhang2016` (not used in any fit): serum +0.04 (0.02-0.06) mmol/L at 365 mg, 12 to 20 weeks."""
    parameters = engine.parameter_array(typical())
    start = periodic_state(parameters, day(10))
    run = engine.run(start, parameters, day(10, {8.0: 7.5, 20.0: 7.5}), 112)
    rise = serum_of(run, parameters)[[0, -1], 0]
    assert 0.01 < rise[1] - rise[0] < 0.06


def test_a_broken_parameter_is_an_error_and_never_a_result():
    parameters = engine.parameter_array(typical())
    parameters[engine.equations().PARAMETERS.index("extracellular_volume")] = np.nan
    with pytest.raises(FloatingPointError):
        engine.run(engine.at_reference(engine.parameter_array(typical())), parameters, day(10), 1)


def test_without_a_folder_to_keep_code_in_the_equations_are_still_prepared_only_once():
    program = (
        "from magnesim.solve.generate import module\n"
        "built = []\n"
        "first, second = (module(lambda: built.append(1)) for _ in range(2))\n"
        "assert first is second and built == [1], built\n"
    )
    subprocess.run(
        [sys.executable, "-c", program], check=True, env=os.environ | {"MAGNESIM_CACHE": "/dev/null/none"}
    )


def test_people_without_a_steady_state_beside_others_are_given_nan_and_leave_them_be():
    """One person that is lost on the cheap days must not shift the others."""
    people = 20
    parameters = engine.parameter_array(typical(), between_person_draws(people, 3), people)
    day = engine.Schedule.of([(8.0, enters("food", 10.0, True))], people)
    starved = np.ones(people)
    starved[[3, 11]] = 1e-3
    mixed = engine.Schedule(day.time_h, day.amount_mmol * starved)
    found = periodic_state(parameters, mixed, residual=1e-8, strict=False)
    assert np.isnan(found[:, [3, 11]]).all()
    others = np.flatnonzero(starved == 1)
    alone = periodic_state(parameters[:, others], day.only(others), residual=1e-8)
    inside = len(engine.equations().INSIDE)
    assert found[:inside, others] == pytest.approx(alone[:inside], rel=1e-6, abs=1e-7)
    nobody = engine.run(found[:, :0], parameters[:, :0], day.only(np.arange(0)), 2)
    assert nobody.daily.shape == (3, found.shape[0], 0)
