"""The observation layer and the fit: what a printed row means, and whether the sampler tells the truth."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnesim.body.entry import infused
from magnesim.body.parameters import model_error_draws, parameters, posterior, uncertainty_draws
from magnesim.data import records
from magnesim.fit import experiments as ex
from magnesim.fit import observed as ob
from magnesim.fit import posterior as po
from magnesim.fit.design import body_of
from magnesim.fit.prediction import READINGS, Draws, predict
from magnesim.units import MG_PER_MMOL

TABLES = {name: records("evidence", name) for name in ("studies", "arms", *ob.TABLES)}


@pytest.fixture(scope="module")
def shipped() -> tuple[list[ex.Experiment], list[ex.Skipped]]:
    studies = {row["study_id"]: row for row in TABLES["studies"]}
    return ex.experiments(ob.observations(TABLES) + ob.more_observations(studies))


def found(shipped: tuple[list[ex.Experiment], list[ex.Skipped]], study: str, measure: str, arm: str = ""):
    """The experiments of one study and measure."""
    return [
        one
        for one in shipped[0]
        if one.observation.study_id == study
        and one.observation.measure == measure
        and arm in ("", one.observation.arm)
    ]


def kinetics_row(**changed: object) -> dict[str, object]:
    """An oral row of a study that nobody has seen."""
    row = dict.fromkeys(records("evidence", "kinetics")[0])
    return (
        row
        | {
            "study_id": "new2026",
            "arm_id": "a",
            "group": "healthy men",
            "n": 12,
            "compound": "citrate",
            "dose_elemental_mmol": 10.0,
            "route": "oral",
            "fed_state": "fasting",
            "measure": "fractional_absorption",
            "unit": "%",
            "mean": 30.0,
            "sd": 5.0,
        }
        | changed
    )


def read(*rows: dict[str, object]) -> tuple[list[ex.Experiment], list[ex.Skipped]]:
    """Those rows as a package of their own."""
    return ex.experiments(
        ob.observations({"studies": [], "arms": [], "results": [], "contrasts": [], "kinetics": list(rows)})
    )


# --- nothing is dropped silently ---------------------------------------------------------------------------


def test_every_row_is_either_simulated_or_skipped_with_a_reason(shipped):
    made, skipped = shipped
    rows = len(TABLES["kinetics"]) + sum(
        row["outcome"] in ob.STATUS for name in ("results", "contrasts") for row in TABLES[name]
    )
    assert len(made) + len(skipped) == rows + len(ob.more_rows())
    places = [(one.observation.table, one.observation.row) for one in (*made, *skipped)]
    assert len(set(places)) == len(places)
    assert all(one.why and not one.why[0].isupper() for one in skipped)


def test_every_reading_has_a_kind_and_a_way_to_be_read(shipped):
    assert set(READINGS) == set(ex.kinds())
    assert {one.reading for one in shipped[0]} <= set(READINGS)


def test_the_decisive_study_is_never_among_the_figures(shipped):
    assert not [one for one in shipped[0] if one.observation.study_id == "zhang2016"]


def test_animals_and_illnesses_that_the_model_does_not_hold_are_skipped(shipped):
    why = {(one.observation.study_id, one.why) for one in shipped[1]}
    assert ("coudray2005", "animals; the model describes people") in why
    assert not [one for one in shipped[0] if one.observation.study_id in ("coudray2005", "tiryakioglu2009")]


def test_every_note_names_a_study_that_exists_and_says_why():
    known = {row["study_id"] for row in TABLES["studies"]}
    for note in ob.study_notes():
        assert note["study_id"] in known
        assert note["field"] and note["value"] and note["why"]


# --- units -------------------------------------------------------------------------------------------------


@given(st.floats(0.5, 5.0))
def test_a_serum_in_mg_per_dl_mg_per_l_and_mmol_per_l_is_the_same(mmol: float):
    values = [
        read(
            kinetics_row(measure="serum_mg", unit=unit, mean=mmol * factor, sd=0.1 * factor, compound="none")
        )[0][0]
        for unit, factor in (
            ("mmol/L", 1.0),
            ("mg/dL", MG_PER_MMOL / 10),
            ("mg/L", MG_PER_MMOL),
            ("mEq/L", 2.0),
        )
    ]
    assert [one.observation.observed for one in values] == pytest.approx([mmol] * 4, rel=1e-12)
    assert [one.observation.sd for one in values] == pytest.approx([0.1] * 4, rel=1e-12)


def test_a_share_in_percent_and_in_fractions_is_the_same():
    for unit, mean in (("%", 30.0), ("fraction", 0.3)):
        assert read(kinetics_row(unit=unit, mean=mean))[0][0].observation.observed == pytest.approx(0.3)


def test_an_unknown_unit_is_a_reason_and_not_a_guess():
    made, skipped = read(kinetics_row(unit="furlong"))
    assert not made
    assert "furlong" in skipped[0].why


# --- what a row means --------------------------------------------------------------------------------------


def test_a_single_load_is_followed_from_an_empty_gut(shipped):
    (one, *_) = found(shipped, "sabatier2003", "fractional_absorption")
    assert one.design.empty_gut
    assert one.design.given[0].mmol == pytest.approx(2.69)
    assert one.shares == 7


def test_servings_in_the_procedure_are_read(shipped):
    (seven,) = found(shipped, "sabatier2011", "fractional_absorption", "seven_servings")
    assert len(seven.design.given) == 7
    assert sum(one.mmol for one in seven.design.given) == pytest.approx(7 * 0.741)


def test_a_depletion_diet_starts_from_the_usual_one_and_lasts_as_long_as_printed(shipped):
    (one,) = found(shipped, "fatemi1991", "serum_mg", "after3wk")
    assert (one.design.diet_mmol_d, one.design.days, one.design.serum) == (0.5, 21, 0.8)
    assert one.design.habitual_mmol_d > 8


def test_a_trial_starts_from_its_own_printed_serum(shipped):
    (one,) = found(shipped, "guerreroromero2004", "serum_mg", "chloride")
    assert one.design.serum == pytest.approx(0.61)
    assert one.design.days == 91
    assert one.observation.observed == pytest.approx(0.81)


def test_a_figure_that_only_the_facts_print_is_marked_as_such(shipped):
    (bone,) = found(shipped, "wallach1988", "bone_mg_total")
    assert bone.observation.table == "more_rows"
    assert bone.design.days == 110


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"dose_elemental_mmol": None}, "the dose is not printed"),
        ({"compound": "moonstone"}, "moonstone"),
        ({"mean": None}, "no size is printed"),
        ({"measure": "hair_mg"}, "hair_mg"),
        ({"group": "rats after depletion"}, "animals"),
    ],
)
def test_what_cannot_be_simulated_says_why(changed: dict[str, object], why: str):
    made, skipped = read(kinetics_row(**changed))
    assert not made
    assert why in skipped[0].why


# --- predictions -------------------------------------------------------------------------------------------


def test_a_prediction_never_looks_at_its_own_figure(shipped):
    one = found(shipped, "guerreroromero2004", "serum_mg", "chloride")[0]
    other = dataclasses.replace(one, observation=dataclasses.replace(one.observation, observed=9.9))
    assert np.array_equal(predict([one], Draws(1)), predict([other], Draws(1)))


@settings(max_examples=8)
@given(st.lists(st.floats(0.3, 40.0), min_size=2, max_size=4, unique=True))
def test_the_share_taken_up_falls_as_the_load_grows(loads: list[float]):
    made, _ = read(*(kinetics_row(dose_elemental_mmol=load) for load in sorted(loads)))
    shares = predict(made, Draws(1))[:, 0]
    assert (np.diff(shares) <= 1e-6).all()
    assert ((shares > 0) & (shares < 1)).all()


def test_over_the_measured_range_uptake_falls_from_half_or_more_to_about_a_tenth(shipped):
    """`fine1991a`, abstract: 65 % of a meal, 11 % with 40 mmol added."""
    low, high = (
        float(predict(found(shipped, "fine1991a", "fractional_absorption", arm), Draws(1))[0, 0])
        for arm in ("acetate_0mEq", "acetate_80mEq")
    )
    assert 0.45 < low < 0.75
    assert 0.09 < high < 0.14


def test_an_infusion_enters_blood_whole_and_only_blood():
    assert sum(infused(3.0)) == 3.0
    people = read(
        kinetics_row(compound="iv_sulfate", route="iv", measure="serum_mg", unit="mmol/L", time_h=1.0)
    )
    assert people[0][0].design.given[0].compound == "iv"
    level = predict(people[0], Draws(1))[0, 0]
    nothing = predict(read(kinetics_row(compound="none", measure="serum_mg", unit="mmol/L"))[0], Draws(1))[
        0, 0
    ]
    assert level > nothing + 0.1


def test_three_weeks_without_magnesium(shipped):
    """`fatemi1991`, abstract: serum 0.80 to 0.61; `fitzgerald1956`, second hand: urine below 1 by day 4."""
    serum = predict(found(shipped, "fatemi1991", "serum_mg", "after3wk"), Draws(1))[0, 0]
    urine = predict(found(shipped, "fitzgerald1956", "urine_mg_24h"), Draws(1))[0, 0]
    assert serum == pytest.approx(0.61, abs=0.03)
    assert urine < 1.0


# --- the posterior that ships ------------------------------------------------------------------------------


def test_central_values_and_ranges_are_those_of_the_draws():
    for name, values in posterior().items():
        if name not in parameters():
            continue
        row = parameters()[name]
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
        assert [row.low, row.value, row.high] == pytest.approx([low, middle, high], rel=0.01)


def test_draws_keep_the_ridge_of_the_data_and_do_not_depend_on_how_many_are_drawn():
    many = uncertainty_draws(400, seed=3)
    ridge = np.corrcoef(np.log(many["uptake_capacity"]), np.log(many["uptake_half"]))[0, 1]
    assert ridge > 0.9
    few = uncertainty_draws(5, seed=3)
    assert all(np.array_equal(few[name], many[name][:5]) for name in few)
    assert set(model_error_draws(5, seed=3)) == set(po.KINDS)


def test_the_shipped_fit_converged():
    import csv

    with (Path(po.__file__).parent / "diagnostics.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(po.priors()) + len(po.KINDS)
    assert max(float(row["r_hat"]) for row in rows) < 1.01
    assert min(float(row["effective_draws"]) for row in rows) > 1000


def test_shipped_draws_fit_the_figures_better_than_the_prior_does(shipped):
    data = po.Data.of(shipped[0])
    columns = [prior.name for prior in po.priors()]
    drawn = np.log(np.stack([posterior()[name] for name in columns], axis=1)[:32])
    mean, sd = po.prior_scale()
    believed = mean + sd * np.random.default_rng(1).standard_normal((32, len(mean)))
    error = np.log(np.tile([0.1] * len(po.KINDS), (32, 1)))
    fitted, before = (po.log_likelihood(po.run(data, x), error, data) for x in (drawn, believed))
    assert np.median(fitted) > np.median(before) + 20


def test_a_study_left_out_leaves_no_figure_behind(shipped):
    data = po.Data.of(shipped[0])
    rest = data.without("fatemi1991")
    assert {one.observation.study_id for one in data.experiments} - {"fatemi1991"} == {
        one.observation.study_id for one in rest.experiments
    }
    assert len(rest.log_observed) == len(rest.experiments) == len(rest.kind)


def test_the_emulator_returns_a_quadratic_exactly():
    rng = np.random.default_rng(2)
    x = rng.standard_normal((200, 4))
    y = np.stack([1 + x[:, 0] - 2 * x[:, 1] * x[:, 2], x[:, 3] ** 2], axis=1)
    emulator = po.Emulator.fitted(x, y)
    new = rng.standard_normal((50, 4))
    expected = np.stack([1 + new[:, 0] - 2 * new[:, 1] * new[:, 2], new[:, 3] ** 2], axis=1)
    assert emulator(new) == pytest.approx(expected, abs=1e-9)


def test_the_sampler_is_as_wide_as_its_density_in_as_many_dimensions_as_the_fit():
    size = len(po.priors()) + len(po.KINDS)
    start = 0.5 * np.random.default_rng(0).standard_normal((po.WALKERS, size))
    draws = po.sample(lambda points: -0.5 * np.sum(points**2, axis=1), start, 1, burn_in=2000, kept=4000)
    assert draws.reshape(-1, size).std(axis=0).mean() == pytest.approx(1, abs=0.02)


def test_the_sampler_finds_a_known_density():
    def normal(points: np.ndarray) -> np.ndarray:
        return -0.5 * ((points[:, 0] - 1) ** 2 + ((points[:, 1] + 2) / 3) ** 2)

    start = np.random.default_rng(0).standard_normal((32, 2))
    draws = po.sample(normal, start, 1, burn_in=500, kept=3000, thin=5).reshape(-1, 2)
    assert draws.mean(axis=0) == pytest.approx([1, -2], abs=0.15)
    assert draws.std(axis=0) == pytest.approx([1, 3], rel=0.06)


def test_simulation_based_calibration(shipped):
    """Ranks of true parameters among the draws of the same fitting code are uniform (Talts 2018).

    The figures, their errors and priors are those of the real fit; the model is a linear stand-in, so that
    many fits can be made.
    """
    from scipy.stats import chisquare

    data = po.Data.of(shipped[0])
    size = len(po.priors())
    mean, sd = po.prior_scale()
    rng = np.random.default_rng(5)
    x = mean + sd * rng.standard_normal((400, size))
    slopes = rng.standard_normal((size, len(data.experiments))) * (
        rng.random((size, len(data.experiments))) < 0.2
    )
    emulator = po.Emulator.fitted(x, ((x - mean) / sd) @ slopes * 0.3)
    scale = np.array([po.error_of(kind)[1] for kind in po.KINDS])
    ranks = []
    for fit in range(20):
        true = mean + sd * rng.standard_normal(size)
        error = np.abs(scale * rng.standard_normal(len(po.KINDS)))
        spread = np.sqrt(data.error**2 + error[data.kind] ** 2 * data.shares)
        seen = emulator(true[None])[0] + spread * rng.standard_normal(len(spread))
        simulated = dataclasses.replace(data, log_observed=seen)
        places = np.arange(len(seen))
        chain = po.chains(emulator, simulated, places, fit, 1, burn_in=700, kept=900, thin=30)
        draws = chain.reshape(-1, chain.shape[-1])
        ranks.append((draws < np.concatenate([true, np.log(error)])).mean(axis=0))
    counts = np.histogram(np.concatenate(ranks), bins=8, range=(0, 1))[0]
    assert chisquare(counts).pvalue > 0.001


def test_the_kinetic_figures_use_the_steady_state_of_the_design(shipped):
    (one,) = found(shipped, "joosten2013", "urine_mg_24h", "women")
    values = body_of(one.design)
    assert values["weight"] == pytest.approx(60)
    assert predict([one], Draws(1))[0, 0] == pytest.approx(3.54, rel=0.1)


def slips(column: str) -> st.SearchStrategy[object]:
    """A cell of a row of `kinetics`, or a slip in it."""
    seen = list(dict.fromkeys(row[column] for row in records("evidence", "kinetics")))
    return st.sampled_from(seen) | st.sampled_from([None, 0.0, -1.0, 1e6, 1e-9])


NUMBERS = ("n", "dose_elemental_mmol", "time_h", "interval_h", "mean", "sd", "se")
WORDS = ("compound", "route", "fed_state", "loading", "measure", "unit", "group", "notes")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_row_is_simulated_or_has_a_reason_and_none_takes_hours(data: st.DataObject):
    seen = records("evidence", "kinetics")
    row = dict(data.draw(st.sampled_from(seen)))
    for column in data.draw(st.lists(st.sampled_from((*NUMBERS, *WORDS)), max_size=3, unique=True)):
        row[column] = data.draw(
            slips(column) if column in NUMBERS else st.sampled_from([one[column] for one in seen])
        )
    row["measure"] = row["measure"] or "serum_mg"
    made, skipped = read(row)
    assert len(made) + len(skipped) == 1
    if made:
        assert predict(made, Draws(1)).shape == (1, 1)
