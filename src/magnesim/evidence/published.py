"""Pools that others have published, beside our own and never added to it or to each other."""

from __future__ import annotations

from dataclasses import dataclass, replace

from magnesim.data import records
from magnesim.evidence.comparisons import Comparison, Row, comparisons, sizes, studies
from magnesim.evidence.constructs import Construct
from magnesim.evidence.outcomes import Outcome
from magnesim.evidence.screening import POOLED_DESIGNS, doubts
from magnesim.evidence.trials import LeftOut

RISK_ORDER = ("low", "some", "unclear", "high")
_WHOLE = ("mg", "mg_any")
_CONTROLS = ("placebo", "control")
_EXPOSURES = ("diet", "serum")


@dataclass(frozen=True)
class PublishedPool:
    """One pooled estimate as printed.

    Attributes:
        study_id, year: the meta-analysis.
        label: the arm as the table names it; `whole` where it is the main analysis, not a subgroup.
        of_trials: pools supplementation trials, not diets or blood levels.
        measure: `md` in the outcome's unit, `smd` or a log ratio; None where the row is neither.
        estimate, se, ci: None where not printed or not convertible; then `missing` says why.
        k, n, i2: trials, people, I squared (percent) as printed, None where not.
        statistic: `mean` or `median`.
        parts: trials in our tables that are inside it; `shares` pools that share trials with it.
    """

    study_id: str
    year: int | None
    label: str
    whole: bool
    of_trials: bool
    measure: str | None
    estimate: float | None
    se: float | None
    ci: tuple[float, float] | None
    k: int | None
    n: int | None
    i2: float | None
    risk_of_bias: str
    statistic: str
    parts: tuple[str, ...]
    shares: tuple[str, ...]
    missing: str | None
    note: str


def published_pools(outcome: Outcome) -> list[PublishedPool]:
    """Every pooled estimate of an outcome in the tables, in their order; subgroups after the whole."""
    found: list[PublishedPool] = []
    main: set[tuple[str, str | None]] = set()
    for study_id, read in comparisons(outcome).items():
        if studies()[study_id]["design"] not in POOLED_DESIGNS:
            continue
        for comparison in read:
            key = (study_id, comparison.measure)
            whole = _is_main(comparison) and key not in main
            if whole:
                main.add(key)
            found.append(_pool(outcome, comparison, whole))
    return sorted(found, key=lambda p: not p.whole)


def published_of_construct(construct: Construct) -> tuple[list[PublishedPool], list[LeftOut]]:
    """Pools of a construct in SD units, turned so that all mean the same; and those that cannot stand beside.

    A pool of one scale in its points says nothing of the other scales.
    """
    found = [pool for outcome in construct.published_pools for pool in published_pools(outcome)]
    left = []
    for scale in construct.instruments:
        for pool in published_pools(scale):
            if pool.measure == "smd":
                found.append(pool if construct.sign(scale) > 0.0 else _turned(pool))
            else:
                left.append(LeftOut(pool.study_id, f"{scale.label}: a published pool in {scale.unit}"))
    return sorted(found, key=lambda p: not p.whole), left


def _turned(pool: PublishedPool) -> PublishedPool:
    estimate = None if pool.estimate is None else -pool.estimate
    ci = None if pool.ci is None else (-pool.ci[1], -pool.ci[0])
    return replace(pool, estimate=estimate, ci=ci)


def _is_main(row: Comparison) -> bool:
    """The main analysis by its label: all supplements against control, or high against low exposure."""
    of_supplements = row.treatment in _WHOLE and row.control in _CONTROLS
    return of_supplements or (row.treatment.startswith(_EXPOSURES) and row.measure not in ("md", "smd", None))


def best_pool(pools: list[PublishedPool], of_trials: bool = True) -> PublishedPool | None:
    """The one to lean on: whole, with an interval, in the usual unit if any; least biased, then largest."""
    fit = [
        p
        for p in pools
        if p.whole and p.ci is not None and p.statistic == "mean" and p.of_trials == of_trials
    ]
    fit.sort(key=lambda p: (p.measure == "smd", RISK_ORDER.index(p.risk_of_bias), -(p.k or 0), p.study_id))
    return fit[0] if fit else None


def _pool(outcome: Outcome, read: Comparison, whole: bool) -> PublishedPool:
    study = studies()[read.study_id]
    noted = sizes().get((read.study_id, outcome.key), {})
    doubt = doubts().get((read.study_id, outcome.key))
    contained, shares = _overlap(read.study_id)
    parts = tuple(noted["parts"].split(";")) if noted.get("parts") else contained
    return PublishedPool(
        study_id=read.study_id,
        year=study["year"],
        label=read.treatment,
        whole=whole,
        of_trials=read.treatment.startswith("mg") and read.control in _CONTROLS,
        measure=read.measure,
        estimate=read.estimate,
        se=read.se,
        ci=read.ci,
        k=int(noted["k"]) if noted.get("k") else read.k,
        n=_people(noted, read, study),
        i2=read.i2,
        risk_of_bias=study["risk_of_bias"] or "unclear",
        statistic=read.statistic,
        parts=parts,
        shares=shares,
        missing=read.missing,
        note="; ".join(part for part in (doubt[1] if doubt else "", read.note) if part),
    )


def _people(noted: dict[str, str], read: Comparison, study: Row) -> int | None:
    """People pooled for this outcome; those of the whole review where only they are printed."""
    if noted.get("n"):
        return int(noted["n"])
    if read.n_treatment is not None and read.n_control is not None:
        return read.n_treatment + read.n_control
    whole: int | None = study["n_analysed"] or study["n_randomised"]
    return whole


def _overlap(study_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Trials of our tables inside a pool, and pools that share trials with it."""
    rows = records("evidence", "overlap")
    contained = tuple(
        r["study_id"] for r in rows if r["meta_analysis"] == study_id and r["basis"] == "contained"
    )
    pairs = [(r["meta_analysis"], r["study_id"]) for r in rows if r["basis"] == "overlaps"]
    shares = tuple(b if a == study_id else a for a, b in pairs if study_id in (a, b))
    return contained, shares
