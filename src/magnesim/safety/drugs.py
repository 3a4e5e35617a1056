"""Finds medicines in plain words: generic, class and brand names, misspellings, times, routes, how long.

A name is looked up exactly, then by class, then by likeness. What is left over and is not a plain word
counts as a medicine that the tables do not know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from magnesim.data import records
from magnesim.safety.denial import says
from magnesim.safety.rulebook import slug
from magnesim.safety.tables import rows
from magnesim.safety.words import Span, months_said, normalised, phrases, plain_words

LIKENESS = 88.0
"""Lowest likeness (0 to 100, rapidfuzz ratio) for a misspelling; no two different drugs reach it."""
SHORTEST_FUZZY = 6
LONGEST_NAME = 6
DAY_H = 24
EVENING_FROM_H = 5
"""A bare hour with `evening` or `night` lies after noon from here on; before, it is past midnight."""

_TOKEN = re.compile(r"[a-z0-9%]+(?:[.:/][a-z0-9%]+)*")
_AMOUNT = re.compile(
    r"%|\d{1,2}(?:am|pm)(?:/\d{1,2}(?:am|pm))+|x\d+(?:/\d+)?|\d[\d.:/x%]*(?:mg|mcg|ug|g|ml|l|iu|mmol|meq|units?|st|nd|rd|th|am|pm|h|x|days?|weeks?)?"
)
_CLOCK = re.compile(
    r"\b(?P<h>[01]?\d|2[0-3]):(?P<m>[0-5]\d) ?(?P<half>am|pm)?\b"
    r"|\b(?P<h12>1[0-2]|0?[1-9]) ?(?P<half12>am|pm)\b"
)
_DENIED_ROUTE = re.compile(r"\b(?:not|never|rather than|instead of)\b")
_PLAIN_NAME = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")
_NOON = re.compile(r"\b(?:noon|midday)\b")
_BARE_HOURS = re.compile(
    r"\b(?:at (?=\d)|(?<![\d.:/] )(?=\d{1,2}(?:, and | and |, )\d{1,2}\b))"
    r"(\d{1,2}(?:(?:, and | and |, )\d{1,2}\b)*)(?![\d:.%/]|(?:, and | and |, )\d)"
    r"(?! ?(?:[ap]m|mg|mcg|ug|g|ml|iu|units?|mmol|times|x|days?|weeks?|months?|years?|hours?)\b)"
)
_NAMELESS = re.compile(
    r"\b(?:(?:tablet|pill|capsule|medicine|medication|injection|supplement|drug)s?|drops|syrup|powder"
    r"|something|stuff|ones?) "
    r"(?:from|against|that|which|for (?!\d|an? |one |two |three |four |five |six |some |many |several ))"
)
_OF_ALL = re.compile(r"\b(?:both|all( of them)?|each)(?: (?:at|taken at|together at|taken))* (?=\d)")
_CLAUSE = re.compile(r",|\b(?:and|plus|or|with)\b")
_SEPARATES = re.compile(r",|\b(?:and|or|plus|then|also|later)\b")
_JOINED = re.compile(r"\s*(?:and|/|with|plus)?\s*")
"""What may stand between two medicines that share what is said behind them: never a comma."""


class Entry(NamedTuple):
    """What a name stands for; `generics` is empty where it is only a kind of medicine."""

    generic: str
    rules: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    markers: frozenset[str] = frozenset()
    route: str = "oral"
    generics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drug:
    """A medicine as found in what a person wrote.

    Attributes:
        written: the name as written.
        generic: the name it was read as.
        rules: the rules of its rows.
        groups: kinds it belongs to, such as `statin`.
        markers: risk markers that it implies.
        question: what to ask about it.
        route: `oral`, `parenteral` or `local`; oral where not said.
        times_h: clock times in hours, where all are said; else empty.
        per_day: how often a day, where said.
        months: for how long, months, where said.
        as_needed: taken now and then only.
        span: where it stands in its part.
        is_misspelt: whether the name was found by likeness.
        generics: the medicines that it holds, each by one name; empty for a kind of medicine.
        status: `current`, `planned`, `stopped`, `denied`, or `unclear` where neither yes nor no is sure.
    """

    written: str
    generic: str
    rules: frozenset[str]
    groups: frozenset[str]
    markers: frozenset[str]
    span: Span
    question: str = ""
    route: str = "oral"
    times_h: tuple[float, ...] = ()
    per_day: int | None = None
    months: float | None = None
    as_needed: bool = False
    is_misspelt: bool = False
    generics: tuple[str, ...] = ()
    status: str = "current"

    @property
    def shown(self) -> str:
        """The name with what it was read as, where they differ."""
        return self.generic if self.written == self.generic else f"{self.written} (read as {self.generic})"


@cache
def lexicon() -> dict[str, Entry]:
    """Every exact name, normalised, with what it stands for."""
    names: dict[str, Entry] = {}
    for row in records("safety", "interactions"):
        for generic in row["generic_names"].split(";"):
            _add(names, generic, Entry(generic, frozenset([f"interactions:{slug(row['drug_or_class'])}"])))
    for row in rows("drug_members"):
        _add(names, row["name"], Entry(row["name"], frozenset([row["rule"]])))
    for row in rows("known_drugs"):
        markers = frozenset([f"marker:{row['implies']}"] if row["implies"] else [])
        rule = frozenset([row["rule"]] if row["rule"] else [])
        _add(names, row["name"], Entry(row["name"], rule, frozenset([row["group"]]), markers))
    for row in rows("brands"):
        for generic in row["generic"].split(";"):
            entry = names[_key(generic)]
            _add(
                names,
                row["brand"],
                entry._replace(generic=row["generic"].replace(";", " with "), route=row["route"] or "oral"),
            )
    return {name: entry._replace(generics=_generics(entry.generic)) for name, entry in names.items()}


@cache
def _generics(written: str) -> tuple[str, ...]:
    """Each medicine of a combination by one name; what `drug_names.csv` leaves empty is only a kind."""
    found = (_key(name) for name in re.split(r"/| with ", written))
    return tuple(dict.fromkeys(name for key in found if (name := _one_name().get(key, key))))


@cache
def _one_name() -> dict[str, str]:
    return {row["name"]: row["generic"] for row in rows("drug_names")}


def _add(names: dict[str, Entry], name: str, entry: Entry) -> None:
    """A name may stand in several rows: all of them apply."""
    old = names.get(_key(name))
    if old is not None:
        entry = Entry(
            old.generic,
            old.rules | entry.rules,
            old.groups | entry.groups,
            old.markers | entry.markers,
            old.route,
        )
    names[_key(name)] = entry


@cache
def _key(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else normalised(name).replace("/", " ")


@cache
def _classes() -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    return tuple((re.compile(rf"\b(?:{row['words']})(?!\w)"), row) for row in rows("drug_classes"))


@cache
def read_drugs(part: str) -> tuple[Drug, ...]:
    """The medicines that a part of a person's list names, in the order written."""
    found = _exact(part)
    for pattern, row in _classes():
        for match in pattern.finditer(part):
            if not _overlaps(match.span(), [drug.span for drug in found if drug.generic != match[0]]):
                rules = frozenset([row["rule"]] if row["rule"] else ["own:vague_drug"])
                empty: frozenset[str] = frozenset()
                found.append(Drug(match[0], match[0], rules, empty, empty, match.span(), row["question"]))
    found.sort(key=lambda drug: (drug.span, drug.generic))
    contexts = _contexts(part, [drug.span for drug in found])
    timing = _shared(part, [drug.span for drug in found], contexts)
    contexts = _one_product(part, found, contexts)
    return tuple(
        _with_context(drug, context, when, _route_words(part, context, drug) if place == 0 else context)
        for place, (drug, context, when) in enumerate(zip(found, contexts, timing, strict=True))
    )


