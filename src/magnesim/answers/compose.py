"""One question, one answer: safety, what trials found, what the body does, what is not known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from magnesim.answers.alternatives import Alternative, alternatives, trials_on_alternatives
from magnesim.answers.measurements import Measurements, measurements_of
from magnesim.answers.trials import TrialSentence, name_of, trial_sentences
from magnesim.answers.words import (
    Glance,
    body_sentences,
    certainty_reasons,
    effect_words,
    glances,
    lead_words,
    verdict_words,
)
from magnesim.data import records
from magnesim.effects import Expectation, Goal, overall
from magnesim.errors import InputError
from magnesim.evidence import outcome
from magnesim.evidence.comparisons import studies
from magnesim.exposure import Mechanism, Simulation, simulate
from magnesim.exposure.simulation import person_json, regimen_json
from magnesim.figures import mid_sentence
from magnesim.intake import Day, Regimen
from magnesim.people import Person
from magnesim.plan import Plan, plan
from magnesim.safety import Decision, as_taken

NO_PLAN = ("refuse", "clinician_first")


@dataclass(frozen=True)
class Effect:
    """One outcome: the expectation, and its words."""

    expectation: Expectation
    words: str
    reasons: list[str]

    @property
    def label(self) -> str:
        """Name of the outcome."""
        return self.expectation.outcome.label

    @property
    def certainty(self) -> str:
        """Computed certainty of the evidence."""
        return self.expectation.certainty


@dataclass(frozen=True)
class Source:
    """A study, fact or page that the answer stands on."""

    study_id: str
    text: str
    doi: str | None
    pmid: str | None
    url: str | None


@dataclass(frozen=True)
class Answer:
    """Everything that terminal, page and JSON show; they lay out and add nothing.

    Attributes:
        verdict: `likely_worthwhile`, `likely_too_small`, `unknown` or `not_for_you`.
        evidence_verdict: the same without safety: what the trials alone allow to say.
        headline, lead: the answer in one sentence, and the few that follow it.
        effects: outcomes about which something is known, in the order of importance.
        unmeasured: what no usable trial measured, in a sentence, or empty.
        trials: trial by trial for this salt.
        measurements: the outcome that leads, over the weeks at which trials measured it; None where unknown.
        glances: the few figures that it comes down to; none where safety says no.
        plan: the rules' decision, and where they allow it the way up, the times and when to look back.
        body: the simulation; None for people the model does not describe.
        alternatives: the same figures for another salt, dose, portion or diet; the first is as asked.
        on_alternatives: what trials say of dose and salt.
        unknowns: what is not known and would change the answer.
    """

    question: str
    goal: Goal
    person: Person
    regimen: Regimen
    verdict: str
    evidence_verdict: str
    sign: str
    headline: str
    lead: list[str]
    effects: list[Effect]
    unmeasured: str
    trials: list[TrialSentence]
    measurements: Measurements | None
    glances: list[Glance]
    body: Simulation | None
    body_words: list[str]
    alternatives: list[Alternative]
    on_alternatives: list[str]
    plan: Plan
    mechanisms: list[Mechanism]
    unknowns: list[str]
    first: str
    sources: list[Source]

    @property
    def safety(self) -> Decision:
        """What the rules decide."""
        return self.plan.decision

    @property
    def safety_first(self) -> list[str]:
        """Reasons for which it should not be taken on one's own, the gravest first."""
        if self.safety.decision not in NO_PLAN:
            return []
        return [reason.because for reason in self.safety.reasons if reason.severity != "allow"]

    def to_json(self) -> dict[str, Any]:
        """The object of the contract `answer`."""
        return {
            "schema_version": 1,
            "question": self.question,
            "goal": self.goal.goal,
            "verdict": self.verdict,
            "evidence_verdict": self.evidence_verdict,
            "summary": " ".join([self.headline, *self.safety_first, *self.lead]),
            "assumed": [vars(item) for item in self.body.assumed] if self.body else [],
            "effects": [item.expectation.to_json() | {"summary": item.words} for item in self.effects],
            "trials": [{"study_id": item.study_id, "text": item.text} for item in self.trials],
            "by_week": self.measurements.to_json() if self.measurements else None,
            "alternatives": [item.to_json() for item in self.alternatives],
            "on_alternatives": self.on_alternatives,
            "body": self.body.to_json() if self.body else None,
            "safety": self.plan.to_json(),
            "person": person_json(self.person),
            "regimen": regimen_json(self.regimen),
            "mechanisms": [item.to_json() for item in self.mechanisms],
            "unknowns": self.unknowns,
            "first": self.first,
            "sources": [vars(item) for item in self.sources],
        }


