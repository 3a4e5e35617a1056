"""Answers in the terminal: readable at 80 columns, no colour in a pipe. Layout only."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table

from magnesim.figures import figure, signed, span

if TYPE_CHECKING:
    from magnesim.answers import Answer
    from magnesim.effects.models import Score
    from magnesim.evaluation import Validation
    from magnesim.exposure import Crowd, Simulation
    from magnesim.provenance import Why

COLOURS = {
    "likely_worthwhile": "green",
    "likely_too_small": "yellow",
    "unknown": "white",
    "not_for_you": "red",
}
DISCLAIMER = "It informs and does not replace a clinician."
MOST_COLUMNS = 88
MEASURE_LABELS = {
    "serum_mmol_l": "serum, mmol/L",
    "urine_mmol_d": "urine, mmol/d",
    "absorbed_mmol_d": "taken up, mmol/d",
    "faecal_mmol_d": "stool, mmol/d",
    "total_body_mmol": "body, mmol",
}


def new_console() -> Console:
    """Standard output, never wider than a line that reads well."""
    console = Console(file=sys.stdout, highlight=False)
    console.width = min(console.width, MOST_COLUMNS)
    return console


def heading(console: Console, text: str) -> None:
    """A line that begins a section."""
    console.print(f"\n[bold]{text}[/bold]")


def bullets(console: Console, lines: list[str]) -> None:
    """Lines as a list that stays aligned when it wraps."""
    for line in lines:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=2)
        grid.add_column(overflow="fold")
        grid.add_row(" •", plain(line))
        console.print(grid)


def plain(text: str) -> str:
    """Text that rich takes as it is."""
    from rich.markup import escape

    return escape(text)


def print_answer(answer: Answer) -> None:
    """The answer, from the verdict down to the sources."""
    from magnesim.report.banner import banner

    console = new_console()
    colour = COLOURS[answer.verdict]
    told = banner(answer.safety)
    first = [line.text for line in told.lines] if answer.verdict == "not_for_you" else []
    body = "\n\n".join(
        [
            f"[bold]{plain(answer.sign)} {plain(answer.headline)}[/bold]",
            *map(plain, [*first, *answer.lead]),
        ]
    )
    console.print(
        Panel(body, title=plain(answer.question), title_align="left", border_style=colour, padding=(1, 2))
    )
    if (told.stop or told.ask) and not first:
        heading(console, f"Safety: {told.title}")
        bullets(console, [line.text for line in told.lines])
    heading(console, "What trials found (all salts)")
    bullets(
        console,
        [f"{item.label}. {item.words} Certainty: {in_words(item.certainty)}." for item in answer.effects],
    )
    if answer.unmeasured:
        bullets(console, [answer.unmeasured])
    if answer.trials:
        heading(console, "Trial by trial")
        bullets(console, [item.text for item in answer.trials])
    if answer.body:
        heading(console, "What this dose does in this body")
        bullets(console, answer.body_words)
    if answer.mechanisms:
        heading(console, "The mechanisms one reads about")
        _mechanisms(console, answer)
    if answer.plan.allowed:
        heading(console, "If you take it")
        bullets(console, _plan_lines(answer))
    if answer.alternatives:
        heading(console, "What would change the answer")
        _alternatives(console, answer)
        bullets(console, answer.on_alternatives)
    heading(console, "What is not known")
    bullets(console, [line for line in answer.unknowns if not _is_mechanism(line, answer)])
    heading(console, "First of all")
    bullets(console, [answer.first])
    if answer.body and answer.body.assumed:
        heading(console, "Assumed, because it was not said")
        shown = [
            f"{item.name.replace('_', ' ')} {item.value} {item.unit}".strip() for item in answer.body.assumed
        ]
        bullets(console, ["; ".join(shown) + "."])
    console.print(
        f"\n{len(answer.sources)} sources: add --json or --out answer.html; magnesim why NAME tells each."
    )
    console.print(f"[dim]{DISCLAIMER}[/dim]")


def _plan_lines(answer: Answer) -> list[str]:
    """Clock times, how to start, when to stop."""
    from magnesim.report import plan_words

    plan, safety = answer.plan, answer.safety
    return [
        *plan_words.take_lines(plan),
        *plan_words.step_lines(plan),
        *safety.titration,
        plan_words.judge_line(plan),
        *filter(None, [plan_words.food_line(plan)]),
        *safety.stop_if,
        *safety.monitor,
    ]


def _alternatives(console: Console, answer: Answer) -> None:
    """What else could be done: uptake, serum, loose stools."""
    from magnesim.answers.words import alternative_rows

    table = Table(box=None, padding=(0, 1))
    table.add_column("")
    for name in ("taken up", "serum, mmol/L", "loose stools"):
        table.add_column(name, justify="right")
    for row in alternative_rows(answer.alternatives):
        table.add_row(row["what"], row["taken_up"], row["serum"], row["stools"])
    console.print(table)


def _is_mechanism(line: str, answer: Answer) -> bool:
    """Mechanisms stand in their own table here, and are not said twice."""
    return any(line.startswith(f"{item.label}:") for item in answer.mechanisms)


def in_words(certainty: str) -> str:
    """A word of the tables as a reader says it."""
    return certainty.replace("_", " ")


def _mechanisms(console: Console, answer: Answer) -> None:
    from magnesim.answers.words import evidence_words, mechanism_figure

    table = Table(box=None, padding=(0, 1), header_style="dim")
    table.add_column("mechanism", max_width=26)
    table.add_column("evidence", max_width=20)
    table.add_column("with this dose")
    for item in answer.mechanisms:
        table.add_row(item.label, evidence_words(item.evidence_class), mechanism_figure(item))
    console.print(Padding(table, (0, 0, 0, 1)))


def print_simulation(result: Simulation) -> None:
    """The simulation: measures before, with the dose, change, and both kinds of interval."""
    from magnesim.safety import decide

    console = new_console()
    regimen = result.regimen
    console.print(
        f"[bold]{regimen.elemental_mg_per_day:g} mg of magnesium as {regimen.compound} a day, "
        f"{regimen.weeks:g} weeks[/bold]"
    )
    table = Table(box=None, padding=(0, 1), header_style="dim")
    for name in ("", "before", "end", "change", "not known (90 %)", "people differ (90 %)"):
        table.add_column(name, justify="left" if not name else "right")
    for name, label in MEASURE_LABELS.items():
        before, end, change = (getattr(state, name) for state in (result.baseline, result.end, result.change))
        table.add_row(
            label,
            figure(before, 3),
            figure(end, 3),
            signed(change),
            span(*result.uncertainty[name]),
            span(*result.variability[name]),
        )
    console.print(table)
    heading(console, "Stores, mmol")
    stores = Table(box=None, padding=(0, 1), header_style="dim")
    for name in ("", "before", "end", "change"):
        stores.add_column(name, justify="left" if not name else "right")
    for name, before in result.baseline.stores_mmol.items():
        end = result.end.stores_mmol[name]
        stores.add_row(name.replace("_", " "), figure(before, 4), figure(end, 4), signed(end - before))
    console.print(stores)
    decision = decide(result.person, regimen.elemental_mg_per_day, regimen.compound, regimen.times).decision
    if regimen.times and decision in ("refuse", "clinician_first"):
        heading(console, "Not to be taken on one's own: magnesim answer tells why.")
    console.print(f"\nUnaccounted for: {result.mass_balance.relative_error:.0e} of what entered.")
    bullets(console, result.notes)
    console.print(f"[dim]{DISCLAIMER}[/dim]")


def print_crowd(crowd: Crowd) -> None:
    """Many people: how far the changes spread."""
    console = new_console()
    heading(console, f"{len(crowd.frame)} people who share what was said, and differ: change (90 %)")
    limits = crowd.limits()
    bullets(console, [f"{label}: {span(*limits[name])}" for name, label in MEASURE_LABELS.items()])
    if crowd.lost:
        bullets(console, [f"{crowd.lost} have no steady state that a person can live in and are left out."])


def _shown_unit(unit: str) -> str:
    return "" if unit == "1" else unit


def print_why(result: Why) -> None:
    """Where something comes from."""
    console = new_console()
    value = "" if result.value is None else f" = {result.value:g} {_shown_unit(result.unit)}".rstrip()
    console.print(f"[bold]{plain(result.name)}[/bold] ({result.kind}){plain(value)}")
    if result.text:
        console.print(plain(result.text))
    if result.derivation:
        console.print(f"Derivation: {plain(result.derivation)}")
    if result.used_in:
        heading(console, "Used in")
        bullets(console, result.used_in)
    if result.sources:
        heading(console, "Sources")
        bullets(console, [source.line for source in result.sources])


WORST_SHOWN = 8


def print_validation(result: Validation) -> None:
    """The evaluation report: the decisive test, the figures, the worst misses."""
    console = new_console()
    test, kinetics, effects = result.supplement, result.kinetics, result.effects
    heading(console, f"A supplement of {test['elemental_mg_per_day']:g} mg a day for {test['weeks']} weeks")
    table = Table(box=None, padding=(0, 1), show_edge=False)
    for column in ("", "serum, mmol/L", "urine, mmol/d"):
        table.add_column(column, justify="left" if not column else "right")
    seen = test["observed"]
    table.add_row(
        f"seen ({seen['source']})",
        f"{signed(seen['serum_change_mmol_l'])} ({span(*seen['serum_ci'])})",
        f"{signed(seen['urine_change_mmol_d'])} ({span(*seen['urine_ci'])})",
    )
    table.add_row(
        "this model",
        f"{signed(test['serum_change_mmol_l'])} ({span(*test['serum_interval_90'])})",
        f"{signed(test['urine_change_mmol_d'])} ({span(*test['urine_interval_90'])})",
    )
    for other in test["baselines"]:
        table.add_row(
            plain(other["label"]), signed(other["serum_change_mmol_l"]), signed(other["urine_change_mmol_d"])
        )
    console.print(table)
    heading(console, "Figures of bodies, observed against predicted")
    bullets(console, kinetic_lines(result))
    misses = worst_misses(result)[:WORST_SHOWN]
    if misses:
        heading(console, "Farthest off")
        bullets(console, misses)
    heading(console, "Effects of trials, foreseen without the trial itself")
    content = effects.to_json()
    bullets(console, effect_lines(content))
    print_measures(content)
    console.print(
        f"\n{len(kinetics.skipped)} figures and {len(effects.skipped)} contrasts were not foreseen; "
        "--json and --out say why of each."
    )


def kinetic_lines(result: Validation) -> list[str]:
    """The summary of the kinetic part, a sentence each."""
    kinetics = result.kinetics
    lines = [_summary_line(f"{len(kinetics.foreseen)} of {kinetics.rows} simulated", kinetics.summary())]
    content = kinetics.to_json()
    if content["not_fitted"]["simulated"] not in (0, len(kinetics.foreseen)):
        lines.append(
            _summary_line(
                f"{content['not_fitted']['simulated']} that were not fitted to", content["not_fitted"]
            )
        )
    if result.package == "shipped":
        left = result.to_json()["left_one_study_out"]
        lines.append(_summary_line(f"{left['figures']} foreseen without their own study", left))
    return lines


def _summary_line(what: str, content: dict[str, Any]) -> str:
    if content["gmfe"] is None:
        return f"{what}."
    return (
        f"{what}: mean fold error {content['gmfe']:.2f}, within 1.5 fold {content['within_1_5']:.0%}, "
        f"within 2 fold {content['within_2']:.0%}, 90 % intervals hold {content['coverage_90']:.0%}."
    )


def worst_misses(result: Validation) -> list[str]:
    """The figures outside of their interval, the largest fold error first, with what had to be assumed."""
    outside = [one for one in result.kinetics.foreseen if not one.covered]
    outside.sort(key=lambda one: -(one.fold or 1.0))
    lines = []
    for one in outside:
        item = one.experiment.observation
        because = item.notes.get("reason", "")
        because = f" {because[0].upper()}{because[1:]}." if because else ""
        assumed = f" Assumed: {'; '.join(one.experiment.assumed)}." if one.experiment.assumed else ""
        lines.append(
            f"{item.study_id}, {item.arm}, {item.measure.replace('_', ' ')}: seen {figure(one.observed, 3)}, "
            f"foreseen {figure(one.predicted, 3)} ({span(*one.interval)}) {item.unit}.{because}{assumed}"
        )
    return lines


def effect_lines(content: dict[str, Any]) -> list[str]:
    """The summary of the effects, a sentence each."""
    lines = [
        f"{content['predicted']} of {content['with_a_size']} contrasts with a size foreseen; "
        f"{content['rows'] - content['with_a_size']} more print none."
    ]
    if content["predicted"]:
        lines.append(
            f"90 % intervals hold {content['coverage_90']:.0%}. Mean log score {content['log_score']:.2f}; "
            f"no difference {content['log_score_null']:.2f}, dose alone "
            f"{content['log_score_dose_only']:.2f}; higher is better."
        )
        lines.append(f"Over all: {content['says']} (gain {_gain(content)}).")
        informed = content["with_other_trials"]
        if informed["predicted"]:
            lines.append(
                f"{informed['predicted']} with other trials to go by: {informed['says']} (gain "
                f"{_gain(informed)}). The rest rests on the sceptical prior alone."
            )
    return lines


def measure_rows(content: dict[str, Any]) -> list[tuple[str, str, str, str, str, str]]:
    """Scores by measure: measure, rows, studies, coverage, gain over no difference, what it comes to."""
    return [
        (
            one["measure"],
            str(one["predicted"]),
            str(one["studies_scored"]),
            f"{one['coverage_90']:.0%}",
            _gain(one),
            one["says"],
        )
        for one in content["by_measure"]
    ]


def print_measures(content: dict[str, Any]) -> None:
    """The scores by measure as a table."""
    table = Table(box=None, padding=(0, 1), show_edge=False)
    for column in ("measure", "rows", "studies", "held", "gain", "than no difference"):
        words = column in ("measure", "than no difference")
        table.add_column(column, justify="left" if words else "right")
    for *figures, says in measure_rows(content):
        table.add_row(*figures, says.replace(" than no difference", ""))
    if table.row_count:
        new_console().print(table)


def _gain(score: dict[str, Any]) -> str:
    return f"{signed(score['gain_over_null'])}, SE {score['gain_se']:.2f}"


def print_models(found: list[Score]) -> None:
    """What predicts an outcome's effect best, each trial foreseen from the others."""
    if not found:
        return
    console = new_console()
    heading(console, "What predicts the effect (each trial foreseen from the others)")
    table = Table(box=None, padding=(0, 1), show_edge=False)
    for column in ("model", "log score", "over constant", ""):
        table.add_column(column, justify="left" if column in ("model", "") else "right")
    for score in found:
        log = "" if score.log_score is None else f"{score.log_score:.2f}"
        gain = "" if score.gain is None or score.gain_se is None else signed(score.gain)
        compared = gain and score.model != found[0].model
        table.add_row(score.label, log, f"{gain} (SE {score.gain_se:.2f})" if compared else "", score.says)
    console.print(table)
    console.print(models_words(found))


def models_words(found: list[Score]) -> str:
    """What the table of models says, in a sentence."""
    from magnesim.effects.models import CONSTANT, FEWEST_TO_CHOOSE

    trials = found[0].trials
    winner = next(score for score in found if score.wins)
    if trials < FEWEST_TO_CHOOSE:
        return (
            f"{trials} trials are too few to choose by ({FEWEST_TO_CHOOSE} are needed): neither dose, "
            "exposure nor anything else about them is used."
        )
    if winner.model == CONSTANT:
        return (
            "Neither dose, simulated exposure nor anything else about the trials foresees clearly better: "
            "the simpler model is used."
        )
    return f"Predictions go {winner.label}."
