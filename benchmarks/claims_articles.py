"""How well the claims of whole articles are found: precision and recall of units, and their labels.

Run: `python benchmarks/claims_articles.py ARTICLE.json ... [--misses]`; beside every JSON lies its article
(`.txt`, `.md` or `.html`), and its `claims` hold text, kind, topic, verdict, citation_problem and
also_accept. Units are matched one to one, the likest words first (rapidfuzz `ratio`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from claims import macro_f1
from rapidfuzz import fuzz, process

from magnesim.claims.check import check_article

LABELS = ("kind", "topic", "verdict", "citation_problem")
LIKE = 60.0
"""From which likeness of wording, 0 to 100, a unit found counts as the one given by hand."""

Unit = dict[str, Any]


def matched(gold: Sequence[Unit], found: Sequence[Unit]) -> dict[int, int]:
    """Which unit found is which given by hand, each used once."""
    likeness = process.cdist([one["text"] for one in gold], [one["text"] for one in found], scorer=fuzz.ratio)
    pairs: dict[int, int] = {}
    for place in likeness.ravel().argsort()[::-1]:
        row, column = divmod(int(place), len(found))
        if likeness[row, column] < LIKE:
            break
        if row not in pairs and column not in pairs.values():
            pairs[row] = column
    return pairs


def article_of(answers: Path) -> Path:
    """The article beside its answers."""
    return next(path for path in answers.parent.glob(f"{answers.stem}.*") if path.suffix != ".json")


def told(gold: Unit, found: Unit, label: str) -> str:
    """The label found; one that a second reader could choose counts as the one given."""
    accepted = label == "verdict" and found[label] in gold.get("also_accept", [])
    return str(gold[label] if accepted else found[label])


def main() -> None:
    """Score all articles together and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("answers", type=Path, nargs="+")
    parser.add_argument("--misses", action="store_true", help="print what is missed, wrong or found besides")
    asked = parser.parse_args()
    pairs: dict[str, list[tuple[str, str]]] = {label: [] for label in LABELS}
    given = shown = hits = 0
    for answers in asked.answers:
        gold = json.loads(answers.read_text(encoding="utf-8"))["claims"]
        found = check_article(article_of(answers).read_bytes()).to_json()["claims"]
        places = matched(gold, found)
        given, shown, hits = given + len(gold), shown + len(found), hits + len(places)
        for row, column in places.items():
            for label in LABELS:
                pairs[label].append((gold[row][label], told(gold[row], found[column], label)))
        if asked.misses:
            print_misses(gold, found, places)
    print(f"{given} units by hand, {shown} found: precision {hits / shown:.2f}, recall {hits / given:.2f}")
    for label, both in pairs.items():
        right = sum(one == other for one, other in both) / len(both)
        print(f"{label}: accuracy {right:.2f}, macro-F1 {macro_f1(both):.2f} of the units matched")


def print_misses(gold: Sequence[Unit], found: Sequence[Unit], places: dict[int, int]) -> None:
    """What was not found, found besides, or labelled otherwise."""
    for row, unit in enumerate(gold):
        if row not in places:
            print("missed:", unit["kind"], unit["topic"], unit["text"])
            continue
        other = found[places[row]]
        wrong = [
            f"{name}: {other[name]} for {unit[name]}"
            for name in LABELS
            if told(unit, other, name) != unit[name]
        ]
        if wrong:
            print("wrong:", "; ".join(wrong), "|", other["text"])
    for column, unit in enumerate(found):
        if column not in places.values():
            print("besides:", unit["kind"], unit["topic"], unit["text"])


if __name__ == "__main__":
    main()