def answer(
    person: Person,
    regimen: Regimen,
    goal: Goal,
    *,
    day: Day | None = None,
    product: str | None = None,
    seed: int = 0,
    on_build: Callable[[], None] | None = None,
) -> Answer:
    """Answer one person's question about one regimen and one goal.

    Args:
        person: as given; safety reads only what was said, the body model fills the rest.
        regimen: what would be taken.
        goal: what for.
        day: when the person eats and sleeps; what is not said is assumed and listed.
        product: what is taken, in the person's words, for rules on what else it holds.
        seed: of the draws.
        on_build: called once if the body model has to be compiled first.
    """
    planned = plan(person, regimen, goal, day=day, product=product, in_body=False)
    decision = planned.decision
    body, no_body = _body_of(person, regimen, day, seed, on_build)
    expectations = list(planned.expectations)
    known = [item for item in expectations if _says_something(item)]
    effects = [Effect(item, effect_words(item), certainty_reasons(item)) for item in known]
    trials = trial_sentences(goal, regimen.compound)
    body_words = body_sentences(body) if body else []
    trials_say = overall(expectations)
    verdict = "not_for_you" if decision.decision in NO_PLAN else trials_say
    words = verdict_words()[_said(verdict, decision)]
    mechanisms = [item for item in body.mechanisms if goal.goal in item.goals] if body else []
    leading = _leading(expectations, trials_say)
    return Answer(
        question=_question(goal, regimen),
        goal=goal,
        person=person,
        regimen=regimen,
        verdict=verdict,
        evidence_verdict=trials_say,
        sign=words["sign"],
        headline=_headline(words, goal, regimen),
        lead=[
            *_apart_from_safety(decision, _headline(verdict_words()[trials_say], goal, regimen)),
            *_lead(goal, trials, effects, body_words, regimen),
        ],
        effects=effects,
        unmeasured=_unmeasured(expectations, known),
        trials=trials,
        measurements=measurements_of(leading) if leading else None,
        glances=glances(leading, body) if planned.allowed else [],
        body=body,
        body_words=body_words,
        alternatives=alternatives(as_taken(person), regimen, day) if body and planned.allowed else [],
        on_alternatives=trials_on_alternatives(goal),
        plan=planned,
        mechanisms=mechanisms,
        unknowns=[*no_body, *_unknowns(goal, regimen, effects, trials, body)],
        first=goal.first,
        sources=_sources(effects, trials, mechanisms),
    )


def _body_of(
    person: Person, regimen: Regimen, day: Day | None, seed: int, on_build: Callable[[], None] | None
) -> tuple[Simulation | None, list[str]]:
    """The simulation, or why there is none: safety needs no model to refuse, and speaks all the same."""
    try:
        return simulate(as_taken(person), regimen, seed=seed, day=day, on_build=on_build), []
    except InputError as error:
        return None, [f"What the dose does in this body: {error.given}; {error.allowed}"]


def _leading(expectations: list[Expectation], verdict: str) -> Expectation | None:
    """The primary outcome that the verdict stands on: one of that verdict, with a scale if possible."""
    primary = [item for item in expectations if item.role == "primary" and item.estimate is not None]
    of_verdict = [item for item in primary if item.verdict == verdict]
    with_scale = [item for item in of_verdict if item.important is not None]
    return next(iter([*with_scale, *of_verdict, *primary]), None)


def _headline(words: dict[str, str], goal: Goal, regimen: Regimen) -> str:
    return words["headline"].format(Form=regimen.compound.capitalize(), goal=goal.judged_by)


def _said(verdict: str, decision: Decision) -> str:
    """Which headline a verdict gets; where only an answer is missing, the headline asks for it."""
    if verdict != "not_for_you":
        return verdict
    grave = [reason for reason in decision.reasons if reason.severity == decision.decision]
    missing = decision.decision == "clinician_first" and grave and all(reason.question for reason in grave)
    return "not_for_you_question" if missing else f"not_for_you_{decision.decision}"


def _question(goal: Goal, regimen: Regimen) -> str:
    dose = f"{regimen.elemental_mg_per_day:g} mg of magnesium as {regimen.compound} a day"
    return goal.question.format(dose=dose)


