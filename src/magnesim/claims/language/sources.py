"""The topic of a sentence that only tells how a named study was made: from its outcomes in the tables."""

from __future__ import annotations

import re
from functools import cache

from magnesim.claims.citations.studies import Study, studies, studies_of_author, topics

_NAME_AND_YEAR = re.compile(
    r"(?P<name>[A-ZÀ-Þ][\w-]+?)(?:['’]s)?(?: (?:and|&) [\w ]{2,30}?| et al\.?)?,? (?:in |of )?\(?"
    r"(?P<year>(?:19|20)\d\d)\b"
)


def topic_of_study(text: str) -> str | None:
    """The topic of the outcome that the tables list first of a study named by author and year, or None.

    Args:
        text: a sentence with its capitals.
    """
    for found in _NAME_AND_YEAR.finditer(text):
        named = [studies()[key] for key in studies_of_author(found["name"])]
        of_year = [study for study in named if str(study.row["year"]) == found["year"]]
        topic = next(filter(None, map(_first_topic, of_year)), None)
        if topic:
            return topic
    return None


def _first_topic(study: Study) -> str | None:
    outcomes = [str(row["outcome"]) for row in study.contrasts] or sorted(study.measured)
    return next(filter(None, map(_topic_of_outcome().get, outcomes)), None)


@cache
def _topic_of_outcome() -> dict[str, str]:
    """Every outcome with the topic that lists the fewest beside it: the most special one."""
    # what comes through the skin is told by the skin, not by the level it was measured with
    told = [item for item in topics().items() if item[0] != "transdermal"]
    known = sorted(told, key=lambda item: -len(item[1].outcomes))
    return {outcome: topic for topic, rule in known for outcome in rule.outcomes}
