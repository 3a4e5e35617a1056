"""Loose stools: laws of the curve, what its tables stand on, the fit, and the anchors against it."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnesim.body.entry import salts
from magnesim.data import records
from magnesim.errors import InputError
from magnesim.tolerability import central, draws, loose_stool, probability, stool_weight_g, weight_of
from magnesim.tolerability.anchors import absorbed, anchors, unabsorbed
from magnesim.tolerability.checks import checks
from magnesim.tolerability.fit import fit, posterior, tables, values_of
from magnesim.tolerability.model import salt_weights
from magnesim.tolerability.parameters import (
    constants,
    correlation,
    fitted,
    from_normal,
    inputs,
    priors,
    to_normal,
)
from magnesim.units import mmol_from_mg

AMOUNTS = st.floats(0, 150)
SHARES = st.floats(0, 1)
SALTS = st.sampled_from(sorted(salt_weights()))
ROUNDING = 1e-12


def source_names() -> set[str]:
    """Everything that a source may point at: facts and studies that ship."""
    facts = {row["fact_id"] for row in records("evidence", "facts")}
    return facts | {row["study_id"] for row in records("evidence", "studies")}


@given(SALTS)
def test_no_extra_load_gives_the_background(salt: str):
    told = loose_stool(0, 0, salt)
    assert told.probability == told.background


@given(AMOUNTS, SHARES, SALTS)
def test_loose_stools_are_never_rarer_than_on_placebo_nor_more_than_certain(
    amount: float, share: float, salt: str
):
    told = loose_stool(amount, amount * share, salt)
    low, high = told.interval
    assert 0 <= told.background <= told.probability <= 1
    assert 0 <= low <= told.probability <= high <= 1


@given(AMOUNTS, AMOUNTS, SHARES, SALTS)
def test_loose_stools_rise_with_the_daily_amount_at_the_same_largest_load(
    one: float, other: float, share: float, salt: str
):
    less, more = sorted((one, other))
    largest = less * share
    fewer, commoner = loose_stool(less, largest, salt), loose_stool(more, largest, salt)
    assert fewer.probability <= commoner.probability + ROUNDING
    assert fewer.interval[1] <= commoner.interval[1] + ROUNDING


@given(AMOUNTS, SHARES, SHARES, SALTS)
def test_loose_stools_rise_with_the_largest_load(amount: float, one: float, other: float, salt: str):
    less, more = sorted((one, other))
    split, whole = loose_stool(amount, amount * less, salt), loose_stool(amount, amount * more, salt)
    assert split.probability <= whole.probability + ROUNDING


@given(AMOUNTS, st.integers(1, 8))
def test_splitting_a_days_load_never_raises_the_chance_and_only_so_far_lowers_it(amount: float, parts: int):
    whole, split = loose_stool(amount, amount), loose_stool(amount, amount / parts)
    assert split.probability <= whole.probability + ROUNDING
    # many small loads count at least as much as the e-th part taken at once, for `load_effect` is at most 1
    assert split.probability >= loose_stool(amount / math.e, amount / math.e).probability - ROUNDING


@given(st.floats(0.1, 100), st.integers(1, 8))
def test_splitting_a_dose_never_raises_the_chance_though_more_of_it_is_absorbed(dose: float, parts: int):
    left = [load - absorbed(load, constants()) for load in (dose, dose / parts)]
    assert left[1] * parts <= left[0] + ROUNDING
    whole, split = loose_stool(left[0], left[0]), loose_stool(left[1] * parts, left[1])
    assert split.probability <= whole.probability + ROUNDING


@given(AMOUNTS, SHARES)
def test_undissolved_salts_loosen_less_than_dissolved_ones_and_sulfate_more(amount: float, share: float):
    chance = {
        salt: loose_stool(amount, amount * share, salt).probability
        for salt in ("oxide", "hydroxide", "citrate", "sulfate")
    }
    assert chance["oxide"] <= chance["hydroxide"] <= chance["citrate"] <= chance["sulfate"]


@settings(max_examples=20)
@given(st.lists(st.tuples(AMOUNTS, SHARES), min_size=1, max_size=5))
def test_many_at_once_are_as_each_by_itself(taken: list[tuple[float, float]]):
    amounts, shares = np.array(taken).T
    values = draws(3)
    together = probability(amounts[:, None], (amounts * shares)[:, None], weight_of("oxide", values), values)
    assert together.shape == (len(taken), 3)
    for i, (amount, share) in enumerate(taken):
        for j in range(3):
            own = {name: float(drawn[j]) for name, drawn in values.items()}
            alone = probability(amount, amount * share, weight_of("oxide", own), own)
            assert together[i, j] == pytest.approx(float(alone), abs=ROUNDING)


def test_draws_do_not_depend_on_how_many_are_drawn():
    many, later = draws(10), draws(4, first=6)
    for name, drawn in many.items():
        assert np.array_equal(drawn[6:], later[name])


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_amounts_that_are_none_are_refused(bad: float):
    for call in (
        lambda: loose_stool(bad, 1.0),
        lambda: loose_stool(10.0, bad),
        lambda: stool_weight_g(bad),
    ):
        with pytest.raises(InputError, match="Example"):
            call()


def test_a_load_above_the_days_amount_and_an_unknown_salt_are_refused():
    with pytest.raises(InputError, match="at most the day's amount"):
        loose_stool(10, 11)
    with pytest.raises(InputError, match="citrate"):
        loose_stool(10, 10, "unobtainium")
    assert loose_stool(0.1 + 0.2, 0.3).probability > 0


def test_stool_weighs_as_printed():
    (printed,) = (
        row["value"]
        for row in records("evidence", "facts")
        if row["fact_id"] == "bioavailability.stool.weight_per_mmol"
    )
    assert stool_weight_g(10) == pytest.approx(10 * printed)
    assert stool_weight_g(0) == 0


def test_more_than_any_trial_is_said_to_be():
    for salt, row in salt_weights().items():
        assert "leans on" not in loose_stool(row.tested_mmol_d, 1, salt).note
        assert "leans on" in loose_stool(row.tested_mmol_d + 1, 1, salt).note


@pytest.mark.parametrize(("oxide", "tested"), [(True, 39), (False, 16)])
def test_the_most_that_was_tested_is_that_of_the_trials(oxide: bool, tested: float):
    left = [
        unabsorbed(row, dose, constants())[0]
        for row in anchors()
        if (row.use, row.kind) == ("fit", "count") and (row.compound == "oxide") == oxide
        for dose in row.doses_mmol
    ]
    assert math.ceil(max(left)) == tested
    alike = [row for row in salt_weights().values() if (row.weight == "oxide_weight") == oxide]
    assert {row.tested_mmol_d for row in alike} == {tested}


def test_every_salt_of_the_body_has_a_weight():
    assert set(salts()) - {"food"} <= set(salt_weights())


@pytest.mark.parametrize("name", sorted(inputs()))
def test_an_input_has_range_source_and_derivation(name: str):
    row = inputs()[name]
    assert row.derivation
    assert set(filter(None, row.source.split(";"))) <= source_names()
    if row.evidence_class == "assumption":
        assert row.derivation.startswith("assumption")
    else:
        assert row.source
    if not math.isnan(row.low):
        assert row.low <= row.value <= row.high
    if row.scale:
        middle = float(from_normal(row.scale, np.asarray(row.centre)))
        assert row.value == pytest.approx(middle, rel=0.01)


@pytest.mark.parametrize("name", sorted(fitted()))
def test_a_fitted_parameter_has_range_source_and_derivation(name: str):
    row = fitted()[name]
    assert row.low < row.value < row.high
    assert row.scale == priors()[name].scale
    assert row.derivation
    assert set(filter(None, row.source.split(";"))) <= source_names()


def test_weights_stay_on_their_side_of_one_in_every_draw():
    drawn = draws(5000)
    assert (drawn["oxide_weight"] < 1).all()
    assert (drawn["hydroxide_weight"] < 1).all()
    assert (drawn["sulfate_weight"] > 1).all()


def test_a_salt_has_a_weight_and_a_source_or_is_called_an_assumption():
    for row in salt_weights().values():
        assert row.weight == "1" or row.weight in fitted()
        assert set(filter(None, row.source.split(";"))) <= source_names()
        assert row.evidence_class == "assumption" or row.source


def test_every_anchor_names_its_source_and_says_what_is_doubtful():
    for row in anchors():
        assert row.source
        assert set(row.source.split(";")) <= source_names()
        assert row.note
        assert row.use in ("fit", "check", "no")
        assert (row.kind == "words") == (row.use == "no")


def test_counts_are_those_of_the_evidence_tables():
    printed = {
        (row["study_id"], row["arm_id"]): row for row in records("evidence", "results")
        if row["outcome"] in ("diarrhea", "gi_any")
    }  # fmt: skip
    people = {row["study_id"]: row["n_analysed"] for row in records("evidence", "studies")}
    arms = {(row["study_id"], row["arm_id"]): row for row in records("evidence", "arms")}
    for row in anchors():
        if row.kind != "count":
            continue
        found, arm = printed[row.study_id, row.arm_id], arms[row.study_id, row.arm_id]
        if row.anchor == "spencer_oxide":
            assert (row.n, row.events) == (people["spencer1994"], found["events"])
        elif row.anchor == "lima_oxide":
            assert (row.n, row.events) == (arm["n_arm"], pytest.approx(0.01 * found["mean_end"] * row.n))
        else:
            assert (row.n, row.events) == (found["n"], found["events"])
        assert row.outcome == found["outcome"]


def test_doses_are_those_of_the_evidence_tables():
    arms = {(row["study_id"], row["arm_id"]): row for row in records("evidence", "arms")}
    for row in anchors():
        arm = arms.get((row.study_id, row.arm_id))
        if arm is None or arm["elemental_mg_per_day"] is None:
            continue
        assert row.dose_mg_d == arm["elemental_mg_per_day"]
        if not math.isnan(row.doses_per_day) and arm["doses_per_day"] is not None:
            assert row.doses_per_day == arm["doses_per_day"]


def test_the_pooled_difference_and_the_laxative_dose_are_as_printed():
    by_name = {row.anchor: row for row in anchors()}
    pooled = by_name["pooled_difference"]
    (printed,) = (
        row for row in records("evidence", "contrasts")
        if (row["study_id"], row["outcome"]) == ("costello2023", "gi_any")
    )  # fmt: skip
    ends = (printed["estimate"], printed["ci_low"], printed["ci_high"])
    assert (pooled.figure, pooled.low, pooled.high) == ends
    (salt,) = (
        row for row in records("evidence", "facts")
        if row["fact_id"] == "bioavailability.laxative.hydroxide.adult_dose"
    )  # fmt: skip
    laxative = by_name["laxative_hydroxide"]
    grams = [417 * salt[end] for end in ("low", "high")]
    assert [laxative.dose_mg_d, laxative.other_dose_mg_d] == pytest.approx(grams)


def test_the_prior_of_the_half_amount_spans_what_induced_diarrhoea():
    """`fine1991b` by the book of 1997: 7 to 97 mmol as hydroxide, less what is absorbed."""
    (printed,) = (
        row for row in records("evidence", "facts")
        if row["fact_id"] == "bioavailability.stool.hydroxide_test_range"
    )  # fmt: skip
    given = constants()
    ends = [
        dose - given["oxide_uptake"] * absorbed(dose, given) for dose in (printed["low"], printed["high"])
    ]
    prior = priors()["half_amount"]
    assert [prior.low, prior.high] == pytest.approx(ends, rel=0.25)


def test_absorption_is_that_of_the_human_series():
    """`fine1991a`: 11 % with 40 mmol added to a meal, read as one load."""
    assert absorbed(40, constants()) / 40 == pytest.approx(0.11, abs=0.01)


def test_a_misfit_is_said_to_be_one_and_nothing_else_is():
    missed = {check.anchor.removeprefix("excess of ") for check in checks() if not check.inside}
    assert missed == {row.anchor for row in anchors() if row.misfit}


def test_every_anchor_with_a_figure_is_checked():
    checked = {check.anchor for check in checks()}
    assert {row.anchor for row in anchors() if row.kind != "words"} <= checked


def test_fitting_again_gives_the_tables_that_ship():
    again = tables(fit())
    assert [row["name"] for row in again["tolerability.csv"]] == list(fitted())
    for row in again["tolerability.csv"]:
        shipped = fitted()[row["name"]]
        for field in ("label", "unit", "scale", "evidence_class", "source", "derivation"):
            assert row[field] == getattr(shipped, field)
        for field in ("value", "low", "high"):
            # one in the last of three digits, for other processors round otherwise
            assert float(row[field]) == pytest.approx(getattr(shipped, field), rel=0.011)
    names, matrix = list(fitted()), np.eye(len(fitted()))
    for row in again["correlations.csv"]:
        i, j = names.index(row["first"]), names.index(row["second"])
        matrix[i, j] = matrix[j, i] = float(row["correlation"])
    assert matrix == pytest.approx(correlation(), abs=0.011)


def test_the_same_fit_twice_is_the_same_to_the_last_digit():
    assert np.array_equal(fit().mean, posterior().mean)


def test_the_draws_of_the_fit_are_worth_enough():
    assert fit().effective_draws > 2000


@pytest.mark.parametrize(("amount", "largest"), [(5, 5), (15, 7.5), (20, 20), (40, 40), (80, 80)])
def test_what_ships_stands_for_the_posterior(amount: float, largest: float):
    """Normal draws from the tables against the weighted draws of the fit: ends within 5 points of 100."""
    found = fit()
    exact = probability(amount, largest, 1.0, values_of(found.scores))[:, 0]
    order = np.argsort(exact)
    below = np.cumsum(found.weights[order])
    told = loose_stool(amount, largest)
    figures = (told.interval[0], told.probability, told.interval[1])
    for shown, level in zip(figures, (0.05, 0.5, 0.95), strict=True):
        assert shown == pytest.approx(float(np.interp(level, below, exact[order])), abs=0.05)


def test_a_laxative_dose_loosens_most_stools_and_a_small_supplement_hardly_any():
    laxative = loose_stool(mmol_from_mg(2000), mmol_from_mg(2000), "hydroxide")
    assert laxative.probability > 0.7
    supplement = loose_stool(mmol_from_mg(250), mmol_from_mg(250))
    assert supplement.probability - supplement.background < 0.05


def test_scales_go_there_and_back():
    for scale, value in (("logit", 0.3), ("log", 7.0), ("log_above_one", 1.4)):
        assert float(from_normal(scale, np.asarray(to_normal(scale, value)))) == pytest.approx(value)


def test_middle_values_are_those_of_the_table():
    assert central()["half_amount"] == fitted()["half_amount"].value


def test_the_room_is_entered_without_heavy_libraries():
    told = subprocess.run(
        [sys.executable, "-c", "import sys, magnesim.tolerability; print(' '.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"numpy", "scipy", "polars"} & set(told.stdout.split())
