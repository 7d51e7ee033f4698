"""Solutions of ``minibatch_indices(n, batch_size, rng) -> list of index arrays``."""

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
def textbook(n, batch_size, rng):
    order = rng.permutation(n)
    return [order[i : i + batch_size] for i in range(0, n, batch_size)]


@put(RIGHT)
def numpy_split(n, batch_size, rng):
    return np.split(rng.permutation(n), np.arange(batch_size, n, batch_size))


@put(RIGHT)
def while_something_is_left(n, batch_size, rng):
    left, batches = np.arange(n), []
    rng.shuffle(left)
    while len(left) > 0:
        batches.append(left[:batch_size])
        left = left[batch_size:]
    return batches


@put(RIGHT)
def full_ones_and_a_rest(n, batch_size, rng):
    order = np.argsort(rng.normal(size=n))
    full = n // batch_size
    batches = list(order[: full * batch_size].reshape(full, batch_size))
    if n % batch_size:
        batches.append(order[full * batch_size :])
    return batches


@put(RIGHT)
def number_of_batches(n, batch_size, rng):
    order = rng.choice(n, n, replace=False, shuffle=True)
    count = math.ceil(n / batch_size)
    return [order[k * batch_size : min(n, (k + 1) * batch_size)] for k in range(count)]


@put(RIGHT)
def filled_one_by_one(n, batch_size, rng):
    batches = []
    for i in rng.permuted(np.arange(n)):
        if not batches or len(batches[-1]) == batch_size:
            batches.append([])
        batches[-1].append(i)
    return [np.array(batch) for batch in batches]


@put(RIGHT)
def chosen_from_what_is_left(n, batch_size, rng):
    left, batches = np.arange(n), []
    while left.size:
        batch = rng.choice(left, size=min(batch_size, left.size), replace=False)
        left = np.setdiff1d(left, batch)
        batches.append(batch)
    return batches


@put(RIGHT)
def recursive(n, batch_size, rng, *, order=None):
    order = rng.permutation(n) if order is None else order
    if len(order) <= batch_size:
        return [order]
    rest = recursive(n, batch_size, rng, order=order[batch_size:])
    return [order[:batch_size], *rest]


@put(RIGHT)
def generator_collected(n, batch_size, rng):
    def batches():
        remaining = iter(rng.permutation(n).tolist())
        while batch := list(itertools.islice(remaining, batch_size)):
            yield np.asarray(batch, dtype=np.int32)

    return list(batches())


