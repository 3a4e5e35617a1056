"""Meta-regression, cumulation, trim and fill and the three-level model agree with metafor and obey laws.

`reference/metafor.json` is written by `reference/metafor.R`, from published analyses of metadat.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from magnesim.errors import InputError
from magnesim.evidence import cumulative, meta_regression, pool, three_level, trim_and_fill
from magnesim.evidence.heterogeneity import tau2
from magnesim.evidence.pooling import random_effects

REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "reference" / "metafor.json").read_text(encoding="utf-8")
)
DATASETS: dict[str, dict[str, Any]] = REFERENCE["datasets"]
REGRESSIONS: list[dict[str, Any]] = REFERENCE["meta_regression"]
NESTED: dict[str, dict[str, Any]] = REFERENCE["multilevel"]
TOLERANCE = 1e-6

every_dataset = pytest.mark.parametrize("name", DATASETS)
every_regression = pytest.mark.parametrize(
    "case", REGRESSIONS, ids=lambda case: f"{case['data']} {'+'.join(case['moderators'])}"
)
every_method_and_test = pytest.mark.parametrize(
    ("method", "test"), [(m, t) for m in ("REML", "ML") for t in ("wald", "hartung-knapp")]
)


def close(value: Any, expected: Any) -> bool:
    return bool(np.allclose(value, expected, rtol=TOLERANCE, atol=TOLERANCE))


def test_the_reference_holds_enough_analyses() -> None:
    assert len(DATASETS) >= 28
    assert len({case["data"] for case in REGRESSIONS}) >= 6
    assert len(NESTED) >= 3


@every_method_and_test
@every_regression
def test_meta_regression_is_metafors(case: dict[str, Any], method: str, test: str) -> None:
    expected = case[method][test]
    found = meta_regression(case["yi"], case["vi"], case["moderators"], method, test)
    told = list(found.coefficients.values())
    # R writes a level as `alloc` and `random` run together.
    assert [name.replace("=", "") for name in found.coefficients][1:] == expected["names"][1:]
    assert close([e.estimate for e in told], expected["coefficients"])
    assert close([e.se for e in told], expected["se"])
    assert close([e.ci[0] for e in told], expected["ci_low"])
    assert close([e.ci[1] for e in told], expected["ci_high"])
    assert close([e.p for e in told], expected["p"])
    for key in ("tau2", "tau2_total", "i2", "r2", "qe", "qe_p", "qm", "qm_p"):
        assert close(getattr(found, key), expected[key]), key


@every_dataset
def test_cumulation_is_metafors_cumul(name: str) -> None:
    data, expected = DATASETS[name], DATASETS[name]["cumul"]
    found = cumulative(data["yi"], data["vi"], expected["order"])
    random = [step.pooled.random for step in found]
    assert close([e.estimate for e in random], expected["estimate"])
    assert close([e.se for e in random], expected["se"])
    assert close([e.ci[0] for e in random], expected["ci_low"])
    assert close([e.ci[1] for e in random], expected["ci_high"])
    assert close([e.p for e in random], expected["p"])
    # Of one study metafor tells tau2 and Q as 0, `pool` tells none.
    assert close([step.pooled.tau2 or 0.0 for step in found], expected["tau2"])
    assert close([step.pooled.q or 0.0 for step in found], expected["q"])


@every_dataset
def test_trim_and_fill_is_metafors_trimfill(name: str) -> None:
    data, expected = DATASETS[name], DATASETS[name]["trimfill"]
    found = trim_and_fill(data["yi"], data["vi"])
    assert (found.k0, found.side) == (expected["k0"], expected["side"])
    assert close(found.estimate.estimate, expected["estimate"])
    assert close(found.estimate.se, expected["se"])
    assert close(found.estimate.ci, expected["ci"])
    assert close(found.tau2, expected["tau2"])
    # Equal estimates are filled in whichever order.
    filled = sorted(zip(found.filled_yi, found.filled_vi, strict=True))
    assert close(
        np.array(filled).ravel(), np.array(sorted(zip(expected["yi"], expected["vi"], strict=True))).ravel()
    )


@pytest.mark.parametrize("name", NESTED)
def test_three_levels_are_metafors_rma_mv(name: str) -> None:
    expected = NESTED[name]
    found = three_level(expected["yi"], expected["vi"], expected["study"])
    assert found.separable and found.studies == len(set(expected["study"]))
    assert close(found.estimate.estimate, expected["estimate"])
    assert close(found.estimate.se, expected["se"])
    assert close(found.estimate.ci, expected["ci"])
    assert close(found.estimate.p, expected["p"])
    assert close(found.between, expected["between"])
    assert close(found.within, expected["within"])


def test_a_regression_does_not_mind_years_or_units() -> None:
    case = next(c for c in REGRESSIONS if list(c["moderators"]) == ["ablat", "year"])
    years, ablat = np.array(case["moderators"]["year"]), np.array(case["moderators"]["ablat"])
    one = meta_regression(case["yi"], case["vi"], {"ablat": ablat, "year": years})
    other = meta_regression(case["yi"], case["vi"], {"ablat": 1e6 * ablat, "year": years - 1900.0})
    assert other.coefficients["year"].p == pytest.approx(one.coefficients["year"].p, rel=1e-8)
    assert 1e6 * other.coefficients["ablat"].estimate == pytest.approx(
        one.coefficients["ablat"].estimate, rel=1e-8
    )
    assert other.qm == pytest.approx(one.qm, rel=1e-8)


FOUR = ([0.1, 0.4, 0.2, 0.9], [0.1, 0.2, 0.1, 0.3])


@pytest.mark.parametrize(
    ("moderators", "part"),
    [
        ({"a": [1, 2, 3, 4], "b": [2, 4, 6, 8]}, "cannot be told apart"),
        ({"a": [1, 2, 3, 5], "b": [0, 1, 0, 1], "c": [1, 3, 3, 6]}, "4 studies for 4 coefficients"),
        ({"a": [7, 7, 7, 7]}, "the same in all studies"),
        ({"a": ["x", "x", "x", "x"]}, "the same in all studies"),
        ({"a": [1, 2, 3]}, "each of 4 studies"),
        ({"a": [1, 2, float("nan"), 4]}, "a[2]"),
        ({"a": [1, None, 3, 4]}, "numbers, or texts"),
        ({"a": ["w", "x", "y", "z"]}, "4 studies for 4 coefficients"),
    ],
)
def test_moderators_that_cannot_serve_are_refused_in_one_line(moderators: Any, part: str) -> None:
    with pytest.raises(InputError) as caught:
        meta_regression(*FOUR, moderators)
    assert part in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: meta_regression([0.1], [0.1]),
        lambda: meta_regression(*FOUR, method="DL"),
        lambda: meta_regression(*FOUR, test="score"),
        lambda: cumulative(*FOUR, [1, 2]),
        lambda: cumulative(*FOUR, [1.0, 2.0, 3.0, float("nan")]),
        lambda: cumulative(*FOUR, [1, None, 3, 4]),
        lambda: cumulative(*FOUR, method="EB"),
        lambda: trim_and_fill([0.1, 0.2], [0.1, 0.2]),
        lambda: trim_and_fill([0.1, 0.2, 0.5], [0.1, 0.1, 0.1]),
        lambda: trim_and_fill(*FOUR, method="PM"),
        lambda: trim_and_fill(*FOUR, test="score"),
        lambda: three_level(*FOUR, ["a", "b"]),
        lambda: three_level(*FOUR, ["a"] * 4),
        lambda: three_level([0.1, float("inf")], [0.1, 0.1], ["a", "b"]),
    ],
)
def test_what_cannot_be_computed_is_refused(call: Any) -> None:
    with pytest.raises(InputError):
        call()


def test_an_exact_line_leaves_nothing_over() -> None:
    doses = np.array([1.0, 2.0, 4.0, 8.0])
    found = meta_regression(0.5 - 0.25 * doses, [0.1, 0.2, 0.3, 0.1], {"dose": doses})
    assert found.coefficients["dose"].estimate == pytest.approx(-0.25)
    assert (found.coefficients["dose"].se, found.coefficients["dose"].p) == (0.0, None)
    assert (found.tau2, found.qe, found.qm, found.qm_p) == (0.0, 0.0, None, None)


def test_the_order_of_cumulation_is_that_asked_for() -> None:
    steps = cumulative(*FOUR, order=[2001, 1999, 2010, 1999])
    assert [step.added for step in steps] == [1, 3, 0, 2]
    assert [step.added for step in cumulative(*FOUR)] == [0, 1, 2, 3]
    assert steps[0].pooled.random.estimate == 0.4 and steps[0].pooled.tau2 is None


estimates = st.floats(-50.0, 50.0).map(lambda x: round(x, 4))
variances = st.floats(0.01, 25.0).map(lambda x: round(x, 4))
moderator = st.integers(-20, 20).map(float)
studies = st.lists(st.tuples(estimates, variances), min_size=2, max_size=12)
traits = st.lists(st.tuples(estimates, variances, moderator), min_size=4, max_size=12)


def columns(rows: list[tuple[Any, ...]]) -> tuple[np.ndarray, ...]:
    return tuple(np.array(column) for column in zip(*rows, strict=True))


def near(value: Any, scale: float = 1.0) -> Any:
    return pytest.approx(value, rel=1e-6, abs=1e-6 * scale)


@given(studies, st.sampled_from(["REML", "ML"]), st.sampled_from(["wald", "hartung-knapp"]))
def test_regression_on_nothing_is_pooling(rows: list[tuple[float, float]], method: str, test: str) -> None:
    yi, vi = columns(rows)
    found, pooled = meta_regression(yi, vi, method=method, test=test), pool(yi, vi, method, test)
    mean = found.coefficients["intercept"]
    assert mean.estimate == near(pooled.random.estimate)
    assert mean.se == near(pooled.random.se) and mean.ci == near(pooled.random.ci)
    assert (mean.p is None) == (pooled.random.p is None)
    assert (found.tau2, found.i2) == (near(pooled.tau2), near(pooled.i2))
    assert (found.qe, found.qe_p) == (near(pooled.q), near(pooled.q_p))
    assert (found.r2, found.qm, found.qm_p) == (None, None, None)


@given(traits, st.randoms(use_true_random=False))
def test_the_order_of_studies_does_not_matter_to_a_regression(
    rows: list[tuple[float, float, float]], random: Any
) -> None:
    yi, vi, x = columns(rows)
    assume(np.ptp(x) > 0.0)
    shuffled = rows[:]
    random.shuffle(shuffled)
    one = meta_regression(yi, vi, {"x": x})
    other = meta_regression(*columns(shuffled)[:2], {"x": columns(shuffled)[2]})
    assert other.tau2 == near(one.tau2)
    assert other.coefficients["x"].estimate == near(one.coefficients["x"].estimate)
    assert other.coefficients["x"].se == near(one.coefficients["x"].se)


@given(traits, st.floats(-10.0, 10.0))
def test_a_slope_added_to_the_estimates_is_found_again(
    rows: list[tuple[float, float, float]], slope: float
) -> None:
    yi, vi, x = columns(rows)
    assume(np.ptp(x) > 0.0)
    one, other = meta_regression(yi, vi, {"x": x}), meta_regression(yi + slope * x, vi, {"x": x})
    # Far larger estimates than before cost digits.
    assert other.coefficients["x"].estimate == near(one.coefficients["x"].estimate + slope, 10.0)
    assert other.tau2 == pytest.approx(one.tau2, rel=1e-5, abs=1e-5)


@given(traits)
def test_text_is_read_as_zeros_and_ones(rows: list[tuple[float, float, float]]) -> None:
    yi, vi, x = columns(rows)
    high = x > 0.0
    assume(0 < high.sum() < len(x))
    words = meta_regression(yi, vi, {"dose": np.where(high, "low no more", "high no more")})
    numbers = meta_regression(yi, vi, {"dose": high})
    assert words.coefficients["dose=low no more"] == numbers.coefficients["dose"]


@given(studies, st.data())
def test_the_last_step_of_cumulation_is_pooling(rows: list[tuple[float, float]], data: Any) -> None:
    yi, vi = columns(rows)
    order = data.draw(st.permutations(range(len(rows))))
    steps = cumulative(yi, vi, order)
    pooled = pool(yi, vi)
    assert [step.pooled.k for step in steps] == list(range(1, len(rows) + 1))
    assert steps[-1].pooled.random.estimate == near(pooled.random.estimate)
    assert steps[-1].pooled.tau2 == near(pooled.tau2)


@given(studies, st.data())
def test_cumulation_sees_the_order_asked_for_not_that_given(
    rows: list[tuple[float, float]], data: Any
) -> None:
    yi, vi = columns(rows)
    place = np.array(data.draw(st.permutations(range(len(rows)))))
    one, other = cumulative(yi, vi), cumulative(yi[place], vi[place], order=place)
    assert [step.pooled for step in one] == [step.pooled for step in other]


@given(
    st.lists(st.tuples(st.floats(0.01, 20.0), variances), min_size=2, max_size=6), estimates, st.booleans()
)
def test_a_symmetric_funnel_is_filled_with_nothing(
    rows: list[tuple[float, float]], centre: float, has_centre: bool
) -> None:
    distances, vi = columns(rows)
    assume(np.ptp(vi) > 0.0)
    yi = np.concatenate([centre - distances, centre + distances, [centre] * has_centre])
    both = np.concatenate([vi, vi, [vi[0]] * has_centre])
    found = trim_and_fill(yi, both)
    assert (found.k0, found.filled_yi) == (0, ())
    assert found.estimate == random_effects(yi, both)


@given(st.lists(st.tuples(estimates, variances), min_size=3, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_studies_does_not_matter_to_trim_and_fill(
    rows: list[tuple[float, float]], random: Any
) -> None:
    yi, vi = columns(rows)
    assume(np.ptp(vi) > 1e-3 and np.ptp(yi) > 1e-3)
    # Where the line is flat but for rounding, either side is as good.
    slope = meta_regression(yi, vi, {"se": np.sqrt(vi)}).coefficients["se"]
    assume(abs(slope.estimate) > 1e-6)
    shuffled = rows[:]
    random.shuffle(shuffled)
    one, other = filled_or_none(yi, vi), filled_or_none(*columns(shuffled))
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert (one.k0, one.side) == (other.k0, other.side)
        assert one.estimate.estimate == near(other.estimate.estimate)
        assert one.tau2 == near(other.tau2)


@given(st.lists(st.tuples(estimates, variances), min_size=3, max_size=12))
def test_a_mirrored_funnel_is_filled_on_the_other_side(rows: list[tuple[float, float]]) -> None:
    yi, vi = columns(rows)
    assume(np.ptp(vi) > 1e-3 and np.ptp(yi) > 1e-3)
    assume(abs(meta_regression(yi, vi, {"se": np.sqrt(vi)}).coefficients["se"].estimate) > 1e-6)
    one, mirrored = filled_or_none(yi, vi), filled_or_none(-yi, vi)
    assert (one is None) == (mirrored is None)
    if one is not None and mirrored is not None:
        assert {one.side, mirrored.side} == {"left", "right"}
        assert one.k0 == mirrored.k0
        assert one.estimate.estimate == near(-mirrored.estimate.estimate)


def filled_or_none(yi: np.ndarray, vi: np.ndarray) -> Any:
    """None where the number to fill goes round in a circle, which metafor refuses as well."""
    try:
        return trim_and_fill(yi, vi)
    except InputError as refused:
        assert "circle" in str(refused)
        return None


@given(studies)
def test_one_effect_a_study_is_the_plain_random_effects_model(rows: list[tuple[float, float]]) -> None:
    yi, vi = columns(rows)
    found = three_level(yi, vi, list(range(len(rows))))
    plain = pool(yi, vi, test="wald")
    assert not found.separable
    assert found.between + found.within == near(plain.tau2)
    assert found.estimate.estimate == near(plain.random.estimate)
    assert found.estimate.ci == near(plain.random.ci)


nested = st.lists(st.tuples(estimates, variances, st.integers(0, 4)), min_size=4, max_size=12)


def height(yi: np.ndarray, vi: np.ndarray, study: np.ndarray, between: float, within: float) -> float:
    """Restricted log-likelihood of the three-level model, from its full covariance matrix."""
    V = np.diag(vi + within) + between * (study[:, None] == study)
    inverse = np.linalg.inv(V)
    information = inverse.sum()
    residuals = yi - inverse.sum(axis=0) @ yi / information
    return float(-0.5 * (np.linalg.slogdet(V)[1] + np.log(information) + residuals @ inverse @ residuals))


@given(nested, st.lists(st.tuples(st.floats(0.0, 3.0), st.floats(0.0, 3.0)), min_size=5, max_size=5))
def test_no_other_pair_of_variances_is_likelier(
    rows: list[tuple[float, float, int]], factors: list[tuple[float, float]]
) -> None:
    yi, vi, study = columns(rows)
    assume(1 < len(set(study)) < len(study))
    found = three_level(yi, vi, study)
    best = height(yi, vi, study, found.between, found.within)
    others = [(a * max(found.between, 1.0), b * max(found.within, 1.0)) for a, b in factors]
    others += [(a * found.between, b * found.within) for a in (0.98, 1.0, 1.02) for b in (0.98, 1.0, 1.02)]
    others += [(0.0, tau2(yi, vi, "REML")), (0.0, 0.0)]
    for between, within in others:
        assert height(yi, vi, study, between, within) <= best + 1e-8 * (1.0 + abs(best))


@given(nested, st.randoms(use_true_random=False), st.floats(0.01, 100.0))
def test_order_labels_and_units_do_not_matter_to_three_levels(
    rows: list[tuple[float, float, int]], random: Any, factor: float
) -> None:
    yi, vi, study = columns(rows)
    assume(1 < len(set(study)) < len(study))
    shuffled = rows[:]
    random.shuffle(shuffled)
    other_yi, other_vi, other_study = columns(shuffled)
    one = three_level(yi, vi, study)
    other = three_level(factor * other_yi, factor**2 * other_vi, [f"study {9 - s}" for s in other_study])
    best, also = (
        height(yi, vi, study, m.between / f**2, m.within / f**2) for m, f in ((one, 1.0), (other, factor))
    )
    # Two hills of one height may change places; the height may not.
    assert also == pytest.approx(best, rel=1e-8, abs=1e-8)


extreme_estimate = st.sampled_from([0.0, 0.1, 1.0, -1.0, 1e6, -1e6, 1e-6, 1e5])
extreme_variance = st.sampled_from([1e-12, 1e-6, 0.3, 1.0, 1e6, 1e12])
extreme_trait = st.sampled_from([0.0, 1.0, 2.0, 5.0, 1e6, 2000.0, -3.0])


@given(
    st.lists(
        st.tuples(extreme_estimate, extreme_variance, extreme_trait, st.integers(0, 2)),
        min_size=2,
        max_size=7,
    )
)
def test_within_the_bounds_all_is_finite_and_nothing_warns(rows: list[tuple[Any, ...]]) -> None:
    yi, vi, x, study = columns(rows)
    assume(vi.max() <= 1e12 * vi.min())
    found: list[Any] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for call in (
            lambda: meta_regression(yi, vi, {"x": x}).coefficients["x"],
            lambda: trim_and_fill(yi, vi).estimate,
            lambda: three_level(yi, vi, study).estimate,
            lambda: cumulative(yi, vi)[-1].pooled.random,
        ):
            try:
                found.append(call())
            except InputError:
                continue
    assert found
    for estimate in found:
        assert np.isfinite([estimate.estimate, estimate.se, *estimate.ci]).all()
