"""Trials that print a p and no size: put back with the silent ones, the answer leans nowhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from magnesim.evidence import evidence_for, outcomes, pool
from magnesim.evidence.effect_sizes import se_of_difference, z_of_p
from magnesim.evidence.outcomes import outcome
from magnesim.evidence.p_only import censored_pool, with_p_only
from magnesim.evidence.pooling import random_effects
from magnesim.evidence.selection import select
from magnesim.evidence.silent_nulls import imputed_pool
from magnesim.evidence.trials import POnly, is_significant

NONE = np.array([])


def literature(
    random: np.random.Generator, truth: float, tau: float, k: int = 12
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Trials in SD units: estimates, standard errors, which are significant, and which print figures."""
    se = random.uniform(0.15, 0.4, size=k)
    found = random.normal(truth, np.sqrt(se**2 + tau**2))
    significant = np.abs(found) > 1.96 * se
    figures = random.random(k) < np.where(significant, 0.5, 0.2)
    return found, se, significant, figures


@pytest.mark.parametrize(("truth", "tau"), [(0.0, 0.0), (-0.3, 0.0), (-0.6, 0.0), (-0.3, 0.2), (0.4, 0.2)])
def test_the_reading_is_unbiased_where_a_p_and_silent_nulls_come_from_one_literature(
    truth: float, tau: float
) -> None:
    """Half of the significant trials print figures, the others a p; of nulls one in five prints, or nothing.

    Twelve trials a literature. What is left of bias, up to 0.03 SD, is that of any likelihood of few trials
    (tau2 cannot be below 0): with 40 trials it is half of that. The other readings are off by 0.08 and more.
    """
    random = np.random.default_rng(5)
    all_known, printed, put_back, covered = [], [], [], 0
    for _ in range(200):
        found, se, significant, figures = literature(random, truth, tau)
        seen = significant | figures
        if not figures.any() or seen.all():
            continue
        p = 2.0 * _upper(np.abs(found) / se)
        back = np.array([np.sign(y) * z_of_p(q) * s for y, q, s in zip(found, p, se, strict=True)])
        assert back == pytest.approx(found, rel=1e-6)
        result, _ = censored_pool(back[seen], se[seen] ** 2, se[~seen])
        all_known.append(result.estimate)
        covered += result.ci[0] <= truth <= result.ci[1]
        printed.append(random_effects(found[figures], se[figures] ** 2).estimate)
        put_back.append(imputed_pool(found[figures], se[figures] ** 2, se[~seen], draws=2).estimate)
    bias = [abs(np.mean(reading) - truth) for reading in (all_known, printed, put_back)]
    assert bias[0] < 0.03
    assert truth == 0.0 or bias[0] < 0.6 * min(bias[1:])
    assert covered / len(all_known) > 0.9


def test_printed_figures_and_silent_nulls_without_the_ps_lean_to_nothing() -> None:
    """Why the third reading is needed: without trials that print a p the truth is outside of both answers."""
    random, truth = np.random.default_rng(7), -0.5
    printed, put_back, all_known = [], [], []
    for _ in range(80):
        found, se, significant, _ = literature(random, truth, 0.0)
        figures = ~significant & (random.random(12) < 0.5)
        seen = significant | figures
        if not figures.any() or seen.all():
            continue
        printed.append(random_effects(found[figures], se[figures] ** 2).estimate)
        put_back.append(imputed_pool(found[figures], se[figures] ** 2, se[~seen], draws=10).estimate)
        all_known.append(censored_pool(found[seen], se[seen] ** 2, se[~seen])[0].estimate)
    assert truth + 0.1 < np.mean(printed) < np.mean(put_back)
    assert np.mean(all_known) == pytest.approx(truth, abs=0.03)


def test_a_bound_leans_to_nothing_not_to_an_effect() -> None:
    random, truth = np.random.default_rng(3), -0.5
    bounded = []
    for _ in range(100):
        found, se, significant, _ = literature(random, truth, 0.0)
        at_bound = np.sign(found) * z_of_p(0.05) * se
        result, _ = censored_pool(at_bound[significant], se[significant] ** 2, se[~significant])
        bounded.append(result.estimate)
    assert truth < np.mean(bounded) < 0.0


