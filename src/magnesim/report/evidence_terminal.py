"""A pool in the terminal, as `magnesim evidence` and `magnesim pool` show it. Layout only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from magnesim.answers.words import in_words
from magnesim.evidence.wording import counted, p_in_words
from magnesim.figures import figure, signed, span
from magnesim.report.console import bullets, heading, new_console, plain

if TYPE_CHECKING:
    from magnesim.effects.models import Score
    from magnesim.evidence import Evidence, PooledFile

MOST_STUDIES = 200
"""A longer table of studies is cut; the JSON has all."""
STEPS_SHOWN = 6
"""A longer cumulation shows its first step and its last ones."""


def print_evidence(result: Evidence | PooledFile) -> None:
    """A pool: the estimate, both readings, certainty with its reasons, alarms, studies, what it hangs on.

    Where no single number can be given, that is the first line.
    """
    console = new_console()
    content = result.to_json()
    unit = f" {content['unit']}" if content.get("unit") else ""
    title = content.get("label") or content.get("outcome") or "Pool"
    refusal = content.get("refusal")
    if refusal:
        console.print(f"[bold]{plain(refusal)}[/bold]")
    if title != refusal:
        console.print(f"[bold]{plain(str(title))}[/bold]")
    _pooled_lines(console, content, unit)
    silent = content.get("with_silent_nulls")
    if silent and silent["imputed"]:
        put_back = counted(silent["imputed"], "silent null")
        console.print(f"With {put_back} put back, k {silent['k']}: {_estimate(silent, unit)}")
        if silent.get("gap") is not None:
            console.print(f"Gap to printed figures alone: {signed(silent['gap'])}{unit}")
    everything = content.get("with_p_only")
    if everything and everything["p_only"]:
        with_p = counted(everything["p_only"], "trial")
        console.print(f"With {with_p} of a p alone put back too: {_estimate(everything, unit)}")
    if content.get("construct"):
        _on_a_scale(console, content)
    if content.get("minimal_important_difference") is not None:
        console.print(
            f"Smallest difference that matters: {figure(content['minimal_important_difference'])}{unit}"
        )
    certainty = content.get("certainty")
    if certainty:
        heading(console, f"Certainty: {in_words(certainty['level'])}")
        bullets(
            console,
            [
                f"{reason['domain'].replace('_', ' ')} ({reason['step']:+d}): {reason['because']}"
                for reason in certainty["reasons"]
            ],
        )
    if content["alarms"]:
        heading(console, "Alarms")
        bullets(console, [f"{alarm['code']}: {alarm['message']}" for alarm in content["alarms"]])
    if content["studies"]:
        heading(console, "Studies")
        _studies(console, content["studies"], unit)
    _hangs_on(console, content, unit)
    left = content.get("left_out") or []
    if left:
        heading(console, f"Measured it, not pooled ({len(left)})")
        bullets(console, [f"{row['study_id']}: {row['why']}" for row in left])


def _pooled_lines(console: Console, content: dict[str, Any], unit: str) -> None:
    if content["estimate"] is None:
        console.print("No controlled trial printed figures that can be used.")
        return
    if content.get("single_number") is False:
        trials = counted(content["k"], "study", "studies")
        console.print(f"Random effects, {trials}: {_estimate(content['cautious'], unit)}")
        console.print(f"Fixed effect: {_estimate(content['fixed'], unit)}")
        return
    people = f", {content['n']} people" if content.get("n") else ""
    # `pool` gives the interval of the test asked for; a reader is shown the wider, as everywhere
    wider = content["cautious"] if content.get("source") is None and content["cautious"] else content
    how = _how(content) + ("" if wider["ci"] == content["ci"] else "; the wider of two intervals")
    console.print(f"{counted(content['k'], 'study', 'studies')}{people}: {_estimate(wider, unit)} ({how})")
    if wider.get("pi"):
        console.print(f"A new trial would lie, 95 %, in {span(*wider['pi'])}{unit}")
    if content.get("tau2") is not None and content.get("i2") is not None:
        console.print(
            f"tau2 {figure(content['tau2'], 3)}, I2 {content['i2']:.0f} %, Q {p_in_words(content['q_p'])}"
        )
    fixed = content.get("fixed")
    if fixed and fixed.get("estimate") is not None:
        console.print(f"Fixed effect: {_estimate(fixed, unit)}")


def _how(content: dict[str, Any]) -> str:
    """Method and test, once where they are the same words."""
    return ", ".join(dict.fromkeys(part for part in (content["method"], content["test"]) if part))


def _estimate(content: dict[str, Any], unit: str) -> str:
    limits = f" (95 % {span(*content['ci'])})" if content.get("ci") else ""
    return f"{signed(content['estimate'], 3)}{unit}{limits}"


def _studies(console: Console, studies: list[dict[str, Any]], unit: str) -> None:
    table = Table(box=None, padding=(0, 1), header_style="dim")
    table.add_column("study", max_width=22)
    table.add_column(f"effect{',' + unit if unit else ''}", justify="right")
    table.add_column("se", justify="right")
    table.add_column("weight", justify="right")
    table.add_column("risk of bias")
    for row in studies[:MOST_STUDIES]:
        effect = "" if row["estimate"] is None else signed(row["estimate"], 3)
        table.add_row(
            str(row["study_id"]),
            effect,
            "" if row["se"] is None else figure(row["se"], 3),
            "" if row["weight"] is None else f"{row['weight']:.0f} %",
            row.get("risk_of_bias") or "",
        )
    console.print(table)
    if len(studies) > MOST_STUDIES:
        console.print(f"... and {len(studies) - MOST_STUDIES} more; --json has all.")


def _on_a_scale(console: Console, content: dict[str, Any]) -> None:
    """A construct in the points of its best-known scale."""
    from magnesim.evidence import outcome

    back = content["back_converted"]
    scale = outcome(back["outcome"]).label
    if back["estimate"] is None:
        console.print(f"Not told in points of {scale}: {back['because']}")
        return
    unit = f" {back['unit']}"
    console.print(f"On {scale}, SD {figure(back['sd'], 3)}: {_estimate(back, unit)}")
    least = back["minimal_important_difference"]
    if least is not None:
        console.print(f"Smallest difference that matters there: {figure(least)}{unit}")


def _hangs_on(console: Console, content: dict[str, Any], unit: str) -> None:
    """Leave-one-out, cumulation, trim-and-fill and meta-regression of our own trials, a line or two each."""
    too_many = content["one_by_one_why_not"]
    if not content["leave_one_out"] and not too_many:
        return
    heading(console, "What it hangs on (studies with figures)")
    if too_many:
        bullets(console, [f"Not looked at one by one: {too_many}"])
        return
    without = sorted(content["leave_one_out"], key=lambda row: float(row["estimate"]))
    ends = [f"{_estimate(row, unit)} without {row['study_id']}" for row in (without[0], without[-1])]
    lines = [f"One left out: from {' to '.join(ends)}"]
    lines.append(f"Added up one by one: {_grown(content['cumulative'], unit)}")
    filled = content["trim_and_fill"]
    if filled["k0"] is not None:
        pairs = counted(filled["k0"], "mirror image")
        lines.append(f"Trim and fill adds {pairs} on the {filled['side']}: {_estimate(filled, unit)}")
    else:
        lines.append(f"Trim and fill not done: {filled['why_not']}")
    lines += [_line_told(row, unit) for row in content["meta_regression"]]
    bullets(console, lines)


def _grown(steps: list[dict[str, Any]], unit: str) -> str:
    """How the mean moved with each further study."""
    cut = len(steps) > STEPS_SHOWN
    shown = [steps[0], *steps[1 - STEPS_SHOWN :]] if cut else steps
    told = []
    for row in shown:
        name = row["study_id"] if row["order"] is None else f"{row['order']:g}"
        told.append(f"{name} {signed(row['estimate'], 3)} ({span(*row['ci'])})")
    return "; ".join([told[0], "…", *told[1:]] if cut else told)


def _line_told(row: dict[str, Any], unit: str) -> str:
    if not row["done"]:
        return f"Line on {row['moderator']} not drawn: {row['why_not']}"
    slope = row["slope"]
    p = f", {p_in_words(slope['p'])}" if slope["p"] is not None else ""
    return (
        f"Line on {row['moderator']} ({row['unit']}), {row['k']} studies: {_estimate(slope, unit)} for each 1"
        f"{p}. An observation, no proof"
    )


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
