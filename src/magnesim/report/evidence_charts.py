"""Charts of a pool: forest, funnel, and effect against dose or duration.

Estimates are given as they are read: differences in their unit, ratios off the log scale (`ratio`).
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from magnesim.normal import MIDDLE_95
from magnesim.report.charts import ACCENT, AMBER, INK, LABEL_LETTERS, QUIET, RULE, SOFT, WIDTH, styled

if TYPE_CHECKING:
    from magnesim.report.charts import Chart

RISKS = {"low": ACCENT, "some": SOFT, "unclear": RULE, "high": AMBER}
RISK_SHAPES = {"low": "square", "some": "square", "unclear": "circle", "high": "triangle-up"}
"""Shape beside colour, for print and for readers who do not tell the colours apart."""
BEYOND = 0.5
"""How far, in widths of what the trials span, a pooled interval may stretch the axis before it is cut."""
DIAMOND = 0.24
NARROW = 3.0
"""Ratio of the ends of an axis of ratios below which it needs finer ticks."""
ROW_HEIGHT = 50
STEP_HEIGHT = 26
LINE_HEIGHT = 15


@dataclass(frozen=True)
class Axis:
    """How effects are drawn.

    Attributes:
        title: measure and unit, and what its two sides mean.
        ratio: on a logarithmic axis around 1; else around 0.
    """

    title: tuple[str, ...]
    ratio: bool

    @property
    def no_effect(self) -> float:
        return 1.0 if self.ratio else 0.0


def _scale(axis: Axis, domain: list[float] | None = None) -> Any:
    import altair as alt

    limits: Any = {} if domain is None else {"domain": domain}
    return alt.Scale(type="log" if axis.ratio else "linear", nice=False, zero=False, **limits)


def _ticks(axis: Axis, domain: list[float] | None = None) -> Any:
    """A handful of ticks; ratios at round values, which a logarithmic axis would not choose by itself."""
    import altair as alt

    apart: dict[str, Any] = {"labelOverlap": "greedy", "labelSeparation": 6}
    if not axis.ratio:
        return alt.Axis(tickCount=5, **apart)
    narrow = domain is not None and domain[1] / domain[0] < NARROW
    values = (
        [0.5, 0.65, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2] if narrow else [0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 100]
    )
    return alt.Axis(values=values, format="~g", **apart)


def reach(rows: list[dict[str, Any]], axis: Axis) -> list[float]:
    """Ends of the axis: all trials, no effect, and the pooled intervals as far as they leave trials readable.

    Args:
        rows: as for `forest`.
    """
    import math

    there = (lambda value: math.log(max(value, 1e-9))) if axis.ratio else float
    back = math.exp if axis.ratio else float
    trials = [row for row in rows if row["kind"] == "trial"] or rows
    seen = [there(row[name]) for row in trials for name in ("low", "high")]
    low, high = min(0.0, *seen), max(0.0, *seen)
    room = BEYOND * (high - low)
    limits = [
        there(row[name])
        for row in rows
        for name in ("low", "high", "pi_low", "pi_high")
        if row.get(name) is not None
    ]
    margin = 0.03 * (high - low)
    first, last = max(low - room, min(low, *limits)), min(high + room, max(high, *limits))
    return [back(first - margin), back(last + margin)]


def cut_off(rows: list[dict[str, Any]], axis: Axis) -> bool:
    """Whether a pooled interval goes on beyond the axis."""
    first, last = reach(rows, axis)
    names = ("low", "high", "pi_low", "pi_high")
    limits = [row[name] for row in rows for name in names if row.get(name) is not None]
    return min(limits) < first or max(limits) > last


def forest(rows: list[dict[str, Any]], axis: Axis, title: str) -> Chart:
    """Every trial with its interval, and pooled diamonds with where a new trial would lie.

    Args:
        rows: from top to bottom, each with `label`, `detail` (small print under the label), `kind` (`trial`
            or `pool`), `estimate`, `low`, `high`; trials with `weight` (percent) and `risk`; pools with
            `ours` (else published by others), and `pi_low` and `pi_high` where a new trial is foreseen.
    """
    import altair as alt

    placed = [row | {"row": place} for place, row in enumerate(rows)]
    trials = [row for row in placed if row["kind"] == "trial"]
    pools = [row for row in placed if row["kind"] == "pool"]
    names = [_lines(row) for row in rows]
    height = max(ROW_HEIGHT, 10 + LINE_HEIGHT * max(len(name) + len(small) for name, small in names))
    domain = reach(rows, axis)
    layers = [_no_effect_line(axis), *_labels(names, height)]
    layers += _trial_marks(trials) if trials else []
    layers += _pool_marks(pools) if pools else []
    x = alt.X("x:Q", title=list(axis.title), axis=_ticks(axis, domain), scale=_scale(axis, domain))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[len(rows) - 0.5, -0.5], nice=False, zero=False))
    anchor = alt.Chart(alt.Data(values=[{"x": axis.no_effect, "y": 0}])).mark_point(opacity=0)
    return styled(
        alt.layer(anchor.encode(x=x, y=y), *layers).properties(
            width=WIDTH - 78,
            height=height * len(rows),
            title=alt.Title(title, anchor="start", frame="bounds"),
        )
    )


def _no_effect_line(axis: Axis) -> Any:
    import altair as alt

    return (
        alt.Chart(alt.Data(values=[{"at": axis.no_effect}]))
        .mark_rule(color=QUIET, strokeWidth=1)
        .encode(x="at:Q")
    )


def _lines(row: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Name and small print of a row, each in lines that fit beside the plot."""
    return textwrap.wrap(row["label"], LABEL_LETTERS), textwrap.wrap(row["detail"], LABEL_LETTERS + 3)


