"""The word lists, compiled: which terms can begin with a word.

All words stand in `topics.csv`, `cues.csv` and `forms.csv`. Terms are separated by `;`, begin at the start
of a word and run on to any ending; `_` closes a word, `(a|b)` offers choices, `(a )?` may be missing, ` ~ `
bridges up to seven words. A word of four letters or fewer in a choice or before a bridge takes only its
inflections, so that "sit" is no "site". Every term is filed under the first letters it begins with, so a
sentence is compared only with terms that can stand in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from magnesim.claims.tables import rows

WORD = re.compile(r"\w+|%")
_GAP = r"\w*(?:\W+\w+){0,7}?(?:\W+|(?=%))"
_SHORT = re.compile(r"(?<![a-z])[a-z]{2,4}(?= ~ |\||\)(?!\?))")
_INFLECTED = r"(?:s|d|ed|ing)?\b"
_KEY = 3
_CHOICE_OR_GAP = re.compile(r"[(|]| ~ ")
_ONLY_LISTS = ("verb", "imperative")
"""Cues that are asked word by word with `terms_of`, never looked for in a sentence."""
_LISTS = (("topics", "topic"), ("cues", "cue"), ("forms", "form"))


@dataclass(frozen=True, slots=True)
class Term:
    """One term: a plain beginning of words, or a pattern if it bridges or chooses.

    Attributes:
        group: `topic`, `cue` or `form`.
        name: which of them.
        head: the letters that its first word begins with.
        whole_head: whether these letters are all of its first word.
        then: for every further word or choice that it cannot do without how it may begin, by two or three
            letters.
    """

    group: str
    name: str
    head: str
    literal: str
    closed: bool
    pattern: re.Pattern[str] | None
    whole_head: bool = False
    then: tuple[frozenset[str], ...] = ()

    def may_begin(self, word: str, after: str) -> bool:
        """Whether a word can be the first of the term, given the three characters after the word."""
        if not self.whole_head:
            return True
        rest = self.literal[len(self.head) : len(self.head) + len(after)]
        return word == self.head and after.startswith(rest)

    def end(self, text: str, start: int) -> int:
        """Where the term ends if it stands at `start`, else -1."""
        if self.pattern is not None:
            match = self.pattern.match(text, start)
            return match.end() if match else -1
        if not text.startswith(self.literal, start):
            return -1
        end = start + len(self.literal)
        return -1 if self.closed and end < len(text) and text[end].isalnum() else end


@lru_cache(maxsize=1 << 16)
def terms_at(word: str, after: str) -> tuple[Term, ...]:
    """The terms that a word may begin, given the three characters after it."""
    filed = (term for term in _lexicon().get(word[:_KEY], ()) if word.startswith(term.head))
    return tuple(term for term in filed if term.may_begin(word, after))


@cache
def _lexicon() -> dict[str, tuple[Term, ...]]:
    """All terms, filed under the first letters they begin with."""
    filed: dict[str, list[Term]] = {}
    for table, column in _LISTS:
        for row in rows(f"language/{table}"):
            if row[column] in _ONLY_LISTS:
                continue
            for term in filter(None, map(str.strip, row["terms"].split(";"))):
                for key, compiled in _compiled(column, row[column], term):
                    filed.setdefault(key, []).append(compiled)
    return {key: tuple(terms) for key, terms in filed.items()}


def _compiled(group: str, name: str, term: str) -> Iterator[tuple[str, Term]]:
    """A term under each of the keys it can begin with."""
    for choice in _alternatives(term.strip()):
        head = WORD.match(choice.replace("_", " "))
        if head is None:
            raise ValueError(f"{term!r} of {name} does not begin with a word")
        first = head.group()
        rest = choice[len(first) :]
        whole = rest.startswith("_") or (rest[:1] == " " and not rest.startswith(" ~ "))
        if _CHOICE_OR_GAP.search(choice):
            pattern, then = re.compile(_pattern(choice)), _following(choice)
            yield first[:_KEY], Term(group, name, first, "", False, pattern, whole, then)
        else:
            literal = choice.replace("_", "")
            yield first[:_KEY], Term(group, name, first, literal, choice.endswith("_"), None, whole)


def _following(choice: str) -> tuple[frozenset[str], ...]:
    """How the words and choices begin that must follow the first word of a term, the rarest first."""
    parts = [part for part in _parts(choice)[1:] if part != "~" and ")?" not in part]
    found = (_begins(part) for part in parts)
    return tuple(sorted({begins for begins in found if begins}, key=len))


def _begins(part: str) -> frozenset[str] | None:
    """How a word or a choice begins; None if it may begin with a single letter."""
    heads = [WORD.match(one.replace("_", " ")) for one in _alternatives(part)]
    begins = {head.group()[:_KEY] for head in heads if head}
    return frozenset(begins) if all(heads) and all(len(begin) > 1 for begin in begins) else None


def _parts(choice: str) -> list[str]:
    """A term cut at the blanks outside of brackets."""
    depth, parts = 0, [""]
    for letter in choice:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == " " and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _alternatives(term: str) -> list[str]:
    """The choices a term begins with, or the term itself."""
    if not term.startswith("("):
        return [term]
    depth, cut, parts = 0, 1, []
    for index, letter in enumerate(term):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if (letter == "|" and depth == 1) or (letter == ")" and depth == 0):
            parts.append(term[cut:index] + (term[index + 1 :] if letter == ")" else ""))
            cut = index + 1
        if depth == 0:
            tail = term[index + 1 :]
            return [part + tail for part in parts[:-1]] + parts[-1:]
    raise ValueError(f"unclosed choice in {term!r}")


def _pattern(term: str) -> str:
    """A term with choices or gaps as a regular expression; a short word takes only its inflections."""
    term = _SHORT.sub(r"\g<0>^", term)
    marks = {" ~ ": _GAP, "(": "(?:", "|": "|", ")": ")", ")?": ")?", "_": r"\b", "^": _INFLECTED}
    return "".join(marks.get(part, re.escape(part)) for part in re.split(r"( ~ |\)\?|[(|)_^])", term))


@cache
def topic_table() -> dict[str, tuple[str, float, str]]:
    """For every topic its kind, its weight, and how a direction is read of it."""
    return {
        row["topic"]: (row["kind"], float(row["weight"]), row["reads"]) for row in rows("language/topics")
    }


@cache
def terms_of(table: str, name: str) -> frozenset[str]:
    """The terms of one row of a table as whole words."""
    (terms,) = [row["terms"] for row in rows(f"language/{table}") if next(iter(row.values())) == name]
    return frozenset(term.strip().rstrip("_") for term in terms.split(";"))


def kind_of(topic: str) -> str:
    """The kind that a topic belongs to."""
    return topic_table()[topic][0]
