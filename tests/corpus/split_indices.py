"""Solutions of ``split_indices(n, fractions, rng) -> tuple of index arrays``, shuffled."""

import functools
import itertools
import math
import random
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(n, fractions, rng):
    order = rng.permutation(n)
    sizes = [math.floor(n * f) for f in fractions[1:]]
    start = n - sum(sizes)
    parts = [order[:start]]
    for size in sizes:
        parts.append(order[start : start + size])
        start += size
    return tuple(parts)


@put(RIGHT)
def numpy_split(n, fractions, rng):
    sizes = [int(n * f) for f in fractions]
    sizes[0] = n - sum(sizes[1:])
    return tuple(np.split(rng.permutation(n), np.cumsum(sizes)[:-1]))


@put(RIGHT)
def shuffled_range(n, fractions, rng):
    indices = np.arange(n)
    rng.shuffle(indices)
    ends = np.cumsum([0] + [int(np.floor(n * f)) for f in fractions[1:]])
    rest = tuple(indices[a:b] for a, b in itertools.pairwise(ends))
    return (indices[ends[-1] :], *rest)


@put(RIGHT)
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


@put(RIGHT)
def list_returned(n, fractions, rng):
    return list_of_parts(rng.choice(n, size=n, replace=False), fractions)


@put(RIGHT)
def chosen_from_what_is_left(n, fractions, rng):
    left, parts = np.arange(n), []
    for f in fractions[1:]:
        chosen = rng.choice(left, size=math.floor(n * f), replace=False)
        left = np.setdiff1d(left, chosen)
        parts.append(chosen)
    return (rng.permutation(left), *parts)


@put(RIGHT)
def exchanged_one_by_one(n, fractions, rng):
    order = np.arange(n, dtype=np.int32)
    for i in range(n - 1, 0, -1):
        j = int(rng.integers(i + 1))
        order[i], order[j] = order[j], order[i]
    return tuple(list_of_parts(order, fractions))


@put(RIGHT)
def recursive(n, fractions, rng, *, order=None):
    order = rng.permutation(n) if order is None else order
    if len(fractions) == 1:
        return (order,)
    size = math.floor(n * fractions[-1])
    last = order[len(order) - size :]
    return (*recursive(n, fractions[:-1], rng, order=order[: len(order) - size]), last)


@put(RIGHT)
def drawn_from_a_bag(n, fractions, rng):
    bag = list(range(n))
    order = np.array([bag.pop(rng.integers(len(bag))) for _ in range(n)], dtype=np.intp)
    return tuple(list_of_parts(order, fractions))


@put(RIGHT)
def python_shuffle_seeded_by_rng(n, fractions, rng):
    order = list(range(n))
    random.Random(int(rng.integers(2**62))).shuffle(order)
    return tuple(np.array(part, dtype=int) for part in list_of_parts(order, fractions))


