"""Words that name sources, studies and designs, found in text as it is written."""

from __future__ import annotations

import re

from magnesim.claims.quick import quick
from magnesim.claims.tables import patterns

YEAR = quick(r"\b(?:19[4-9]\d|20[0-4]\d)\b(?!\s?(?:mg|people|women|men|adults|patients))")
PLACES = quick(
    r"Framingham|Women[’']s Health Initiative|Nurses[’'] Health|NHANES|PREVEND|CARDIA|TOHP|Granada|"
    r"Harvard|Stanford|Oxford|Yale|"
    r"Mayo Clinic|Johns Hopkins|New England Journal|\b(?:The )?Lancet|\bJAMA\b|\bBMJ\b|Journal of [A-Z]\w+|"
    r"University of [A-Z]\w+|[A-Z]\w{1,40} University|Climacteric|Nutrients"
)


def spotted(name: str, text: str) -> re.Match[str] | None:
    """The first place where a pattern of `patterns.csv` fits, in capitals or not."""
    return patterns("citations/patterns", re.IGNORECASE)[name].search(text)


_DENIED = re.compile(
    r"\b(?:no|not|without|non|un|lacked|lacking|never)\b[^,.;]{0,15}$|\bopen\b[^.;]{0,20}$", re.IGNORECASE
)


def affirmed(name: str, text: str) -> bool:
    """Whether words of `patterns.csv` stand in a sentence without a denial right before them."""
    places = patterns("citations/patterns", re.IGNORECASE)[name].finditer(text)
    return any(not _DENIED.search(text, max(0, found.start() - 40), found.start()) for found in places)
