"""The models of effects: an exact posterior, honest comparison, and predictions that ship."""

from __future__ import annotations

import csv
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnesim.effects import covariates, foresee, foresee_trial, measured_weeks
from magnesim.effects import models as em
from magnesim.effects.__main__ import draw_rows
from magnesim.effects.trials import (
    SD,
    Known,
    Trial,
    families_of,
    family_of,
    known_before,
    known_outside,
    trials_of,
)
from magnesim.errors import InputError
from magnesim.evidence import outcome, outcomes
from magnesim.evidence.comparisons import studies

effects = st.tuples(st.floats(-5, 5), st.floats(0.1, 5), st.floats(0.2, 3))


def trials(rows: list[tuple[float, float, float]]) -> list[Trial]:
    """Trials with an effect, an error and a dose over its reference."""
    return [Trial(f"t{i}", y, se, {em.CONSTANT: 1.0, "dose_mg_d": x}) for i, (y, se, x) in enumerate(rows)]


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
    left = {model: em.left_out(trials(rows), model, 3.0).mean() for model in (em.CONSTANT, "dose_mg_d")}
    assert left["dose_mg_d"] > left[em.CONSTANT] + 0.5


def test_a_trial_left_out_is_not_foreseen_from_itself():
    rows = [(1.0, 0.3, 1.0), (1.2, 0.4, 1.0), (-3.0, 0.2, 1.0)]
    moved = [*rows[:2], (-9.0, 0.2, 1.0)]
    one, other = (
        em.fit_model(trials(part)[:2], em.CONSTANT, 1.0).moments(1.0, 0.2) for part in (rows, moved)
    )
    assert one == other
    assert em.left_out(trials(rows), em.CONSTANT, 1.0)[2] > em.left_out(trials(moved), em.CONSTANT, 1.0)[2]


def test_with_few_trials_the_constant_is_used_whatever_foresees_best():
    for item in outcomes().values():
        found = em.scores(item)
        if found:
            assert sum(score.wins for score in found) == 1
            assert found[0].model == em.CONSTANT
            if found[0].trials < em.FEWEST_TO_CHOOSE:
                assert found[0].wins


def test_two_classes_that_differ_are_told_apart_and_a_new_one_is_the_common_mean():
    rng = np.random.default_rng(2)
    rows = [
        Trial(f"t{i}", (-3.0 if i % 2 else 0.0) + 0.2 * float(rng.standard_normal()), 0.2, classed(i % 2))
        for i in range(20)
    ]
    found = em.fit_model(rows, "status", 3.0)
    low, usual, unseen = (found.moments(x, 0.0)[0] for x in ("low", "usual", "never seen"))
    assert low == pytest.approx(-3.0, abs=0.2)
    assert usual == pytest.approx(0.0, abs=0.2)
    assert low < unseen < usual
    told = {score.model: score for score in em.compare(rows, 3.0)}
    assert told["status"].wins
    assert not told[em.CONSTANT].wins
    assert told["blinding"].says == "known of 0 of 20 trials"
    few = {score.model: score for score in em.compare(rows[:6], 3.0)}
    assert few[em.CONSTANT].wins


def classed(low: int) -> dict[str, covariates.Covariate]:
    return {em.CONSTANT: 1.0, "status": "low" if low else "usual", "salt": "organic"}


def test_what_does_not_vary_is_said_not_to():
    rows = [Trial(f"t{i}", float(i), 0.5, classed(i % 2)) for i in range(4)]
    told = {score.model: score for score in em.compare(rows, 1.0)}
    assert told["salt"].says == "does not vary"
    assert told["salt"].gain is None


@given(st.lists(effects, min_size=2, max_size=6), st.floats(-20, 20))
def test_trials_inside_a_pool_tell_the_spread_and_nothing_of_the_mean(
    rows: list[tuple[float, float, float]], shift: float
):
    held = trials(rows)
    moved = [Trial(one.study_id, one.estimate + shift, one.se, one.x) for one in held]
    pool = [Trial("pool", -1.0, 0.3, {em.CONSTANT: 1.0}, pooled=9)]
    one, other = (em.fit_model(pool, em.CONSTANT, 2.0, part).moments(1.0, 0.5) for part in (held, moved))
    assert one == pytest.approx(other, rel=1e-6)


def test_trials_that_differ_more_widen_what_is_foreseen():
    pool = [Trial("pool", -1.0, 0.3, {em.CONSTANT: 1.0}, pooled=9)]
    alike, apart = (
        em.fit_model(pool, em.CONSTANT, 2.0, trials([(y, 0.3, 1.0) for y in ys])).moments(1.0, 0.0)[1]
        for ys in ((0.0, 0.1, -0.1, 0.0), (5.0, -5.0, 4.0, -4.0))
    )
    assert alike < apart


def test_a_family_left_out_leaves_no_trial_behind():
    everything = trials_of(outcome("sbp"))
    first = everything[0].study_id
    rest = trials_of(outcome("sbp"), frozenset({family_of(first)}))
    assert {one.study_id for one in everything} - {one.study_id for one in rest} == {first}


@pytest.mark.parametrize("key", ["pmid", "doi", "trial_family"])
def test_a_study_is_known_by_whatever_it_is_called(key: str):
    found = 0
    for study_id, row in studies().items():
        if row[key]:
            assert family_of(study_id) in families_of({"study_id": "another name", key: row[key]})
            found += 1
    assert found