def _labels(names: list[tuple[list[str], list[str]]], height: int) -> list[Any]:
    """Names at the left of the plot, and under each its small print; rows are `height` points high."""
    import altair as alt

    values = []
    for row, (name, small) in enumerate(names):
        top = (row + 0.5) * height - LINE_HEIGHT * (len(name) + len(small) - 1) / 2
        values += [
            {"text": text, "top": top + LINE_HEIGHT * place, "name": place < len(name)}
            for place, text in enumerate(name + small)
        ]
    drawn = []
    for is_name, colour, size in ((True, INK, 13), (False, QUIET, 12)):
        chosen = [value for value in values if value["name"] == is_name]
        drawn.append(
            alt.Chart(alt.Data(values=chosen))
            .mark_text(align="right", baseline="middle", color=colour, fontSize=size, clip=False)
            # `scale=None` places them in points of the picture, so that lines keep their distance
            .encode(x=alt.value(-10), y=alt.Y("top:Q", scale=None, axis=None), text="text:N")
        )
    return drawn


def _trial_marks(trials: list[dict[str, Any]]) -> list[Any]:
    """Bars over the interval and marks whose area is the weight."""
    import altair as alt

    base = alt.Chart(alt.Data(values=[row | {"area": 45 + 3.0 * row["weight"]} for row in trials]))
    bars = base.mark_rule(color=INK, strokeWidth=1.6, clip=True).encode(x="low:Q", x2="high:Q", y="row:Q")
    named = list(dict.fromkeys(row["risk"] for row in trials))
    shown = [risk for risk in RISKS if risk in named]
    marks = base.mark_point(filled=True, opacity=1, stroke=INK, strokeWidth=0.8, clip=True).encode(
        x="estimate:Q", y="row:Q", size=alt.Size("area:Q", scale=None), **_by_risk(shown)
    )
    return [bars, marks]


def _by_risk(shown: list[str]) -> dict[str, Any]:
    import altair as alt

    legend = alt.Legend(orient="bottom", title="risk of bias", columns=4, labelColor=INK, labelFontSize=13,
                        titleColor=QUIET, titleFontSize=13, titleFontWeight="normal")  # fmt: skip
    return {
        "color": alt.Color(
            "risk:N", scale=alt.Scale(domain=shown, range=[RISKS[risk] for risk in shown]), legend=legend
        ),
        "shape": alt.Shape(
            "risk:N",
            scale=alt.Scale(domain=shown, range=[RISK_SHAPES[risk] for risk in shown]),
            legend=legend,
        ),
    }


