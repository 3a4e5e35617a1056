"""Many cases from a file, each decided by the rules alone, whatever its cells hold.

A cell that cannot be read is never skipped and never guessed: it goes into the decision as a question, and a
question is never "allow".
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from magnesim.errors import InputError, UnclearError
from magnesim.files import csv_text
from magnesim.intake import UnclearSaltError, read_dose
from magnesim.people import Person
from magnesim.people.person import REGIONS
from magnesim.safety import Decision, Reason, decide
from magnesim.safety.product import without_substances
from magnesim.safety.rulebook import OUTCOMES, rule

SCHEMA_VERSION = 1
COLUMNS = (
    "case_id", "region", "age", "sex", "life_stage", "egfr", "drugs", "conditions", "goal", "asked_dose",
)  # fmt: skip
NEEDED = ("case_id", "age", "drugs", "conditions", "asked_dose")
SEXES = {"f": "female", "female": "female", "w": "female", "m": "male", "male": "male", "": None}
STAGES = {"postmenopause": "post", "perimenopause": "peri", "premenopause": "pre"}
SAYS_NOTHING = {"", "unknown", "na", "n/a", "?", "not known"}
EXAMPLE = "magnesim plan --batch cases.csv --json"


def plan_batch(path: Path) -> list[dict[str, Any]]:
    """The decision on each row of a CSV file, in its order, as the objects of the contract `plan`.

    Raises:
        InputError: no such file, or one without the columns of a case.
    """
    return [decided(row) for row in _rows(path)]


def _rows(path: Path) -> Iterable[dict[str, str]]:
    given = f"--batch {path}"
    text = csv_text(path, given, EXAMPLE)
    if "\0" in text:
        raise InputError(given, "a CSV file in UTF-8 is needed.", EXAMPLE)
    try:
        table = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        lacking = [name for name in NEEDED if name not in (table.fieldnames or [])]
        if lacking:
            raise InputError(
                given, f"lacks the column {lacking[0]}; a case has {', '.join(COLUMNS)}.", EXAMPLE
            )
        return list(table)
    except csv.Error as error:
        raise InputError(given, f"not a table: {error}.", EXAMPLE) from None


def decided(row: dict[str, Any]) -> dict[str, Any]:
    """One case: a plain object with the keys of the contract."""
    cells = {name: " ".join(str(row.get(name) or "").split()) for name in COLUMNS}
    # cells beyond the header or a row that is too short: nobody knows which column they belong to
    shifted = None in row or any(value is None for value in row.values())
    person, open_ = _person(cells)
    mg, compound, times, questions = _dose(cells["asked_dose"])
    decision = decide(person, mg, compound, times, cells["goal"] or None, product=cells["asked_dose"] or None)
    if shifted:
        open_ = [*open_, "Which value belongs to which column? The row does not have as many as the header."]
    return {
        "schema_version": SCHEMA_VERSION,
        "case_id": cells["case_id"],
        **_asked(decision, open_, questions).to_json(),
    }


def _asked(decision: Decision, open_: list[str], questions: list[str]) -> Decision:
    """The decision with what could not be read; a thing not understood is never allowed.

    Args:
        open_: questions that must be answered before anything may be taken.
        questions: questions that make the answer finer only.
    """
    everything = tuple(dict.fromkeys([*decision.questions, *open_, *questions]))
    if not open_:
        return replace(decision, questions=everything)
    unclear = rule("own:case_unclear")
    reasons = tuple(Reason(unclear.name, unclear.outcome, f"{unclear.text} {text}") for text in open_)
    strictest = max(decision.decision, unclear.outcome, key=OUTCOMES.index)
    return replace(
        decision,
        decision=strictest,
        reasons=(*decision.reasons, *reasons),
        schedule=(),
        titration=(),
        monitor=(),
        stop_if=(),
        questions=everything,
    )


def _person(cells: dict[str, str]) -> tuple[Person, list[str]]:
    """The person, and what of them could not be read."""
    open_: list[str] = []
    said: dict[str, Any] = {}
    for name, what in (("age", "the age in years"), ("egfr", "the kidney function (eGFR) as a number")):
        value, fine = _number(cells[name])
        said[name] = value
        if not fine:
            open_.append(f'What is {what}? "{cells[name]}" was given.')
    sex = cells["sex"].lower()
    if sex not in SEXES and sex not in SAYS_NOTHING:
        open_.append(f'Female or male? "{cells["sex"]}" was given.')
    said["sex"] = SEXES.get(sex)
    stage = cells["life_stage"].lower()
    if said["sex"] != "male":
        said["menopause"] = next((key for word, key in STAGES.items() if stage.startswith(word)), None)
    said["region"], asked = _region(cells["region"])
    open_ += asked
    said["drugs"] = cells["drugs"] or None
    said["conditions"] = (
        "; ".join(part for part in (cells["conditions"], cells["life_stage"]) if part) or None
    )
    while True:
        try:
            return Person(**said), open_
        except InputError as error:
            wrong = [key for key, value in said.items() if value is not None and _named(key) in error.given]
            if not wrong:
                raise
            open_.append(f"{error.given} was given: {error.allowed}")
            said[wrong[0]] = None


@cache
def _codes() -> dict[str, str]:
    """Regions of the limits by country code, from `region_codes.csv`."""
    with (Path(__file__).parent / "region_codes.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["region"] for row in csv.DictReader(file)}


def _region(text: str) -> tuple[str | None, list[str]]:
    """The region whose limits hold; one without a limit of its own in the tables counts as the default."""
    region = _codes().get(text.upper(), text.upper())
    if region in REGIONS:
        return region, []
    return None, [] if not region or region.isalpha() else [f'Which country? "{text}" was given.']


def _named(field: str) -> str:
    """How a message of the person names a field."""
    return f"--{field.replace('_', '-')}"


def _number(text: str) -> tuple[float | None, bool]:
    """A number, None where nothing is said, and whether the cell was understood."""
    if text.lower() in SAYS_NOTHING:
        return None, True
    try:
        value = float(text)
    except ValueError:
        return None, False
    return (value, True) if math.isfinite(value) else (None, False)


def _dose(text: str) -> tuple[float | None, str | None, tuple[str, ...], list[str]]:
    """Elemental mg a day, salt, clock times said, and questions that stay open.

    A salt mass whose variant is open counts at its highest reading. A dose that cannot be read is none,
    which the rules ask for.
    """
    if not text:
        return None, None, (), []
    try:
        dose = read_dose(without_substances(text))
    except UnclearSaltError as unclear:
        low, high = unclear.elemental_mg_per_day
        told = f"{low:.0f} to {high:.0f} mg elemental is what it may hold; the higher counts here."
        return high, None, (), [f"How much elemental magnesium does the label state? {told}"]
    except (InputError, UnclearError) as error:
        return None, None, (), [f"How much is taken, and of what? {error}"]
    return dose.elemental_mg_per_day, dose.compound, dose.times, []
