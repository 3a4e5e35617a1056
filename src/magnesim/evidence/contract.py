"""The JSON of `magnesim evidence` and `magnesim pool`: stable keys, null where unknown, never NaN."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from magnesim.evidence.alarms import Alarm
from magnesim.evidence.estimates import Estimate
from magnesim.evidence.pooling import Pooled
from magnesim.evidence.published import PublishedPool
from magnesim.evidence.sensitivity import Line, Sensitivity
from magnesim.evidence.trials import Selection

if TYPE_CHECKING:
    from magnesim.evidence.literature import Evidence

SCHEMA_VERSION = 1
_STATISTICS = (
    "pi",
    "tau2",
    "tau2_ci",
    "i2",
    "q",
    "q_p",
    "fixed",
    "wald",
    "hartung_knapp",
    "cautious",
    "egger_p",
    "egger_classical_p",
)


def statistics_json(pooled: Pooled | None) -> dict[str, Any]:
    """The statistics that `evidence` and `pool` share; null throughout where there is no pool.

    `hartung_knapp` and `wald` are the two readings of the random-effects mean, `cautious` the wider of them.
    """
    if pooled is None:
        return dict.fromkeys(_STATISTICS)
    return {
        "pi": pooled.pi,
        "tau2": pooled.tau2,
        "tau2_ci": pooled.tau2_ci,
        "i2": pooled.i2,
        "q": pooled.q,
        "q_p": pooled.q_p,
        "fixed": _estimate(pooled.fixed),
        "wald": _estimate(pooled.wald),
        "hartung_knapp": _estimate(pooled.random) if pooled.test == "hartung-knapp" else None,
        "cautious": {**_estimate(pooled.cautious), "pi": pooled.cautious_pi},
        "egger_p": pooled.egger.p if pooled.egger else None,
        "egger_classical_p": pooled.egger_classical.p if pooled.egger_classical else None,
    }


def evidence_json(given: Evidence) -> dict[str, Any]:
    """The object of `magnesim evidence`.

    Where `single_number` is false, `refusal` says why, and `estimate` is but one of two readings: `cautious`
    and `fixed` are to be read side by side.
    """
    lead = given.headline
    scales = {e.study_id: e.instrument for e in given.selection.effects}
    content = {
        "schema_version": SCHEMA_VERSION,
        "outcome": given.outcome.key,
        "label": given.outcome.label,
        "single_number": given.refusal is None,
        "refusal": given.refusal,
        "unit": given.outcome.unit_of(lead.measure),
        "form": given.form,
        "population": given.population,
        "design": given.design,
        "source": lead.source,
        "because": lead.because,
        "k": lead.k,
        "n": lead.n,
        "measure": lead.measure,
        "method": lead.method,
        "test": lead.test,
        "estimate": lead.estimate,
        "se": lead.se,
        "ci": lead.ci,
        "ratio": _ratio(given),
        **statistics_json(lead.own),
        "pi": lead.own.cautious_pi if lead.own else None,
        "with_silent_nulls": _silent(given),
        "with_p_only": _p_only(given),
        "minimal_important_difference": given.outcome.mid,
        "better_direction": given.outcome.better_direction,
        "certainty": {
            "level": given.certainty.level,
            "reasons": [vars(reason) for reason in given.certainty.reasons],
        },
        "alarms": alarms_json(given.alarms),
        "studies": [
            {
                "study_id": c.study_id,
                "estimate": c.estimate,
                "se": c.se,
                "weight": c.weight,
                "risk_of_bias": c.risk_of_bias,
                "compounds": c.compounds,
                **({"instrument": scales.get(c.study_id)} if given.construct else {}),
                "note": c.note,
            }
            for c in lead.studies
        ],
        **(_construct(given) if given.construct else {}),
        **sensitivity_json(given.sensitivity),
        "own_trials": _own(given),
        "asked_for": _asked_for(given.asked_for),
        "narrowed": given.narrowed,
        "published_pools": [_pool(p) for p in given.published],
        "left_out": [vars(row) for row in given.left_out],
    }
    finished: dict[str, Any] = plain(content)
    return finished


def _construct(given: Evidence) -> dict[str, Any]:
    """What a construct has beside the keys of an outcome."""
    assert given.construct is not None and given.back_converted is not None
    back = given.back_converted
    return {
        "construct": given.construct.key,
        "instruments": [
            {"outcome": scale.key, "label": scale.label, "unit": scale.unit, "better": scale.better_direction}
            for scale in given.construct.instruments
        ],
        "back_converted": {
            "outcome": back.outcome.key,
            "unit": back.outcome.unit,
            "estimate": back.estimate,
            "ci": back.ci,
            "pi": back.pi,
            "minimal_important_difference": back.mid,
            "sd": back.sd,
            "sd_source": back.sd_source,
            "because": back.because or given.construct.because,
        },
    }


def sensitivity_json(given: Sensitivity) -> dict[str, Any]:
    """Leave-one-out, cumulation, trim-and-fill and meta-regression of the trials whose figures we hold."""
    filled = given.trim_and_fill
    return {
        "leave_one_out": [
            {"study_id": one.study_id, **_estimate(one.estimate)} for one in given.leave_one_out
        ],
        "cumulative": [
            {"study_id": one.study_id, "order": one.order, "k": one.k, **_estimate(one.estimate)}
            for one in given.cumulative
        ],
        "trim_and_fill": {
            "k0": filled.k0,
            "side": filled.side,
            **_estimate_or_none(filled.estimate),
            "filled": [{"estimate": estimate, "se": se} for estimate, se in filled.filled],
            "why_not": filled.why_not,
        },
        "meta_regression": [_line(line) for line in given.meta_regression],
        "one_by_one_why_not": given.why_not,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "moderator": line.moderator,
        "unit": line.unit,
        "k": line.k,
        "done": line.why_not is None,
        "why_not": line.why_not,
        "slope": None if line.slope is None else _estimate(line.slope) | {"p": line.slope.p},
        "intercept": None if line.intercept is None else _estimate(line.intercept),
        "tau2": line.tau2,
        "r2": line.r2,
    }


def _estimate_or_none(given: Estimate | None) -> dict[str, Any]:
    return dict.fromkeys(("estimate", "se", "ci")) if given is None else _estimate(given)


def alarms_json(alarms: Sequence[Alarm]) -> list[dict[str, str]]:
    """Alarms as code and message."""
    return [{"code": a.code, "message": a.message} for a in alarms]


def plain(value: Any) -> Any:
    """Tuples as lists, numbers to twelve digits and null where they are not finite, all the way down.

    Twelve digits are more than any source has, and fewer than differ from machine to machine.
    """
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.12g}") if math.isfinite(value) else None
    return value


def _estimate(given: Estimate) -> dict[str, Any]:
    return {"estimate": given.estimate, "se": given.se, "ci": given.ci}


def _ratio(given: Evidence) -> dict[str, Any] | None:
    """A log ratio turned back, for those who read ratios."""
    lead = given.headline
    if (
        lead.measure is None
        or not lead.measure.startswith("log_")
        or lead.estimate is None
        or lead.ci is None
    ):
        return None
    return {"estimate": math.exp(lead.estimate), "ci": [math.exp(limit) for limit in lead.ci]}


def _silent(given: Evidence) -> dict[str, Any]:
    """With silent trials put back; the own pool as it is where there are none.

    `gap` is how far that moves the estimate of the printed figures; null where either is missing.
    """
    put_back = given.with_silent_nulls
    if put_back is None:
        own = given.own.cautious if given.own else None
        return {
            "k": given.own.k if given.own else 0,
            "imputed": 0,
            "imputed_n": None,
            "estimate": own.estimate if own else None,
            "ci": own.ci if own else None,
            "se": own.se if own else None,
            "gap": None,
            "studies": [],
        }
    return {
        "k": put_back.k,
        "imputed": put_back.imputed,
        "imputed_n": put_back.n,
        "estimate": put_back.result.estimate,
        "se": put_back.result.se,
        "ci": put_back.result.ci,
        "gap": given.gap,
        "studies": put_back.study_ids,
        "sd": put_back.sd,
        "sd_from": put_back.sd_from,
    }


def _p_only(given: Evidence) -> dict[str, Any]:
    """All that is known in one answer; the reading with silent trials where no p alone can be put back."""
    found = given.with_p_only
    left_out = [vars(row) for row in given.p_only_unsized]
    if found is None:
        without = _silent(given)
        kept = {key: without[key] for key in ("k", "imputed", "estimate", "se", "ci")}
        return {**kept, "p_only": 0, "studies": [], "left_out": left_out}
    return {
        "k": found.k,
        "printed": found.printed,
        "imputed": found.imputed,
        "p_only": len(found.trials),
        "estimate": found.result.estimate,
        "se": found.result.se,
        "ci": found.result.ci,
        "tau2": found.tau2,
        "around_zero": _estimate(found.around_zero) if found.around_zero else None,
        "studies": [vars(trial) for trial in found.trials],
        "silent_studies": found.silent_ids,
        "sd": found.sd,
        "sd_from": found.sd_from,
        "left_out": left_out,
    }


def _own(given: Evidence) -> dict[str, Any] | None:
    if given.own is None:
        return None
    own = given.own
    return {
        "k": own.k,
        "estimate": own.random.estimate,
        "se": own.cautious.se,
        "ci": own.cautious.ci,
        **statistics_json(own),
        "pi": own.cautious_pi,
        "studies": [e.study_id for e in given.selection.effects],
    }


def _asked_for(asked: Selection | None) -> dict[str, Any] | None:
    if asked is None:
        return None
    return {
        "k": len(asked.effects),
        "studies": [
            {"study_id": e.study_id, "estimate": e.estimate, "se": e.se, "ci": e.ci, "note": e.note}
            for e in asked.effects
        ],
        "silent_nulls": [n.study_id for n in asked.silent_nulls],
        "p_only": [t.study_id for t in asked.p_only],
    }


def _pool(pool: PublishedPool) -> dict[str, Any]:
    return {key: value for key, value in vars(pool).items() if key not in ("se", "of_trials", "shares")}