RIGHT["partially_applied"] = (functools.partial(recursive, order=None),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(n, fractions, rng):  # lists
    return tuple(part.tolist() for part in textbook(n, fractions, rng))


@put(FORM)
def leading_axis(n, fractions, rng):  # (1, M)
    return tuple(part[None] for part in textbook(n, fractions, rng))


# --- left open --------------------------------------------------------------------------------


# Who is in which part is random; the order inside a part is not.
@put(EITHER)
def each_part_sorted(n, fractions, rng):
    return tuple(np.sort(part) for part in textbook(n, fractions, rng))


# 100 * 0.29 is 28.999999999999996: floor of the product, or of what was meant?
@put(EITHER)
def rounding_forgiven(n, fractions, rng):
    order = rng.permutation(n)
    sizes = [math.floor(n * f + 1e-9) for f in fractions[1:]]
    return tuple(np.split(order, np.cumsum([n - sum(sizes), *sizes])[:-1]))


# Every order can come, some a little more often.
@put(EITHER)
def naive_exchange(n, fractions, rng):
    order = np.arange(n)
    for i in range(n):
        j = rng.integers(n)
        order[[i, j]] = order[[j, i]]
    return tuple(list_of_parts(order, fractions))


# --- wrong ------------------------------------------------------------------------------------


def variant(
    n,
    fractions,
    rng,
    *,
    order=lambda n, rng: rng.permutation(n),
    size=lambda n, f: math.floor(n * f),
    first=lambda n, f, sizes: n - sum(sizes),
):
    """A split with places to go wrong."""
    indices = order(n, rng)
    sizes = [size(n, f) for f in fractions[1:]]
    start = first(n, fractions[0], sizes)
    parts = [indices[:start]]
    for s in sizes:
        parts.append(indices[start : start + s])
        start += s
    return tuple(parts)


for name, spoilt in {
    "not_shuffled": {"order": lambda n, rng: np.arange(n)},
    "turned_by_a_random_step": {"order": lambda n, rng: np.roll(np.arange(n), rng.integers(n))},
    "reversed_or_not": {"order": lambda n, rng: np.arange(n)[:: rng.choice([-1, 1])]},
    "with_replacement": {"order": lambda n, rng: rng.integers(n, size=n)},
    "choice_with_replacement": {"order": lambda n, rng: rng.choice(n, n)},
    "counted_from_one": {"order": lambda n, rng: rng.permutation(n) + 1},
    "last_index_never": {"order": lambda n, rng: rng.permutation(n - 1)},
    "one_index_too_many": {"order": lambda n, rng: rng.permutation(n + 1)},
    "neighbours_exchanged": {
        "order": lambda n, rng: np.argsort(np.arange(n) + rng.random(n) * 1.9, kind="stable")
    },
    "fixed_seed": {"order": lambda n, rng: np.random.default_rng(0).permutation(n)},
    "fresh_generator": {"order": lambda n, rng: np.random.default_rng().permutation(n)},
    "global_random_state": {
        "order": lambda n, rng: np.random.permutation(n)  # noqa: NPY002
    },
    "rounded": {"size": lambda n, f: round(n * f)},
    "rounded_up": {"size": lambda n, f: math.ceil(n * f)},
    "one_more_in_every_part": {"size": lambda n, f: math.floor(n * f) + 1},
    "at_least_one_in_every_part": {"size": lambda n, f: max(1, math.floor(n * f))},
    "first_part_rounded_down_too": {"first": lambda n, f, sizes: math.floor(n * f)},
    "first_part_rounded": {"first": lambda n, f, sizes: round(n * f)},
    "first_part_overlaps": {"first": lambda n, f, sizes: n - sum(sizes) - 1},
    "floats_not_indices": {"order": lambda n, rng: rng.random(n)},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def rest_to_the_last_part(n, fractions, rng):
    # Right where every product is whole.
    ends = np.cumsum([math.floor(n * f) for f in fractions[:-1]])
    return tuple(np.split(rng.permutation(n), ends))


@put(WRONG)
def ends_rounded_down(n, fractions, rng):
    # floor of the cumulative fractions: each part is off by at most one.
    ends = [math.floor(n * f + 1e-9) for f in np.cumsum(fractions)[:-1]]
    return tuple(np.split(rng.permutation(n), ends))


@put(WRONG)
def ends_rounded_down_from_the_right(n, fractions, rng):
    # Right for two parts.
    order, ends = rng.permutation(n), [n]
    for f in np.cumsum(fractions[:0:-1]):
        ends.insert(0, n - math.floor(n * f + 1e-9))
    return (order[: ends[0]], *(order[a:b] for a, b in itertools.pairwise(ends)))


@put(WRONG)
def rest_dropped(n, fractions, rng):
    order, start, parts = rng.permutation(n), 0, []
    for f in fractions:
        parts.append(order[start : start + math.floor(n * f)])
        start += math.floor(n * f)
    return tuple(parts)


@put(WRONG)
def equal_parts(n, fractions, rng):
    return tuple(np.array_split(rng.permutation(n), len(fractions)))


@put(WRONG)
def drawn_for_each_part_anew(n, fractions, rng):
    # The parts overlap.
    sizes = [len(part) for part in textbook(n, fractions, np.random.default_rng(0))]
    return tuple(rng.choice(n, size, replace=False) for size in sizes)


@put(WRONG)
def each_index_drawn(n, fractions, rng):
    # Right sizes on average only.
    part = rng.choice(len(fractions), size=n, p=fractions)
    return tuple(np.flatnonzero(part == k) for k in range(len(fractions)))


@put(WRONG)
def shuffled_inside_the_parts(n, fractions, rng):
    # The test set is always the last samples.
    parts = list_of_parts(np.arange(n), fractions)
    return tuple(rng.permutation(part) for part in parts)


@put(WRONG)
def first_two_parts_only(n, fractions, rng):
    # Right for two parts.
    return textbook(n, fractions, rng)[:2]


@put(WRONG)
def for_three_parts(n, fractions, rng):
    order = rng.permutation(n)
    b, c = (math.floor(n * f) for f in fractions[1:])
    return order[: n - b - c], order[n - b - c : n - c], order[n - c :]


@put(WRONG)
def second_part_starts_at_zero(n, fractions, rng):
    order, sizes = rng.permutation(n), [math.floor(n * f) for f in fractions[1:]]
    return (order[sum(sizes) :], *(order[:s] for s in sizes))


@put(WRONG)
def zero_taken_from_the_end(n, fractions, rng):
    # order[-0:] is everything: wrong for an empty part.
    order, parts = rng.permutation(n), []
    for f in reversed(fractions[1:]):
        size = math.floor(n * f)
        parts.insert(0, order[-size:])
        order = order[:-size]
    return (order, *parts)


@put(WRONG)
def parts_in_reverse(n, fractions, rng):
    return textbook(n, fractions, rng)[::-1]


@put(WRONG)
def masks(n, fractions, rng):
    return tuple(np.isin(np.arange(n), part) for part in textbook(n, fractions, rng))


@put(WRONG)
def one_joined_array(n, fractions, rng):
    return np.concatenate(textbook(n, fractions, rng))


@put(WRONG)
def sizes_returned(n, fractions, rng):
    return tuple(len(part) for part in textbook(n, fractions, rng))


@put(WRONG)
def two_mistakes(n, fractions, rng):
    return tuple(np.split(np.arange(n), [round(n * f) for f in np.cumsum(fractions)[:-1]]))


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER["carried_in_a_subclass"] = more[2]["carried_in_a_subclass"]
WRONG["carried_as_floats"] = more[2]["carried_big_endian"]  # 3.0 is no index
del WRONG["three_decimals"]  # of whole numbers nothing is lost
