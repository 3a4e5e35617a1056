"""Splits the text of a dose into tokens: amounts, counts, frequencies, clock times, names of salts.

Words are data (`dose_words.csv`, `times_of_day.csv`, `synonyms.csv`). A word that is in no table stops the
reading: a dose that was half understood is worse than one that was not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from magnesim.errors import InputError, UnclearError
from magnesim.intake.compounds import synonyms
from magnesim.intake.tables import rows

LONGEST_TEXT = 300
"""Characters; more is not one dose, and is not searched."""
EXAMPLE = "200 mg elemental magnesium as citrate at 21:00"


@dataclass(frozen=True)
class Token:
    """A piece of the text: what it is, how it was written, its number, its name (unit, salt, container)."""

    kind: str
    text: str
    number: float = 0.0
    name: str = ""


def said(text: str) -> str:
    """The text of a dose as messages quote it, shortened."""
    line = " ".join(text.split())
    return f'dose "{line[:80]}{"..." if len(line) > 80 else ""}"'


def dose_tokens(text: str) -> list[Token]:
    """Tokens of a dose text, with numbers joined to their units and frequencies put together.

    Raises:
        InputError: a unit that no magnesium dose has, a negative number, a text too long to be one dose.
        UnclearError: a range, a number with two readings, a word in no table.
    """
    if len(text) > LONGEST_TEXT:
        raise InputError(said(text), f"one dose in at most {LONGEST_TEXT} characters is allowed.", EXAMPLE)
    tokens = [token for token in _lex(text) if token.kind != "noise"]
    for fold in FOLDS:
        tokens = _fold(tokens, *fold)
    tokens = _once(tokens)
    _refuse_what_was_not_understood(text, tokens)
    return [token for token in tokens if token.kind not in FILLERS]


# --- from characters to tokens -------------------------------------------------------------------------

_NUMBER = r"(?:[0-9]+\s+)?[13]/[234](?![0-9])|[0-9]+(?:[.,'][0-9]+)*"
_CLOCK = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?:\s?[ap]\.?m\b\.?)?|(?:1[0-2]|0?[1-9])\s?[ap]\.?m\b\.?"


@cache
def _lexer() -> re.Pattern[str]:
    """One pattern, tried from top to bottom, so that the longest meaning wins."""
    phrases = sorted(_vocabulary(), key=len, reverse=True)
    return re.compile(
        rf"""
        (?P<clock>(?<![0-9.,:])(?:{_CLOCK})(?![0-9:]))
      | (?P<range>(?:{_NUMBER})\s*(?:[-–—~]|\bto\b|\bor\b)\s*(?:{_NUMBER})(?!\s*:))
      | (?P<negative>(?<![\w.,)])[-–—]\s?[0-9])
      | (?P<spaced>(?<![0-9.,/])[0-9]{{1,3}}(?:\x20[0-9]{{3}})+(?![0-9:]))
      | (?P<bare_fraction>(?<![0-9a-z])[.,][0-9])
      | (?P<number>{_NUMBER})
      | (?P<phrase>{"|".join(_phrase_pattern(phrase) for phrase in phrases)})
      | (?P<word>[^\W\d_]+)
      | (?P<space>\s+)
      | (?P<other>.)
        """,
        re.VERBOSE | re.DOTALL,
    )


def _phrase_pattern(phrase: str) -> str:
    """A phrase with free spacing and hyphens; letters must not run on into another word."""
    words = r"[\s-]+".join(re.escape(word) for word in phrase.split())
    before = r"(?<![^\W\d_])" if phrase[0].isalpha() else ""
    after = r"(?![^\W\d_])" if phrase[-1].isalpha() else ""
    return f"{before}{words}{after}"


@cache
def _vocabulary() -> dict[str, Token]:
    """Every known phrase: the words of doses, and the names of compounds."""
    words = {
        row["phrase"]: Token(row["kind"], row["phrase"], _number_or_zero(row["value"]), row["value"])
        for row in rows("dose_words")
    }
    return words | {written: Token("compound", written, name=written) for written in synonyms()}


def _number_or_zero(value: str) -> float:
    return float(value) if re.fullmatch(r"[0-9.]+", value) else 0.0


_BARE_CLOCK = re.compile(
    r"\b(?:at|around|about) (?P<first>\d{1,2})(?:\.(?P<minutes>[0-5]\d))?(?: and (?P<second>\d{1,2}))?"
    r"(?![\d.:,/%]| ?(?:mgs?|g|grams?|mmol|meq|ml|[ap]\.?m|x|times|tablets?|caps\w*|pills?|hours?|h)\b)"
    r"(?P<half> (?:at night|in the (?:morning|afternoon|evening)))?"
)


def _with_minutes(match: re.Match[str]) -> str:
    """`at 8 and 20`, `at 21.00`, `at 9 in the evening` with minutes; an hour with two readings stays."""
    hours = [int(match[name]) for name in ("first", "second") if match[name]]
    half = match["half"] or ""
    if half and len(hours) == 1 and 1 <= hours[0] <= 12:
        hours = [hours[0] % 12 + (0 if half.endswith("morning") else 12)]
        if hours[0] == 12 and half.endswith("night"):
            hours = [0]
    elif max(hours) > 23 or (max(hours) <= 12 and not match["minutes"]):
        return match[0]
    minutes = [match["minutes"] or "00", "00"]
    clocks = [f"{hour:02d}:{minute}" for hour, minute in zip(hours, minutes, strict=False)]
    return f"at {' and '.join(clocks)}{half}"


def _plain(text: str) -> str:
    """Unicode folded to plain characters; hard spaces between digits are thousands separators."""
    text = re.sub("(?<=[0-9])[\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))", "'", text)
    text = re.sub("([¼½¾])", r" \1", text).replace("−", "-")
    text = unicodedata.normalize("NFKC", text).replace("⁄", "/").replace("’", "'").casefold()
    text = _BARE_CLOCK.sub(_with_minutes, text)
    return re.sub("(?<=[0-9])-(?=[a-z])", " ", text)


def _lex(text: str) -> list[Token]:
    tokens: list[Token] = []
    for match in _lexer().finditer(_plain(text)):
        kind, found = str(match.lastgroup), match.group()
        if kind in ("range", "negative", "spaced", "bare_fraction"):
            raise _refused_number(text, kind, found)
        if kind == "number":
            tokens.append(Token("number", found, _number(text, found)))
        elif kind == "clock":
            tokens.append(Token("clock", found, name=_clock(text, found)))
        elif kind == "phrase":
            tokens.append(_phrase(found, tokens[-1:]))
        elif kind != "space":
            tokens.append(Token("unknown", found))
    return tokens


def _phrase(found: str, before: Sequence[Token]) -> Token:
    token = replace(_vocabulary()[_spelling(found)], text=found)
    after_number = bool(before) and before[0].kind == "number"
    # Mg and mg differ by case only, and case says nothing in what people type: after a number it is the
    # unit, elsewhere the element.
    if token.kind == "unit" and found == "mg" and not after_number:
        return Token("magnesium", found)
    # "2 tablets of 100 mg" says what one tablet holds; any other "of" says nothing.
    if token.kind == "of" and not (before and before[0].kind == "container"):
        return Token("noise", found)
    return token


def _spelling(found: str) -> str:
    """The table's spelling of a phrase found with other spacing or hyphens."""
    if found in _vocabulary():
        return found
    return " ".join(re.split(r"[\s-]+", found))


