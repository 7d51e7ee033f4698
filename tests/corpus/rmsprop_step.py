"""Solutions of ``rmsprop_step(w, dw, cache, *, lr, decay, eps) -> (w, cache)``."""

import functools
import math

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(w, dw, cache, *, lr, decay, eps):
    cache = decay * cache + (1 - decay) * dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache


@put(RIGHT)
def moving_towards(w, dw, cache, *, lr, decay, eps):
    cache = cache + (1 - decay) * (dw * dw - cache)
    return w - lr / (cache**0.5 + eps) * dw, cache


@put(RIGHT)
def copies_in_place(w, dw, cache, *, lr, decay, eps):
    w, cache = w.copy(), cache.copy()
    cache *= decay
    cache += (1 - decay) * np.square(dw)
    w -= lr * np.divide(dw, np.sqrt(cache) + eps)
    return w, cache


@put(RIGHT)
def entry_by_entry(w, dw, cache, *, lr=0.01, decay=0.99, eps=1e-8):
    W, C = np.empty_like(w), np.empty_like(cache)
    for i in np.ndindex(w.shape):
        C[i] = decay * cache[i] + (1 - decay) * dw[i] ** 2
        W[i] = w[i] - lr * dw[i] / (math.sqrt(C[i]) + eps)
    return W, C


@put(RIGHT)
def weighted_average(w, dw, cache, **options):
    d = options["decay"]
    new = np.average([cache, dw**2], axis=0, weights=[d, 1 - d]).astype(cache.dtype)
    return [w - options["lr"] * dw / (np.sqrt(new) + options["eps"]), new]


@put(RIGHT)
def hypotenuse(w, dw, cache, *, lr, decay, eps, power=2):
    root = np.hypot(math.sqrt(decay) * np.sqrt(cache), math.sqrt(1 - decay) * dw)
    return w - lr * (dw / (root + eps)), root**power


