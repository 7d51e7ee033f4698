"""Solutions of ``adagrad_step(w, dw, cache, *, lr, eps) -> (w, cache)``, eps outside the root."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.optimizers import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(w, dw, cache, *, lr, eps):
    cache = cache + dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache


@right
def entry_by_entry(w, dw, cache, *, lr=0.01, eps=1e-8):
    W, C = np.empty_like(w), np.empty_like(cache)
    for i in np.ndindex(w.shape):
        C[i] = cache[i] + dw[i] ** 2
        W[i] = w[i] - lr / (math.sqrt(C[i]) + eps) * dw[i]
    return W, C


@right
def rate_of_each_weight(w, dw, cache, **options):
    new = np.add(cache, np.square(dw))
    rates = options["lr"] / (np.sqrt(new) + options["eps"])
    return [w - rates * dw, new]


@right
def complex_numbers(w, dw, cache, *, lr, eps):
    # The length of sqrt(cache) + i dw.
    length = np.abs(np.sqrt(cache) + 1j * dw)
    return w - (lr * dw / (length + eps)).astype(w.dtype), cache + dw * dw


@right
def hypotenuse(w, dw, cache, *, lr, eps, power=2):
    root = np.hypot(np.sqrt(cache), dw)
    return w - lr * (dw / (root + eps)), cache + np.abs(dw) ** power


@right
def squared_hypotenuse(w, dw, cache, *, lr, eps):
    root = np.hypot(np.sqrt(cache), dw)
    return w + (-lr / (root + eps)) * dw, root**2


@right
def single_precision(w, dw, cache, *, lr, eps):
    w, dw, cache = (np.float64(np.float32(a)) for a in (w, dw, cache))
    return textbook(w, dw, cache, lr=lr, eps=eps)


enter_what_fits_all(programs, textbook, 2, without=("state_of_zeros",))


# --- wrong ------------------------------------------------------------------------------------

for name, step in {
    "epsilon_in_both_places": "dw / (np.sqrt(cache + eps) + eps)",
    "epsilon_squared_inside_the_root": "dw / np.sqrt(cache + eps**2)",
    "cache_ignored": "dw",
    "sign_of_the_gradient": "np.sign(dw)",
    "cube_root": "dw / (np.cbrt(cache) + eps)",
    "one_rate_for_all": "dw / (np.sqrt(cache.sum()) + eps)",
    "one_rate_for_all_from_the_mean": "dw / (np.sqrt(cache.mean()) + eps)",
    "brackets_forgotten": "dw / np.maximum(np.sqrt(cache), 1e-12) + eps",
    "squared_gradient_in_the_step": "dw**2 / (np.sqrt(cache) + eps)",
}.items():
    wrong.edit(name, textbook, "dw / (np.sqrt(cache) + eps)", step)

for name, new in {
    "cache_halved": "(cache + dw**2) / 2",
    "largest_so_far": "np.maximum(cache, dw**2)",  # right for a cache of zeros
    "mean_square_of_the_gradient": "cache + np.mean(dw**2)",
    "added_twice": "cache + 2 * dw**2",
    "cache_doubled": "cache + cache + dw**2",  # c += c + g**2
}.items():
    wrong.edit(name, textbook, "cache + dw**2", new)

wrong.edit(
    "square_forgotten",
    textbook,
    "dw**2\n    return w - lr * dw / (np.sqrt(cache)",
    "dw\n    return w - lr * dw / (np.sqrt(np.abs(cache))",
)
wrong.edit("epsilon_kept_in_the_cache", textbook, "eps), cache", "eps), cache + eps")
wrong.edit(
    "epsilon_inside_the_cache",
    textbook,
    "dw**2\n    return w - lr * dw / (np.sqrt(cache) + eps)",
    "dw**2 + eps\n    return w - lr * dw / np.sqrt(cache)",
)


@wrong
def squared_step_added(w, dw, cache, **settings):
    new, _cache = textbook(w, dw, cache, **settings)
    return new, cache + (new - w) ** 2


@wrong
def settings_swapped(w, dw, cache, *, lr, eps):
    return textbook(w, dw, cache, lr=eps, eps=lr)
