"""Pictures of the page of an outcome: what goes into each chart, and why one is missing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from magnesim.answers.trials import name_of
from magnesim.evidence.doses import clear_dose
from magnesim.evidence.wording import counted, listed
from magnesim.figures import figure, span
from magnesim.report import charts, evidence_charts
from magnesim.report.evidence_words import DIGITS, is_ratio, measure_of, shown_unit

if TYPE_CHECKING:
    from magnesim.evidence import Evidence
    from magnesim.evidence.estimates import Estimate, Interval
    from magnesim.evidence.published import PublishedPool
    from magnesim.evidence.trials import TrialEffect

FEWEST_IN_A_PLOT = 3
"""Fewer points than this show no pattern."""
CHARTS = ("forest", "readings", "cumulative", "without", "funnel", "dose", "duration")
MODERATOR = {"dose": "dose", "duration": "weeks"}
"""Which line belongs into which plot."""


def no_pictures() -> dict[str, Any]:
    """The charts of a page that has none."""
    return dict.fromkeys(CHARTS, "") | {"cut": False, "grey": False}


def chart_pictures(result: Evidence) -> dict[str, Any]:
    """The charts as SVG; empty where there is nothing to draw.

    `cut` says that a line leaves the forest, `grey` that a published diamond stands beside ours.
    """
    drawn = no_pictures()
    label = result.outcome.label
    rows, title = forest_rows(result), "Forest plot" if result.own else "Published pools, never added up"
    if rows:
        axis = _axis(result, measure_of(result) if result.own else result.headline.measure)
        drawn["forest"] = charts.svg(
            evidence_charts.forest(rows, axis, title), f"Forest plot of {label}: {_told(rows)}"
        )
        drawn["grey"] = result.own is not None and not rows[-1].get("ours", True)
        drawn["cut"] = evidence_charts.cut_off(rows, axis)
    if result.own is None:
        return drawn
    axis = _axis(result, measure_of(result))
    readings = _reading_rows(result)
    if len(readings) > 1:
        drawn["readings"] = charts.svg(
            evidence_charts.forest(readings, axis, "Readings of the trials"),
            f"Readings of the trials on {label}: {_told(readings)}",
        )
    if result.own.k >= FEWEST_IN_A_PLOT:
        points = [{"estimate": e.estimate, "se": e.se} for e in result.selection.effects]
        filled = result.sensitivity.trim_and_fill.filled
        hollow = [{"estimate": estimate, "se": se} for estimate, se in filled]
        added = f", {counted(len(hollow), 'mirror image')} hollow" if hollow else ""
        drawn["funnel"] = charts.svg(
            evidence_charts.funnel(points, result.own.random.estimate, axis, hollow),
            f"Funnel plot of {counted(len(points), 'trial')} of {label}, with pseudo 95 % limits{added}",
        )
        drawn |= _step_pictures(result, axis)
    drawn |= _against_pictures(result, axis)
    return drawn


def _told(rows: list[dict[str, Any]]) -> str:
    """The rows of a forest in words, for those who hear the page."""
    return "; ".join(
        f"{row['label']} {figure(row['estimate'], DIGITS)} ({span(row['low'], row['high'], DIGITS)})"
        for row in rows
    )


def _against_pictures(result: Evidence, axis: evidence_charts.Axis) -> dict[str, str]:
    drawn = {}
    for name, title, x_title in (
        ("dose", "Effect against dose", "elemental magnesium, mg a day"),
        ("duration", "Effect against duration", "weeks"),
    ):
        rows = _against_rows(result, name)
        if len(rows) >= FEWEST_IN_A_PLOT:
            line = _line(result, MODERATOR[name])
            picture = evidence_charts.effect_against(rows, axis, title, x_title, line)
            with_line = ", with a line and its 95 % band" if line else ""
            drawn[name] = charts.svg(
                picture, f"{title} ({x_title}), {counted(len(rows), 'trial')}{with_line}"
            )
    return drawn


def _line(result: Evidence, moderator: str) -> list[dict[str, float]]:
    """The regression line with its band as an axis shows them; empty where none is drawn."""
    lines = [line for line in result.sensitivity.meta_regression if line.moderator == moderator]
    measure = measure_of(result)
    return [{"at": at, **_drawn(measure, one.estimate, one.ci)} for line in lines for at, one in line.band]


def _step_pictures(result: Evidence, axis: evidence_charts.Axis) -> dict[str, str]:
    """The mean as trials were added by year, and without each of them in turn."""
    measure, found = measure_of(result), result.sensitivity
    grown = [
        {"label": f"{'+ ' if one.k > 1 else ''}{name_of(one.study_id)}", **_step(measure, one.estimate)}
        for one in found.cumulative
    ]
    without = [
        {"label": f"− {name_of(one.study_id)}", **_step(measure, one.estimate)} for one in found.leave_one_out
    ]
    return {
        name: charts.svg(evidence_charts.steps(rows, axis, title), f"{title}: {_told(rows)}")
        for name, rows, title in (
            ("cumulative", grown, "Added up by year"),
            ("without", without, "With one trial left out"),
        )
    }


def _step(measure: str | None, one: Estimate) -> dict[str, Any]:
    return {"detail": "", "kind": "trial", **_drawn(measure, one.estimate, one.ci)}


def _at(result: Evidence, effect: TrialEffect, name: str) -> float | None:
    return clear_dose(effect) if name == "dose" else effect.weeks


def _against_rows(result: Evidence, name: str) -> list[dict[str, Any]]:
    if result.own is None:
        return []
    pairs = zip(result.selection.effects, result.own.weights, strict=True)
    return [
        {"at": at, "weight": weight, **_drawn(effect.measure, effect.estimate, effect.ci)}
        for effect, weight in pairs
        if (at := _at(result, effect, name)) is not None
    ]


def why_no_plot(result: Evidence) -> dict[str, str]:
    """What a plot of dose or duration leaves out, or why there is none."""
    count = len(result.selection.effects)
    if count < FEWEST_IN_A_PLOT:
        there = {0: "is none", 1: "is one"}.get(count, f"are {count}")
        drawn = f"Funnel, dose and duration are drawn from {FEWEST_IN_A_PLOT} trials with figures on"
        few = f"{drawn}; here {there}."
        return dict.fromkeys(("dose", "duration"), "") | {"few": few}
    said = {"few": ""}
    for name, missing in (
        ("dose", "the elemental dose is not clear, or their arms took several"),
        ("duration", "the duration is not printed"),
    ):
        out = [name_of(e.study_id) for e in result.selection.effects if _at(result, e, name) is None]
        said[name] = f"Not in the plot: {listed(out)} ({missing})." if out else ""
        if count - len(out) < FEWEST_IN_A_PLOT:
            said[name] = f"Too few trials to draw. {said[name]}"
    return said


def _drawn(measure: str | None, estimate: float, ci: Interval) -> dict[str, float]:
    """An estimate and its limits as an axis shows them."""
    back = math.exp if is_ratio(measure) else float
    return {"estimate": back(estimate), "low": back(ci[0]), "high": back(ci[1])}


def _axis(result: Evidence, measure: str | None) -> evidence_charts.Axis:
    """Title of the effect axis: what is measured, and what its two sides mean."""
    unit = shown_unit(result.outcome.unit_of(measure))
    ratio = is_ratio(measure)
    name = "ratio" if ratio else f"difference, {unit}" if unit else "difference"
    if result.design == "observational":
        return evidence_charts.Axis((name,), ratio)
    left, right = (result.outcome.direction(sign).removesuffix(" on magnesium") for sign in (-1.0, 1.0))
    return evidence_charts.Axis((name, f"← {left} on magnesium", f"{right} on magnesium →"), ratio)


def forest_rows(result: Evidence) -> list[dict[str, Any]]:
    """Our trials and their diamond, and that of the published pool where it leads; else published pools."""
    lead = result.headline.published
    if result.own is None:
        return [_published_row(one) for one in result.published if lead and _stands_beside(one, lead)]
    rows = [
        {
            "label": name_of(effect.study_id),
            "detail": f"{weight:.0f} %, {effect.risk_of_bias} risk",
            "kind": "trial",
            "weight": weight,
            "risk": effect.risk_of_bias,
            **_drawn(effect.measure, effect.estimate, effect.ci),
        }
        for effect, weight in zip(result.selection.effects, result.own.weights, strict=True)
    ]
    if result.own.k > 1:
        own = result.own
        rows.append(_pool_row(result, "Pooled here", own.k, own.cautious, own.cautious_pi))
    if lead is not None and lead.measure == measure_of(result):
        rows.append(_published_row(lead))
    return rows


def _stands_beside(one: PublishedPool, lead: PublishedPool) -> bool:
    """A whole pool of supplementation trials on the scale of the one that leads."""
    return one.whole and one.of_trials and one.ci is not None and one.measure == lead.measure


def _published_row(one: PublishedPool) -> dict[str, Any]:
    assert one.estimate is not None and one.ci is not None
    trials = f"published, {counted(one.k, 'trial')}" if one.k else "published pool"
    return {
        "label": name_of(one.study_id),
        "detail": trials,
        "kind": "pool",
        "ours": False,
        **_drawn(one.measure, one.estimate, one.ci),
    }


def _pool_row(
    result: Evidence, label: str, count: int, estimate: Estimate, pi: Interval | None = None
) -> dict[str, Any]:
    """A diamond, with its prediction interval where one is to be drawn."""
    measure = measure_of(result)
    row: dict[str, Any] = {"label": label, "detail": counted(count, "trial"), "kind": "pool", "ours": True}
    row |= _drawn(measure, estimate.estimate, estimate.ci)
    if pi is not None:
        back = math.exp if is_ratio(measure) else float
        row |= {"pi_low": back(pi[0]), "pi_high": back(pi[1])}
    return row


def _reading_rows(result: Evidence) -> list[dict[str, Any]]:
    assert result.own is not None
    own, silent, everything = result.own, result.with_silent_nulls, result.with_p_only
    rows = [_pool_row(result, "Printed only", own.k, own.cautious)]
    if silent is not None:
        rows.append(_pool_row(result, "With silent nulls", silent.k, silent.result))
    if everything is not None:
        rows.append(_pool_row(result, "With p alone too", everything.k, everything.result))
    return rows
