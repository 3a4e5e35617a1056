"""Whether a person may take a dose on their own: rules as data, and an engine that fails closed.

It informs and does not replace a clinician. No rule lives in code that has a row in a table.
"""

from magnesim.safety.decision import Decision, Intake, Reason
from magnesim.safety.engine import decide
from magnesim.safety.limits import Limit, limit_in_force
from magnesim.safety.reading import as_taken, drugs_taken
from magnesim.safety.rulebook import Rule, rule, rulebook

__all__ = [
    "Decision",
    "Intake",
    "Limit",
    "Reason",
    "Rule",
    "as_taken",
    "decide",
    "drugs_taken",
    "limit_in_force",
    "rule",
    "rulebook",
]