def _number(text: str, found: str) -> float:
    """A number with a decimal point or comma, thousands separators, or a simple fraction."""
    if "/" in found:
        *whole, fraction = found.split()
        top, bottom = fraction.split("/")
        return sum(map(float, whole)) + float(top) / float(bottom)
    if re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", found):
        raise UnclearError(said(text), f"is {found} a thousand, or a number with three decimals?", EXAMPLE)
    for thousands, decimal in ((",", "."), (".", ","), ("'", ".")):
        groups = rf"(?:{re.escape(thousands)}[0-9]{{3}})+(?:{re.escape(decimal)}[0-9]+)?"
        if re.fullmatch(rf"[1-9][0-9]{{0,2}}{groups}", found):
            return float(found.replace(thousands, "").replace(decimal, "."))
    if re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?", found):
        return float(found.replace(",", "."))
    raise UnclearError(said(text), f"which number is {found}?", EXAMPLE)


def _clock(text: str, found: str) -> str:
    """A clock time as HH:MM on the 24-hour clock."""
    hour, minute = int(re.split(r"[^0-9]", found)[0]), 0
    if ":" in found:
        minute = int(found.split(":")[1][:2])
    half = re.search(r"[ap](?=\.?m)", found)
    if half and not 1 <= hour <= 12:
        raise UnclearError(said(text), f"which time of day is {found}, on the 24-hour clock?", EXAMPLE)
    if half:
        hour = hour % 12 + (12 if half.group() == "p" else 0)
    return f"{hour:02d}:{minute:02d}"


