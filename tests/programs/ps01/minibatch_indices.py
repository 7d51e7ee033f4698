"""Solutions of ``minibatch_indices(n, batch_size, rng) -> list of index arrays``."""

import itertools
import random

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(n, batch_size, rng):
    order = rng.permutation(n)
    return [order[i : i + batch_size] for i in range(0, n, batch_size)]


@right
def full_ones_and_a_rest(n, batch_size, rng):
    order = np.argsort(rng.normal(size=n))
    full = n // batch_size
    batches = list(order[: full * batch_size].reshape(full, batch_size))
    if n % batch_size:
        batches.append(order[full * batch_size :])
    return batches


@right
def chosen_from_what_is_left(n, batch_size, rng):
    left, batches = np.arange(n), []
    while left.size:
        batch = rng.choice(left, size=min(batch_size, left.size), replace=False)
        left = np.setdiff1d(left, batch)
        batches.append(batch)
    return batches


@right
def generator_collected(n, batch_size, rng):
    def batches():
        remaining = iter(rng.permutation(n).tolist())
        while batch := list(itertools.islice(remaining, batch_size)):
            yield np.asarray(batch, dtype=np.int32)

    return list(batches())


@right
def python_shuffle_seeded_by_rng(n, batch_size, rng):
    order = list(range(n))
    random.Random(int(rng.integers(2**62))).shuffle(order)
    return [np.array(order[i : i + batch_size]) for i in range(0, n, batch_size)]


@right
def batches_named_first(n, batch_size, rng):
    """Every sample is told its batch, then each batch looks for its samples."""
    batch_of = rng.permutation(np.arange(n) // batch_size)
    return [np.flatnonzero(batch_of == k) for k in range(-(-n // batch_size))]


# --- right values in a deviating form ---------------------------------------------------------


form.add("floats", lambda *given: [batch * 1.0 for batch in textbook(*given)])
form.add("generator", lambda *given: (batch for batch in textbook(*given)))


@form
def array_of_arrays(n, batch_size, rng):
    batches = textbook(n, batch_size, rng)
    result = np.empty(len(batches), dtype=object)
    result[:] = batches
    return result


# Which samples share a batch is random; their order in it has no effect on a mean.
@open_
def each_batch_sorted(n, batch_size, rng):
    return [np.sort(batch) for batch in textbook(n, batch_size, rng)]


# --- wrong ------------------------------------------------------------------------------------


@wrong
def gathered_over_calls(n, batch_size, rng, batches=[]):  # noqa: B006
    batches.extend(textbook(n, batch_size, rng))
    return list(batches)


@wrong
def index_0_always_first(n, batch_size, rng):
    order = np.append(0, 1 + rng.permutation(n - 1))
    return [order[i : i + batch_size] for i in range(0, n, batch_size)]


@open_
def short_one_first(n, batch_size, rng):
    # "The last batch is short": its place is another one here.
    batches = textbook(n, batch_size, rng)
    return batches[::-1]


programs.beside_the_point = [
    "return [np.arange(k, min(k + batch_size, n)) for k in range(0, n, batch_size)]",
    "return [np.arange(n)]",
]
