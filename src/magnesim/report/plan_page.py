"""A plan as one HTML file to print and hang up: no network, no script. Layout only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magnesim.report import charts
from magnesim.report import plan_words as words
from magnesim.report.banner import EDGES, banner
from magnesim.report.rendering import rendered

if TYPE_CHECKING:
    from magnesim.plan import Plan
    from magnesim.plan.options import Option


def plan_page(plan: Plan) -> str:
    """The plan as HTML."""
    return rendered(
        "plan",
        plan=plan,
        headline=words.headline(plan),
        safety=banner(plan.decision),
        edge=EDGES[plan.decision.decision],
        next=words.next_line(plan),
        why=words.banner_title(plan),
        take=words.take_lines(plan),
        assumed=words.assumed_line(plan),
        steps=words.step_lines(plan),
        expect=words.expect_lines(plan),
        body=words.body_line(plan),
        weeks=words.week_rows(plan),
        salts=words.salt_lines(plan),
        stools=[line for line in (words.stool_line(plan), words.option_words(plan)) if line],
        food=words.food_line(plan),
        judge=words.judge_line(plan),
        within=words.within_limit_line(plan),
        chart=_chart(plan),
    )


def _chart(plan: Plan) -> str:
    """The trade-off between uptake and loose stools: ways to part the dose, and other salts."""
    shown = [(f"{one.portions} a day", "portions", one) for one in plan.options]
    shown += [(one.compounds[0], "salt", one) for one in plan.salts if not _as_named(plan, one)]
    rows: list[dict[str, object]] = [
        {
            "label": label,
            "kind": kind,
            "taken_up_mg": one.taken_up_mg,
            "loose_percent": 100 * one.loose_stool,
            "low": 100 * one.interval[0],
            "high": 100 * one.interval[1],
            "chosen": one.chosen,
            "below": place % 2 == 1,
        }
        for place, (label, kind, one) in enumerate(shown)
        if one.loose_stool is not None and one.interval is not None
    ]
    if len(rows) < 2:
        return ""
    return charts.svg(charts.uptake_against_stools(rows), "Uptake and loose stools by portions and salt")


def _as_named(plan: Plan, one: Option) -> bool:
    """Whether a salt has the figures of the named way, so that its mark would lie on that one's."""
    best = plan.best
    return best is not None and (one.taken_up_mg, one.loose_stool) == (best.taken_up_mg, best.loose_stool)
