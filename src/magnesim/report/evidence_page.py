"""What trials say about one outcome as one HTML file: for a guideline author, and for a lay reader.

Layout only: sentences come from the evidence, figures are written as everywhere. Nothing is claimed that
the evidence does not say of itself. Everything that is not markup of our own is escaped.
"""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from magnesim import __version__
from magnesim.answers.trials import study_name, trial_sentence
from magnesim.evidence import StudyFinding, findings
from magnesim.evidence.comparisons import arms, comparisons, studies
from magnesim.evidence.selection import POOLED_DESIGNS, TrialEffect, why_not
from magnesim.evidence.wording import counted, listed
from magnesim.figures import figure, mid_sentence, signed, span
from magnesim.files import write_whole
from magnesim.provenance import pages
from magnesim.report import charts, evidence_charts
from magnesim.report.page import TEMPLATES, environment, source_line
from magnesim.report.terminal import in_words, studies_counted

if TYPE_CHECKING:
    from magnesim.evidence import Evidence
    from magnesim.evidence.pooling import Estimate
    from magnesim.evidence.published import PublishedPool
    from magnesim.evidence.wording import Interval

DIGITS = 3
FEWEST_IN_A_PLOT = 3
"""Fewer points than this show no pattern."""
LEVEL_SIGNS = {"very_low": "⊕○○○", "low": "⊕⊕○○", "moderate": "⊕⊕⊕○", "high": "⊕⊕⊕⊕"}
"""As GRADE prints them."""
NOT_PRINTED = "not printed"


def write_evidence_page(result: Evidence, path: Path) -> None:
    """Write the page, whole or not at all.

    Raises:
        InputError: a folder that does not exist or cannot be written.
    """
    write_whole(path, evidence_page(result).encode())


def evidence_page(result: Evidence, drawn: bool = True) -> str:
    """The evidence as HTML.

    Args:
        drawn: with charts; the words and tables are the same without.
    """
    found = findings(result.outcome.key)
    text: str = (
        environment()
        .get_template("evidence.html.j2")
        .render(
            style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
            version=__version__,
            e=result,
            question=_question(result),
            headline=headline_sentence(result),
            lead=_lead(result),
            level=in_words(result.certainty.level),
            level_sign=LEVEL_SIGNS[result.certainty.level],
            starts_at="low" if result.design == "observational" else "high",
            charts=chart_pictures(result) if drawn else no_pictures(),
            plots=_why_no_plot(result),
            trials=_trial_rows(result),
            column=_column(result),
            put_back=_put_back_lines(result),
            pooled=_pooled_lines(result),
            readings=_readings(result),
            published=[_published(result, one) for one in result.published],
            left_out=[(name_of(row.study_id), row.why) for row in result.left_out],
            others=_others(result, found),
            sources=_sources(result, found),
            command=_command(result),
        )
    )
    return text


def name_of(study_id: str) -> str:
    """Author and year of a study, or its handle where the author is not known."""
    row = studies()[study_id]
    shown: Any = SimpleNamespace(study_id=study_id, first_author=row["first_author"], year=row["year"])
    return study_name(shown)


def _question(result: Evidence) -> str:
    asked = [in_words(name) for name in (result.form, result.population) if name]
    about = f", asked about {listed(asked)}" if asked else ""
    return f"What studies say about {mid_sentence(result.outcome.label)}{about}"


def _whose(result: Evidence) -> str:
    """What the pool holds: only what was asked for, else all."""
    if result.design == "observational":
        return "as observed, nothing given"
    if not result.narrowed:
        return "all salts" + (", open-label trials too" if result.design == "controlled" else "")
    return ", ".join(in_words(name) for name in (result.form, result.population) if name)


def headline_sentence(result: Evidence) -> str:
    """The one sentence to lead with; where nothing can be pooled it says so, and why."""
    lead, certainty = result.headline, f"certainty {in_words(result.certainty.level)}"
    start = f"{result.outcome.label}, {_whose(result)}"
    if lead.estimate is None:
        return f"{start}: {lead.because}; {certainty}."
    against = "" if result.design == "observational" else " against the control"
    behind = studies_counted(lead.k) if lead.k else "an unknown number of studies"
    people = f", {lead.n} people" if lead.n else ""
    told = effect_text(result, lead.measure, lead.estimate, lead.ci, digits=2)
    return f"{start}: {told}{against}; {behind}{people}; {certainty}."


