"""What trials say about one outcome as one HTML file: for a guideline author, and for a lay reader.

Layout only: sentences come from the evidence, figures are written as everywhere. Nothing is claimed that
the evidence does not say of itself. Everything that is not markup of our own is escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from magnesim.answers.trials import name_of
from magnesim.answers.words import in_words
from magnesim.report import evidence_pictures as pictures
from magnesim.report import evidence_tables as tables
from magnesim.report import evidence_words as words
from magnesim.report.rendering import rendered

if TYPE_CHECKING:
    from magnesim.evidence import Evidence

LEVEL_SIGNS = {"very_low": "⊕○○○", "low": "⊕⊕○○", "moderate": "⊕⊕⊕○", "high": "⊕⊕⊕⊕"}
"""As GRADE prints them."""


def evidence_page(result: Evidence, drawn: bool = True) -> str:
    """The evidence as HTML.

    Args:
        drawn: with charts; the words and tables are the same without.
    """
    found = tables.findings_of(result)
    return rendered(
        "evidence",
        e=result,
        question=words.question(result),
        headline=words.headline_sentence(result),
        lead=words.lead(result),
        level=in_words(result.certainty.level),
        level_sign=LEVEL_SIGNS[result.certainty.level],
        starts_at="low" if result.design == "observational" else "high",
        charts=pictures.chart_pictures(result) if drawn else pictures.no_pictures(),
        plots=pictures.why_no_plot(result),
        lines={name: words.line_words(result, of) for name, of in pictures.MODERATOR.items()},
        trials=tables.trial_rows(result),
        scales=tables.scale_rows(result),
        column=words.column(result),
        put_back=words.put_back_lines(result),
        pooled=words.pooled_lines(result),
        readings=words.readings(result),
        without=tables.without_rows(result),
        grown=tables.grown_rows(result),
        hangs_on=words.hangs_on_lines(result),
        published=[tables.published_cells(result, one) for one in result.published],
        left_out=[(name_of(row.study_id), row.why) for row in result.left_out],
        others=tables.others(result, found),
        sources=tables.sources(result, found),
        command=words.command(result),
    )
