"""Where the evidence leaves an effect: rule 9's ladder, with its steps for salts and for people.

A pool decides unless its authors call it very uncertain; else the trials by their between-arm results.
Trials of the named salt, or in the people named, decide; if there are none, the rung goes one step down.
`topic_evidence.csv` holds the calls that rule and evidence leave open, with their source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from magnesim.claims.quick import QuickList, quick
from magnesim.claims.tables import rows
from magnesim.claims.verdicts.decisions import holds
from magnesim.claims.verdicts.said import Said, study_row, topic_row
from magnesim.data import records

if TYPE_CHECKING:
    from magnesim.evidence import StudyFinding

SURE = ("moderate", "high")
ONE_STEP_DOWN = {"supported": "supported_low_certainty", "supported_low_certainty": "insufficient"}


@dataclass(frozen=True)
class Rung:
    """Where evidence leaves an effect: a verdict, how sure, and the figures in a sentence."""

    verdict: str
    certainty: str
    because: str


@dataclass(frozen=True)
class Leading:
    """What leads on an outcome: its certainty, estimate, interval, kind of source and number of studies."""

    certainty: str
    estimate: float | None
    interval: tuple[float, float] | None
    source: str
    k: int

    @property
    def ends(self) -> str:
        """The interval in words, or empty."""
        return f"{self.interval[0]:.2g} to {self.interval[1]:.2g}" if self.interval else ""

    @property
    def level(self) -> str:
        """The certainty in words."""
        return f"{_words(self.certainty)} certainty"


def _words(level: str) -> str:
    return level.replace("_", " ")


# ---------------------------------------- what the studies found


@cache
def _findings(outcome: str) -> tuple[StudyFinding, ...]:
    from magnesim.evidence import findings

    return tuple(findings(outcome))


@cache
def _lower_is_better(outcome: str) -> bool:
    row = next((o for o in records("evidence", "outcomes") if o["outcome"] == outcome), None)
    return row is None or row["better_direction"] != "higher"


@cache
def leading(outcome: str) -> Leading:
    """What leads on an outcome."""
    from magnesim.evidence import evidence_for

    found = evidence_for(outcome)
    ci, headline = found.headline.ci, found.headline
    interval = (float(ci[0]), float(ci[1])) if ci is not None else None
    return Leading(found.certainty.level, headline.estimate, interval, headline.source, headline.k)


def certainty(said: Said) -> str:
    """How sure the evidence on the topic's first outcome is, or what the table settles."""
    outcome = said.row["outcomes"].split(";", 1)[0]
    return said.row["certainty"] or (leading(outcome).certainty if outcome else "very_low")


@cache
def figures(outcomes: str) -> str:
    """The headline on the first outcome that has one: effect, interval, trials, certainty."""
    for outcome in filter(None, outcomes.split(";")):
        lead = leading(outcome)
        if lead.estimate is not None and lead.ends and lead.source != "none":
            trials = "1 trial" if lead.k == 1 else f"{lead.k} trials"
            return f"{outcome}: {lead.estimate:.2g} ({lead.ends}), {trials}, {lead.level}."
    return ""


@cache
def widest(outcome: str) -> float:
    """The largest change that the interval of any pool, or of the headline, still holds."""
    intervals = [f.ci for f in _findings(outcome) if f.kind == "pool" and f.measure == "md" and f.ci]
    intervals += [lead] if (lead := leading(outcome).interval) else []
    return max((abs(end) for interval in intervals for end in interval), default=0.0)


def _sign(finding: StudyFinding, lower_is_better: bool) -> int | None:
    """1 in favour between arms, 0 nothing between arms, None where it cannot be told."""
    if finding.kind == "silent_null":
        return 0
    if finding.ci is not None and finding.estimate is not None:
        low, high = finding.ci
        if lower_is_better:
            return int(finding.estimate < 0 and high <= 0)
        return int(finding.estimate > 0 and low >= 0)
    if finding.p is not None and finding.p > 0.05:
        return 0
    return {"yes": 1, "no": 0, "neutral": 0}.get(finding.favours_magnesium)


@cache
def signs_of(
    outcomes: str, form: str | None = None, study_id: str | None = None, people: str = ""
) -> tuple[int, ...]:
    """Between-arm results of the blinded or placebo-controlled trials on these outcomes, one a trial.

    Args:
        outcomes: keys, parted by semicolons.
        form: only trials of this salt.
        study_id: only this trial.
        people: only trials whose people fit this pattern.
    """
    signs: list[int] = []
    for outcome in filter(None, outcomes.split(";")):
        for finding in _findings(outcome):
            controlled = finding.control_role in ("placebo", "active_control")
            if finding.kind not in ("between_arms", "silent_null") or not controlled:
                continue
            if (form and form not in finding.compounds) or (study_id and finding.study_id != study_id):
                continue
            if people and not _is_in(finding.study_id, people):
                continue
            sign = _sign(finding, _lower_is_better(outcome))
            signs += [] if sign is None else [sign]
    return tuple(signs)


@cache
def printed_in_favour(outcomes: str, study_id: str | None) -> bool:
    """Whether a study prints a p up to 0.05 in favour, even where an interval worked out of it is wider."""
    return any(
        row["study_id"] == study_id
        and row["outcome"] in outcomes.split(";")
        and row["effect_type"] != "within_md"
        and row["favours_magnesium"] == "yes"
        and row["p_value"] is not None
        and row["p_value"] <= 0.05
        and row["p_bound"] != "gt"
        for row in records("evidence", "contrasts")
    )


