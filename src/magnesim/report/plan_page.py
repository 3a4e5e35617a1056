"""A plan as one HTML file to print and hang up: no network, no script. Layout only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from magnesim import __version__
from magnesim.files import write_whole
from magnesim.report import charts
from magnesim.report import plan_words as words
from magnesim.report.banner import banner
from magnesim.report.page import TEMPLATES, environment

if TYPE_CHECKING:
    from magnesim.plan import Plan


def write_plan_page(plan: Plan, path: Path) -> None:
    """Write the page, whole or not at all.

    Raises:
        InputError: a folder that does not exist or cannot be written.
    """
    write_whole(path, plan_page(plan).encode())


def plan_page(plan: Plan) -> str:
    """The plan as HTML."""
    text: str = (
        environment()
        .get_template("plan.html.j2")
        .render(
            style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
            version=__version__,
            plan=plan,
            headline=words.headline(plan),
            safety=banner(plan.decision),
            take=words.take_lines(plan),
            steps=words.step_lines(plan),
            expect=words.expect_lines(plan),
            stools=[line for line in (words.stool_line(plan), words.option_words(plan)) if line],
            food=words.food_line(plan),
            judge=words.judge_line(plan),
            within=words.within_limit_line(plan),
            chart=_chart(plan),
        )
    )
    return text


def _chart(plan: Plan) -> str:
    """The trade-off, where there is more than one way."""
    if len(plan.options) < 2:
        return ""
    rows: list[dict[str, object]] = [
        {
            "label": f"{one.portions} a day",
            "taken_up_mg": one.taken_up_mg,
            "loose_percent": 100 * one.loose_stool,
            "low": 100 * one.interval[0],
            "high": 100 * one.interval[1],
            "chosen": one.chosen,
            "below": place % 2 == 1,
        }
        for place, one in enumerate(plan.options)
    ]
    return charts.svg(charts.uptake_against_stools(rows), "Uptake and loose stools by portions a day")
