"""What each trial found, in a sentence: controlled or not, and what placebo alone usually does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from magnesim.effects import Goal
from magnesim.evidence import StudyFinding, UsualChange, findings, outcome, usual_changes
from magnesim.evidence.comparisons import studies
from magnesim.evidence.trials import printed_p
from magnesim.evidence.wording import listed, weeks_in_words
from magnesim.figures import figure, mid_sentence, signed, span


@dataclass(frozen=True)
class TrialSentence:
    """One study in words, with where it stands.

    Attributes:
        controlled: compared with something in the same study.
        decisive: controlled, on a primary outcome of the goal.
        of_the_salt: an arm took the salt asked about.
    """

    study_id: str
    text: str
    controlled: bool
    decisive: bool
    of_the_salt: bool
    url: str | None
    doi: str | None
    pmid: str | None


def trial_sentences(goal: Goal, form: str) -> list[TrialSentence]:
    """Every study of this salt that measured an outcome of the goal, controlled ones first.

    Where the salt has no controlled study of a primary outcome, those of other salts are added, so that
    the reader sees what placebo-controlled trials of magnesium found at all.
    """
    keys = goal.with_role("primary", "secondary")
    own = _by_study(finding for key in keys for finding in findings(key, form))
    chosen = list(own.values())
    decisive = goal.with_role("primary")
    if not any(finding.controlled and finding.outcome in decisive for group in chosen for finding in group):
        primary = _by_study(finding for key in decisive for finding in findings(key))
        chosen += [group for study, group in primary.items() if study not in own and _is_controlled(group)]
    told = [trial_sentence(group, form, decisive) for group in chosen]
    return sorted(told, key=lambda item: not item.controlled)


def _by_study(found: Iterable[StudyFinding]) -> dict[str, list[StudyFinding]]:
    groups: dict[str, list[StudyFinding]] = {}
    for finding in found:
        if finding.kind not in ("pool", "observational"):
            groups.setdefault(finding.study_id, []).append(finding)
    return groups


def _is_controlled(group: list[StudyFinding]) -> bool:
    return any(finding.controlled for finding in group)


def name_of(study_id: str) -> str:
    """Author and year of a study, or its handle where the author is not known."""
    row = studies()[study_id]
    if not row["first_author"]:
        return study_id
    return " ".join(str(part) for part in (row["first_author"], row["year"]) if part)


def trial_sentence(group: list[StudyFinding], form: str, decisive: tuple[str, ...]) -> TrialSentence:
    first = group[0]
    parts = _results(group)
    return TrialSentence(
        first.study_id,
        f"{name_of(first.study_id)} ({_setting(first)}): {'; '.join(parts)}.",
        _is_controlled(group),
        any(finding.controlled and finding.outcome in decisive for finding in group),
        form in first.compounds,
        first.source_url or (f"https://doi.org/{first.doi}" if first.doi else None),
        first.doi,
        first.pmid,
    )


def _setting(finding: StudyFinding) -> str:
    """Salt and dose, who and how many, weeks, risk of bias."""
    parts = [_dose(finding)]
    if finding.cointervention:
        parts.append(f"with {finding.cointervention}")
    if finding.n:
        whole = f" {finding.n_of}" if finding.n_of in ("analysed", "randomised") else ""
        parts.append(f"{finding.n} people{whole}")
    if finding.population or finding.condition:
        parts.append(f"{finding.population or finding.condition}")
    if finding.weeks:
        parts.append(weeks_in_words(finding.weeks))
    if finding.blinding and "double" not in finding.blinding and finding.controlled:
        parts.append(finding.blinding)
    parts.append(
        f"{finding.risk_of_bias} risk of bias" if finding.risk_of_bias != "unclear" else "quality unclear"
    )
    return "; ".join(parts)


def _dose(finding: StudyFinding) -> str:
    """Salt and dose as printed, with a word where the mass may be that of the salt."""
    salts = " and ".join(finding.compounds) or "magnesium"
    doses = [f"{dose:g}" for dose in finding.elemental_mg_per_day if dose]
    if not doses:
        return salts
    doubt = " as printed, perhaps the salt" if "unclear" in finding.dose_basis else ""
    return f"{salts} {' and '.join(doses)} mg{doubt}"


def _results(group: list[StudyFinding]) -> list[str]:
    """What a study found on each outcome; what is the same of several is said once."""
    together: dict[str, list[str]] = {}
    for finding in group:
        label = outcome(finding.outcome).label
        together.setdefault(_result(finding, _HERE), []).append(label)
    return [_filled(text, labels) for text, labels in together.items()]


_HERE = "\0"
"""Stands for the outcomes' names until it is known of which a result holds."""


