"""A sentence with all terms of the word lists that stand in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from magnesim.claims.language.terms import WORD, Term, terms_at
from magnesim.claims.tables import patterns

NOWHERE = 10**6
"""The place of a cue that does not stand in a sentence: after everything."""

_SAME_LENGTH = str.maketrans({
    "’": "'", "‘": "'", "“": '"', "”": '"', "-": " ", "–": " ", "—": " ", "‑": " ", "/": " ", "\u00a0": " ",
    "*": " ", "_": " ", "₂": "2", "\n": " ", "\t": " ", "\u202f": " ",
})  # fmt: skip
_NUMBER = (
    r"(?:(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|a|half|several|hundred|thousand|and) ?){1,8})"
)
_AMOUNT = re.compile(
    r"(?:(?<![\w.])\d[\d,.]*(?: to \d[\d,.]*| \d[\d,.]*)? ?(?:mg|milligram|milligramme|g|gram|gramme|mcg)s?\b"
    rf"|\b{_NUMBER}(?:mg|milligram|milligramme|gram|gramme)s?\b)"
    r"(?! ?(?:dl|l\b|per ml))"
)
_GRAMS = re.compile(r"\d,?\.? ?gs?\b")
_OF_MAGNESIUM = ("magnesi", "citrate", "glycinate", "epsom", "threonate", "taurate", "malate")


def plain(text: str) -> str:
    """Text in small letters with plain marks; every character keeps its place."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    return lowered.translate(_SAME_LENGTH)


@dataclass(slots=True)
class Hit:
    """A topic's term in the sentence; `whole` if no gap lies in it."""

    topic: str
    start: int
    end: int
    whole: bool


@dataclass
class Sentence:
    """A sentence in plain small letters with all terms found in it.

    Attributes:
        lead: the text before it that a pronoun leans on, or empty.
        before: the section and the sentences before it, one a line, in plain small letters, or empty.
        original: the sentence with its capitals; every character has the place it has in `text`.
        hits: terms of topics, in their order.
        cues: for every cue its first place.
        forms: for every salt its first place.
        found: every term with its place, in the order of their words.
    """

    text: str
    lead: str = ""
    original: str = ""
    before: str = ""
    hits: list[Hit] = field(default_factory=list)
    cues: dict[str, tuple[int, int]] = field(default_factory=dict)
    forms: dict[str, int] = field(default_factory=dict)
    found: list[tuple[Term, int, int]] = field(default_factory=list, repr=False)

    @classmethod
    def read(cls, text: str, lead: str = "", original: str = "", before: str = "") -> Sentence:
        """Finds every term of the word lists in a sentence that is plain already."""
        found = cls(text, lead, original or text, before)
        words = [(word.group(), word.start(), word.end()) for word in WORD.finditer(text)]
        absent = {word[:length] for word, _, _ in words for length in (2, 3)}.isdisjoint
        for word, start, after in words:
            for term in terms_at(word, text[after : after + 3]):
                then = term.then
                if then and (absent(then[0]) or any(map(absent, then))):
                    continue
                end = term.end(text, start)
                if end >= 0:
                    found._note(term, start, end)
        return found

    def part(self, start: int, end: int, lead: str) -> Sentence:
        """A stretch of the sentence with the terms that lie in it, under another lead."""
        stretch = Sentence(self.text[start:end], lead, self.original[start:end], self.before)
        for term, begins, ends in self.found:
            if start <= begins and ends <= end:
                stretch._note(term, begins - start, ends - start)
        return stretch

    def _note(self, term: Term, start: int, end: int) -> None:
        self.found.append((term, start, end))
        if term.group == "topic":
            while end < len(self.text) and self.text[end].isalpha() and term.pattern is None:
                end += 1
            self.hits.append(Hit(term.name, start, end, term.pattern is None))
        elif term.group == "cue":
            self.cues.setdefault(term.name, (start, end))
        else:
            self.forms.setdefault(term.name, start)

    def has(self, *names: str) -> bool:
        """Whether any of the cues stands in the sentence."""
        return not self.cues.keys().isdisjoint(names)

    def at(self, name: str) -> int:
        """Where a cue stands first, or far away."""
        return self.cues[name][0] if name in self.cues else NOWHERE

    def says(self, name: str) -> bool:
        """Whether a pattern of `patterns.csv` fits."""
        return says(name, self.text)

    @cached_property
    def amount(self) -> re.Match[str] | None:
        """The first amount in grams or milligrams."""
        # most sentences name no unit at all
        unit = "mg" in self.text or "gram" in self.text or "mcg" in self.text or _GRAMS.search(self.text)
        return _AMOUNT.search(self.text) if unit else None

    @cached_property
    def lead_has_magnesium(self) -> bool:
        """Whether the text before speaks of magnesium."""
        return any(word in self.lead for word in _OF_MAGNESIUM)

    @cached_property
    def context_has_magnesium(self) -> bool:
        """Whether the text before or the sentences before speak of magnesium."""
        return self.lead_has_magnesium or any(word in self.before for word in _OF_MAGNESIUM)

    @cached_property
    def has_magnesium(self) -> bool:
        """Whether magnesium or one of its salts is named, or a pronoun under a lead-in points at it."""
        if "magnesium" in self.cues or (self.forms and "other_mineral" not in self.cues):
            return True
        if "pronoun" not in self.cues or not (self.lead_has_magnesium or self.at("pronoun") == 0):
            return False
        return self.at("other_subject") > (8 if self.lead_has_magnesium else self.at("pronoun"))


def says(name: str, text: str) -> bool:
    """Whether a pattern of `patterns.csv` fits a text in plain small letters."""
    return patterns("language/patterns")[name].search(text) is not None
