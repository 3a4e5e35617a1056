"""Every safety rule by its stable name: the row it stands on, and what it leads to.

A name is the table and the slug of the row's key, such as `contraindications:severe_kidney_impairment`.
`outcomes.csv` says what each row of the curated tables leads to, and why; `own_rules.csv` holds the few
rules that have no row there (age missing, unknown drug).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from magnesim.data import records
from magnesim.errors import InputError
from magnesim.safety.tables import rows

OUTCOMES = ("allow", "allow_with_separation", "clinician_first", "refuse")
"""From the most to the least permissive; of all that apply, the last in this order is the decision."""

HELP_NOW = "Please get help now"
LEAD = {
    "refuse": "Not suitable for you now",
    "clinician_first": "Ask your doctor or pharmacist first",
    "allow_with_separation": "Keep a gap",
    "allow": "Good to know",
}


@dataclass(frozen=True)
class Rule:
    """A rule, as `magnesim why` shows it.

    Attributes:
        name: table and slug of the row's key.
        text: the rule in plain words.
        outcome: what it leads to when it applies, one of `OUTCOMES`.
        routes: `oral` where it holds only for what is swallowed, `systemic` or empty otherwise.
        salts: the salts that it holds for; empty for all.
        when: a comparison that must hold, such as `months>=10`; empty for always.
        otherwise: the outcome where salt or comparison is known not to hold.
        implies: the risk marker that taking the medicine implies, or empty.
        why: why the row leads to this outcome.
        question: what to ask where it applies.
        finding: the text without what to do about it.
        help: what to do at once where it refuses because of an emergency; else empty.
        rows: the source rows.
    """

    name: str
    text: str
    outcome: str
    routes: str = ""
    salts: tuple[str, ...] = ()
    when: str = ""
    otherwise: str = ""
    implies: str = ""
    why: str = ""
    question: str = ""
    finding: str = ""
    help: str = ""
    rows: tuple[dict[str, Any], ...] = field(default=(), repr=False)

    def spares(self, compound: str | None) -> bool:
        """Whether the rule is known not to hold for this salt; a salt not said is never spared."""
        return bool(self.salts) and compound is not None and compound not in self.salts

    @property
    def source_url(self) -> str:
        """The addresses that carry the rule; empty where the rule is ours."""
        return " ; ".join(dict.fromkeys(row["source_url"] for row in self.rows if row.get("source_url")))


def slug(text: str) -> str:
    """A key in plain words as the end of a rule's name."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def rule(name: str) -> Rule:
    """The rule of that name.

    Raises:
        InputError: no rule has this name.
    """
    found = rulebook().get(name)
    if found is None:
        raise InputError(
            f'rule "{name}"',
            "a name as a decision prints it is allowed.",
            "contraindications:severe_kidney_impairment",
        )
    return found


@cache
def rulebook() -> dict[str, Rule]:
    """All rules by name."""
    source = dict(_curated())
    outcomes = {row["rule"]: row for row in rows("outcomes")}
    _refuse_unequal(source.keys(), outcomes.keys())
    book = {name: _from_row(name, source[name], outcomes[name]) for name in source}
    book |= {row["rule"]: _own(row) for row in rows("own_rules")}
    book |= {limit.name: limit for limit in _limits()}
    for row in rows("emergencies"):
        book[row["rule"]] = replace(book[row["rule"]], help=row["help"])
    return book


def _refuse_unequal(curated: Set[str], decided: Set[str]) -> None:
    """A row of the tables without an outcome, or the other way round, is told by its name."""
    for names, lacks in (
        (curated - decided, "has no row in safety/outcomes.csv"),
        (decided - curated, "stands in safety/outcomes.csv and in no safety table"),
    ):
        if names:
            raise InputError(
                f"the safety rule {', '.join(sorted(names))}",
                f"{lacks}; each rule needs both.",
                "contraindications:pregnancy,clinician_first,,,,,,an only_with_clinician row",
            )


def _own(row: dict[str, str]) -> Rule:
    """A rule without a row in the curated tables; where it rests on a fact, that is its source."""
    facts = [fact for fact in records("safety", "facts") if fact["key"] == row["fact"]]
    return Rule(
        row["rule"],
        row["text"],
        row["outcome"],
        why="ours" + "".join(f", on the fact {fact['key']}: {fact['statement']}" for fact in facts),
        question=row["question"],
        finding=row["text"],
        rows=(row, *facts),
    )


def _curated() -> Iterator[tuple[str, dict[str, Any]]]:
    for row in records("safety", "contraindications"):
        yield f"contraindications:{slug(row['condition'])}", row
    for row in records("safety", "interactions"):
        yield f"interactions:{slug(row['drug_or_class'])}", row
    signs = Counter(row["sign"] for row in records("safety", "redflags"))
    for row in records("safety", "redflags"):
        band = f" {row['serum_mg_range']}" if signs[row["sign"]] > 1 and row["serum_mg_range"] else ""
        yield f"redflags:{slug(row['sign'] + band)}", row


def _from_row(name: str, row: dict[str, Any], outcome: dict[str, str]) -> Rule:
    return Rule(
        name=name,
        text=_text(row),
        outcome=outcome["outcome"],
        routes=outcome["routes"],
        salts=tuple(filter(None, outcome["salts"].split(";"))),
        when=outcome["when"],
        otherwise=outcome["otherwise"],
        implies=outcome["implies"],
        why=outcome["why"],
        finding=f"{row['sign']}: may mean {row['what_it_may_mean']}." if "sign" in row else _text(row),
        rows=(row,),
    )


def _text(row: dict[str, Any]) -> str:
    if "condition" in row:
        return f"{row['condition']} ({row['threshold'] or 'any'}): {row['why']}."
    if "sign" in row:
        return f"{row['sign']}: may mean {row['what_it_may_mean']}; {row['action']}."
    return f"{row['drug_or_class']}: {interaction_text(row)}"


def interaction_text(row: dict[str, Any]) -> str:
    """What a row of the interactions says of any of its medicines."""
    return f"{row['effect']}. {row['action_in_our_words']}"


def limit_name(row: dict[str, Any]) -> str:
    """The rule name of a row of the dosing table."""
    age = "" if row["age_low"] is None else f" {row['age_low']:g}"
    return f"dosing:{slug(row['agency'] + ' ' + row['life_stage'] + ' ' + row['sex'] + age)}"


def _limits() -> Iterator[Rule]:
    for row in records("safety", "dosing"):
        limit = row["ul_supplement_mg"]
        shown = "no limit for magnesium outside food" if limit is None else f"{limit:g} mg a day outside food"
        group = f"{row['life_stage']}, {row['sex']}" if row["sex"] != "both" else row["life_stage"]
        yield Rule(limit_name(row), f"{row['agency']}, {group}: {shown}.", "allow", rows=(row,))
