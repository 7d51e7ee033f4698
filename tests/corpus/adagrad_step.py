"""Solutions of ``adagrad_step(w, dw, cache, *, lr, eps) -> (w, cache)``, eps outside the root."""

import functools
import math

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(w, dw, cache, *, lr, eps):
    cache = cache + dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache


@put(RIGHT)
def copies_in_place(w, dw, cache, *, lr, eps):
    w, cache = w.copy(), cache.copy()
    cache += dw * dw
    w += -lr * dw / (cache**0.5 + eps)
    return w, cache


@put(RIGHT)
def entry_by_entry(w, dw, cache, *, lr=0.01, eps=1e-8):
    W, C = np.empty_like(w), np.empty_like(cache)
    for i in np.ndindex(w.shape):
        C[i] = cache[i] + dw[i] ** 2
        W[i] = w[i] - lr / (math.sqrt(C[i]) + eps) * dw[i]
    return W, C


@put(RIGHT)
def rate_of_each_weight(w, dw, cache, **options):
    new = np.add(cache, np.square(dw))
    rates = options["lr"] / (np.sqrt(new) + options["eps"])
    return [w - rates * dw, new]


@put(RIGHT)
def complex_numbers(w, dw, cache, *, lr, eps):
    # The length of sqrt(cache) + i dw.
    length = np.abs(np.sqrt(cache) + 1j * dw)
    return w - (lr * dw / (length + eps)).astype(w.dtype), cache + dw * dw


@put(RIGHT)
def hypotenuse(w, dw, cache, *, lr, eps, power=2):
    root = np.hypot(np.sqrt(cache), dw)
    return w - lr * (dw / (root + eps)), cache + np.abs(dw) ** power


RIGHT["partially_applied"] = (functools.partial(hypotenuse, power=2.0),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def everything_in_place(w, dw, cache, *, lr, eps):  # w and cache are changed
    cache += dw**2
    w -= lr * dw / (np.sqrt(cache) + eps)
    return w, cache


@put(FORM)
def cache_in_place(w, dw, cache, *, lr, eps):  # cache is changed
    cache += dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache


@put(FORM)
def gradient_in_place(w, dw, cache, *, lr, eps):  # dw is changed
    new = textbook(w, dw, cache, lr=lr, eps=eps)
    dw *= dw
    return new


@put(FORM)
def leading_axis(w, dw, cache, *, lr, eps):  # w of shape (1, ...)
    w, cache = textbook(w, dw, cache, lr=lr, eps=eps)
    return w[None], cache


# Optimizers cast w back, so the float type of a step is not judged.
@put(EITHER)
def double_precision(w, dw, cache, *, lr, eps):
    return textbook(*(np.asarray(a, dtype=float) for a in (w, dw, cache)), lr=lr, eps=eps)


# --- wrong ------------------------------------------------------------------------------------


def variant(
    w,
    dw,
    cache,
    *,
    lr,
    eps,
    new=lambda c, g: c + g**2,
    step=lambda g, c, e: g / (np.sqrt(c) + e),
):
    """With places to go wrong."""
    cache = new(cache, dw)
    return w - lr * step(dw, cache, eps), cache


for name, spoilt in {
    "root_forgotten": {"step": lambda g, c, e: g / (c + e)},
    "epsilon_inside_the_root": {"step": lambda g, c, e: g / np.sqrt(c + e)},
    "epsilon_in_both_places": {"step": lambda g, c, e: g / (np.sqrt(c + e) + e)},
    "epsilon_forgotten": {"step": lambda g, c, e: g / np.maximum(np.sqrt(c), 1e-300)},
    "epsilon_of_its_own": {"step": lambda g, c, e: g / (np.sqrt(c) + 1e-8)},
    "epsilon_as_a_lower_bound": {"step": lambda g, c, e: g / np.maximum(np.sqrt(c), e)},
    "cache_ignored": {"step": lambda g, c, e: g},
    "sign_of_the_gradient": {"step": lambda g, c, e: np.sign(g)},
    "product_for_quotient": {"step": lambda g, c, e: g * (np.sqrt(c) + e)},
    "cube_root": {"step": lambda g, c, e: g / (np.cbrt(c) + e)},
    "one_rate_for_all": {"step": lambda g, c, e: g / (np.sqrt(c.sum()) + e)},
    "one_rate_for_all_from_the_mean": {"step": lambda g, c, e: g / (np.sqrt(c.mean()) + e)},
    "brackets_forgotten": {"step": lambda g, c, e: g / np.maximum(np.sqrt(c), 1e-12) + e},
    "ascent": {"step": lambda g, c, e: -g / (np.sqrt(c) + e)},
    "squared_gradient_in_the_step": {"step": lambda g, c, e: g**2 / (np.sqrt(c) + e)},
    "square_forgotten": {
        "new": lambda c, g: c + g,
        "step": lambda g, c, e: g / (np.sqrt(np.abs(c)) + e),
    },
    "absolute_values": {"new": lambda c, g: c + np.abs(g)},
    "cache_replaced": {"new": lambda c, g: g**2},  # right for a cache of zeros
    "cache_halved": {"new": lambda c, g: (c + g**2) / 2},
    "rmsprop": {"new": lambda c, g: 0.9 * c + 0.1 * g**2},
    "largest_so_far": {"new": lambda c, g: np.maximum(c, g**2)},  # right for a cache of zeros
    "norm_of_the_gradient": {"new": lambda c, g: c + np.sum(g**2)},
    "mean_square_of_the_gradient": {"new": lambda c, g: c + np.mean(g**2)},
    "added_twice": {"new": lambda c, g: c + 2 * g**2},
    "cache_doubled": {"new": lambda c, g: c + c + g**2},  # c += c + g**2
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)


@put(WRONG)
def old_cache_in_the_step(w, dw, cache, *, lr, eps):
    return w - lr * dw / (np.sqrt(cache) + eps), cache + dw**2


@put(WRONG)
def cache_not_returned(w, dw, cache, *, lr, eps):
    # The weights are right, the cache is the old one.
    return textbook(w, dw, cache, lr=lr, eps=eps)[0], cache


@put(WRONG)
def root_returned(w, dw, cache, *, lr, eps):
    root = np.sqrt(cache + dw**2)
    return w - lr * dw / (root + eps), root


@put(WRONG)
def epsilon_kept_in_the_cache(w, dw, cache, *, lr, eps):
    w, cache = textbook(w, dw, cache, lr=lr, eps=eps)
    return w, cache + eps


@put(WRONG)
def results_swapped(w, dw, cache, *, lr, eps):
    return textbook(w, dw, cache, lr=lr, eps=eps)[::-1]


@put(WRONG)
def weights_only(w, dw, cache, *, lr, eps):
    return textbook(w, dw, cache, lr=lr, eps=eps)[0]


@put(WRONG)
def step_only(w, dw, cache, *, lr, eps):
    new, cache = textbook(w, dw, cache, lr=lr, eps=eps)
    return new - w, cache


@put(WRONG)
def rate_of_its_own(w, dw, cache, *, lr, eps):
    return textbook(w, dw, cache, lr=0.01, eps=eps)


@put(WRONG)
def settings_swapped(w, dw, cache, *, lr, eps):
    return textbook(w, dw, cache, lr=eps, eps=lr)


@put(WRONG)
def cache_of_its_own(w, dw, cache, *, lr, eps, state={}):  # noqa: B006
    old = state.get(w.shape, np.zeros_like(w))
    w, state[w.shape] = textbook(w, dw, old, lr=lr, eps=eps)
    return w, state[w.shape]
