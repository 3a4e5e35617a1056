"""The exported model: clean for libSBML, the same equations and the same course in another simulator."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from magnesim import Person, Regimen, simulate
from magnesim.body import model
from magnesim.body.entry import ENTRY, enters
from magnesim.body.parameters import typical, uncertainty_draws
from magnesim.cli import main
from magnesim.errors import InputError
from magnesim.export import course_sbml, equations_markdown, sbml
from magnesim.export.names import amount_id, flux_id, organ_id, output_id, symbol_ids
from magnesim.people import complete
from magnesim.solve import engine
from magnesim.solve.steady import periodic_state

libsbml = pytest.importorskip("libsbml")

MEALS = [(hour, enters("food", mmol, True)) for hour, mmol in ((7.5, 2.5), (12.5, 3.5), (18.5, 4.0))]
DOSES = [(8.0, enters("citrate", 6.0, False)), (20.0, enters("oxide", 6.0, False))]
DRAWS = 20
DAY_H = 24.0


def intakes(entries: list[tuple[float, tuple[float, ...]]]) -> list[tuple[float, dict[str, float]]]:
    """A day as the exporter takes it, from a day as the engine takes it."""
    return [(hour, dict(zip(ENTRY, amounts, strict=True))) for hour, amounts in entries]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def read(text: str) -> Any:
    """The document; whoever holds a part of it must hold it too."""
    return libsbml.readSBMLFromString(text)


def faults(document: Any) -> Counter[tuple[int, str]]:
    """Everything that libSBML says with every one of its checks switched on, down to modelling practice."""
    for name in dir(libsbml):
        if name.startswith("LIBSBML_CAT_") and name.endswith(("CONSISTENCY", "MODEL", "PRACTICE")):
            document.setConsistencyChecks(getattr(libsbml, name), True)
    document.checkConsistency()
    document.checkConsistencyWithStrictUnits()
    errors = [document.getError(i) for i in range(document.getNumErrors())]
    return Counter((error.getErrorId(), error.getMessage()) for error in errors)


@pytest.fixture(scope="module")
def document() -> Any:
    return read(sbml(None, intakes(MEALS + DOSES), 14))


def loaded(text: str) -> Any:
    """The file in libroadrunner, at a tolerance at which it can stand as an oracle."""
    roadrunner = pytest.importorskip("roadrunner", exc_type=ImportError)
    runner = roadrunner.RoadRunner(text)
    runner.integrator.relative_tolerance = 1e-10
    runner.integrator.absolute_tolerance = 1e-12
    return runner


def course(runner: Any, hours: float, every: float) -> np.ndarray:
    """Amounts of every state at every so many hours, (time, state)."""
    runner.timeCourseSelections = [symbol_ids()[name] for name in engine.equations().STATES]
    return np.array(runner.simulate(0, hours, round(hours / every) + 1))


def test_libsbml_finds_neither_error_nor_warning(document: Any):
    assert not faults(document)
    assert (document.getLevel(), document.getVersion()) == (3, 2)


def test_libsbml_finds_no_fault_in_the_model_of_a_person():
    person, _ = complete(Person(age=62, sex="female", drugs="omeprazole"))
    assert not faults(read(course_sbml(person, Regimen("oxide", 240, ("08:00",), 4))))


def test_a_forgotten_conversion_would_be_found():
    """The check above is not empty: a flow by the day where one by the hour belongs is a fault."""
    document = read(sbml())
    law = document.getModel().getReaction(flux_id("sweat_loss")).getKineticLaw()
    law.setMath(libsbml.parseL3Formula(f"{symbol_ids()['sweat_loss']} * 1 dimensionless"))
    assert 10541 in {number for number, _ in faults(document)}


def in_base_units(definition: Any) -> tuple[float, dict[str, float]]:
    """A unit as a factor on base units, and their powers."""
    factor, powers = 1.0, Counter()
    for part in (definition.getUnit(i) for i in range(definition.getNumUnits())):
        factor *= (part.getMultiplier() * 10 ** part.getScale()) ** part.getExponentAsDouble()
        powers[libsbml.UnitKind_toString(part.getKind())] += part.getExponentAsDouble()
    return factor, {kind: power for kind, power in powers.items() if power and kind != "dimensionless"}


def test_every_equation_has_the_very_unit_of_what_it_gives(document: Any):
    """Factors too: libSBML lets hours in a day pass for no unit at all, this does not."""
    target = document.getModel()
    rate = target.getUnitDefinition("unit_mmol_per_h")
    pairs = [(law.getKineticLaw(), rate) for law in target.getListOfReactions()]
    for rule in target.getListOfRules():
        owner = target.getParameter(rule.getVariable())
        if rule.isAssignment():
            pairs.append((rule, owner.getDerivedUnitDefinition()))
    for start in target.getListOfInitialAssignments():
        owner = target.getParameter(start.getSymbol()) or target.getSpecies(start.getSymbol())
        pairs.append((start, owner.getDerivedUnitDefinition()))
    assert len(pairs) > 40
    for equation, wanted in pairs:
        assert not equation.containsUndeclaredUnits()
        factor, powers = in_base_units(equation.getDerivedUnitDefinition())
        wanted_factor, wanted_powers = in_base_units(wanted)
        assert powers == wanted_powers
        assert factor == pytest.approx(wanted_factor, rel=1e-12)


def test_every_part_of_the_model_is_there_with_a_unit_and_the_typical_value(document: Any):
    target = document.getModel()
    for place in model.compartments():
        species = target.getSpecies(amount_id(place.name))
        assert species.getHasOnlySubstanceUnits()
        assert species.getSubstanceUnits() == "unit_mmol"
        assert species.getCompartment() == organ_id(place.organ)
    for flux in model.fluxes():
        reaction = target.getReaction(flux_id(flux.name))
        assert reaction.getReactant(0).getSpecies() == amount_id(flux.origin)
        assert reaction.getProduct(0).getSpecies() == amount_id(flux.target)
    for name in model.parameter_names():
        assert target.getParameter(symbol_ids()[name]).getValue() == typical()[name]
    named = [*(item.name for item in model.assignments()), *model.COUNTERS, *model.INTEGRALS]
    wanted = {symbol_ids()[name] for name in named} | {output_id(item.name) for item in model.outputs()}
    assert wanted <= {item.getId() for item in target.getListOfParameters()}
    assert all(item.getUnits() for item in target.getListOfParameters())


def test_no_bare_name_of_the_model_is_an_identifier(document: Any):
    bare = {*symbol_ids(), *(item.name for item in (*model.fluxes(), *model.outputs()))}
    elements = document.getListOfAllElements()
    assert not bare & {elements.get(i).getIdAttribute() for i in range(elements.getSize())}


def test_a_parameter_carries_its_source_and_derivation(document: Any):
    added = document.getModel().getParameter(symbol_ids()["tubular_reserve"])
    assert "rude1980" in added.getNotesString()
    assert "Derivation: " in added.getNotesString()
    resources = added.getCVTerm(0).getResources()
    assert resources.getValue(0) == "https://scilit.com/publications/198fd45ff3ad89c3f4bbde1ffdeb1f57"


def test_the_file_says_what_made_it_and_when_its_clock_starts(document: Any):
    notes = document.getModel().getNotesString()
    assert "magnesim 0." in notes
    assert "Time 0 is 06:00" in notes


def test_the_same_input_gives_the_same_bytes():
    assert sbml(None, intakes(MEALS)) == sbml(None, intakes(MEALS))


def test_libroadrunner_has_the_same_right_hand_side_at_random_states_and_parameters():
    runner, equations = loaded(sbml()), engine.equations()
    states = [symbol_ids()[name] for name in equations.STATES]
    names = [symbol_ids()[name] for name in equations.PARAMETERS]
    generator = np.random.default_rng(11)
    parameters = engine.parameter_array(typical(), uncertainty_draws(DRAWS, 5), DRAWS)
    y = engine.at_reference(parameters) * generator.uniform(0.2, 3, (len(states), DRAWS))
    y[:8] = generator.uniform(0, 20, (8, DRAWS))
    for i, hour in enumerate(generator.uniform(0, 24, DRAWS)):
        runner.model.setTime(hour)
        for name, value in zip((*names, *states), (*parameters[:, i], *y[:, i]), strict=True):
            runner[name] = value
        clock = engine.DAY_STARTS_H + hour
        theirs = np.array([runner[f"{name}'"] for name in states])
        ours = np.array(equations.reference_rates(clock, y[:, i], parameters[:, i]), dtype=float)
        assert np.all(np.abs(theirs - ours) <= 1e-12 * np.abs(ours))
        read_off = [runner[output_id(name)] for name in equations.OUTPUTS]
        plain = np.array(equations.outputs(clock, y[:, i], parameters[:, i]), dtype=float)
        assert read_off == pytest.approx(plain, rel=1e-12)


def test_libroadrunner_works_out_the_same_from_given_parameters():
    equations = engine.equations()
    draws = uncertainty_draws(3, 6)
    parameters = engine.parameter_array(typical(), draws, 3)
    start = engine.at_reference(parameters)
    for i in range(3):
        runner = loaded(sbml({name: typical()[name] * factor[i] for name, factor in draws.items()}))
        worked_out = [runner[symbol_ids()[name]] for name in equations.PARAMETERS]
        assert worked_out == pytest.approx(parameters[:, i], rel=1e-12)
        amounts = [runner[symbol_ids()[name]] for name in equations.STATES]
        assert amounts == pytest.approx(start[:, i], rel=1e-12)


def test_two_weeks_of_meals_and_doses_run_the_same_in_libroadrunner():
    parameters = engine.parameter_array(typical())
    start = periodic_state(parameters, engine.Schedule.of(MEALS, 1))
    schedule = engine.Schedule.of(MEALS + DOSES, 1)
    ours = engine.run(start, parameters, schedule, 14, relative_tolerance=1e-10).daily[:, :, 0]
    begun = {name: float(start[engine.state_index(name), 0]) for name in engine.equations().INSIDE}
    runner = loaded(sbml(None, intakes(MEALS + DOSES), start=begun))
    theirs = course(runner, 14 * DAY_H, DAY_H)
    assert np.max(np.abs(theirs - ours) / (np.abs(ours) + 1e-3)) < 1e-6


def test_intakes_at_the_same_hour_and_at_the_very_start_are_all_taken():
    day = [(6.0, {"stomach_liquid": 1.0}), (8.0, {"stomach_liquid": 2.0}), (8.0, {"stomach_liquid": 4.0})]
    day += [(8.0, {"stomach_food": 8.0}), (5.5, {"stomach_food": 16.0}), (6 + 24.0, {"stomach_solid": 32.0})]
    amounts = course(loaded(sbml(None, day)), 3 * DAY_H - 0.1, 0.1)
    places = [engine.state_index(place.name) for place in model.compartments()]
    entered = amounts[-1, places].sum() - amounts[0, places].sum()
    at_start = amounts[0, [engine.state_index(name) for name in ENTRY if name != "extracellular"]].sum()
    assert entered + at_start == pytest.approx(3 * 63.0, rel=1e-9)


def test_intakes_stop_after_their_days():
    amounts = course(loaded(sbml(None, [(8.0, {"stomach_liquid": 5.0})], 3)), 10 * DAY_H, DAY_H)
    places = [engine.state_index(place.name) for place in model.compartments()]
    entered = amounts[:, places].sum(axis=1) - amounts[0, places].sum()
    assert entered == pytest.approx([0, 5, 10, *[15] * 8], rel=1e-9)


def test_the_model_of_a_person_starts_in_their_steady_state_and_runs_as_simulate_does():
    person = Person(age=70, sex="male", egfr=55, serum_mg_mmol_l=0.78)
    regimen = Regimen("citrate", 300, ("08:00", "20:00"), 2)
    ours = simulate(person, regimen, draws=10)
    runner = loaded(course_sbml(complete(person)[0], regimen))
    runner.timeCourseSelections = [output_id("serum_mmol_l")]
    theirs = np.array(runner.simulate(0, 13 * DAY_H, 14))[:, 0]
    hours = ours.series["time_h"]
    serum = [ours.series["serum_mmol_l"][hours.index(DAY_H * day)] for day in range(14)]
    assert theirs == pytest.approx(serum, rel=1e-5)


@pytest.mark.parametrize(
    "call",
    [
        {"values": {"wieght": 70.0}},
        {"values": {"weight": float("nan")}},
        {"start": {"blood": 1.0}},
        {"day": [(8.0, {"mouth": 1.0})]},
        {"day": [(8.0, {"stomach_liquid": -1.0})]},
        {"day": [(float("inf"), {"stomach_liquid": 1.0})]},
    ],
    ids=str,
)
def test_what_the_model_does_not_have_is_refused(call: dict[str, Any]):
    with pytest.raises(InputError, match=r"allowed|the model has"):
        sbml(**call)


def test_the_page_of_equations_is_the_one_that_the_equations_give():
    page = Path(__file__).parents[1] / "docs" / "equations.md"
    assert page.read_text(encoding="utf-8") == equations_markdown()


def test_the_page_names_every_part_of_the_model():
    page = equations_markdown()
    for flux in model.fluxes():
        assert f"{flux.name}: {flux.origin} -> {flux.target}\n" in page
    for name in (*typical(), *(place.name for place in model.compartments())):
        assert f"| `{name}` |" in page
    for item in (*model.assignments(), *model.outputs()):
        assert f"\n{item.name}, " in page


def test_both_files_are_written_from_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    model_file, page = tmp_path / "model.xml", tmp_path / "equations.md"
    dose = ("--form", "citrate", "--dose-mg", "300", "--times", "08:00,20:00", "--age", "62")
    code, out, err = run(capsys, "export", "sbml", str(model_file), *dose)
    assert (code, out) == (0, "")
    assert "Assumed: sex female" in err
    assert read(model_file.read_text(encoding="utf-8")).getModel().getNumEvents() >= 4
    assert run(capsys, "export", "equations", str(page))[0] == 0
    assert page.read_text(encoding="utf-8") == equations_markdown()


@pytest.mark.parametrize(
    "arguments",
    [
        ["sbml", "/nowhere/at/all.xml"],
        ["sbml", "FOLDER"],
        ["sbml"],
        ["sbml", "FOLDER/model.xml", "--form", "unobtainium", "--dose-mg", "300"],
        ["sbml", "FOLDER/model.xml", "--age", "300"],
        ["equations", "/nowhere/at/all.md"],
        ["matlab", "FOLDER/model.m"],
    ],
    ids=" ".join,
)
def test_bad_input_gives_one_line_and_writes_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str]
):
    code, out, err = run(capsys, "export", *(word.replace("FOLDER", str(tmp_path)) for word in arguments))
    assert (code, out) == (2, "")
    told = [line for line in err.splitlines() if not line.startswith("Preparing")]
    assert len(told) == 1
    assert told[0].startswith("magnesim: ")
    assert not list(tmp_path.iterdir())


def test_without_the_library_a_person_is_told_what_to_install(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "libsbml", None)
    code, _, err = run(capsys, "export", "sbml", str(tmp_path / "model.xml"))
    assert code == 2
    assert 'pip install "magnesim[sbml]"' in err
