"""The tables of this room, read once. `tables.csv` says what every column of them means."""

from functools import cache
from pathlib import Path

from magnesim import tables
from magnesim.claims.quick import Quick, quick

ROOM = Path(__file__).parent
_BOUNDS = {"word": r"\b(?:{})", "whole": r"\b(?:{})\b", "anywhere": "{}"}


def rows(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a table such as `eu_claims` or `verdicts/words`; empty cells are empty strings."""
    return tables.rows(ROOM / f"{name}.csv")


@cache
def number_words() -> dict[str, int]:
    """Numbers by the word for them."""
    return {row["written"]: int(row["value"]) for row in rows("number_words")}


def pattern(begins: str, words: str, flags: int = 0) -> Quick:
    """One pattern of words, regular expressions parted by "; ".

    Args:
        begins: `word` if they stand at the start of a word, `whole` if they are whole words, or `anywhere`.
        words: as in a table.
        flags: of the module `re`.
    """
    return quick(_BOUNDS[begins].format("|".join(words.split("; "))), flags)


@cache
def patterns(table: str, flags: int = 0) -> dict[str, Quick]:
    """The patterns of a table with the columns `name`, `begins` and `words`, by name."""
    return {row["name"]: pattern(row["begins"], row["words"], flags) for row in rows(table)}
