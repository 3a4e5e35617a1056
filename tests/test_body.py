"""Laws of the body model: where magnesium goes, what the tables say, what kidney and gut do."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from magnesim.body import gut, kidney, model
from magnesim.body.entry import ENTRY, enters, salts
from magnesim.body.modifiers import modifiers, modifiers_of
from magnesim.body.parameters import between_person_draws, parameters, typical, uncertainty_draws
from magnesim.data import records
from magnesim.solve import engine

UNITS = {
    "1", "1/h", "1/mV", "L", "L/h", "L/kg", "d", "h", "kg", "mV", "mmol", "mmol/L", "mmol/d", "mmol/kg",
}  # fmt: skip


def source_names() -> set[str]:
    """Everything that a source may point at: facts and studies that ship."""
    facts = {row["fact_id"] for row in records("evidence", "facts")}
    return facts | {row["study_id"] for row in records("evidence", "studies")}


def test_every_flux_goes_from_one_compartment_to_another():
    places = {place.name for place in model.compartments()}
    for flux in model.fluxes():
        assert flux.origin in places
        assert flux.target in places
        assert flux.origin != flux.target


def test_what_leaves_one_compartment_enters_another():
    rates = model.derivatives()
    total = sum((rates[place.name] for place in model.compartments()), sp.Integer(0))
    assert sp.simplify(total) == 0


def test_nothing_returns_from_outside_the_body():
    assert not {flux.origin for flux in model.fluxes()} & set(model.OUTSIDE)


def test_every_parameter_of_the_equations_is_in_the_table_and_the_reverse():
    assert set(model.parameter_names()) == set(parameters())


@pytest.mark.parametrize("name", sorted(parameters()))
def test_a_parameter_has_unit_range_source_and_derivation(name: str):
    row = parameters()[name]
    assert row.unit in UNITS
    assert 0 < row.low <= row.value <= row.high
    assert 0 <= row.between_person_cv < 1
    assert row.derivation
    if row.evidence_class == "assumption":
        assert row.derivation.startswith("assumption")
    elif row.evidence_class not in ("person", "salt"):
        assert row.source
    assert set(filter(None, row.source.split(";"))) <= source_names()


@pytest.mark.parametrize("name", sorted(salts()))
def test_a_salt_has_shares_range_and_source(name: str):
    row = salts()[name]
    assert 0 <= row.dissolved_share <= 1
    assert row.available_low <= row.available_share <= row.available_high <= 1
    assert row.dissolution_low <= row.dissolution_rate <= row.dissolution_high
    assert set(row.source.split(";")) <= source_names()
    if row.evidence_class in ("rat", "none", "chemistry"):
        assert row.derivation.startswith("assumption")


def test_a_salt_without_human_data_is_less_certain_than_citrate():
    citrate = salts()["citrate"]
    for row in salts().values():
        if row.evidence_class in ("rat", "none"):
            assert row.available_high / row.available_low > citrate.available_high / citrate.available_low


def test_every_modifier_acts_on_a_parameter_and_names_a_source():
    for row in modifiers():
        assert row.parameter in parameters()
        assert row.low <= row.factor <= row.high
        assert set(row.source.split(";")) <= source_names()


def test_a_drug_is_found_by_whole_words_in_any_case():
    assert {row.modifier for row in modifiers_of("Omeprazole 20 mg 07:00")} == {"ppi_acid", "ppi_uptake"}
    assert modifiers_of("levothyroxine") == ()
    assert modifiers_of(None) == ()


def test_body_magnesium_is_half_in_bone_and_a_quarter_in_muscle():
    """Split of `physiology.body_split_4way`: bone 53, muscle 27, soft tissue 19 %, serum below 1 %."""
    names, amounts = (
        engine.equations().REFERENCED,
        engine.equations().reference_amounts(engine.parameter_array(typical())),
    )
    stores = {name: float(np.squeeze(amount)) for name, amount in zip(names, amounts, strict=True)}
    total = sum(stores.values())
    assert (stores["bone_exchangeable"] + stores["bone_deep"]) / total == pytest.approx(0.53, abs=0.02)
    assert stores["muscle"] / total == pytest.approx(0.27, abs=0.02)
    assert stores["extracellular"] / total == pytest.approx(0.01, abs=0.005)
    assert total == pytest.approx(14.3 * 65, rel=0.02)


def excretion_at(serum: float, **changed: float) -> float:
    """Urine, mmol/d, of the reference woman at a serum magnesium, averaged over the daily rhythm."""
    array = engine.parameter_array(typical() | {"circadian_amplitude": 1e-12} | changed)[:, 0]
    equations = engine.equations()
    state = np.zeros(len(equations.STATES))
    state[engine.state_index("extracellular")] = (
        serum * array[equations.PARAMETERS.index("extracellular_volume")]
    )
    outputs = dict(zip(equations.OUTPUTS, equations.outputs(12.0, state, array), strict=True))
    return 24 * float(outputs["urine_mmol_h"])


def test_at_the_reference_serum_urine_is_that_of_women_in_a_cohort():
    """`joosten2013`, abstract: 3.54 mmol in 24 h (SD 1.40); the fit may move it within its prior."""
    assert excretion_at(0.80) == pytest.approx(typical()["urine_reference"], abs=1e-9)
    assert 3.2 < excretion_at(0.80) < 3.9


def test_nothing_is_excreted_without_a_load():
    assert excretion_at(0.0) == pytest.approx(0, abs=1e-12)


@given(st.floats(0.05, 3.0), st.floats(0.001, 0.5))
def test_urine_rises_with_serum(serum: float, more: float):
    assert excretion_at(serum + more) > excretion_at(serum)


@given(st.floats(0.05, 3.0))
def test_urine_never_exceeds_the_filtered_load(serum: float):
    assert 0 <= excretion_at(serum) <= 24 * 6.0 * 0.75 * serum


def test_well_above_the_maximum_every_further_millimole_filtered_is_excreted():
    """`rude1980`: the urine line runs parallel to the load above the maximum."""
    slope = (excretion_at(2.6) - excretion_at(2.5)) / 0.1
    assert slope == pytest.approx(24 * 6.0 * 0.75, rel=0.02)


def test_a_weak_kidney_needs_a_higher_serum_for_the_same_urine():
    assert excretion_at(0.80, gfr=1.5) < excretion_at(0.80) / 3


@given(st.sampled_from(sorted(salts())), st.floats(0.01, 100), st.booleans())
def test_a_dose_enters_whole(compound: str, mmol: float, with_meal: bool):
    parts = enters(compound, mmol, with_meal)
    assert len(parts) == len(ENTRY)
    assert min(parts) >= 0
    assert sum(parts) == pytest.approx(mmol, rel=1e-12)


def test_oxide_waits_for_acid_and_citrate_does_not():
    solid = ENTRY.index("stomach_solid")
    assert enters("oxide", 10, False)[solid] == pytest.approx(10)
    assert enters("citrate", 10, False)[solid] == 0


def test_only_uptake_and_stool_and_transit_leave_the_gut():
    leaving = {
        flux.target for flux in model.fluxes() if flux.origin in {place.name for place in gut.COMPARTMENTS}
    }
    inside = {place.name for place in gut.COMPARTMENTS}
    assert leaving <= inside | {"extracellular"}


def test_draws_do_not_depend_on_how_many_are_drawn():
    few, many = uncertainty_draws(3, seed=1), uncertainty_draws(20, seed=1)
    assert all(np.array_equal(few[name], many[name][:3]) for name in few)


def test_uncertainty_and_variability_are_drawn_apart():
    assert set(between_person_draws(2, 0)) != set(uncertainty_draws(2, 0))
    assert "tubular_reserve" in uncertainty_draws(2, 0)
    assert "tubular_reserve" not in between_person_draws(2, 0)


def test_the_middle_of_the_draws_is_the_range_of_the_table():
    drawn = uncertainty_draws(4000, seed=3)
    row = parameters()["tubular_reserve"]
    low, high = np.quantile(drawn["tubular_reserve"], [0.05, 0.95])
    assert high / low == pytest.approx(row.high / row.low, rel=0.15)


def test_sharpness_stays_a_bend_for_every_draw():
    array = engine.parameter_array(typical(), uncertainty_draws(500, seed=5), 500)
    sharpness = array[engine.equations().PARAMETERS.index("tubular_sharpness")]
    assert np.all((sharpness > 0) & (sharpness < 1))


def test_reabsorption_is_the_smooth_minimum_of_load_and_maximum():
    load, maximum, sharpness = sp.symbols("load maximum sharpness", positive=True)
    root = kidney.reabsorbed(load, maximum, sharpness)
    law = sharpness * root**2 - (load + maximum) * root + load * maximum
    assert sp.simplify(law) == 0
