"""Programs for ``rmsprop_step``."""

import numpy as np


def textbook(w, dw, cache, *, lr, decay, eps):
    cache = decay * cache + (1 - decay) * np.square(dw)
    return w - lr * dw / (np.sqrt(cache) + eps), cache


def by_difference(w, dw, cache, *, lr, decay, eps):
    cache = cache + (1 - decay) * (dw * dw - cache)
    return [w + (-lr) * (dw / (eps + cache**0.5)), cache]


def element_by_element(w, dw, cache, *, lr, decay, eps):
    w, cache = w.copy(), cache.copy()
    for i in np.ndindex(w.shape):
        cache[i] = decay * cache[i] + (1 - decay) * dw[i] ** 2
        w[i] -= lr * dw[i] / (cache[i] ** 0.5 + eps)
    return w, cache


def weighted_average(w, dw, cache, *, lr, decay, eps):
    cache = np.average(np.stack([cache, dw**2]), axis=0, weights=[decay, 1 - decay])
    return w - np.divide(lr * dw, np.sqrt(cache) + eps), cache


def by_hypotenuse(w, dw, cache, *, lr, decay, eps):
    rms = np.hypot(np.sqrt(decay * cache), np.sqrt(1 - decay) * dw)
    return w - lr / (rms + eps) * dw, rms * rms


def single_precision(w, dw, cache, *, lr, decay, eps):
    w, dw, cache = (np.float64(np.float32(a)) for a in (w, dw, cache))
    return textbook(w, dw, cache, lr=lr, decay=decay, eps=eps)


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        textbook,
        by_difference,
        element_by_element,
        weighted_average,
        by_hypotenuse,
        single_precision,
    )
]


def cache_in_place(w, dw, cache, *, lr, decay, eps):
    cache[...] = decay * cache + (1 - decay) * dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache


def squares_dw_in_place(w, dw, cache, **settings):
    new = textbook(w, dw, cache, **settings)
    dw **= 2
    return new


def extra_axis(w, dw, cache, **settings):
    return tuple(a[None] for a in textbook(w, dw, cache, **settings))


DRESSED = [(f.__name__, (f,)) for f in (cache_in_place, squares_dw_in_place, extra_axis)]


def with_momentum(w, dw, cache, *, lr, decay, eps):
    new = decay * cache + (1 - decay) * dw**2
    return w - lr * (decay * np.sqrt(cache) + dw) / (np.sqrt(new) + eps), new


def corrected(w, dw, cache, *, lr, decay, eps):
    cache = decay * cache + (1 - decay) * dw**2
    return w - lr * dw / (np.sqrt(cache / (1 - decay)) + eps), cache


def as_printed_in_place(w, dw, cache, *, lr, decay, eps):
    cache += decay * cache + (1 - decay) * dw**2
    w -= lr * dw / (np.sqrt(cache) + eps)
    return w, cache


def keeps_the_root(w, dw, cache, *, lr, decay, eps):
    root = np.sqrt(decay * cache + (1 - decay) * dw**2)
    return w - lr * dw / (root + eps), root


def one_number_for_all(w, dw, cache, *, lr, decay, eps):
    cache = decay * cache + (1 - decay) * np.mean(dw**2)
    return w - lr * dw / (np.sqrt(cache) + eps), cache


def eps_twice(w, dw, cache, *, lr, decay, eps):
    cache = decay * cache + (1 - decay) * dw**2
    return w - lr * dw / (np.sqrt(cache + eps) + eps), cache


def eps_in_the_cache(w, dw, cache, *, lr, decay, eps):
    cache = decay * cache + (1 - decay) * dw**2 + eps
    return w - lr * dw / np.sqrt(cache), cache


def sizes(w, dw, cache, *, lr, decay, eps):
    cache = decay * cache + (1 - decay) * np.abs(dw)
    return w - lr * dw / (np.sqrt(cache) + eps), cache


def largest(w, dw, cache, *, lr, decay, eps):
    new, mean = textbook(w, dw, cache, lr=lr, decay=decay, eps=eps)
    return new, np.maximum(mean, cache)


def from_zero_state(w, dw, cache, **settings):
    return textbook(w, dw, 0 * cache, **settings)


WRONG = [
    (f.__name__, (f,))
    for f in (
        with_momentum,
        corrected,
        as_printed_in_place,
        keeps_the_root,
        one_number_for_all,
        eps_twice,
        eps_in_the_cache,
        sizes,
        largest,
        from_zero_state,
    )
]
