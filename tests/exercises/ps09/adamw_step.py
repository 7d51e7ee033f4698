"""Programs for ``adamw_step``."""

import numpy as np

from tests.exercises.ps09 import adam_step as adam


def textbook(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * (m_hat / (np.sqrt(v_hat) + eps) + weight_decay * w), m, v


def shrinks_first(w, dw, m, v, t, *, weight_decay, **settings):
    return adam.differences((1 - settings["lr"] * weight_decay) * w, dw, m, v, t, **settings)


def adds_to_adam(w, dw, m, v, t, *, weight_decay, **settings):
    new, m, v = adam.power_by_products(w, dw, m, v, t, **settings)
    return new - settings["lr"] * weight_decay * w, m, v


def epsilon_hat(w, dw, m, v, t, *, weight_decay, **settings):
    new, m, v = adam.epsilon_hat(w, dw, m, v, t, **settings)
    return new - w * weight_decay * settings["lr"], m, v


def element_by_element(w, dw, m, v, t, **settings):
    w, m, v = w.copy(), m.copy(), v.copy()
    for i in np.ndindex(w.shape):
        w[i], m[i], v[i] = textbook(w[i], dw[i], m[i], v[i], t, **settings)
    return w, m, v


VARIANTS = [
    (f.__name__, (f,))
    for f in (textbook, shrinks_first, adds_to_adam, epsilon_hat, element_by_element)
]


def w_in_place(w, dw, m, v, t, *, weight_decay, **settings):
    w *= 1 - settings["lr"] * weight_decay
    return adam.textbook(w, dw, m, v, t, **settings)


def all_in_place(w, dw, m, v, t, **settings):
    w[...], m[...], v[...] = textbook(w, dw, m, v, t, **settings)
    return w, m, v


def extra_axis(w, dw, m, v, t, **settings):
    return tuple(a[None] for a in textbook(w, dw, m, v, t, **settings))


DRESSED = [(f.__name__, (f,)) for f in (w_in_place, all_in_place, extra_axis)]


def own_decay(w, dw, m, v, t, *, weight_decay, **settings):
    return textbook(w, dw, m, v, t, weight_decay=0.01, **settings)


def half_decay(w, dw, m, v, t, *, weight_decay, **settings):
    return textbook(w, dw, m, v, t, weight_decay=weight_decay / 2, **settings)


def decays_the_means(w, dw, m, v, t, *, weight_decay, **settings):
    w, m, v = textbook(w, dw, m, v, t, weight_decay=weight_decay, **settings)
    keep = 1 - settings["lr"] * weight_decay
    return w, m * keep, v * keep


def penalty_in_m_alone(w, dw, m, v, t, *, beta1, weight_decay, **settings):
    decay = {"beta1": beta1, "weight_decay": 0.0}
    new, _m, v = textbook(w, dw, m, v, t, **decay, **settings)
    m = beta1 * m + (1 - beta1) * (dw + weight_decay * w)
    root = np.sqrt(v / (1 - settings["beta2"] ** t)) + settings["eps"]
    return w - settings["lr"] * m / (1 - beta1**t) / root, m, v


def decays_by_gradient(w, dw, m, v, t, *, weight_decay, **settings):
    new, m, v = adam.textbook(w, dw, m, v, t, **settings)
    return new - settings["lr"] * weight_decay * dw, m, v


def rate_of_the_step_alone(w, dw, m, v, t, *, lr, weight_decay, **settings):
    new, m, v = adam.textbook(w, dw, m, v, t, lr=lr, **settings)
    return new - lr**2 * weight_decay * w, m, v


def eps_twice(w, dw, m, v, t, *, weight_decay, **settings):
    new, m, v = adam.eps_twice(w, dw, m, v, t, **settings)
    return new - settings["lr"] * weight_decay * w, m, v


WRONG = [
    (f.__name__, (f,))
    for f in (
        own_decay,
        half_decay,
        decays_the_means,
        penalty_in_m_alone,
        decays_by_gradient,
        rate_of_the_step_alone,
        eps_twice,
    )
]
