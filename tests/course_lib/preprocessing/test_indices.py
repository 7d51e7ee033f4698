import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.preprocessing import (
    group_folds,
    k_folds,
    minibatch_indices,
    split_indices,
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(n=st.integers(1, 200), weights=st.lists(st.floats(0.01, 1), min_size=1, max_size=5))
def test_a_split_deals_every_index_to_one_part(n: int, weights: list[float]) -> None:
    fractions = [w / sum(weights) for w in weights]
    parts = split_indices(n, fractions, rng())
    assert type(parts) is tuple
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(n))
    assert [len(part) for part in parts[1:]] == [math.floor(n * f) for f in fractions[1:]]


@pytest.mark.parametrize("n", [1, 5, 100])
def test_the_first_part_gets_the_rest(n: int) -> None:
    assert [len(part) for part in split_indices(n, (0.5, 0.25, 0.25), rng())] == [
        n - 2 * (n // 4),
        n // 4,
        n // 4,
    ]


def test_a_split_is_shuffled_within_and_between_the_parts() -> None:
    n, trials = 10, 4000
    first = np.zeros(n)
    test_part = np.zeros(n)
    for seed in range(trials):
        train, test = split_indices(n, (0.7, 0.3), rng(seed))
        first[train[0]] += 1
        test_part[test] += 1
    # Each index leads with probability 0.1 and is tested with probability 0.3: standard deviations
    # sqrt(4000 p (1-p)) of 19 and 29. Six of them: false alarm 2e-9 for each of 20 counts.
    np.testing.assert_allclose(first, 0.1 * trials, atol=6 * 19)
    np.testing.assert_allclose(test_part, 0.3 * trials, atol=6 * 29)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(n=st.integers(1, 100), batch_size=st.integers(1, 120))
def test_batches_hold_every_index_once_and_only_the_last_is_smaller(
    n: int, batch_size: int
) -> None:
    batches = minibatch_indices(n, batch_size, rng())
    np.testing.assert_array_equal(np.sort(np.concatenate(batches)), np.arange(n))
    assert len(batches) == math.ceil(n / batch_size)
    assert all(len(batch) == batch_size for batch in batches[:-1])
    assert 1 <= len(batches[-1]) <= batch_size


def test_any_two_samples_meet_as_often_as_chance_has_it() -> None:
    n, trials = 6, 4000
    together = np.zeros((n, n))
    for seed in range(trials):
        for batch in minibatch_indices(n, 2, rng(seed)):
            together[batch[0], batch[1]] += 1
    # 30 ordered pairs, 3 a trial: probability 0.1 each, standard deviation 19; six of them.
    np.testing.assert_allclose(together[~np.eye(n, dtype=bool)], 0.1 * trials, atol=6 * 19)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(n=st.integers(2, 100), k=st.integers(2, 12))
def test_every_index_is_held_out_in_one_fold_and_trained_on_in_all_others(n: int, k: int) -> None:
    if k > n:
        return
    folds = k_folds(n, k, rng())
    assert len(folds) == k
    np.testing.assert_array_equal(np.sort(np.concatenate([v for _, v in folds])), np.arange(n))
    for train, validation in folds:
        assert len(validation) in (n // k, -(-n // k))
        np.testing.assert_array_equal(np.sort(np.concatenate([train, validation])), np.arange(n))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(sizes=st.lists(st.integers(1, 30), min_size=2, max_size=40), k=st.integers(2, 12))
def test_folds_hold_out_every_group_as_a_whole_once(sizes: list[int], k: int) -> None:
    groups = rng().permutation(np.repeat(7 + 2 * np.arange(len(sizes)), sizes))
    if k > len(sizes):
        return
    folds = group_folds(groups, k, rng())
    held_out = [set(groups[validation].tolist()) for _, validation in folds]
    assert sum(map(len, held_out)) == len(set().union(*held_out)) == len(sizes)
    assert {len(names) for names in held_out} <= {len(sizes) // k, -(-len(sizes) // k)}
    for train, validation in folds:
        both = np.concatenate([train, validation])
        np.testing.assert_array_equal(np.sort(both), np.arange(len(groups)))
        assert not set(groups[train].tolist()) & set(groups[validation].tolist())


def test_impossible_folds_and_groups_are_refused() -> None:
    for k in (1, 11):
        with pytest.raises(ValueError, match="expected 2 to n = 10 folds"):
            k_folds(10, k, rng())
        with pytest.raises(ValueError, match="expected 2 to 10, the number of groups"):
            group_folds(np.arange(40) % 10, k, rng())
    with pytest.raises(ValueError, match="groups has shape"):
        group_folds(np.ones((3, 2)), 2, rng())


def test_the_generator_decides_and_moves_on() -> None:
    for make in (
        lambda r: minibatch_indices(50, 8, r),
        lambda r: split_indices(50, (0.5, 0.5), r),
        lambda r: [held_out for _, held_out in k_folds(50, 2, r)],
        lambda r: [held_out for _, held_out in group_folds(np.arange(50) // 2, 2, r)],
    ):
        a, b = make(rng(1)), make(rng(1))
        for one, other in zip(a, b, strict=True):
            np.testing.assert_array_equal(one, other)
        generator = rng(1)
        first, second = make(generator), make(generator)
        assert not np.array_equal(first[0], second[0])


@pytest.mark.parametrize(
    "fractions", [(), (0.5, 0.4), (0.6, 0.6), (1.2, -0.2), (1.0, 0.0), (0.5, float("nan"))]
)
def test_impossible_fractions_are_refused(fractions: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="expected positive numbers with sum 1"):
        split_indices(10, fractions, rng())


def test_impossible_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="n is 0"):
        split_indices(0, (1.0,), rng())
    for n, batch_size in [(0, 1), (1, 0)]:
        with pytest.raises(ValueError, match=f"n is {n} and batch_size {batch_size}"):
            minibatch_indices(n, batch_size, rng())
