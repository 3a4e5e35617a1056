"""Section 5, problems 5-7: a study told as of other species, of another design, or on another topic.

Every check takes the study, the text and its labels and returns what is wrong in a sentence, or nothing.
"""

from __future__ import annotations

import re

from magnesim.claims.citations.details import study_counts
from magnesim.claims.citations.studies import Study, design_names, designs, is_open, measures
from magnesim.claims.citations.words import affirmed, spotted
from magnesim.claims.labels import Labels
from magnesim.claims.tables import rows

_OF_TRIALS = re.compile(r"(?:[\w-]{1,40} ){0,2}(?:trials|studies|RCTs|experiments)\b", re.IGNORECASE)
"""What a pool may be made of."""


def species_problem(study: Study, text: str, _labels: Labels) -> str:
    """What is wrong if animals or cells are told as people."""
    if study.design in designs("not_people") and not spotted("animals", text):
        who = re.split(r"[,(]", str(study.row["population"] or "animals"))[0].strip()
        return f"{study.name} is {design_names()[study.design]} ({who}); no person took part."
    return ""


def design_problem(study: Study, text: str, _labels: Labels) -> str:
    """What is wrong if a study is told to be of a design that it is not."""
    told = f"{study.name} is {design_names()[study.design]}"
    return (
        _kind_problem(study, text, told)
        or _masking_problem(study, text, told)
        or _mixture_problem(study, text)
        or _count_problem(study, text)
    )


def _kind_problem(study: Study, text: str, told: str) -> str:
    """A trial called a pool, a pool called a trial, or a survey taken for either."""
    watched = study.design in ("cross_sectional", "cohort")
    trial = study.design in designs("trial")
    if (watched or trial or study.design in ("balance", "kinetic", "case_report")) and affirmed("pool", text):
        return f"{told}, not a review or pool."
    single = _OF_TRIALS.sub(" ", text)
    if study.design in designs("pool") and spotted("trial", single) and not spotted("pool", text):
        return f"{told}, not a trial of its own."
    if watched and spotted("trial", text):
        return f"{told}; nobody was given anything by chance."
    if trial and affirmed("watched", text):
        return f"{told}, not a survey or cohort."
    return ""


def _masking_problem(study: Study, text: str, told: str) -> str:
    """An open study called blinded, or one without a draw called randomised."""
    if is_open(study) and affirmed("masked", text):
        open_study = told if study.design == "open_label" else f"{study.name} was open"
        return f"{open_study}: it had no masked placebo."
    if study.design == "open_label" and affirmed("randomised", text):
        return f"{told}, not a randomised trial."
    return ""


def _mixture_problem(study: Study, text: str) -> str:
    """A combination told as magnesium alone."""
    given = [arm for arm in study.arms if arm["role"] != "placebo" and arm["compound"] != "none"]
    added = {str(arm["cointervention"]) for arm in given if arm["cointervention"]}
    mixed = given and all(arm["cointervention"] for arm in given)
    if not mixed or any(spotted("usual_care", item) for item in added):
        return ""
    words = {word for item in added for word in re.findall(r"[A-Za-z]\w+", item)}
    words |= {"combin", "plus", "with", "add"}
    if any(re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE) for word in words):
        return ""
    return f"{study.name} gave magnesium together with {sorted(added)[0]}, not alone."


def _count_problem(study: Study, text: str) -> str:
    """More studies claimed than a review holds."""
    if study.design not in designs("pool"):
        return ""
    held = study_counts(str(study.row["population"] or ""))
    said = study_counts(text)
    if held and said and max(said) > max(held):
        return f"{study.name} counts {max(held):g} studies, not {max(said):g}."
    return ""


def topic_problem(study: Study, text: str, labels: Labels) -> str:
    """What is wrong if a study did not measure what it is cited for, or a guideline is silent on it."""
    silent = next((row for row in rows("citations/silent_guidelines") if row["study_id"] == study.id), None)
    if silent and not spotted("denies_mention", text) and labels.strength != "negated":
        return f"{study.name} {silent['because']}."
    if measures(study, labels.topic):
        return ""
    about = str(study.row["population"] or "other people").rstrip(".")
    shown = ", ".join(sorted(study.measured)[:3]).replace("_", " ") or about
    return f"{study.name} does not measure {labels.topic.replace('_', ' ')}; it is about {shown}."
