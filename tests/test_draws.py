"""Random numbers by counter: a row depends on seed, stream and its number alone, and looks random."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from magnesim.body.parameters import between_person_draws, uncertainty_draws
from magnesim.draws import LARGEST_SEED, Stream, correlated, normal_draws, uniform_draws
from magnesim.errors import InputError

SEEDS = st.integers(0, LARGEST_SEED)
CHUNKS = st.lists(st.integers(0, 40), max_size=6)


def philox(seed: int, stream: int, row: int, group: int) -> list[int]:
    """Philox 4x64 with ten rounds as published by Salmon et al. 2011, in whole numbers.

    NumPy adds one to the counter before it gives the first number, hence row + 1.
    """
    mask = 2**64 - 1
    c, key = [row + 1, group, 0, 0], [seed, stream]
    for _ in range(10):
        left, right = 0xD2E7470EE14C6C93 * c[0], 0xCA5A826395121157 * c[2]
        c = [(right >> 64) ^ c[1] ^ key[0], right & mask, (left >> 64) ^ c[3] ^ key[1], left & mask]
        key = [(key[0] + 0x9E3779B97F4A7C15) & mask, (key[1] + 0xBB67AE8584CAA73B) & mask]
    return c


@given(SEEDS, st.sampled_from(Stream), st.integers(0, 2**40))
def test_the_numbers_are_those_of_the_published_generator(seed: int, stream: Stream, row: int):
    whole = philox(seed, stream, row, 0) + philox(seed, stream, row, 1)
    expected = [((number >> 12) + 0.5) / 2**52 for number in whole]
    assert uniform_draws(1, 8, seed, stream, first=row)[0].tolist() == expected


def test_the_numbers_of_one_seed_stay_what_they_were():
    """Printed by the first version: a change here changes every seeded result there is."""
    drawn = uniform_draws(2, 5, seed=2024, stream=Stream.POPULATION)
    assert drawn.tolist() == [
        [
            7.088975559532695e-05,
            0.1872246530291729,
            0.5400308260458145,
            0.8700963871187822,
            0.06109611662848857,
        ],
        [0.5649359044020413, 0.5890347922803035, 0.19904636360037065, 0.9480491175262075, 0.8649378981372208],
    ]
    assert normal_draws(2, 3, seed=7, stream=Stream.UNCERTAINTY) == pytest.approx(
        np.array(
            [
                [1.187408980258771, -0.33440141823555686, 0.04280044269535432],
                [0.5774270531021524, 0.5746887704233382, -0.29845203217004856],
            ]
        ),
        rel=1e-13,
    )


@given(SEEDS, st.integers(0, 9), CHUNKS, st.integers(0, 2**40))
def test_chunks_of_any_size_give_the_same_rows(seed: int, width: int, chunks: list[int], first: int):
    whole = normal_draws(sum(chunks), width, seed, Stream.POPULATION, first)
    starts = first + np.cumsum([0, *chunks])
    parts = [
        normal_draws(count, width, seed, Stream.POPULATION, int(start))
        for count, start in zip(chunks, starts, strict=False)
    ]
    assert np.array_equal(whole, np.concatenate([np.empty((0, width)), *parts]))


@given(SEEDS, st.integers(0, 12), st.integers(0, 12))
def test_more_columns_leave_the_first_ones_as_they_were(seed: int, few: int, more: int):
    narrow = uniform_draws(7, few, seed, Stream.UNCERTAINTY)
    wide = uniform_draws(7, few + more, seed, Stream.UNCERTAINTY)
    assert np.array_equal(narrow, wide[:, :few])


def test_streams_and_seeds_share_no_number():
    drawn = [uniform_draws(500, 6, seed, stream).ravel() for seed in (0, 1, 2) for stream in Stream]
    together = np.concatenate(drawn)
    assert len(np.unique(together)) == len(together)
    assert np.abs(np.corrcoef(drawn) - np.eye(len(drawn))).max() < 5 / np.sqrt(3000)


def test_uniform_and_normal_numbers_have_their_moments():
    """Within five standard errors of 200,000 rows."""
    count = 200_000
    uniform = uniform_draws(count, 3, seed=11, stream=Stream.POPULATION)
    normal = normal_draws(count, 3, seed=11, stream=Stream.POPULATION)
    near = 5 / np.sqrt(count)
    assert np.abs(uniform.mean(axis=0) - 0.5).max() < near * np.sqrt(1 / 12)
    assert np.abs(uniform.var(axis=0) - 1 / 12).max() < near * np.sqrt(1 / 180)
    for power, moment, spread in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert np.abs((normal**power).mean(axis=0) - moment).max() < near * np.sqrt(spread)
    assert np.abs(np.corrcoef(normal.T) - np.eye(3)).max() < near
    following = [np.corrcoef(column[1:], column[:-1])[0, 1] for column in normal.T]
    assert np.abs(following).max() < near


def test_neither_end_is_ever_drawn():
    drawn = uniform_draws(100_000, 4, seed=3, stream=Stream.POPULATION)
    assert drawn.min() > 0 and drawn.max() < 1
    assert ((2**52 - 1) + 0.5) / 2**52 < 1


def test_correlated_scores_have_the_correlation_and_the_spread():
    wanted = np.array([[1, 0.5, -0.3], [0.5, 1, 0], [-0.3, 0, 1]])
    scores = correlated(normal_draws(200_000, 3, 5, Stream.POPULATION), wanted)
    assert np.corrcoef(scores.T) == pytest.approx(wanted, abs=5 / np.sqrt(200_000))
    assert scores.std(axis=0) == pytest.approx(np.ones(3), abs=0.01)


def test_scores_given_a_known_one_follow_the_conditional_law():
    wanted = np.array([[1, 0.6], [0.6, 1]])
    independent = normal_draws(200_000, 2, 5, Stream.POPULATION)
    independent[:, 0] = 2.0
    scores = correlated(independent, wanted, known=1)
    assert np.all(scores[:, 0] == 2.0)
    assert scores[:, 1].mean() == pytest.approx(1.2, abs=0.01)
    assert scores[:, 1].std() == pytest.approx(0.8, abs=0.01)


@given(CHUNKS, st.integers(0, 10**6))
def test_parameters_drawn_in_chunks_are_the_same_people(chunks: list[int], first: int):
    for draws_of in (uncertainty_draws, between_person_draws):
        whole = draws_of(sum(chunks) + 1, 9, first)
        at = first
        for count in chunks:
            part = draws_of(count, 9, at)
            place = at - first
            assert all(np.array_equal(part[name], whole[name][place : place + count]) for name in whole)
            at += count


@pytest.mark.parametrize(("count", "seed", "first"), [(-1, 0, 0), (1, -1, 0), (1, 2**64, 0), (1, 0, -1)])
def test_what_cannot_be_drawn_is_refused(count: int, seed: int, first: int):
    with pytest.raises(InputError, match="allowed"):
        uniform_draws(count, 1, seed, Stream.POPULATION, first)
