"""Tables and lists of the page of an outcome: its trials, other studies, published pools, sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from magnesim.answers.trials import name_of, trial_sentence
from magnesim.answers.words import in_words
from magnesim.evidence import StudyFinding, findings, outcome
from magnesim.evidence.doses import doses_of
from magnesim.evidence.screening import POOLED_DESIGNS
from magnesim.figures import figure, signed, span
from magnesim.provenance import pages
from magnesim.report.evidence_words import (
    DIGITS,
    NOT_PRINTED,
    effect_text,
    estimate_text,
    short_effect,
)
from magnesim.report.rendering import source_line

if TYPE_CHECKING:
    from magnesim.evidence import Evidence
    from magnesim.evidence.published import PublishedPool


def findings_of(result: Evidence) -> list[StudyFinding]:
    """What every study found on the outcome, or on each scale of the construct."""
    return [one for scale in result.instruments for one in findings(scale.key)]


def trial_rows(result: Evidence) -> list[dict[str, str]]:
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
            "dose": "; ".join(_dose_text(dose, basis) for dose, basis in doses_of(effect)),
            "salt": ", ".join(in_words(name) for name in effect.compounds),
            "scale": outcome(effect.instrument).label if effect.instrument else "",
            "note": effect.note,
        }
        for effect, weight in zip(result.selection.effects, result.own.weights, strict=True)
    ]


def _dose_text(dose: float | None, basis: str) -> str:
    if dose is None:
        return NOT_PRINTED
    return f"{dose:g} mg" + (" as printed, perhaps the salt" if basis == "unclear" else "")


def published_cells(result: Evidence, one: PublishedPool) -> dict[str, Any]:
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


def others(result: Evidence, found: list[StudyFinding]) -> list[tuple[str, list[str]]]:
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
    return f"{name_of(one.study_id)} ({in_words(one.design)}{people}): {figures}. {one.note}".strip()


def sources(result: Evidence, found: list[StudyFinding]) -> list[dict[str, Any]]:
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
            f"{name_of(page.study_id)} [{page.study_id}]: {page.says}"
            + (f" (read: {in_words(page.read)})" if page.read else ""),
            page.doi,
            page.pmid,
            page.url,
        )
        for page in pages(";".join(dict.fromkeys(names)))
    ]
    return rows + _yardsticks(result)


def _yardsticks(result: Evidence) -> list[dict[str, Any]]:
    """Sources of the smallest difference that matters and of the spread between people."""
    rows = []
    back = result.back_converted
    scale = result.outcome if back is None else back.outcome
    for what, cell in (
        ("Smallest difference that matters", scale.mid_source),
        ("Spread between people", scale.sd_source),
    ):
        if cell:
            text, _, address = cell.rpartition(" ")
            rows.append(source_line(f"{what}: {text}", None, None, address))
    return rows


def without_rows(result: Evidence) -> list[tuple[str, str]]:
    """The mean without each trial in turn; of fewer than three it would be the other trial."""
    rows = result.sensitivity.leave_one_out
    return [(name_of(one.study_id), estimate_text(result, one.estimate)) for one in rows if len(rows) > 2]


def grown_rows(result: Evidence) -> list[tuple[str, str, str]]:
    """How the mean moved with each further trial, by year."""
    return [
        (str(one.k), f"+ {name_of(one.study_id)}" if one.k > 1 else name_of(one.study_id),
         estimate_text(result, one.estimate))
        for one in result.sensitivity.cumulative
    ]  # fmt: skip


def scale_rows(result: Evidence) -> list[tuple[str, str, str]]:
    """Scales of a construct in the order of preference: its name, its unit, and the trials it stands for."""
    if result.construct is None:
        return []
    return [
        (
            scale.label,
            scale.unit,
            ", ".join(name_of(e.study_id) for e in result.selection.effects if e.instrument == scale.key),
        )
        for scale in result.construct.instruments
    ]