def _refused_number(text: str, kind: str, found: str) -> InputError:
    if kind == "negative":
        return InputError(said(text), "a dose above zero is allowed, this one has a minus sign.", EXAMPLE)
    if kind == "range":
        return UnclearError(said(text), f"{found} is a range: which one number is taken?", EXAMPLE)
    if kind == "spaced":
        joined, (first, *rest) = found.replace(" ", ""), found.split()
        return UnclearError(said(text), f"is it {joined} in all, or {first} of {' '.join(rest)}?", EXAMPLE)
    return UnclearError(said(text), "is a number missing before the point? Write 0.5 for a half.", EXAMPLE)


# --- from tokens to amounts, counts and frequencies ------------------------------------------------------

Builder = Callable[..., list[Token]]


def _fold(tokens: list[Token], kinds: tuple[str, ...], build: Builder) -> list[Token]:
    """Replace each run of tokens of these kinds by what `build` makes of it."""
    folded: list[Token] = []
    at = 0
    while at < len(tokens):
        run = tokens[at : at + len(kinds)]
        if tuple(token.kind for token in run) == kinds:
            folded.extend(build(*run))
            at += len(kinds)
        else:
            folded.append(tokens[at])
            at += 1
    return folded


def _join(*run: Token) -> str:
    return " ".join(token.text for token in run)


def _amount(number: Token, unit: Token) -> list[Token]:
    return [Token("amount", _join(number, unit), number.number, unit.name)]


def _percent(number: Token, *rest: Token) -> list[Token]:
    return [Token("percent", _join(number, *rest), number.number)]


def _frequency(number: Token, *rest: Token) -> list[Token]:
    return [Token("frequency", _join(number, *rest), number.number)]


def _often_at(often: Token, time: Token) -> list[Token]:
    return [*_frequency(often), time]


def _once(tokens: list[Token]) -> list[Token]:
    """A bare `once`, as in `120 mg elemental once`, is once a day; `twice` alone stays open."""
    return [
        replace(token, kind="frequency") if token.kind == "often" and token.number == 1.0 else token
        for token in tokens
    ]


def _every_hours(every: Token, number: Token, hours: Token) -> list[Token]:
    times = 24.0 / number.number if number.number else 0.0
    return [Token("frequency", _join(every, number, hours), times)]


def _hourly(number: Token, hourly: Token) -> list[Token]:
    return _every_hours(Token("every", "every"), number, hourly)


def _count(number: Token, container: Token) -> list[Token]:
    return [Token("count", _join(number, container), number.number, container.name)]


def _counted_amount(number: Token, *rest: Token) -> list[Token]:
    """So many of this amount each: `two 4 mmol`, `2 x 100 mg`, `2 tablets of 100 mg`."""
    container = next((token.name for token in rest if token.kind == "container"), "")
    return [Token("count", number.text, number.number, container), Token("each", ""), rest[-1]]


