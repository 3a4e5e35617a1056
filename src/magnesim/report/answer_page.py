"""The answer as one HTML file: no network, no script, readable on a phone, printable.

Layout only: every sentence comes from the answer. Everything that is not markup of our own is escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from magnesim.answers.words import (
    REFERENCE_RANGE,
    alternative_rows,
    assumed_lines,
    evidence_words,
    mechanism_figure,
    unknown_lines,
)
from magnesim.figures import figure, signed
from magnesim.report import charts, plan_words
from magnesim.report.banner import EDGES, banner
from magnesim.report.rendering import rendered, source_line

if TYPE_CHECKING:
    from magnesim.answers import Answer
    from magnesim.answers.measurements import Measurements

MEASURES = (
    ("serum_mmol_l", "serum, mean of the day, mmol/L", 3),
    ("urine_mmol_d", "urine, mmol a day", 2),
    ("absorbed_mmol_d", "taken up, net, mmol a day", 2),
    ("faecal_mmol_d", "stool, mmol a day", 2),
    ("total_body_mmol", "whole body, mmol", 4),
)
STORES = (
    ("bone_exchangeable", "bone that exchanges, mmol"),
    ("bone_deep", "deep bone, mmol"),
    ("muscle", "muscle, mmol"),
    ("fast_cells", "other soft tissue, mmol"),
    ("extracellular", "outside cells, mmol"),
    ("red_cells", "red cells, mmol"),
    ("brain", "brain fluid, mmol"),
)


def answer_page(answer: Answer) -> str:
    """The answer as HTML."""
    return rendered(
        "answer",
        a=answer,
        safety=banner(answer.safety),
        charts=chart_pictures(answer),
        figures=_figures(answer),
        alternatives=alternative_rows(answer.alternatives),
        take=plan_words.take_lines(answer.plan),
        steps=plan_words.step_lines(answer.plan),
        food=plan_words.food_line(answer.plan),
        judge=plan_words.judge_line(answer.plan),
        mechanisms=[_mechanism(item) for item in answer.mechanisms],
        unknowns=unknown_lines(answer),
        edge=edge_of(answer),
        assumed=assumed_lines(answer.body.assumed) if answer.body else [],
        sources=[source_line(item.text, item.doi, item.pmid, item.url) for item in answer.sources],
        command=command_of(answer),
    )


def chart_pictures(answer: Answer) -> dict[str, str]:
    """The charts of an answer as SVG; empty where there is nothing to draw."""
    drawn = dict.fromkeys(("by_week", "effects", "serum", "day"), "")
    if answer.measurements:
        drawn["by_week"] = charts.svg(
            week_chart(answer.measurements),
            f"{answer.measurements.label} over the weeks at which trials measured it",
        )
    rows = effect_rows(answer)
    if rows:
        drawn["effects"] = charts.svg(
            charts.effects_against_what_matters(rows), "Expected changes against the smallest that matters"
        )
    if answer.body:
        serum = charts.serum_by_week(answer.body.weekly_serum, REFERENCE_RANGE)
        drawn["serum"] = charts.svg(
            serum, "Serum magnesium over the weeks, on the usual range of healthy adults"
        )
        drawn["day"] = charts.svg(
            charts.daily_magnesium(day_rows(answer)),
            "Magnesium in stool, urine, sweat and stores, before and with",
        )
    return drawn


def week_chart(found: Measurements) -> charts.Chart:
    """One outcome by week."""
    (first, last), (low, high) = found.weeks, found.interval
    expected = {"first": first, "last": last, "estimate": found.estimate, "low": low, "high": high}
    return charts.change_by_week(
        found.label, found.unit, [vars(one) for one in found.trials], expected, found.important
    )


def effect_rows(answer: Answer) -> list[dict[str, Any]]:
    """Expectations over the difference that matters, positive is better."""
    rows = []
    for effect in answer.effects:
        item = effect.expectation
        if item.important is None or item.estimate is None or item.interval is None:
            continue
        sign = -1.0 if item.outcome.better_direction == "lower" else 1.0
        low, high = sorted(sign * limit / item.important for limit in item.interval)
        rows.append(
            {
                "label": item.outcome.label,
                "estimate": sign * item.estimate / item.important,
                "low": low,
                "high": high,
            }
        )
    return rows


def day_rows(answer: Answer) -> list[dict[str, Any]]:
    """A day's magnesium by where it goes, before and with the dose."""
    assert answer.body
    rows = []
    taken = answer.body.regimen.elemental_mg_per_day
    for when, state in (("diet alone", answer.body.baseline), (f"with {taken:g} mg", answer.body.end)):
        rest = max(0.0, state.absorbed_mmol_d - state.urine_mmol_d)
        parts = (("stool", state.faecal_mmol_d), ("urine", state.urine_mmol_d), ("sweat and stores", rest))
        rows += [
            {"when": when, "where": where, "mmol": mmol, "order": i} for i, (where, mmol) in enumerate(parts)
        ]
    return rows


def _figures(answer: Answer) -> list[dict[str, str]]:
    """The table of figures: measure, before, with the dose, change."""
    if not answer.body:
        return []
    before, after, change = answer.body.baseline, answer.body.end, answer.body.change
    rows = [
        (label, getattr(before, name), getattr(after, name), getattr(change, name), digits)
        for name, label, digits in MEASURES
    ]
    rows += [
        (label, before.stores_mmol[name], after.stores_mmol[name], change.stores_mmol[name], 4)
        for name, label in STORES
    ]
    return [
        {"label": label, "before": figure(a, digits), "after": figure(b, digits), "change": signed(c, 2)}
        for label, a, b, c, digits in rows
    ]


def _mechanism(item: Any) -> dict[str, str]:
    return {
        "label": item.label,
        "claim": item.claim,
        "note": item.note,
        "evidence": evidence_words(item.evidence_class),
        "figure": mechanism_figure(item),
    }


def edge_of(answer: Answer) -> str:
    """Class of `style.css` that colours the edge of the head: a question is no red light."""
    return answer.verdict if answer.verdict != "not_for_you" else EDGES[answer.safety.decision]


def command_of(answer: Answer) -> str:
    """The command that makes this answer again."""
    regimen, person = answer.regimen, answer.person
    parts = [
        f"magnesim answer --goal {answer.goal.goal} --form {regimen.compound}",
        f"--dose-mg {regimen.elemental_mg_per_day:g} --times {','.join(regimen.times)}",
        f"--weeks {regimen.weeks:g}",
    ]
    for name, value in vars(person).items():
        if value is not None:
            shown = f"{value:g}" if isinstance(value, float | int) else value
            shown = f'"{shown}"' if " " in str(shown) or ";" in str(shown) else shown
            parts.append(f"--{name.replace('_', '-')} {shown}")
    return " ".join(parts)
