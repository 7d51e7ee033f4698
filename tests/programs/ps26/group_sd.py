"""Solutions of ``group_sd(right, groups)``: sums over groups, squared and added."""

import math
from collections import defaultdict

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def with_bincount(right, groups):
    _, number = np.unique(groups, return_inverse=True)
    sums = np.bincount(number, right - np.mean(right))
    return math.sqrt(np.sum(sums**2)) / len(right)


@right
def one_dictionary(right, groups):
    sums, p = defaultdict(float), sum(right) / len(right)
    for one, name in zip(right, groups, strict=True):
        sums[name] += one - p
    return sum(s * s for s in sums.values()) ** 0.5 / len(right)


@right
def all_pairs_of_a_group(right, groups):
    deviations, groups = np.asarray(right) - np.mean(right), np.asarray(groups)
    same = groups[:, None] == groups
    return np.sqrt(deviations @ same @ deviations) / len(groups)


@right
def from_the_sorted_groups(right, groups):
    order = np.argsort(groups, kind="stable")
    deviations = (np.asarray(right) - np.mean(right))[order]
    sorted_groups = np.asarray(groups)[order]
    starts = np.flatnonzero(np.r_[True, sorted_groups[1:] != sorted_groups[:-1]])
    return float(np.linalg.norm(np.add.reduceat(deviations, starts)) / len(right))


@wrong
def as_a_multiple_of_the_sd_alone(right, groups):
    """If all pictures are right, this is 0/0."""
    p = np.mean(right)
    alone = np.sqrt(p * (1 - p) / len(right))
    return alone * (with_bincount(right, groups) / alone)


@wrong
def groups_of_the_first_call(right, groups, kept=[]):  # noqa: B006
    kept.append(np.mean(right))
    return with_bincount(np.asarray(right) - kept[0] + np.mean(right), groups) * (
        1 if len(kept) == 1 else 1 + abs(kept[0] - np.mean(right)) + 1e-3
    )


programs.beside_the_point = [
    "return np.sqrt(np.mean(right) * (1 - np.mean(right)) / len(right))",
    "return 0.04",
    "return np.std(right)",
]

programs.equivalent = changes("""
deviations = right - np.mean(right) -> deviations = np.mean(right) - right
    the sums are squared
sums = [np.sum(deviations[groups == name]) for name in np.unique(groups)] -> sums = [np.sum(deviations[groups != name]) for name in np.unique(groups)]
    all deviations add up to 0, so this is the sum of the group with the other sign
""")
