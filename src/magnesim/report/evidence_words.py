"""What the page of an outcome says in words: the headline, its readings, what it hangs on.

Nothing is claimed that the evidence does not say of itself.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from magnesim.answers.trials import name_of
from magnesim.answers.words import in_words
from magnesim.evidence.wording import counted, listed, p_in_words
from magnesim.figures import figure, mid_sentence, signed, span

if TYPE_CHECKING:
    from magnesim.evidence import Evidence
    from magnesim.evidence.estimates import Estimate, Interval

DIGITS = 3
NOT_PRINTED = "not printed"
FEWEST_TO_TRUST = 10
"""As Egger's test needs, too."""


def question(result: Evidence) -> str:
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
    """The one sentence to lead with; where nothing can be pooled, or no one number holds, it says so."""
    lead, certainty = result.headline, f"certainty {in_words(result.certainty.level)}"
    start = f"{result.outcome.label}, {_whose(result)}"
    if result.refusal is not None:
        return f"{result.refusal} {start}; {counted(lead.k, 'trial')}; {certainty}."
    if lead.estimate is None:
        return f"{start}: {lead.because}; {certainty}."
    against = "" if result.design == "observational" else " against the control"
    behind = counted(lead.k, "study", "studies") if lead.k else "an unknown number of studies"
    people = f", {lead.n} people" if lead.n else ""
    told = effect_text(result, lead.measure, lead.estimate, lead.ci, digits=2)
    return f"{start}: {told}{against}; {behind}{people}; {certainty}."


def lead(result: Evidence) -> list[str]:
    """What stands under the headline: where it comes from, no effect, what matters, which way is better."""
    lead, reasons = result.headline, {r.domain: r.because for r in result.certainty.reasons}
    lines = []
    if lead.estimate is not None and result.refusal is None:
        lines.append(f"{capital(lead.because)}.")
    if lead.estimate is not None and lead.ci is not None:
        if result.refusal is None:
            lines.append(_no_effect(result, lead.estimate, lead.ci))
            scale = " (log scale)" if is_ratio(lead.measure) else ""
            lines.append(f"Against what matters{scale}: {reasons['imprecision']}.")
        else:
            lines += _both_readings(result)
    lines += _on_a_scale(result)
    if result.outcome.mid is not None:
        shown = f"{figure(result.outcome.mid)} {shown_unit(result.outcome.unit)}".strip()
        lines.append(f"Smallest difference that matters: {shown}.")
    better = result.outcome.better_direction
    lines.append(
        "A marker that is neither good nor bad in itself."
        if better == "neutral"
        else f"{capital(better)} is better."
    )
    return lines


def _both_readings(result: Evidence) -> list[str]:
    """Where studies allow no one number: what random effects and a fixed effect say, side by side."""
    own = result.own
    if own is None:
        return []
    return [
        f"{name}: {effect_text(result, measure_of(result), one.estimate, one.ci)}."
        for name, one in (("Random effects", own.cautious), ("Fixed effect", own.fixed))
    ]


def _on_a_scale(result: Evidence) -> list[str]:
    """A construct in the points of its best-known scale, or why not."""
    back = result.back_converted
    if back is None or result.refusal is not None:
        return []
    scale = mid_sentence(back.outcome.label)
    if back.estimate is None or back.ci is None or back.sd is None:
        return [f"Not told in points of a scale: {back.because}."]
    told = f"{signed(back.estimate)} {back.outcome.unit} (95 % {span(*back.ci)})"
    lines = [
        f"On the {scale} that would be {told}, taking an SD of {figure(back.sd, DIGITS)} between people."
    ]
    if back.mid is not None:
        lines.append(f"Smallest difference that matters there: {figure(back.mid)} {back.outcome.unit}.")
    return lines


def _no_effect(result: Evidence, estimate: float, ci: Interval) -> str:
    """Whether no effect lies in the interval; the direction is named only where it does not."""
    if ci[0] <= 0.0 <= ci[1]:
        return "The 95 % interval includes no effect."
    if result.design == "observational":
        return "The 95 % interval excludes no effect; people who take more may differ in other ways too."
    return f"The 95 % interval excludes no effect: {result.outcome.direction(estimate)}."


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def shown_unit(unit: str) -> str:
    """A unit as it is written after a figure; nothing where the tables have none."""
    return "" if unit in ("as reported", "log ratio") else unit


def is_ratio(measure: str | None) -> bool:
    return measure is not None and measure.startswith("log_")


def effect_text(
    result: Evidence, measure: str | None, estimate: float | None, ci: Interval | None, digits: int = DIGITS
) -> str:
    """An estimate with its 95 % interval: a difference with its unit, a ratio off the log scale."""
    if estimate is None:
        return NOT_PRINTED
    if is_ratio(measure):
        limits = f" (95 % {span(math.exp(ci[0]), math.exp(ci[1]), digits)})" if ci else ""
        return f"ratio {figure(math.exp(estimate), digits)}{limits}"
    limits = f" (95 % {span(*ci, digits)})" if ci else ""
    return f"{signed(estimate, digits)} {shown_unit(result.outcome.unit_of(measure))}".strip() + limits


