"""How figures and verdicts are said. Every sentence that a person reads is made here or in `trials.py`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from magnesim.answers.alternatives import Alternative
from magnesim.answers.trials import name_of
from magnesim.effects import Expectation
from magnesim.evidence.comparisons import studies
from magnesim.exposure import Mechanism, Simulation
from magnesim.figures import figure, mid_sentence, percent, signed, span
from magnesim.people import Assumed
from magnesim.tables import rows
from magnesim.tolerability import LooseStool
from magnesim.units import mg_from_mmol, mmol_from_mg

if TYPE_CHECKING:
    from magnesim.answers.compose import Answer

REFERENCE_RANGE = (0.75, 0.95)
"""Usual serum magnesium of healthy adults, mmol/L (`menopause.serum_mg_reference`)."""

EVIDENCE_WORDS = {
    "rct": "small trials",
    "human_kinetic": "measured in people",
    "human_observational": "seen in people",
    "textbook": "textbook",
    "expert": "textbook",
    "animal": "animals only",
    "in_vitro": "test tube only",
}


@dataclass(frozen=True)
class Glance:
    """One figure for the top of an answer, with what it is and what it stands against."""

    label: str
    figure: str
    note: str


def glances(leading: Expectation | None, body: Simulation | None) -> list[Glance]:
    """The three or four figures that an answer comes down to."""
    told = []
    if leading and leading.estimate is not None and leading.interval is not None:
        note = f"{span(*leading.interval)}, 9 times in 10"
        if leading.important is not None:
            note += f"; {figure(leading.important)} would matter"
        told.append(
            Glance(f"{leading.outcome.label}, to expect", f"{signed(leading.estimate)}{_unit(leading)}", note)
        )
        told.append(Glance("Certainty of that", in_words(leading.certainty), "as computed, see why below"))
    if body:
        serum, after = body.change.serum_mmol_l, body.end.serum_mmol_l
        low, high = REFERENCE_RANGE
        told.append(
            Glance(
                "Serum magnesium", f"{serum:+.3f} mmol/L", f"to {after:.2f}; healthy adults {low} to {high}"
            )
        )
    if body and body.loose_stool:
        item = body.loose_stool
        told.append(
            Glance(
                "Loose stools",
                f"{100 * item.probability:.0f} in 100 people",
                f"{100 * item.background:.0f} in 100 without it",
            )
        )
    return told


@cache
def verdict_words() -> dict[str, dict[str, str]]:
    """Sign and headline of each verdict."""
    return {row["verdict"]: row for row in rows(Path(__file__).parent / "verdicts.csv")}


def effect_words(item: Expectation) -> str:
    """One outcome in plain words: both readings, what matters, and what follows."""
    sentences = [_found(item), _silent(item), _p_only(item), _expected(item), _meaning(item)]
    return " ".join(sentence for sentence in sentences if sentence)


def lead_words(item: Expectation) -> str:
    """One outcome in one or two sentences, for the top of an answer."""
    return f"{item.outcome.label}, all salts: {mid_sentence(_found(item))} {_meaning(item)}"


def _unit(item: Expectation) -> str:
    return "" if item.outcome.unit == "as reported" else f" {item.outcome.unit}"


def _found(item: Expectation) -> str:
    headline = item.evidence.headline
    if headline.estimate is None:
        silent = len(item.evidence.selection.silent_nulls)
        if silent:
            stated = "One trial" if silent == 1 else f"{silent} trials"
            sizes = [null.n for null in item.evidence.selection.silent_nulls]
            people = f" ({sum(filter(None, sizes))} people)" if all(sizes) else ""
            return f"{stated}{people} reported no difference from the control, without printing figures."
        return "No controlled trial of magnesium alone printed figures that can be used."
    told = f"{headline.k} trials pooled" if headline.k > 1 else _one_trial(item)
    people = f", {headline.n} people" if headline.n else ""
    if headline.measure != "md":
        return f"{told}{people}: {_ratio(headline.measure, headline.estimate, headline.ci)}."
    limits = f" (95 % {span(*headline.ci)})" if headline.ci else ""
    return f"{told}{people}: {signed(headline.estimate)}{_unit(item)}{limits} against the control."


def _one_trial(item: Expectation) -> str:
    """A single trial by its name, with its blinding where that is not double."""
    row = studies()[item.evidence.headline.studies[0].study_id]
    name = name_of(row["study_id"])
    blinding = row["blinding"] or "blinding not stated"
    return f"One trial ({name})" if "double" in blinding else f"One trial ({name}; {blinding})"


def _ratio(measure: str | None, estimate: float, ci: tuple[float, float] | None) -> str:
    """A ratio off the log scale, or a difference in SD."""
    import math

    if measure == "smd":
        limits = f" (95 % {span(*ci)})" if ci else ""
        return f"{signed(estimate)} SD{limits} against the control"
    limits = f" (95 % {span(math.exp(ci[0]), math.exp(ci[1]))})" if ci else ""
    return f"ratio {figure(math.exp(estimate))}{limits} against the control"


def _silent(item: Expectation) -> str:
    silent = item.evidence.with_silent_nulls
    if silent is None or item.evidence.headline.estimate is None:
        return ""
    result = silent.result
    reading = f"{signed(result.estimate)}{_unit(item)} ({span(*result.ci)})"
    if item.evidence.headline.source == "published_pool":
        told = f"The {silent.k} trials that we hold, {silent.imputed} of which only said “no difference”"
        return f"{told}: {reading}."
    trials = "the trial" if silent.imputed == 1 else f"the {silent.imputed} trials"
    return f"With {trials} that only said “no difference” put back: {reading}."


def _p_only(item: Expectation) -> str:
    """The reading that also holds trials of which only p was printed."""
    everything = item.evidence.with_p_only
    if everything is None:
        return ""
    result = everything.result
    reading = f"{signed(result.estimate)}{_unit(item)} ({span(*result.ci)})"
    return f"With trials that printed only a p-value put back too: {reading}."


def _expected(item: Expectation) -> str:
    if item.estimate is None or item.interval is None or item.informed == 0:
        return ""
    low, high = item.interval
    return f"To expect, sceptically: {signed(item.estimate)}{_unit(item)} (90 % {span(low, high)})."


MEANING = {
    "likely_worthwhile": "Likely worthwhile",
    "likely_too_small": "Likely too small to matter",
    "unknown": "The evidence is too weak to say whether it matters",
}


def _meaning(item: Expectation) -> str:
    if item.estimate is None:
        return "Unknown."
    if item.important is None:
        return "How much of a change matters is not settled in our sources."
    chance = ""
    if item.probability_worthwhile is not None and item.verdict != "unknown":
        chance = f" (chance of that much: {percent(item.probability_worthwhile)})"
    if item.yardstick is not None:
        return f"{MEANING[item.verdict]}; our yardstick: {item.yardstick.what}{chance}."
    return (
        f"{MEANING[item.verdict]}: {figure(item.important)}{_unit(item)} is the smallest that does{chance}."
    )


def certainty_reasons(item: Expectation) -> list[str]:
    """Each step down with the figures that caused it, then each alarm."""
    steps = [reason.because for reason in item.evidence.certainty.reasons if reason.step]
    return steps + [alarm.message for alarm in item.evidence.alarms]


def body_sentences(body: Simulation) -> list[str]:
    """What the dose does in this body, a sentence or two on each thing."""
    before, after, change = body.baseline, body.end, body.change
    low, high = body.uncertainty["serum_mmol_l"]
    size = "hundredths" if abs(change.serum_mmol_l) < 0.1 else "tenths"
    taken = mmol_from_mg(body.regimen.elemental_mg_per_day)
    weeks = figure(body.regimen.weeks)
    sentences = [
        f"Serum magnesium, averaged over the day, goes from {before.serum_mmol_l:.2f} to "
        f"{after.serum_mmol_l:.2f} mmol/L in "
        f"{weeks} weeks: {change.serum_mmol_l:+.3f} (90 % {low:+.3f} to {high:+.3f}), {size} of a mmol/L. "
        f"{_against_range(after.serum_mmol_l)}"
    ]
    if taken > 0:
        kept = max(0.0, change.absorbed_mmol_d) / taken
        sentences.append(
            f"Of {taken:.1f} mmol ({body.regimen.elemental_mg_per_day:g} mg) a day, about "
            f"{100 * kept:.0f} % is taken "
            f"up; the rest leaves with the stool, which is why too much loosens it. Urine rises by "
            f"{change.urine_mmol_d:.1f} mmol a day, from {before.urine_mmol_d:.1f} to "
            f"{after.urine_mmol_d:.1f}."
        )
    share = change.total_body_mmol / before.total_body_mmol
    sentences.append(
        f"The body's stores of {before.total_body_mmol:.0f} mmol ({_gram(before.total_body_mmol)} g) grow by "
        f"{change.total_body_mmol:.0f} mmol, {100 * share:.1f} %."
    )
    if body.loose_stool:
        sentences.append(loose_stool_words(body.loose_stool))
    return sentences


def loose_stool_words(item: LooseStool) -> str:
    """How many get loose stools, beside how many get them without magnesium."""
    low, high = (100 * share for share in item.interval)
    return (
        f"Over some weeks about {100 * item.probability:.0f} in 100 people get loose stools on what is not "
        f"taken up ({low:.0f} to {high:.0f}); without magnesium about {100 * item.background:.0f} in 100 do."
    )


def _against_range(serum: float) -> str:
    """Where a serum value stands against the usual range."""
    low, high = REFERENCE_RANGE
    usual = f"Healthy adults have {low:.2f} to {high:.2f}"
    if serum > high:
        return f"That is above the usual range: {mid_sentence(usual)}."
    return f"That is below the usual range: {mid_sentence(usual)}." if serum < low else f"{usual}."


def _gram(mmol: float) -> str:
    return f"{mg_from_mmol(mmol) / 1000:.0f}"


def mechanism_figure(item: Mechanism) -> str:
    """What was computed, before and with the dose, or that nothing was."""
    if item.baseline is None or item.end is None:
        return "not computed"
    if item.unit == "1":
        before, after = (f"{100 * share:.1f} %" for share in (item.baseline, item.end))
    else:
        before, after = figure(item.baseline, 3), f"{figure(item.end, 3)} {item.unit}"
    return f"{item.what}: {before} → {after}{_change_words(item)}"


def _change_words(item: Mechanism) -> str:
    """The middle 90 % of a change."""
    if item.change_interval is None:
        return ""
    low, high = item.change_interval
    if item.unit == "1":
        return f" (change {signed(100 * low)} to {signed(100 * high)} points)"
    return f" (change {signed(low)} to {signed(high)})"


def in_words(name: str) -> str:
    """A name of the tables as a reader says it: `very low`."""
    return name.replace("_", " ")


ASSUMED_NAMES = {
    "diet_mg": "magnesium eaten",
    "weight_kg": "body weight",
    "height_cm": "height",
    "egfr": "kidney function (eGFR)",
    "serum_mg_mmol_l": "serum magnesium",
}
"""Names of what a person may leave open, where the table's own name is none."""


