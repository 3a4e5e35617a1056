"""The medicines that a sentence names, each with its row of the interaction table."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from magnesim.claims.quick import QuickList, quick
from magnesim.claims.tables import rows
from magnesim.data import records
from magnesim.safety.tables import rows as safety_rows

Row = dict[str, Any]
_MINERALS = ("calcium, large", "zinc", "other magnesium", "iron by mouth")
"""How the rows begin that are no medicines; they come after all medicines."""


@lru_cache(maxsize=16)
def drugs_in(text: str) -> tuple[Row, ...]:
    """The rows of the interaction table that a lower-case sentence speaks of, the first one leading."""
    found = [row for _, row in _drug_words().found(text)]
    return tuple(sorted(found, key=lambda row: str(row["drug_or_class"]).startswith(_MINERALS)))


def lowers(row: Row) -> bool:
    """Whether medicine or magnesium becomes less by the interaction."""
    less = re.search(r"less|lower|reduc|fell|loss|fail|hardly", str(row["effect"]))
    return row["severity"] == "depletes_mg" or less is not None


@cache
def _drug_words() -> QuickList[Row]:
    """Generic names, the words of the classes, and everyday words."""
    table = records("safety", "interactions")
    by_rule = {f"interactions:{_slug(row['drug_or_class'])}": row for row in table}
    by_name = {str(row["drug_or_class"]): row for row in table}
    generic = [("|".join(names), row) for row in table if (names := _generic_names(row))]
    classes = [
        (entry["words"], by_rule[entry["rule"]])
        for entry in safety_rows("drug_classes")
        if entry["rule"] in by_rule and "magnesium" not in entry["rule"]
    ]
    everyday = [
        (entry["words"], by_name[entry["drug_or_class"]])
        for entry in rows("verdicts/everyday_drugs")
        if entry["drug_or_class"] in by_name
    ]
    return QuickList((quick(rf"\b(?:{words})"), row) for words, row in [*generic, *classes, *everyday])


def _generic_names(row: Row) -> list[str]:
    names = [name.strip().lower() for name in re.split(r"[;,/]", str(row["generic_names"] or ""))]
    return [re.escape(name) for name in names if len(name) > 3 and "magnesium" not in name]


def _slug(name: object) -> str:
    return re.sub(r"[^a-z0-9]+", "_", str(name).lower()).strip("_")
