"""Whom a study was in, against whom a sentence tells of: disease, sex, menopause."""

from __future__ import annotations

import re
from functools import cache

from magnesim.claims.citations.studies import Study, designs
from magnesim.claims.citations.words import spotted
from magnesim.claims.labels import Labels
from magnesim.claims.quick import QuickList, quick
from magnesim.claims.tables import rows

_PERSONS = (
    r"(?:people|persons?|patients?|adults?|women|men|volunteers?|those|sufferers?|seniors?|pensioners?|"
    r"participants?|subjects?|mothers?|elderly)"
)
_WITHOUT = re.compile(r"\b(?:without|no|not|free of|non-?)\b[^,.;]*", re.IGNORECASE)


@cache
def _groups() -> QuickList[re.Pattern[str]]:
    """Groups told apart by a disease: how a sentence names its people, how the tables do."""
    return QuickList(
        (
            quick(
                rf"\b{_PERSONS} (?:with|who have) (?:[\w-]+ ){{0,3}}?(?:{row['told']})"
                rf"|\b(?:{row['told']})\w* {_PERSONS}\b|\b(?:{row['nouns']})\b",
                re.IGNORECASE,
            ),
            re.compile(row["held"], re.IGNORECASE),
        )
        for row in rows("citations/groups")
        if row["nouns"]
    )


def people_problem(study: Study, text: str, _labels: Labels) -> str:
    """Other people than those of the trial."""
    if study.design not in designs("trial"):
        return ""
    people = str(study.row["population"])
    about = f"{study.name} was not in such people but in {people}."
    if study.row["menopause"] in ("mixed", "pre", "na") and spotted("menopause", text):
        return "" if re.search(r"menopaus", people, re.IGNORECASE) else about
    held = _WITHOUT.sub(" ", f"{people}; {study.row['condition']}; {study.told}")
    if any(not own.search(held) for _, own in _groups().found(text)):
        return about
    return _sex_problem(study, text)


def _sex_problem(study: Study, text: str) -> str:
    """Both sexes, or the other, told of a trial in one."""
    share = study.row["pct_female"]
    if share == 100 and spotted("men", text):
        return f"{study.name} was in women only."
    if share == 0 and spotted("women", text):
        return f"{study.name} was in men only."
    return ""
