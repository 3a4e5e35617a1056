"""Random numbers by counter: row i depends on the seed, the stream and i alone, never on how many are drawn.

Philox 4x64 (Salmon et al. 2011, doi:10.1145/2063384.2063405) turns a key and a counter into four numbers.
The key is (seed, stream); the counter is (row, group of four columns). So rows may be drawn at once or in
chunks of any size, and a column more leaves the others as they were, bit for bit.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from magnesim.errors import InputError

LARGEST_SEED = 2**64 - 1
_COLUMNS_A_COUNTER = 4
_BITS_DROPPED = 12
"""The upper 52 bits plus a half are exact in a double, so that neither 0 nor 1 is ever drawn."""


class Stream(IntEnum):
    """Who draws: one number for each purpose, so that no two purposes see the same numbers."""

    UNCERTAINTY = 1
    BETWEEN_PEOPLE = 2
    INTAKE_UNCERTAINTY = 3
    POPULATION = 4
    POSTERIOR = 5
    TOLERABILITY = 6
    VALIDATION = 7


def uniform_draws(count: int, width: int, seed: int, stream: Stream, first: int = 0) -> np.ndarray:
    """Uniform numbers strictly between 0 and 1, (count, width), each column contiguous in memory.

    Args:
        count: rows.
        width: columns.
        seed: 0 to 2^64 - 1.
        stream: what the numbers are for.
        first: global number of the first row.
    """
    _check(count, seed, first)
    groups = -(-width // _COLUMNS_A_COUNTER)
    columns = np.empty((groups * _COLUMNS_A_COUNTER, count))
    key = np.array([seed, stream], dtype=np.uint64)
    for group in range(groups):
        philox = np.random.Philox(key=key, counter=np.array([first, group, 0, 0], dtype=np.uint64))
        whole = philox.random_raw(_COLUMNS_A_COUNTER * count) >> np.uint64(_BITS_DROPPED)
        start = group * _COLUMNS_A_COUNTER
        columns[start : start + _COLUMNS_A_COUNTER] = whole.reshape(count, _COLUMNS_A_COUNTER).T
    columns += 0.5
    columns *= 2.0 ** (_BITS_DROPPED - 64)
    return columns[:width].T


def normal_draws(count: int, width: int, seed: int, stream: Stream, first: int = 0) -> np.ndarray:
    """Standard normal numbers, (count, width), by the inverse distribution; arguments as `uniform_draws`."""
    from scipy.special import ndtri

    drawn: np.ndarray = ndtri(uniform_draws(count, width, seed, stream, first))
    return drawn


def correlated(normal: np.ndarray, correlation: np.ndarray, known: int = 0) -> np.ndarray:
    """Normal scores with a correlation matrix, (count, width), from independent ones.

    Args:
        normal: (count, width). The first `known` columns are scores as they are; the others are independent
            and are drawn given the known ones (conditional normal distribution).
        correlation: (width, width), positive definite.
        known: how many columns are given.

    The sums are written out: a matrix product rounds by the shape of its chunk, which would break the law of
    this module.
    """
    root = np.linalg.cholesky(correlation)
    scores, independent = np.empty_like(normal), np.empty_like(normal)
    for i, row in enumerate(root):
        explained = np.zeros(len(normal))
        for j in np.flatnonzero(row[:i]):
            explained += row[j] * independent[:, j]
        if i < known:
            scores[:, i] = normal[:, i]
            independent[:, i] = (normal[:, i] - explained) / row[i]
        else:
            scores[:, i] = explained + row[i] * normal[:, i]
            independent[:, i] = normal[:, i]
    return scores


def _check(count: int, seed: int, first: int) -> None:
    if not 0 <= seed <= LARGEST_SEED:
        raise InputError(f"--seed {seed}", f"a whole number from 0 to {LARGEST_SEED} is allowed.", "--seed 1")
    if count < 0 or first < 0:
        raise InputError(
            f"{count} draws from number {first}", "0 or more is allowed for both.", "10 draws from number 0"
        )
