"""How much hangs on words that only the judged sentences use: a harsher look than `claims.py`.

For every held-out group all terms and word alternatives that fit one of its sentences, and none of another
group or of the articles given, are taken out of the tables; then the group is judged. Plain words that stand
nowhere else go too, and with most sentences of a topic in one group its name may go: that is too harsh.
Weights, rules and settled calls stay: that is too kind.

Run: `python benchmarks/claims_words.py LABELLED.csv [--text ARTICLE ...] [--json]`
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from statistics import mean, stdev
from unittest.mock import patch

from claims import LABELS, Pair, macro_f1, pairs_of, phrasing_groups

from magnesim.claims.language import sentence
from magnesim.claims.language.sentence import plain
from magnesim.claims.language.terms import WORD, Term, terms_at
from magnesim.claims.reading import read_article
from magnesim.claims.tables import pattern, patterns, rows

WORD_TABLES = {"verdicts/words": 0, "language/patterns": 0, "citations/patterns": re.IGNORECASE}
"""Tables of patterns with the flags they are read with."""
NEVER = "(?!)"

Alternative = tuple[str, str, str]
"""Table, name and words."""
Fits = set[Term | Alternative]


def terms_in(text: str) -> set[Term]:
    """The terms of the word lists that stand in a text."""
    words = plain(text)
    places = (
        (found.start(), term)
        for found in WORD.finditer(words)
        for term in terms_at(found.group(), words[found.end() : found.end() + 3])
    )
    return {term for start, term in places if term.end(words, start) >= 0}


def alternatives() -> dict[Alternative, re.Pattern[str]]:
    """Every single alternative of the tables of patterns."""
    return {
        (table, row["name"], words): pattern(row["begins"], words, re.IGNORECASE)
        for table in WORD_TABLES
        for row in rows(table)
        for words in row["words"].split("; ")
    }


def used(text: str, every: dict[Alternative, re.Pattern[str]]) -> Fits:
    """All terms and alternatives that fit a text."""
    return terms_in(text) | {key for key, pattern in every.items() if pattern.search(text)}


@contextmanager
def without(banned: Fits) -> Iterator[None]:
    """The tables without some terms and alternatives."""

    def kept(word: str, after: str) -> tuple[Term, ...]:
        return tuple(term for term in terms_at(word, after) if term not in banned)

    with ExitStack() as stack:
        stack.enter_context(patch.object(sentence, "terms_at", kept))
        for table, flags in WORD_TABLES.items():
            # the same arguments as the rules give find the same cached table
            found = patterns(table, flags) if flags else patterns(table)
            stack.enter_context(patch.dict(found, _thinned(table, flags, banned)))
        yield


def _thinned(table: str, flags: int, banned: Fits) -> dict[str, re.Pattern[str]]:
    """The patterns of a table without some alternatives."""
    found = {}
    for row in rows(table):
        words = [words for words in row["words"].split("; ") if (table, row["name"], words) not in banned]
        found[row["name"]] = pattern(row["begins"], "; ".join(words) if words else NEVER, flags)
    return found


def main() -> None:
    """Score and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--text", type=Path, nargs="*", default=[], help="articles whose words stay")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with asked.file.open(encoding="utf-8", newline="") as file:
        sentences = list(csv.DictReader(file))
    every = alternatives()
    kept: Fits = set()
    for path in asked.text:
        kept |= {one for unit in read_article(path.read_bytes()).units for one in used(unit.text, every)}
    told = held_out(sentences, [used(row["text"], every) for row in sentences], kept)
    together = {label: macro_f1(list(chain.from_iterable(groups))) for label, groups in told.items()}
    if asked.json:
        print(json.dumps(together))
        return
    for label, groups in told.items():
        scores = [macro_f1(group) for group in groups]
        print(f"{label:18s} {together[label]:.2f}  groups: mean {mean(scores):.2f}, SD {stdev(scores):.2f}")


def held_out(
    sentences: Sequence[dict[str, str]],
    fits: Sequence[Fits],
    kept: Fits,
) -> dict[str, list[list[Pair]]]:
    """For every label the pairs of every group, judged without the words that only this group uses."""
    told: dict[str, list[list[Pair]]] = {label: [] for label in LABELS}
    for group in phrasing_groups(sentences):
        elsewhere = kept.union(*(fit for place, fit in enumerate(fits) if place not in group))
        with without(set().union(*(fits[place] for place in group)) - elsewhere):
            for label, pairs in pairs_of([sentences[place] for place in group]).items():
                told[label].append(pairs)
    return told


if __name__ == "__main__":
    main()