def _pool_marks(pools: list[dict[str, Any]]) -> list[Any]:
    """Diamonds over the interval, and a line through them where a new trial would lie."""
    import altair as alt

    corners = [
        {
            "x": row[end],
            "row": row["row"],
            "ours": row["ours"],
            "top": row["row"] - half,
            "bottom": row["row"] + half,
        }
        for row in pools
        for end, half in (("low", 0.0), ("estimate", DIAMOND), ("high", 0.0))
    ]
    diamonds = (
        alt.Chart(alt.Data(values=corners))
        .mark_area(opacity=1, clip=True)
        .encode(
            x="x:Q",
            y="top:Q",
            y2="bottom:Q",
            detail="row:N",
            fill=alt.condition("datum.ours", alt.value(INK), alt.value(QUIET)),
        )
    )
    foreseen = [row for row in pools if row.get("pi_low") is not None]
    if not foreseen:
        return [diamonds]
    lines = (
        alt.Chart(alt.Data(values=foreseen))
        .mark_rule(color=AMBER, strokeWidth=2, clip=True)
        .encode(x="pi_low:Q", x2="pi_high:Q", y="row:Q")
    )
    return [diamonds, lines]


def steps(rows: list[dict[str, Any]], axis: Axis, title: str) -> Chart:
    """A mean that moves from row to row, each with its interval: added up by year, or with one left out.

    Args:
        rows: from top to bottom, each with `label`, `detail`, `kind` (`trial`), `estimate`, `low`, `high`.
    """
    import altair as alt

    names = [_lines(row) for row in rows]
    height = max(STEP_HEIGHT, 8 + LINE_HEIGHT * max(len(name) for name, _ in names))
    domain = _around_steps(rows, axis)
    x = alt.X("estimate:Q", title=list(axis.title), axis=_ticks(axis, domain), scale=_scale(axis, domain))
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[len(rows) - 0.5, -0.5], nice=False, zero=False))
    base = alt.Chart(alt.Data(values=[row | {"row": place} for place, row in enumerate(rows)]))
    bars = base.mark_rule(color=INK, strokeWidth=1.6, clip=True).encode(x="low:Q", x2="high:Q", y=y)
    marks = base.mark_point(filled=True, opacity=1, color=ACCENT, size=70, clip=True).encode(x=x, y=y)
    return styled(
        alt.layer(_no_effect_line(axis), bars, marks, *_labels(names, height)).properties(
            width=WIDTH - 78,
            height=height * len(rows),
            title=alt.Title(title, anchor="start", frame="bounds"),
        )
    )