def _route_words(part: str, context: str, first: Drug) -> str:
    """What says how the first medicine is taken: a product named before a comma is another one."""
    marks = [mark.end() for mark in _SEPARATES.finditer(part, 0, first.span[0])]
    return context[marks[-1] :] if marks else context


def like(word: str, likeness: float = LIKENESS) -> tuple[str, ...]:
    """The names in the lexicon that a misspelt word may mean, the likest first; none where none is near."""
    from rapidfuzz import fuzz, process

    if len(word) < SHORTEST_FUZZY:
        return ()
    found = process.extract(word, _single_words(), scorer=fuzz.ratio, score_cutoff=likeness, limit=3)
    return tuple(name for name, _, _ in found)


@cache
def _single_words() -> tuple[str, ...]:
    return tuple(sorted(name for name in lexicon() if len(name) >= SHORTEST_FUZZY and name.isalpha()))


def _exact(part: str) -> list[Drug]:
    """Names by the longest run of words, then by likeness for each word that is left."""
    text = part.replace("/", " ")
    tokens = list(re.finditer(r"[a-z0-9.]+", text))
    found: list[Drug] = []
    place = 0
    while place < len(tokens):
        for length in range(min(LONGEST_NAME, len(tokens) - place), 0, -1):
            span = tokens[place].start(), tokens[place + length - 1].end()
            entry = lexicon().get(text[span[0] : span[1]])
            if entry is not None:
                found.append(_drug(text[span[0] : span[1]], entry, span))
                place += length - 1
                break
        else:
            found += _misspelt(tokens[place])
        place += 1
    return found


