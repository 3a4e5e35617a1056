"""Amounts of elemental magnesium a day that a sentence names, and the limit of the age it speaks of.

Rule 6.2(a): numbers of 1,000 mg and more tied to an organic salt are salt mass; others are elemental.
"""

from __future__ import annotations

import re
from functools import cache

from magnesim.claims.tables import rows
from magnesim.claims.verdicts.figures import Number, mg_per_unit
from magnesim.claims.verdicts.said import Said
from magnesim.data import records

LIMITS_BY = "IOM"
"""The authority whose limits by age decide: the only one with a limit for every age from one year on."""
YOUNG = ("infant", "child", "adolescent")
"""Stages of life in the dosing table."""
SALT_MASS_FROM = 1000.0
"""mg; no smaller number is taken for the mass of a salt."""

_OTHER_SUBSTANCE = re.compile(
    r"^\s*(?:of |a day of |tablet of |dose of )?(?:melatonin|calcium|zinc|iron|potassium|vitamin|caffeine"
    r"|omega|vit\b|b6|sodium|taurine|glycine\b|theanine|l-theanine|ashwagandha|aspirin|ibuprofen|metformin"
    r"|cholesterol|gaba\b)"
)
_TWICE = re.compile(r"\btwice (?:a|per|each|every)|twice daily|morning and (?:evening|night)")
_TIMES = re.compile(
    r"(\d) (?:times|x) (?:a|per|each|every|daily)|(\d) fold daily|"
    r"(?:with|at) (?:every|each)(?: of (?:your|the)(?: \d)?)? (?:main )?meals?"
)
_PORTIONS = re.compile(r"(\d) (?:x |times |tablets of |capsules of |scoops of )?$")
_AGE = re.compile(r"\b(\d{1,2})(?:-| )year.?(?:old|s)")
_AGES = re.compile(r"\b(\d{1,2}) ?(?:-|–|to|and) ?(\d{1,2}) year")
_AGE_OF_CHILD = re.compile(r"(?:aged?|under|from|over|above|of) (\d{1,2})\b(?! ?(?:mg|%))")


def doses(said: Said) -> list[float]:
    """Daily amounts of elemental magnesium that the sentence names, mg."""
    amounts: list[float] = []
    for number in said.numbers:
        factor = mg_per_unit().get(number.unit)
        if factor is None or _OTHER_SUBSTANCE.match(said.text[number.end :]):
            continue
        amounts.append(_elemental(said, number.value * factor) * _times_a_day(said, number))
    return amounts


@cache
def _shares_of_mass() -> dict[str, float]:
    """Elemental share of the salts whose mass is quoted as if it were magnesium."""
    return {
        row["salt"]: float(row["share_of_mass"]) for row in rows("verdicts/salts") if row["share_of_mass"]
    }


def _elemental(said: Said, amount: float) -> float:
    """A large mass tied to an organic salt is that of the salt."""
    shares, salt = _shares_of_mass(), said.labels.form
    named = salt if salt in shares else next((s for s in shares if s in said.text), "")
    if amount < SALT_MASS_FROM or said.says("elemental"):
        return amount
    return amount * shares.get(named, 1.0)


def _times_a_day(said: Said, number: Number) -> float:
    """How many such portions a day: `twice a day`, `three times daily`, `two tablets of`."""
    after = said.text[number.end : number.end + 60]
    times = 1.0
    if _TWICE.search(after):
        times = 2.0
    elif found := _TIMES.search(after):
        times = float(found[1] or found[2] or 3)
    if (found := _PORTIONS.search(said.before(number, 14))) and float(found[1]) <= 6:
        times *= float(found[1])
    return times


def age_limit(said: Said) -> float | None:
    """The limit (mg a day) of the youngest group named, None where no child is named."""
    if said.says("infant"):
        return _limit_at(0)
    if said.says("toddler_or_preschool"):
        return _limit_at(1) if said.says("toddler") else _limit_at(4)
    young = [age for age in _ages(said) if age < 18]
    if young:
        return _limit_at(min(young))
    if said.says("teenager"):
        return _limit_at(17)
    return _limit_at(4) if said.says("child") else None


def _ages(said: Said) -> list[float]:
    """Ages in years; bare numbers count only where children are spoken of."""
    text = said.text
    ages = [float(age) for age in _AGE.findall(text)]
    ages += [float(age) for pair in _AGES.findall(text) for age in pair]
    if said.says("child") or said.labels.topic == "children":
        ages += [float(age) for age in _AGE_OF_CHILD.findall(text)]
    return ages


@cache
def _limits_of_the_young() -> tuple[tuple[float, float], ...]:
    """From which age in years which limit holds, mg a day from supplements; none is printed for infants."""
    young = (row for row in records("safety", "dosing") if str(row["agency"]).startswith(LIMITS_BY))
    stages = (row for row in young if row["life_stage"] in YOUNG and row["ul_supplement_mg"] is not None)
    return ((0.0, 0.0), *sorted({(row["age_low"], row["ul_supplement_mg"]) for row in stages}))


def _limit_at(age: float) -> float:
    """The printed limit of an age under 18 years, mg a day from supplements."""
    return [limit for from_age, limit in _limits_of_the_young() if from_age <= age][-1]