def _upper(z: np.ndarray) -> np.ndarray:
    from scipy.special import ndtr

    return np.asarray(ndtr(-z))


@given(
    st.lists(st.tuples(st.floats(-5.0, 5.0), st.floats(0.1, 3.0)), min_size=2, max_size=8),
)
def test_without_silent_trials_it_is_the_usual_pool_with_a_normal_interval(
    rows: list[tuple[float, float]],
) -> None:
    yi, vi = np.array([y for y, _ in rows]), np.array([v for _, v in rows])
    usual, (found, between) = pool(yi, vi, test="wald"), censored_pool(yi, vi, NONE)
    assert usual.tau2 is not None
    # The likelihood of few trials is flat: tau2 is found to three digits, the mean to four.
    assert between == pytest.approx(usual.tau2, rel=1e-3, abs=1e-3)
    assert found.estimate == pytest.approx(usual.random.estimate, rel=1e-3, abs=1e-3)
    assert found.ci == pytest.approx(usual.random.ci, rel=1e-3, abs=1e-3)


@given(st.floats(-4.0, 4.0), st.floats(0.2, 2.0), st.lists(st.floats(0.05, 5.0), min_size=1, max_size=12))
def test_silent_trials_pull_towards_nothing_and_never_past_it(
    estimate: float, se: float, silent: list[float]
) -> None:
    found, _ = censored_pool(np.array([estimate]), np.array([se**2]), np.array(silent))
    assert min(0.0, estimate) - 1e-6 <= found.estimate <= max(0.0, estimate) + 1e-6
    assert np.isfinite([found.estimate, found.se, *found.ci]).all() and found.se > 0.0


def test_turned_around_it_is_turned_around() -> None:
    yi, vi, silent = np.array([-2.0, -0.5, 1.0]), np.array([0.3, 0.5, 0.9]), np.array([0.4, 1.0])
    one, between = censored_pool(yi, vi, silent)
    other, same = censored_pool(-yi, vi, silent)
    assert other.estimate == pytest.approx(-one.estimate) and same == pytest.approx(between)


def p_only(**changed: object) -> POnly:
    given_ = {
        "study_id": "alone",
        "measure": "md",
        "sign": -1,
        "p": 0.01,
        "p_bound": "eq",
        "estimate": None,
        "across_arms": None,
        "n": 80,
        "n_of": "arms",
        "n_treatment": 40,
        "n_control": 40,
        "paired": False,
        "compounds": ("oxide",),
        "risk_of_bias": "some",
    }
    return POnly(**(given_ | changed))  # type: ignore[arg-type]


def test_one_p_alone_is_given_back_as_it_was() -> None:
    found, left = with_p_only(outcome("psqi"), (), None, [p_only()])
    assert found is not None and left == ()
    se = se_of_difference(2.88, 40, 40)
    assert (found.k, found.printed, found.imputed, found.tau2) == (1, 0, 0, None)
    assert found.result.estimate == pytest.approx(-z_of_p(0.01) * se)
    assert found.result.se == pytest.approx(se)
    assert found.result.p == pytest.approx(0.01)


def test_of_a_bound_the_least_favourable_is_taken() -> None:
    found, _ = with_p_only(outcome("psqi"), (), None, [p_only(p=0.05, p_bound="lt")])
    assert found is not None and found.result.p == pytest.approx(0.05)
    assert "least favourable" in found.trials[0].note


def test_a_printed_estimate_with_the_bound_of_a_p_needs_no_sd() -> None:
    found, _ = with_p_only(outcome("fmd"), (), None, [p_only(p=0.05, p_bound="lt", estimate=-2.0)])
    assert found is not None and found.sd is None
    assert (found.result.estimate, found.result.p) == (-2.0, pytest.approx(0.05))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"across_arms": "the p is of a test across three arms"}, "three arms"),
        ({"sign": None}, "direction"),
        ({"p_bound": "gt"}, "least size"),
        ({"n_treatment": None}, "number of people"),
        ({"measure": "log_rr"}, "log_rr"),
        ({"measure": "smd", "estimate": 0.3}, "not mixed"),
    ],
)
def test_a_p_that_says_nothing_of_the_size_is_left_out_with_the_reason(
    changed: dict[str, object], why: str
) -> None:
    found, left = with_p_only(outcome("psqi"), (), None, [p_only(**changed)])
    assert found is None
    assert [row.study_id for row in left] == ["alone"] and why in left[0].why


