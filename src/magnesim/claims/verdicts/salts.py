"""Rule 7 for salts: which is taken up better, which dissolves, how much of it is magnesium.

`comparisons.csv` holds what human studies found of one salt against another, `salts.csv` the words for salts;
elemental shares and solubilities are chemistry and come from the evidence tables.
"""

from __future__ import annotations

import re
from functools import cache

from magnesim.claims.labels import Verdict
from magnesim.claims.quick import QuickList, quick
from magnesim.claims.tables import rows
from magnesim.claims.verdicts.contradicted import within
from magnesim.claims.verdicts.decisions import decide
from magnesim.claims.verdicts.said import Said, say, sentence
from magnesim.data import records

HARDLY_SOLUBLE = 1.0
"""g/100 mL; a salt of which less dissolves is called hardly soluble (assumption)."""
MIDDLING_SHARE = 0.25
"""Elemental share above which a salt is said to hold much magnesium where no other is named (assumption)."""
_SAME_SALT = {"bisglycinate": "glycinate", "citrate_mono": "citrate"}


@cache
def _salt_words() -> QuickList[str]:
    return QuickList((quick(row["words"]), row["salt"]) for row in rows("verdicts/salts"))


# ---------------------------------------- uptake


def uptake(said: Said) -> Verdict | None:
    """Which salt is taken up better, or dissolves better."""
    if said.says("dissolves") and not said.says("absorbed"):
        return _solubility(said)
    return _denied(said) or decide("bioavailability_by_form", said) or _compared(said)


REVERSED = {
    "supported": "refuted",
    "supported_low_certainty": "not_supported",
    "not_supported": "supported_low_certainty",
    "refuted": "supported",
}
"""What denying that one salt is ahead of another is worth, by what saying so is."""


def _denied(said: Said) -> Verdict | None:
    """One salt said not to be ahead of another."""
    pair = _ranked(said, "increases")
    if not said.denied or not all(pair) or not said.says("better"):
        return None
    found = next((row for row in rows("verdicts/comparisons") if (row["ahead"], row["behind"]) == pair), None)
    if found is None:
        return None
    verdict = REVERSED.get(found["verdict"], found["verdict"])
    return say(said, verdict, sentence(found["because"]))


def _compared(said: Said) -> Verdict:
    """What human studies found of the two salts named."""
    pair = _ranked(said, said.labels.direction)
    found = next((row for row in rows("verdicts/comparisons") if (row["ahead"], row["behind"]) == pair), None)
    if found is None:
        return say(said, "insufficient", "No human study in the tables compares them.")
    return say(said, found["verdict"], sentence(found["because"]))


def _ranked(said: Said, direction: str) -> tuple[str, str]:
    """The salt said to be ahead and the one behind; empty where not named."""
    text, form = said.text, said.labels.form
    places = sorted((found.start(), salt) for found, salt in _salt_words().found(text))
    order = [salt for _, salt in places]
    subject = form if form in order or not order else order[0]
    classes = ("organic", "inorganic") if len(order) > 2 else ()
    other = next((salt for salt in order if salt != subject and salt not in classes), "")
    if direction in ("increases", "improves"):
        return subject, other
    behind = direction in ("decreases", "worsens") or said.says("behind")
    return (other, subject) if behind else (subject, other)


# ---------------------------------------- solubility


@cache
def _solubilities() -> dict[str, float]:
    """Grams that dissolve in 100 mL of water, by salt."""
    found: dict[str, float] = {}
    for row in records("evidence", "facts"):
        match = re.fullmatch(r"bioavailability\.chem\.(\w+)\.solubility", str(row["fact_id"]))
        if match and row["value"] is not None:
            found[_SAME_SALT.get(match[1], match[1])] = float(row["value"])
    return found


def _solubility(said: Said) -> Verdict:
    """Two salts compared, or one called soluble or not."""
    known, salt = _solubilities(), said.labels.form
    subject, other = _ranked(said, "unclear")
    if subject in known and other in known:
        right = (known[subject] > known[other]) != said.denied
        because = f"Solubility {known[subject]:g} against {known[other]:g} g/100 mL."
        return say(said, "supported" if right else "refuted", because)
    if salt not in known:
        return say(said, "insufficient", "No solubility of it is in the tables.")
    right = (known[salt] < HARDLY_SOLUBLE) == said.says("hardly_dissolves")
    return say(said, "supported" if right else "refuted", f"Its solubility is {known[salt]:g} g/100 mL.")


# ---------------------------------------- elemental content


@cache
def elemental_shares() -> dict[str, tuple[float, float]]:
    """Lowest and highest elemental share of each salt over its variants."""
    shares: dict[str, list[float]] = {}
    for row in records("evidence", "compounds"):
        if row["elemental_fraction"] is not None:
            shares.setdefault(str(row["compound"]), []).append(float(row["elemental_fraction"]))
    shares.setdefault("glycinate", []).extend(shares.get("bisglycinate", []))
    for row in rows("verdicts/salts"):
        shares.setdefault(row["salt"], []).extend(float(row[key]) for key in ("least", "most") if row[key])
    return {salt: (min(values), max(values)) for salt, values in shares.items() if values}


def content(said: Said) -> Verdict | None:
    """The elemental share of a salt, by chemistry."""
    form, shares = said.labels.form, elemental_shares()
    if said.says("absorbed") and not said.says("holds_magnesium") and not said.numbers:
        return uptake(said)
    if form not in shares:
        return decide("elemental_content", said)
    stated = _stated_share(said)
    if stated is None:
        return _content_ranked(said, shares)
    low, high = shares[form]
    right = within(stated, low, high) != said.negated
    because = f"By chemistry {low:.0%} to {high:.0%} of it is magnesium."
    return say(said, "supported" if right else "refuted", because)


def _stated_share(said: Said) -> float | None:
    """The share told in percent, or as one mass in another."""
    if percents := said.values("%"):
        return percents[0] / 100
    masses = sorted(n.value * (1000 if n.unit == "g" else 1) for n in said.numbers if n.unit in ("mg", "g"))
    return masses[0] / masses[-1] if len(masses) > 1 else None


def _content_ranked(said: Said, shares: dict[str, tuple[float, float]]) -> Verdict:
    """A salt said to hold more or less than others."""
    form, less = said.labels.form, said.says("less_content")
    others = (salt for _, salt in _salt_words().found(said.text) if salt != form)
    named = next((salt for salt in others if salt in shares), None)
    middle = shares[named][1] if named else MIDDLING_SHARE
    if not less and (said.says("superlative") or said.says("most")):
        ahead = shares[form][1] >= max(high for _, high in shares.values())
    else:
        ahead = shares[form][1] > middle
    right = (ahead != less) != said.negated
    because = f"By chemistry about {shares[form][1]:.0%} of it is magnesium."
    return say(said, "supported" if right else "refuted", because)
