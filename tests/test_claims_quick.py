"""Patterns that answer at once where they cannot fit find what the pattern alone finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magnesim.claims.citations.details import Details
from magnesim.claims.commerce import names_one
from magnesim.claims.labels import Labels
from magnesim.claims.quick import TRIES, Quick, QuickList, quick
from magnesim.claims.tables import patterns, rows

TABLES = [
    ("verdicts/words", 0),
    ("citations/patterns", re.IGNORECASE),
    ("language/patterns", 0),
    ("eu_words", 0),
    ("commerce", re.IGNORECASE),
]
OWN = (r"\b(?:no|not)\b", r"magnesi(?:um|a)\b", r"\d{2,} ?mg", r"wom[ae]n|n't", r"(?:ab|cd)+ef")


def eager(pattern: str, flags: int = 0) -> Quick:
    """A pattern that has been tried often enough to know what it needs."""
    known = Quick(pattern, flags)
    for _ in range(TRIES):
        known.search("")
    return known


def every_pattern() -> list[tuple[str, int]]:
    listed = [(one.pattern, flags) for table, flags in TABLES for one in patterns(table, flags).values()]
    return listed + [(pattern, 0) for pattern in OWN]


EVERY = [(eager(*one), re.compile(*one)) for one in every_pattern()]
WORDS = sorted({word for pattern, _ in EVERY for word in re.findall(r"[a-z'-]{2,}", pattern.pattern)})
TEXTS = st.lists(
    st.sampled_from([*WORDS, "300", "mg", ",", "İ", "ſ", "\u212a", "Magneſium", "", "-", "2012"])
)


@given(words=TEXTS, letters=st.text(max_size=40), capitals=st.booleans())
def test_a_quick_pattern_finds_what_the_pattern_alone_finds(words, letters, capitals):
    text = " ".join([*words, letters])
    text = text.upper() if capitals else text
    for known, alone in EVERY:
        found, expected = known.search(text), alone.search(text)
        assert (found and found.span()) == (expected and expected.span()), alone.pattern


@given(words=TEXTS)
def test_patterns_looked_up_together_are_those_that_fit(words):
    text = " ".join(words)
    listed = QuickList((quick(row["words"]), row["salt"]) for row in rows("verdicts/salts"))
    alone = [row["salt"] for row in rows("verdicts/salts") if re.search(row["words"], text)]
    assert [salt for _, salt in listed.found(text)] == alone


def test_what_a_pattern_needs_is_known_for_most():
    """Else it saves nothing."""
    known = [one.needs is not None for one, _ in EVERY]
    assert sum(known) > 0.9 * len(known)


@pytest.mark.parametrize(
    ("text", "doses"),
    [
        ("300, or 400 mg a day", (300.0, 400.0)),
        ("1,200 mg", (1200.0,)),
        ("x,5 mg", (5.0,)),
        ("0.5 to 1.5 mg", (0.5, 1.5)),
        ("200-300 mg", (200.0, 300.0)),
        ("1" * 400 + " mg in " + "1" * 400 + " women", ()),
    ],
)
def test_amounts_are_read_whole(text, doses):
    assert Details.of(text, Labels("citation", "sleep_quality")).doses == doses


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("VIU today", True),
        ("The VIU’s best", True),
        ("VIUs", False),
        ("Mag-Plus now", True),
        ("Mag now", False),
    ],
)
def test_a_brand_is_named_as_whole_words(text, named):
    assert names_one(text, frozenset({"VIU", "Mag-Plus"})) is named
