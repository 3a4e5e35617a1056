"""What a trial gives to a pool: figures, a silence, or a p alone; and what is left out, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

SIGNIFICANT = 0.05


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What is known of a trial whatever it prints.

    Attributes:
        study_id: the trial; `compounds` of its magnesium arms, `risk_of_bias` and `funding` as in the tables.
        n: people, None where unknown, and `n_of`: of the `arms` compared, or of the whole study where sizes
            of arms are not printed (`analysed`, `randomised`).
        n_treatment, n_control: of the arms; taken as equal arms where not printed.
        paired: the same people took both arms.
    """

    study_id: str
    n: int | None
    n_of: str | None
    n_treatment: int | None
    n_control: int | None
    paired: bool = False
    compounds: tuple[str, ...]
    risk_of_bias: str
    funding: str | None = None

    def shared(self) -> dict[str, Any]:
        """These fields by name, to make another kind of trial of the same one."""
        return {field.name: getattr(self, field.name) for field in fields(Trial)}


@dataclass(frozen=True, kw_only=True)
class TrialEffect(Trial):
    """What one trial adds to a pool.

    Attributes:
        measure: `md` in the outcome's unit, `smd`, or a log ratio.
        estimate, se, ci: magnesium minus control; the 95 % interval as printed, else the normal one.
        weeks: follow-up.
        note: how the numbers came about, and what else the trial printed.
        treatments, control: the arms compared; labels of exposures where nothing was given.
        p, p_bound: of a single comparison, as printed; None where there is none.
        instrument: of a construct, the outcome that it was measured by; else empty.
    """

    measure: str
    estimate: float
    se: float
    ci: tuple[float, float]
    weeks: float | None
    note: str
    treatments: tuple[str, ...] = ()
    control: str = ""
    p: float | None = None
    p_bound: str | None = None
    instrument: str = ""


@dataclass(frozen=True, kw_only=True)
class SilentNull(Trial):
    """A trial that says "no difference" and prints no number: its size is known, its estimate is not."""


@dataclass(frozen=True, kw_only=True)
class POnly(Trial):
    """A trial that prints a p and no estimate, or an estimate with nothing but the bound of a p.

    Attributes:
        sign: 1 where the outcome was higher on magnesium, -1 lower, None where the paper does not say.
        p, p_bound: as printed.
        estimate: as printed; None where it is not.
        across_arms: why the p is not one of magnesium against its control; None where it is.
    """

    measure: str
    sign: int | None
    p: float
    p_bound: str
    estimate: float | None
    across_arms: str | None

    @property
    def significant(self) -> bool:
        """Whether the p is below 0.05."""
        return is_significant(self.p, self.p_bound)

    @property
    def p_in_words(self) -> str:
        """`p 0.006`, `p below 0.05`."""
        return printed_p(self.p, self.p_bound)


def printed_p(p: float, bound: str | None) -> str:
    """A p as printed, with a word where it is a bound: `p 0.006`, `p below 0.05`."""
    return f"p {_BOUNDS.get(bound or '', '')}{p:g}"


_BOUNDS = {"lt": "below ", "gt": "above "}


def is_significant(p: float, bound: str | None) -> bool:
    """Whether a printed p says that it is below 0.05."""
    return bound != "gt" and (p < SIGNIFICANT or (p == SIGNIFICANT and bound == "lt"))


@dataclass(frozen=True)
class LeftOut:
    """A study that measured the outcome and is not pooled, and why."""

    study_id: str
    why: str


@dataclass(frozen=True)
class Selection:
    """All studies of an outcome, sorted into what can be pooled, what is silent, and what is left out.

    Those of `p_only` are among `left_out` too: no pool of printed figures holds them.
    """

    effects: tuple[TrialEffect, ...]
    silent_nulls: tuple[SilentNull, ...]
    p_only: tuple[POnly, ...]
    left_out: tuple[LeftOut, ...]
