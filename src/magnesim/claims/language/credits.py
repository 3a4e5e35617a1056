"""Section 2, citation: whether the running text credits a source that can be found.

A name with year or place, a journal, an institution, or a study word with one more detail. "Studies show",
"one study" and references in brackets are none.
"""

from __future__ import annotations

import re

from magnesim.claims.language.sentence import Sentence, says

_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_YEAR = re.compile(r"\b(?:19[5-9]|20[0-4])\d\b")
_NAMED_YEAR = re.compile(
    r"\b[a-z][a-z'-]+(?: (?:et al\.?|and [a-z]+))?,? [(\[][^()]*\b(?:19|20)\d\d\b[^()]*[)\]],? "
    r"(?:\w+ )?\w+(?:ed|d|s|t|w|nd)\b"
)
_NAMED_DATE = re.compile(r"\b[a-z]+ (?:19[5-9]|20[0-4])\d\b")


def credits_source(s: Sentence) -> bool:
    """Whether a findable source is credited outside of brackets."""
    bare = _BRACKETS.sub(" ", s.text)
    if _NAMED_YEAR.search(s.text) and not bare.strip().startswith("magnesium"):
        return True
    if not s.has("study"):
        return _has_authors(s) and says("fellows", bare)
    if not says("study_singular", bare) or says("no_study", bare):
        return False
    if says("some_study", bare) and not _is_set_apart(s, bare):
        return False
    return _has_detail(s)


def _has_authors(s: Sentence) -> bool:
    return s.has("authors") and s.has("reported")


def _is_set_apart(s: Sentence, bare: str) -> bool:
    """Whether "one study" is told with something that sets it apart."""
    return bool(s.has("place", "design") or _YEAR.search(bare) or s.says("size_of_study"))


def _has_detail(s: Sentence) -> bool:
    """Whether a study word comes with one more detail."""
    told = s.has("place", "design") or _has_authors(s) or s.amount
    dated = _YEAR.search(s.text) or _NAMED_DATE.search(s.text)
    return bool(told or dated or s.says("size_of_study") or s.says("duration"))