def _around_steps(rows: list[dict[str, Any]], axis: Axis) -> list[float]:
    """Ends of the axis: all means and no effect, with intervals as far as they leave the means readable.

    Two trials can have an interval fifty times as wide as that of three.
    """
    import math

    there = math.log if axis.ratio else float
    back = math.exp if axis.ratio else float
    widths = sorted(there(row["high"]) - there(row["low"]) for row in rows)
    room = widths[len(widths) // 2]
    means = [0.0, *(there(row["estimate"]) for row in rows)]
    low, high = min(means), max(means)
    limits = [there(row[name]) for row in rows for name in ("low", "high")]
    first, last = max(low - room, min(low, *limits)), min(high + room, max(high, *limits))
    margin = 0.06 * (last - first)
    return [back(first - margin), back(last + margin)]


def funnel(
    points: list[dict[str, float]],
    centre: float,
    axis: Axis,
    hollow: list[dict[str, float]] | None = None,
) -> Chart:
    """Effects over their standard errors, with the limits in which 95 % of them would lie by chance alone.

    Args:
        points: `estimate` and `se`; of ratios both on the log scale, and `centre` too.
        hollow: likewise, mirror images that trim-and-fill adds.
    """
    import math

    import altair as alt

    back = math.exp if axis.ratio else float
    everything = [*points, *(hollow or [])]
    deepest = 1.1 * max(point["se"] for point in everything)
    half = MIDDLE_95 * deepest
    sides = [
        {"x": back(x), "se": se, "side": side}
        for side, end in (("left", centre - half), ("right", centre + half), ("middle", centre))
        for x, se in ((centre, 0.0), (end, deepest))
    ]
    far = max(half, *(abs(point["estimate"] - centre) for point in everything)) * 1.05
    domain = [back(centre - far), back(centre + far)]
    x = alt.X("x:Q", title=list(axis.title), axis=_ticks(axis, domain), scale=_scale(axis, domain))
    y = alt.Y("se:Q", title="standard error", scale=alt.Scale(domain=[deepest, 0], nice=False))
    limits = (
        alt.Chart(alt.Data(values=sides))
        .mark_line(color=QUIET, strokeWidth=1.2)
        .encode(
            x=x,
            y=y,
            detail="side:N",
            strokeDash=alt.condition("datum.side == 'middle'", alt.value([1, 0]), alt.value([4, 3])),
        )
    )
    layers = [limits]
    for chosen, filled in ((points, True), (hollow or [], False)):
        data = alt.Data(values=[{"x": back(p["estimate"]), "se": p["se"]} for p in chosen])
        marks = alt.Chart(data).mark_point(filled=filled, size=70, opacity=0.9, color=ACCENT, strokeWidth=1.8)
        layers += [marks.encode(x=x, y=y)] if chosen else []
    return styled(alt.layer(*layers).properties(width=WIDTH, height=210, title="Funnel plot"))


def effect_against(
    rows: list[dict[str, Any]],
    axis: Axis,
    title: str,
    x_title: str,
    line: list[dict[str, float]] | None = None,
) -> Chart:
    """Effects with their intervals over a figure of the trials: their dose or their duration.

    Args:
        rows: `at`, `estimate`, `low`, `high` and `weight` (percent).
        line: `at`, `estimate`, `low` and `high` of a regression line and its band, where one is drawn.
    """
    import altair as alt

    ends = [row["at"] for row in rows]
    room = 0.08 * (max(ends) - min(ends)) or 0.1 * max(ends)
    x = alt.X(
        "at:Q",
        title=x_title,
        axis=alt.Axis(tickCount=5),
        scale=alt.Scale(domain=[max(0.0, min(ends) - room), max(ends) + room], nice=False, zero=False),
    )
    y = alt.Y("estimate:Q", title=axis.title[0], axis=_ticks(axis), scale=_scale(axis))
    base = alt.Chart(alt.Data(values=[row | {"area": 45 + 3.0 * row["weight"]} for row in rows]))
    bars = base.mark_rule(color=INK, strokeWidth=1.4).encode(
        x=x, y=alt.Y("low:Q", scale=_scale(axis)), y2="high:Q"
    )
    marks = base.mark_point(filled=True, opacity=0.85, color=ACCENT).encode(
        x=x, y=y, size=alt.Size("area:Q", scale=None)
    )
    nothing = (
        alt.Chart(alt.Data(values=[{"none": axis.no_effect}]))
        .mark_rule(color=QUIET, strokeWidth=1)
        .encode(y="none:Q")
    )
    layers = [nothing, bars, marks]
    if line:
        drawn = alt.Chart(alt.Data(values=line))
        band = drawn.mark_area(color=ACCENT, opacity=0.16).encode(
            x=x, y=alt.Y("low:Q", scale=_scale(axis)), y2="high:Q"
        )
        layers = [nothing, band, drawn.mark_line(color=ACCENT, strokeWidth=2).encode(x=x, y=y), bars, marks]
    return styled(alt.layer(*layers).properties(width=WIDTH, height=210, title=title))
