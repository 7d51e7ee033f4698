"""Solutions of ``sgd_epoch(w, x, t, batches, lr, example_gradient) -> w``."""

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
def small_steps_from_fixed_weights(w, x, t, batches, lr, example_gradient):
    # The step is made in parts, all gradients being taken where it began.
    for batch in batches:
        start, end = w, w.copy()
        for n in batch:
            end = end - (lr / len(batch)) * example_gradient(start, x[n], t[n])
        w = end
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
def in_single_precision(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        dw = np.mean([example_gradient(w, x[n], t[n]) for n in batch], axis=0)
        w = (w - lr * dw).astype(np.float32)
    return w


# --- right values in a deviating form ---------------------------------------------------------


form.edit("batches_sorted_in_place", textbook, "total = np", "batch.sort(); total = np")


@form
def batches_used_up(w, x, t, batches, lr, example_gradient):  # the list of batches is emptied
    while batches:
        w = textbook(w, x, t, [batches.pop(0)], lr, example_gradient)
    return w


# --- wrong ------------------------------------------------------------------------------------


@wrong
def goes_on_where_it_ended(w, x, t, batches, lr, example_gradient, memory={}):  # noqa: B006
    start = memory.get(w.shape, w)
    memory[w.shape] = textbook(start, x, t, batches, lr, example_gradient)
    return memory[w.shape]