def short_effect(measure: str | None, estimate: float, ci: Interval) -> str:
    """An estimate with its limits for a column whose title has the unit."""
    if is_ratio(measure):
        return f"{figure(math.exp(estimate), DIGITS)} ({span(math.exp(ci[0]), math.exp(ci[1]), DIGITS)})"
    return f"{signed(estimate, DIGITS)} ({span(*ci, DIGITS)})"


def column(result: Evidence) -> str:
    """Title of the column of effects."""
    measure = measure_of(result)
    unit = "ratio" if is_ratio(measure) else shown_unit(result.outcome.unit_of(measure))
    return f"{unit} (95 %)" if unit else "effect (95 %)"


def measure_of(result: Evidence) -> str | None:
    """Measure of our own pool; differences where there is none, as silent trials are sized."""
    return result.selection.effects[0].measure if result.selection.effects else "md"


def pooled_lines(result: Evidence) -> list[str]:
    """The statistics of our own pool, as the terminal has them."""
    own, measure = result.own, measure_of(result)
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
        scale = " (log scale)" if is_ratio(measure) else ""
        lines.append(f"tau2 {figure(own.tau2, DIGITS)}{scale}, I2 {own.i2:.0f} %, Q {p_in_words(own.q_p)}.")
    fixed = effect_text(result, measure, own.fixed.estimate, own.fixed.ci)
    lines.append(f"Fixed effect: {fixed}.")
    return lines


def _limits(result: Evidence, limits: Interval) -> str:
    measure = measure_of(result)
    if is_ratio(measure):
        return f"ratio {span(math.exp(limits[0]), math.exp(limits[1]), DIGITS)}"
    return f"{span(*limits, DIGITS)} {shown_unit(result.outcome.unit_of(measure))}".strip()


def readings(result: Evidence) -> list[dict[str, str]]:
    """What the trials that we hold say: printed figures alone, with silent nulls, with a p alone too."""
    measure, own = measure_of(result), result.own
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


def put_back_lines(result: Evidence) -> list[str]:
    """Who is silent and who prints a p alone, by name."""
    chosen, lines = result.selection, []
    if result.gap is not None:
        scale = " (log scale)" if is_ratio(measure_of(result)) else ""
        unit = shown_unit(result.outcome.unit_of(measure_of(result)))
        gap = f"{signed(result.gap)} {unit}".strip() + scale
        lines.append(f"From printed figures alone to silent nulls put back: {gap}.")
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


def command(result: Evidence) -> str:
    """The command that makes this page again."""
    parts = [f"magnesim evidence {result.outcome.key}"]
    parts += [
        f"--{name} {value}"
        for name, value in (("form", result.form), ("population", result.population))
        if value
    ]
    parts += [] if result.design == "rct" else [f"--design {result.design}"]
    return " ".join(parts)


def estimate_text(result: Evidence, one: Estimate) -> str:
    """An estimate of our own trials with its interval."""
    return effect_text(result, measure_of(result), one.estimate, one.ci)


def hangs_on_lines(result: Evidence) -> list[str]:
    """Trim-and-fill in words, and what the lines through dose and duration say."""
    filled = result.sensitivity.trim_and_fill
    if result.own is None or result.own.k < 2:
        return []
    if filled.estimate is None or filled.k0 is None:
        return [f"Trim and fill was not done: {filled.why_not}."]
    if filled.k0 == 0:
        return ["Trim and fill finds no trial missing on either side."]
    few = (
        f"; with fewer than {FEWEST_TO_TRUST} trials it tells little"
        if result.own.k < FEWEST_TO_TRUST
        else ""
    )
    return [
        f"Trim and fill adds {counted(filled.k0, 'mirror image')} (hollow) on the {filled.side}; with "
        f"{'it' if filled.k0 == 1 else 'them'}: {estimate_text(result, filled.estimate)}. It is a guess at "
        f"what is missing{few}."
    ]


def line_words(result: Evidence, moderator: str) -> str:
    """What the line through a plot says, or why there is none."""
    line = next(one for one in result.sensitivity.meta_regression if one.moderator == moderator)
    if line.slope is None:
        return f"Too few trials to draw a line: {line.why_not}."
    scale = " (log scale)" if is_ratio(measure_of(result)) else ""
    what = "mg a day" if moderator == "dose" else "week"
    step = 100.0 if moderator == "dose" else 1.0
    slope = line.slope
    limits = f"{signed(step * slope.estimate)} (95 % {span(step * slope.ci[0], step * slope.ci[1])}){scale}"
    return f"Line through {line.k} trials, its 95 % band shaded: {limits} for each {figure(step)} {what}."
