"""The models of effects: an exact posterior, honest comparison, and predictions that ship."""

from __future__ import annotations

import csv
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnesim.effects import models as em
from magnesim.errors import InputError
from magnesim.evidence import outcome, outcomes

effects = st.tuples(st.floats(-5, 5), st.floats(0.1, 5), st.floats(0.2, 3))


def trials(rows: list[tuple[float, float, float]]) -> list[em.Trial]:
    """Trials with an effect, an error and a dose over its reference."""
    return [em.Trial(f"t{i}", y, se, {em.CONSTANT: 1.0, "dose_mg_d": x}) for i, (y, se, x) in enumerate(rows)]


def test_without_trials_the_posterior_is_the_prior():
    found = em.fit_model([], em.CONSTANT, 2.0)
    mean, sd = found.moments(1.0, 0.0)
    tau2 = float(np.sum(found.weight * found.tau**2))
    assert mean == 0
    assert sd == pytest.approx(math.sqrt(4.0 + tau2), rel=1e-12)


@settings(max_examples=25)
@given(st.lists(effects, min_size=1, max_size=6))
def test_the_posterior_is_that_of_brute_integration(rows: list[tuple[float, float, float]]):
    """Slope and tau on a fine grid, by the density alone."""
    width = 2.0
    found = em.fit_model(trials(rows), "dose_mg_d", width)
    y, se, x = np.array(rows).T
    slope = np.linspace(-30, 30, 6001)
    log = (
        np.zeros((found.tau.size, slope.size))
        - 0.5 * (slope / width) ** 2
        - 0.5 * (found.tau[:, None] / width) ** 2
    )
    for one, error, at in zip(y, se, x, strict=True):
        variance = error**2 + found.tau[:, None] ** 2
        log = log - 0.5 * (one - slope * at) ** 2 / variance - 0.5 * np.log(variance)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    mean = float((weight * slope).sum())
    assert found.moments(1.0, 0.0)[0] == pytest.approx(mean, abs=2e-3)


@given(st.lists(effects, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_trials_does_not_matter(rows: list[tuple[float, float, float]], random):
    shuffled = trials(rows)
    random.shuffle(shuffled)
    one, other = (em.fit_model(part, em.CONSTANT, 1.0).moments(1.0, 0.5) for part in (trials(rows), shuffled))
    assert one == pytest.approx(other, rel=1e-9)


@given(st.floats(0.5, 5), st.floats(0.1, 2))
def test_few_trials_shrink_toward_nothing_and_many_do_not(effect: float, se: float):
    one, many = (
        em.fit_model(trials([(effect, se, 1.0)] * count), em.CONSTANT, 0.5).moments(1.0, 0.0)[0]
        for count in (1, 60)
    )
    assert 0 < one < many <= effect + 1e-9


def test_a_dose_response_is_found_where_there_is_one():
    rng = np.random.default_rng(1)
    dose = rng.uniform(0.3, 3, 30)
    rows = [(float(2 * x + 0.2 * rng.standard_normal()), 0.2, float(x)) for x in dose]
    slope = em.fit_model(trials(rows), "dose_mg_d", 3.0).moments(1.0, 0.0)[0]
    assert slope == pytest.approx(2.0, abs=0.1)
    left = {model: em._left_out(trials(rows), model, 3.0).mean() for model in (em.CONSTANT, "dose_mg_d")}
    assert left["dose_mg_d"] > left[em.CONSTANT] + 0.5


def test_a_trial_left_out_is_not_foreseen_from_itself():
    rows = [(1.0, 0.3, 1.0), (1.2, 0.4, 1.0), (-3.0, 0.2, 1.0)]
    moved = [*rows[:2], (-9.0, 0.2, 1.0)]
    one, other = (
        em.fit_model(trials(part)[:2], em.CONSTANT, 1.0).moments(1.0, 0.2) for part in (rows, moved)
    )
    assert one == other
    assert em._left_out(trials(rows), em.CONSTANT, 1.0)[2] > em._left_out(trials(moved), em.CONSTANT, 1.0)[2]


def test_with_few_trials_the_constant_is_used_whatever_foresees_best():
    for item in outcomes().values():
        found = em.scores(item)
        if found:
            assert sum(score.wins for score in found) == 1
            assert found[0].model == em.CONSTANT
            if found[0].trials < em.FEWEST_TO_CHOOSE:
                assert found[0].wins


def test_a_family_left_out_leaves_no_trial_behind():
    everything = em.trials_of(outcome("sbp"))
    first = everything[0].study_id
    rest = em.trials_of(outcome("sbp"), em.family_of(first))
    assert {one.study_id for one in everything} - {one.study_id for one in rest} == {first}


def test_the_draws_that_ship_are_those_of_the_command():
    shipped = em._shipped_draws()
    for key, item in outcomes().items():
        found = em.trials_of(item)
        assert bool(found) == (key in shipped)
        if found:
            model, slope, tau = shipped[key]
            again = em.fit_model(found, model, em.prior_width(item, found)).draws(em.DRAWS, 1)
            assert model == em.winner_of(item)
            assert slope == pytest.approx(again[0], rel=1e-3, abs=1e-9)
            assert tau == pytest.approx(again[1], rel=1e-3, abs=1e-9)


def test_exposures_are_of_studies_that_exist_and_lie_in_what_a_body_can_do():
    with (em.HERE / "exposures.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 80
    for row in rows:
        assert row["study_id"] in em.studies()
        assert 0 < float(row["absorbed_mmol_d"]) < 10
        assert 0 < float(row["serum_mmol_l"]) < 0.3


def test_a_trial_that_nobody_has_run_is_foreseen_with_its_error():
    small, large = (em.foresee_trial(outcome("sbp"), {}, people) for people in (20, 2000))
    assert small.estimate == large.estimate < 0
    assert small.interval[0] < large.interval[0] < large.interval[1] < small.interval[1]
    assert small.probability_important == large.probability_important
    assert small.probability_important is not None
    assert small.probability_important < 0.3


@pytest.mark.parametrize(("key", "people"), [("irls", 50), ("sbp", 1)])
def test_what_cannot_be_foreseen_is_refused(key: str, people: int):
    with pytest.raises(InputError):
        em.foresee_trial(outcome(key), {}, people)


def test_a_model_by_dose_needs_a_dose(monkeypatch: pytest.MonkeyPatch):
    key = outcome("sbp").key
    drawn = em._shipped_draws()[key]
    monkeypatch.setattr(em, "_shipped_draws", lambda: {key: ("dose_mg_d", *drawn[1:])})
    with pytest.raises(InputError, match="dose"):
        em.foresee_trial(outcome("sbp"), {}, 50)
    half, whole = (em.foresee_trial(outcome("sbp"), {"dose_mg_d": mg}, 50).estimate for mg in (150, 300))
    assert half / whole == pytest.approx(0.5, abs=0.15)
