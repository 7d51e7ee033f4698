"""Solutions of ``split_indices(n, fractions, rng) -> tuple of index arrays``, shuffled."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(n, fractions, rng):
    order = rng.permutation(n)
    sizes = [math.floor(n * f) for f in fractions[1:]]
    start = n - sum(sizes)
    parts = [order[:start]]
    for size in sizes:
        parts.append(order[start : start + size])
        start += size
    return tuple(parts)


@right
def sorted_random_keys(n, fractions, rng):
    return tuple(list_of_parts(np.argsort(rng.random(n)), fractions))


def list_of_parts(order, fractions):
    # From the end: the last parts first.
    parts, end = [], len(order)
    for f in reversed(fractions[1:]):
        size = int(len(order) * f // 1)
        parts.insert(0, order[end - size : end])
        end -= size
    return [order[:end], *parts]


@right
def list_returned(n, fractions, rng):
    return list_of_parts(rng.choice(n, size=n, replace=False), fractions)


@right
def exchanged_one_by_one(n, fractions, rng):
    order = np.arange(n, dtype=np.int32)
    for i in range(n - 1, 0, -1):
        j = int(rng.integers(i + 1))
        order[i], order[j] = order[j], order[i]
    return tuple(list_of_parts(order, fractions))


@right
def labels_permuted(n, fractions, rng):
    labels = np.repeat(
        range(len(fractions)), [len(part) for part in list_of_parts(np.arange(n), fractions)]
    )
    labels = rng.permutation(labels)
    return tuple(np.flatnonzero(labels == k) for k in range(len(fractions)))


# --- right values in a deviating form ---------------------------------------------------------


form.add("floats", lambda *given: tuple(part.astype(float) for part in textbook(*given)))
form.add("columns", lambda *given: tuple(part[:, None] for part in textbook(*given)))
form.add("one_by_one", lambda *given: (part for part in textbook(*given)))


@form
def masks(n, fractions, rng):
    return tuple(np.isin(np.arange(n), part) for part in textbook(n, fractions, rng))


# Who is in which part is random; the order inside a part is not.
@open_
def each_part_sorted(n, fractions, rng):
    return tuple(np.sort(part) for part in textbook(n, fractions, rng))


# --- wrong ------------------------------------------------------------------------------------


@wrong
def largest_part_takes_the_rest(n, fractions, rng):
    sizes = [int(n * f) for f in fractions]
    sizes[np.argmax(fractions)] += n - sum(sizes)
    return tuple(np.split(rng.permutation(n), np.cumsum(sizes)[:-1]))


@wrong
def percent_by_percent(n, fractions, rng):
    """A third is more than 33 percent."""
    sizes = [n * round(100 * f) // 100 for f in fractions[1:]]
    return tuple(np.split(rng.permutation(n), np.cumsum([n - sum(sizes), *sizes])[:-1]))


programs.carry(right.programs["textbook"])
del wrong.programs["three_decimals"]  # of whole numbers nothing is lost
for name in programs.made & open_.programs.keys() - {"carried_in_a_subclass"}:
    del open_.programs[name]

programs.beside_the_point = [
    """sizes = [n // len(fractions)] * len(fractions)
return tuple(np.split(np.arange(n), np.cumsum(sizes)[:-1]))""",
]
