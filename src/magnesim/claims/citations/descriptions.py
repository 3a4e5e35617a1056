"""Finds the study that a sentence describes without naming it, such as "a 12-week trial with 400 mg"."""

from __future__ import annotations

from collections.abc import Iterator

from magnesim.claims.citations.details import Details, details_of
from magnesim.claims.citations.mentions import Mention
from magnesim.claims.citations.studies import designs, is_cochrane, measures, studies
from magnesim.claims.citations.words import PLACES, spotted
from magnesim.claims.labels import Labels


def by_description(text: str, labels: Labels) -> Mention | None:
    """The study that a sentence describes without naming it, if it describes one at all."""
    written = spotted("one_study", text) or PLACES.search(text)
    if not written:
        return None
    told = details_of(text, labels)
    if told.count < 2:
        return None
    ranked = sorted(_fits(told, labels), reverse=True)
    words = written.group()
    if not ranked:
        return Mention(words, details=told.count, missing="No study in the tables fits this description.")
    best = [key for score, key in ranked if score == ranked[0][0]]
    if len(best) > 1 and told.pooled:
        # of several pools that fit, the newest stands for what is known
        best = [max(best, key=lambda key: studies()[key].row["year"] or 0)]
    return Mention(words, details=told.count, found=tuple(best) if len(best) == 1 else (), known=True)


def _fits(told: Details, labels: Labels) -> Iterator[tuple[float, str]]:
    """Studies that fit a description in two details at least, what was measured being one."""
    animals = bool(spotted("animals", told.text))
    for key, study in studies().items():
        score, hits = told.points(study)
        if score < 0 or (study.design in designs("not_people")) != animals or study.design == "guideline":
            continue
        right_topic = measures(study, labels.topic)
        if "Cochrane" in told.text and is_cochrane(study):
            score += 2
        if hits + right_topic >= 2 and score + 2 * right_topic >= 4 and right_topic:
            yield score + 2 * right_topic, key
