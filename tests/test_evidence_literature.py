"""What the tables say about each outcome, as an evidence synthesist would write it down."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from magnesim.errors import InputError
from magnesim.evidence import (
    evidence_for,
    findings,
    outcomes,
    usual_changes,
    usual_placebo_change,
)
from magnesim.evidence.certainty import LEVELS, override
from magnesim.evidence.findings import split
from magnesim.evidence.headline import choose, own_pool
from magnesim.evidence.outcomes import outcome
from magnesim.evidence.selection import select

CODES = {
    "fixed_random_conflict",
    "small_study_effect",
    "one_trial_carries",
    "high_risk_carries",
    "silent_nulls",
    "other_salt",
    "other_population",
    "overlap",
    "sponsor",
    "hk_narrower_than_fixed",
    "significant_without_figures",
}
KEYS = {
    "k",
    "n",
    "measure",
    "method",
    "test",
    "estimate",
    "se",
    "ci",
    "pi",
    "tau2",
    "tau2_ci",
    "i2",
    "q",
    "q_p",
    "fixed",
    "egger_p",
    "with_silent_nulls",
    "with_p_only",
    "minimal_important_difference",
    "certainty",
    "alarms",
    "studies",
}
DOMAINS = ["risk_of_bias", "inconsistency", "indirectness", "imprecision", "publication_bias"]

every_outcome = pytest.mark.parametrize("key", sorted(outcomes()))


def codes(key: str, **asked: str) -> set[str]:
    return {alarm.code for alarm in evidence_for(key, **asked).alarms}


def message(key: str, code: str, **asked: str) -> str:
    return next(alarm.message for alarm in evidence_for(key, **asked).alarms if alarm.code == code)


@every_outcome
def test_the_json_keeps_the_contract_for_every_outcome(key: str) -> None:
    found = evidence_for(key).to_json()
    json.dumps(found, allow_nan=False)
    assert set(found) >= KEYS
    assert found["schema_version"] == 1 and found["outcome"] == key and found["unit"]
    assert set(found["with_silent_nulls"]) >= {"k", "imputed", "imputed_n", "estimate", "ci"}
    assert set(found["with_p_only"]) >= {
        "k",
        "imputed",
        "p_only",
        "estimate",
        "se",
        "ci",
        "studies",
        "left_out",
    }
    assert found["certainty"]["level"] in LEVELS
    assert [r["domain"] for r in found["certainty"]["reasons"]] == DOMAINS
    assert all(r["because"] and r["step"] <= 0 for r in found["certainty"]["reasons"])
    assert {a["code"] for a in found["alarms"]} <= CODES
    assert all(a["message"].endswith(".") and "\n" not in a["message"] for a in found["alarms"])
    for study in found["studies"]:
        assert set(study) >= {"study_id", "estimate", "se", "weight", "risk_of_bias", "note"}


@every_outcome
def test_certainty_is_the_start_less_its_steps(key: str) -> None:
    rated = evidence_for(key).certainty
    steps = sum(reason.step for reason in rated.reasons)
    assert rated.level == LEVELS[max(0, 3 + steps)]


@every_outcome
def test_an_estimate_has_an_interval_and_studies_and_none_has_neither(key: str) -> None:
    lead = evidence_for(key).headline
    if lead.estimate is None:
        assert lead.ci is None and lead.k == 0 and lead.source in ("silent_nulls", "none")
    else:
        assert lead.ci is not None and lead.ci[0] <= lead.estimate <= lead.ci[1]
        assert lead.studies and sum(c.weight for c in lead.studies) == pytest.approx(100.0)


def test_sleep_onset_latency_is_mah_2021_two_trials_and_55_people() -> None:
    found = evidence_for("sleep_onset_latency").to_json()
    assert (found["source"], found["k"], found["n"]) == ("published_pool", 2, 55)
    assert (found["estimate"], found["ci"], found["unit"]) == (-17.36, [-27.27, -7.44], "min")
    assert found["certainty"]["level"] == "low"
    assert "abbasi2012" in message("sleep_onset_latency", "high_risk_carries")
    assert "held2002" in message("sleep_onset_latency", "overlap")


def test_total_sleep_time_is_told_in_hours() -> None:
    found = evidence_for("total_sleep_time").headline
    assert found.estimate == pytest.approx(16.06 / 60, abs=1e-4)


def test_isi_is_one_small_trial_below_what_matters() -> None:
    found = evidence_for("isi")
    assert (found.headline.estimate, found.headline.ci, found.headline.n) == (-1.6, (-3.3, 0.0), 153)
    assert found.certainty.level == "low"
    assert found.with_silent_nulls is not None
    assert -1.6 < found.with_silent_nulls.result.estimate < 0.0
    assert codes("isi") >= {"one_trial_carries", "silent_nulls", "sponsor"}


def test_psqi_nobody_printed_a_difference_and_two_said_there_was_none() -> None:
    found = evidence_for("psqi")
    assert found.headline.source == "silent_nulls" and found.headline.estimate is None
    assert found.with_silent_nulls is not None
    assert found.with_silent_nulls.study_ids == ("nielsen2010", "liu2016")
    low, high = found.with_silent_nulls.result.ci
    assert -4.4 < low < 0.0 < high < 4.4
    assert found.certainty.level == "low"


def test_rls_severity_has_no_usable_controlled_trial() -> None:
    for form in (None, "citrate"):
        found = evidence_for("irls", form)
        assert (found.headline.source, found.headline.estimate) == ("none", None)
        assert found.certainty.level == "very_low"
    assert {row.study_id for row in found.left_out} >= {"jadidi2022", "gorantla2024"}


def test_hot_flashes_the_one_trial_found_no_difference() -> None:
    found = evidence_for("hot_flash_frequency")
    assert found.headline.estimate is None and found.headline.source == "silent_nulls"
    assert found.with_silent_nulls is not None and found.with_silent_nulls.study_ids == ("park2015",)
    assert found.with_silent_nulls.result.ci[1] < 19.1
    assert found.certainty.level == "moderate"
    assert evidence_for("hot_flash_frequency", "citrate").certainty.level == "low"


def test_cramps_our_own_three_trials_say_little_or_nothing() -> None:
    found = evidence_for("cramp_frequency")
    assert found.headline.source == "trials" and found.headline.k == 3 and found.headline.ci is not None
    low, high = found.headline.ci
    assert -1.0 < low < 0.0 < high < 1.0
    assert found.certainty.level == "moderate"
    assert "garrison2020" in message("cramp_frequency", "overlap")
    assert next(p.estimate for p in found.published if p.study_id == "garrison2020") == -0.18


def test_blood_pressure_is_led_by_the_pool_of_34_trials_with_our_four_beside_it() -> None:
    found = evidence_for("sbp")
    assert (found.headline.source, found.headline.estimate, found.headline.k) == ("published_pool", -2.0, 34)
    assert found.own is not None and found.own.k == 4
    assert found.certainty.level == "moderate"
    assert "zhang2016bp" in message("sbp", "overlap")


def test_serum_and_urine_are_the_48_trials_that_the_body_model_is_held_to() -> None:
    assert evidence_for("serum_mg").headline.ci == (0.02, 0.06)
    assert evidence_for("urine_mg_24h").headline.ci == (1.2, 1.83)


def test_fasting_glucose_pools_disagree_and_that_lowers_the_certainty() -> None:
    found = evidence_for("fasting_glucose")
    assert found.headline.estimate == -0.2
    step = {r.domain: r for r in found.certainty.reasons}["inconsistency"]
    assert step.step == -1 and "song2006" in step.because
    assert found.certainty.level == "low"


def test_gad7_is_one_unmasked_trial() -> None:
    assert evidence_for("gad7").certainty.level == "very_low"
    assert codes("gad7") >= {"one_trial_carries", "high_risk_carries"}


@pytest.mark.parametrize("key", ["bmd_hip", "vitd_25oh", "pain_nrs"])
def test_where_no_trial_prints_usable_figures_nothing_is_made_up(key: str) -> None:
    found = evidence_for(key)
    assert found.headline.estimate is None and found.with_silent_nulls is None
    assert found.certainty.level == "very_low"


def test_another_salt_than_asked_raises_an_alarm_and_names_the_trials_of_it() -> None:
    assert "0.175" in message("cramp_frequency", "other_salt", form="citrate")
    assert "schutten2022 3.12 (2.23 to 4.01)" in message("urine_mg_24h", "other_salt", form="citrate")
    assert "other_salt" in codes("sleep_onset_latency", form="citrate")
    assert "other_salt" not in codes("sleep_onset_latency")


def test_a_salt_that_is_all_there_is_stands_alone() -> None:
    found = evidence_for("map", form="citrate")
    assert found.narrowed and found.headline.estimate == 0.0
    assert "other_salt" not in codes("map", form="citrate")
    assert evidence_for("psqi", form="citrate").with_silent_nulls.study_ids == ("nielsen2010",)  # type: ignore[union-attr]


def test_other_people_than_asked_raise_an_alarm_and_lower_the_certainty() -> None:
    assert "other_population" in codes("isi", population="postmenopause")
    asked = evidence_for("isi", population="postmenopause").certainty
    assert LEVELS.index(asked.level) < LEVELS.index(evidence_for("isi").certainty.level)
    assert "other_population" not in codes("cramp_frequency", population="cramps")


def test_no_salt_makes_hot_flashes_restless_legs_or_blood_pressure_better_than_another() -> None:
    for key in ("hot_flash_frequency", "irls", "psqi", "cramp_frequency"):
        for form in (None, "citrate", "oxide", "glycinate"):
            ci = evidence_for(key, form).headline.ci
            assert ci is None or ci[0] <= 0.0 <= ci[1]


def test_observational_evidence_starts_at_low() -> None:
    found = evidence_for("short_sleep_below_7h", design="observational")
    assert found.headline.measure == "log_or"
    assert found.to_json()["ratio"]["estimate"] == pytest.approx(0.64)
    assert found.certainty.level in ("low", "very_low")
    assert evidence_for("incident_hypertension", design="observational").headline.k == 9


def test_a_person_may_override_the_certainty_and_must_say_why() -> None:
    rated = evidence_for("isi").certainty
    changed = override(rated, "very_low", "the product's maker chose the scale")
    assert (changed.level, changed.reasons[-1].domain, changed.reasons[-1].step) == (
        "very_low",
        "override",
        -1,
    )
    for wrong in (("certain", "because"), ("low", "  ")):
        with pytest.raises(InputError):
            override(rated, *wrong)


def test_the_same_question_gives_the_same_answer_byte_for_byte() -> None:
    script = (
        "import json; from magnesim.evidence import evidence_for; "
        "print(json.dumps(evidence_for('sbp').to_json()))"
    )
    runs = {
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
        for _ in range(2)
    }
    assert len(runs) == 1


def test_importing_the_room_loads_neither_scipy_nor_polars() -> None:
    heavy = "('scipy', 'polars', 'rapidfuzz')"
    script = f"import sys, magnesim.evidence; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def finding(key: str, study_id: str, form: str | None = None) -> Any:
    return next(f for f in findings(key, form) if f.study_id == study_id)


@every_outcome
def test_every_study_has_at_most_one_finding_and_every_pooled_trial_has_one(key: str) -> None:
    found = findings(key)
    names = [f.study_id for f in found]
    assert len(names) == len(set(names))
    assert {f.study_id for f in found if f.pooled} == {
        e.study_id for e in evidence_for(key).selection.effects
    }
    assert all(f.pooled or f.why_not for f in found)
    assert all(f.estimate is None or math.isfinite(f.estimate) for f in found)


def test_an_uncontrolled_fall_is_called_one_and_stands_beside_what_placebo_does() -> None:
    gorantla = finding("irls", "gorantla2024")
    assert (gorantla.kind, gorantla.measure, gorantla.estimate) == ("within_arm", "change", -6.67)
    assert not gorantla.controlled
    usual = usual_placebo_change("irls")
    assert usual is not None and usual.value == -6.58 and usual.fact_id == "legs.placebo_change_irls"
    assert usual.source_url is not None


@pytest.mark.parametrize(
    ("key", "value"),
    [("psqi", -3.8), ("isi", -2.3), ("cramp_frequency", -3.03), ("cramp_frequency_pct_change", -28.7)],
)
def test_scales_fall_without_magnesium_too(key: str, value: float) -> None:
    usual = usual_placebo_change(key)
    assert usual is not None and usual.value == value
    assert usual.unit and usual.statement


def test_isi_falls_untreated_as_well_and_where_nothing_is_known_nothing_is_said() -> None:
    assert [u.kind for u in usual_changes("isi")] == ["placebo", "uncontrolled"]
    assert usual_placebo_change("hot_flash_frequency") is None


def test_park_2011_fell_by_24_flashes_without_any_control() -> None:
    park = finding("hot_flash_frequency", "park2011")
    assert (park.kind, park.estimate, park.n) == ("within_arm", -24.5, 25)
    assert finding("hot_flash_frequency", "park2015").kind == "silent_null"


def test_alizadeh_2021_is_reported_for_magnesium_alone_not_for_the_melatonin_mixture() -> None:
    assert finding("psqi", "alizadeh2021").p is None


def test_figures_in_doubt_are_not_shown_as_findings() -> None:
    assert finding("sbp", "rodriguezmoran2014").estimate is None


def test_findings_of_one_salt_are_of_its_arm() -> None:
    found = [finding for key in ("irls", "cramp_frequency", "map") for finding in findings(key, "citrate")]
    assert all("citrate" in f.compounds for f in found)
    assert next(f for f in found if f.outcome == "map").compounds == ("citrate",)
    controlled, other = split(found)
    assert {f.study_id for f in other} == {"gorantla2024"} and len(controlled) == len(found) - 1


@pytest.mark.parametrize(
    ("key", "study_id", "n", "n_of"),
    [
        ("irls", "jadidi2022", 75, "randomised"),
        ("psqi", "jadidi2022", 75, "randomised"),
        ("isi", "abbasi2012", 43, "analysed"),
        ("sbp", "tohp1992", 698, "randomised"),
        ("map", "schutten2022", 164, "arms"),
        ("sbp", "rylander2004", 36, "arms"),
    ],
)
def test_people_of_arms_that_are_not_printed_are_not_made_up(
    key: str, study_id: str, n: int, n_of: str
) -> None:
    found = finding(key, study_id)
    assert (found.n, found.n_of) == (n, n_of)


@every_outcome
def test_people_say_what_they_are_a_number_of_and_doses_what_they_are(key: str) -> None:
    for f in findings(key):
        assert f.n_of in ("arms", "analysed", "randomised", None)
        assert f.n is None or f.n_of or f.kind in ("pool", "observational")
        assert len(f.dose_basis) == len(f.elemental_mg_per_day)
        assert set(f.dose_basis) <= {"elemental", "salt_converted", "unclear"}


def test_a_dose_that_may_be_the_salt_is_marked() -> None:
    assert finding("irls", "jadidi2022").dose_basis == ("unclear",)
    assert finding("isi", "schuster2025").dose_basis == ("elemental",)


@pytest.mark.parametrize(
    ("key", "study_id", "role"),
    [
        ("sbp", "afitska2021", "placebo"),
        ("sbp", "saito1988", "placebo"),
        ("sbp", "purvis1994", "placebo"),
        ("fasting_glucose", "lima1998", "placebo"),
        ("homa_ir", "guerreroromero2004", "placebo"),
        ("hba1c", "eibl1995", "placebo"),
        ("sbp", "nowson1989", "placebo"),
        ("sbp", "kass2013", "no_treatment"),
        ("irls", "gorantla2024", None),
        ("sbp", "geleijnse1994", "active_control"),
    ],
)
def test_a_change_within_an_arm_of_a_controlled_trial_is_not_uncontrolled(
    key: str, study_id: str, role: str | None
) -> None:
    assert finding(key, study_id).control_role == role


def test_a_p_without_a_size_has_its_direction() -> None:
    found = finding("isi", "abbasi2012")
    assert (found.p, found.favours_magnesium, found.direction) == (0.006, "yes", "better on magnesium")
    assert not found.p_across_arms
    assert finding("cortisol_serum", "abbasi2012").direction == "lower on magnesium"
    assert finding("sbp", "kass2015").direction == "better on magnesium"
    assert finding("hot_flash_frequency", "park2015").direction == "no difference"


def test_a_p_across_three_arms_is_marked_and_has_no_direction() -> None:
    for key, study_id in (("irls", "jadidi2022"), ("psqi", "jadidi2022"), ("isi", "khalid2024")):
        found = finding(key, study_id)
        assert found.p is not None and found.p_across_arms and found.direction is None


def test_a_paper_that_prints_a_p_and_no_difference_for_the_same_outcome_is_given_neither() -> None:
    found = finding("total_sleep_time", "abbasi2012")
    assert (found.p, found.direction) == (None, None)
    assert "not established" in (found.why_not or "")


def test_what_scales_do_on_placebo_is_not_called_better_on_magnesium() -> None:
    assert finding("irls", "silva2017").direction is None


def test_trials_that_say_no_difference_are_counted_with_their_people() -> None:
    found = evidence_for("hot_flash_frequency")
    assert found.headline.n is None
    assert (found.silent_trials, found.silent_people) == (1, 267)
    assert found.to_json()["with_silent_nulls"]["imputed_n"] == 267
    assert (evidence_for("gad7").silent_trials, evidence_for("gad7").silent_people) == (0, None)


def test_names_are_read_in_capitals_too_and_nothing_is_no_name() -> None:
    assert evidence_for("SBP").outcome.key == "sbp"
    assert evidence_for("Hot flash-frequency").outcome.key == "hot_flash_frequency"
    assert evidence_for("psqi", form=" Citrate ").form == "citrate"
    for asked in ({"form": ""}, {"population": " "}, {"design": ""}, {"form": "none"}):
        with pytest.raises(InputError):
            evidence_for("isi", **asked)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="outcome sleep latency: not known; near it are sleep_onset_latency"):
        evidence_for("sleep latency")
    with pytest.raises(InputError, match=r"outcome \(empty\): not known; near it are"):
        evidence_for("")


@pytest.mark.parametrize("form", ["unspecified", "mixed", "diet", "orotate", "citrate"])
def test_every_compound_of_the_tables_can_be_asked_for(form: str) -> None:
    assert evidence_for("sbp", form=form).form == form


def test_an_outcome_knows_which_way_is_better() -> None:
    assert outcome("isi").benefit(-2.0) == 2.0
    assert outcome("total_sleep_time").benefit(-2.0) == -2.0
    assert outcome("serum_mg").benefit(0.1) == 0.0
    assert outcome("isi").unit_of("smd") == "SD"


def test_a_headline_claims_no_more_than_the_normal_interval() -> None:
    (one,) = select(outcome("isi")).effects
    effects = [replace(one, study_id=name, estimate=-1.6, se=0.8) for name in ("a", "b", "c")]
    own = own_pool(effects)
    assert own is not None and own.random.se == 0.0
    lead = choose(effects, own, None, None)
    assert (lead.se, lead.ci) == (own.wald.se, own.wald.ci)
    assert lead.se == pytest.approx(0.8 / math.sqrt(3.0))
