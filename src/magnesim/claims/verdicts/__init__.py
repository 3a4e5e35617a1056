"""What of a claim holds: the rules of verdict in their order, over the evidence and the tables that ship.

A verdict says what the curated evidence supports. The first rule that fits decides, so a dangerous sentence
is called unsafe before anyone asks whether it is true. Each module holds one rule and opens with it; words,
decision lists and settled calls are tables beside them. All else is computed from the studies.
"""

from __future__ import annotations

from collections.abc import Callable

from magnesim.claims.labels import Citation, Labels, Verdict
from magnesim.claims.verdicts.cited import cited
from magnesim.claims.verdicts.contradicted import absolute, figures_checked, state_of_evidence
from magnesim.claims.verdicts.dose import dose
from magnesim.claims.verdicts.effect import effect
from magnesim.claims.verdicts.eu import eu_wording
from magnesim.claims.verdicts.facts import fact
from magnesim.claims.verdicts.mechanism import mechanism
from magnesim.claims.verdicts.said import Said, read
from magnesim.claims.verdicts.unsafe import unsafe, unsafe_advice


def not_judged(said: Said) -> Verdict | None:
    """Rule 1: praise, advice and what is no claim."""
    if said.labels.kind == "promotional":
        return Verdict("promotional", "Praise or a call to buy: nothing in it can be checked.")
    if said.labels.kind == "advice" and (danger := unsafe_advice(said)):
        return danger
    if said.labels.kind in ("advice", "not_a_claim"):
        return Verdict("not_checkable", "It states no fact about magnesium that could be checked.")
    return None


RULES: tuple[Callable[[Said], Verdict | None], ...] = (
    not_judged,
    unsafe,
    cited,
    state_of_evidence,
    figures_checked,
    absolute,
    eu_wording,
    dose,
    fact,
    mechanism,
)
"""In the order in which they are asked; where none of them fits, the effect ladder decides."""


def verdict_of(text: str, labels: Labels, citation: Citation) -> Verdict:
    """What of a claim holds.

    Args:
        text: the claim as written.
        labels: what it says: kind, topic, salt, direction, strength.
        citation: the source it names and what is wrong with it.
    """
    said = read(text, labels, citation)
    return next((verdict for rule in RULES if (verdict := rule(said))), None) or effect(said)
