"""Solutions of ``adamw_step(w, dw, m, v, t, *, …, weight_decay) -> (w, m, v)``."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.optimizers import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    decay = weight_decay * w
    return w - lr * (m_hat / (np.sqrt(v_hat) + eps) + decay), m, v


@right
def decayed_first(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    # PyTorch's order: the weights shrink, then Adam moves them.
    w = w * (1 - lr * weight_decay)
    m = m + (1 - beta1) * (dw - m)
    v = v + (1 - beta2) * (dw * dw - v)
    denominator = np.sqrt(v) / math.sqrt(1 - beta2**t) + eps
    return w - lr / (1 - beta1**t) * m / denominator, m, v


@right
def adam_inside(w, dw, m, v, t, *, weight_decay, **options):
    def adam(w, dw, m, v, t, *, lr, beta1, beta2, eps):
        m, v = beta1 * m + (1 - beta1) * dw, beta2 * v + (1 - beta2) * np.square(dw)
        c1, c2 = 1 - math.pow(beta1, t), 1 - math.pow(beta2, t)
        return w - lr * (m / c1) / ((v / c2) ** 0.5 + eps), m, v

    new, m, v = adam(w, dw, m, v, t, **options)
    return [new - options["lr"] * weight_decay * w, m, v]


@right
def rate_corrected(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay, share=1.0):
    # Both corrections in the rate, eps scaled along; the decay has the plain rate.
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw * dw
    root = math.sqrt(1 - beta2**t)
    rate = lr * root / (1 - beta1**t)
    return (share - lr * weight_decay) * w - rate * m / (np.sqrt(v) + eps * root), m, v


right.edit("epsilon_hat", rate_corrected, "eps * root", "eps")  # the order in Adam's paper

enter_what_fits_all(programs, textbook, 3)


@wrong
def smallest_rate(w, dw, m, v, t, *, lr, **options):
    return textbook(w, dw, m, v, t, lr=max(lr, 1e-8), **options)


programs.beside_the_point = [
    "w = w - step",
    "return w * (1 - lr * weight_decay) - lr * dw, m, v",
]
