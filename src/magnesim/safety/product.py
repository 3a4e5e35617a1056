"""What a product holds besides magnesium, as a person writes it, for the rules that turn on it.

`chewable with sorbitol`, `capsules without sweetener`: which rule looks at which substance stands in
`substances.csv`. The words are taken out before the dose is read, since they say nothing of the amount.
"""

from __future__ import annotations

import re
from functools import cache

from magnesim.safety.tables import rows
from magnesim.safety.words import normalised

_WITH = r"(?:sweetened with|flavou?red with|with|containing|contains|made with)"
_WITHOUT = r"(?:without|free (?:of|from)|no|not containing|has no|contains no)(?: any| added)?"
_LINK = r"(?: and | or |, (?:and |or )?|/)(?:no )?"


def holds(product: str | None, rule: str) -> bool | None:
    """Whether a product holds what a rule speaks of; None where that is not said.

    Args:
        product: as a person writes it.
        rule: name of a rule of `substances.csv`; any other gives None.
    """
    row = next((one for one in rows("substances") if one["rule"] == rule), None)
    if product is None or row is None:
        return None
    text = normalised(product)
    said = _absent().sub(" ", text)
    if re.search(rf"\b(?:{row['holds']})\b", said):
        return True
    absent = " ".join(match[0] for match in _absent().finditer(text))
    return False if row["free_of"] and re.search(rf"\b(?:{row['free_of']})\b", absent) else None


def without_substances(dose: str) -> str:
    """The words of a dose without what they say of other substances."""
    plain = re.sub(r"\s+", " ", dose)
    for pattern in (_absent(), _present()):
        plain = pattern.sub(" ", plain)
    return re.sub(r"\s*,(?:\s*,)*\s*", ", ", " ".join(plain.split())).strip(" ,")


@cache
def _substance() -> str:
    every = "|".join(filter(None, (row[name] for row in rows("substances") for name in ("holds", "free_of"))))
    return rf"(?:{every})"


@cache
def _absent() -> re.Pattern[str]:
    """`without sweetener`, `no sorbitol or sucrose`, `aspartame-free`, `unsweetened`."""
    one = _substance()
    return re.compile(
        rf"\b{_WITHOUT} {one}(?:{_LINK}{one})*\b|\b{one}[ -]free\b|\bun(?:sweetened|flavou?red)\b|\bplain\b",
        re.I,
    )


@cache
def _present() -> re.Pattern[str]:
    """`with sorbitol`, `containing sorbitol and sucrose`."""
    one = _substance()
    return re.compile(rf"\b{_WITH} {one}(?:{_LINK}{one})*\b", re.I)