def _misspelt(token: re.Match[str]) -> list[Drug]:
    """A word that is like a name; where it is like several, the rules of all of them hold."""
    if is_plain(token[0]) or any(pattern.search(token[0]) for pattern, _ in _classes()):
        return []
    found = [_drug(token[0], lexicon()[name], token.span()) for name in like(token[0])]
    # Only the likest counts as taken.
    return [
        replace(drug, is_misspelt=True, generics=() if place else drug.generics)
        for place, drug in enumerate(found)
    ]


def _drug(written: str, entry: Entry, span: Span) -> Drug:
    return Drug(
        written,
        entry.generic,
        entry.rules,
        entry.groups,
        entry.markers,
        span,
        route=entry.route,
        generics=entry.generics,
    )


def is_plain(token: str) -> bool:
    """Whether a word says nothing about which medicine or condition it is."""
    return token in plain_words("filler") or _AMOUNT.fullmatch(token) is not None


def unknown_words(part: str, accounted: list[Span], is_drugs: bool = False) -> list[str]:
    """The words that nothing accounts for; all of them where a part has no known word at all.

    Among drugs `tablets from the dentist` beside a known name is itself not known.
    """
    left = _nameless(part, accounted) if is_drugs else []
    vague = plain_words("vague") | (plain_words("salt_name") if is_drugs else frozenset())
    everywhere = frozenset() if is_drugs or not accounted else vague - plain_words("vague_here")
    start = 0
    for piece in part.split(","):
        end = start + len(piece)
        known = any(start <= a < end for a, _ in accounted)
        for token in _TOKEN.finditer(part, start, end):
            if _overlaps(token.span(), accounted):
                continue
            if not is_drugs and token[0] in plain_words("alert"):
                left.append(token[0])  # a part of the body is never a mere filler
            if is_plain(token[0]) or _is_role_word(token[0], is_drugs):
                continue
            if token[0] in everywhere:
                continue  # `HIV since 2012, suppressed`: it speaks of what the part names
            if token[0] not in left and not (known and token[0] in vague):
                left.append(token[0])
        start = end + 1
    everything = [token[0] for token in _TOKEN.finditer(part)]
    return left if accounted or left else everything


def _nameless(part: str, accounted: list[Span]) -> list[str]:
    """Products that are spoken of without a name: nothing known stands before them in their clause."""
    found = []
    for match in _NAMELESS.finditer(part):
        clause = max((one.end() for one in _CLAUSE.finditer(part, 0, match.start())), default=0)
        if not _has(part[clause : match.end()], "local") and not any(
            clause <= start < match.end() for start, _ in accounted
        ):
            found.append(match[0].strip())
    return found


def _is_role_word(token: str, is_drugs: bool) -> bool:
    kinds: tuple[str, ...] = ("as_needed", "negation", "answered_no")
    if is_drugs:
        kinds += ("parenteral", "local", "oral")
    return any(token in plain_words(kind) for kind in kinds)


