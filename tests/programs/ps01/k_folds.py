"""Solutions of ``k_folds(n, k, rng) -> list of (train, validation)``."""

import random

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(n, k, rng):
    parts = np.array_split(rng.permutation(n), k)
    return [(np.concatenate(parts[:j] + parts[j + 1 :]), parts[j]) for j in range(k)]


@right
def dealt_in_turn(n, k, rng):
    order = rng.permutation(n)
    return [(np.delete(order, np.s_[j::k]), order[j::k]) for j in range(k)]


@right
def folds_named_first(n, k, rng):
    fold = rng.permutation(np.arange(n) % k)
    return tuple((np.flatnonzero(fold != j), np.flatnonzero(fold == j)) for j in range(k))


@right
def larger_ones_last(n, k, rng):
    order, folds, start = np.argsort(rng.random(n)), [], 0
    for j in range(k):
        size = (n + j) // k
        validation = order[start : start + size]
        folds.append([np.setdiff1d(order, validation), validation])
        start += size
    return folds


@right
def python_shuffle_seeded_by_rng(n, k, rng):
    left = list(range(n))
    random.Random(int(rng.integers(2**62))).shuffle(left)
    every, folds = frozenset(left), []
    for j in range(k):
        own = left[j::k]
        folds.append((np.array(sorted(every - set(own)), dtype=np.int32), np.array(own)))
    return folds


# --- right values in a deviating form ---------------------------------------------------------


form.add("floats", lambda *given: [(a * 1.0, b * 1.0) for a, b in textbook(*given)])
form.add("generator", lambda *given: (fold for fold in textbook(*given)))


@form
def masks(n, k, rng):
    return [(np.isin(np.arange(n), a), np.isin(np.arange(n), b)) for a, b in textbook(n, k, rng)]


# --- wrong ------------------------------------------------------------------------------------


@wrong
def gathered_over_calls(n, k, rng, folds=[]):  # noqa: B006
    folds.extend(textbook(n, k, rng))
    return list(folds)


@wrong
def train_repeats(n, k, rng):
    return [(np.append(a, a[:1]), b) for a, b in textbook(n, k, rng)]