def _says_something(item: Expectation) -> bool:
    """Whether any controlled figure or stated null stands behind an outcome."""
    return item.evidence.headline.estimate is not None or bool(item.evidence.selection.silent_nulls)


def _apart_from_safety(decision: Decision, trials_headline: str) -> list[str]:
    """What the trials alone would say, where safety speaks first."""
    return [f"Apart from safety: {trials_headline}"] if decision.decision in NO_PLAN else []


def _lead(
    goal: Goal,
    trials: list[TrialSentence],
    effects: list[Effect],
    body_words: list[str],
    regimen: Regimen,
) -> list[str]:
    """The few sentences under the headline."""
    lead = _of_the_salt(goal, trials, regimen.compound)
    primary = [item for item in effects if item.expectation.role == "primary"]
    if primary:
        lead.append(lead_words(primary[0].expectation))
    if body_words:
        lead.append(body_words[0])
    return lead


def _of_the_salt(goal: Goal, trials: list[TrialSentence], compound: str) -> list[str]:
    """What stands behind this salt for this goal: its only controlled trial, its open studies, or nothing."""
    own = [item for item in trials if item.of_the_salt]
    controlled = [item for item in own if item.decisive]
    if len(controlled) == 1:
        return [f"The only controlled trial of {compound} for this in our tables: {controlled[0].text}"]
    if controlled:
        return [f"{len(controlled)} controlled trials of {compound} measured this; see below."]
    measured = " or ".join(mid_sentence(outcome(key).label) for key in goal.with_role("primary"))
    told = [f"No controlled trial of {compound} in our tables measured {measured}."]
    if own and not any(item.controlled for item in own):
        told.append(f"What there is: {own[0].text}")
    others = [item for item in trials if item.decisive]
    if len(others) == 1:
        told.append(f"The only controlled trial of any magnesium salt there: {others[0].text}")
    return told


def _unmeasured(expectations: list[Expectation], known: list[Expectation]) -> str:
    missing = [item.outcome.label for item in expectations if item not in known]
    if not missing:
        return ""
    return f"No usable controlled figures on: {', '.join(missing)}."


def _unknowns(
    goal: Goal, regimen: Regimen, effects: list[Effect], trials: list[TrialSentence], body: Simulation | None
) -> list[str]:
    """What is not known and would change the answer."""
    lines = []
    measured = " or ".join(mid_sentence(outcome(key).label) for key in goal.with_role("primary"))
    if not any(item.decisive and item.of_the_salt for item in trials):
        lines.append(
            f"Whether {regimen.compound} changes {measured}: no controlled trial of it in our tables says."
        )
    elif regimen.compound != "oxide":
        lines.append(
            f"Whether {regimen.compound} works better than another salt: no trial for this compared them."
        )
    lines.append(
        "Whether people who are low in magnesium gain more: no trial set out to test it, so “works if "
        "you are deficient” is a guess."
    )
    if effects and any(item.expectation.evidence.with_silent_nulls for item in effects):
        lines.append(
            "How large the effects in trials were that only wrote “no difference”: they printed no figures."
        )
    if body:
        lines.append(
            "How much of this dose you yourself take up: it depends on meals, gut and kidneys; see the range."
        )
        lines += [
            f"{item.label}: {item.note}"
            for item in body.mechanisms
            if goal.goal in item.goals and not item.output
        ]
    return lines


def _sources(effects: list[Effect], trials: list[TrialSentence], mechanisms: list[Mechanism]) -> list[Source]:
    """Every study behind effects, trials and mechanisms, and the facts with the pages they stand on."""
    names: dict[str, None] = {}
    for effect in effects:
        names |= dict.fromkeys(part.study_id for part in effect.expectation.evidence.headline.studies)
        names |= dict.fromkeys(null.study_id for null in effect.expectation.evidence.selection.silent_nulls)
    names |= dict.fromkeys(item.study_id for item in trials)
    names |= dict.fromkeys(name for item in mechanisms for name in item.sources)
    return [_source(name) for name in names]


def _source(name: str) -> Source:
    if name in studies():
        row = studies()[name]
        text = f"{name_of(name)}: {row['population'] or row['condition'] or row['design']}"
        return Source(name, text, row["doi"], row["pmid"], row["source_url"])
    fact = next(row for row in records("evidence", "facts") if row["fact_id"] == name)
    return Source(name, fact["statement"], fact["doi"], fact["pmid"], fact["source_url"])
