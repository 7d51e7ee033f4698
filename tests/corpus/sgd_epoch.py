"""Solutions of ``sgd_epoch(w, x, t, batches, lr, example_gradient) -> w``.

``example_gradient(w, x_n, t_n)`` is called for one sample at a time; each batch (an array of
indices) makes one step against the mean of its gradients.
"""

import functools
import math
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        total = np.zeros_like(w)
        for n in batch:
            total = total + example_gradient(w, x[n], t[n])
        w = w - float(lr) * total / len(batch)
    return w


@put(RIGHT)
def mean_of_a_list(w, x, t, batches, lr, example_gradient):
    w = w.copy()
    for batch in batches:
        w = w - lr * np.mean([example_gradient(w, x[n], t[n]) for n in batch], axis=0)
    return w


@put(RIGHT)
def copy_updated_in_place(w, x, t, batches, lr, example_gradient):
    new = np.array(w)
    for indices in batches:
        dw = np.zeros(w.shape, dtype=w.dtype)
        for i in indices:
            dw += example_gradient(new, x[i], t[i])
        dw /= len(indices)
        new -= lr * dw
    return new


@put(RIGHT)
def batch_gathered_first(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        pairs = zip(x[batch], t[batch], strict=True)
        grads = np.stack([example_gradient(w, a, b) for a, b in pairs])
        w = w - np.multiply(lr, grads.mean(axis=0))
    return w


@put(RIGHT)
def running_mean(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        mean = np.zeros_like(w)
        for count, n in enumerate(batch, start=1):
            mean = mean + (example_gradient(w, x[n], t[n]) - mean) / count
        w = w - lr * mean
    return w


@put(RIGHT)
def small_steps_from_fixed_weights(w, x, t, batches, lr, example_gradient):
    # The step is made in parts, all gradients being taken where it began.
    for batch in batches:
        start, end = w, w.copy()
        for n in batch:
            end = end - (lr / len(batch)) * example_gradient(start, x[n], t[n])
        w = end
    return w


@put(RIGHT)
def reduced(w, x, t, batches, lr, example_gradient):
    def step(w, batch):
        total = functools.reduce(np.add, (example_gradient(w, x[n], t[n]) for n in batch))
        return w - lr * total * (1 / len(batch))

    return functools.reduce(step, batches, w)


@put(RIGHT)
def recursive(w, x, t, batches, lr, example_gradient):
    batches = list(batches)
    if not batches:
        return w
    first, *rest = batches
    dw = sum(example_gradient(w, x[n], t[n]) for n in first) / len(first)
    return recursive(w - lr * dw, x, t, rest, lr, example_gradient)


@put(RIGHT)
def fourteen_steps(w, x, t, batches, lr, example_gradient):
    weights = w.copy()
    for pi in batches:  # 4
        nabla = 0 * weights  # 5
        for n in pi:  # 6
            nabla_n = example_gradient(weights, x[n], t[n])  # 7 to 10
            nabla = np.add(nabla, nabla_n)  # 11
        nabla = nabla / np.size(pi)  # 12
        delta = -lr * nabla  # 13
        weights = weights + delta  # 14
    return weights


@put(RIGHT)
def tensordot_with_equal_weights(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        grads = np.array([example_gradient(w, x[int(n)], t[int(n)]) for n in batch])
        share = np.full(len(batch), 1 / len(batch), dtype=w.dtype)
        w = w - lr * np.tensordot(share, grads, axes=1)
    return w


@put(RIGHT)
def indices_sorted_within_the_batch(w, x, t, batches, lr, example_gradient):
    # The order within a batch does not matter, but for rounding.
    for batch in batches:
        grads = [example_gradient(w, x[n, ...], t[n, ...]) for n in np.sort(batch)[::-1]]
        w = np.subtract(w, lr * np.average(grads, axis=0).astype(w.dtype))
    return w


@put(RIGHT)
def counted_by_index(w, x, t, batches, lr, example_gradient):
    # Batches are a list.
    for k in range(len(batches)):
        total = 0.0
        for j in range(len(batches[k])):
            total = total + example_gradient(w, x[batches[k][j]], t[batches[k][j]])
        w = w - lr * (total / len(batches[k]))
    return w


@put(RIGHT)
def each_sample_once_with_its_count(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        samples, counts = np.unique(batch, return_counts=True)
        total = np.zeros_like(w)
        for n, count in zip(samples, counts.tolist(), strict=True):
            total += count * example_gradient(w, x[n], t[n])
        w = w - lr * total / counts.sum().item()
    return w


@put(RIGHT)
def keyword_defaults(w, x, t, batches, lr=0.1, example_gradient=None, *, momentum=0.0):
    v = np.zeros_like(w)
    for batch in batches:
        dw = sum(example_gradient(w, x[n], t[n]) for n in batch) / len(batch)
        v = momentum * v - lr * dw
        w = w + v
    return w


RIGHT["partially_applied"] = (functools.partial(keyword_defaults, momentum=0),)


@put(RIGHT)
def flattened_weights(w, x, t, batches, lr, example_gradient):
    flat = w.flatten()
    for batch in batches:
        rows = [example_gradient(flat.reshape(w.shape), x[n], t[n]).ravel() for n in batch]
        flat = flat - lr * (np.vstack(rows).sum(axis=0) / len(rows))
    return flat.reshape(w.shape)


@put(RIGHT)
def exact_sums(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        grads = np.array([example_gradient(w, x[n], t[n]) for n in batch])
        columns = grads.reshape(len(batch), -1).T
        mean = np.array([math.fsum(c) / len(c) for c in columns], dtype=w.dtype).reshape(w.shape)
        w = w - lr * mean
    return w


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def weights_overwritten(w, x, t, batches, lr, example_gradient):  # w is changed
    for batch in batches:
        dw = np.mean([example_gradient(w, x[n], t[n]) for n in batch], axis=0)
        w -= lr * dw
    return w


@put(FORM)
def weights_assigned(w, x, t, batches, lr, example_gradient):  # w is changed
    w[...] = textbook(w, x, t, batches, lr, example_gradient)
    return w


@put(FORM)
def batches_used_up(w, x, t, batches, lr, example_gradient):  # the list of batches is emptied
    while batches:
        w = textbook(w, x, t, [batches.pop(0)], lr, example_gradient)
    return w


@put(FORM)
def batches_sorted_in_place(w, x, t, batches, lr, example_gradient):  # the indices are changed
    for batch in batches:
        batch.sort()
    return textbook(w, x, t, batches, lr, example_gradient)


@put(FORM)
def nested_lists(w, x, t, batches, lr, example_gradient):  # lists
    return textbook(w, x, t, batches, lr, example_gradient).tolist()


@put(FORM)
def leading_axis(w, x, t, batches, lr, example_gradient):  # (1, ...)
    return textbook(w, x, t, batches, lr, example_gradient)[None]


# The float type is not judged: a rate is often a float64.
@put(EITHER)
def double_precision(w, x, t, batches, lr, example_gradient):  # float64 from float32
    w = w.astype(np.float64)
    for batch in batches:
        w = w - lr * np.mean([example_gradient(w, x[n], t[n]) for n in batch], axis=0)
    return w


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def sum_for_mean(w, x, t, batches, lr, example_gradient):
    # Right for batches of one.
    for batch in batches:
        w = w - lr * sum(example_gradient(w, x[n], t[n]) for n in batch)
    return w


@put(WRONG)
def last_gradient_only(w, x, t, batches, lr, example_gradient):
    # Step 11 assigns, as it is printed.
    for batch in batches:
        for n in batch:
            dw = example_gradient(w, x[n], t[n])
        w = w - lr * dw / len(batch)
    return w


@put(WRONG)
def last_gradient_undivided(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        w = w - lr * example_gradient(w, x[batch[-1]], t[batch[-1]])
    return w


@put(WRONG)
def first_gradient_only(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        w = w - lr * example_gradient(w, x[batch[0]], t[batch[0]])
    return w


@put(WRONG)
def step_after_each_sample(w, x, t, batches, lr, example_gradient):
    # Right for batches of one.
    for batch in batches:
        for n in batch:
            w = w - lr * example_gradient(w, x[n], t[n])
    return w


@put(WRONG)
def small_step_after_each_sample(w, x, t, batches, lr, example_gradient):
    # The gradients are taken at weights that move; nearly right for small rates.
    for batch in batches:
        for n in batch:
            w = w - lr / len(batch) * example_gradient(w, x[n], t[n])
    return w


@put(WRONG)
def gradient_not_set_to_zero(w, x, t, batches, lr, example_gradient):
    # Step 5 only once: right for one batch.
    total = np.zeros_like(w)
    for batch in batches:
        for n in batch:
            total = total + example_gradient(w, x[n], t[n])
        w = w - lr * total / len(batch)
    return w


@put(WRONG)
def mean_not_set_to_zero(w, x, t, batches, lr, example_gradient):
    total, count = np.zeros_like(w), 0
    for batch in batches:
        for n in batch:
            total, count = total + example_gradient(w, x[n], t[n]), count + 1
        w = w - lr * total / count
    return w


@put(WRONG)
def gradients_at_the_start(w, x, t, batches, lr, example_gradient):
    # All gradients of the epoch at the first weights: right for one batch.
    start = w
    for batch in batches:
        w = w - lr * np.mean([example_gradient(start, x[n], t[n]) for n in batch], axis=0)
    return w


@put(WRONG)
def one_step_for_the_epoch(w, x, t, batches, lr, example_gradient):
    # Right for one batch.
    n = np.concatenate([np.asarray(b) for b in batches])
    return textbook(w, x, t, [n], lr, example_gradient)


@put(WRONG)
def first_batch_only(w, x, t, batches, lr, example_gradient):
    # return stands inside the loop: right for one batch.
    for batch in batches:
        w = w - lr * np.mean([example_gradient(w, x[n], t[n]) for n in batch], axis=0)
        return w
    return w


@put(WRONG)
def last_batch_left_out(w, x, t, batches, lr, example_gradient):
    return textbook(w, x, t, list(batches)[:-1], lr, example_gradient)


@put(WRONG)
def short_last_batch_left_out(w, x, t, batches, lr, example_gradient):
    # Right where all batches have the same size.
    batches = list(batches)
    size = max(map(len, batches), default=0)
    return textbook(w, x, t, [b for b in batches if len(b) == size], lr, example_gradient)


@put(WRONG)
def divided_by_the_first_batch(w, x, t, batches, lr, example_gradient):
    # Right where all batches have the same size.
    batches = list(batches)
    for batch in batches:
        total = sum(example_gradient(w, x[n], t[n]) for n in batch)
        w = w - lr * total / len(batches[0])
    return w


@put(WRONG)
def divided_by_all_samples(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        w = w - lr * sum(example_gradient(w, x[n], t[n]) for n in batch) / len(x)
    return w


@put(WRONG)
def divided_by_the_number_of_batches(w, x, t, batches, lr, example_gradient):
    batches = list(batches)
    for batch in batches:
        w = w - lr * sum(example_gradient(w, x[n], t[n]) for n in batch) / len(batches)
    return w


@put(WRONG)
def divided_by_the_last_index(w, x, t, batches, lr, example_gradient):
    # enumerate from zero: one sample too few.
    for batch in batches:
        total = np.zeros_like(w)
        for i, n in enumerate(batch):
            total, last = total + example_gradient(w, x[n], t[n]), i
        w = w - lr * total / max(last, 1)
    return w


@put(WRONG)
def ascent(w, x, t, batches, lr, example_gradient):
    return textbook(w, x, t, batches, -lr, example_gradient)


@put(WRONG)
def places_for_indices(w, x, t, batches, lr, example_gradient):
    # range(len(batch)): each batch is the first samples of the data.
    for batch in batches:
        w = w - lr * np.mean(
            [example_gradient(w, x[i], t[i]) for i in range(len(batch))], axis=0
        )  # fmt: skip
    return w


@put(WRONG)
def samples_in_order(w, x, t, batches, lr, example_gradient):
    # Sizes from the batches, samples in the order of the data: the shuffling is lost.
    start, blocks = 0, []
    for batch in batches:
        blocks.append(np.arange(start, start + len(batch)) % len(x))
        start += len(batch)
    return textbook(w, x, t, blocks, lr, example_gradient)


@put(WRONG)
def targets_not_shuffled(w, x, t, batches, lr, example_gradient):
    # x by index, t by place.
    for batch in batches:
        w = w - lr * np.mean(
            [example_gradient(w, x[n], t[i]) for i, n in enumerate(batch)], axis=0
        )  # fmt: skip
    return w


@put(WRONG)
def each_sample_once(w, x, t, batches, lr, example_gradient):
    # A set: wrong where a sample is drawn twice into a batch.
    sets = [list(dict.fromkeys(np.asarray(b).tolist())) for b in batches]
    return textbook(w, x, t, sets, lr, example_gradient)


@put(WRONG)
def batches_turned_round(w, x, t, batches, lr, example_gradient):
    return textbook(w, x, t, list(batches)[::-1], lr, example_gradient)


@put(WRONG)
def batches_sorted(w, x, t, batches, lr, example_gradient):
    ordered = sorted((np.asarray(b) for b in batches), key=lambda b: b.tolist())
    return textbook(w, x, t, ordered, lr, example_gradient)


@put(WRONG)
def batches_of_its_own(w, x, t, batches, lr, example_gradient):
    rng = np.random.default_rng(0)
    order = rng.permutation(len(x))
    parts = np.array_split(order, max(len(list(batches)), 1))
    return textbook(w, x, t, [p for p in parts if len(p)], lr, example_gradient)


@put(WRONG)
def one_random_sample_of_each_batch(w, x, t, batches, lr, example_gradient):
    rng = np.random.default_rng()
    for batch in batches:
        n = rng.choice(batch)
        w = w - lr * example_gradient(w, x[n], t[n])
    return w


@put(WRONG)
def whole_batch_at_once(w, x, t, batches, lr, example_gradient):
    # The function is made for one sample.
    for batch in batches:
        w = w - lr * example_gradient(w, x[batch], t[batch]) / len(batch)
    return w


@put(WRONG)
def mean_sample(w, x, t, batches, lr, example_gradient):
    # The gradient of the mean sample; right for gradients that are linear in the sample.
    for batch in batches:
        w = w - lr * example_gradient(w, x[batch].mean(axis=0), np.mean(t[batch], axis=0))
    return w


@put(WRONG)
def two_epochs(w, x, t, batches, lr, example_gradient):
    batches = list(batches)
    return textbook(w, x, t, batches + batches, lr, example_gradient)


@put(WRONG)
def decaying_rate(w, x, t, batches, lr, example_gradient):
    # Right for one batch.
    for k, batch in enumerate(batches):
        w = textbook(w, x, t, [batch], lr / (1 + k), example_gradient)
    return w


@put(WRONG)
def heavy_ball(w, x, t, batches, lr, example_gradient):
    return keyword_defaults(w, x, t, batches, lr, example_gradient, momentum=0.9)


@put(WRONG)
def rate_of_its_own(w, x, t, batches, lr, example_gradient):
    return textbook(w, x, t, batches, 0.01, example_gradient)


@put(WRONG)
def clipped_gradients(w, x, t, batches, lr, example_gradient):
    def clipped(*sample):
        return np.clip(example_gradient(*sample), -0.1, 0.1)

    return textbook(w, x, t, batches, lr, clipped)


@put(WRONG)
def mean_over_the_weights_too(w, x, t, batches, lr, example_gradient):
    # np.mean without an axis: right for one weight.
    for batch in batches:
        w = w - lr * np.mean([example_gradient(w, x[n], t[n]) for n in batch])
    return w


@put(WRONG)
def median_gradient(w, x, t, batches, lr, example_gradient):
    # Right for batches of one and two.
    for batch in batches:
        w = w - lr * np.median([example_gradient(w, x[n], t[n]) for n in batch], axis=0)
    return w


@put(WRONG)
def first_row_of_the_weights(w, x, t, batches, lr, example_gradient):
    new = w.copy()
    new[0] = textbook(w, x, t, batches, lr, example_gradient)[0]
    return new


@put(WRONG)
def mean_gradient_returned(w, x, t, batches, lr, example_gradient):
    return w - textbook(w, x, t, batches, lr, example_gradient)


@put(WRONG)
def averaged_weights(w, x, t, batches, lr, example_gradient):
    # The mean over the path, as in averaged SGD.
    path = []
    for batch in batches:
        w = textbook(w, x, t, [batch], lr, example_gradient)
        path.append(w)
    return np.mean(path, axis=0)


@put(WRONG)
def path_returned(w, x, t, batches, lr, example_gradient):
    path = [w]
    for batch in batches:
        path.append(textbook(path[-1], x, t, [batch], lr, example_gradient))
    return np.array(path)


@put(WRONG)
def goes_on_where_it_ended(w, x, t, batches, lr, example_gradient, memory={}):  # noqa: B006
    start = memory.get(w.shape, w)
    memory[w.shape] = textbook(start, x, t, batches, lr, example_gradient)
    return memory[w.shape]


@put(WRONG)
def nothing_returned(w, x, t, batches, lr, example_gradient):
    # The weights are changed in place instead.
    w[...] = textbook(w, x, t, batches, lr, example_gradient)


@put(WRONG)
def two_mistakes(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        for n in batch:
            dw = example_gradient(w, x[n], t[n])
        w = w + lr * dw
    return w


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
