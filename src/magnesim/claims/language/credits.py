"""Section 2, citation: whether the running text credits a source that can be found.

A name with year or place, a journal, an institution, a registration, or a study word with one more detail.
"Studies show", "one study", a bare year and references in brackets are none.
"""

from __future__ import annotations

import re
from functools import cache

from magnesim.claims.language.sentence import Sentence, says
from magnesim.claims.tables import patterns, rows

_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_NAME = (
    r"(?:(?:[Dd]e|[Vv]an|[Vv]on|[Dd]el|[Dd]er|[Dd]i|[Ll]a|El|Mc|O['’])\s?)*"
    r"[A-ZÀ-Þ][a-zà-öø-ÿ]+(?:[-'’](?!s\b)[A-ZÀ-Þ]?[a-zà-öø-ÿ]+)?"
)
_YEAR = r"(?:19[5-9]|20[0-4])\d\b"
_NAME_FIRST = re.compile(rf"(?<![\w-])(?P<name>{_NAME})")
_CREDITED = re.compile(
    r"(?:,? et\.? al\b"
    r"|(?:,| and| &|, and) (?:her |his |their |the )?(?:colleagues|co-?workers|others|associates|team|group"
    r"|collaborators|co-?authors)\b"
    rf"|(?:,| and| &) {_NAME}(?:,? | ?\(|[’']s?,? )(?:[^.;:]{{0,40}}?)\(?{_YEAR}"
    rf"|(?: {_NAME})?[’']?s?,? (?:of |from |in )?\(?{_YEAR}"
    rf"|(?:(?:,| and| &) {_NAME})?[’']s? (?:[\w-]+ ){{0,4}}?(?:stud(?:y|ies)|trials?|reviews?|reviewers"
    r"|meta-?analys[ie]s|pool\w*|pilot|crossover|cohort|survey|paper|team|group|experiments?|analysis|work"
    r"|report|findings|article|data|mice|rats|patients|volunteers)\b"
    rf"|,? [^.;()]{{0,60}}\((?:[^()]{{0,80}}?\b)?{_YEAR}[^()]{{0,80}}\),? (?:\w+ )?\w+"
    r"|,? (?:reported|found|showed|observed|wrote|noted|concluded|saw|describ|publish|pooled|gave|tested"
    rf"|follow|measur|randomi)\w* (?:[^.;]{{0,60}} )?in {_YEAR})"
)
_NEAR = 100
"""Characters before a bracket in which the name must stand whose year it gives."""
_LED = re.compile(
    rf"(?:{_NAME}|al\.?|colleagues|co-?workers|team|group|others"
    r"|[’']s? (?:[\w-]+ ){0,4}?(?:pool(?:ing)?|trial|study|review|analysis|cohort|work|mice|rats|survey"
    r"|pilot))$"
)
_BY_NAME = re.compile(
    rf"\b(?:by|of|from) (?:the )?(?P<name>{_NAME})(?! (?:[a-z]+ )?(?:supplement|deficien|intake))"
)
_STUDY_NAME = re.compile(
    r"\b(?:[Tt]he )?(?P<name>[A-Z]{3,}[A-Za-z0-9-]*|[A-Z][a-z]+(?: [A-Z][a-z]+){0,5}) "
    r"(?:(?:[Hh]eart|[Oo]ffspring|[Ss]leep|[Hh]ealth) )?"
    r"(?:[Ss]tudy|[Tt]rials?|[Cc]ohort|[Ss]urvey|[Bb]iobank)\b"
)


def credits_source(s: Sentence) -> bool:
    """Whether a findable source is credited outside of brackets."""
    return _names_authors(s) or _names_study(s) or _names_institution(s) or _study_with_detail(s)


def _is_name(found: re.Match[str]) -> bool:
    """Whether a capital marks a family name rather than a common word."""
    return found["name"].lower() not in _common() and not says("no_name", found["name"].lower())


@cache
def _common() -> frozenset[str]:
    return frozenset(row["word"] for row in rows("citations/not_names"))


def _names_authors(s: Sentence) -> bool:
    """Whether authors stand with year, fellows or their study in the running text.

    A name in a bracket counts only through its study word outside.
    """
    bare = _bare_of_references(s.original)
    for found in _NAME_FIRST.finditer(bare):
        if _is_name(found) and _CREDITED.match(bare, found.end()):
            return True
    if not says("study_singular", _plain_like(bare, s)):
        return False
    names = (found for found in _BY_NAME.finditer(bare) if _is_name(found))
    return any(says("study_singular", bare[: found.start()].lower()) for found in names)


def _plain_like(bare: str, s: Sentence) -> str:
    """What is left of a sentence in small letters: with plain marks if no bracket was left out of it."""
    return s.text if bare == s.original else bare.lower()


def _bare_of_references(text: str) -> str:
    """The text without its brackets, save one that gives the year of the name right before it."""
    return _BRACKETS.sub(_year_only, text)


def _year_only(found: re.Match[str]) -> str:
    """What a bracket leaves: itself if a verb goes on after it and a name, or its study, before it."""
    before, after = found.string[: found.start()].rstrip(), found.string[found.end() :]
    led = _LED.search(before[-_NEAR:])
    year = re.search(rf"\b{_YEAR}", found.group())
    goes_on = re.match(r",?:? \w", after)
    return found.group() if led and year and goes_on else " " * len(found.group())


def _names_study(s: Sentence) -> bool:
    """Whether a study goes by a name or a number of its own, or a journal is named."""
    bare, words = _BRACKETS.sub(" ", s.original), _BRACKETS.sub(" ", s.text)
    if says("registration", words) or says("journal", words):
        return True
    named = (found for found in _STUDY_NAME.finditer(bare) if found["name"].isupper() or _is_name(found))
    return any(named) and not says("no_study", words)


def _names_institution(s: Sentence) -> bool:
    """Whether an institution speaks."""
    bare = _BRACKETS.sub(" ", s.original)
    table = patterns("language/patterns")
    found = table["institution"].search(bare)
    return bool(found and says("speaks", _BRACKETS.sub(" ", s.text)))


def _study_with_detail(s: Sentence) -> bool:
    """Whether a study word comes with one more detail in the running text."""
    bare = _BRACKETS.sub(" ", s.text)
    if not says("study_singular", bare) or says("no_study", bare):
        return False
    if says("study_place", bare) or says("study_design", bare) or says("size_of_study", bare):
        return True
    if says("some_study", bare):
        return False
    return bool(s.amount or re.search(rf"\b{_YEAR}", bare) or says("duration", bare))