def _lead(result: Evidence) -> list[str]:
    """What stands under the headline: where it comes from, no effect, what matters, which way is better."""
    lead, reasons = result.headline, {r.domain: r.because for r in result.certainty.reasons}
    lines = []
    if lead.estimate is not None:
        lines.append(f"{_capital(lead.because)}.")
    if lead.estimate is not None and lead.ci is not None:
        lines.append(_no_effect(result, lead.estimate, lead.ci))
        scale = " (log scale)" if _is_ratio(lead.measure) else ""
        lines.append(f"Against what matters{scale}: {reasons['imprecision']}.")
    if result.outcome.mid is not None:
        shown = f"{figure(result.outcome.mid)} {_unit(result.outcome.unit)}".strip()
        lines.append(f"Smallest difference that matters: {shown}.")
    better = result.outcome.better_direction
    lines.append(
        "A marker that is neither good nor bad in itself."
        if better == "neutral"
        else f"{_capital(better)} is better."
    )
    return lines


def _no_effect(result: Evidence, estimate: float, ci: Interval) -> str:
    """Whether no effect lies in the interval; the direction is named only where it does not."""
    if ci[0] <= 0.0 <= ci[1]:
        return "The 95 % interval includes no effect."
    if result.design == "observational":
        return "The 95 % interval excludes no effect; people who take more may differ in other ways too."
    return f"The 95 % interval excludes no effect: {result.outcome.direction(estimate)}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _unit(unit: str) -> str:
    """A unit as it is written after a figure; nothing where the tables have none."""
    return "" if unit in ("as reported", "log ratio") else unit


def _is_ratio(measure: str | None) -> bool:
    return measure is not None and measure.startswith("log_")


def effect_text(
    result: Evidence, measure: str | None, estimate: float | None, ci: Interval | None, digits: int = DIGITS
) -> str:
    """An estimate with its 95 % interval: a difference with its unit, a ratio off the log scale."""
    if estimate is None:
        return NOT_PRINTED
    if _is_ratio(measure):
        limits = f" (95 % {span(math.exp(ci[0]), math.exp(ci[1]), digits)})" if ci else ""
        return f"ratio {figure(math.exp(estimate), digits)}{limits}"
    limits = f" (95 % {span(*ci, digits)})" if ci else ""
    return f"{signed(estimate, digits)} {_unit(result.outcome.unit_of(measure))}".strip() + limits


def short_effect(measure: str | None, estimate: float, ci: Interval) -> str:
    """An estimate with its limits for a column whose title has the unit."""
    if _is_ratio(measure):
        return f"{figure(math.exp(estimate), DIGITS)} ({span(math.exp(ci[0]), math.exp(ci[1]), DIGITS)})"
    return f"{signed(estimate, DIGITS)} ({span(*ci, DIGITS)})"


def _column(result: Evidence) -> str:
    """Title of the column of effects."""
    measure = _measure(result)
    unit = "ratio" if _is_ratio(measure) else _unit(result.outcome.unit_of(measure))
    return f"{unit} (95 %)" if unit else "effect (95 %)"


def _measure(result: Evidence) -> str | None:
    """Measure of our own pool; differences where there is none, as silent trials are sized."""
    return result.selection.effects[0].measure if result.selection.effects else "md"


def _trial_rows(result: Evidence) -> list[dict[str, str]]:
    """The trials of our own pool with their weights."""
    if result.own is None:
        return []
    return [
        {
            "name": name_of(effect.study_id),
            "effect": short_effect(effect.measure, effect.estimate, effect.ci),
            "weight": f"{weight:.1f} %",
            "risk": effect.risk_of_bias,
            "people": "" if effect.n is None else str(effect.n),
            "weeks": "" if effect.weeks is None else figure(effect.weeks),
            "dose": "; ".join(_dose_text(dose, basis) for dose, basis in doses_of(result, effect)),
            "salt": ", ".join(in_words(name) for name in effect.compounds),
            "note": effect.note,
        }
        for effect, weight in zip(result.selection.effects, result.own.weights, strict=True)
    ]


def _dose_text(dose: float | None, basis: str) -> str:
    if dose is None:
        return NOT_PRINTED
    return f"{dose:g} mg" + (" as printed, perhaps the salt" if basis == "unclear" else "")


