"""What a person says is absent, and how far those words reach.

A denial holds for what stands right behind its cue, and for a list behind that which `or` closes. Only
words that the tables know carry it on: any other word ends it, and what follows counts as said. Where a
denial is bounded (`no fits since May`, `no severe asthma`, `not stopped`) it is unclear, never absent; so is
what only a slash joins to it (`no acne/kidney failure`), unless organs share it (`no heart/liver disease`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from magnesim.safety.tables import rows
from magnesim.safety.words import Span, phrases, plain_words

STOPPING = ("stop", "not_taken")
"""Cues that speak of medicines only: dialysis that was stopped is not absent."""
RELATIVE = "relative"
"""Cues that speak of somebody else: `my mother is on dialysis`."""
_SPACE = re.compile(r"\s*")
_OR = re.compile(r"\s*(?:,\s*)?\b(?:or|nor)\b")
_SLASH = re.compile(r"\s*/")
_JOIN = re.compile(r"(?:or|nor|and)\b\s*")
_COMMA = re.compile(r"\s*,")
_AND = re.compile(r"\s*\band\b")
_AMOUNT = re.compile(r"\s*\d[\d.]*\s*(?:mg|mcg|ug|g|ml|iu|units?|mmol)?(?!\w)(?:\s*of\b)?")
_LIST_GOES_ON = re.compile(r"\s*(?:/|,|\bor\b|\bnor\b)")
_RULED_OUT = re.compile(
    r"\s*\b(?:(?:was|were|is|are|has|have|been|now|already|since)\s+)*(?:ruled out|excluded)\b"
)
_PIECE_ENDS = re.compile(r"(?:since\s*)?(?:,|$)")
_STOP_BEHIND = re.compile(r"\s*(?:,\s*)?")


@dataclass(frozen=True)
class Denials:
    """Where in a part something is said to be absent.

    Attributes:
        denied: absent.
        unclear: neither surely absent nor surely present.
        stopped: medicines that are not taken, or no longer.
        doubted: medicines of which only that is unclear.
        cues: the words that say so.
    """

    denied: tuple[Span, ...] = ()
    unclear: tuple[Span, ...] = ()
    stopped: tuple[Span, ...] = ()
    doubted: tuple[Span, ...] = ()
    cues: tuple[Span, ...] = ()


@dataclass(frozen=True)
class _Cue:
    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class _Item:
    start: int
    end: int
    is_qualified: bool
    is_bare_organ: bool = False


def read_denials(
    part: str,
    items: Iterable[Span],
    drugs: Iterable[Span],
    values: Iterable[Span],
    is_sign: Callable[[Span], bool],
) -> Denials:
    """Read the denials of a part.

    Args:
        part: as `words.parts` gives it.
        items: where conditions, signs and medicines stand.
        drugs: where medicines stand.
        values: where laboratory values stand.
        is_sign: whether a cue is itself what makes a sign, as in `no urine`; it then denies nothing.
    """
    own = [cue for cue in _cues(part) if cue.kind in STOPPING or not is_sign((cue.start, cue.end))]
    return _Reader(part, list(items), list(drugs), frozenset(start for start, _ in values), own).read()


def may_deny(part: str) -> bool:
    """Whether a part holds any word of denial at all; where not, what it names need not be looked for."""
    return (
        bool(_cues(part))
        or _RULED_OUT.search(part) is not None
        or phrases("answered_no").search(part) is not None
    )


def without(part: str, spans: Iterable[Span]) -> str:
    """The part with these places blank; a line break stands there, which no pattern crosses."""
    letters = list(part)
    for start, end in spans:
        letters[start:end] = "\n" * (end - start)
    return "".join(letters)


def within(span: Span, others: Iterable[Span]) -> bool:
    """Whether a span lies wholly in one of the others."""
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _cues(part: str) -> list[_Cue]:
    """The words that may deny something, the longest at each place."""
    own = [
        _Cue(match.start(), match.end(), _cue_kinds()[match[0]]) for match in phrases(*_CUES).finditer(part)
    ]
    others = [_Cue(*match.span(), RELATIVE) for match in _of_relatives().finditer(part)]
    return sorted([*own, *others], key=lambda cue: cue.start)


@cache
def _of_relatives() -> re.Pattern[str]:
    """`mother has`, `brother is on`: the longest first."""
    who, does = (
        "|".join(sorted(map(re.escape, plain_words(kind)), key=lambda word: (-len(word), word)))
        for kind in (RELATIVE, "relative_verb")
    )
    return re.compile(rf"\b(?:my |his |her |our )?(?:{who}) (?:{does})\b")


@cache
def _of_self() -> re.Pattern[str]:
    """A denial for oneself, as in `no heart disease himself`: what is said of relatives is theirs."""
    denials, selves = (phrases(kind).pattern for kind in ("negation", "self"))
    return re.compile(rf"{denials}[^,]*{selves}\s*(?:,|$)")


_CUES = ("negation", "negation_of_a_list", "negation_in_place", "negation_in_the_past", *STOPPING)


@cache
def _cue_kinds() -> dict[str, str]:
    return {word: kind for kind in _CUES for word in plain_words(kind)}


@cache
def _words(kind: str) -> str:
    return "|".join(row["words"] for row in rows("drug_status") if row["status"] == kind)


@cache
def _status(kind: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_words(kind)})(?!\w)")


def says(kind: str, text: str) -> bool:
    """Whether a text holds words of a kind of `drug_status.csv`."""
    return _status(kind).search(text) is not None


class _Reader:
    def __init__(
        self, part: str, items: list[Span], drugs: list[Span], values: frozenset[int], own: list[_Cue]
    ) -> None:
        self.part = part
        self.cues = own
        self.starts = values | {cue.start for cue in own}
        self.items = self._ends([*items, *drugs])
        self.drugs = self._ends(drugs)
        self.denied: list[Span] = []
        self.unclear: list[Span] = []
        self.stopped: list[Span] = []
        self.doubted: list[Span] = []
        self.read_cues: list[Span] = []

    def _ends(self, spans: list[Span]) -> dict[int, int]:
        """For each start the furthest end; a match that runs over a connector is no single thing."""
        found: dict[int, int] = {}
        for start, end in sorted(spans):
            text = self.part[start:end]
            is_one = "," not in text and phrases("connector").search(text) is None
            if is_one or text in plain_words("one_term"):
                found[start] = end
        return found

    def read(self) -> Denials:
        for place, cue in enumerate(self.cues):
            self._read_cue(cue, self.cues[place - 1] if place else None)
        self._read_afterwards()
        found = (self.denied, self.unclear, self.stopped, self.doubted, self.read_cues)
        return Denials(*map(tuple, found))

    def _read_cue(self, cue: _Cue, before: _Cue | None) -> None:
        scope, doubtful = self._scope(cue)
        if not scope:
            return
        self.read_cues.append((cue.start, cue.end))
        span = (scope[0].start, scope[-1].end)
        is_double = before is not None and not self.part[before.end : cue.start].strip()
        if cue.kind == RELATIVE and not self._says_not_me():
            # somebody may write for a relative: it is asked whose it is
            self.unclear += [(item.start, item.end) for item in (*scope, *doubtful)]
            return
        if cue.kind == RELATIVE and not is_double:
            # what the relative has is theirs, whenever they had it
            self.denied.append(span)
            self.unclear += [(item.start, item.end) for item in doubtful]
            return
        if is_double or not self._is_plain(cue, scope):
            (self.doubted if cue.kind in STOPPING else self.unclear).append(span)
        elif cue.kind not in STOPPING and self._ends_here(span[1]):
            self.denied.append(span)
        else:
            self.stopped.append(span)
        self.unclear += [(item.start, item.end) for item in doubtful]

    # --- how far a cue reaches

    def _scope(self, cue: _Cue) -> tuple[list[_Item], list[_Item]]:
        """What a cue governs, and what only a list without `or` joins to it."""
        known = self.drugs if cue.kind in STOPPING else self.items
        first = self._item(cue.end, known)
        if first is None:
            return [], []
        scope, is_closed = [first], False
        waiting: list[_Item] = []
        by_slash: list[_Item] = []
        while True:
            before = (waiting or scope)[-1]
            found, joint = self._next_item(before.end, known, is_closed)
            if found is None:
                break
            if joint == "or" or (joint == "/" and before.is_bare_organ and not waiting):
                scope, waiting, by_slash = [*scope, *waiting, found], [], []
                is_closed = is_closed or joint == "or"
                continue
            if joint == "/" and by_slash == waiting:
                by_slash = [*by_slash, found]
            waiting.append(found)
        if cue.kind not in ("negation_of_a_list", RELATIVE):
            return scope, by_slash
        and_too = _AND.match(self.part, (waiting or scope)[-1].end)
        last = self._item(and_too.end(), known) if and_too else None
        return scope, [*waiting, *([last] if last else [])]

    def _next_item(self, at: int, known: dict[int, int], is_closed: bool) -> tuple[_Item | None, str]:
        """The next thing of a list with what joins it: `or`, `/`, or a comma where no `or` closed it."""
        for joint, pattern in (("or", _OR), ("/", _SLASH), (",", _COMMA)):
            joined = None if joint == "," and is_closed else pattern.match(self.part, at)
            if joined:
                return self._item(joined.end(), known), joint
        return None, ""

    def _item(self, at: int, known: dict[int, int]) -> _Item | None:
        """The one thing that stands here, with the words that lead to it and belong to it."""
        is_qualified, organ_end, end = False, None, None
        start = self._skip(at)
        at = start
        while True:
            at = self._skip(at)
            is_stop = known is self.drugs
            joined = (is_stop and phrases("stop_lead").match(self.part, at)) or self._amount(at, known)
            qualifier = None if joined else phrases("denial_qualifier").match(self.part, at)
            lead = joined or qualifier or phrases("denial_lead").match(self.part, at)
            if lead and not (qualifier is None and at in known and known[at] > lead.end()):
                is_qualified, at = is_qualified or qualifier is not None, lead.end()
                continue
            noun = phrases("deniable").match(self.part, at) if known is self.items else None
            organ = phrases("organ").match(self.part, at) if known is self.items else None
            if at in known:
                end = known[at]
            elif noun:
                end = noun.end()
            elif organ:
                organ_end = at = organ.end()
                continue
            elif organ_end is not None and _LIST_GOES_ON.match(self.part, organ_end):
                end = organ_end  # `no heart, kidney or liver disease`
            break
        is_bare = end is not None and end == organ_end
        return None if end is None else _Item(start, self._with_tail(end), is_qualified, is_bare)

    def _amount(self, at: int, known: dict[int, int]) -> re.Match[str] | None:
        return _AMOUNT.match(self.part, at) if known is self.drugs else None

    def _with_tail(self, end: int) -> int:
        """Nouns and strengths that go on naming the same thing."""
        while True:
            at = self._skip(end)
            more = (
                phrases("deniable").match(self.part, at)
                or phrases("denial_tail").match(self.part, at)
                or (_AMOUNT.match(self.part, at) if end in self.drugs.values() else None)
            )
            if more is None or more.end() <= end:
                return end
            end = more.end()

    def _skip(self, at: int) -> int:
        return _SPACE.match(self.part, at).end()  # type: ignore[union-attr]  # nothing fits too

    # --- whether it is plain

    def _is_plain(self, cue: _Cue, scope: list[_Item]) -> bool:
        """Whether a denial has no bound; `denied dialysis` may also say that it was refused."""
        piece = self.part.rfind(",", 0, cue.start) + 1
        ahead, end = self.part[piece : cue.start].strip(), scope[-1].end
        is_odd = (
            any(item.is_qualified for item in scope)
            or cue.kind == "negation_in_the_past"
            or (cue.kind == "negation_in_place" and ahead not in plain_words("denial_opening"))
        )
        if is_odd or not all(self._is_medicine(item) for item in scope):
            return not is_odd and self._ends_here(end)
        taken_back = says("resumed", self.part[end:]) or (cue.kind in STOPPING and says("undone", ahead))
        return not taken_back and (self._ends_here(end) or self._only_when(end))

    def _says_not_me(self) -> bool:
        """Whether the part says that what relatives have is not their own; the words are understood."""
        found = phrases("not_me").finditer(self.part)
        said = [match for match in found if self.part[match.end() : match.end() + 1] in ("", ",")]
        self.read_cues += [match.span() for match in said]
        return bool(said or _of_self().search(self.part) or phrases("own_statement").search(self.part))

    def _is_medicine(self, item: _Item) -> bool:
        return any(within(drug, [(item.start, item.end)]) for drug in self.drugs.items())

    def _ends_here(self, at: int) -> bool:
        """Whether nothing bounds the denial: the piece ends, or a new statement begins."""
        at = self._skip(at)
        joined = _JOIN.match(self.part, at)
        if joined and joined.end() in self.starts:
            return True
        return (
            _PIECE_ENDS.match(self.part, at) is not None
            or phrases("denial_end").match(self.part, at) is not None
            or at in self.starts
        )

    def _only_when(self, at: int) -> bool:
        """Whether what follows only says when a medicine was stopped."""
        piece_end = self.part.find(",", at)
        rest = self.part[at : piece_end if piece_end >= 0 else len(self.part)]
        return re.fullmatch(rf"(?:\s*(?:{_words('when_stopped')})(?!\w))*\s*", rest) is not None

    # --- denials that stand behind what they deny

    def _read_afterwards(self) -> None:
        for start, end in self.items.items():
            tail = self._with_tail(end)
            if _RULED_OUT.match(self.part, tail):
                self.denied.append((start, tail))
            piece_end = self.part.find(",", tail)
            answer = self.part[tail : piece_end if piece_end >= 0 else len(self.part)].strip()
            is_whole_piece = not self.part[self.part.rfind(",", 0, start) + 1 : start].strip()
            if is_whole_piece and answer in plain_words("answered_no"):
                self.denied.append((start, tail))
        for start, end in self.drugs.items():
            self._read_stop_behind(start, self._with_tail(end))
            self._read_past_course(start, self._with_tail(end))

    def _read_past_course(self, start: int, end: int) -> None:
        """`was on Isentress until 2019`, `one dose of Xofluza last winter`: nothing else in the piece."""
        piece_start = self.part.rfind(",", 0, start) + 1
        comma = self.part.find(",", end)
        ahead = self.part[piece_start:start].strip()
        behind = self.part[end : comma if comma >= 0 else len(self.part)].strip()
        if says("resumed", self.part[end:]):
            return
        none = r"(?:none|nothing|no|nil)(?: (?:now|currently|at present|at the moment|these days|today))?"
        lead = rf"(?:{none} )?(?:{_words('past_lead')})"
        ended = r"(?:until|till|up to) .*"
        led = re.fullmatch(lead, ahead) or re.fullmatch(none, ahead) or re.fullmatch(ended, behind)
        if led and re.fullmatch(
            rf"(?:(?:{_words('past_between')}) )*(?:{_words('past_time')})(?: only)?", behind
        ):
            self.stopped.append((piece_start, comma if comma >= 0 else len(self.part)))
        elif not ahead:
            over = re.compile(rf"[\s,]*(?:{_words('past_course')}),? (?:{_words('past_time')})(?=,|$)")
            if once := over.match(self.part, end):
                self.stopped.append((start, once.end()))

    def _read_stop_behind(self, start: int, end: int) -> None:
        """`omeprazole 20 mg, stopped in May`; how long it was taken may stand between."""
        between = re.compile(rf"(?:\s*(?:{_words('past_between')}|{_words('past_time')})(?!\w))*")
        # both patterns fit nothing too, so that there always is a match
        later = between.match(self.part, end).end()  # type: ignore[union-attr]
        starts = (_STOP_BEHIND.match(self.part, at).end() for at in (end, later))  # type: ignore[union-attr]
        found = next(filter(None, (_status("stopped_behind").match(self.part, at) for at in starts)), None)
        if found is None or self._skip(found.end()) in self.drugs:
            return
        clear = self._only_when(found.end()) and not says("resumed", self.part[found.end() :])
        (self.stopped if clear else self.doubted).append((start, end))
