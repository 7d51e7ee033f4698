"""Splits: training, validation and test sets, folds, whole groups, and minibatches (S0, S1, S3)."""

import math
from collections.abc import Sequence

import numpy as np

from course_lib.backend import Array, Generator, array_namespace, permutation, to_numpy
from course_lib.requirements import require_generator


def split_indices(n: int, fractions: Sequence[float], rng: Generator) -> tuple[Array, ...]:
    """Split the indices 0 … n-1 at random, for instance into training and validation set (S3).

    Every part but the first gets ``floor(n * fraction)`` of them, and the first gets the rest. So a
    part is empty if ``n * fraction`` is less than 1: 0.05 of 10 samples are none.

    Parameters
    ----------
    n : number of samples, 1 or more
    fractions : shares of the parts, positive, with sum 1
    rng : source of the order

    Returns
    -------
    parts : one array of indices per fraction; together they hold every index once

    Raises
    ------
    ValueError
        If n is less than 1, a fraction is not positive or they do not sum to 1.
    """
    if n < 1:
        raise ValueError(f"split_indices: n is {n}, expected 1 or more samples")
    if not fractions or min(fractions) <= 0.0 or not math.isclose(sum(fractions), 1.0):
        raise ValueError(
            f"split_indices: fractions are {tuple(fractions)}, expected positive numbers with sum 1"
        )
    require_generator("split_indices", rng)
    order = permutation(rng, n)
    sizes = [math.floor(n * fraction) for fraction in fractions[1:]]
    start = n - sum(sizes)
    parts = [order[:start]]
    for size in sizes:
        parts.append(order[start : start + size])
        start += size
    return tuple(parts)


def k_folds(n: int, k: int, rng: Generator) -> list[tuple[Array, Array]]:
    """Split the indices 0 … n-1 at random into training and validation set, in k ways (S0).

    Parameters
    ----------
    n : number of samples
    k : number of folds, from 2 to n
    rng : source of the order

    Returns
    -------
    folds : k pairs (train, validation). Every index is in exactly one validation set, whose sizes
        differ by at most 1; train holds all other indices.

    Raises
    ------
    ValueError
        If k is less than 2 or greater than n.
    """
    if not 2 <= k <= n:
        raise ValueError(f"k_folds: k is {k}, expected 2 to n = {n} folds")
    require_generator("k_folds", rng)
    order = permutation(rng, n)
    xp = array_namespace(order)
    folds = []
    for j in range(k):
        start, stop = j * n // k, (j + 1) * n // k
        folds.append((xp.concat((order[:start], order[stop:])), order[start:stop]))
    return folds


# --- Splits that keep together what belongs together ----------------------------------------------


def group_folds(groups: Array, k: int, rng: Generator) -> list[tuple[Array, Array]]:
    """Split the samples at random into training and validation set, in k ways, by whole groups.

    Where every sample is its own group, these are ordinary folds.

    Parameters
    ----------
    groups : (N,), which group each sample belongs to, such as the number of a patient
    k : number of folds, from 2 to the number of groups
    rng : source of the order

    Returns
    -------
    folds : k pairs (train, validation) of indices in ascending order. Every group is in exactly one
        validation set, and their numbers of groups differ by at most 1; train holds all other
        samples.

    Raises
    ------
    ValueError
        If k is less than 2 or greater than the number of groups.
    """
    labels = to_numpy(groups)
    if labels.ndim != 1:
        raise ValueError(f"group_folds: groups has shape {labels.shape}, expected (N,)")
    names, number = np.unique(labels, return_inverse=True)
    if not 2 <= k <= len(names):
        raise ValueError(f"group_folds: k is {k}, expected 2 to {len(names)}, the number of groups")
    require_generator("group_folds", rng)
    order = permutation(rng, len(names))
    xp = array_namespace(order)
    fold_of_group = np.empty(len(names), int)
    fold_of_group[to_numpy(order)] = np.arange(len(names)) * k // len(names)
    fold = fold_of_group[number]
    return [
        (xp.asarray(np.flatnonzero(fold != j)), xp.asarray(np.flatnonzero(fold == j)))
        for j in range(k)
    ]


def minibatch_indices(n: int, batch_size: int, rng: Generator) -> list[Array]:
    """Every index 0 … n-1 once, in random order, ``batch_size`` at a time (S0, S1).

    Parameters
    ----------
    n : number of samples, 1 or more
    batch_size : 1 or more; the last batch is smaller if it does not divide n
    rng : source of the order

    Returns
    -------
    batches : arrays of indices, ``ceil(n / batch_size)`` of them

    Raises
    ------
    ValueError
        If n or batch_size is less than 1.
    """
    if n < 1 or batch_size < 1:
        raise ValueError(
            f"minibatch_indices: n is {n} and batch_size {batch_size}, expected 1 or more of both"
        )
    require_generator("minibatch_indices", rng)
    order = permutation(rng, n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]
