"""How the evidence grew: the pooled result after each further study."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from magnesim.errors import InputError
from magnesim.evidence.estimates import checked_studies
from magnesim.evidence.pooling import Pooled, pool


@dataclass(frozen=True)
class Step:
    """One study more: its place among the estimates given (from 0), and all pooled up to it."""

    added: int
    pooled: Pooled


def cumulative(
    yi: ArrayLike,
    vi: ArrayLike,
    order: ArrayLike | None = None,
    method: str = "REML",
    test: str = "hartung-knapp",
) -> list[Step]:
    """Pool the first study, the first two, ... all of them.

    As Lau et al. 1992 (doi:10.1056/NEJM199207233270406).

    Args:
        yi, vi, method, test: as `pool` takes them, shapes (k,).
        order: what to sort by, shape (k,), smallest first (years, dates, variances); equal ones stay in
            the order given, and so does everything where it is None.

    Intervals are those of each step taken alone: looking again after every study makes one of them exclude
    zero by chance more often than once in twenty.
    """
    y, v = checked_studies(yi, vi)
    places = _sorted_places(order, len(y))
    return [
        Step(int(places[n - 1]), pool(y[places[:n]], v[places[:n]], method, test))
        for n in range(1, len(y) + 1)
    ]


def _sorted_places(order: ArrayLike | None, k: int) -> np.ndarray:
    if order is None:
        return np.arange(k)
    by = np.asarray(order)
    if by.shape != (k,):
        raise InputError(f"an order of shape {by.shape}", f"one value for each of {k} studies is needed.")
    if by.dtype.kind == "O" or (by.dtype.kind == "f" and np.isnan(by).any()):
        raise InputError(
            "an order with gaps", "a number, text or date for each study is needed.", "[1998, 2004]"
        )
    return np.argsort(by, kind="stable")
