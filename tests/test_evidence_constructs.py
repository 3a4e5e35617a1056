"""Several scales of one construct in one pool: Hedges g, one effect a trial, and back into points."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gamma

from magnesim.cli import main
from magnesim.errors import InputError
from magnesim.evidence import Construct, constructs, evidence_for, outcome
from magnesim.evidence.back_conversion import back_converted
from magnesim.evidence.comparisons import studies
from magnesim.evidence.construct_selection import select_construct
from magnesim.evidence.outcomes import Outcome
from magnesim.evidence.selection import family_of, measured_in
from magnesim.evidence.standardised import as_smd
from magnesim.evidence.trials import TrialEffect

every_construct = pytest.mark.parametrize("key", sorted(constructs()))
DESIGNS = ("rct", "controlled")


def trial(**changed: object) -> TrialEffect:
    """A trial that prints a difference and nothing of its arms."""
    given_ = {
        "study_id": "schuster2025",
        "measure": "md",
        "estimate": -2.0,
        "se": 1.0,
        "ci": (-3.96, -0.04),
        "n": 100,
        "n_of": "arms",
        "n_treatment": 50,
        "n_control": 50,
        "weeks": 99.0,
        "compounds": ("oxide",),
        "risk_of_bias": "some",
        "funding": None,
        "note": "",
    }
    return TrialEffect(**(given_ | changed))  # type: ignore[arg-type]  # each test says which fields


def scale(**changed: object) -> Outcome:
    return replace(outcome("pss"), **changed)  # type: ignore[arg-type]  # likewise


def in_sds(instrument: Outcome, effect: TrialEffect, sign: float = 1.0) -> tuple[float, float]:
    found = as_smd(instrument, effect, sign)
    assert isinstance(found, TrialEffect)
    assert found.ci[0] < found.estimate < found.ci[1]
    return found.estimate, found.se


@every_construct
def test_the_table_names_scales_that_exist_and_where_the_points_come_from(key: str) -> None:
    construct = constructs()[key]
    assert construct.convert_to in construct.instruments
    assert len(set(construct.instruments)) == len(construct.instruments)
    assert construct.sd_from in ("typical_sd", "arms", "implied")
    assert not set(construct.instruments) & {near for near, _ in construct.not_pooled}
    assert all(scale.better_direction in ("lower", "higher") for scale in construct.instruments)
    assert construct.because


@every_construct
@pytest.mark.parametrize("design", DESIGNS)
def test_nobody_is_counted_twice_and_nobody_is_lost(key: str, design: str) -> None:
    construct = constructs()[key]
    found = select_construct(construct, design)
    counted = [family_of(one.study_id) for one in (*found.effects, *found.silent_nulls)]
    assert max(Counter(counted).values(), default=1) == 1
    told = set(counted) | {family_of(row.study_id) for row in found.left_out}
    told |= {family_of(one.study_id) for one in found.p_only}
    for instrument in construct.instruments:
        for study_id in measured_in(instrument):
            if studies()[study_id]["design"] not in (
                "meta_analysis",
                "systematic_review",
                "animal",
                "in_vitro",
            ):
                assert family_of(study_id) in told, study_id


@every_construct
def test_a_published_pool_is_never_in_the_pool_with_its_trials(key: str) -> None:
    result = evidence_for(key)
    pooled = {effect.study_id for effect in result.selection.effects}
    assert not pooled & {pool.study_id for pool in result.published}
    assert all(pool.measure in ("smd", None) for pool in result.published)


def test_published_pools_of_depression_stay_visible() -> None:
    seen = {pool.study_id: pool.estimate for pool in evidence_for("depression").published if pool.whole}
    assert seen == {"phelan2018": -0.21, "moabedi2023": -0.919}
    # The less biased pool prints no interval and says a quarter of what the other says.
    assert evidence_for("depression").certainty.level == "very_low"


@every_construct
@pytest.mark.parametrize("design", DESIGNS)
def test_the_order_of_the_scales_decides_the_scale_and_never_who_is_in(key: str, design: str) -> None:
    construct = constructs()[key]
    turned = replace(construct, instruments=construct.instruments[::-1])
    one, other = select_construct(construct, design), select_construct(turned, design)
    assert [e.study_id for e in one.effects] == [e.study_id for e in other.effects]


def mixture(*keys: str) -> Construct:
    return replace(constructs()["stress"], instruments=tuple(map(outcome, keys)), not_pooled=())


@pytest.mark.parametrize("keys", [("pss", "phq4_anxiety"), ("phq4_anxiety", "pss")])
def test_a_trial_with_two_scales_counts_by_the_first(keys: tuple[str, str]) -> None:
    found = select_construct(mixture(*keys))
    assert [(e.study_id, e.instrument) for e in found.effects] == [("schuster2025", keys[0])]
    assert any(
        row.study_id == "schuster2025" and row.why.startswith(outcome(keys[1]).label)
        for row in found.left_out
    )


def test_saba_2022_by_its_own_arms_is_an_independent_calculation() -> None:
    """PSQI 8.3 (2.1) against 10.3 (2.0), 30 and 30 people."""
    found = {e.study_id: e for e in select_construct(constructs()["sleep_scales"], "controlled").effects}
    sd, df = math.sqrt((29 * 2.1**2 + 29 * 2.0**2) / 58), 58
    correction = gamma(df / 2) / (math.sqrt(df / 2) * gamma((df - 1) / 2))
    assert found["saba2022"].estimate == pytest.approx(correction * (8.3 - 10.3) / sd)


def test_a_difference_over_the_usual_sd_comes_back_as_it_was_printed() -> None:
    back = evidence_for("sleep_scales").back_converted
    assert back is not None and back.ci is not None
    assert (back.outcome.key, back.estimate) == ("isi", pytest.approx(-1.6))
    assert back.ci == pytest.approx((-3.3, 0.0))
    assert (back.mid, back.sd) == (6.0, 4.98)


def test_anxiety_is_one_trial_that_found_nothing_and_says_who_else_measured_it() -> None:
    result = evidence_for("anxiety")
    assert (result.headline.estimate, [e.instrument for e in result.selection.effects]) == (
        0.0,
        ["phq4_anxiety"],
    )
    assert result.with_silent_nulls is not None and result.with_silent_nulls.study_ids == ("walkerpms_nd",)
    reasons = {row.study_id: row.why for row in result.left_out}
    assert "anxiety and depression stand in one total" in reasons["saba2022"]
    # A crossover's error tells no spread: 11 points on a scale from 0 to 21 is what it would have implied.
    assert "−4.5 points" in reasons["tarleton2017"] and "no SD" in reasons["tarleton2017"]
    assert result.with_p_only is not None
    assert {one.study_id for one in result.with_p_only.trials} == {"abbasi2013", "tarleton2017"}


def test_where_no_spread_is_in_the_tables_no_points_are_made_up() -> None:
    back = evidence_for("depression").back_converted
    assert back is not None
    assert (back.estimate, back.ci, back.sd, back.mid) == (None, None, None, 5.0)
    assert "no spread" in back.because


def test_points_of_a_scale_on_which_higher_is_better_are_turned() -> None:
    construct = constructs()["sleep_scales"]
    upside_down = replace(construct, convert_to=replace(construct.convert_to, better_direction="higher"))
    lead = evidence_for("sleep_scales").headline
    plain, turned = back_converted(construct, lead), back_converted(upside_down, lead)
    assert plain.ci is not None and turned.ci is not None
    assert turned.estimate == pytest.approx(-(plain.estimate or 0.0))
    assert turned.ci == pytest.approx((-plain.ci[1], -plain.ci[0]))


@given(st.floats(-30, 30), st.floats(0.05, 10.0), st.sampled_from([None, 7.5]), st.integers(3, 500))
def test_turning_a_scale_around_changes_nothing(estimate: float, se: float, sd: float | None, n: int) -> None:
    construct = mixture("pss")
    limits = (estimate - 2 * se, estimate + 2 * se)
    plain = trial(estimate=estimate, se=se, ci=limits, n_treatment=n, n_control=n)
    turned = replace(plain, estimate=-estimate, ci=(-limits[1], -limits[0]))
    up, down = scale(typical_sd=sd), scale(typical_sd=sd, better_direction="higher")
    assert in_sds(up, plain, construct.sign(up)) == in_sds(down, turned, construct.sign(down))


@given(st.floats(-30, 30), st.floats(0.05, 10.0), st.sampled_from([None, 7.5]), st.floats(0.01, 100.0))
def test_another_unit_changes_nothing(estimate: float, se: float, sd: float | None, factor: float) -> None:
    plain = trial(estimate=estimate, se=se, ci=(estimate - 2 * se, estimate + 2 * se))
    low, high = plain.ci
    other = trial(estimate=factor * estimate, se=factor * se, ci=(factor * low, factor * high))
    wide = scale(typical_sd=None if sd is None else factor * sd)
    assert in_sds(wide, other) == pytest.approx(in_sds(scale(typical_sd=sd), plain))


@given(st.floats(0.1, 6.0), st.integers(3, 300), st.integers(3, 300))
def test_without_an_sd_it_is_the_t_value_and_the_sizes(t: float, n: int, m: int) -> None:
    """An independent way: d = t sqrt(1/n + 1/m), whatever the unit."""
    g, _ = in_sds(
        scale(typical_sd=None), trial(estimate=t, se=1.0, ci=(t - 2, t + 2), n_treatment=n, n_control=m)
    )
    df = n + m - 2
    correction = math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)
    assert g == pytest.approx(correction * t * math.sqrt(1 / n + 1 / m))


def test_ratios_and_crossovers_without_an_sd_are_told_apart_and_not_pooled() -> None:
    assert "ratio" in str(as_smd(outcome("pss"), trial(measure="log_rr"), 1.0))
    assert "no SD" in str(as_smd(scale(typical_sd=None), trial(paired=True), 1.0))
    assert in_sds(scale(typical_sd=5.0), trial(paired=True)) == pytest.approx((-0.4, 0.2))


@every_construct
def test_the_json_has_all_keys_of_an_outcome_and_three_more(key: str) -> None:
    found = evidence_for(key).to_json()
    assert set(found) - set(evidence_for("isi").to_json()) == {"construct", "instruments", "back_converted"}
    assert found["construct"] == key
    assert set(found["back_converted"]) >= {
        "outcome",
        "unit",
        "estimate",
        "ci",
        "pi",
        "minimal_important_difference",
        "sd",
        "sd_source",
    }


def test_the_command_takes_a_construct_and_names_it_where_a_word_is_near(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["evidence", "Anxiety", "--json"])
    assert not ended.value.code
    assert json.loads(capsys.readouterr().out)["construct"] == "anxiety"
    with pytest.raises(InputError, match="anxiety"):
        evidence_for("anxeity")


def test_why_names_the_studies_of_a_construct_and_of_an_outcome_that_printed_only_a_p():
    from magnesim.provenance import why

    assert "schuster2025" in {page.study_id for page in why("anxiety").sources}
    assert {page.study_id for page in why("irls").sources} == {"jadidi2022"}