def doses_of(result: Evidence, effect: TrialEffect) -> list[tuple[float | None, str]]:
    """Elemental mg a day of the arms behind an effect, each with its basis; once where arms took the same."""
    used = [
        row.treatment
        for row in comparisons(result.outcome).get(effect.study_id, [])
        if row.estimate is not None
        and (row.measure, row.weeks) == (effect.measure, effect.weeks)
        and why_not(result.outcome, row, result.design, *_asked(result)) is None
    ]
    taken = [arms()[effect.study_id, arm] for arm in used if (effect.study_id, arm) in arms()]
    return list(dict.fromkeys((arm["elemental_mg_per_day"], arm["dose_basis"] or "unclear") for arm in taken))


def _asked(result: Evidence) -> tuple[str | None, str | None]:
    """Form and population that the pool was narrowed to."""
    return (result.form, result.population) if result.narrowed else (None, None)


def clear_dose(result: Evidence, effect: TrialEffect) -> float | None:
    """The one dose of a trial in elemental mg a day; None where it is open, or the arms took several."""
    doses = doses_of(result, effect)
    if len(doses) != 1 or doses[0][1] == "unclear":
        return None
    return doses[0][0]


def _pooled_lines(result: Evidence) -> list[str]:
    """The statistics of our own pool, as the terminal has them."""
    own, measure = result.own, _measure(result)
    if own is None:
        return []
    told = effect_text(result, measure, own.random.estimate, own.cautious.ci)
    how = ", ".join(dict.fromkeys((own.method, own.test)))
    lines = [f"Pooled here, {counted(own.k, 'trial')}: {told} ({how}; the wider of two intervals)."]
    if own.k == 1:
        return [f"One trial, nothing to pool: {told}."]
    if own.cautious_pi is not None:
        lines.append(f"A new trial would lie, 95 %, in {_limits(result, own.cautious_pi)}.")
    if own.tau2 is not None and own.i2 is not None and own.q_p is not None:
        scale = " (log scale)" if _is_ratio(measure) else ""
        lines.append(f"tau2 {figure(own.tau2, DIGITS)}{scale}, I2 {own.i2:.0f} %, Q p {figure(own.q_p)}.")
    fixed = effect_text(result, measure, own.fixed.estimate, own.fixed.ci)
    lines.append(f"Fixed effect: {fixed}.")
    return lines


def _limits(result: Evidence, limits: Interval) -> str:
    measure = _measure(result)
    if _is_ratio(measure):
        return f"ratio {span(math.exp(limits[0]), math.exp(limits[1]), DIGITS)}"
    return f"{span(*limits, DIGITS)} {_unit(result.outcome.unit_of(measure))}".strip()


def _readings(result: Evidence) -> list[dict[str, str]]:
    """What the trials that we hold say: printed figures alone, with silent nulls, with a p alone too."""
    measure, own = _measure(result), result.own
    silent, everything = result.with_silent_nulls, result.with_p_only
    return [
        {
            "name": "printed figures only",
            "trials": "0" if own is None else str(own.k),
            "effect": "no trial prints figures that can be used"
            if own is None
            else effect_text(result, measure, own.random.estimate, own.cautious.ci),
        },
        {
            "name": "with silent nulls put back",
            "trials": "" if silent is None else f"{silent.k}, {silent.imputed} silent",
            "effect": _nothing_to_put_back(len(result.selection.silent_nulls), "states no difference without")
            if silent is None
            else effect_text(result, measure, silent.result.estimate, silent.result.ci)
            + (", imputed: no finding" if silent.k == silent.imputed else ""),
        },
        {
            "name": "with trials that print p alone put back too",
            "trials": ""
            if everything is None
            else f"{everything.k}, {everything.imputed} silent, {len(everything.trials)} with p alone",
            "effect": _nothing_to_put_back(len(result.selection.p_only), "prints a p without")
            if everything is None
            else effect_text(result, measure, everything.result.estimate, everything.result.ci),
        },
    ]


def _nothing_to_put_back(count: int, what: str) -> str:
    if count == 0:
        return f"no trial {what} figures"
    return f"{counted(count, 'such trial')}, which cannot be sized"


