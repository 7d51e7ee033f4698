"""Solutions of ``adadelta_step(w, dw, cache, delta, *, lr, rho, eps) -> (w, cache, delta)``.

eps stands inside both roots, lr outside of delta.
"""

import functools
import math

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(w, dw, cache, delta, *, lr, rho, eps):
    cache = rho * cache + (1 - rho) * dw**2
    dx = -np.sqrt(delta + eps) / np.sqrt(cache + eps) * dw
    delta = rho * delta + (1 - rho) * dx**2
    return w + lr * dx, cache, delta


@put(RIGHT)
def positive_step(w, dw, cache, delta, *, lr, rho, eps):
    cache = cache + (1 - rho) * (dw * dw - cache)
    step = dw * np.sqrt((delta + eps) / (cache + eps))
    return w - lr * step, cache, delta + (1 - rho) * (step * step - delta)


@put(RIGHT)
def copies_in_place(w, dw, cache, delta, *, lr, rho, eps):
    w, cache, delta = (np.array(a) for a in (w, cache, delta))
    cache *= rho
    cache += (1 - rho) * np.square(dw)
    dx = (delta + eps) ** 0.5 * dw / (cache + eps) ** 0.5
    delta *= rho
    delta += (1 - rho) * np.square(dx)
    w -= lr * dx
    return w, cache, delta


@put(RIGHT)
def entry_by_entry(w, dw, cache, delta, *, lr=1.0, rho=0.9, eps=1e-6):
    W, C, D = np.empty_like(w), np.empty_like(w), np.empty_like(w)
    for i in np.ndindex(w.shape):
        C[i] = rho * cache[i] + (1 - rho) * dw[i] ** 2
        dx = math.sqrt(delta[i] + eps) / math.sqrt(C[i] + eps) * dw[i]
        D[i] = rho * delta[i] + (1 - rho) * dx**2
        W[i] = w[i] - lr * dx
    return W, C, D


@put(RIGHT)
def root_mean_squares(w, dw, cache, delta, **options):
    lr, rho, eps = (options[key] for key in ("lr", "rho", "eps"))

    def mean(old, new):
        return rho * old + (1 - rho) * new**2

    def rms(a):
        return np.sqrt(a + eps)

    cache = mean(cache, dw)
    dx = -rms(delta) / rms(cache) * dw
    return [w + lr * dx, cache, mean(delta, dx)]


@put(RIGHT)
def square_of_the_step_in_closed_form(w, dw, cache, delta, *, lr, rho, eps, sign=-1):
    cache = rho * cache + (1 - rho) * dw**2
    ratio = (delta + eps) / (cache + eps)
    return (
        w + sign * lr * np.sqrt(ratio) * dw,
        cache,
        rho * delta + (1 - rho) * ratio * dw**2,
    )