def _filled(text: str, labels: list[str]) -> str:
    """A result with its outcomes named; a name that begins it keeps its capital."""
    inside = [mid_sentence(label) for label in labels]
    if text.startswith(_HERE):
        inside[0] = labels[0]
    return text.replace(_HERE, listed(inside), 1)


def _result(finding: StudyFinding, label: str) -> str:
    if finding.kind == "silent_null" and (finding.why_not or "").startswith("compared with"):
        return f"{label}: {finding.why_not}; no difference seen"
    if finding.kind == "silent_null":
        return f"no difference from the control in {label}{_both_arms(finding)}"
    if finding.kind == "within_arm":
        return _within_arm(finding, label)
    if finding.estimate is not None:
        limits = f" ({span(*finding.ci)})" if finding.ci else ""
        unit = "SD" if finding.measure == "smd" else finding.unit
        return f"{label} {signed(finding.estimate)} {unit}{limits} against the control"
    if finding.p is not None:
        return _p_alone(finding, label)
    return f"{label}: {finding.why_not or 'no usable figures'}"


def _p_alone(finding: StudyFinding, label: str) -> str:
    """A result of which only p was printed: its direction where that is known, and what p is of."""
    assert finding.p is not None
    among = (
        "across more than two arms, so not of magnesium alone" if finding.p_across_arms else "between arms"
    )
    direction = f"{finding.direction}, " if finding.direction and not finding.p_across_arms else ""
    return f"{label}: {direction}{printed_p(finding.p, finding.p_bound)} {among}, size not printed"


def _both_arms(finding: StudyFinding) -> str:
    """The change that the same trial printed for both arms alike, where it did."""
    for change in usual_changes(finding.outcome):
        if change.kind == "both arms" and change.pmid and change.pmid == finding.pmid:
            verb = "fell" if change.value < 0 else "rose"
            return f": it {verb} by {figure(abs(change.value))} {change.unit} in both arms alike"
    return " (no figures printed)"


def _within_arm(finding: StudyFinding, label: str) -> str:
    """A before-after change, never called an effect, beside what placebo alone usually does."""
    control = {"placebo": "placebo", "no_treatment": "untreated"}.get(finding.control_role or "")
    if finding.estimate is None:
        missing = f"the {control} arm's is not printed" if control else "no comparison group"
        return f"{label} before and after only, {missing}"
    verb = "fell" if finding.estimate < 0 else "rose"
    limits = f" ({span(*_sizes(finding.ci))})" if finding.ci else ""
    told = f"{label} {verb} by {figure(abs(finding.estimate), 3)} {finding.unit}{limits}"
    if control:
        return f"{told} on magnesium; the {control} arm's change is not printed"
    return f"no placebo group: {told}" + _beside_placebo(finding, usual_changes(finding.outcome))


def _sizes(limits: tuple[float, float]) -> tuple[float, float]:
    """Limits of a change without their sign, the smaller first."""
    low, high = sorted(map(abs, limits))
    return low, high


def _beside_placebo(finding: StudyFinding, usual: tuple[UsualChange, ...]) -> str:
    placebo = next((change for change in usual if change.kind == "placebo"), None)
    if placebo is None or finding.estimate is None:
        return ", and nobody knows how much would have come without magnesium"
    verb = "a fall" if placebo.value < 0 else "a rise"
    told = f", and placebo alone usually brings {verb} of {figure(abs(placebo.value), 3)}"
    inside = finding.ci is not None and finding.ci[0] <= placebo.value <= finding.ci[1]
    return told + (": the same, so it shows nothing about magnesium" if inside else "")
