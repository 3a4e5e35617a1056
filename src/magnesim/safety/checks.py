"""The checks of a case, in the order of decision; each gives the rules that apply and never weakens another.

A check reads tables and facts of the case; which row leads to which outcome stands in `outcomes.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from magnesim.safety.case import Case
from magnesim.safety.decision import Reason, reason
from magnesim.safety.drugs import like, unknown_words
from magnesim.safety.interactions import interactions, separation
from magnesim.safety.product import holds
from magnesim.safety.rulebook import OUTCOMES, Rule, rule
from magnesim.safety.tables import rows
from magnesim.safety.words import Bounds, normalised

Check = Callable[[Case], Iterator[Reason]]

RISK_MARKERS = ("age:65", "marker:diabetes", "marker:hypertension", "marker:heart_failure")
HINT_LIKENESS = 75.0
"""A name this like is asked about; it is never taken for the one written."""
NOT_RAISED = "redflags:laboratory_value_0_96_1_05_mmol_l_about_2_3_2_6_mg_dl"
KEPT = re.compile(r"(?:keep|keeping|continue|continuing|stay on|staying on|carry on with)\b")
SOUND_EGFR = 60.0
HARMFUL = "own:dose_harmful"
EGFR_QUESTION = "What is your eGFR (kidney function, from a blood test)?"
RESTLESS_LEGS = "redflags:urge_to_move_the_legs_worse_at_rest_and_in_the_evening_eased_by_moving"
FERRITIN_ENOUGH, TSAT_ENOUGH = 75.0, 20.0
"""Iron first at ferritin 75 ug/L or less, or transferrin saturation under 20 % (PMID 39324694)."""


def given(case: Case) -> Iterator[Reason]:
    """Age and dose: without them a question, never a yes."""
    if case.person.age is None:
        yield reason(rule("own:age_missing"))
    if case.asked_mg is None:
        yield reason(rule("own:dose_missing"))


def gates(case: Case) -> Iterator[Reason]:
    """Numbers against the bands of `gates.csv`: kidney function, age, laboratory values."""
    serum = case.lab("serum_mg_mmol_l")
    if case.person.serum_mg_mmol_l is not None:
        serum = [*serum, case.person.serum_mg_mmol_l]
    values = {
        # a percentage in words may be too low to go on, and is never a measured eGFR
        "egfr": [*([] if case.egfr is None else [case.egfr]), *case.lab("kidney_percent")],
        "age": [] if case.person.age is None else [case.person.age],
        "serum_mg_mmol_l": serum,
    }
    for row in rows("gates"):
        if row["rule"].startswith(("marker:", "sign:")):
            continue  # these are tags of the case
        for value in values.get(row["quantity"], case.lab(row["quantity"])):
            if Bounds(row["minimum"], row["maximum"]).holds(value):
                found = rule(row["rule"])
                yield reason(found, "allow") if _keeps(case, found) else _by_salt(case, found)


def _keeps(case: Case, found: Rule) -> bool:
    """Whether a row that only asks not to raise the dose is kept: the dose stays, and kidneys are sound."""
    kept = found.name == NOT_RAISED and KEPT.match(normalised(case.product or "")) is not None
    return kept and case.egfr is not None and case.egfr >= SOUND_EGFR


def kidney_function_unknown(case: Case) -> Iterator[Reason]:
    """A missing eGFR never reads as normal where a risk marker is said or a medicine implies one."""
    if case.egfr is None and any(marker in case.tags for marker in RISK_MARKERS):
        found = rule("contraindications:kidney_function_unknown_with_a_risk_marker")
        yield reason(found, question=EGFR_QUESTION)
    if case.lab("creatinine_no_unit"):
        found = rule("contraindications:kidney_function_unknown_with_a_risk_marker")
        yield reason(found, question="Which unit has your creatinine: mg/dL or umol/L?")


def conditions(case: Case) -> Iterator[Reason]:
    """Rows whose words are said to be present."""
    for tag in sorted(case.tags):
        if tag.startswith(("contraindications:", "redflags:", "own:")):
            yield _by_salt(case, rule(tag))


def _by_salt(case: Case, found: Rule) -> Reason:
    """A row that speaks of certain salts or of another substance: what was not said is asked for."""
    also = holds(case.product, found.name)
    if also is not None:
        return reason(found, "refuse" if also else found.otherwise)
    if found.salts and case.compound is None:
        return reason(found, "clinician_first", question="Which magnesium salt is it, and in what form?")
    return reason(found, found.otherwise if found.spares(case.compound) else found.outcome)


def combined(case: Case) -> Iterator[Reason]:
    """Rules that need several signs together, such as two of the signs of sleep apnoea."""
    for row in rows("combined_rules"):
        if _together(case, row):
            found = rule(row["rule"])
            yield reason(found, row["outcome"] or found.outcome, question=row["question"])


def loose_stools_settled(case: Case) -> Iterator[Reason]:
    """Loose stools that are over: a restart lower than the dose that caused them is what the row says."""
    if "sign:loose_stools_settled" not in case.tags:
        return
    earlier = case.lab("loose_stools_mg")
    lower = bool(earlier) and case.total_mg is not None and case.total_mg < min(earlier)
    yield reason(rule("contraindications:diarrhoea_on_magnesium"), "allow" if lower else "clinician_first")


def unclear_magnesium_value(case: Case) -> Iterator[Reason]:
    """1.9 is normal in mg/dL and dangerous in mmol/L: no plan without the unit."""
    if case.lab("serum_mg_no_unit"):
        found = rule("redflags:laboratory_value_given_without_a_unit")
        yield reason(found, question="Which unit has your serum magnesium: mmol/L, mg/dL or mEq/L?")


def iron_before_magnesium(case: Case) -> Iterator[Reason]:
    """Restless legs: ferritin and transferrin saturation come first; values not known are asked for."""
    if "sign:restless_legs" not in case.tags:
        return
    ferritin, saturation = case.lab("ferritin_ug_l"), case.lab("tsat_percent")
    low = any(value <= FERRITIN_ENOUGH for value in ferritin) or any(
        value < TSAT_ENOUGH for value in saturation
    )
    question = "" if ferritin else "What are your ferritin and transferrin saturation (morning sample)?"
    if low or not ferritin:
        yield reason(rule(RESTLESS_LEGS), question=question)


def misspelt(case: Case) -> Iterator[Reason]:
    """What a name was read as is shown back, so that a wrong reading can be seen."""
    for drug in case.drugs:
        if drug.is_misspelt:
            found = rule("own:misspelt_name")
            yield reason(found, because=f"{drug.shown}.", question=f'Is "{drug.written}" {drug.generic}?')


def unclear_denials(case: Case) -> Iterator[Reason]:
    """What is bounded or denied twice is neither present nor absent: it is asked."""
    found = rule("own:unclear_denial")
    for part in case.parts:
        asked = [*part.reading.unclear, *(drug.written for drug in part.drugs if drug.status == "unclear")]
        for words in dict.fromkeys(asked):
            question = f'Is "{words}" so now, or not? You wrote "{part.text}".'
            yield reason(found, because=f'"{part.text}". {found.text}', question=question)


def unknown_words_left(case: Case) -> Iterator[Reason]:
    """What no table knows is a question, never a yes."""
    firing = _firing_tags(case)
    for part in case.parts:
        left = unknown_words(part.text, list(part.accounted), part.is_drugs)
        if not left:
            continue
        name = "own:unknown_drug" if part.is_drugs else "own:unknown_condition"
        if not part.is_drugs and part.reading.tags & firing:
            continue
        words = " ".join(left)
        near = sorted({nearest for word in left for nearest in like(word, HINT_LIKENESS)[:1]})
        hint = (
            f" Is it {' or '.join(near)}?"
            if near and part.is_drugs
            else " Please ask a pharmacist or doctor."
        )
        question = f'What is "{words}" in "{part.text}"?{hint}'
        yield reason(rule(name), because=f'"{words}" is not known here. {rule(name).text}', question=question)


def _firing_tags(case: Case) -> set[str]:
    """Tags behind a rule that already sends to a clinician or refuses: their part needs no question more."""
    grave = OUTCOMES[2:]
    tags = {
        tag
        for tag in case.tags
        if tag.startswith(("contraindications:", "redflags:")) and _by_salt(case, rule(tag)).severity in grave
    }
    for row in rows("combined_rules"):
        together = _together(case, row)
        if together and (row["outcome"] or rule(row["rule"]).outcome) in grave:
            tags |= together
    return tags


def _together(case: Case, row: dict[str, str]) -> set[str]:
    """The tags that make a row of `combined_rules.csv` hold; none where it does not.

    At least so many `of` its signs, and, where it names any, one of those in `and`.
    """
    signs = case.tags & set(row["of"].split(";"))
    also = case.tags & set(row["and"].split(";"))
    holds = len(signs) >= int(row["at_least"]) and (also or not row["and"])
    return set(signs | also) if holds else set()


def dose(case: Case) -> Iterator[Reason]:
    """The sum of all magnesium outside food against the limit in force."""
    total, limit = case.total_mg, case.limit
    yield from _harmful(case)
    for source in case.other_sources:
        if source.mg is None:
            because = f"{source.source}. {rule('own:other_source_unknown').text}"
            yield reason(rule("own:other_source_unknown"), because=because)
    if total is None:
        return
    added = "".join(f" + {source.source} {source.mg:g} mg" for source in case.other_sources if source.mg)
    said = f"asked {case.asked_mg:g} mg{added}: {total:g} mg a day; limit {limit.mg:g} mg ({limit.agency})"
    if total > limit.mg:
        over = rule("own:dose_above_limit")
        yield reason(over, because=f"{over.text} {said}.", source_url=limit.source_url)
        if case.other_sources:
            yield reason(rule("contraindications:second_magnesium_source_antacid_laxative_multivitamin"))
    if limit.rule:
        # The row that sets the limit is shown whether or not the dose keeps it.
        yield reason(rule(limit.rule), because=f"{said[0].upper()}{said[1:]}.")
    for source in case.other_sources:
        if source.mg is not None and not source.is_said:
            question = f"How much magnesium does {source.source} hold? {source.mg:g} mg a day is assumed."
            yield reason(
                rule("contraindications:second_magnesium_source_antacid_laxative_multivitamin"),
                "allow",
                question=question,
            )


def _harmful(case: Case) -> Iterator[Reason]:
    """From the dose on at which harm was reported nobody is sent to ask for it: it is refused."""
    found = rule(HARMFUL)
    harmful_mg = found.rows[-1]["value"]
    known_mg = (case.asked_mg or 0.0) + sum(source.mg or 0.0 for source in case.other_sources)
    if known_mg >= harmful_mg:
        because = f"{known_mg:g} mg a day outside food. {found.text} That begins at {harmful_mg:g} mg a day."
        yield reason(found, because=because)


CHECKS: tuple[Check, ...] = (
    given,
    gates,
    kidney_function_unknown,
    conditions,
    combined,
    loose_stools_settled,
    unclear_magnesium_value,
    iron_before_magnesium,
    interactions,
    misspelt,
    unclear_denials,
    unknown_words_left,
    dose,
    separation,
)
