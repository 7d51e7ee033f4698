"""Solutions of ``accumulated_gradient(w, parts, gradient) -> dw``."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(w, parts, gradient):
    total, count = np.zeros_like(w), 0
    for x, t in parts:
        total = total + len(x) * gradient(w, x, t)
        count = count + len(x)
    return total / count


@right
def shares_of_all_samples(w, parts, gradient):
    count = sum(len(t) for _x, t in parts)
    return sum(gradient(w, x, t) * (x.shape[0] / count) for x, t in parts)


@right
def running_mean(w, parts, gradient):
    dw, seen = np.zeros_like(w), 0
    for x, t in parts:
        seen += len(x)
        dw = dw + (gradient(w, x, t) - dw) * len(x) / seen
    return dw


@right
def one_batch_again(w, parts, gradient):
    # It needs the memory of all samples at once, which the task wants to avoid.
    xs, ts = zip(*parts, strict=True)
    return gradient(w, np.concatenate(xs), np.concatenate(ts))


@right
def sample_by_sample(w, parts, gradient):
    each = [gradient(w, x[n : n + 1], t[n : n + 1]) for x, t in parts for n in range(len(x))]
    return np.mean(each, axis=0)


@right
def in_slices_of_the_smallest_size(w, parts, gradient):
    # The greatest common divisor of the sizes divides each part, so a mean of means is enough.
    size = math.gcd(*(len(x) for x, _t in parts))
    slices = [(x[k : k + size], t[k : k + size]) for x, t in parts for k in range(0, len(x), size)]
    return sum(gradient(w, x, t) for x, t in slices) / len(slices)


@right
def in_single_precision(w, parts, gradient):
    return textbook(w, parts, gradient).astype(np.float32)


# --- right values in a deviating form ---------------------------------------------------------


form.edit("nested_lists", textbook, "return total / count", "return (total / count).tolist()")
form.edit("leading_axis", textbook, "return total / count", "return (total / count)[None]")


@form
def parts_used_up(w, parts, gradient):  # the list of parts is emptied
    kept = list(parts)
    parts.clear()
    return textbook(w, kept, gradient)


# --- wrong ------------------------------------------------------------------------------------


@wrong
def remembers_the_last_sum(w, parts, gradient, memory={}):  # noqa: B006
    dw = memory.get(w.shape, 0) + textbook(w, parts, gradient)
    memory[w.shape] = dw
    return dw