def assumed_words(item: Assumed) -> str:
    """What stands in for something that was not said: `body weight: 71 kg`."""
    name = ASSUMED_NAMES.get(item.name, in_words(item.name))
    value = str(item.value).removesuffix(".0")
    return f"{name}: {value} {item.unit}".rstrip()


def assumed_lines(assumed: Iterable[Assumed]) -> list[str]:
    """The same, each with why."""
    return [f"{assumed_words(item)} ({item.because})" for item in assumed]


def unknown_lines(answer: Answer) -> list[str]:
    """What is not known, but for mechanisms: they have a table of their own and are not said twice."""
    own = {f"{item.label}: {item.note}" for item in answer.mechanisms}
    return [line for line in answer.unknowns if line not in own]


def evidence_words(evidence_class: str) -> str:
    """An evidence class as a reader says it."""
    return EVIDENCE_WORDS.get(evidence_class, in_words(evidence_class))


def alternative_rows(found: list[Alternative]) -> list[dict[str, str]]:
    """The table of what else could be done: uptake, serum, loose stools."""
    return [
        {
            "what": one.what,
            "taken_up": f"{figure(one.taken_up_mg)} mg",
            "serum": f"{one.serum_change_mmol_l:+.3f}",
            "stools": "not known" if one.loose_stool is None else f"{100 * one.loose_stool:.0f} in 100",
        }
        for one in found
    ]