RIGHT["partially_applied"] = (functools.partial(hypotenuse, power=2.0),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def everything_in_place(w, dw, cache, *, lr, decay, eps):  # w and cache are changed
    cache *= decay
    cache += (1 - decay) * dw**2
    w -= lr * dw / (np.sqrt(cache) + eps)
    return w, cache


@put(FORM)
def cache_in_place(w, dw, cache, *, lr, decay, eps):  # cache is changed
    cache[...] = decay * cache + (1 - decay) * dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache


@put(FORM)
def gradient_cleared(w, dw, cache, **options):  # dw is changed
    new = textbook(w, dw, cache, **options)
    dw.fill(0)
    return new


@put(FORM)
def leading_axis(w, dw, cache, **options):  # w of shape (1, ...)
    w, cache = textbook(w, dw, cache, **options)
    return w[None], cache


# Optimizers cast w back, so the float type of a step is not judged.
@put(EITHER)
def double_precision(w, dw, cache, **options):
    return textbook(*(np.asarray(a, dtype=float) for a in (w, dw, cache)), **options)


# --- wrong ------------------------------------------------------------------------------------


def variant(
    w,
    dw,
    cache,
    *,
    lr,
    decay,
    eps,
    new=lambda c, g, d: d * c + (1 - d) * g**2,
    step=lambda g, c, e: g / (np.sqrt(c) + e),
):
    """With places to go wrong."""
    cache = new(cache, dw, decay)
    return w - lr * step(dw, cache, eps), cache


for name, spoilt in {
    "plus_equals_slip": {"new": lambda c, g, d: c + d * c + (1 - d) * g**2},  # as a slide has it
    "adagrad": {"new": lambda c, g, d: c + g**2},
    "gradient_not_weighted": {"new": lambda c, g, d: d * c + g**2},
    "cache_not_damped": {"new": lambda c, g, d: c + (1 - d) * g**2},
    "weights_swapped": {"new": lambda c, g, d: (1 - d) * c + d * g**2},
    "same_weight_for_both": {"new": lambda c, g, d: d * (c + g**2)},
    "square_forgotten": {
        "new": lambda c, g, d: d * c + (1 - d) * g,
        "step": lambda g, c, e: g / (np.sqrt(np.abs(c)) + e),
    },
    "absolute_values": {"new": lambda c, g, d: d * c + (1 - d) * np.abs(g)},
    "weight_squared_too": {"new": lambda c, g, d: d * c + ((1 - d) * g) ** 2},
    "cache_ignored": {"new": lambda c, g, d: (1 - d) * g**2},
    "last_square_only": {"new": lambda c, g, d: g**2},
    "decay_of_its_own": {"new": lambda c, g, d: 0.9 * c + 0.1 * g**2},
    "mean_square_of_the_gradient": {"new": lambda c, g, d: d * c + (1 - d) * np.mean(g**2)},
    "largest_so_far": {"new": lambda c, g, d: np.maximum(c, d * c + (1 - d) * g**2)},
    "epsilon_inside_the_root": {"step": lambda g, c, e: g / np.sqrt(c + e)},
    "epsilon_forgotten": {"step": lambda g, c, e: g / np.maximum(np.sqrt(c), 1e-300)},
    "epsilon_of_its_own": {"step": lambda g, c, e: g / (np.sqrt(c) + 1e-8)},
    "epsilon_subtracted": {"step": lambda g, c, e: g / (np.sqrt(c) - e)},
    "root_forgotten": {"step": lambda g, c, e: g / (c + e)},
    "one_rate_for_all": {"step": lambda g, c, e: g / (np.sqrt(c.mean()) + e)},
    "cache_without_effect": {"step": lambda g, c, e: g},
    "product_for_quotient": {"step": lambda g, c, e: g * (np.sqrt(c) + e)},
    "sign_of_the_gradient": {"step": lambda g, c, e: np.sign(g)},
    "ascent": {"step": lambda g, c, e: -g / (np.sqrt(c) + e)},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)


@put(WRONG)
def old_cache_in_the_step(w, dw, cache, *, lr, decay, eps):
    new = decay * cache + (1 - decay) * dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), new


@put(WRONG)
def cache_not_returned(w, dw, cache, **options):
    # The weights are right, the cache is the old one.
    return textbook(w, dw, cache, **options)[0], cache


@put(WRONG)
def root_returned(w, dw, cache, **options):
    w, cache = textbook(w, dw, cache, **options)
    return w, np.sqrt(cache)


@put(WRONG)
def bias_corrected(w, dw, cache, *, lr, decay, eps):
    # As Adam would at t = 1.
    new = decay * cache + (1 - decay) * dw**2
    return w - lr * dw / (np.sqrt(new / (1 - decay)) + eps), new


@put(WRONG)
def centred(w, dw, cache, *, lr, decay, eps):
    new = decay * cache + (1 - decay) * dw**2
    variance = np.maximum(new - ((1 - decay) * dw) ** 2, 0)
    return w - lr * dw / (np.sqrt(variance) + eps), new


@put(WRONG)
def results_swapped(w, dw, cache, **options):
    return textbook(w, dw, cache, **options)[::-1]


@put(WRONG)
def step_only(w, dw, cache, **options):
    new, cache = textbook(w, dw, cache, **options)
    return new - w, cache


@put(WRONG)
def weights_only(w, dw, cache, **options):
    return textbook(w, dw, cache, **options)[0]


@put(WRONG)
def rate_of_its_own(w, dw, cache, *, lr, decay, eps):
    return textbook(w, dw, cache, lr=0.001, decay=decay, eps=eps)


@put(WRONG)
def cache_of_its_own(w, dw, cache, *, state={}, **options):  # noqa: B006
    w, state[w.shape] = textbook(w, dw, state.get(w.shape, np.zeros_like(w)), **options)
    return w, state[w.shape]