def _named_amount(number: Token, *rest: Token) -> list[Token]:
    """`two magnesium oxide 400 mg tablets`: so many of this amount each."""
    *names, amount, container = rest
    return [Token("count", number.text, number.number, container.name), Token("each", ""), *names, amount]


def _named_count(number: Token, *rest: Token) -> list[Token]:
    """`two magnesium citrate tablets`."""
    *names, container = rest
    return [Token("count", _join(number, container), number.number, container.name), *names]


def _amount_counted(amount: Token, times: Token, number: Token) -> list[Token]:
    return [amount, Token("each", ""), Token("count", _join(times, number), number.number)]


def _each(each: Token, container: Token) -> list[Token]:
    return [Token("each", _join(each, container), name=container.name)]


def _count_then(number: Token, when: Token) -> list[Token]:
    """So many tablets a day, or at a time: `2 a day`, `two at night`."""
    return [Token("count", number.text, number.number), when]


def _split(*run: Token) -> list[Token]:
    number = next(token for token in run if token.kind == "number")
    return [Token("portions", _join(*run), number.number)]


def _split_at(*run: Token) -> list[Token]:
    """Equal shares at the times that follow: `300 mg a day, split morning and evening`."""
    times = [token for token in run if token.kind in ("time_of_day", "clock")]
    return [Token("portions", run[0].text, float(len(times))), *times]


def _day_in(day_in: Token, number: Token, *rest: Token) -> list[Token]:
    """The whole day's amount, parted: `300 mg a day in two portions`."""
    return [Token("per_day", day_in.text), Token("portions", _join(day_in, number, *rest), number.number)]


def _a_day(day_in: Token) -> list[Token]:
    """`300 mg a day in the evening` parts nothing."""
    return [Token("per_day", day_in.text)]


def _elemental_counted(amount: Token, elemental: Token, times: Token, number: Token) -> list[Token]:
    return [elemental, *_amount_counted(amount, times, number)]


def _with_meal(with_: Token, time: Token) -> list[Token]:
    is_meal = any(row["name"] == time.name and row["is_meal"] == "yes" for row in rows("times_of_day"))
    return [time, Token("meal", _join(with_, time), name="yes")] if is_meal else [time]


def _hours_before_bed(number: Token, hours: Token, time: Token) -> list[Token]:
    """`1 h before bed` is the evening's portion; hours from a meal stay open."""
    return [time] if time.name == "night" else [number, hours, time]


def _last(*run: Token) -> list[Token]:
    return [run[-1]]


def _nothing(*run: Token) -> list[Token]:
    return []


def _range(*run: Token) -> list[Token]:
    return [Token("question", _join(*run), name="this is a range: which one number is taken?")]


def _strength(*run: Token) -> list[Token]:
    return [Token("question", _join(*run), name="how much magnesium is in what is taken at one time?")]


