"""Cross-validation that keeps together what belongs together."""

import numpy as np

from course_lib.backend import Array, Generator, array_namespace, permutation, to_numpy
from course_lib.requirements import require_generator


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
