"""The evaluation report as one HTML file: figures first, the worst misses next, every study after that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from magnesim import __version__
from magnesim.figures import figure, signed, span
from magnesim.files import write_whole
from magnesim.report import charts
from magnesim.report.page import TEMPLATES, environment
from magnesim.report.terminal import effect_lines, kinetic_lines, measure_rows, worst_misses

if TYPE_CHECKING:
    from magnesim.evaluation import Validation


def write_validation_page(result: Validation, path: Path) -> None:
    """Write the page, whole or not at all.

    Raises:
        InputError: a folder that does not exist or cannot be written.
    """
    write_whole(path, validation_page(result).encode())


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
    text: str = (
        environment()
        .get_template("validation.html.j2")
        .render(
            style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
            version=__version__,
            package=result.package,
            test=result.supplement,
            rows=_test_rows(result.supplement),
            chart=chart,
            lines=kinetic_lines(result),
            misses=worst_misses(result),
            effects=effect_lines(result.effects.to_json()),
            studies=[_study(one) for one in result.kinetics.foreseen],
            measures=measure_rows(result.effects.to_json()),
            contrasts=[_contrast(one.to_json()) for one in result.effects.foreseen],
            effects_skipped=[
                (one["study_id"], one["outcome"].replace("_", " "), one["why"])
                for one in result.effects.skipped
            ],
            skipped=[
                (one.observation.study_id, one.observation.measure.replace("_", " "), one.why)
                for one in result.kinetics.skipped
            ],
            fit=result.to_json()["fit"],
        )
    )
    return text


def _test_rows(test: dict[str, Any]) -> list[tuple[str, str, str]]:
    seen = test["observed"]
    return [
        (
            f"seen in 48 trials ({seen['source']})",
            f"{signed(seen['serum_change_mmol_l'])} ({span(*seen['serum_ci'])})",
            f"{signed(seen['urine_change_mmol_d'])} ({span(*seen['urine_ci'])})",
        ),
        (
            "this model, never fitted to it",
            f"{signed(test['serum_change_mmol_l'])} ({span(*test['serum_interval_90'])})",
            f"{signed(test['urine_change_mmol_d'])} ({span(*test['urine_interval_90'])})",
        ),
        *(
            (one["label"], signed(one["serum_change_mmol_l"]), signed(one["urine_change_mmol_d"]))
            for one in test["baselines"]
        ),
    ]


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
