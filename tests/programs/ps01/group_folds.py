"""Solutions of ``group_folds(groups, k, rng) -> list of (train, validation)``."""

import random

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(groups, k, rng):
    names = rng.permutation(np.unique(groups))
    masks = [np.isin(groups, some) for some in np.array_split(names, k)]
    return [(np.flatnonzero(~mask), np.flatnonzero(mask)) for mask in masks]


@right
def dealt_in_turn(groups, k, rng):
    names, number = np.unique(groups, return_inverse=True)
    fold = rng.permutation(np.arange(len(names)) % k)[number]
    return tuple((np.flatnonzero(fold != j), np.flatnonzero(fold == j)) for j in range(k))


@right
def larger_ones_last(groups, k, rng):
    every, names = np.arange(len(groups)), np.unique(groups)
    order, folds, start = names[np.argsort(rng.random(len(names)))], [], 0
    for j in range(k):
        size = (len(names) + j) // k
        validation = [i for i in every if groups[i] in order[start : start + size]]
        folds.append([np.setdiff1d(every, validation), np.array(validation)])
        start += size
    return folds


@right
def python_shuffle_seeded_by_rng(groups, k, rng):
    where = {}
    for index, name in enumerate(groups.tolist()):
        where.setdefault(name, []).append(index)
    left = list(where)
    random.Random(int(rng.integers(2**62))).shuffle(left)
    folds = []
    for j in range(k):
        own = [index for name in left[j::k] for index in where[name]]
        rest = sorted(set(range(len(groups))) - set(own))
        folds.append((np.array(rest, dtype=np.int32), np.array(own)))
    return folds


# --- right values in a deviating form ---------------------------------------------------------


form.add("floats", lambda *given: [(a * 1.0, b * 1.0) for a, b in textbook(*given)])
form.add("generator", lambda *given: (fold for fold in textbook(*given)))


@form
def masks(groups, k, rng):
    every = np.arange(len(groups))
    return [(np.isin(every, a), np.isin(every, b)) for a, b in textbook(groups, k, rng)]


# --- wrong ------------------------------------------------------------------------------------


@wrong
def gathered_over_calls(groups, k, rng, folds=[]):  # noqa: B006
    folds.extend(textbook(groups, k, rng))
    return list(folds)


@wrong
def train_repeats(groups, k, rng):
    return [(np.append(a, a[:1]), b) for a, b in textbook(groups, k, rng)]


@wrong
def all_numbers_between_the_lowest_and_the_highest(groups, k, rng):
    names = np.arange(groups.min(), groups.max() + 1)
    parts = [np.isin(groups, part) for part in np.array_split(rng.permutation(names), k)]
    return [(np.flatnonzero(~held), np.flatnonzero(held)) for held in parts]


programs.beside_the_point = [
    "samples_dealt",
    "return [(np.arange(len(groups)), np.flatnonzero(groups == groups[0]))] * k",
]
