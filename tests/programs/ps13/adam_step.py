"""Solutions of ``adam_step(w, dw, m, v, t, *, lr, beta1, beta2, eps) -> (w, m, v)``."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.optimizers import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


@right
def moving_towards(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (dw - m)
    v = v + (1 - beta2) * (np.square(dw) - v)
    step = lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w - step, m, v


@right
def rate_corrected(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    # Both corrections in the rate; eps is scaled along, so nothing changes.
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw * dw
    root = math.sqrt(1 - beta2**t)
    rate = lr * root / (1 - beta1**t)
    return w - rate * m / (np.sqrt(v) + eps * root), m, v


enter_what_fits_all(programs, textbook, 3)


@wrong
def correction_for_ten_steps(w, dw, m, v, t, **options):
    # "The correction is over by then."
    return textbook(w, dw, m, v, t if t <= 10 else 10**6, **options)


@wrong
def correction_of_a_hundred_steps(w, dw, m, v, t, **options):
    return textbook(w, dw, m, v, min(t, 100), **options)


@wrong
def counter_of_its_own(w, dw, m, v, t, *, counter=[0], **options):  # noqa: B006
    counter[0] += 1
    return textbook(w, dw, m, v, counter[0], **options)


@wrong
def smallest_rate(w, dw, m, v, t, *, lr, **options):
    return textbook(w, dw, m, v, t, lr=max(lr, 1e-8), **options)


@wrong
def at_rest_without_a_gradient(w, dw, m, v, t, **options):
    new, m, v = textbook(w, dw, m, v, t, **options)
    return np.where(dw == 0, w, new), m, v


programs.beside_the_point = [
    "return w - lr * dw, *right(w, dw, m, v, t, lr=lr, beta1=beta1, beta2=beta2, eps=eps)[1:]",
    "return w - lr * dw, m, v",
]
