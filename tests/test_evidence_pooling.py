"""Pooling agrees with metafor on published meta-analyses, and obeys the laws that hold for any data.

`reference/metafor.json` is written by `reference/metafor.R`; each data set is one of metadat's, named
after the analysis it comes from (BCG vaccine: Colditz 1994; magnesium after infarction: Li 2007 and
Egger 2001; passive smoking: Hackshaw 1998; ...).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from magnesim.errors import InputError
from magnesim.evidence import leave_one_out, pool
from magnesim.evidence.alarms import of_statistics
from magnesim.evidence.asymmetry import egger
from magnesim.evidence.estimates import wider
from magnesim.evidence.heterogeneity import METHODS, q_profile, q_statistic, tau2
from magnesim.evidence.pooling import cautious_leave_one_out

REFERENCE_DIR = Path(__file__).parent / "reference"
REFERENCE: dict[str, Any] = json.loads((REFERENCE_DIR / "metafor.json").read_text(encoding="utf-8"))
DATASETS: dict[str, dict[str, Any]] = REFERENCE["datasets"]

# Both sides stand at the optimum of the same definition (the R script says how); what is left is the
# rounding of two root searches. 1e-6 is the promise; in fact the two agree to 1e-10.
TOLERANCE = 1e-6

every_dataset = pytest.mark.parametrize("name", DATASETS)


def close(value: Any, expected: Any) -> bool:
    return bool(np.allclose(value, expected, rtol=TOLERANCE, atol=TOLERANCE))


def test_the_reference_says_what_made_it_and_holds_a_dozen_analyses() -> None:
    assert set(REFERENCE["made_with"]) == {"R", "metafor", "metadat"}
    assert len(DATASETS) >= 12


@every_dataset
def test_random_effects_mean_with_hartung_knapp_is_metafors(name: str) -> None:
    expected = DATASETS[name]
    found = pool(expected["yi"], expected["vi"])
    assert found.k == expected["k"]
    assert close(found.random.estimate, expected["estimate"])
    assert close(found.random.se, expected["se"])
    assert close(found.random.ci, expected["ci"])
    assert close(found.random.p, expected["p"])
    assert close(found.weights, expected["weights"])


@every_dataset
def test_heterogeneity_and_prediction_interval_are_metafors(name: str) -> None:
    expected = DATASETS[name]
    found = pool(expected["yi"], expected["vi"])
    assert close(found.tau2, expected["tau2"])
    assert close(found.tau2_ci, expected["tau2_ci"])
    assert close(found.i2, expected["i2"])
    assert close(found.q, expected["q"])
    assert close(found.q_p, expected["q_p"])
    assert close(found.pi, expected["pi"])


@every_dataset
def test_every_estimator_of_tau2_is_metafors(name: str) -> None:
    yi, vi = np.array(DATASETS[name]["yi"]), np.array(DATASETS[name]["vi"])
    for method, expected in DATASETS[name]["tau2_by_method"].items():
        assert close(tau2(yi, vi, method), expected), method


@every_dataset
def test_fixed_effect_and_wald_are_metafors(name: str) -> None:
    expected = DATASETS[name]
    found = pool(expected["yi"], expected["vi"], test="wald")
    assert close(found.fixed.estimate, expected["fixed"]["estimate"])
    assert close(found.fixed.ci, expected["fixed"]["ci"])
    assert close(found.random.se, expected["wald"]["se"])
    assert close(found.random.ci, expected["wald"]["ci"])
    assert close(found.random.p, expected["wald"]["p"])
    assert close(found.pi, expected["wald"]["pi"])


@every_dataset
def test_eggers_test_is_metafors_regtest_both_ways(name: str) -> None:
    expected = DATASETS[name]
    found = pool(expected["yi"], expected["vi"])
    assert found.egger is not None and found.egger_classical is not None
    assert close(found.egger.p, expected["egger"]["p"])
    assert close(found.egger.slope, expected["egger"]["slope"])
    assert close(found.egger.limit, expected["egger"]["limit"])
    assert close(found.egger_classical.p, expected["egger_classical"]["p"])
    assert close(found.egger_classical.statistic, expected["egger_classical"]["statistic"])


@every_dataset
def test_leaving_each_study_out_gives_metafors_leave1out(name: str) -> None:
    expected = DATASETS[name]
    found = leave_one_out(expected["yi"], expected["vi"])
    assert close([e.estimate for e in found], expected["leave_one_out"]["estimate"])
    assert close([e.ci[0] for e in found], expected["leave_one_out"]["ci_low"])
    assert close([e.ci[1] for e in found], expected["leave_one_out"]["ci_high"])


def test_metafor_run_now_gives_what_is_pinned(tmp_path: Path) -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("Rscript is not installed")
    out = tmp_path / "metafor.json"
    run = subprocess.run(
        [rscript, str(REFERENCE_DIR / "metafor.R"), str(out)], capture_output=True, text=True, check=False
    )
    if "there is no package called" in run.stderr:
        pytest.skip("metafor, metadat or jsonlite is not installed in R")
    assert run.returncode == 0, run.stderr
    fresh = json.loads(out.read_text(encoding="utf-8"))["datasets"]
    assert fresh.keys() == DATASETS.keys()
    for name, expected in DATASETS.items():
        for key in ("estimate", "se", "ci", "pi", "tau2", "tau2_ci", "i2", "q"):
            assert close(fresh[name][key], expected[key]), (name, key)


def test_one_study_is_given_back_with_a_normal_interval_and_no_heterogeneity() -> None:
    found = pool([-1.6], [0.84**2])
    assert (found.random.estimate, found.random.se) == (-1.6, 0.84)
    assert found.random.ci == pytest.approx((-1.6 - 1.959964 * 0.84, -1.6 + 1.959964 * 0.84), abs=1e-6)
    assert found.test == "normal"
    assert (found.tau2, found.i2, found.q, found.pi, found.egger) == (None,) * 5
    assert leave_one_out([-1.6], [0.84**2]) == []


@pytest.mark.parametrize(
    ("yi", "vi", "part"),
    [
        ([], [], "no studies"),
        ([0.1, 0.2], [0.1], "one variance"),
        ([0.1, float("nan")], [0.1, 0.1], "estimates[1]"),
        ([0.1, 0.2], [0.1, 0.0], "variances[1]"),
        ([1e308, -1e308], [1.0, 1.0], "estimates[0]"),
        ([0.1, 1e200], [1.0, 1.0], "estimates[1]"),
        ([0.1, 0.2], [1e-300, 1e300], "variances[0]"),
        ([0.1, 0.2], [1e-9, 1e9], "1e+12 times"),
    ],
)
def test_what_cannot_be_pooled_is_refused_in_one_line(yi: list[float], vi: list[float], part: str) -> None:
    with pytest.raises(InputError) as caught:
        pool(yi, vi)
    assert part in str(caught.value) and "\n" not in str(caught.value)


def test_unknown_method_and_test_are_refused() -> None:
    for wrong in ({"method": "EB"}, {"test": "score"}):
        with pytest.raises(InputError):
            pool([0.1, 0.2], [0.1, 0.1], **wrong)


estimates = st.floats(-50.0, 50.0).map(lambda x: round(x, 4))
variances = st.floats(0.01, 25.0).map(lambda x: round(x, 4))
studies = st.lists(st.tuples(estimates, variances), min_size=2, max_size=12)


def arrays(rows: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([y for y, _ in rows]), np.array([v for _, v in rows])


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 0.1, 1.0, -1.0, 1e6, -1e6, 1e-6, 1e5]),
            st.sampled_from([1e-12, 1e-6, 0.3, 1.0, 1e6, 1e12]),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(METHODS),
)
def test_within_the_bounds_nothing_overflows_and_nothing_warns(
    rows: list[tuple[float, float]], method: str
) -> None:
    yi, vi = arrays(rows)
    assume(vi.max() <= 1e12 * vi.min())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = pool(yi, vi, method=method)
        of_statistics(found, [str(i) for i in range(len(yi))], list(yi), list(vi))
    told = [found.random.se, *found.random.ci, *found.wald.ci, *found.cautious.ci, *found.weights]
    told += [found.tau2 or 0.0, found.i2 or 0.0, *(found.pi or ()), *(found.tau2_ci or ())]
    told += [x for e in (found.egger, found.egger_classical) if e for x in (e.slope, e.limit, e.p)]
    assert np.isfinite(told).all()


def test_the_cautious_reading_is_the_wider_of_hartung_knapp_and_normal() -> None:
    agree = pool([1.0, 1.0], [1.0, 1.0])
    assert agree.random.ci == (1.0, 1.0) and agree.narrower_than_fixed
    assert agree.cautious == agree.wald
    assert agree.cautious_pi == agree.wald.ci
    differ = pool([-1.0, 3.0], [1.0, 1.0])
    assert differ.cautious.ci == differ.random.ci and not differ.narrower_than_fixed
    assert differ.cautious_pi == differ.pi


@given(studies)
def test_the_cautious_interval_holds_both_others(rows: list[tuple[float, float]]) -> None:
    found = pool(*arrays(rows))
    for other in (found.random, found.wald):
        assert found.cautious.ci[0] <= other.ci[0] + 1e-9 and other.ci[1] <= found.cautious.ci[1] + 1e-9
        assert found.cautious.se >= other.se
    assert found.cautious_pi is not None and found.cautious_pi[0] <= found.cautious.ci[0] + 1e-9


def test_beta_blockers_after_infarction_agree_too_well_for_hartung_knapp() -> None:
    data = DATASETS["dat.yusuf1985 (6)"]
    found = pool(data["yi"], data["vi"])
    codes = {a.code for a in of_statistics(found, [""] * found.k, data["yi"], data["vi"])}
    assert found.tau2 == 0.0 and "hk_narrower_than_fixed" in codes
    assert found.cautious.ci == found.fixed.ci


@given(studies, st.randoms(use_true_random=False))
def test_the_order_of_studies_does_not_matter(rows: list[tuple[float, float]], random: Any) -> None:
    shuffled = rows[:]
    random.shuffle(shuffled)
    one, other = pool(*arrays(rows)), pool(*arrays(shuffled))
    assert one.random.estimate == pytest.approx(other.random.estimate, rel=1e-6, abs=1e-6)
    assert one.tau2 == pytest.approx(other.tau2, rel=1e-6, abs=1e-6)


@given(studies, st.floats(-100.0, 100.0))
def test_adding_a_constant_moves_the_mean_and_nothing_else(
    rows: list[tuple[float, float]], shift: float
) -> None:
    yi, vi = arrays(rows)
    one, moved = pool(yi, vi), pool(yi + shift, vi)
    assert moved.random.estimate == pytest.approx(one.random.estimate + shift, rel=1e-6, abs=1e-6)
    assert moved.tau2 == pytest.approx(one.tau2, rel=1e-5, abs=1e-6)
    assert moved.q == pytest.approx(one.q, rel=1e-6, abs=1e-6)


@given(studies, st.floats(0.001, 1000.0))
def test_another_unit_scales_everything_and_keeps_i2(rows: list[tuple[float, float]], factor: float) -> None:
    yi, vi = arrays(rows)
    one, scaled = pool(yi, vi), pool(yi * factor, vi * factor**2)
    assert scaled.random.estimate == pytest.approx(one.random.estimate * factor, rel=1e-6, abs=1e-6 * factor)
    assert scaled.random.se == pytest.approx(one.random.se * factor, rel=1e-6, abs=1e-9 * factor)
    assert one.tau2 is not None and scaled.tau2 is not None
    assert scaled.tau2 == pytest.approx(one.tau2 * factor**2, rel=1e-5, abs=1e-7 * factor**2)
    assert scaled.i2 == pytest.approx(one.i2, rel=1e-5, abs=1e-4)


@given(studies, st.sampled_from(METHODS))
def test_variance_between_studies_is_never_negative(rows: list[tuple[float, float]], method: str) -> None:
    assert tau2(*arrays(rows), method) >= 0.0


@given(estimates, variances, st.integers(2, 10), st.sampled_from(METHODS))
def test_identical_studies_do_not_differ(estimate: float, variance: float, k: int, method: str) -> None:
    found = pool([estimate] * k, [variance] * k, method=method)
    assert found.tau2 == 0.0
    assert found.random.estimate == pytest.approx(estimate)


@given(st.lists(st.tuples(st.floats(-1.0, 1.0), variances), min_size=2, max_size=12))
def test_fixed_and_random_agree_where_studies_do_not_differ(rows: list[tuple[float, float]]) -> None:
    near, vi = arrays(rows)
    found = pool(3.0 + 0.5 * near * np.sqrt(vi), vi)
    assume(found.tau2 == 0.0)
    assert found.random.estimate == pytest.approx(found.fixed.estimate, rel=1e-12, abs=1e-12)
    assert found.wald.ci == pytest.approx(found.fixed.ci, rel=1e-12, abs=1e-12)


@given(studies)
def test_weights_are_a_hundred_percent_and_the_heaviest_is_the_most_precise(
    rows: list[tuple[float, float]],
) -> None:
    _, vi = arrays(rows)
    weights = np.array(pool(*arrays(rows)).weights)
    assert weights.sum() == pytest.approx(100.0)
    assert vi[int(weights.argmax())] == vi.min()


@given(studies)
def test_paule_mandel_and_the_profile_solve_their_equations(rows: list[tuple[float, float]]) -> None:
    yi, vi = arrays(rows)
    estimate, (low, high) = tau2(yi, vi, "PM"), q_profile(yi, vi)
    assert 0.0 <= low <= high
    if estimate > 0.0:
        assert q_statistic(yi, vi, estimate) == pytest.approx(len(yi) - 1, rel=1e-6)


def test_the_likelihood_takes_the_highest_hill_not_the_nearest() -> None:
    yi, vi = np.array([0.0, 0.1, 9.0, 9.2]), np.array([0.01, 4.0, 0.02, 5.0])
    found = tau2(yi, vi, "REML")
    grid = np.linspace(0.0, 200.0, 4001)

    def height(between: float) -> float:
        w = 1.0 / (vi + between)
        return float(np.sum(np.log(w)) - np.log(np.sum(w)) - q_statistic(yi, vi, between))

    assert height(found) >= max(height(float(t)) for t in grid) - 1e-9


def test_egger_has_nothing_to_say_of_two_studies_or_of_equal_ones() -> None:
    assert egger(np.array([0.1, 0.2]), np.array([0.1, 0.2])) is None
    assert egger(np.array([0.1, 0.2, 0.3]), np.array([0.1, 0.1, 0.1])) is None


def test_small_studies_on_an_exact_line_lean_without_doubt() -> None:
    se = np.array([1.0, 2.0, 3.0, 4.0])
    for slope in (1.0, -1.0):
        found = egger(slope * se, se**2, "classical")
        assert found is not None
        assert found.slope == pytest.approx(slope)
        assert found.p < 1e-6


def test_one_left_out_takes_the_wider_of_both_intervals() -> None:
    yi, vi = [0.1, 0.1, 0.5, 0.3], [0.02, 0.03, 0.01, 0.05]
    both = zip(leave_one_out(yi, vi), leave_one_out(yi, vi, test="wald"), strict=True)
    assert cautious_leave_one_out(yi, vi) == [wider(hartung_knapp, wald) for hartung_knapp, wald in both]
