"""How the evaluation report is said, for terminal and page alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from magnesim.evidence.wording import percent
from magnesim.figures import figure, signed, span

if TYPE_CHECKING:
    from magnesim.evaluation import Validation


def decisive_rows(test: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The decisive test: what was seen, what this model says, and the two losing ones; serum and urine."""
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


def kinetic_lines(result: Validation) -> list[str]:
    """The summary of the kinetic part, a sentence each."""
    kinetics = result.kinetics
    lines = [_summary_line(f"{len(kinetics.foreseen)} of {kinetics.rows} simulated", kinetics.summary())]
    content = kinetics.to_json()
    if content["not_fitted"]["simulated"] not in (0, len(kinetics.foreseen)):
        lines.append(
            _summary_line(
                f"{content['not_fitted']['simulated']} that were not fitted to", content["not_fitted"]
            )
        )
    if result.package == "shipped":
        left = result.to_json()["left_one_study_out"]
        lines.append(_summary_line(f"{left['figures']} foreseen without their own study", left))
    return lines


def _summary_line(what: str, content: dict[str, Any]) -> str:
    if content["gmfe"] is None:
        return f"{what}."
    return (
        f"{what}: mean fold error {content['gmfe']:.2f}, within 1.5 fold {percent(content['within_1_5'])}, "
        f"within 2 fold {percent(content['within_2'])}, 90 % intervals hold "
        f"{percent(content['coverage_90'])}."
    )


def worst_misses(result: Validation) -> list[str]:
    """The figures outside of their interval, the largest fold error first, with what had to be assumed."""
    outside = [one for one in result.kinetics.foreseen if not one.covered]
    outside.sort(key=lambda one: -(one.fold or 1.0))
    lines = []
    for one in outside:
        item = one.experiment.observation
        because = item.notes.get("reason", "")
        because = f" {because[0].upper()}{because[1:]}." if because else ""
        assumed = f" Assumed: {'; '.join(one.experiment.assumed)}." if one.experiment.assumed else ""
        lines.append(
            f"{item.study_id}, {item.arm}, {item.measure.replace('_', ' ')}: seen {figure(one.observed, 3)}, "
            f"foreseen {figure(one.predicted, 3)} ({span(*one.interval)}) {item.unit}.{because}{assumed}"
        )
    return lines


def effect_lines(content: dict[str, Any]) -> list[str]:
    """The summary of the effects, a sentence each."""
    lines = [
        f"{content['predicted']} of {content['with_a_size']} contrasts with a size foreseen; "
        f"{content['rows'] - content['with_a_size']} more print none."
    ]
    if content["predicted"]:
        lines.append(
            f"90 % intervals hold {percent(content['coverage_90'])}. "
            f"Mean log score {figure(content['log_score'], 3)}; "
            f"no difference {figure(content['log_score_null'], 3)}, dose alone "
            f"{figure(content['log_score_dose_only'], 3)}; higher is better."
        )
        lines.append(f"Over all: {content['says']} (gain {_gain(content)}).")
        informed = content["with_other_trials"]
        if informed["predicted"]:
            lines.append(
                f"{informed['predicted']} with other trials to go by: {informed['says']} (gain "
                f"{_gain(informed)}). The rest rests on the sceptical prior alone."
            )
    return lines


def measure_rows(content: dict[str, Any]) -> list[tuple[str, str, str, str, str, str]]:
    """Scores by measure: measure, rows, studies, coverage, gain over no difference, what it comes to."""
    return [
        (
            one["measure"],
            str(one["predicted"]),
            str(one["studies_scored"]),
            percent(one["coverage_90"]),
            _gain(one),
            one["says"],
        )
        for one in content["by_measure"]
    ]


def _gain(score: dict[str, Any]) -> str:
    """Gain over no difference; of a single study no error is known."""
    gain = signed(score["gain_over_null"])
    return gain if score["studies_scored"] < 2 else f"{gain}, SE {figure(score['gain_se'])}"