def _overlaps(span: Span, others: list[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


# --- what is said about a medicine


def _contexts(part: str, spans: list[Span]) -> list[str]:
    """For each medicine the words that speak of it: from the last comma or `and` before it to the next."""
    if not spans:
        return []
    starts: list[int] = []
    for place, (start, _) in enumerate(spans):
        before = spans[place - 1][1] if place else 0
        marks = [match.end() for match in re.finditer(r",|\band\b", part) if before <= match.start() < start]
        starts.append(0 if place == 0 else (marks[-1] if marks else before))
    contexts = [part[start:end] for start, end in zip(starts, [*starts[1:], len(part)], strict=True)]
    for place in reversed(range(len(spans) - 1)):
        if spans[place][1] > spans[place + 1][0]:
            contexts[place] = contexts[place + 1]  # two readings of the same word
    return contexts


def _shared(part: str, spans: list[Span], contexts: list[str]) -> list[str]:
    """Where the hours of each medicine are said: `isoniazid and rifampicin 06:30` says them of both."""
    shared = list(contexts)
    for place in reversed(range(len(spans) - 1)):
        joined = _JOINED.fullmatch(part, spans[place][1], max(spans[place][1], spans[place + 1][0]))
        said_of_all = _OF_ALL.search(shared[place + 1]) and not (
            clock_times(contexts[place]) or _bare_hours(contexts[place])
        )
        if joined or said_of_all:
            shared[place] = shared[place + 1]
    return shared


def _one_product(part: str, found: list[Drug], contexts: list[str]) -> list[str]:
    """A brand beside its own generic is one product: `Genticin (gentamicin) ear drops`."""
    joined = list(contexts)
    for place, (first, second) in enumerate(pairwise(found)):
        between = part[first.span[1] : second.span[0]]
        if first.generics and second.generics == first.generics and not _SEPARATES.search(between):
            joined[place] = joined[place + 1] = f"{contexts[place]} {contexts[place + 1]}"
    return joined


def _with_context(drug: Drug, context: str, when: str, how: str) -> Drug:
    per_day = next(
        (int(row["per_day"]) for row in rows("frequencies") if re.search(rf"\b(?:{row['words']})\b", when)),
        None,
    )
    times, bare = clock_times(when), _bare_hours(when)
    if bare and not times:
        per_day = max(per_day or 1, len(bare))
        times = _on_the_clock(bare, when)
    if per_day is not None and times and len(times) != per_day:
        times = ()
    return replace(
        drug,
        route=_route(how, drug.route),
        times_h=times,
        per_day=per_day or (len(times) or None),
        months=months_said(context),
        as_needed=_has(context, "as_needed"),
        status="planned" if says("planned", context) else "current",
    )


def _bare_hours(text: str) -> tuple[int, ...]:
    """Hours without minutes and half of the day, as in `at 6, 12, 18 and 24`."""
    found = _BARE_HOURS.search(text)
    said = tuple(int(hour) for hour in re.findall(r"\d+", found[1])) if found else ()
    return said if all(hour <= DAY_H for hour in said) else ()


def _on_the_clock(bare: tuple[int, ...], text: str) -> tuple[float, ...]:
    """Bare hours as clock hours: one above 12 makes them all so, a part of the day settles a single one."""
    if any(hour > DAY_H / 2 for hour in bare):
        return tuple(sorted({float(hour % DAY_H) for hour in bare}))
    if len(bare) > 1:
        return ()
    (hour,) = bare
    if re.search(r"\bmornings?\b", text):
        return (float(hour),)
    if re.search(r"\b(?:evenings?|nights?|bedtime)\b", text):
        return (float(hour + 12 if EVENING_FROM_H <= hour < 12 else hour % 12),)
    return ()


def _route(context: str, usual: str) -> str:
    """Where swallowing and another way are both said, swallowing counts: it is the stricter."""
    if _has(context, "oral"):
        return "oral"
    context = _DENIED_ROUTE.split(context)[0]
    return next((route for route in ("parenteral", "local") if _has(context, route)), usual)


def _has(context: str, kind: str) -> bool:
    return phrases(kind).search(context) is not None


def clock_times(text: str) -> tuple[float, ...]:
    """Clock times as written (`08:00`, `8 pm`, `noon`), hours, in order."""
    times = {12.0 for _ in _NOON.finditer(text)}
    for match in _CLOCK.finditer(text):
        hour, half = int(match["h"] or match["h12"]), match["half"] or match["half12"]
        if half and hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        times.add(hour + int(match["m"] or 0) / 60)
    return tuple(sorted(times))
