"""Programs for ``adadelta_step``."""

import numpy as np


def textbook(w, dw, cache, delta, *, lr, rho, eps):
    cache = rho * cache + (1 - rho) * dw**2
    dx = np.sqrt(delta + eps) / np.sqrt(cache + eps) * dw
    delta = rho * delta + (1 - rho) * dx**2
    return w - lr * dx, cache, delta


def one_root(w, dw, cache, delta, *, lr, rho, eps):
    cache = cache + (1 - rho) * (np.square(dw) - cache)
    step = -dw * np.sqrt((delta + eps) / (cache + eps))
    return [w + lr * step, cache, delta + (1 - rho) * (step * step - delta)]


def element_by_element(w, dw, cache, delta, **settings):
    w, cache, delta = w.copy(), cache.copy(), delta.copy()
    for i in np.ndindex(w.shape):
        w[i], cache[i], delta[i] = textbook(w[i], dw[i], cache[i], delta[i], **settings)
    return w, cache, delta


def root_mean_squares(w, dw, cache, delta, *, lr, rho, eps):
    def rms(mean):
        return (mean + eps) ** 0.5

    cache = np.average([cache, dw**2], axis=0, weights=[rho, 1 - rho])
    dx = -rms(delta) / rms(cache) * dw
    return w + lr * dx, cache, np.average([delta, dx**2], axis=0, weights=[rho, 1 - rho])


def squares_before_roots(w, dw, cache, delta, *, lr, rho, eps):
    cache = rho * cache + (1 - rho) * dw * dw
    squared = (delta + eps) / (cache + eps) * dw * dw
    return (
        w - lr * np.sign(dw) * np.sqrt(squared),
        cache,
        rho * delta + (1 - rho) * squared,
    )


VARIANTS = [
    (f.__name__, (f,))
    for f in (textbook, one_root, element_by_element, root_mean_squares, squares_before_roots)
]


def all_in_place(w, dw, cache, delta, **settings):
    w[...], cache[...], delta[...] = textbook(w, dw, cache, delta, **settings)
    return w, cache, delta


def delta_in_place(w, dw, cache, delta, *, lr, rho, eps):
    cache = rho * cache + (1 - rho) * dw**2
    dx = np.sqrt(delta + eps) / np.sqrt(cache + eps) * dw
    delta *= rho
    delta += (1 - rho) * dx**2
    return w - lr * dx, cache, delta


def extra_axis(w, dw, cache, delta, **settings):
    return tuple(a[None] for a in textbook(w, dw, cache, delta, **settings))


DRESSED = [(f.__name__, (f,)) for f in (all_in_place, delta_in_place, extra_axis)]


def own_rho(w, dw, cache, delta, *, lr, rho, eps):
    return textbook(w, dw, cache, delta, lr=lr, rho=0.95, eps=eps)


def own_eps(w, dw, cache, delta, *, lr, rho, eps):
    return textbook(w, dw, cache, delta, lr=lr, rho=rho, eps=1e-6)


def rate_twice(w, dw, cache, delta, *, lr, rho, eps):
    new, cache, delta = textbook(w, dw, cache, delta, lr=lr, rho=rho, eps=eps)
    return w + lr * (new - w), cache, delta


def eps_only_on_top(w, dw, cache, delta, *, lr, rho, eps):
    cache = rho * cache + (1 - rho) * dw**2
    dx = (np.sqrt(delta) + eps) / np.sqrt(cache + eps) * dw
    return w - lr * dx, cache, rho * delta + (1 - rho) * dx**2


def sums(w, dw, cache, delta, *, lr, rho, eps):
    cache = cache + dw**2
    dx = np.sqrt(delta + eps) / np.sqrt(cache + eps) * dw
    return w - lr * dx, cache, delta + dx**2


def from_zero_state(w, dw, cache, delta, **settings):
    return textbook(w, dw, 0 * cache, 0 * delta, **settings)


def sizes(w, dw, cache, delta, *, lr, rho, eps):
    cache = rho * cache + (1 - rho) * np.abs(dw)
    dx = np.sqrt(delta + eps) / np.sqrt(cache + eps) * dw
    return w - lr * dx, cache, rho * delta + (1 - rho) * np.abs(dx)


def one_number_for_all(w, dw, cache, delta, **settings):
    return textbook(w, np.full_like(dw, np.mean(dw)), cache, delta, **settings)


WRONG = [
    (f.__name__, (f,))
    for f in (
        own_rho,
        own_eps,
        rate_twice,
        eps_only_on_top,
        sums,
        from_zero_state,
        sizes,
        one_number_for_all,
    )
]
