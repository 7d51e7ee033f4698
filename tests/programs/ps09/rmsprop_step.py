"""Solutions of ``rmsprop_step(w, dw, cache, *, lr, decay, eps) -> (w, cache)``."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.optimizers import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(w, dw, cache, *, lr, decay, eps):
    cache = decay * cache + (1 - decay) * dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache


@right
def moving_towards(w, dw, cache, *, lr, decay, eps):
    cache = cache + (1 - decay) * (dw * dw - cache)
    return w - lr / (cache**0.5 + eps) * dw, cache


@right
def copies_in_place(w, dw, cache, *, lr, decay, eps):
    w, cache = w.copy(), cache.copy()
    cache *= decay
    cache += (1 - decay) * np.square(dw)
    w -= lr * np.divide(dw, np.sqrt(cache) + eps)
    return w, cache


@right
def weighted_average(w, dw, cache, **options):
    d = options["decay"]
    new = np.average([cache, dw**2], axis=0, weights=[d, 1 - d]).astype(cache.dtype)
    return [w - options["lr"] * dw / (np.sqrt(new) + options["eps"]), new]


@right
def hypotenuse(w, dw, cache, *, lr, decay, eps, power=2):
    root = np.hypot(math.sqrt(decay) * np.sqrt(cache), math.sqrt(1 - decay) * dw)
    return w - lr * (dw / (root + eps)), root**power


@right
def single_precision(w, dw, cache, **options):
    w, dw, cache = (np.float64(np.float32(a)) for a in (w, dw, cache))
    return textbook(w, dw, cache, **options)


enter_what_fits_all(programs, textbook, 2, without=("state_of_zeros",))


# --- wrong ------------------------------------------------------------------------------------

for name, new in {
    "same_weight_for_both": "decay * (cache + dw**2)",
    "square_forgotten": "np.abs(decay * cache + (1 - decay) * dw)",
    "last_square_only": "dw**2",
    "mean_square_of_the_gradient": "decay * cache + (1 - decay) * np.mean(dw**2)",
    "largest_so_far": "np.maximum(cache, decay * cache + (1 - decay) * dw**2)",
}.items():
    wrong.edit(name, textbook, "decay * cache + (1 - decay) * dw**2", new)

for name, step in {
    "epsilon_subtracted": "dw / (np.sqrt(cache) - eps)",
    "epsilon_in_both_places": "dw / (np.sqrt(cache + eps) + eps)",
    "one_rate_for_all": "dw / (np.sqrt(cache.mean()) + eps)",
    "cache_without_effect": "dw",
    "product_for_quotient": "dw * (np.sqrt(cache) + eps)",
    "sign_of_the_gradient": "np.sign(dw)",
    "centred": "dw / (np.sqrt(np.maximum(cache - ((1 - decay) * dw) ** 2, 0)) + eps)",
}.items():
    wrong.edit(name, textbook, "dw / (np.sqrt(cache) + eps)", step)

wrong.edit("root_returned", textbook, "eps), cache", "eps), np.sqrt(cache)")
wrong.edit(
    "epsilon_inside_the_cache",
    textbook,
    "dw**2\n    return w - lr * dw / (np.sqrt(cache) + eps)",
    "dw**2 + eps\n    return w - lr * dw / np.sqrt(cache)",
)


@wrong
def with_momentum(w, dw, cache, *, lr, decay, eps):
    new = decay * cache + (1 - decay) * dw**2
    return w - lr * (decay * np.sqrt(cache) + dw) / (np.sqrt(new) + eps), new


@wrong
def plus_equals_slip_in_place(w, dw, cache, *, lr, decay, eps):
    cache += decay * cache + (1 - decay) * dw**2
    w -= lr * dw / (np.sqrt(cache) + eps)
    return w, cache


@wrong
def largest_returned(w, dw, cache, **options):
    new, mean = textbook(w, dw, cache, **options)
    return new, np.maximum(mean, cache)
