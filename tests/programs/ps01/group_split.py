"""Solutions of ``group_split(groups, fractions, rng) -> tuple of index arrays``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def middles(groups, fractions, rng):
    """A group goes to the part in which its middle lies."""
    names = rng.permutation(np.unique(groups))
    edges, parts, start = np.cumsum(fractions) * len(groups), [[] for _ in fractions], 0
    for name in names:
        own = np.flatnonzero(groups == name)
        j = sum(start + len(own) / 2 > edge for edge in edges[:-1])
        parts[j] += own.tolist()
        start += len(own)
    return tuple(np.array(part, dtype=int) for part in parts)


@right
def to_the_neediest(groups, fractions, rng):
    """Every group goes to the part that is furthest below its size."""
    missing = np.array(fractions) * len(groups)
    part = np.empty(len(groups), int)
    for name in rng.permutation(np.unique(groups)):
        j = np.argmax(missing)
        part[groups == name] = j
        missing[j] -= np.sum(groups == name)
    return tuple(np.flatnonzero(part == j) for j in range(len(fractions)))


@right
def beginnings(groups, fractions, rng):
    """A group goes to the part in which its first sample lies."""
    names, counts = np.unique(groups, return_counts=True)
    order = np.argsort(rng.random(len(names)))
    starts = np.cumsum(counts[order]) - counts[order]
    edges = np.cumsum(fractions)[:-1] * len(groups)
    place = np.searchsorted(edges, starts + 1e-9)
    return [
        np.flatnonzero(np.isin(groups, names[order[place == j]])) for j in range(len(fractions))
    ]


@right
def in_total_so_far(groups, fractions, rng):
    """A part is closed once all parts so far together are full."""
    waiting, taken, parts, target = list(rng.permutation(np.unique(groups))), 0, [], 0.0
    for fraction in fractions[:-1]:
        target += fraction * len(groups)
        part = []
        while waiting and taken < target - 1e-9:
            own = np.flatnonzero(groups == waiting.pop())
            part.append(own)
            taken += len(own)
        parts.append(np.concatenate([np.empty(0, int), *part]))
    parts.append(np.flatnonzero(np.isin(groups, waiting)))
    return tuple(parts)


# --- right values in a deviating form ---------------------------------------------------------


form.add("floats", lambda *given: tuple(part.astype(float) for part in middles(*given)))
form.add("one_by_one", lambda *given: (part for part in middles(*given)))


@form
def masks(groups, fractions, rng):
    return tuple(np.isin(np.arange(len(groups)), p) for p in middles(groups, fractions, rng))


# --- wrong ------------------------------------------------------------------------------------


@wrong
def one_part_gets_all(groups, fractions, rng):
    empty = [np.empty(0, int) for _ in fractions[1:]]
    return (rng.permutation(len(groups)), *empty)


@wrong
def parts_of_the_first_call(groups, fractions, rng, kept={}):  # noqa: B006
    return kept.setdefault(len(groups), middles(groups, fractions, rng))
