"""Programs for ``split_indices``."""

import itertools
import math

import numpy as np


def sizes_of(n, fractions):
    rest = [math.floor(n * f) for f in fractions[1:]]
    return [n - sum(rest), *rest]


def split_at_cuts(n, fractions, rng):
    sizes = [int(f * n) for f in fractions]
    sizes[0] = n - sum(sizes[1:])
    return tuple(np.split(rng.permutation(n), np.cumsum(sizes)[:-1]))


def shuffle_in_place(n, fractions, rng):
    order = list(range(n))
    rng.shuffle(order)
    parts, end = [], n
    for f in reversed(fractions[1:]):
        start = end - int(np.floor(n * np.float32(f)))
        parts.append(np.array(order[start:end], dtype=np.int32))
        end = start
    return [np.array(order[:end]), *parts[::-1]]


def draw_and_remove(n, fractions, rng):
    """Every part but the first is drawn from what is left, without replacement."""
    left, parts = np.arange(n), []
    for size in sizes_of(n, fractions)[1:]:
        chosen = rng.choice(left, size=size, replace=False)
        left = np.setdiff1d(left, chosen)
        parts.append(chosen)
    return left, *parts


def ranks_of_random_numbers(n, fractions, rng):
    order, start, parts = np.argsort(rng.random(n)), 0, ()
    for size in sizes_of(n, fractions):
        parts += (np.sort(order[start : start + size]),)
        start += size
    return parts


def labels_permuted(n, fractions, rng):
    labels = np.repeat(np.arange(len(fractions)), sizes_of(n, fractions))
    labels = rng.permutation(labels)
    return tuple(np.flatnonzero(labels == k) for k in range(len(fractions)))


def one_at_a_time(n, fractions, rng):
    """Fisher and Yates by hand; a little is added against n * f = 28.999999."""
    order = np.arange(n)
    for i in range(n - 1, 0, -1):
        j = rng.integers(0, i + 1)
        order[i], order[j] = order[j], order[i]
    sizes = [int(n * f + 1e-9) for f in fractions[1:]]
    ends = n - np.cumsum([0, *sizes])
    return [order[: ends[-1]], *(order[b:a] for a, b in itertools.pairwise(ends))]


def child_generator(n, fractions, rng):
    own = np.random.default_rng(rng.integers(2**63))
    return split_at_cuts(n, fractions, own)


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        split_at_cuts,
        shuffle_in_place,
        draw_and_remove,
        ranks_of_random_numbers,
        labels_permuted,
        one_at_a_time,
        child_generator,
    )
]


def lists(n, fractions, rng):
    return tuple(part.tolist() for part in split_at_cuts(n, fractions, rng))


def floats(n, fractions, rng):
    return tuple(part.astype(float) for part in split_at_cuts(n, fractions, rng))


def columns(n, fractions, rng):
    return tuple(part[:, None] for part in split_at_cuts(n, fractions, rng))


def masks(n, fractions, rng):
    return tuple(np.isin(np.arange(n), part) for part in split_at_cuts(n, fractions, rng))


def one_by_one(n, fractions, rng):
    yield from split_at_cuts(n, fractions, rng)


DRESSED = [(f.__name__, (f,)) for f in (lists, floats, columns, masks, one_by_one)]


def reversed_order(n, fractions, rng):
    parts = split_at_cuts(n, fractions, rng)
    return tuple(
        n - 1 - part for part in np.split(np.arange(n), np.cumsum([*map(len, parts)])[:-1])
    )


def every_kth(n, fractions, rng):
    """Interleaved from a random start, as a student of series would."""
    order = (np.arange(n) * 7 + rng.integers(n)) % n if math.gcd(n, 7) == 1 else np.arange(n)
    return tuple(np.split(order, np.cumsum(sizes_of(n, fractions))[:-1]))


def coin_for_every_sample(n, fractions, rng):
    part = rng.choice(len(fractions), size=n, p=fractions)
    return tuple(np.flatnonzero(part == k) for k in range(len(fractions)))


def parts_turned_round(n, fractions, rng):
    return split_at_cuts(n, fractions, rng)[::-1]


def global_state(n, fractions, rng):
    order = np.random.permutation(n)  # noqa: NPY002
    return tuple(np.split(order, np.cumsum(sizes_of(n, fractions))[:-1]))


def seed_of_n(n, fractions, rng):
    return split_at_cuts(n, fractions, np.random.default_rng(n))


def test_is_validation(n, fractions, rng):
    parts = split_at_cuts(n, fractions, rng)
    return (*parts[:-1], parts[1][: len(parts[-1])])


def one_array(n, fractions, rng):
    return rng.permutation(n)


def the_sizes(n, fractions, rng):
    return tuple(sizes_of(n, fractions))


WRONG = [
    (f.__name__, (f,))
    for f in (
        reversed_order,
        every_kth,
        coin_for_every_sample,
        parts_turned_round,
        global_state,
        seed_of_n,
        test_is_validation,
        one_array,
        the_sizes,
    )
]
