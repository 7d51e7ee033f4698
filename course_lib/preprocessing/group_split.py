"""Splits that keep together what belongs together."""

import math
from collections.abc import Sequence

import numpy as np

from course_lib.backend import Array, Generator, array_namespace, permutation, to_numpy
from course_lib.requirements import require_generator


def group_split(groups: Array, fractions: Sequence[float], rng: Generator) -> tuple[Array, ...]:
    """Split the samples at random into parts, so that no group is in two of them.

    The groups are laid in a row in random order. The fractions mark edges on this row, and a group
    goes to the part in which its middle lies. So the size of a part differs from its share by at
    most the size of a group.

    Parameters
    ----------
    groups : (N,), which group each sample belongs to, such as the number of a patient
    fractions : shares of the parts, positive, with sum 1
    rng : source of the order

    Returns
    -------
    parts : one array of indices per fraction, in ascending order; together they hold every index
        once

    Raises
    ------
    ValueError
        If there are no samples, a fraction is not positive or they do not sum to 1.
    """
    labels = to_numpy(groups)
    if labels.ndim != 1 or labels.size == 0:
        raise ValueError(f"group_split: groups has shape {labels.shape}, expected (N,) with N > 0")
    if not fractions or min(fractions) <= 0.0 or not math.isclose(sum(fractions), 1.0):
        raise ValueError(
            f"group_split: fractions are {tuple(fractions)}, expected positive numbers with sum 1"
        )
    require_generator("group_split", rng)
    names, number = np.unique(labels, return_inverse=True)
    order = permutation(rng, len(names))
    sizes = np.bincount(number)[to_numpy(order)]
    middles = np.cumsum(sizes) - sizes / 2
    edges = labels.size * np.cumsum(fractions)[:-1]
    part_of_group = np.empty(len(names), int)
    part_of_group[to_numpy(order)] = np.searchsorted(edges, middles)
    part = part_of_group[number]
    xp = array_namespace(order)
    return tuple(xp.asarray(np.flatnonzero(part == j)) for j in range(len(fractions)))