def _is_in(study_id: str, people: str) -> bool:
    """Whether a study was in people that fit a pattern."""
    study = study_row(study_id) or {}
    described = " ".join(str(study.get(key) or "") for key in ("condition", "population", "menopause"))
    return re.search(people, described.lower()) is not None


@cache
def _any_study(outcomes: str, form: str | None) -> bool:
    """Whether any study of people measured it, controlled or not."""
    every = (f for outcome in filter(None, outcomes.split(";")) for f in _findings(outcome))
    return any(f.design not in ("animal", "in_vitro") and (not form or form in f.compounds) for f in every)


# ---------------------------------------- the rungs


@cache
def rung(topic: str, form: str, people: str) -> Rung:
    """What evidence leaves of an effect for a salt (or `any`) and a group (or empty)."""
    row = topic_row(topic)
    if row["verdict"]:
        base = Rung(row["verdict"], row["certainty"] or "very_low", row["why"].rstrip("."))
    else:
        base = _computed(row["outcomes"])
    if form != "any":
        base = _of_salt(row, base, form)
    return _of_people(row, base, people) if people else base


@cache
def _parts_of(topic: str) -> tuple[dict[str, str], ...]:
    return tuple(row for row in rows("verdicts/topic_evidence") if row["part_of"] == topic)


def ladder(said: Said) -> Rung:
    """The rung of the topic, or of the part of it that the words name."""
    parts = _parts_of(said.labels.topic)
    topic = next((row["topic"] for row in parts if holds(row["part_if"], said)), said.labels.topic)
    return rung(topic, said.labels.form, _people(said))


@cache
def _computed(outcomes: str) -> Rung:
    """The ladder with no salt and no group named: a pool decides, else the trials."""
    first = outcomes.split(";", 1)[0]
    if not first:
        return Rung("insufficient", "very_low", "No study in the tables measured it")
    lead = leading(first)
    pooled = lead.source == "published_pool" or (lead.source == "trials" and lead.k > 1)
    if pooled and lead.interval is not None and lead.estimate is not None:
        good = lead.interval[1] < 0 if _lower_is_better(first) else lead.interval[0] > 0
        told = f"pooled {lead.estimate:.2g} ({lead.ends}), {lead.k} trials, {lead.level}"
        return Rung(_in_favour(lead.certainty) if good else "not_supported", lead.certainty, told)
    return _from_signs(signs_of(outcomes), lead.certainty, _any_study(outcomes, None))


def _in_favour(level: str) -> str:
    return "supported" if level in SURE else "supported_low_certainty"


def _from_signs(signs: tuple[int, ...], level: str, measured: bool) -> Rung:
    if not signs:
        why = "only uncontrolled studies" if measured else "no study in the tables measured it"
        return Rung("insufficient", "very_low", why)
    count = f"{sum(signs)} of {len(signs)} controlled results in favour, {_words(level)} certainty"
    if 1 in signs and 0 in signs:
        return Rung("mixed", level, count)
    return Rung(_in_favour(level) if 1 in signs else "not_supported", level, count)


def _of_salt(row: dict[str, str], base: Rung, form: str) -> Rung:
    """Trials of the named salt decide; if there are none, one step down."""
    if settled := _settled(row["by_form"], form):
        return Rung(settled, "low", f"what is known of {form}: {row['why'].rstrip('.')}")
    if signs := signs_of(row["outcomes"], form):
        own = _from_signs(signs, "low", True)
        return base if own.verdict == base.verdict else own
    if row["outcomes"] and _any_study(row["outcomes"], form) and base.verdict in ONE_STEP_DOWN:
        return Rung("insufficient", "very_low", f"{form} has only uncontrolled studies")
    return _borrowed(base, f"no trial of {form}; borrowed from other salts")


def _of_people(row: dict[str, str], base: Rung, people: str) -> Rung:
    """Trials in the people named decide; if there are none, one step down."""
    if settled := _settled(row["by_people"], people):
        level = "moderate" if people == "normal_pressure" else "low"
        return Rung(settled, level, f"in these people: {row['why'].rstrip('.')}")
    if people in row["own_people"].split(";") or people == "normal_pressure":
        return base
    described = next(group["studies"] for group in rows("verdicts/people") if group["people"] == people)
    if described and signs_of(row["outcomes"], people=described):
        return base
    return _borrowed(base, "no trial in these people; borrowed")


def _borrowed(base: Rung, from_where: str) -> Rung:
    """One step down, for evidence of another salt or other people."""
    lower = ONE_STEP_DOWN.get(base.verdict, base.verdict)
    return Rung(lower, "low", f"{from_where}: {base.because}")


def _settled(cell: str, key: str) -> str:
    """The verdict of one key in a cell such as `citrate:mixed;oxide:insufficient`, or empty."""
    return dict(part.split(":", 1) for part in cell.split(";") if part).get(key, "")


@cache
def _groups() -> QuickList[str]:
    return QuickList((quick(rf"\b(?:{row['words']})"), row["people"]) for row in rows("verdicts/people"))


def _people(said: Said) -> str:
    """The first group named, or empty."""
    return next((name for _, name in _groups().found(said.text)), "")
