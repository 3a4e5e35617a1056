"""The verbs. Rooms are imported when used, so that help and errors come at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from magnesim import __version__
from magnesim.cli.check import check
from magnesim.cli.export import export
from magnesim.cli.options import DayOptions, Json, PersonOptions, RegimenOptions, Seed, asked
from magnesim.cli.output import (
    ANSWER_IS_NO,
    DONE,
    EXAMPLES,
    check_place,
    compiling,
    say,
    tell,
    write,
)
from magnesim.errors import InputError

if TYPE_CHECKING:
    from magnesim.exposure import Crowd
    from magnesim.intake import Regimen
    from magnesim.people import Person

app = App(
    name="magnesim",
    help="What oral magnesium does in a body, what trials found, and whether it is safe. "
    "It informs and does not replace a clinician.",
    version=__version__,
    result_action="return_value",
)
app.command(check)
app.command(export)


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
    from magnesim.report.answer_page import answer_page
    from magnesim.report.answer_terminal import print_answer

    check_place(out)
    question = asked(goal, person, regimen, day)
    result = answer_for(
        question.person,
        question.regimen,
        question.goal,
        day=question.day,
        product=question.product,
        seed=seed,
        on_build=compiling,
    )
    write(out, lambda: answer_page(result))
    tell(json_, result.to_json, lambda: print_answer(result))
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
    result = simulate_body(who, what, seed=seed, on_build=compiling)
    if out:
        from magnesim.report.files import write_simulation

        for path in write_simulation(result, out):
            say(f"Written: {path}")

    def in_words() -> None:
        from magnesim.report.simulation_terminal import print_crowd, print_simulation

        print_simulation(result)
        if crowd:
            print_crowd(crowd)

    tell(json_, lambda: result.to_json() | (crowd.to_json() if crowd else {}), in_words)
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
            on_build=compiling,
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
    from magnesim.effects.models import scores
    from magnesim.evidence import evidence_for
    from magnesim.intake import compound
    from magnesim.report.evidence_page import evidence_page

    check_place(out)
    result = evidence_for(
        outcome, form=None if form is None else compound(form), population=population, design=design
    )
    models = scores(result.outcome)

    def in_words() -> None:
        from magnesim.report.evidence_terminal import print_evidence, print_models

        print_evidence(result)
        print_models(models)

    write(out, lambda: evidence_page(result))
    tell(json_, lambda: result.to_json() | {"models": [dict(vars(one)) for one in models]}, in_words)
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
    from magnesim.report.evidence_terminal import print_evidence

    columns = [column.strip() for column in moderators.split(",")] if moderators else []
    result = pool_file(file, yi=yi, vi=vi, label=label, moderators=columns)
    tell(json_, result.to_json, lambda: print_evidence(result))
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
    from magnesim.plan import plan as plan_for
    from magnesim.plan.calendar import calendar_of
    from magnesim.report.plan_page import plan_page
    from magnesim.report.plan_terminal import print_plan

    check_place(out)
    check_place(calendar)
    question = asked(goal, person, regimen, day)
    result = plan_for(
        question.person,
        question.regimen,
        question.goal,
        day=question.day,
        product=question.product,
        on_build=compiling,
    )
    write(calendar, lambda: calendar_of(result, start), "Calendar written")
    write(out, lambda: plan_page(result))
    tell(json_, result.to_json, lambda: print_plan(result))
    return DONE if result.allowed else ANSWER_IS_NO


def _plan_many(batch: Path, json_: bool) -> int:
    """Decisions on a file of cases; the exit code does not depend on what they say."""
    from magnesim.plan import plan_batch

    decided = plan_batch(batch)

    def in_words() -> None:
        for case in decided:
            first = case["reasons"][0]["because"] if case["reasons"] else "no rule speaks against it"
            sys.stdout.write(f"{case['case_id']}: {case['decision'].replace('_', ' ')}. {first}\n")

    tell(json_, lambda: decided, in_words)
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
    from magnesim.report.validation_page import validation_page
    from magnesim.report.validation_terminal import print_validation
    from magnesim.solve import engine

    check_place(out)
    engine.equations(compiling)
    if sys.stderr.isatty():
        say("Simulating every study (about twenty seconds) ...")
    from magnesim.evaluation import validate as validate_package

    result = validate_package(package, seed)
    write(out, lambda: validation_page(result))
    tell(json_, result.to_json, lambda: print_validation(result))
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
    from magnesim.report.why_terminal import print_why

    result = why_of(name)
    tell(json_, result.to_json, lambda: print_why(result))
    return DONE
