"""How well statements are read and judged, how much that varies with phrasing, and how fast.

Run: `python benchmarks/claims.py LABELLED.csv [--text ARTICLE ...] [--json]`; the columns are id, text, kind,
topic, form, direction, strength, verdict, citation_problem and also_accept (a verdict named there counts as
right). Nothing is fitted anew for a held-out group; `claims_words.py` takes words away for it.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev

import numpy as np
from rapidfuzz import fuzz, process
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from magnesim.claims.check import check_article, check_sentence

LABELS = ("verdict", "topic", "kind", "citation_problem", "form", "direction", "strength")
TABULATED = ("verdict", "kind", "citation_problem", "direction", "strength")
"""Labels with so few values that everything confused fits into a table."""
GROUPS = 10
"""Into how many groups of like phrasing and topic the sentences are cut."""
MEGABYTE = 1_000_000
CAVEAT = """\
The word lists were written with this file open. The spread over held-out groups says how evenly they fit it,
not how they would do on sentences nobody has seen: for that, label new ones."""

Row = dict[str, str]
Pair = tuple[str, str]
"""The label given by hand and the one found."""


def macro_f1(pairs: Sequence[Pair]) -> float:
    """Mean over the labels that occur of twice the hits over hits, misses and false finds."""
    scores = f1_of_each(pairs)
    return mean(scores.values())


def f1_of_each(pairs: Sequence[Pair]) -> dict[str, float]:
    """F1 of every label given by hand."""
    hits, found, wanted = Counter[str](), Counter[str](), Counter[str]()
    for gold, told in pairs:
        found[told] += 1
        wanted[gold] += 1
        hits[gold] += gold == told
    return {label: 2 * hits[label] / (found[label] + wanted[label]) for label in sorted(wanted)}


def pairs_of(rows: Sequence[Row]) -> dict[str, list[Pair]]:
    """For every label what was given and what is found, sentence by sentence; the first claim counts."""
    pairs: dict[str, list[Pair]] = {label: [] for label in LABELS}
    for row in rows:
        told = check_sentence(row["text"])[0]
        for label in LABELS:
            gold = row[label] or "none"
            accepted = (row.get("also_accept") or "").split(";") if label == "verdict" else []
            pairs[label].append((gold, gold if told[label] in accepted else told[label]))
    return pairs


def phrasing_groups(rows: Sequence[Row]) -> list[list[int]]:
    """Places of the sentences in each group of like phrasing and topic, the largest group first.

    Distance is half of wording (rapidfuzz `token_set_ratio`) and half of whether the topic is the same;
    groups are cut from complete linkage.
    """
    texts = [row["text"].lower() for row in rows]
    topics = np.array([row["topic"] for row in rows])
    likeness = process.cdist(texts, texts, scorer=fuzz.token_set_ratio) / 100.0
    distance = 1.0 - (likeness + (topics[:, None] == topics)) / 2.0
    np.fill_diagonal(distance, 0.0)
    names = fcluster(linkage(squareform(distance, checks=False), "complete"), GROUPS, "maxclust")
    groups = [np.flatnonzero(names == name).tolist() for name in np.unique(names)]
    return sorted(groups, key=len, reverse=True)


def spread(pairs: dict[str, list[Pair]], held: Sequence[Sequence[int]]) -> dict[str, list[float]]:
    """Macro-F1 of every label in every held-out group."""
    return {
        label: [macro_f1([both[place] for place in fold]) for fold in held] for label, both in pairs.items()
    }


def kilobytes_a_second(texts: Sequence[str]) -> tuple[float, int]:
    """How fast a text of 1 MB is checked, kB per second of one core, and the claims found in it.

    The texts are repeated up to the size; all tables are read beforehand.
    """
    once = "\n\n".join(texts)
    check_article(once.encode())
    data = ((once + "\n\n") * (MEGABYTE // len(once.encode()) + 1)).encode()[:MEGABYTE]
    start = time.process_time()
    checked = check_article(data.decode(errors="ignore").encode())
    return MEGABYTE / 1000 / (time.process_time() - start), len(checked.claims)


def print_scores(pairs: dict[str, list[Pair]]) -> None:
    """Macro-F1 and accuracy of every label, F1 of each value, and what is confused."""
    for label, both in pairs.items():
        right = mean(gold == told for gold, told in both)
        print(f"\n{label}: macro-F1 {macro_f1(both):.2f}, accuracy {right:.2f}")
        if label in TABULATED:
            print_confusion(both)
        else:
            wrong = Counter(pair for pair in both if pair[0] != pair[1]).most_common(8)
            print(
                "  "
                + ("; ".join(f"{gold} as {told}: {n}" for (gold, told), n in wrong) or "nothing confused")
            )


def print_confusion(both: Sequence[Pair]) -> None:
    """A row for every label given by hand with its F1, a column for every label found."""
    counts, scores = Counter(both), f1_of_each(both)
    columns = sorted({told for _, told in both} | set(scores))
    print(
        f"  {'given by hand':26s}{'F1':>5s}  "
        + " ".join(f"{place:>3d}" for place in range(1, len(columns) + 1))
    )
    for place, label in enumerate(columns, 1):
        score = f"{scores[label]:5.2f}" if label in scores else "    -"
        cells = " ".join(f"{counts[label, told] or '.':>3}" for told in columns)
        print(f"  {place:2d} {label:23s}{score}  {cells}")


def print_spread(over_groups: dict[str, list[float]], held: Sequence[Sequence[int]]) -> None:
    """Macro-F1 of every label in every held-out group, with mean and standard deviation."""
    print(f"\nMacro-F1 in each of {len(held)} held-out groups of like phrasing and topic:")
    print("  sentences          " + " ".join(f"{len(group):4d}" for group in held))
    for label, scores in over_groups.items():
        each = " ".join(f"{score:.2f}" for score in scores)
        print(f"  {label:18s} {each}   mean {mean(scores):.2f}, SD {stdev(scores):.2f}")


def main() -> None:
    """Score and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--text", type=Path, nargs="*", default=[], help="articles to measure the speed on")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with asked.file.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    pairs, held = pairs_of(rows), phrasing_groups(rows)
    over_groups = spread(pairs, held)
    speed = (
        kilobytes_a_second([path.read_text(encoding="utf-8") for path in asked.text]) if asked.text else None
    )
    if asked.json:
        scores = {label: macro_f1(both) for label, both in pairs.items()}
        print(json.dumps({"macro_f1": scores, "held_out": over_groups, "kb_per_s": speed and speed[0]}))
        return
    print_scores(pairs)
    print_spread(over_groups, held)
    print(CAVEAT)
    if speed:
        print(
            f"\nSpeed: {speed[0]:.0f} kB a second on one core, {speed[1]} claims in 1 MB of articles repeated"
        )


if __name__ == "__main__":
    main()