@put(RIGHT)
def batch_number_for_each_index(n, batch_size, rng):
    place = rng.permutation(n)
    by_place = np.argsort(place)
    return [by_place[np.arange(n) // batch_size == k] for k in range(-(-n // batch_size))]


@put(RIGHT)
def python_shuffle_seeded_by_rng(n, batch_size, rng):
    order = list(range(n))
    random.Random(int(rng.integers(2**62))).shuffle(order)
    return [np.array(order[i : i + batch_size]) for i in range(0, n, batch_size)]


RIGHT["partially_applied"] = (functools.partial(recursive, order=None),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(n, batch_size, rng):  # lists
    return [batch.tolist() for batch in textbook(n, batch_size, rng)]


@put(FORM)
def leading_axis(n, batch_size, rng):  # (1, M)
    return [batch[None] for batch in textbook(n, batch_size, rng)]


# --- left open --------------------------------------------------------------------------------


# A loop over the batches works all the same.
@put(EITHER)
def tuple_of_batches(n, batch_size, rng):
    return tuple(textbook(n, batch_size, rng))


# Which samples share a batch is random; their order in it has no effect on a mean.
@put(EITHER)
def each_batch_sorted(n, batch_size, rng):
    return [np.sort(batch) for batch in textbook(n, batch_size, rng)]


# "The last batch is short": the place of the short one is random here.
@put(EITHER)
def batches_shuffled_again(n, batch_size, rng):
    batches = textbook(n, batch_size, rng)
    return [batches[k] for k in rng.permutation(len(batches))]


# --- wrong ------------------------------------------------------------------------------------


def variant(
    n,
    batch_size,
    rng,
    *,
    order=lambda n, rng: rng.permutation(n),
    starts=lambda n, b: range(0, n, b),
    ends=lambda n, b: b,
):
    """Minibatches with places to go wrong."""
    indices = order(n, rng)
    return [indices[i : i + ends(n, batch_size)] for i in starts(n, batch_size)]


for name, spoilt in {
    "not_shuffled": {"order": lambda n, rng: np.arange(n)},
    "turned_by_a_random_step": {"order": lambda n, rng: np.roll(np.arange(n), rng.integers(n))},
    "with_replacement": {"order": lambda n, rng: rng.integers(0, n, n)},
    "choice_with_replacement": {"order": lambda n, rng: rng.choice(n, size=n)},
    "counted_from_one": {"order": lambda n, rng: rng.permutation(n) + 1},
    "last_index_never": {"order": lambda n, rng: rng.permutation(n - 1)},
    "one_index_too_many": {"order": lambda n, rng: rng.permutation(n + 1)},
    "fixed_seed": {"order": lambda n, rng: np.random.default_rng(42).permutation(n)},
    "fresh_generator": {"order": lambda n, rng: np.random.default_rng().permutation(n)},
    "global_random_state": {
        "order": lambda n, rng: np.random.permutation(n)  # noqa: NPY002
    },
    "floats_not_indices": {"order": lambda n, rng: rng.random(n)},
    "last_batch_dropped": {"starts": lambda n, b: range(0, n - b + 1, b)},
    "one_full_batch_dropped": {"starts": lambda n, b: range(0, n - b, b)},
    "empty_batch_at_the_end": {"starts": lambda n, b: range(0, n + 1, b)},
    "starts_at_the_second": {"starts": lambda n, b: range(b, n, b)},
    "overlapping": {"starts": lambda n, b: range(0, n, max(1, b - 1))},
    "sliding_window": {"starts": lambda n, b: range(n - b + 1)},
    "one_too_many_in_each": {"ends": lambda n, b: b + 1},
    "one_too_few_in_each": {"ends": lambda n, b: b - 1},
    "one_sample_each": {"ends": lambda n, b: 1, "starts": lambda n, b: range(n)},
    "everything_at_once": {"ends": lambda n, b: n, "starts": lambda n, b: [0]},
    "first_batch_only": {"starts": lambda n, b: [0]},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def batch_size_taken_for_their_number(n, batch_size, rng):
    return np.array_split(rng.permutation(n), batch_size)


@put(WRONG)
def balanced_sizes(n, batch_size, rng):
    # Right number of batches, and right where batch_size divides n.
    return np.array_split(rng.permutation(n), math.ceil(n / batch_size))


@put(WRONG)
def number_rounded_down(n, batch_size, rng):
    # Right where batch_size divides n; the rest is spread.
    return np.array_split(rng.permutation(n), max(1, n // batch_size))


@put(WRONG)
def rest_joined_to_the_last(n, batch_size, rng):
    batches = textbook(n, batch_size, rng)
    if len(batches) > 1 and len(batches[-1]) < batch_size:
        batches[-2:] = [np.concatenate(batches[-2:])]
    return batches


@put(WRONG)
def filled_up_from_the_beginning(n, batch_size, rng):
    # The last batch has full size; some samples come twice.
    order = rng.permutation(n)
    count = math.ceil(n / batch_size)
    return list(np.resize(order, count * batch_size).reshape(count, batch_size))


@put(WRONG)
def only_the_order_of_batches_is_random(n, batch_size, rng):
    batches = [np.arange(i, min(n, i + batch_size)) for i in range(0, n, batch_size)]
    return [batches[k] for k in rng.permutation(len(batches))]


@put(WRONG)
def shuffled_inside_the_batches(n, batch_size, rng):
    return [rng.permutation(np.arange(i, min(n, i + batch_size))) for i in range(0, n, batch_size)]


@put(WRONG)
def every_kth_in_order(n, batch_size, rng):
    count = math.ceil(n / batch_size)
    return [np.arange(k, n, count) for k in range(count)]


@put(WRONG)
def each_batch_drawn_from_all(n, batch_size, rng):
    # As in some implementations of SGD: samples are missed and repeated over an epoch.
    sizes = [min(batch_size, n - i) for i in range(0, n, batch_size)]
    return [rng.choice(n, size, replace=False) for size in sizes]


@put(WRONG)
def shuffled_anew_for_each(n, batch_size, rng):
    return [rng.permutation(n)[i : i + batch_size] for i in range(0, n, batch_size)]


@put(WRONG)
def one_joined_array(n, batch_size, rng):
    return rng.permutation(n)


@put(WRONG)
def slices(n, batch_size, rng):
    return [slice(i, i + batch_size) for i in range(0, n, batch_size)]


@put(WRONG)
def padded_with_minus_one(n, batch_size, rng):
    batches = textbook(n, batch_size, rng)
    batches[-1] = np.pad(batches[-1], (0, batch_size - len(batches[-1])), constant_values=-1)
    return batches


@put(WRONG)
def gathered_over_calls(n, batch_size, rng, batches=[]):  # noqa: B006
    batches.extend(textbook(n, batch_size, rng))
    return list(batches)


@put(WRONG)
def two_mistakes(n, batch_size, rng):
    order = rng.integers(n, size=n)
    return [order[i : i + batch_size] for i in range(0, n - batch_size + 1, batch_size)]


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER["carried_in_a_subclass"] = more[2]["carried_in_a_subclass"]
WRONG["carried_as_floats"] = more[2]["carried_big_endian"]  # 3.0 is no index
del WRONG["three_decimals"]  # of whole numbers nothing is lost