@pytest.mark.parametrize(
    ("p", "bound", "said"),
    [(0.04, "eq", True), (0.05, "lt", True), (0.05, "eq", False), (0.07, "eq", False), (0.01, "gt", False)],
)
def test_a_p_below_a_twentieth_is_significant(p: float, bound: str, said: bool) -> None:
    assert is_significant(p, bound) is said


every_outcome = pytest.mark.parametrize("key", sorted(outcomes()))


@every_outcome
def test_every_trial_with_a_p_alone_is_put_back_or_said_to_be_left_out(key: str) -> None:
    found = evidence_for(key)
    trials = {t.study_id for t in found.selection.p_only}
    back = {t.study_id for t in found.with_p_only.trials} if found.with_p_only else set()
    left = {row.study_id for row in found.p_only_unsized}
    assert back | left == trials and not back & left
    assert trials <= {row.study_id for row in found.selection.left_out}
    assert not trials & {e.study_id for e in found.selection.effects}
    assert not trials & {n.study_id for n in found.selection.silent_nulls}
    told = "significant_without_figures" in {a.code for a in found.alarms}
    assert told == any(t.significant for t in found.selection.p_only)


def message(key: str) -> str:
    return next(a.message for a in evidence_for(key).alarms if a.code == "significant_without_figures")


def test_isi_holds_schuster_hausenblas_and_abbasi_but_not_the_test_over_four_arms() -> None:
    found = evidence_for("isi").with_p_only
    assert found is not None and (found.k, found.printed, found.imputed) == (3, 1, 1)
    assert [t.study_id for t in found.trials] == ["abbasi2012"]
    assert found.trials[0].estimate == pytest.approx(-4.17, abs=0.01)
    assert found.around_zero is not None
    assert found.result.estimate < found.around_zero.estimate < 0.0
    assert message("isi").startswith("2 trials print a p below 0.05 without usable figures and are left out")
    assert "abbasi2012 (better on magnesium, p 0.006)" in message("isi")
    assert "across more than two arms: khalid2024" in message("isi")


@pytest.mark.parametrize("key", ["irls", "psqi"])
def test_jadidi_2022_is_no_comparison_of_two_arms(key: str) -> None:
    found = evidence_for(key)
    assert found.with_p_only is None
    assert "jadidi2022" in message(key) and "more than two arms" in message(key)
    content = found.to_json()
    assert content["with_p_only"]["p_only"] == 0
    assert content["with_p_only"]["estimate"] == content["with_silent_nulls"]["estimate"]


def test_sleep_onset_latency_abbasi_2012_alone_said_14_minutes() -> None:
    found = evidence_for("sleep_onset_latency").with_p_only
    assert found is not None and found.k == 1
    assert found.result.estimate == pytest.approx(-14.1, abs=0.1)
    assert found.result.p == pytest.approx(0.02)


def test_a_contradicted_p_is_not_put_back() -> None:
    assert select(outcome("total_sleep_time")).p_only == ()


def test_the_longest_follow_up_of_a_p_alone_counts() -> None:
    (kass,) = select(outcome("sbp")).p_only
    assert (kass.study_id, kass.p, kass.sign, kass.n) == ("kass2015", 0.016, -1, 13)
    assert select(outcome("dbp")).p_only == ()


def test_figures_in_doubt_are_not_put_back_by_their_p() -> None:
    assert evidence_for("fasting_glucose").with_p_only is None
    assert "rodriguezmoran2018" not in {t.study_id for t in select(outcome("sbp")).p_only}


def test_the_direction_of_a_neutral_marker_comes_from_the_note() -> None:
    found = evidence_for("serum_mg").with_p_only
    assert found is not None
    day = next(t for t in found.trials if t.study_id == "day2010")
    assert day.estimate > 0.0 and day.note.startswith("higher on magnesium, p 0.03")


def test_the_salt_asked_for_is_said_to_have_a_trial_with_a_p_alone() -> None:
    alarm = next(a for a in evidence_for("isi", form="oxide").alarms if a.code == "other_salt")
    assert "abbasi2012 p 0.006, size not printed" in alarm.message
