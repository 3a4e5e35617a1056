"""Trials that found nothing and printed nothing: leaving them out leans, putting them back leans less."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from magnesim.evidence import evidence_for
from magnesim.evidence.outcomes import outcome
from magnesim.evidence.pooling import random_effects
from magnesim.evidence.selection import select
from magnesim.evidence.silent_nulls import imputed_pool, with_silent_nulls
from magnesim.evidence.trials import SilentNull


@pytest.mark.parametrize(("truth", "left"), [(0.0, 0.4), (-0.1, 0.7), (-0.2, 0.8)])
def test_bias_goes_down_where_null_trials_stay_silent(truth: float, left: float) -> None:
    """Twelve trials a literature, in SD units; those that are not significant seldom print a number.

    `left` is the share of the bias that may stay. The larger the true effect, the more drawing silent
    trials around nothing leans the other way: 0.2 SD is where it still helps.
    """
    random = np.random.default_rng(11)
    printed_only, put_back = [], []
    for _ in range(60):
        se = random.uniform(0.15, 0.4, size=12)
        found = random.normal(truth, se)
        prints = (found < -1.96 * se) | (random.random(12) < 0.2)
        if not prints.any() or prints.all():
            continue
        yi, vi, silent = found[prints], se[prints] ** 2, se[~prints]
        printed_only.append(random_effects(yi, vi).estimate)
        put_back.append(imputed_pool(yi, vi, silent, draws=20).estimate)
    before, after = abs(np.mean(printed_only) - truth), abs(np.mean(put_back) - truth)
    assert len(put_back) > 40
    assert after < left * before


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=5), st.floats(0.2, 3.0), st.integers(1, 4))
def test_silent_trials_of_the_same_size_pull_the_mean_towards_nothing(
    printed: list[float], se: float, silent: int
) -> None:
    yi = np.array(printed)
    filled = imputed_pool(yi, np.full(len(yi), se**2), np.full(silent, se), draws=10)
    # With equal variances all trials weigh alike, and mirrored draws cancel out.
    assert filled.estimate == pytest.approx(yi.sum() / (len(yi) + silent), abs=1e-9)


def test_the_same_seed_gives_the_same_answer_and_another_seed_nearly_the_same() -> None:
    yi, vi, silent = np.array([-2.0, -1.0]), np.array([0.5, 0.7]), np.array([0.8, 0.9, 1.0])
    one = imputed_pool(yi, vi, silent, seed=1)
    assert one == imputed_pool(yi, vi, silent, seed=1)
    assert imputed_pool(yi, vi, silent, seed=2).estimate == pytest.approx(one.estimate, abs=0.1)


def test_nothing_but_silent_trials_says_exactly_nothing_with_room_on_both_sides() -> None:
    only = imputed_pool(np.array([]), np.array([]), np.array([0.6, 0.9]))
    assert only.estimate == 0.0
    assert only.ci[0] == pytest.approx(-only.ci[1])
    assert only.ci[1] > 1.96 * (1 / 0.6**2 + 1 / 0.9**2) ** -0.5


def test_imputing_costs_precision_against_having_read_a_zero() -> None:
    yi, vi, silent = np.array([-1.0, -0.8]), np.array([0.2, 0.2]), np.array([0.5, 0.5])
    read = random_effects(np.append(yi, [0.0, 0.0]), np.append(vi, silent**2), test="wald")
    assert imputed_pool(yi, vi, silent).se > read.se


def null(**changed: object) -> SilentNull:
    given_ = {
        "study_id": "silent",
        "n": 80,
        "n_of": "arms",
        "n_treatment": 40,
        "n_control": 40,
        "paired": False,
        "compounds": ("oxide",),
        "risk_of_bias": "some",
        "funding": None,
    }
    return SilentNull(**(given_ | changed))  # type: ignore[arg-type]


def test_a_silent_trial_gets_the_standard_error_of_its_size() -> None:
    put_back, _ = with_silent_nulls(outcome("psqi"), (), [null()])
    assert put_back is not None
    assert put_back.ses == pytest.approx((2.88 * (1 / 40 + 1 / 40) ** 0.5,))
    crossover, _ = with_silent_nulls(outcome("psqi"), (), [null(n=40, paired=True)])
    assert crossover is not None and crossover.ses[0] < put_back.ses[0]


def test_a_silent_trial_of_unknown_size_is_left_out_with_the_reason() -> None:
    put_back, left = with_silent_nulls(outcome("psqi"), (), [null(n=None, n_treatment=None)])
    assert put_back is None
    assert "size is unknown" in left[0].why


def test_without_an_sd_the_pooled_trials_lend_theirs_and_without_trials_nobody_does() -> None:
    pss = select(outcome("pss"))
    put_back, _ = with_silent_nulls(outcome("pss"), pss.effects, pss.silent_nulls)
    assert put_back is not None and "implied" in put_back.sd_from
    put_back, left = with_silent_nulls(outcome("fmd"), (), [null()])
    assert put_back is None and "no SD" in left[0].why


def test_blood_pressure_ten_silent_trials_halve_the_fall_that_printed_ones_show() -> None:
    found = evidence_for("sbp")
    assert found.own is not None and found.with_silent_nulls is not None
    assert found.with_silent_nulls.imputed == 10
    assert "tohp1992" in found.with_silent_nulls.study_ids
    printed, filled = found.own.random, found.with_silent_nulls.result
    assert printed.excludes_zero and not filled.excludes_zero
    assert 0.3 < filled.estimate / printed.estimate < 0.7
