"""Rule 3, citations: a source credited in the running text.

Wrong species, design or topic: refuted; not found: not supported; overstated with a null or opposite source:
refuted; other overstatements go on to rules 4-9 with the stretched content. A faithful report is supported if
the source is a guideline, of low risk of bias or moderate certainty, or only described; `mechanism_only` if
animal work is said to be so; else it is of low certainty.
"""

from __future__ import annotations

from magnesim.claims.labels import Verdict
from magnesim.claims.verdicts.ladder import SURE, certainty, printed_in_favour, signs_of
from magnesim.claims.verdicts.said import Said, say, study_row


def cited(said: Said) -> Verdict | None:
    """The verdict on a citation, None where its content decides."""
    if said.labels.kind != "citation":
        return None
    problem, because = said.citation.problem, said.citation.because
    if problem in ("wrong_species", "wrong_design", "wrong_topic"):
        return say(said, "refuted", because or "The source does not show what it is credited with.")
    if problem == "not_found":
        return say(said, "not_supported", because or "No such study is in the tables.")
    if problem == "overstated" and _is_contrary(said):
        return say(said, "refuted", because or "The source found no such benefit.")
    return _faithful(said) if problem == "none" else None


def _faithful(said: Said) -> Verdict:
    study = study_row(said.citation.study_id or "") or {}
    design, bias = str(study.get("design", "")), str(study.get("risk_of_bias", ""))
    animals = design in ("animal", "in_vitro") or (not study and said.says("animals"))
    if animals and not said.negated:
        because = "A faithful report, of animals or cells: not of people who take magnesium."
        return say(said, "mechanism_only", because)
    pool = design == "meta_analysis" and certainty(said) in SURE
    described = said.labels.direction == "unclear"
    authority = not study and said.says("authority_or_survey")
    if design == "guideline" or bias == "low" or pool or described or authority:
        return say(said, "supported", "A faithful report of a sound source.")
    because = f"A faithful report; {bias or 'some'} risk of bias or a small study."
    return say(said, "supported_low_certainty", because)


def _is_contrary(said: Said) -> bool:
    """Whether the cited study found nothing, or the opposite, on what is claimed."""
    if said.labels.kind == "status" or said.denied:
        return False
    if said.citation.contrary:
        return True
    study = said.citation.study_id
    signs = signs_of(said.row["outcomes"], study_id=study)
    return bool(signs) and 1 not in signs and not printed_in_favour(said.row["outcomes"], study)
