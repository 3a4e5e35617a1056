"""Tables of the article checker: every column is described, every word is used, every condition is read."""

import csv
import re

import pytest

from magnesim.claims.labels import VERDICTS, Citation, Labels
from magnesim.claims.language.terms import topic_table
from magnesim.claims.tables import ROOM, patterns, rows
from magnesim.claims.verdicts import verdict_of
from magnesim.claims.verdicts.decisions import holds
from magnesim.claims.verdicts.said import read

TABLES = sorted(str(path.relative_to(ROOM))[:-4] for path in ROOM.glob("*/*.csv"))
WORDS = [table for table in TABLES if "begins" in rows(table)[0]]
NOTHING_SAID = read("", Labels("effect", "cramps"), Citation())


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_described(table: str) -> None:
    with (ROOM / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    described = {row["column"]: row["meaning"] for row in rows("tables") if row["table"] == table}
    assert list(described) == columns
    assert all(described.values())


@pytest.mark.parametrize("table", WORDS)
def test_words_are_used_and_named_once(table: str) -> None:
    room = ROOM / table.split("/", maxsplit=1)[0]
    code = " ".join(path.read_text(encoding="utf-8") for path in room.glob("*.py"))
    used = set(re.findall(r'"(\w+)"', code))
    for path in (room / "decisions.csv", room / "topic_evidence.csv", room / "adjustments.csv"):
        used |= set(re.findall(r"\w+", path.read_text(encoding="utf-8"))) if path.exists() else set()
    names = [row["name"] for row in rows(table)]
    assert len(set(names)) == len(names)
    assert set(names) <= used
    # words that fit nothing at all decide nothing
    assert not [name for name, pattern in patterns(table).items() if pattern.search("")]


def test_conditions_can_be_read() -> None:
    conditions = [row[part] for row in rows("verdicts/decisions") for part in ("when", "unless", "and_if")]
    conditions += [row["part_if"] for row in rows("verdicts/topic_evidence")]
    for condition in filter(None, conditions):
        assert holds(condition, NOTHING_SAID) in (True, False)
    with pytest.raises(ValueError, match="no_such_words"):
        holds("denied & no_such_words", NOTHING_SAID)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("denied & lack", False),
        ("denied|lack", True),
        ("not denied|lack", True),
        ("not denied & lack or form=oxide,citrate", True),
        ("not form=oxide,citrate", False),
        ("", True),
    ],
)
def test_conditions_mean_what_they_say(condition: str, expected: bool) -> None:
    said = read("Lack of it harms.", Labels("effect", "cramps", "citrate", "worsens"), Citation())
    assert holds(condition, said) is expected


def test_decisions_are_verdicts_of_known_judges() -> None:
    ways = {row["judged"] for row in rows("verdicts/topic_evidence")} | {"unsafe", "timing"}
    for row in rows("verdicts/decisions"):
        assert row["verdict"] in VERDICTS
        assert row["otherwise"] in (*VERDICTS, "")
        assert bool(row["and_if"]) == bool(row["otherwise"])
        assert row["judge"] in ways | set(topic_table())
        assert row["because"]


def test_no_row_stands_behind_one_that_always_decides() -> None:
    last: dict[str, str] = {}
    for row in rows("verdicts/decisions"):
        assert last.get(row["judge"]) != "always", row
        last[row["judge"]] = row["when"] + row["unless"] or "always"


@pytest.mark.parametrize(
    "row", rows("verdicts/comparisons"), ids=lambda row: f"{row['ahead']}>{row['behind']}"
)
def test_comparisons_of_salts_are_found(row: dict[str, str]) -> None:
    """A sentence that ranks two salts gets the verdict of the table."""
    if not row["ahead"] or not row["behind"]:
        return
    salt = row["ahead"] if row["ahead"] not in ("organic", "inorganic") else "any"
    labels = Labels("form", "bioavailability_by_form", salt, "increases")
    text = f"Magnesium {row['ahead']} is taken up more readily than {row['behind']}."
    assert verdict_of(text, labels, Citation()).verdict == row["verdict"]
