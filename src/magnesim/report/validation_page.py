"""The evaluation report as one HTML file: figures first, the worst misses next, every study after that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from magnesim.figures import figure, signed, span
from magnesim.report import charts
from magnesim.report import validation_words as words
from magnesim.report.rendering import rendered

if TYPE_CHECKING:
    from magnesim.evaluation import Validation


def validation_page(result: Validation) -> str:
    """The report as HTML."""
    positive = [one for one in result.kinetics.foreseen if one.fold is not None]
    chart = ""
    if positive:
        rows: list[dict[str, object]] = [
            {
                "kind": one.experiment.kind,
                "observed": one.observed,
                "predicted": one.predicted,
                "fitted": one.fitted,
            }
            for one in positive
        ]
        chart = charts.svg(charts.observed_by_predicted(rows), "observed against predicted figures of bodies")
    return rendered(
        "validation",
        package=result.package,
        test=result.supplement,
        rows=words.decisive_rows(result.supplement),
        chart=chart,
        lines=words.kinetic_lines(result),
        misses=words.worst_misses(result),
        effects=words.effect_lines(result.effects.to_json()),
        studies=[_study(one) for one in result.kinetics.foreseen],
        measures=words.measure_rows(result.effects.to_json()),
        contrasts=[_contrast(one.to_json()) for one in result.effects.foreseen],
        effects_skipped=[
            (one["study_id"], one["outcome"].replace("_", " "), one["why"]) for one in result.effects.skipped
        ],
        skipped=[
            (one.observation.study_id, one.observation.measure.replace("_", " "), one.why)
            for one in result.kinetics.skipped
        ],
        fit=result.to_json()["fit"],
    )


def _study(one: Any) -> dict[str, Any]:
    item = one.experiment.observation
    return {
        "study": item.study_id,
        "what": f"{item.arm} {item.measure}".replace("_", " ").strip(),
        "unit": item.unit,
        "observed": figure(one.observed, 3),
        "predicted": figure(one.predicted, 3),
        "interval": span(*one.interval),
        "sign": "✓" if one.covered else "✗",
        "fitted": "fitted" if one.fitted else "",
        "assumed": "; ".join(one.experiment.assumed),
    }


def _contrast(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "study": one["study_id"],
        "what": f"{one['outcome'].replace('_', ' ')}, {one['measure']}",
        "unit": one["unit"],
        "observed": signed(one["observed"]),
        "predicted": signed(one["predicted"]),
        "interval": span(*one["interval_90"]),
        "trials": one["other_trials"],
        "sign": "✓" if one["interval_90"][0] <= one["observed"] <= one["interval_90"][1] else "✗",
    }
