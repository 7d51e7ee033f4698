"""Programs for ``adam_step``."""

import numpy as np


def textbook(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * np.square(dw)
    m_hat = m / (1 - np.power(beta1, t))
    v_hat = v / (1 - np.power(beta2, t))
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def differences(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (dw - m)
    v = v - (1 - beta2) * (v - dw * dw)
    step = lr / (1 - beta1**t)
    root = np.sqrt(v) / np.sqrt(1 - beta2**t)
    return [w - step * m / (root + eps), m, v]


def epsilon_hat(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    lr_t = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return w - lr_t * m / (np.sqrt(v) + eps), m, v


def scaled_eps(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * dw, beta2 * v + (1 - beta2) * dw**2
    root = (1 - beta2**t) ** 0.5
    return w - lr * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root), m, v


def element_by_element(w, dw, m, v, t, **settings):
    w, m, v = w.copy(), m.copy(), v.copy()
    for i in np.ndindex(w.shape):
        w[i], m[i], v[i] = textbook(w[i], dw[i], m[i], v[i], t, **settings)
    return w, m, v


def power_by_products(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    left1 = left2 = 1.0
    for _ in range(t):
        left1, left2 = left1 * beta1, left2 * beta2
    m = np.average([m, dw], axis=0, weights=[beta1, 1 - beta1])
    v = np.average([v, dw * dw], axis=0, weights=[beta2, 1 - beta2])
    w = w.copy()
    w -= lr * (m / (1 - left1)) / (eps + (v / (1 - left2)) ** 0.5)
    return w, m, v


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        textbook,
        differences,
        epsilon_hat,
        scaled_eps,
        element_by_element,
        power_by_products,
    )
]


def w_in_place(w, dw, m, v, t, **settings):
    w[...], m, v = textbook(w, dw, m, v, t, **settings)
    return w, m, v


def all_in_place(w, dw, m, v, t, **settings):
    w[...], m[...], v[...] = textbook(w, dw, m, v, t, **settings)
    return w, m, v


def squares_dw_in_place(w, dw, m, v, t, **settings):
    new = textbook(w, dw, m, v, t, **settings)
    dw **= 2
    return new


def extra_axis(w, dw, m, v, t, **settings):
    w, m, v = textbook(w.ravel(), dw.ravel(), m.ravel(), v.ravel(), t, **settings)
    return tuple(a.reshape(1, *dw.shape) for a in (w, m, v))


DRESSED = [(f.__name__, (f,)) for f in (w_in_place, all_in_place, squares_dw_in_place, extra_axis)]


def nesterov(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    _w, m, v = textbook(w, dw, m, v, t, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    ahead = (beta1 * m + (1 - beta1) * dw) / (1 - beta1**t)
    return w - lr * ahead / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def largest_v(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    w, m, new = textbook(w, dw, m, v, t, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    return w, m, np.maximum(v, new)


def first_moment_of_size(w, dw, m, v, t, **settings):
    return textbook(w, np.abs(dw), m, v, t, **settings)


def norm_for_all(w, dw, m, v, t, **settings):
    _w, m, _v = textbook(w, dw, m, v, t, **settings)
    return textbook(w, np.full_like(dw, np.sqrt(np.mean(dw**2))), m, v, t, **settings)


def default_betas(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    return textbook(w, dw, m, v, t, lr=lr, beta1=0.9, beta2=0.999, eps=eps)


def default_eps(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    return textbook(w, dw, m, v, t, lr=lr, beta1=beta1, beta2=beta2, eps=1e-8)


def decays_weights(w, dw, m, v, t, **settings):
    new, m, v = textbook(w, dw, m, v, t, **settings)
    return new - 0.01 * settings["lr"] * w, m, v


def from_zero_state(w, dw, m, v, t, **settings):
    return textbook(w, dw, 0 * m, 0 * v, t, **settings)


def eps_hat_and_not(w, dw, m, v, t, **settings):
    return (epsilon_hat if t % 2 else textbook)(w, dw, m, v, t, **settings)


def eps_twice(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    _w, m, v = textbook(w, dw, m, v, t, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    root = np.sqrt(v / (1 - beta2**t) + eps)
    return w - lr * m / (1 - beta1**t) / (root + eps), m, v


WRONG = [
    (f.__name__, (f,))
    for f in (
        nesterov,
        largest_v,
        first_moment_of_size,
        norm_for_all,
        default_betas,
        default_eps,
        decays_weights,
        from_zero_state,
        eps_hat_and_not,
        eps_twice,
    )
]
