"""How well statements are read and judged: macro-F1 of each label on a labelled file.

Run: `python benchmarks/claims.py LABELLED.csv [--json]`; the columns are id, text, kind, topic, form,
direction, strength, verdict, citation_problem and also_accept. Figures on sentences that the word lists were
written beside say little of others: label new ones.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from pathlib import Path

from magnesim.claims.check import check_sentence

LABELS = ("verdict", "topic", "kind", "citation_problem", "form", "direction", "strength")


def macro_f1(pairs: list[tuple[str, str]]) -> float:
    """Mean over the labels that occur of twice the hits over hits, misses and false finds."""
    hits, found, wanted = Counter[str](), Counter[str](), Counter[str]()
    for gold, told in pairs:
        found[told] += 1
        wanted[gold] += 1
        hits[gold] += gold == told
    return sum(2 * hits[label] / (found[label] + wanted[label]) for label in wanted) / len(wanted)


def main() -> None:
    """Score and print, with what is confused most."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with asked.file.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = [check_sentence(row["text"])[0] for row in rows]
    scores, confused = {}, {}
    for label in LABELS:
        pairs = []
        for row, one in zip(rows, told, strict=True):
            gold = row[label] or "none"
            accepted = (row.get("also_accept") or "").split(";") if label == "verdict" else []
            pairs.append((gold, gold if one[label] in accepted else one[label]))
        scores[label] = macro_f1(pairs)
        confused[label] = Counter(pair for pair in pairs if pair[0] != pair[1]).most_common(5)
    if asked.json:
        print(json.dumps(scores))
        return
    for label, score in scores.items():
        print(f"{label:18s} {score:.2f}  " + "; ".join(f"{a} as {b}: {n}" for (a, b), n in confused[label]))


if __name__ == "__main__":
    main()