@pytest.mark.parametrize("key", ["sbp", "fasting_glucose", "homa_ir", "cramp_frequency"])
def test_nothing_that_foresees_a_trial_can_hold_it(key: str):
    """Neither its own family, nor a pool as old as it or younger; nor counts the same people twice."""
    for one in trials_of(outcome(key)):
        year = studies()[one.study_id]["year"]
        known = known_before(outcome(key), year, frozenset({family_of(one.study_id)}))
        assert one.study_id not in {other.study_id for other in known.trials + known.spread_only}
        for other in known.trials:
            if other.pooled > 1:
                assert studies()[other.study_id]["year"] < year
                young = [t for t in known.trials if t is not other]
                assert all(studies()[t.study_id]["year"] > studies()[other.study_id]["year"] for t in young)


def test_a_pool_is_foreseen_from_trials_after_it_alone():
    known = known_outside(outcome("sbp"), 2006, frozenset(), frozenset({"dickinson2006"}))
    assert known.trials
    assert all(studies()[one.study_id]["year"] > 2006 for one in known.trials)
    assert known_outside(outcome("sbp"), 2025, frozenset(), frozenset()) == Known(())


def test_a_scale_without_trials_borrows_from_its_construct_in_sd():
    """No trial of PSQI prints a difference; one of ISI does, and both measure poor sleep."""
    assert not known_before(outcome("psqi")).trials
    borrowed = known_before(outcome("psqi"), borrow=True).trials
    in_sd = known_before(outcome("psqi"), scale=SD, borrow=True).trials
    assert borrowed
    assert borrowed[0].estimate == pytest.approx(in_sd[0].estimate * outcome("psqi").typical_sd)


def test_the_draws_that_ship_are_those_of_the_command():
    with (covariates.HERE / "effect_draws.csv").open(encoding="utf-8") as file:
        shipped = list(csv.DictReader(file))
    for item in outcomes().values():
        assert draw_rows(item) == [row for row in shipped if row["outcome"] == item.key], item.key


def test_validate_and_the_draws_predict_alike_while_no_covariate_is_chosen():
    """`evaluation.effects` foresees by the constant: a covariate that wins must be read there too."""
    assert {em.winner_of(item) for item in outcomes().values()} == {em.CONSTANT}


def test_exposures_are_of_studies_that_exist_and_lie_in_what_a_body_can_do():
    rows = covariates.exposures()
    assert len(rows) > 80
    for study_id, row in rows.items():
        assert study_id in studies()
        assert 0 < row["absorbed_mmol_d"] < 10
        assert 0 < row["serum_mmol_l"] < 0.3


def test_the_words_of_the_tables_are_sorted_into_classes_that_exist():
    with (covariates.HERE / "baseline_status.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        assert studies()[row["study_id"]]["baseline_mg_status"]
        assert row["status"] in ("low", "usual")
    with (covariates.HERE / "condition_classes.csv").open(encoding="utf-8") as file:
        named = {row["condition"] for row in csv.DictReader(file)}
    # other and mixed are no condition
    assert named == {row["condition"] for row in studies().values()} - {"other", "mixed", None}
    assert covariates.status_of("schutten2022") == "usual"
    assert covariates.status_of("eibl1995") == "low"


def test_a_trial_that_nobody_has_run_is_foreseen_with_its_error():
    small, large = (foresee_trial("sbp", people_an_arm=people) for people in (20, 2000))
    group = foresee_trial(outcome("sbp"))
    assert small.estimate == large.estimate == group.estimate < 0
    assert small.interval[0] < large.interval[0] < group.interval[0] < group.interval[1] < small.interval[1]
    assert small.probability_important == large.probability_important
    assert small.probability_important is not None
    assert small.probability_important < 0.3
    assert small.important == 5


@pytest.mark.parametrize(
    ("key", "people"), [("irls", 50), ("sbp", 1), ("no such outcome", None), ("phq9", 50)]
)
def test_what_cannot_be_foreseen_is_refused(key: str, people: int | None):
    with pytest.raises(InputError):
        foresee_trial(key, people_an_arm=people)


def test_a_model_by_dose_or_class_asks_for_it(monkeypatch: pytest.MonkeyPatch):
    drawn = foresee.shipped_draws()["sbp"]
    effect, tau = drawn.effect[""], np.zeros_like(drawn.tau)
    by_dose = foresee.Drawn("dose_mg_d", 12, {"": effect}, tau)
    monkeypatch.setattr(foresee, "shipped_draws", lambda: {"sbp": by_dose})
    with pytest.raises(InputError, match="dose"):
        foresee_trial("sbp")
    half, whole = (foresee_trial("sbp", {"dose_mg_d": mg}).estimate for mg in (150, 300))
    assert half / whole == pytest.approx(0.5)
    by_class = foresee.Drawn("status", 12, {"low": effect, "usual": 0 * effect}, tau)
    monkeypatch.setattr(foresee, "shipped_draws", lambda: {"sbp": by_class})
    with pytest.raises(InputError, match="low, usual"):
        foresee_trial("sbp", {"status": "high"})
    assert (
        foresee_trial("sbp", {"status": "low"}).estimate < foresee_trial("sbp", {"status": "usual"}).estimate
    )


def test_weeks_are_those_of_the_tables():
    """Trials of HbA1c last 12 to 16 weeks; of sleep scales nothing is known of the first days."""
    found = measured_weeks("hba1c")
    assert (found.earliest, found.latest, found.trials) == (12, 16, 5)
    assert found.words == "5 trials measured this after 12 to 16 weeks; no trial says what happens before."
    assert measured_weeks("bmd_hip").median is None
    assert "No randomised trial" in measured_weeks("bmd_hip").words
    with pytest.raises(InputError):
        measured_weeks("no such outcome")


def test_every_outcome_has_weeks_in_order_or_none():
    for item in outcomes().values():
        found = measured_weeks(item)
        if found.trials:
            assert found.first <= found.earliest <= found.median <= found.latest
