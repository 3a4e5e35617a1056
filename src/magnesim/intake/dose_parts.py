"""Cuts the tokens of a dose into parts, one a product or a time of day, and a part into clauses.

`5 mmol morning + 10 mmol evening` has two parts; `400 mg oxide (240 mg elemental)` is one part that states
its amount in two clauses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from magnesim.errors import UnclearError
from magnesim.intake.dose_tokens import EXAMPLE, Token

WHAT_IS_SAID = ("elemental", "salt", "compound", "variant", "magnesium", "as", "container", "each", "open")
"""What a part that holds only a number and a time may take over from the part that says it."""


@dataclass(frozen=True)
class Part:
    """Tokens that belong together, and the whole text as messages quote it."""

    given: str
    tokens: tuple[Token, ...]

    def all(self, *kinds: str) -> list[Token]:
        """Tokens of these kinds, in order."""
        return [token for token in self.tokens if token.kind in kinds]

    def has(self, *kinds: str) -> bool:
        """Whether any token is of these kinds."""
        return bool(self.all(*kinds))

    def unclear(self, question: str) -> UnclearError:
        """The error that asks this question about the text."""
        return UnclearError(self.given, question, EXAMPLE)

    def extended(self, tokens: Iterable[Token]) -> Part:
        """This part with more tokens at its end."""
        return Part(self.given, (*self.tokens, *tokens))

    def cut(self, places: Iterable[int], keep_marks: bool = False) -> list[Part]:
        """Pieces between the tokens at these places; the marks themselves lead the next piece, or go."""
        starts = [0, *(place if keep_marks else place + 1 for place in places)]
        ends = [*places, len(self.tokens)]
        return [Part(self.given, self.tokens[start:end]) for start, end in zip(starts, ends, strict=True)]

    def between_amounts(self, *kinds: str) -> list[list[int]]:
        """For each two neighbouring amounts, the places of tokens of these kinds between them."""
        places = [i for i, token in enumerate(self.tokens) if token.kind == "amount"]
        return [
            [i for i in range(first + 1, second) if self.tokens[i].kind in kinds]
            for first, second in pairwise(places)
        ]


def parts_of(whole: Part) -> list[Part]:
    """Cut at every plus; and at `and` or a comma where each side has its own amount and its own time.

    Raises:
        UnclearError: something is added up without an amount.
    """
    parts: list[Part] = []
    for piece in whole.cut([i for i, token in enumerate(whole.tokens) if token.kind == "plus"]):
        if not piece.has("amount"):
            raise piece.unclear("how much magnesium is in each of the things that are added up?")
        parts.extend(_by_time(piece))
    return _completed(parts)


def _by_time(part: Part) -> list[Part]:
    gaps = part.between_amounts("and", "comma")
    pieces = part.cut([marks[-1] for marks in gaps if marks])
    each_complete = all(len(p.all("amount")) == 1 and p.has("clock", "time_of_day") for p in pieces)
    return pieces if each_complete else [part]


def _completed(parts: list[Part]) -> list[Part]:
    """A part that says only a number takes its salt and basis from the one part that says them.

    Without its own time it may be another product: then `elemental` is taken over, a salt mass is not.
    """
    donors = [part for part in parts if part.has("elemental", "salt", "compound")]
    if len(donors) == 1 and not donors[0].has("product"):
        parts = [_taking_over(part, donors[0]) for part in parts]
    if any(part.has("elemental_all") for part in parts):
        return [part.extended([Token("elemental", "elemental")]) for part in parts]
    return parts


def _taking_over(part: Part, donor: Part) -> Part:
    same_product = part.has("clock", "time_of_day") or donor.has("elemental", "elemental_all")
    if part is donor or part.has("product") or not same_product:
        return part
    return part.extended(donor.all(*WHAT_IS_SAID))


def clauses_of(part: Part) -> list[Part]:
    """A part cut so that each clause states one amount.

    Raises:
        UnclearError: nothing between two amounts says that they are the same amount.
    """
    gaps = part.between_amounts("equivalent", "open", "as")
    commas = part.between_amounts("comma")
    if gaps and not gaps[-1] and commas[-1] and _states_the_elemental(part, commas[-1][-1]):
        gaps[-1] = commas[-1]
    if not all(gaps):
        raise part.unclear("there is more than one amount: which is taken, or do they add up (write a plus)?")
    return part.cut([marks[0] for marks in gaps], keep_marks=True)


def _states_the_elemental(part: Part, comma: int) -> bool:
    """`500 mg gluconate tablets, 27 mg elemental each`: behind the comma only what one tablet holds."""
    before, behind = (Part(part.given, run) for run in (part.tokens[:comma], part.tokens[comma + 1 :]))
    return (
        before.has("compound")
        and not before.has("elemental")
        and behind.has("elemental", "elemental_all")
        and behind.has("each")
        and not behind.has("compound", "count")
    )
