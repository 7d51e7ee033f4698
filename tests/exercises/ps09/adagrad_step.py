"""Programs for ``adagrad_step``."""

import numpy as np


def textbook(w, dw, cache, *, lr, eps):
    cache = cache + np.square(dw)
    return w - lr * dw / (np.sqrt(cache) + eps), cache


def own_rates(w, dw, cache, *, lr, eps):
    cache = np.add(cache, np.power(dw, 2))
    rates = lr / (eps + cache**0.5)
    return [w - rates * dw, cache]


def element_by_element(w, dw, cache, *, lr, eps):
    w, cache = w.copy(), cache.copy()
    for i in np.ndindex(w.shape):
        cache[i] += dw[i] * dw[i]
        w[i] -= lr * dw[i] / (cache[i] ** 0.5 + eps)
    return w, cache


def by_hypotenuse(w, dw, cache, *, lr, eps):
    root = np.hypot(np.sqrt(cache), dw)
    return w + (-lr / (root + eps)) * dw, root**2


def single_precision(w, dw, cache, *, lr, eps):
    w, dw, cache = (np.float64(np.float32(a)) for a in (w, dw, cache))
    return textbook(w, dw, cache, lr=lr, eps=eps)


def skips_zeros(w, dw, cache, *, lr, eps):
    new, cache = w.copy(), cache + dw**2
    moved = dw != 0
    new[moved] -= lr * dw[moved] / (np.sqrt(cache[moved]) + eps)
    return new, cache


VARIANTS = [
    (f.__name__, (f,))
    for f in (textbook, own_rates, element_by_element, by_hypotenuse, single_precision, skips_zeros)
]


def cache_in_place(w, dw, cache, *, lr, eps):
    cache += dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache


def w_in_place(w, dw, cache, *, lr, eps):
    w[...], cache = textbook(w, dw, cache, lr=lr, eps=eps)
    return w, cache


def extra_axis(w, dw, cache, **settings):
    return tuple(a[None] for a in textbook(w, dw, cache, **settings))


DRESSED = [(f.__name__, (f,)) for f in (cache_in_place, w_in_place, extra_axis)]


def running_mean(w, dw, cache, *, lr, eps):
    cache = 0.9 * cache + 0.1 * dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache


def eps_in_the_cache(w, dw, cache, *, lr, eps):
    cache = cache + dw**2 + eps
    return w - lr * dw / np.sqrt(cache), cache


def eps_squared(w, dw, cache, *, lr, eps):
    cache = cache + dw**2
    return w - lr * dw / np.sqrt(cache + eps**2), cache


def cube_root(w, dw, cache, *, lr, eps):
    cache = cache + dw**2
    return w - lr * dw / (np.cbrt(cache) + eps), cache


def root_of_mean(w, dw, cache, *, lr, eps):
    cache = (cache + dw**2) / 2
    return w - lr * dw / (np.sqrt(cache) + eps), cache


def clipped(w, dw, cache, **settings):
    return textbook(w, np.clip(dw, -1, 1), cache, **settings)


def signs_only(w, dw, cache, *, lr, eps):
    return w - lr * np.sign(dw), cache + dw**2


def from_zero_state(w, dw, cache, **settings):
    return textbook(w, dw, 0 * cache, **settings)


def adds_the_step(w, dw, cache, *, lr, eps):
    new, _cache = textbook(w, dw, cache, lr=lr, eps=eps)
    return new, cache + (new - w) ** 2


WRONG = [
    (f.__name__, (f,))
    for f in (
        running_mean,
        eps_in_the_cache,
        eps_squared,
        cube_root,
        root_of_mean,
        clipped,
        signs_only,
        from_zero_state,
        adds_the_step,
    )
]
