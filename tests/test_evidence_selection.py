"""Which trials are pooled, and that each that is not is listed with its reason."""

from __future__ import annotations

import re

import pytest

from magnesim.data import records
from magnesim.errors import InputError
from magnesim.evidence.comparisons import comparisons, directions, sizes, studies
from magnesim.evidence.outcomes import checked_form, checked_population, outcome, outcomes
from magnesim.evidence.published import best_pool, published_pools
from magnesim.evidence.screening import POOLED_DESIGNS, across_arms, active_cointervention, doubts
from magnesim.evidence.selection import measured_in, select


def pooled(key: str, **asked: str) -> dict[str, float]:
    return {e.study_id: e.estimate for e in select(outcome(key), **asked).effects}


def silent(key: str) -> set[str]:
    return {n.study_id for n in select(outcome(key)).silent_nulls}


def reason(key: str, study_id: str) -> str:
    return next(row.why for row in select(outcome(key)).left_out if row.study_id == study_id)


every_outcome = pytest.mark.parametrize("key", sorted(outcomes()))


@every_outcome
def test_every_study_in_people_is_pooled_silent_or_left_out_with_a_reason_and_only_once(key: str) -> None:
    found = select(outcome(key))
    where = [e.study_id for e in found.effects] + [n.study_id for n in found.silent_nulls]
    where += [row.study_id for row in found.left_out]
    assert len(where) == len(set(where))
    assert all(row.why for row in found.left_out)
    outside = set(measured_in(outcome(key))) - set(where)
    assert {studies()[s]["design"] for s in outside} <= {
        *POOLED_DESIGNS,
        "animal",
        "kinetic",
        "guideline",
        "in_vitro",
    }


@every_outcome
def test_no_two_trials_of_one_family_and_no_pool_stand_in_a_pool(key: str) -> None:
    effects = select(outcome(key)).effects
    families = [studies()[e.study_id]["trial_family"] or e.study_id for e in effects]
    assert len(families) == len(set(families))
    assert not {studies()[e.study_id]["design"] for e in effects} & set(POOLED_DESIGNS)
    assert len({e.measure for e in effects}) <= 1
    assert all(e.se > 0.0 for e in effects)


def test_cramps_a_four_week_count_is_turned_into_a_weekly_one() -> None:
    assert pooled("cramp_frequency") == pytest.approx(
        {"frusso1999": 0.175, "roguinmaor2017": -0.38, "kuusipalo2026": -0.2}
    )


def test_counts_over_registration_days_and_medians_are_kept_apart() -> None:
    assert "registration period" in reason("cramp_frequency", "nygaard2008")
    assert "medians" in reason("cramp_frequency", "roffe2002")


def test_schuster_2025_counts_in_points_not_in_its_odd_effect_size() -> None:
    found = select(outcome("isi")).effects
    assert [(e.study_id, e.measure, e.estimate, e.ci) for e in found] == [
        ("schuster2025", "md", -1.6, (-3.3, 0.0))
    ]


def test_hausenblas_2024_is_a_silent_null_whatever_its_abstract_leads_with() -> None:
    assert silent("isi") == {"hausenblas2024"}


def test_nielsen_2010_did_no_better_than_placebo() -> None:
    assert "nielsen2010" in silent("psqi")


def test_abbasi_2012_contradicts_itself_on_sleep_time_and_is_not_imputed() -> None:
    assert "not established" in reason("total_sleep_time", "abbasi2012")


def test_a_p_without_an_estimate_is_left_out_and_its_size_is_told() -> None:
    assert "4.2 points" in reason("isi", "abbasi2012")
    assert "but no estimate" in reason("irls", "jadidi2022")


def test_before_after_changes_are_no_differences_between_arms() -> None:
    assert "before-after" in reason("sbp", "purvis1994")
    assert "not rct" in reason("irls", "gorantla2024")
    assert "one arm only" in reason("sbp", "afitska2021")


def test_magnesium_with_something_else_is_not_magnesium() -> None:
    assert "melatonin" in reason("psqi", "alizadeh2021")
    assert "potassium" in reason("sbp", "sacks1995")
    assert "lorazepam" in reason("ham_a", "bourgeois_nd")
    assert pooled("cramp_frequency")["kuusipalo2026"] != pytest.approx(-1.43)  # the stockings


def test_a_background_drug_in_both_arms_and_a_filler_do_no_harm() -> None:
    assert active_cointervention("cellulose") == active_cointervention(None) == ""
    assert active_cointervention("vitamin B6 30 mg") == "vitamin B6 30 mg"
    assert "rodriguezmoran2003" in pooled("serum_mg")


def test_slips_in_the_sources_are_left_out_with_what_is_wrong() -> None:
    assert "slip" in reason("sbp", "rodriguezmoran2014")
    assert "8.0 (2.4)" in reason("fasting_glucose", "rodriguezmoran2003")
    assert "intravenous" in reason("pain_nrs", "yousef2013")


