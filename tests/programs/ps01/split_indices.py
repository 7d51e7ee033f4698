"""Solutions of ``split_indices(n, fractions, rng) -> tuple of index arrays``, shuffled."""

import itertools
import math
import random

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
def shuffled_range(n, fractions, rng):
    indices = np.arange(n)
    rng.shuffle(indices)
    ends = np.cumsum([0] + [int(np.floor(n * f)) for f in fractions[1:]])
    rest = tuple(indices[a:b] for a, b in itertools.pairwise(ends))
    return (indices[ends[-1] :], *rest)


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
def chosen_from_what_is_left(n, fractions, rng):
    left, parts = np.arange(n), []
    for f in fractions[1:]:
        chosen = rng.choice(left, size=math.floor(n * f), replace=False)
        left = np.setdiff1d(left, chosen)
        parts.append(chosen)
    return (rng.permutation(left), *parts)


@right
def exchanged_one_by_one(n, fractions, rng):
    order = np.arange(n, dtype=np.int32)
    for i in range(n - 1, 0, -1):
        j = int(rng.integers(i + 1))
        order[i], order[j] = order[j], order[i]
    return tuple(list_of_parts(order, fractions))


@right
def drawn_from_a_bag(n, fractions, rng):
    bag = list(range(n))
    order = np.array([bag.pop(rng.integers(len(bag))) for _ in range(n)], dtype=np.intp)
    return tuple(list_of_parts(order, fractions))


@right
def python_shuffle_seeded_by_rng(n, fractions, rng):
    order = list(range(n))
    random.Random(int(rng.integers(2**62))).shuffle(order)
    return tuple(np.array(part, dtype=int) for part in list_of_parts(order, fractions))


@right
def labels_permuted(n, fractions, rng):
    labels = np.repeat(
        range(len(fractions)), [len(part) for part in list_of_parts(np.arange(n), fractions)]
    )
    labels = rng.permutation(labels)
    return tuple(np.flatnonzero(labels == k) for k in range(len(fractions)))


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(n, fractions, rng):  # lists
    return tuple(part.tolist() for part in textbook(n, fractions, rng))


@form
def leading_axis(n, fractions, rng):  # (1, M)
    return tuple(part[None] for part in textbook(n, fractions, rng))


@form
def floats(n, fractions, rng):
    return tuple(part.astype(float) for part in textbook(n, fractions, rng))


@form
def columns(n, fractions, rng):
    return tuple(part[:, None] for part in textbook(n, fractions, rng))


@form
def masks(n, fractions, rng):
    return tuple(np.isin(np.arange(n), part) for part in textbook(n, fractions, rng))


@form
def one_by_one(n, fractions, rng):
    yield from textbook(n, fractions, rng)


# Who is in which part is random; the order inside a part is not.
@open_
def each_part_sorted(n, fractions, rng):
    return tuple(np.sort(part) for part in textbook(n, fractions, rng))


# --- wrong ------------------------------------------------------------------------------------


wrong.edit(
    "reversed_or_not",
    textbook,
    "rng.permutation(n)",
    "np.arange(n)[:: rng.choice([-1, 1])]",
    chance="the order is turned or not",
)
wrong.edit("last_index_never", textbook, "rng.permutation(n)", "rng.permutation(n - 1)")
wrong.edit("one_index_too_many", textbook, "rng.permutation(n)", "rng.permutation(n + 1)")
wrong.edit(
    "neighbours_exchanged",
    textbook,
    "rng.permutation(n)",
    "np.argsort(np.arange(n) + rng.random(n) * 1.9)",
    chance="neighbours at a cut change places or not",
)
wrong.edit("floats_not_indices", textbook, "rng.permutation(n)", "rng.random(n)")


@wrong
def ends_rounded_down_from_the_right(n, fractions, rng):
    # Right for two parts.
    order, ends = rng.permutation(n), [n]
    for f in np.cumsum(fractions[:0:-1]):
        ends.insert(0, n - math.floor(n * f + 1e-9))
    return (order[: ends[0]], *(order[a:b] for a, b in itertools.pairwise(ends)))


@wrong(chance="a size is met by luck or not")
def each_index_drawn(n, fractions, rng):
    # Right sizes on average only.
    part = rng.choice(len(fractions), size=n, p=fractions)
    return tuple(np.flatnonzero(part == k) for k in range(len(fractions)))


SIZE, START = "math.floor(n * f)", "start = n - sum(sizes)"
wrong.edit("one_more_in_every_part", textbook, SIZE, "math.floor(n * f) + 1")
wrong.edit("at_least_one_in_every_part", textbook, SIZE, "max(1, math.floor(n * f))")
wrong.edit("first_part_rounded", textbook, START, "start = round(n * fractions[0])")
wrong.edit("first_part_overlaps", textbook, START, "start = n - sum(sizes) - 1")
wrong.edit("first_two_parts_only", textbook, "tuple(parts)", "tuple(parts[:2])")
wrong.edit(
    "third_part_inside_the_second",
    textbook,
    "tuple(parts)",
    "(*parts[:-1], parts[1][: len(parts[-1])])",
)
wrong.edit("one_joined_array", textbook, "tuple(parts)", "order")
wrong.edit("sizes_returned", textbook, "tuple(parts)", "tuple(map(len, parts))")
wrong.edit(
    "every_seventh",
    textbook,
    "rng.permutation(n)",
    "(np.arange(n) * 7 + rng.integers(n)) % n",
    chance="7 divides n or not",
)


programs.carry(right.programs["textbook"])
del wrong.programs["three_decimals"]  # of whole numbers nothing is lost
wrong.add("carried_as_floats", *open_.programs["carried_big_endian"])  # 3.0 is not an index
for name in programs.made & open_.programs.keys() - {"carried_in_a_subclass"}:
    del open_.programs[name]
