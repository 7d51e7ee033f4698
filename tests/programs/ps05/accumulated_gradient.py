"""Solutions of ``accumulated_gradient(w, parts, gradient) -> dw``."""

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
def sample_by_sample(w, parts, gradient):
    each = [gradient(w, x[n : n + 1], t[n : n + 1]) for x, t in parts for n in range(len(x))]
    return np.mean(each, axis=0)


@right
def in_single_precision(w, parts, gradient):
    return textbook(w, parts, gradient).astype(np.float32)


# --- right values in a deviating form ---------------------------------------------------------


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


programs.beside_the_point = [
    "return 0 * w",
    "return gradient(w, *parts[0])",
    "return sum(gradient(w, x, t) for x, t in parts)",
    "return sum(len(x) * gradient(w, x, t) for x, t in parts)",
]
