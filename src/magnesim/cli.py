"""The command line: verbs, their options, and one clear line for bad input. Rooms are imported when used."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from cyclopts import App, CycloptsError, Parameter

from magnesim import __version__
from magnesim.errors import InputError

if TYPE_CHECKING:
    from magnesim.effects import Goal
    from magnesim.exposure import Crowd
    from magnesim.intake import Day, Regimen
    from magnesim.people import Person

DONE, ANSWER_IS_NO, WRONG_USE = 0, 1, 2

app = App(
    name="magnesim",
    help="What oral magnesium does in a body, what trials found, and whether it is safe. "
    "It informs and does not replace a clinician.",
    version=__version__,
    result_action="return_value",
)


@Parameter(name="*")
@dataclass(frozen=True)
class PersonOptions:
    """Who takes it. What is not said is filled with a population value and listed."""

    age: float | None = None
    "Age in years."
    sex: str | None = None
    "female or male."
    weight_kg: float | None = None
    "Body weight, kg."
    height_cm: float | None = None
    "Height, cm."
    egfr: float | None = None
    "Kidney function, mL/min/1.73 m2."
    creatinine_mg_dl: float | None = None
    "Serum creatinine, mg/dL, where there is no eGFR."
    menopause: str | None = None
    "pre, peri or post."
    diet_mg: float | None = None
    "Magnesium eaten a day, mg."
    serum_mg_mmol_l: float | None = None
    "Measured serum magnesium, mmol/L."
    region: str | None = None
    "Whose dose limits apply: US, EU, UK ..."
    drugs: str | None = None
    'Medicines, parted by semicolons: "levothyroxine 07:00; omeprazole".'
    conditions: str | None = None
    'Illnesses and symptoms, parted by semicolons: "diabetes; osteoporosis".'

    def person(self) -> Person:
        """The person, checked."""
        from magnesim.people import Person

        said = {name: value for name, value in vars(self).items() if value is not None}
        for name, value in said.items():
            if isinstance(value, str) and not value.strip():
                flag = f"--{name.replace('_', '-')}"
                raise InputError(
                    f'{flag} ""', "a value is asked for; leave the option out where there is none."
                )
        if "sex" in said:
            said["sex"] = {"f": "female", "m": "male"}.get(said["sex"].lower(), said["sex"].lower())
        if "region" in said:
            said["region"] = said["region"].upper()
        return Person(**said)


@Parameter(name="*")
@dataclass(frozen=True)
class RegimenOptions:
    """What is taken: a form with its elemental dose, or a label in your own words."""

    form: str | None = None
    "Magnesium salt: citrate, oxide, glycinate ..."
    dose_mg: float | None = None
    "Elemental magnesium a day, mg, all times together."
    times: str | None = None
    "Clock times, parted by commas: 08:00,20:00."
    weeks: float | None = None
    "How many weeks; 12 where not said."
    dose: str | None = None
    'A label instead: "magnesium oxide 400 mg tablet twice a day".'

    def regimen(self) -> Regimen:
        """The regimen; a label is read, and shown back on standard error."""
        from magnesim.intake import read_dose, regimen_from

        length = {} if self.weeks is None else {"weeks": self.weeks}
        regimen = regimen_from(self.form, self.dose_mg, self.times, dose_text=self.dose, **length)
        if self.dose:
            _say(f"Read as: {read_dose(self.dose, self.form).as_read}")
        return regimen


@Parameter(name="*")
@dataclass(frozen=True)
class DayOptions:
    """When the person eats and sleeps; usual hours where not said."""

    meals: str | None = None
    'Clock times of the meals: "07:30 12:30 19:00".'
    sleep: str | None = None
    "When sleep begins and ends: 23:00-07:00."

    def day(self) -> Day:
        """The day, checked."""
        from magnesim.intake import read_day

        return read_day(self.meals, self.sleep)


Json = Annotated[bool, Parameter(name="--json", negative="", help="One JSON object on standard output.")]
Seed = Annotated[int, Parameter(help="Seed of the draws; the same seed gives the same output.")]


def _print_json(content: Any) -> None:
    sys.stdout.write(json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n")


def _say(text: str) -> None:
    """A message to the person waiting; standard output stays clean."""
    sys.stderr.write(text + "\n")


def _compiling() -> None:
    _say("Preparing the body model (once after an install, about ten seconds) ...")


class _Asked(NamedTuple):
    """A question in the program's own objects; the product in the person's words, where a label was given."""

    person: Person
    regimen: Regimen
    goal: Goal
    day: Day
    product: str | None


def _asked(
    goal: str, person: PersonOptions | None, regimen: RegimenOptions | None, day: DayOptions | None
) -> _Asked:
    """What `answer` and `plan` were asked; what else a label names is left to the rules."""
    from magnesim.effects import goal_named
    from magnesim.safety.product import without_substances

    wanted = goal_named(goal)
    who = (person or PersonOptions()).person()
    said = regimen or RegimenOptions()
    dose = without_substances(said.dose) if said.dose else said.dose
    return _Asked(who, replace(said, dose=dose).regimen(), wanted, (day or DayOptions()).day(), said.dose)


@app.command
def answer(
    *,
    goal: str,
    person: PersonOptions | None = None,
    regimen: RegimenOptions | None = None,
    day: DayOptions | None = None,
    out: Path | None = None,
    seed: Seed = 0,
    json_: Json = False,
) -> int:
    """Will it help with this, how much, is it safe for me, how sure is that?

    Parameters
    ----------
    goal
        sleep, rls, cramps, hot_flashes, menopause, bone, vitamin_d, blood_pressure, glycaemia, anxiety,
        stress, pain or magnesium_status.
    out
        Also write the answer as one HTML page.
    """
    from magnesim.answers import answer as answer_for

    if out:
        from magnesim.files import writable

        writable(out)
    asked = _asked(goal, person, regimen, day)
    result = answer_for(*asked[:3], day=asked.day, product=asked.product, seed=seed, on_build=_compiling)
    if out:
        from magnesim.report.page import write_page

        write_page(result, out)
        _say(f"Page written: {out}")
    if json_:
        _print_json(result.to_json())
    else:
        from magnesim.report.terminal import print_answer

        print_answer(result)
    return ANSWER_IS_NO if result.verdict == "not_for_you" else DONE


@app.command
def simulate(
    *,
    person: PersonOptions | None = None,
    regimen: RegimenOptions | None = None,
    people: int | None = None,
    out: Path | None = None,
    seed: Seed = 0,
    json_: Json = False,
) -> int:
    """What a regimen does in this body: serum, urine, uptake and stores.

    Parameters
    ----------
    people
        Also run so many people who share what was said and differ in all else.
    out
        Folder for the result as files; a killed run of many people goes on there.
    """
    from magnesim.exposure import simulate as simulate_body
    from magnesim.safety import as_taken

    who = as_taken((person or PersonOptions()).person())
    what = (regimen or RegimenOptions()).regimen()
    crowd = None if people is None else _crowd(who, what, people, seed, out)
    result = simulate_body(who, what, seed=seed, on_build=_compiling)
    if out:
        from magnesim.report.files import write_simulation

        for path in write_simulation(result, out):
            _say(f"Written: {path}")
    if json_:
        _print_json(result.to_json() | (crowd.to_json() if crowd else {}))
    else:
        from magnesim.report.terminal import print_crowd, print_simulation

        print_simulation(result)
        if crowd:
            print_crowd(crowd)
    return DONE


def _crowd(who: Person, what: Regimen, people: int, seed: int, out: Path | None) -> Crowd:
    """Many people, with progress on standard error."""
    from rich.console import Console
    from rich.progress import Progress

    from magnesim.exposure import simulate_people

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task("people", total=people)
        return simulate_people(
            who,
            what,
            people,
            seed=seed,
            folder=out,
            on_build=_compiling,
            on_chunk=lambda done: progress.update(bar, completed=done),
        )


@app.command
def evidence(
    outcome: str,
    *,
    form: str | None = None,
    population: str | None = None,
    design: str = "rct",
    out: Path | None = None,
    json_: Json = False,
) -> int:
    """What all trials together say about an outcome, how sure that is, and what should worry you.

    Parameters
    ----------
    outcome
        For instance isi, psqi, irls, cramp_frequency, hot_flash_frequency, sbp, hba1c, serum_mg; or all
        scales of anxiety, depression, stress, sleep_scales or pain together, in SDs.
    form
        The salt you ask about; trials of others raise an alarm.
    population
        The people you ask about: older_adults, postmenopause, hypertension ...
    design
        rct, controlled (open-label trials with a control too) or observational.
    out
        Also write it as one HTML page, with forest plot, funnel plot and sources.
    """
    from magnesim.evidence import evidence_for
    from magnesim.intake import compound

    if out:
        from magnesim.files import writable

        writable(out)
    result = evidence_for(
        outcome, form=None if form is None else compound(form), population=population, design=design
    )
    if out:
        from magnesim.report.evidence_page import write_evidence_page

        write_evidence_page(result, out)
        _say(f"Page written: {out}")
    from magnesim.effects.models import scores

    models = scores(result.outcome)
    if json_:
        compared = [dict(vars(model)) for model in models]
        _print_json(result.to_json() | {"models": compared})
    else:
        from magnesim.report.evidence_terminal import print_evidence
        from magnesim.report.terminal import print_models

        print_evidence(result)
        print_models(models)
    return DONE


@app.command
def pool(
    file: Path,
    *,
    yi: str = "yi",
    vi: str = "vi",
    label: str | None = None,
    moderators: str | None = None,
    json_: Json = False,
) -> int:
    """Pool anybody's effects: random effects (REML, Hartung-Knapp) from a CSV file.

    Parameters
    ----------
    file
        CSV with one row a study; where it has a column year, the studies are also added up by it.
    yi
        Column of the effects.
    vi
        Column of their sampling variances.
    label
        Column of the study names.
    moderators
        Columns of numbers to regress the effects on, one at a time: dose_mg,weeks.
    """
    from magnesim.evidence import pool_file

    columns = [column.strip() for column in moderators.split(",")] if moderators else []
    result = pool_file(file, yi=yi, vi=vi, label=label, moderators=columns)
    if json_:
        _print_json(result.to_json())
    else:
        from magnesim.report.evidence_terminal import print_evidence

        print_evidence(result)
    return DONE


@app.command
def plan(
    *,
    goal: str | None = None,
    batch: Path | None = None,
    person: PersonOptions | None = None,
    regimen: RegimenOptions | None = None,
    day: DayOptions | None = None,
    start: str | None = None,
    calendar: Path | None = None,
    out: Path | None = None,
    json_: Json = False,
) -> int:
    """A safe plan, or why there is none: clock times, how to begin, what to expect, when to stop.

    Parameters
    ----------
    goal
        sleep, rls, cramps, hot_flashes, menopause, bone, vitamin_d, blood_pressure, glycaemia, anxiety,
        stress, pain or magnesium_status.
    batch
        CSV file of many cases instead, decided by the rules alone: case_id, region, age, sex, life_stage,
        egfr, drugs, conditions, goal, asked_dose.
    start
        First day for the calendar, 2026-12-01.
    calendar
        Also write the times as a calendar file (ICS).
    out
        Also write the plan as one HTML page.
    """
    if batch:
        return _plan_many(batch, json_)
    if goal is None:
        raise InputError("no --goal", "say what it is for.", EXAMPLES["plan"])
    from magnesim.files import writable, write_whole
    from magnesim.plan import plan as plan_for

    for path in (out, calendar):
        if path:
            writable(path)
    asked = _asked(goal, person, regimen, day)
    result = plan_for(*asked[:3], day=asked.day, product=asked.product, on_build=_compiling)
    if calendar:
        from magnesim.plan.calendar import calendar_of

        write_whole(calendar, calendar_of(result, start))
        _say(f"Calendar written: {calendar}")
    if out:
        from magnesim.report.plan_page import write_plan_page

        write_plan_page(result, out)
        _say(f"Page written: {out}")
    if json_:
        _print_json(result.to_json())
    else:
        from magnesim.report.plan_terminal import print_plan

        print_plan(result)
    return DONE if result.allowed else ANSWER_IS_NO


def _plan_many(batch: Path, json_: bool) -> int:
    """Decisions on a file of cases; the exit code does not depend on what they say."""
    from magnesim.plan import plan_batch

    decided = plan_batch(batch)
    if json_:
        _print_json(decided)
    else:
        for case in decided:
            first = case["reasons"][0]["because"] if case["reasons"] else "no rule speaks against it"
            sys.stdout.write(f"{case['case_id']}: {case['decision'].replace('_', ' ')}. {first}\n")
    return DONE


@app.command
def check(
    file: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    *,
    sentences: Path | None = None,
    format_: Annotated[str | None, Parameter(name="--format")] = None,
    out: Path | None = None,
    json_: Json = False,
) -> int:
    """Which statements of an article about magnesium hold, and what it leaves out.

    Parameters
    ----------
    file
        Text, Markdown or HTML; - for standard input.
    sentences
        CSV file with the columns id and text instead: the claims of each sentence.
    format_
        text, markdown or html; found out where not said.
    out
        Also write the article with its claims marked as one HTML page.
    """
    if sentences:
        from magnesim.claims.check import check_sentences

        return _sentences(check_sentences(sentences), json_)
    if file is None:
        raise InputError("no file", "an article as a file, or - for standard input.", EXAMPLES["check"])
    from magnesim.claims.check import check_article
    from magnesim.files import writable

    if out:
        writable(out)
    if format_ not in (None, "text", "markdown", "html"):
        raise InputError(f"--format {format_}", "text, markdown or html is allowed.", "--format html")
    result = check_article(_bytes_of(file), format_)
    if out:
        from magnesim.report.check_page import write_check_page

        write_check_page(result, out)
        _say(f"Page written: {out}")
    if json_:
        _print_json(result.to_json())
    else:
        from magnesim.report.check_terminal import print_checked

        print_checked(result)
    return DONE


def _bytes_of(file: str) -> bytes:
    """An article as it lies on disk or comes in; of a huge one no more than shows that it is."""
    from magnesim.claims.bounds import MOST_BYTES

    if file == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise InputError(file, "no such file.", EXAMPLES["check"]) from None
    except OSError as error:
        raise InputError(file, f"cannot be read: {error.strerror}.", EXAMPLES["check"]) from None


def _sentences(found: list[dict[str, Any]], json_: bool) -> int:
    if json_:
        _print_json(found)
        return DONE
    for one in found:
        for claim in one["claims"]:
            sys.stdout.write(
                f"{one['id']}: {claim['verdict'].replace('_', ' ')} ({claim['topic']}). {claim['because']}\n"
            )
    return DONE


@app.command
def validate(
    *, package: Path | None = None, out: Path | None = None, seed: Seed = 0, json_: Json = False
) -> int:
    """How well the model and the pools foresee what studies saw, study by study, the worst first.

    Parameters
    ----------
    package
        datapackage.json of other studies in the same columns; left out, the studies that ship.
    out
        Also write the report as one HTML page.
    """
    from magnesim.solve import engine

    if out:
        from magnesim.files import writable

        writable(out)
    engine.equations(_compiling)
    if sys.stderr.isatty():
        _say("Simulating every study (about twenty seconds) ...")
    from magnesim.evaluation import validate as validate_package

    result = validate_package(package, seed)
    if out:
        from magnesim.report.validation_page import write_validation_page

        write_validation_page(result, out)
        _say(f"Page written: {out}")
    if json_:
        _print_json(result.to_json())
    else:
        from magnesim.report.terminal import print_validation

        print_validation(result)
    return DONE


@app.command
def why(name: str, *, json_: Json = False) -> int:
    """Where a number, a rule or a statement comes from: a parameter, effect, rule, compound, study or fact.

    Parameters
    ----------
    name
        For instance tubular_reserve, irls, citrate, park2015, severe_kidney_impairment.
    """
    from magnesim.provenance import why as why_of

    result = why_of(name)
    if json_:
        _print_json(result.to_json())
    else:
        from magnesim.report.terminal import print_why

        print_why(result)
    return DONE


export = App(
    name="export",
    help="Write the model for others: SBML for other simulators, the equations as a page.",
)
app.command(export)


@export.command(name="sbml")
def export_sbml(
    file: Path, *, person: PersonOptions | None = None, regimen: RegimenOptions | None = None
) -> int:
    """The model, this person and what they take as SBML (Level 3 Version 2, a unit on everything).

    Parameters
    ----------
    file
        Where to write it: model.xml.
    """
    from magnesim.export import course_sbml
    from magnesim.intake import Regimen
    from magnesim.people import complete

    _check_file(file)
    whole, assumed = complete((person or PersonOptions()).person())
    what = regimen.regimen() if regimen else Regimen.none()
    _write(file, course_sbml(whole, what, on_build=_compiling))
    if assumed:
        _say("Assumed: " + ", ".join(f"{item.name} {item.value}" for item in assumed))
    return DONE


@export.command(name="equations")
def export_equations(file: Path) -> int:
    """Every equation of the body model, and every parameter with its sources, as one Markdown page.

    Parameters
    ----------
    file
        Where to write it: equations.md.
    """
    from magnesim.export import equations_markdown

    _check_file(file)
    _write(file, equations_markdown())
    return DONE


def _check_file(file: Path) -> None:
    """See before the work whether a file can be meant by a path."""
    if not file.name or file.is_dir() or not file.parent.is_dir():
        raise InputError(f'"{file}"', "a file in a folder that exists is allowed.", EXAMPLES["export"])


def _write(file: Path, text: str) -> None:
    """Write a text whole or not at all, and say where."""
    from magnesim.files import write_whole

    write_whole(file, text.encode())
    _say(f"Written: {file}")


EXAMPLES = {
    "answer": "magnesim answer --goal sleep --form citrate --dose-mg 300 --age 62 --sex female",
    "simulate": "magnesim simulate --form citrate --dose-mg 300 --weeks 12",
    "evidence": "magnesim evidence sbp --form citrate",
    "pool": "magnesim pool effects.csv --yi yi --vi vi",
    "plan": "magnesim plan --goal sleep --form citrate --dose-mg 200 --age 62 --sex female --egfr 80",
    "check": "magnesim check article.txt --out article.html",
    "validate": "magnesim validate --out report.html",
    "why": "magnesim why tubular_reserve",
    "export": "magnesim export sbml model.xml",
}
LONGEST_LINE = 600


def _usage_line(error: CycloptsError, verb: str) -> str:
    """What cyclopts found wrong, as one line with an example of that verb."""
    told = " ".join(str(error).split())
    return f"{told} Example: {EXAMPLES.get(verb, EXAMPLES['answer'])}"


def _one_line(text: str) -> str:
    """A message as one line of bearable length."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} ..."


def main(arguments: list[str] | None = None) -> None:
    """Entry point: runs a verb and ends with its exit code. `MAGNESIM_DEBUG` shows what a fault hides."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        code = app(words, exit_on_error=False, print_error=False)
    except InputError as error:
        _say(_one_line(f"magnesim: {error}"))
        code = WRONG_USE
    except CycloptsError as error:
        _say(_one_line(f"magnesim: {_usage_line(error, words[0] if words else '')}"))
        code = WRONG_USE
    except BrokenPipeError:
        code = DONE
    except Exception as error:
        if os.environ.get("MAGNESIM_DEBUG"):
            raise
        _say(_one_line(f"magnesim: a fault of ours, please report it with the command: {error!r}"))
        code = WRONG_USE
    sys.exit(code if isinstance(code, int) else DONE)


if __name__ == "__main__":
    main()
