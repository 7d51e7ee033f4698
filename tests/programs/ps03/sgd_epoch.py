"""Solutions of ``sgd_epoch(w, x, t, batches, lr, example_gradient) -> w``."""

import functools
import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        total = np.zeros_like(w)
        for n in batch:
            total = total + example_gradient(w, x[n], t[n])
        w = w - float(lr) * total / len(batch)
    return w


@right
def mean_of_a_list(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        w = w - lr * np.mean([example_gradient(w, x[n], t[n]) for n in batch], axis=0)
    return w


@right
def running_mean(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        mean = np.zeros_like(w)
        for count, n in enumerate(batch, start=1):
            mean = mean + (example_gradient(w, x[n], t[n]) - mean) / count
        w = w - lr * mean
    return w


@right
def small_steps_from_fixed_weights(w, x, t, batches, lr, example_gradient):
    # The step is made in parts, all gradients being taken where it began.
    for batch in batches:
        start, end = w, w.copy()
        for n in batch:
            end = end - (lr / len(batch)) * example_gradient(start, x[n], t[n])
        w = end
    return w


right.edit(
    "each_part_divided",
    small_steps_from_fixed_weights,
    "(lr / len(batch)) * example_gradient(start, x[n], t[n])",
    "lr * example_gradient(start, x[n], t[n]) / len(batch)",
)


@right
def reduced(w, x, t, batches, lr, example_gradient):
    def step(w, batch):
        total = functools.reduce(np.add, (example_gradient(w, x[n], t[n]) for n in batch))
        return w - lr * total * (1 / len(batch))

    return functools.reduce(step, batches, w)


right.edit("last_sample_first", reduced, "for n in batch", "for n in batch[::-1]")


@right
def pairs(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        samples = zip(x[batch], t[batch], strict=True)
        dw = sum(example_gradient(w, x_n, t_n) for x_n, t_n in samples)
        w = w - lr / len(batch) * dw
    return w


@right
def tensordot_with_equal_weights(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        grads = np.array([example_gradient(w, x[int(n)], t[int(n)]) for n in batch])
        share = np.full(len(batch), 1 / len(batch), dtype=w.dtype)
        w = w - lr * np.tensordot(share, grads, axes=1)
    return w


@right
def indices_sorted_within_the_batch(w, x, t, batches, lr, example_gradient):
    # The order within a batch does not matter, but for rounding.
    for batch in batches:
        grads = [example_gradient(w, x[n, ...], t[n, ...]) for n in np.sort(batch)[::-1]]
        w = np.subtract(w, lr * np.average(grads, axis=0).astype(w.dtype))
    return w


@right
def each_sample_once_with_its_count(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        samples, counts = np.unique(batch, return_counts=True)
        total = np.zeros_like(w)
        for n, count in zip(samples, counts.tolist(), strict=True):
            total += count * example_gradient(w, x[n], t[n])
        w = w - lr * total / counts.sum().item()
    return w


@right
def exact_sums(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        grads = np.array([example_gradient(w, x[n], t[n]) for n in batch])
        columns = grads.reshape(len(batch), -1).T
        mean = np.array([math.fsum(c) / len(c) for c in columns], dtype=w.dtype).reshape(w.shape)
        w = w - lr * mean
    return w


@right
def in_single_precision(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        dw = np.mean([example_gradient(w, x[n], t[n]) for n in batch], axis=0)
        w = (w - lr * dw).astype(np.float32)
    return w


# --- right values in a deviating form ---------------------------------------------------------


form.edit("nested_lists", textbook, "return w", "return w.tolist()")
form.edit("leading_axis", textbook, "return w", "return w[None]")
form.edit("weights_overwritten", mean_of_a_list, "w = w -", "w -=")
form.edit("batches_sorted_in_place", textbook, "total = np", "batch.sort(); total = np")


@form
def batches_used_up(w, x, t, batches, lr, example_gradient):  # the list of batches is emptied
    while batches:
        w = textbook(w, x, t, [batches.pop(0)], lr, example_gradient)
    return w


# --- wrong ------------------------------------------------------------------------------------


for name, step in {
    "divided_by_the_last_index": "total / max(len(batch) - 1, 1)",  # enumerate from zero
    "rate_of_its_own": "total / len(batch) / lr * 0.01",
    "length_of_the_step_fixed": "total / np.linalg.norm(total)",
    "signs": "np.sign(total)",
    "root_of_the_size": "total / np.sqrt(len(batch))",
}.items():
    wrong.edit(name, textbook, "total / len(batch)", step)
wrong.edit(
    "clipped_mean",
    textbook,
    "total / len(batch)",
    "np.clip(total / len(batch), -1, 1)",
    chance="an entry of the gradient is beyond 1 or not",
)

for name, order in {
    "batches_turned_round": "batches[::-1]",
    "batches_sorted": "sorted(batches, key=lambda batch: batch.tolist())",
    "two_epochs": "batches + batches",
    "samples_in_order": "np.split(np.arange(sum(map(len, batches))) % len(x), "
    "np.cumsum([len(batch) for batch in batches])[:-1])",  # the shuffling is lost
    "batches_of_its_own": "np.array_split(np.random.default_rng(0).permutation(len(x)), "
    "len(batches))",
}.items():
    wrong.edit(name, textbook, "in batches", f"in {order}")


@wrong
def mean_not_set_to_zero(w, x, t, batches, lr, example_gradient):
    total, count = np.zeros_like(w), 0
    for batch in batches:
        for n in batch:
            total, count = total + example_gradient(w, x[n], t[n]), count + 1
        w = w - lr * total / count
    return w


@wrong(chance="which samples are drawn")
def one_random_sample_of_each_batch(w, x, t, batches, lr, example_gradient):
    rng = np.random.default_rng()
    for batch in batches:
        n = rng.choice(batch)
        w = w - lr * example_gradient(w, x[n], t[n])
    return w


@wrong
def heavy_ball(w, x, t, batches, lr, example_gradient):  # right for one batch
    v = np.zeros_like(w)
    for batch in batches:
        v = 0.9 * v - lr * sum(example_gradient(w, x[n], t[n]) for n in batch) / len(batch)
        w = w + v
    return w


wrong.edit("half_the_momentum", heavy_ball, "0.9", "0.5")


@wrong
def decreasing_rate(w, x, t, batches, lr, example_gradient):  # right for one batch
    for k, batch in enumerate(batches):
        w = textbook(w, x, t, [batch], lr / (1 + k), example_gradient)
    return w


@wrong
def clipped_gradients(w, x, t, batches, lr, example_gradient):
    def clipped(*sample):
        return np.clip(example_gradient(*sample), -0.1, 0.1)

    return textbook(w, x, t, batches, lr, clipped)


# Right for batches of one and two.
wrong.edit("median_gradient", mean_of_a_list, "np.mean", "np.median")
wrong.edit(
    "median_or_the_first",
    mean_of_a_list,
    "np.mean([example_gradient(w, x[n], t[n]) for n in batch], axis=0)",
    "np.median([example_gradient(w, x[n], t[n]) for n in (batch if len(batch) > 2 else batch[:1])]"
    ", axis=0)",
)


@wrong
def first_row_of_the_weights(w, x, t, batches, lr, example_gradient):
    new = w.copy()
    new[0] = textbook(w, x, t, batches, lr, example_gradient)[0]
    return new


@wrong
def mean_gradient_returned(w, x, t, batches, lr, example_gradient):
    return w - textbook(w, x, t, batches, lr, example_gradient)


@wrong
def path_returned(w, x, t, batches, lr, example_gradient):
    path = [w]
    for batch in batches:
        path.append(textbook(path[-1], x, t, [batch], lr, example_gradient))
    return np.array(path)


# The mean over the path, as in averaged SGD.
wrong.edit("averaged_weights", path_returned, "np.array(path)", "np.mean(path[1:], axis=0)")


@wrong
def goes_on_where_it_ended(w, x, t, batches, lr, example_gradient, memory={}):  # noqa: B006
    start = memory.get(w.shape, w)
    memory[w.shape] = textbook(start, x, t, batches, lr, example_gradient)
    return memory[w.shape]


@wrong
def nothing_returned(w, x, t, batches, lr, example_gradient):  # w is changed in place instead
    w[...] = textbook(w, x, t, batches, lr, example_gradient)


@wrong
def two_mistakes(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        for n in batch:
            dw = example_gradient(w, x[n], t[n])
        w = w + lr * dw
    return w


programs.carry(textbook)
