"""Which alternatives of a pattern can match a text at all, so that only those need compiling.

The tables hold thousands of alternatives, and a text touches a handful. Each alternative has letters that
every match must hold; where the text lacks them the alternative is left out, which changes no match.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache

_TOKEN = re.compile(
    r"(?P<open>\((?:\?(?:[:=!]|<[=!]|P<\w+>))?)|(?P<close>\))|(?P<bar>\|)|(?P<often>[?*+]\??|\{[\d,]*\})"
    r"|(?P<break>\\.|\[(?:\\.|[^\]])*\]|<\w+>|[\^$.])|(?P<letters>[^\\\[\](){}|?*+<>^$.]+)"
)
_LOOKS_AROUND = ("(?=", "(?!", "(?<=", "(?<!")
MOST_LETTERS = 40
"""A choice of more needed letters than this is no use as a sieve."""

Needed = frozenset[str] | None
"""Runs of letters of which every match holds at least one; None where nothing is needed."""


@dataclass
class _Sequence:
    """One alternative while it is read."""

    needed: Needed = None
    run: str = ""

    def offer(self, found: Needed) -> None:
        """Keep what sifts best: the longest of the shortest runs."""
        if found and len(found) <= MOST_LETTERS and _worth(found) > _worth(self.needed):
            self.needed = found

    def close_run(self) -> None:
        if self.run:
            self.offer(frozenset([self.run]))
        self.run = ""


@dataclass
class _Group:
    opened: str
    done: list[Needed] = field(default_factory=list)
    now: _Sequence = field(default_factory=_Sequence)

    def next_alternative(self) -> None:
        self.now.close_run()
        self.done.append(self.now.needed)
        self.now = _Sequence()

    def needed(self) -> Needed:
        if self.opened in _LOOKS_AROUND or any(one is None for one in self.done):
            return None
        return frozenset().union(*(one for one in self.done if one))


def _worth(found: Needed) -> int:
    return min(map(len, found)) if found else 0


@cache
def alternatives(words: str) -> tuple[tuple[str, Needed], ...]:
    """The alternatives of a pattern at its top, each with the letters that a match must hold."""
    stack = [_Group("")]
    cuts: list[int] = []
    tokens = [*_TOKEN.finditer(words)]
    for place, token in enumerate(tokens):
        group, behind = stack[-1], tokens[place + 1] if place + 1 < len(tokens) else None
        may_lack = behind is not None and behind.lastgroup == "often" and behind[0][0] in "?*{"
        kind = token.lastgroup
        if kind == "letters":
            group.now.run += token[0][:-1] if may_lack else token[0]
            if behind is not None and behind.lastgroup == "often":
                group.now.close_run()
        elif kind == "open":
            group.now.close_run()
            stack.append(_Group(token[0]))
        elif kind == "close":
            group.next_alternative()
            stack.pop()
            if not may_lack:
                stack[-1].now.offer(group.needed())
        elif kind == "bar":
            group.next_alternative()
            if len(stack) == 1:
                cuts.append(token.start())
        else:
            group.now.close_run()
    stack[0].next_alternative()
    starts, ends = [0, *(cut + 1 for cut in cuts)], [*cuts, len(words)]
    texts = (words[start:end] for start, end in zip(starts, ends, strict=True))
    return tuple(zip(texts, stack[0].done, strict=True))


def fitting(words: str, text: str) -> str:
    """The pattern without the alternatives that cannot match this text; empty where none can."""
    return "|".join(
        one
        for one, needed in alternatives(words)
        if needed is None or any(letters in text for letters in needed)
    )


@lru_cache(maxsize=8192)
def compiled(words: str) -> re.Pattern[str]:
    """The words as a pattern that begins and ends with a word."""
    return re.compile(rf"\b(?:{words})(?!\w)")