def _put_back_lines(result: Evidence) -> list[str]:
    """Who is silent and who prints a p alone, by name."""
    chosen, lines = result.selection, []
    if chosen.silent_nulls:
        people = "" if result.silent_people is None else f" ({result.silent_people} people)"
        named = ", ".join(name_of(one.study_id) for one in chosen.silent_nulls)
        count = len(chosen.silent_nulls)
        verb = "states no difference and prints" if count == 1 else "state no difference and print"
        lines.append(f"{counted(count, 'trial')}{people} {verb} no figures: {named}.")
    if chosen.p_only:
        told = ", ".join(f"{name_of(one.study_id)} ({one.p_in_words})" for one in chosen.p_only)
        verb = "prints" if len(chosen.p_only) == 1 else "print"
        lines.append(f"{counted(len(chosen.p_only), 'trial')} {verb} a p and no usable figures: {told}.")
    return lines


CHARTS = ("forest", "readings", "funnel", "dose", "duration")


def no_pictures() -> dict[str, Any]:
    """The charts of a page that has none."""
    return dict.fromkeys(CHARTS, "") | {"cut": False, "grey": False}


def chart_pictures(result: Evidence) -> dict[str, Any]:
    """The charts as SVG; empty where there is nothing to draw.

    `cut` says that a line leaves the forest, `grey` that a published diamond stands beside ours.
    """
    drawn = no_pictures()
    label = result.outcome.label
    rows, title = _forest_rows(result), "Forest plot" if result.own else "Published pools, never added up"
    if rows:
        axis = _axis(result, _measure(result) if result.own else result.headline.measure)
        drawn["forest"] = charts.svg(
            evidence_charts.forest(rows, axis, title), f"Forest plot of {label}: {_told(rows)}"
        )
        drawn["grey"] = result.own is not None and not rows[-1].get("ours", True)
        drawn["cut"] = evidence_charts.cut_off(rows, axis)
    if result.own is None:
        return drawn
    axis = _axis(result, _measure(result))
    readings = _reading_rows(result)
    if len(readings) > 1:
        drawn["readings"] = charts.svg(
            evidence_charts.forest(readings, axis, "Readings of the trials"),
            f"Readings of the trials on {label}: {_told(readings)}",
        )
    if result.own.k >= FEWEST_IN_A_PLOT:
        points = [{"estimate": e.estimate, "se": e.se} for e in result.selection.effects]
        drawn["funnel"] = charts.svg(
            evidence_charts.funnel(points, result.own.random.estimate, axis),
            f"Funnel plot of {counted(len(points), 'trial')} of {label}, with pseudo 95 % limits",
        )
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
            picture = evidence_charts.effect_against(rows, axis, title, x_title)
            drawn[name] = charts.svg(picture, f"{title} ({x_title}), {counted(len(rows), 'trial')}")
    return drawn


def _at(result: Evidence, effect: TrialEffect, name: str) -> float | None:
    return clear_dose(result, effect) if name == "dose" else effect.weeks


def _against_rows(result: Evidence, name: str) -> list[dict[str, Any]]:
    if result.own is None:
        return []
    pairs = zip(result.selection.effects, result.own.weights, strict=True)
    return [
        {"at": at, "weight": weight, **_drawn(effect.measure, effect.estimate, effect.ci)}
        for effect, weight in pairs
        if (at := _at(result, effect, name)) is not None
    ]


def _why_no_plot(result: Evidence) -> dict[str, str]:
    """What a plot of dose or duration leaves out, or why there is none."""
    count = len(result.selection.effects)
    if count < FEWEST_IN_A_PLOT:
        verb = "is" if count == 1 else "are"
        few = (
            f"Funnel, dose and duration are drawn from {FEWEST_IN_A_PLOT} trials with figures on; here {verb}"
        )
        return dict.fromkeys(("dose", "duration"), "") | {"few": f"{few} {count}."}
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
    back = math.exp if _is_ratio(measure) else float
    return {"estimate": back(estimate), "low": back(ci[0]), "high": back(ci[1])}


def _axis(result: Evidence, measure: str | None) -> evidence_charts.Axis:
    """Title of the effect axis: what is measured, and what its two sides mean."""
    unit = _unit(result.outcome.unit_of(measure))
    ratio = _is_ratio(measure)
    name = "ratio" if ratio else f"difference, {unit}" if unit else "difference"
    if result.design == "observational":
        return evidence_charts.Axis((name,), ratio)
    left, right = (result.outcome.direction(sign).removesuffix(" on magnesium") for sign in (-1.0, 1.0))
    return evidence_charts.Axis((name, f"← {left} on magnesium", f"{right} on magnesium →"), ratio)