RIGHT["partially_applied"] = (functools.partial(square_of_the_step_in_closed_form, sign=-1.0),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def everything_in_place(w, dw, cache, delta, **options):  # w, cache and delta are changed
    w[...], cache[...], delta[...] = textbook(w, dw, cache, delta, **options)
    return w, cache, delta


@put(FORM)
def cache_in_place(w, dw, cache, delta, *, lr, rho, eps):  # cache is changed
    cache *= rho
    cache += (1 - rho) * dw**2
    dx = np.sqrt(delta + eps) / np.sqrt(cache + eps) * dw
    return w - lr * dx, cache, rho * delta + (1 - rho) * dx**2


@put(FORM)
def gradient_cleared(w, dw, cache, delta, **options):  # dw is changed
    new = textbook(w, dw, cache, delta, **options)
    dw.fill(0)
    return new


@put(FORM)
def leading_axis(w, dw, cache, delta, **options):  # w of shape (1, ...)
    w, cache, delta = textbook(w, dw, cache, delta, **options)
    return w[None], cache, delta


# Optimizers cast w back, so the float type of a step is not judged.
@put(EITHER)
def double_precision(w, dw, cache, delta, **options):
    return textbook(*(np.asarray(a, dtype=float) for a in (w, dw, cache, delta)), **options)


# --- wrong ------------------------------------------------------------------------------------


def variant(
    w,
    dw,
    cache,
    delta,
    *,
    lr,
    rho,
    eps,
    new=lambda c, g, rho: rho * c + (1 - rho) * g**2,
    dx=lambda g, c, d, e: -np.sqrt(d + e) / np.sqrt(c + e) * g,
    new_delta=lambda d, dx, rho, lr: rho * d + (1 - rho) * dx**2,
    step=lambda dx, lr: lr * dx,
):
    """With places to go wrong."""
    cache = new(cache, dw, rho)
    x = dx(dw, cache, delta, eps)
    return w + step(x, lr), cache, new_delta(delta, x, rho, lr)


for name, spoilt in {
    "epsilon_outside_the_roots": {
        "dx": lambda g, c, d, e: -(np.sqrt(d) + e) / (np.sqrt(c) + e) * g
    },
    "epsilon_in_the_denominator_only": {
        "dx": lambda g, c, d, e: -np.sqrt(d) / np.sqrt(c + e) * g
    },  # nothing ever moves
    "epsilon_in_the_numerator_only": {
        "dx": lambda g, c, d, e: -np.sqrt(d + e) / np.maximum(np.sqrt(c), 1e-300) * g
    },
    "epsilon_outside_below": {"dx": lambda g, c, d, e: -np.sqrt(d + e) / (np.sqrt(c) + e) * g},
    "epsilon_of_its_own": {"dx": lambda g, c, d, e: -np.sqrt((d + 1e-6) / (c + 1e-6)) * g},
    "roots_forgotten": {"dx": lambda g, c, d, e: -(d + e) / (c + e) * g},
    "root_above_only": {"dx": lambda g, c, d, e: -np.sqrt(d + e) / (c + e) * g},
    "upside_down": {"dx": lambda g, c, d, e: -np.sqrt(c + e) / np.sqrt(d + e) * g},
    "ascent": {"dx": lambda g, c, d, e: np.sqrt(d + e) / np.sqrt(c + e) * g},
    "delta_ignored": {"dx": lambda g, c, d, e: -g / np.sqrt(c + e)},
    "cache_ignored_in_the_step": {"dx": lambda g, c, d, e: -np.sqrt(d + e) * g},
    "sign_of_the_gradient": {
        "dx": lambda g, c, d, e: -np.sqrt(d + e) / np.sqrt(c + e) * np.sign(g)
    },
    "one_rate_for_all": {"dx": lambda g, c, d, e: -np.sqrt((d.mean() + e) / (c.mean() + e)) * g},
    "gradient_not_weighted": {"new": lambda c, g, rho: rho * c + g**2},
    "cache_weights_swapped": {"new": lambda c, g, rho: (1 - rho) * c + rho * g**2},
    "adagrad_cache": {"new": lambda c, g, rho: c + g**2},
    "cache_replaced": {"new": lambda c, g, rho: (1 - rho) * g**2},
    "plus_equals_slip": {"new": lambda c, g, rho: c + rho * c + (1 - rho) * g**2},
    "cache_of_absolute_values": {"new": lambda c, g, rho: rho * c + (1 - rho) * np.abs(g)},
    "rate_in_delta": {"new_delta": lambda d, dx, rho, lr: rho * d + (1 - rho) * (lr * dx) ** 2},
    "delta_weights_swapped": {"new_delta": lambda d, dx, rho, lr: (1 - rho) * d + rho * dx**2},
    "delta_not_weighted": {"new_delta": lambda d, dx, rho, lr: rho * d + dx**2},
    "delta_not_squared": {"new_delta": lambda d, dx, rho, lr: rho * d + (1 - rho) * np.abs(dx)},
    "delta_not_returned": {"new_delta": lambda d, dx, rho, lr: d * 1},
    "delta_replaced": {"new_delta": lambda d, dx, rho, lr: dx**2},
    "delta_not_damped": {"new_delta": lambda d, dx, rho, lr: d + (1 - rho) * dx**2},
    "rate_forgotten": {"step": lambda dx, lr: dx},  # the paper has none: right for lr = 1
    "rate_squared": {"step": lambda dx, lr: lr**2 * dx},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)


@put(WRONG)
def new_delta_in_the_step(w, dw, cache, delta, *, lr, rho, eps):
    # The step is taken with what it has just added to.
    cache = rho * cache + (1 - rho) * dw**2
    dx = -np.sqrt(delta + eps) / np.sqrt(cache + eps) * dw
    delta = rho * delta + (1 - rho) * dx**2
    return w - lr * np.sqrt(delta + eps) / np.sqrt(cache + eps) * dw, cache, delta


@put(WRONG)
def old_cache_in_the_step(w, dw, cache, delta, *, lr, rho, eps):
    dx = -np.sqrt(delta + eps) / np.sqrt(cache + eps) * dw
    new = rho * cache + (1 - rho) * dw**2
    return w + lr * dx, new, rho * delta + (1 - rho) * dx**2


@put(WRONG)
def squares_of_gradients_in_delta(w, dw, cache, delta, *, lr, rho, eps):
    w, new, _ = textbook(w, dw, cache, delta, lr=lr, rho=rho, eps=eps)
    return w, new, rho * delta + (1 - rho) * dw**2


@put(WRONG)
def states_swapped(w, dw, cache, delta, **options):
    w, cache, delta = textbook(w, dw, cache, delta, **options)
    return w, delta, cache


@put(WRONG)
def states_swapped_on_the_way_in(w, dw, cache, delta, **options):
    return textbook(w, dw, delta, cache, **options)


@put(WRONG)
def rmsprop(w, dw, cache, delta, *, lr, rho, eps):
    cache = rho * cache + (1 - rho) * dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache, delta


@put(WRONG)
def step_only(w, dw, cache, delta, **options):
    new, cache, delta = textbook(w, dw, cache, delta, **options)
    return new - w, cache, delta


@put(WRONG)
def delta_forgotten_in_the_result(w, dw, cache, delta, **options):
    return textbook(w, dw, cache, delta, **options)[:2]


@put(WRONG)
def states_of_its_own(w, dw, cache, delta, *, state={}, **options):  # noqa: B006
    old = state.get(w.shape, (np.zeros_like(w), np.zeros_like(w)))
    w, *new = textbook(w, dw, *old, **options)
    state[w.shape] = new
    return w, *new