_TIMES = ("time_of_day", "clock")
_NAMES = (("magnesium", "compound"), ("compound", "magnesium"), ("compound",), ("magnesium",))
FOLDS: tuple[tuple[tuple[str, ...], Builder], ...] = (
    (("number", "unit"), _amount),
    (("amount", "dash", "amount"), _range),
    (("amount", "to", "amount"), _range),
    (("amount", "per", "amount"), _strength),
    (("clock", "dash", "clock"), _range),
    (("clock", "to", "clock"), _range),
    (("number", "percent_sign"), _percent),
    (("percent", "daily_value"), _nothing),
    (("percent", "elemental", "magnesium"), _percent),
    (("percent", "elemental"), _percent),
    (("percent", "magnesium"), _percent),
    (("number", "times", "per_day"), _frequency),
    (("often", "per_day"), _frequency),
    (("often", "time_of_day"), _often_at),
    (("often", "clock"), _often_at),
    (("every", "number", "hours"), _every_hours),
    (("number", "hourly"), _hourly),
    (("for", "number", "duration"), _nothing),
    (("number", "split", "container"), _split),
    (("split", "number", "container"), _split),
    (("split", "number"), _split),
    *((("split", first, "and", second), _split_at) for first in _TIMES for second in _TIMES),
    (("day_in", "number", "container"), _day_in),
    (("day_in", "number"), _day_in),
    (("day_in",), _a_day),
    (("number", "container", "of", "amount"), _counted_amount),
    (("number", "times", "amount"), _counted_amount),
    (("number", "amount"), _counted_amount),
    (("amount", "times", "number"), _amount_counted),
    (("amount", "elemental", "times", "number"), _elemental_counted),
    *((("number", *name, "amount", "container"), _named_amount) for name in _NAMES),
    *((("number", *name, "container"), _named_count) for name in _NAMES),
    (("number", "container"), _count),
    (("per", "container"), _each),
    (("each", "container"), _each),
    (("each", "time_of_day"), _last),
    (("number", "per_day"), _count_then),
    (("number", "time_of_day"), _count_then),
    (("number", "frequency"), _count_then),
    (("number", "clock"), _count_then),
    (("with", "time_of_day"), _with_meal),
    (("number", "hours", "time_of_day"), _hours_before_bed),
)
FILLERS = ("dash", "to", "of", "with", "for")
"""Words that have done their work in a fold, or had none to do."""


def _refuse_what_was_not_understood(text: str, tokens: Sequence[Token]) -> None:
    """Every token must have found its place: what is left over is asked about, the worst first."""
    for token in tokens:
        if token.kind == "amount" and token.name in REFUSED_UNITS:
            raise InputError(said(text), REFUSED_UNITS[token.name], EXAMPLE)
    for token in tokens:
        if token.kind == "question":
            raise UnclearError(said(text), f'"{token.text}": {token.name}', EXAMPLE)
    if not any(token.kind == "amount" for token in tokens):
        raise UnclearError(said(text), _what_is_missing(tokens), EXAMPLE)
    for token in tokens:
        if token.kind in LEFTOVERS:
            raise UnclearError(said(text), LEFTOVERS[token.kind].format(_nearest(token)), EXAMPLE)


def _what_is_missing(tokens: Sequence[Token]) -> str:
    if any(token.kind in ("number", "count", "percent", "portions") for token in tokens):
        return "which unit is the number in: mg, g, mmol or mEq?"
    return "how much is taken, as a number with its unit?"


def _nearest(token: Token) -> str:
    if token.kind != "unknown" or len(token.text) < 4:
        return f'"{token.text}"'
    from rapidfuzz import process

    near = process.extractOne(token.text, [word for word in _vocabulary() if len(word) > 3], score_cutoff=80)
    return f'"{token.text}" (is it "{near[0]}"?)' if near else f'"{token.text}"'


REFUSED_UNITS = {
    "mcg": "magnesium is not dosed in micrograms; mg, g, mmol or mEq is allowed.",
    "iu": "magnesium has no international units; mg, g, mmol or mEq is allowed.",
}
_NOT_UNDERSTOOD = "what does {} mean? Name only the form, the amount, its unit, how often and when."
LEFTOVERS = {
    "unknown": _NOT_UNDERSTOOD,
    "unit": _NOT_UNDERSTOOD,
    "number": "what does the number {} count, and in which unit?",
    "often": "{}: how many times a day?",
    "times": _NOT_UNDERSTOOD,
    "every": "{}: every how many hours?",
    "hours": _NOT_UNDERSTOOD,
    "hourly": _NOT_UNDERSTOOD,
    "duration": _NOT_UNDERSTOOD,
    "split": "{}: into how many portions a day?",
    "percent_sign": _NOT_UNDERSTOOD,
    "daily_value": _NOT_UNDERSTOOD,
    "per": "{} what? Say what one tablet, capsule or spoon holds.",
}
