"""Programs for ``minibatch_indices``."""

import math

import numpy as np


def slices(n, batch_size, rng):
    order = rng.permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


def split_at_multiples(n, batch_size, rng):
    order = np.arange(n)
    rng.shuffle(order)
    return np.split(order, np.arange(batch_size, n, batch_size))


def while_there_are_any(n, batch_size, rng):
    left, batches = rng.permutation(n), ()
    while len(left):
        batches += (left[:batch_size],)
        left = left[batch_size:]
    return batches


def counted(n, batch_size, rng):
    order, batches = np.argsort(rng.normal(size=n)), []
    for k in range(math.ceil(n / batch_size)):
        batches.append(np.sort(order[k * batch_size : min((k + 1) * batch_size, n)]))
    return batches


def drawn_from_what_is_left(n, batch_size, rng):
    left, batches = list(range(n)), []
    while left:
        size = min(batch_size, len(left))
        chosen = rng.choice(len(left), size=size, replace=False)
        batches.append(np.array([left[i] for i in chosen]))
        for i in sorted(chosen, reverse=True):
            del left[i]
    return batches


def one_number_at_a_time(n, batch_size, rng):
    batches, batch = [], []
    for i in rng.choice(n, n, replace=False):
        batch.append(i)
        if len(batch) == batch_size:
            batches.append(np.array(batch, dtype=np.uint16))
            batch = []
    if batch:
        batches.append(np.array(batch))
    return batches


def batches_named_first(n, batch_size, rng):
    """Every sample is told its batch, then each batch looks for its samples."""
    batch_of = rng.permutation(np.arange(n) // batch_size)
    return [np.flatnonzero(batch_of == k) for k in range(-(-n // batch_size))]


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        slices,
        split_at_multiples,
        while_there_are_any,
        counted,
        drawn_from_what_is_left,
        one_number_at_a_time,
        batches_named_first,
    )
]


def lists(n, batch_size, rng):
    return [batch.tolist() for batch in slices(n, batch_size, rng)]


def generator(n, batch_size, rng):
    order = rng.permutation(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]


def floats(n, batch_size, rng):
    return [batch * 1.0 for batch in slices(n, batch_size, rng)]


def array_of_arrays(n, batch_size, rng):
    batches = slices(n, batch_size, rng)
    result = np.empty(len(batches), dtype=object)
    result[:] = batches
    return result


DRESSED = [(f.__name__, (f,)) for f in (lists, generator, floats, array_of_arrays)]


def short_one_first(n, batch_size, rng):
    return slices(n, batch_size, rng)[::-1] if n % batch_size else slices(n, batch_size, rng)


def strided(n, batch_size, rng):
    """Sizes and all, but always the same in another phase."""
    count = -(-n // batch_size)
    order = np.concatenate([np.arange(n)[k::count] for k in range(count)])
    order = np.roll(order, rng.integers(n))
    return [order[s : s + batch_size] for s in range(0, n, batch_size)]


def starts_anywhere(n, batch_size, rng):
    order = np.roll(np.arange(n), rng.integers(1, n))
    return [order[s : s + batch_size] for s in range(0, n, batch_size)]


def padded(n, batch_size, rng):
    batches = slices(n, batch_size, rng)
    batches[-1] = np.resize(batches[-1], batch_size)
    return batches


def marked(n, batch_size, rng):
    batches = slices(n, batch_size, rng)
    missing = batch_size - len(batches[-1])
    batches[-1] = np.concatenate([batches[-1], np.full(missing, -1)])
    return batches


def every_batch_twice(n, batch_size, rng):
    return [b for batch in slices(n, batch_size, rng) for b in (batch, batch)]


def sliced_too_far(n, batch_size, rng):
    order = rng.permutation(n)
    return [order[s : s + batch_size + 1] for s in range(0, n, batch_size)]


def global_state(n, batch_size, rng):
    order = np.random.permutation(n)  # noqa: NPY002
    return [order[s : s + batch_size] for s in range(0, n, batch_size)]


def pairs(n, batch_size, rng):
    return [(batch[0], batch[-1] + 1) for batch in slices(n, batch_size, rng)]


def default_size(n, batch_size, rng):
    return slices(n, 32, rng)


WRONG = [
    (f.__name__, (f,))
    for f in (
        short_one_first,
        strided,
        starts_anywhere,
        padded,
        marked,
        every_batch_twice,
        sliced_too_far,
        global_state,
        pairs,
        default_size,
    )
]
