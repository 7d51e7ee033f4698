"""Programs for ``sgd_epoch``."""

from functools import reduce

import numpy as np


def steps_of_the_source(w, x, t, batches, lr, example_gradient):
    w = w.copy()
    for batch in batches:
        total = np.zeros(w.shape)
        for n in batch:
            total += example_gradient(w, x[n], t[n])
        total /= len(batch)
        w += -lr * total
    return w


def stacked(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        dw = np.stack([example_gradient(w, x[n], t[n]) for n in batch])
        w = w - lr * dw.mean(axis=0)
    return w


def pairs(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        samples = zip(x[batch], t[batch], strict=True)
        dw = sum(example_gradient(w, x_n, t_n) for x_n, t_n in samples)
        w = w - lr / len(batch) * dw
    return w


def running_mean(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        mean = np.zeros_like(w)
        for k, n in enumerate(batch, start=1):
            mean = mean + (example_gradient(w, x[n], t[n]) - mean) / k
        w = w - lr * mean
    return w


def counted(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        numbers, counts = np.unique(batch, return_counts=True)
        dw = [example_gradient(w, x[n], t[n]) for n in numbers]
        w = w - lr * np.average(dw, axis=0, weights=counts)
    return w


def recursion(w, x, t, batches, lr, example_gradient):
    if not batches:
        return w
    first, *others = batches
    dw = [example_gradient(w, x[n], t[n]) for n in first]
    w = w - lr * np.add.reduce(dw) / first.size
    return recursion(w, x, t, others, lr, example_gradient)


def folded(w, x, t, batches, lr, example_gradient):
    def step(w, batch):
        gradients = (example_gradient(w, x[n], t[n]) for n in reversed(batch.tolist()))
        return w - lr * (reduce(np.add, gradients) / len(batch))

    return reduce(step, batches, w)


def old_w_kept(w, x, t, batches, lr, example_gradient):
    """The share of each sample goes straight into the new w, the slopes are those of the old."""
    for batch in batches:
        new = w.copy()
        for n in batch:
            new -= lr * example_gradient(w, x[n], t[n]) / len(batch)
        w = new
    return w


def rows_of_one(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        dw = [example_gradient(w, x[n : n + 1], t[n : n + 1]) for n in batch]
        w = w - lr * np.mean(dw, axis=0)
    return w


def in_single_precision(w, x, t, batches, lr, example_gradient):
    w = w.astype(np.float32)
    return stacked(w, x, t, batches, np.float32(lr), example_gradient).astype(np.float32)


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        steps_of_the_source,
        stacked,
        pairs,
        running_mean,
        counted,
        recursion,
        folded,
        old_w_kept,
        rows_of_one,
        in_single_precision,
    )
]


def w_in_place(w, x, t, batches, lr, example_gradient):
    w[...] = stacked(w, x, t, batches, lr, example_gradient)
    return w


def in_a_list(w, x, t, batches, lr, example_gradient):
    return stacked(w, x, t, batches, lr, example_gradient).tolist()


def extra_axis(w, x, t, batches, lr, example_gradient):
    return stacked(w, x, t, batches, lr, example_gradient)[None]


def sorts_the_batches(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        batch.sort()
    return stacked(w, x, t, batches, lr, example_gradient)


DRESSED = [(f.__name__, (f,)) for f in (w_in_place, in_a_list, extra_axis, sorts_the_batches)]


def with_mean(w, x, t, batches, lr, example_gradient, mean):
    for k, batch in enumerate(batches):
        dw = np.stack([example_gradient(w, x[n], t[n]) for n in batch])
        w = w - lr * mean(dw, k)
    return w


def one_too_few(*args):
    return with_mean(*args, lambda dw, k: dw.sum(axis=0) / max(len(dw) - 1, 1))


def median(*args):
    return with_mean(*args, lambda dw, k: np.median(dw, axis=0) if len(dw) > 2 else dw[0])


def shrinking_rate(*args):
    return with_mean(*args, lambda dw, k: dw.mean(axis=0) / (k + 1))


def unit_gradient(*args):
    return with_mean(*args, lambda dw, k: dw.mean(axis=0) / np.linalg.norm(dw.mean(axis=0)))


def clipped(*args):
    return with_mean(*args, lambda dw, k: np.clip(dw.mean(axis=0), -1, 1))


def signs(*args):
    return with_mean(*args, lambda dw, k: np.sign(dw.mean(axis=0)))


def root_of_the_size(*args):
    return with_mean(*args, lambda dw, k: dw.sum(axis=0) / np.sqrt(len(dw)))


def one_sample_of_each_batch(w, x, t, batches, lr, example_gradient):
    rng = np.random.default_rng(0)
    batches = [rng.choice(batch, size=1) for batch in batches]
    return stacked(w, x, t, batches, lr, example_gradient)


def momentum(w, x, t, batches, lr, example_gradient):
    v = np.zeros_like(w)
    for batch in batches:
        dw = [example_gradient(w, x[n], t[n]) for n in batch]
        v = 0.5 * v + np.mean(dw, axis=0)
        w = w - lr * v
    return w


def twice(w, x, t, batches, lr, example_gradient):
    return stacked(w, x, t, [*batches, *batches], lr, example_gradient)


def in_order(w, x, t, batches, lr, example_gradient):
    start = 0
    for batch in batches:
        samples = range(start, start + len(batch))
        start += len(batch)
        dw = [example_gradient(w, x[n % len(x)], t[n % len(x)]) for n in samples]
        w = w - lr * np.mean(dw, axis=0)
    return w


def batches_backwards(w, x, t, batches, lr, example_gradient):
    return stacked(w, x, t, batches[::-1], lr, example_gradient)


def all_of_it(w, x, t, batches, lr, example_gradient):
    path = [w]
    for batch in batches:
        path.append(stacked(path[-1], x, t, [batch], lr, example_gradient))
    return np.array(path)


WRONG = [
    (f.__name__, (f,))
    for f in (
        one_too_few,
        median,
        shrinking_rate,
        unit_gradient,
        clipped,
        signs,
        root_of_the_size,
        one_sample_of_each_batch,
        momentum,
        twice,
        in_order,
        batches_backwards,
        all_of_it,
    )
]
