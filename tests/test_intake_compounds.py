"""What compounds hold, and the names that people write for them."""

import pytest

from magnesim.data import records
from magnesim.errors import InputError, UnclearError
from magnesim.intake import compound, compounds, forms, variants
from magnesim.intake.compounds import fraction_from_formula, synonyms

# Sources print the share to three decimals or to a whole percent (nonahydrate 12 % for 11.9 %), and some cut
# off instead of rounding (orotate 7.2 % for 7.27 %).
AS_PRINTED = 0.0015


def test_every_row_of_the_table_is_a_compound_and_hydrates_stay_apart():
    keys = [(row.name, row.variant) for row in compounds()]
    assert len(set(keys)) == len(keys)
    assert {(row["compound"], row["variant"]) for row in records("evidence", "compounds")} <= set(keys)
    assert {"mono_1_1", "tri_anhydrous", "tri_nonahydrate"} <= {v.variant for v in variants("citrate")}


@pytest.mark.parametrize(
    "row", [c for c in compounds() if c.formula and c.fraction_basis == "printed"], ids=lambda c: c.label
)
def test_the_share_worked_out_from_the_formula_is_the_share_printed(row):
    assert fraction_from_formula(row.formula, row.molar_mass_g_mol) == pytest.approx(
        row.elemental_fraction, abs=AS_PRINTED
    )


def test_a_share_that_no_source_prints_is_worked_out_and_says_so():
    (dihydrate,) = [v for v in variants("lactate") if v.variant == "dihydrate"]
    assert dihydrate.fraction_basis == "formula"
    assert dihydrate.elemental_fraction == pytest.approx(24.305 / 238.5)


def test_a_hydrate_holds_less_magnesium_than_the_anhydrous_salt():
    share = {v.variant: v.elemental_fraction for v in (*variants("sulfate"), *variants("citrate"))}
    assert share["heptahydrate"] < share["anhydrous"]
    assert share["tri_nonahydrate"] < share["tri_anhydrous"]


def test_no_compound_holds_more_magnesium_than_the_oxide():
    richest = max(compounds(), key=lambda row: row.elemental_fraction)
    assert richest.name == "oxide"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("citrate", "citrate"),
        ("magnesium citrate", "citrate"),
        ("Mg citrate", "citrate"),
        ("MAGNESIUM  CITRATE", "citrate"),
        ("bisglycinate", "glycinate"),
        ("glycinate", "glycinate"),
        ("magnesium L-threonate", "threonate"),
        ("Epsom salt", "sulfate"),
        ("magnesium sulphate", "sulfate"),
        ("milk of magnesia", "hydroxide"),
        ("Mg(OH)2", "hydroxide"),
        ("MgO", "oxide"),
        ("pidolate", "pidolate"),
    ],
)
def test_a_form_is_known_by_the_names_that_people_write(written, name):
    assert compound(written) == name


def test_a_chelate_may_be_several_compounds_so_it_is_asked_about():
    with pytest.raises(UnclearError, match="which amino acid"):
        compound("chelate")


def test_an_unknown_form_names_what_is_allowed_and_the_nearest():
    with pytest.raises(InputError) as error:
        compound("magnesium citrat")
    assert "allowed are acetate, aspartate" in str(error.value)
    assert 'Did you mean "citrate"?' in str(error.value)
    assert "\n" not in str(error.value)


def test_every_written_name_leads_to_a_form_with_a_source():
    for synonym in synonyms().values():
        assert synonym.name in forms() or (not synonym.name and synonym.question)
        assert set(synonym.variants) <= {v.variant for v in variants(synonym.name)}
    assert all(form.source for form in forms().values())


def test_every_compound_of_the_tables_is_a_form():
    assert {row.name for row in compounds()} <= set(forms())
