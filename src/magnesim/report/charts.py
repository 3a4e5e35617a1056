"""Every chart once: the same definition serves notebook, page and README.

Each function takes plain rows and gives an Altair chart. `svg` renders without a browser.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import TypeAlias

    import altair as alt

    Chart: TypeAlias = alt.Chart | alt.LayerChart | alt.FacetChart

INK, QUIET, RULE = "#1d2a33", "#5b6b76", "#d8dfe4"
ACCENT, SOFT, AMBER = "#0b6e75", "#8cc3c6", "#b0620e"
FONT = "Helvetica, Arial, sans-serif"
WIDTH = 268
"""Plot width that still reads on a phone of 360 points."""
LETTER_HEIGHT = 24
"""Room for a word above the highest or below the lowest mark, in points."""
LABEL_LETTERS = 17
"""Letters of a label before it goes on in a second line."""


def observed_by_predicted(rows: list[dict[str, object]]) -> Chart:
    """Observed over predicted, both on logarithmic axes, with the lines of agreement and of two-fold error.

    Args:
        rows: `kind`, `observed`, `predicted`, `low`, `high`, `fitted`, `study`; all figures above zero.
    """
    import altair as alt

    ends = [float(str(row[name])) for row in rows for name in ("observed", "predicted")]
    span = [min(ends) / 1.5, max(ends) * 1.5]
    scale = alt.Scale(type="log", domain=span, nice=False)
    lines = [
        {"x": end, "y": end * factor, "fold": label}
        for factor, label in ((1.0, "equal"), (2.0, "twice"), (0.5, "half"))
        for end in span
    ]
    axis = alt.Axis(values=[0.01, 0.1, 1, 10, 100], format="~g")
    agreement = (
        alt.Chart(alt.Data(values=lines))
        .mark_line(clip=True, color=QUIET, strokeWidth=1)
        .encode(
            x=alt.X("x:Q", title="predicted", scale=scale, axis=axis),
            y=alt.Y("y:Q", title="observed", scale=scale, axis=axis),
            detail="fold:N",
            strokeDash=alt.StrokeDash(
                "fold:N",
                scale=alt.Scale(domain=["equal", "twice", "half"], range=[[1, 0], [4, 3], [4, 3]]),
                legend=None,
            ),
        )
    )
    points = (
        alt.Chart(alt.Data(values=rows))
        .mark_point(size=46, opacity=0.75, strokeWidth=1.6, color=ACCENT)
        .encode(
            x=alt.X("predicted:Q", scale=scale),
            y=alt.Y("observed:Q", scale=scale),
            shape=alt.Shape("kind:N", legend=alt.Legend(orient="bottom", title=None, columns=2)),
            fill=alt.condition("datum.fitted", alt.value(SOFT), alt.value("white")),
        )
    )
    return styled(alt.layer(agreement, points).properties(width=WIDTH, height=WIDTH))


def uptake_against_stools(rows: list[dict[str, object]]) -> Chart:
    """Ways to take the same dose: what is taken up, and how many get loose stools.

    Args:
        rows: `label`, `kind` (`portions` or `salt`), `taken_up_mg`, `loose_percent`, `low`, `high`,
            `chosen`, `below`.
    """
    import altair as alt

    base = alt.Chart(alt.Data(values=rows))
    x = alt.X("taken_up_mg:Q", title="taken up more, mg a day", scale=alt.Scale(zero=False, padding=24))
    fill = alt.condition("datum.chosen", alt.value(ACCENT), alt.value("white"))
    points = base.mark_point(size=110, strokeWidth=2, color=ACCENT, opacity=1).encode(
        x=x,
        y=alt.Y("loose_percent:Q", title="loose stools, in 100 people"),
        fill=fill,
        shape=alt.Shape(
            "kind:N", legend=None, scale=alt.Scale(domain=["portions", "salt"], range=["circle", "diamond"])
        ),
    )
    ranges = base.mark_rule(color=SOFT, strokeWidth=2).encode(x=x, y=alt.Y("low:Q", title=""), y2="high:Q")
    # neighbours may lie close: every second name stands below its mark
    names = [
        base.transform_filter(f"datum.below == {str(below).lower()}")
        .mark_text(dy=15 if below else -13, color=INK, fontSize=13)
        .encode(x=x, y="loose_percent:Q", text="label:N")
        for below in (True, False)
    ]
    return styled(alt.layer(ranges, points, *names).properties(width=WIDTH, height=180))


def styled(chart: Chart) -> Chart:
    """Type, colours and grid shared by all charts."""
    return (
        chart.configure(font=FONT, background="white")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=QUIET,
            titleColor=QUIET,
            titleFontWeight="normal",
            labelFontSize=13,
            titleFontSize=13,
            gridColor=RULE,
            domainColor=RULE,
            tickColor=RULE,
        )
        .configure_title(
            color=INK,
            fontSize=14,
            anchor="start",
            fontWeight="bold",
            subtitleColor=QUIET,
            subtitleFontSize=12,
        )
    )


def serum_by_week(weekly: list[dict[str, float]], reference: tuple[float, float]) -> Chart:
    """Mean serum magnesium by week with the middle 90 % of what is not known, on the reference range.

    Args:
        weekly: `week`, `serum_mmol_l`, `change`, and `low` and `high` of the change, mmol/L.
        reference: limits of the laboratory's reference range, mmol/L.
    """
    import altair as alt

    start = weekly[0]["serum_mmol_l"]
    rows = [row | {"bottom": start + row["low"], "top": start + row["high"]} for row in weekly]
    weeks = max(row["week"] for row in rows)
    span = [
        min(reference[0], *(row["bottom"] for row in rows)) - 0.05,
        max(reference[1], *(row["top"] for row in rows)) + 0.05,
    ]
    scale = alt.Scale(domain=span, nice=False, zero=False)
    y = alt.Y("serum_mmol_l:Q", title="serum magnesium, mmol/L", scale=scale)
    x = alt.X("week:Q", title="weeks", scale=alt.Scale(domain=[0, weeks]))
    band = (
        alt.Chart(alt.Data(values=[{"from": reference[0], "to": reference[1], "start": 0, "end": weeks}]))
        .mark_rect(color="#eef3f0")
        .encode(x=alt.X("start:Q"), x2="end:Q", y=alt.Y("from:Q", scale=scale), y2="to:Q")
    )
    base = alt.Chart(alt.Data(values=rows))
    ribbon = base.mark_area(color=SOFT, opacity=0.55).encode(
        x=x, y=alt.Y("bottom:Q", title="", scale=scale), y2="top:Q"
    )
    line = base.mark_line(color=ACCENT, strokeWidth=2.5).encode(x=x, y=y)
    label = (
        alt.Chart(alt.Data(values=[{"week": weeks, "at": reference[1], "text": "usual range"}]))
        .mark_text(align="right", baseline="top", dx=-6, dy=6, color=QUIET, fontSize=12)
        .encode(x="week:Q", y=alt.Y("at:Q", scale=scale), text="text:N")
    )
    chart = (band + ribbon + line + label).properties(
        width=WIDTH,
        height=230,
        title=alt.Title(
            "What the dose does to serum magnesium", subtitle="line: this person; shaded: what is not known"
        ),
    )
    return styled(chart)


def change_by_week(
    label: str,
    unit: str,
    trials: list[dict[str, Any]],
    expected: dict[str, float],
    important: float | None,
) -> Chart:
    """One outcome over the weeks at which trials measured it, with what to expect and what matters.

    Args:
        label, unit: of the outcome.
        trials: `week`, `estimate`, `low`, `high` (the last two None where no figure was printed), `silent`.
        expected: `first` and `last` week measured, `estimate`, `low`, `high`.
        important: smallest change that matters, with its sign; None where not known.
    """
    import altair as alt

    weeks = max(1.0, expected["last"]) * 1.12
    # weeks may all be the same: the band needs some width to be seen
    start, end = expected["first"] - 0.05 * weeks, expected["last"] + 0.05 * weeks
    band = [expected | {"start": start, "end": end}]
    x = alt.Scale(domain=[0, weeks], nice=False)
    y = alt.Y(
        "estimate:Q",
        title=f"change against control, {unit}",
        scale=alt.Scale(padding=LETTER_HEIGHT, nice=False),
    )
    level = alt.Chart(alt.Data(values=band))
    ribbon = level.mark_rect(color=SOFT, opacity=0.55).encode(
        x=alt.X("start:Q", scale=x, title="weeks"), x2="end:Q", y=alt.Y("low:Q", title=""), y2="high:Q"
    )
    line = level.mark_rule(color=ACCENT, strokeWidth=2.5).encode(x=alt.X("start:Q", scale=x), x2="end:Q", y=y)
    base = alt.Chart(alt.Data(values=trials))
    ranges = (
        base.transform_filter("isValid(datum.low)")
        .mark_rule(color=QUIET, strokeWidth=1.2)
        .encode(x="week:Q", y=alt.Y("low:Q", title=""), y2="high:Q")
    )
    dots = base.mark_point(size=60, strokeWidth=1.6, color=QUIET, opacity=1).encode(
        x="week:Q", y=y, fill=alt.condition("datum.silent", alt.value("white"), alt.value(QUIET))
    )
    # words stand on the sides that turn away from each other, where the band is not
    below = important is not None and important > 0.0
    marks: list[dict[str, Any]] = [
        {"at": 0.0, "text": "no change", "colour": QUIET, "dash": [1, 0], "below": below}
    ]
    if important is not None:
        marks.append(
            {"at": important, "text": "matters", "colour": AMBER, "dash": [5, 4], "below": not below}
        )
    rules = [
        alt.Chart(alt.Data(values=[mark]))
        .mark_rule(color=mark["colour"], strokeDash=mark["dash"])
        .encode(y=alt.Y("at:Q", title=""))
        for mark in marks
    ]
    words = [
        alt.Chart(alt.Data(values=[mark]))
        .mark_text(
            fontSize=12,
            align="left",
            baseline="top" if mark["below"] else "bottom",
            dx=4,
            dy=7 if mark["below"] else -7,
            color=colour,
            stroke=halo,
            strokeWidth=3 if halo else 0,
        )
        .encode(x=alt.value(0), y=alt.Y("at:Q", title=""), text="text:N")
        for mark in marks
        # a white edge under the letters, where they cross a line
        for colour, halo in (("white", "white"), (mark["colour"], None))
    ]
    chart = alt.layer(*rules, ribbon, line, ranges, dots, *words).properties(
        width=WIDTH,
        height=230,
        title=alt.Title(
            textwrap.wrap(f"{label}, by week", 42),
            subtitle=["band: to expect, 9 times in 10; dots: trials", "(hollow: wrote “no difference” only)"],
        ),
    )
    return styled(chart)


def effects_against_what_matters(rows: list[dict[str, Any]]) -> Chart:
    """Expected changes as a share of the smallest difference that matters, with their middle 90 %.

    Args:
        rows: `label`, `estimate`, `low`, `high`, each over the difference that matters, positive is better.
    """
    import altair as alt

    rows = [row | {"label": "|".join(textwrap.wrap(row["label"], LABEL_LETTERS))} for row in rows]
    reach = max(1.3, *(abs(row[key]) for row in rows for key in ("low", "high"))) * 1.05
    x = alt.X(
        "estimate:Q",
        title="expected change (1 = just enough)",
        scale=alt.Scale(domain=[-reach, reach]),
    )
    y = alt.Y(
        "label:N",
        title=None,
        sort=None,
        axis=alt.Axis(
            labelExpr="split(datum.label, '|')", labelLimit=130, labelColor=INK, ticks=False, domain=False
        ),
    )
    marks: list[dict[str, Any]] = [
        {"at": 0.0, "text": "no change", "colour": QUIET, "dash": [1, 0]},
        {"at": 1.0, "text": "matters", "colour": AMBER, "dash": [5, 4]},
        {"at": -1.0, "text": "worse", "colour": QUIET, "dash": [5, 4]},
    ]
    lines = [
        alt.Chart(alt.Data(values=[mark]))
        .mark_rule(color=mark["colour"], strokeDash=mark["dash"])
        .encode(x="at:Q")
        for mark in marks
    ]
    words = [
        alt.Chart(alt.Data(values=[mark]))
        .mark_text(color=mark["colour"], fontSize=12, dy=-8, baseline="bottom")
        .encode(x="at:Q", y=alt.value(0), text="text:N")
        for mark in marks
    ]
    base = alt.Chart(alt.Data(values=rows))
    span = base.mark_rule(color=ACCENT, strokeWidth=3).encode(x=alt.X("low:Q"), x2="high:Q", y=y)
    point = base.mark_point(color=ACCENT, filled=True, size=95, opacity=1).encode(x=x, y=y)
    chart = alt.layer(*lines, span, point, *words).properties(
        width=WIDTH - 88,
        height=max(80, 48 * len(rows)),
        title=alt.Title(
            "How large against what matters",
            subtitle="bar: where the truth lies, 9 times in 10",
            offset=26,
        ),
    )
    return styled(chart)


def daily_magnesium(rows: list[dict[str, Any]]) -> Chart:
    """Where a day's magnesium goes, before and with the dose, mmol.

    Args:
        rows: `when`, `where` and `mmol`.
    """
    import altair as alt

    order = ["stool", "urine", "sweat and stores"]
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(height=26)
        .encode(
            x=alt.X("mmol:Q", title="mmol a day", stack="zero"),
            y=alt.Y(
                "when:N", title=None, sort=None, axis=alt.Axis(labelColor=INK, ticks=False, domain=False)
            ),
            color=alt.Color(
                "where:N",
                title=None,
                sort=order,
                scale=alt.Scale(domain=order, range=["#c9b79c", ACCENT, SOFT]),
                legend=alt.Legend(orient="bottom", labelColor=INK, labelFontSize=13),
            ),
            order=alt.Order("order:Q"),
        )
        .properties(width=WIDTH - 62, height=100, title="Where a day's magnesium goes")
    )
    return styled(chart)


def svg(chart: Chart, label: str) -> str:
    """The chart as SVG that scales with the page and names itself to a screen reader.

    Args:
        chart: from this module.
        label: what the picture shows, in a sentence.
    """
    import re
    from html import escape

    import vl_convert

    text: str = vl_convert.vegalite_to_svg(chart.to_json())
    width, height = (re.search(rf'<svg[^>]*\b{side}="([\d.]+)"', text) for side in ("width", "height"))
    assert width and height
    opening = (
        f'<svg class="chart" role="img" aria-label="{escape(label)}" viewBox="0 0 {width[1]} {height[1]}" '
        f'xmlns="http://www.w3.org/2000/svg">'
    )
    return re.sub(r"<svg[^>]*>", opening, text, count=1)
