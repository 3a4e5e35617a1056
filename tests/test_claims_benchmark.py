"""Benchmarks of the article checker: scores by hand, groups that divide the sentences, tables left whole."""

import csv
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import claims
import claims_words

from magnesim.claims.check import check_sentence

TEXTS = (
    "Magnesium lowers blood pressure a little.",
    "Magnesium does not lower blood pressure.",
    "Magnesium citrate may prevent migraine.",
    "Is magnesium good for migraine?",
    "Take 200 mg of magnesium with dinner.",
    "Magnesium is found in nuts and seeds.",
    "Whole grains and beans are rich in magnesium.",
    "Magnesium eases cramps in the calves.",
    "Magnesium helps women sleep better after menopause.",
    "Weak kidneys cannot clear magnesium.",
    "Oxide is absorbed less well than citrate.",
    "Magnesium oxide hardly dissolves in water.",
)


@pytest.fixture
def rows() -> list[claims.Row]:
    """Sentences labelled with what is found, so that every score is 1."""
    found = [(text, check_sentence(text)[0]) for text in TEXTS]
    return [{"text": text} | {label: told[label] for label in claims.LABELS} for text, told in found]


def test_macro_f1_by_hand() -> None:
    """Label a is found twice, once wrongly; b is found once of twice; c is never found."""
    pairs = [("a", "a"), ("b", "a"), ("b", "b"), ("c", "d")]
    assert claims.f1_of_each(pairs) == pytest.approx({"a": 2 / 3, "b": 2 / 3, "c": 0.0})
    assert claims.macro_f1(pairs) == pytest.approx(4 / 9)


def test_groups_divide_the_sentences(rows: list[claims.Row]) -> None:
    groups = claims.phrasing_groups(rows)
    assert sorted(place for group in groups for place in group) == list(range(len(rows)))
    assert 1 < len(groups) <= claims.GROUPS


def test_words_are_taken_out_and_put_back(rows: list[claims.Row]) -> None:
    """Without the words of a sentence it is read differently; afterwards it is read as before."""
    every = claims_words.alternatives()
    before = claims.pairs_of(rows)
    banned = claims_words.used(TEXTS[2], every)
    with claims_words.without(banned):
        assert check_sentence(TEXTS[2])[0]["topic"] != "migraine"
    assert claims.pairs_of(rows) == before


def test_a_file_is_scored(rows: list[claims.Row], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "labelled.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["claims.py", str(file)])
        claims.main()
    told = capsys.readouterr().out
    assert "verdict: macro-F1 1.00" in told
    assert "written with this file open" in told