def _forest_rows(result: Evidence) -> list[dict[str, Any]]:
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
    if lead is not None and lead.measure == _measure(result):
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
    measure = _measure(result)
    row: dict[str, Any] = {"label": label, "detail": counted(count, "trial"), "kind": "pool", "ours": True}
    row |= _drawn(measure, estimate.estimate, estimate.ci)
    if pi is not None:
        back = math.exp if _is_ratio(measure) else float
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


def _published(result: Evidence, one: PublishedPool) -> dict[str, Any]:
    kind = "main analysis" if one.whole else f"part: {in_words(one.label)}"
    return {
        "name": name_of(one.study_id),
        "kind": kind
        if one.of_trials
        else f"{in_words(one.label)}; not a pool of supplements against a control",
        "effect": effect_text(result, one.measure, one.estimate, one.ci),
        "trials": str(one.k) if one.k else NOT_PRINTED,
        "people": str(one.n) if one.n else NOT_PRINTED,
        "i2": NOT_PRINTED if one.i2 is None else f"{figure(one.i2, DIGITS)} %",
        "risk": one.risk_of_bias,
        "notes": [part for part in (one.missing, one.note) if part],
    }


def _others(result: Evidence, found: list[StudyFinding]) -> list[tuple[str, list[str]]]:
    """What every study that is in no pool found, by what it can show."""
    groups: dict[str, list[str]] = {
        "Compared with a control": [],
        "Before and after only: no effect can be read from it": [],
        "Observed, not given": [],
    }
    controlled, before_after, observed = groups.values()
    pooled = {effect.study_id for effect in result.selection.effects}
    for one in found:
        if one.study_id in pooled or one.design in POOLED_DESIGNS:
            continue
        if one.kind == "observational":
            observed.append(_observed(one))
        else:
            (controlled if one.controlled else before_after).append(trial_sentence([one], "", ()).text)
    return [(title, lines) for title, lines in groups.items() if lines]


def _observed(one: StudyFinding) -> str:
    """A study in which nobody was given magnesium, so that nothing stands against a control."""
    people = f", {one.n} people" if one.n else ""
    figures = "no usable figures"
    if one.estimate is not None:
        limits = f" ({span(*one.ci, DIGITS)})" if one.ci else ""
        figures = f"{signed(one.estimate, DIGITS)} {one.unit}{limits}"
    return f"{study_name(one)} ({in_words(one.design)}{people}): {figures}. {one.note}".strip()


def _sources(result: Evidence, found: list[StudyFinding]) -> list[dict[str, Any]]:
    """Every study that the page names, with its links, and where the difference that matters comes from."""
    chosen = result.selection
    names = [
        *(one.study_id for one in result.headline.studies),
        *(one.study_id for one in chosen.effects),
        *(one.study_id for one in chosen.silent_nulls),
        *(one.study_id for one in chosen.p_only),
        *(one.study_id for one in result.left_out),
        *(one.study_id for one in result.published),
        *(one.study_id for one in found),
    ]
    rows = [
        source_line(
            SimpleNamespace(
                text=f"{name_of(page.study_id)} [{page.study_id}]: {page.says}"
                + (f" (read: {in_words(page.read)})" if page.read else ""),
                doi=page.doi,
                pmid=page.pmid,
                url=page.url,
            )
        )
        for page in pages(";".join(dict.fromkeys(names)))
    ]
    return rows + _yardsticks(result)


def _yardsticks(result: Evidence) -> list[dict[str, Any]]:
    """Sources of the smallest difference that matters and of the spread between people."""
    rows = []
    for what, cell in (
        ("Smallest difference that matters", result.outcome.mid_source),
        ("Spread between people", result.outcome.sd_source),
    ):
        if cell:
            text, _, address = cell.rpartition(" ")
            rows.append(
                source_line(SimpleNamespace(text=f"{what}: {text}", doi=None, pmid=None, url=address))
            )
    return rows


def _command(result: Evidence) -> str:
    """The command that makes this page again."""
    parts = [f"magnesim evidence {result.outcome.key}"]
    parts += [
        f"--{name} {value}"
        for name, value in (("form", result.form), ("population", result.population))
        if value
    ]
    parts += [] if result.design == "rct" else [f"--design {result.design}"]
    return " ".join(parts)
