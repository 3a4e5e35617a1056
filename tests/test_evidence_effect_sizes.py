"""From printed figures to estimates: metafor's escalc, worked examples of papers, and units."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magnesim import units
from magnesim.evidence import effect_sizes as es
from magnesim.evidence.outcomes import outcome, outcomes
from magnesim.evidence.usual_unit import conversions, factor_to_usual

ESCALC = json.loads((Path(__file__).parent / "reference" / "metafor.json").read_text(encoding="utf-8"))[
    "effect_sizes"
]


def same(found: es.Effect, expected: dict[str, float]) -> bool:
    return math.isclose(found.estimate, expected["yi"], rel_tol=1e-9) and math.isclose(
        found.se**2, expected["vi"], rel_tol=1e-9
    )


def test_a_mean_difference_is_metafors_escalc() -> None:
    arms = [ESCALC["arms"][key] for key in ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")]
    assert same(es.mean_difference(*arms), ESCALC["MD"])


def test_a_standardised_difference_is_metafors_escalc() -> None:
    arms = [ESCALC["arms"][key] for key in ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")]
    assert same(es.hedges_g(*arms), ESCALC["SMD"])


def test_the_small_sample_factor_is_near_the_textbooks_approximation() -> None:
    """Hedges 1981: J is about 1 - 3 / (4 df - 1), to 0.007 from two degrees of freedom on."""
    for df in (2, 5, 10, 50, 500):
        assert es.small_sample_factor(df) == pytest.approx(1.0 - 3.0 / (4.0 * df - 1.0), abs=0.008)


def test_ratios_are_metafors_escalc_also_with_an_empty_cell() -> None:
    for events, suffix in (("events", ""), ("zero_events", "_zero")):
        cells = [ESCALC[events][key] for key in ("ai", "n1i", "ci", "n2i")]
        assert same(es.log_risk_ratio(*cells), ESCALC[f"RR{suffix}"])


def test_more_events_than_people_is_refused() -> None:
    with pytest.raises(ValueError, match="events cannot exceed people"):
        es.log_risk_ratio(12, 10, 1, 10)


def test_supakatisant_2015_counts_give_the_ratio_cochrane_prints() -> None:
    effect = es.log_risk_ratio(37, 43, 26, 43)
    low, high = (math.exp(effect.estimate + z * effect.se) for z in (-1.959964, 1.959964))
    assert (round(math.exp(effect.estimate), 2), round(low, 2), round(high, 2)) == (1.42, 1.09, 1.86)


def test_roguin_maor_2017_spreads_give_back_its_p_value() -> None:
    change = es.mean_difference(-3.41, 4.05, 48, -3.03, 4.53, 46)
    assert change.estimate == pytest.approx(-0.38)
    assert change.se == pytest.approx(0.888, abs=5e-4)


@given(st.floats(-20, 20).filter(lambda x: abs(x) > 0.01), st.floats(0.05, 5.0))
def test_a_standard_error_survives_the_way_through_its_p(estimate: float, se: float) -> None:
    from scipy.stats import norm

    p = 2.0 * norm.sf(abs(estimate) / se)
    if 1e-12 < p < 1.0 - 1e-6:
        assert es.se_from_p(estimate, p) == pytest.approx(se, rel=1e-4)
        assert es.z_of_p(p) * se == pytest.approx(abs(estimate), rel=1e-4)


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1])
def test_a_p_that_is_no_p_gives_no_standard_error(p: float) -> None:
    with pytest.raises(ValueError, match="exact p"):
        es.se_from_p(1.0, p)


def test_a_change_varies_less_the_better_start_and_end_agree() -> None:
    spreads = [es.sd_of_change(5.0, 5.0, r) for r in (0.3, es.ASSUMED_CORRELATION, 0.7)]
    assert spreads == sorted(spreads, reverse=True)
    assert es.sd_of_change(5.0, 5.0) == pytest.approx(5.0)


def test_arms_that_share_a_control_count_as_one_comparison_with_one_control() -> None:
    sd, n_arms, n_control = 10.0, [46, 46, 46], 26
    effects = [es.Effect(1.0, es.se_of_difference(sd, n, n_control)) for n in n_arms]
    joined = es.arms_against_one_control(effects, n_arms, n_control)
    assert joined.estimate == pytest.approx(1.0)
    assert joined.se == pytest.approx(es.se_of_difference(sd, sum(n_arms), n_control))
    assert joined.se > effects[0].se / math.sqrt(3)


def test_units_agree_with_the_one_place_for_magnesium() -> None:
    assert conversions()[("serum_mg", "mg/dL")] == pytest.approx(units.mmol_l_from_mg_dl(1.0), rel=1e-5)
    assert conversions()[("serum_mg", "mEq/L")] == units.mmol_l_from_meq_l(1.0)
    assert conversions()[("urine_mg_24h", "mg/24h")] == pytest.approx(units.mmol_from_mg(1.0), rel=1e-5)


@pytest.mark.parametrize(
    ("key", "unit", "figure", "expected"),
    [
        ("fasting_glucose", "mg/dL", 90.08, 5.0),
        ("total_sleep_time", "min", 16.06, 0.26767),
        ("cramp_frequency", "cramps per 4-week period", 0.7, 0.175),
        ("hdl", "mmol/L", 0.08, 3.0936),
        ("isi", "points", -1.6, -1.6),
    ],
)
def test_printed_figures_turn_into_the_usual_unit(
    key: str, unit: str, figure: float, expected: float
) -> None:
    factor = factor_to_usual(outcome(key), unit)
    assert factor is not None
    assert figure * factor == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("key", "unit"),
    [
        ("cramp_frequency", "cramps in the registration period"),
        ("fasting_glucose", "WMD, unit not printed (mmol/L likely)"),
        ("sbp", "mmHg per 10 mmol/day"),
        ("acth", "as reported"),
        ("isi", None),
    ],
)
def test_a_unit_that_is_not_known_is_not_guessed(key: str, unit: str | None) -> None:
    assert factor_to_usual(outcome(key), unit) is None


def test_conversions_are_of_outcomes_that_exist() -> None:
    assert {key for key, _ in conversions()} <= set(outcomes())