def test_a_p_that_the_notes_call_one_of_several_arms_is_marked_as_such() -> None:
    """Whoever enters the next one is reminded here: a test across arms says nothing of one pair."""
    words = re.compile(r"(three|four|all|several)[ -](arm|group)|factorial contrast", re.IGNORECASE)
    for row in records("evidence", "contrasts"):
        if row["p_value"] is not None and row["estimate"] is None and words.search(row["notes"] or ""):
            assert across_arms(row["study_id"], row["outcome"]), (row["study_id"], row["outcome"])


def test_directions_are_of_rows_that_exist_and_print_no_estimate() -> None:
    rows = {(r["study_id"], r["outcome"], r["treatment_arm"]): r for r in records("evidence", "contrasts")}
    for key in directions():
        assert key in rows and rows[key]["estimate"] is None


def test_doubts_and_sizes_are_about_studies_and_outcomes_that_exist() -> None:
    for study_id, key in [*doubts(), *sizes()]:
        assert study_id in studies()
        assert key == "" or key in outcomes()


def test_rylander_2004_is_silent_on_the_whole_group_not_a_result_of_a_subgroup() -> None:
    assert "rylander2004" in silent("sbp") and "rylander2004" not in pooled("sbp")


def test_barbagallo_2010_counts_by_its_change_because_the_arms_began_apart() -> None:
    assert pooled("sbp")["barbagallo2010"] == pytest.approx((148 - 150) - (147 - 148))


def test_an_assumed_correlation_is_said_with_what_others_would_give() -> None:
    note = next(e.note for e in select(outcome("sbp")).effects if e.study_id == "barbagallo2010")
    assert "0.5 assumed" in note and "0.3 to 0.7" in note


def test_schutten_2022_three_salts_against_one_placebo_are_one_row() -> None:
    (whole,) = select(outcome("map")).effects
    assert (whole.n, whole.compounds) == (164, ("citrate", "oxide", "sulfate"))
    assert whole.weeks == 24.0
    (citrate,) = select(outcome("map"), form="citrate").effects
    assert (citrate.n, citrate.compounds, citrate.estimate) == (72, ("citrate",), 0.0)
    assert whole.se < citrate.se


def test_kawano_1998_is_taken_at_the_office_and_names_what_else_it_printed() -> None:
    (row,) = [e for e in select(outcome("sbp")).effects if e.study_id == "kawano1998"]
    assert (row.estimate, row.se, row.n) == (-3.7, 1.3, 60)
    assert "24-h ambulatory" in row.note


def test_crossovers_count_their_people_once() -> None:
    (frusso,) = [e for e in select(outcome("cramp_frequency")).effects if e.study_id == "frusso1999"]
    assert frusso.n == 42


def test_counts_of_people_become_a_risk_ratio() -> None:
    assert pooled("isi_responder_6pt")["schuster2025"] == pytest.approx(0.490, abs=1e-3)
    assert "no events" in reason("withdrawal_ae", "moslehi2012")


def test_a_population_can_be_asked_for() -> None:
    assert set(pooled("cramp_frequency", population="cramps")) == {
        "frusso1999",
        "roguinmaor2017",
        "kuusipalo2026",
    }
    assert pooled("cramp_frequency", population="pregnancy") == {}


def test_open_trials_with_a_control_come_in_when_asked_for() -> None:
    assert pooled("psqi") == {}
    assert pooled("psqi", design="controlled") == {"saba2022": -2.0}


def test_cohorts_are_asked_for_by_themselves() -> None:
    assert pooled("short_sleep_below_7h") == {}
    assert pooled("short_sleep_below_7h", design="observational")["zhang2022"] == pytest.approx(
        -0.446, abs=1e-3
    )
    assert "rai2016" not in pooled("serum_mg", design="observational")


@pytest.mark.parametrize(
    ("call", "near"),
    [
        (lambda: outcome("hot flushes"), "hot_flash"),
        (lambda: outcome("insomnia severity"), "isi"),
        (lambda: checked_form("citrat"), "citrate"),
        (lambda: checked_population("postmenopausal"), "postmenopause"),
        (lambda: select(outcome("isi"), design="randomised"), "rct"),
    ],
)
def test_an_unknown_name_is_refused_in_one_line_with_the_nearest(call: object, near: str) -> None:
    with pytest.raises(InputError) as caught:
        call()  # type: ignore[operator]
    assert near in str(caught.value) and "\n" not in str(caught.value)


def test_every_printed_contrast_is_read_once() -> None:
    for key in outcomes():
        printed = [c for rows in comparisons(outcome(key)).values() for c in rows if c.printed]
        assert len(printed) == sum(row["outcome"] == key for row in records("evidence", "contrasts"))


def test_published_pools_keep_subgroups_and_placebo_arms_apart() -> None:
    pools = published_pools(outcome("sbp"))
    best = best_pool(pools)
    assert best is not None
    assert (best.study_id, best.k, best.ci) == ("zhang2016bp", 34, (-3.58, -0.43))
    assert {p.label for p in pools if not p.whole} >= {"mg_htn_on_drugs", "mg_ge400", "mg_per_10mmol"}
    assert best_pool(published_pools(outcome("irls"))) is None


def test_a_simulated_median_does_not_lead() -> None:
    best = best_pool(published_pools(outcome("cramp_frequency")))
    assert best is not None and best.study_id == "garrison2020"
    assert set(best.parts) >= {"frusso1999", "roguinmaor2017"}
