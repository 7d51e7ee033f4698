"""Solutions of ``adamw_step(w, dw, m, v, t, *, …, weight_decay) -> (w, m, v)``."""

import functools
import math

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * (m_hat / (np.sqrt(v_hat) + eps) + weight_decay * w), m, v


@put(RIGHT)
def decayed_first(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    # PyTorch's order: the weights shrink, then Adam moves them.
    w = w * (1 - lr * weight_decay)
    m = m + (1 - beta1) * (dw - m)
    v = v + (1 - beta2) * (dw * dw - v)
    denominator = np.sqrt(v) / math.sqrt(1 - beta2**t) + eps
    return w - lr / (1 - beta1**t) * m / denominator, m, v


@put(RIGHT)
def adam_inside(w, dw, m, v, t, *, weight_decay, **options):
    def adam(w, dw, m, v, t, *, lr, beta1, beta2, eps):
        m, v = beta1 * m + (1 - beta1) * dw, beta2 * v + (1 - beta2) * np.square(dw)
        c1, c2 = 1 - math.pow(beta1, t), 1 - math.pow(beta2, t)
        return w - lr * (m / c1) / ((v / c2) ** 0.5 + eps), m, v

    new, m, v = adam(w, dw, m, v, t, **options)
    return [new - options["lr"] * weight_decay * w, m, v]


@put(RIGHT)
def copies_in_place(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    old, w, m, v = w, w.copy(), m.copy(), v.copy()
    m *= beta1
    m += (1 - beta1) * dw
    v *= beta2
    v += (1 - beta2) * np.power(dw, 2)
    w -= lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    w -= lr * weight_decay * old
    return w, m, v


@put(RIGHT)
def entry_by_entry(w, dw, m, v, t, *, lr, beta1, beta2, eps=1e-8, weight_decay=0.01):
    W, M, V = np.empty_like(w), np.empty_like(m), np.empty_like(v)
    for i in np.ndindex(w.shape):
        M[i] = beta1 * m[i] + (1 - beta1) * dw[i]
        V[i] = beta2 * v[i] + (1 - beta2) * dw[i] ** 2
        step = M[i] / (1 - beta1**t) / (math.sqrt(V[i] / (1 - beta2**t)) + eps)
        W[i] = w[i] - lr * step - lr * weight_decay * w[i]
    return W, M, V


@put(RIGHT)
def rate_corrected(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay, share=1.0):
    # Both corrections in the rate, eps scaled along; the decay has the plain rate.
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw * dw
    root = math.sqrt(1 - beta2**t)
    rate = lr * root / (1 - beta1**t)
    return (share - lr * weight_decay) * w - rate * m / (np.sqrt(v) + eps * root), m, v


RIGHT["partially_applied"] = (functools.partial(rate_corrected, share=1),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def everything_in_place(w, dw, m, v, t, **options):  # w, m and v are changed
    w[...], m[...], v[...] = textbook(w, dw, m, v, t, **options)
    return w, m, v


@put(FORM)
def weights_decayed_in_place(w, dw, m, v, t, **options):  # w is changed
    new = textbook(w, dw, m, v, t, **options)
    w *= 1 - options["lr"] * options["weight_decay"]
    return new


@put(FORM)
def gradient_cleared(w, dw, m, v, t, **options):  # dw is changed
    new = textbook(w, dw, m, v, t, **options)
    dw.fill(0)
    return new


@put(FORM)
def leading_axis(w, dw, m, v, t, **options):  # w of shape (1, ...)
    w, m, v = textbook(w, dw, m, v, t, **options)
    return w[None], m, v


# Optimizers cast w back, so the float type of a step is not judged.
@put(EITHER)
def double_precision(w, dw, m, v, t, **options):
    return textbook(*(np.asarray(a, dtype=float) for a in (w, dw, m, v)), t, **options)


# A very common order: the step of Adam, then the share of what is there. It differs by
# lr**2 * weight_decay times that step.
@put(EITHER)
def decayed_last(w, dw, m, v, t, **options):
    w, m, v = textbook(w, dw, m, v, t, **{**options, "weight_decay": 0.0})
    return w * (1 - options["lr"] * options["weight_decay"]), m, v


# --- wrong ------------------------------------------------------------------------------------


def variant(
    w,
    dw,
    m,
    v,
    t,
    *,
    lr,
    beta1,
    beta2,
    eps,
    weight_decay,
    gradient=lambda dw, w, wd: dw,
    decay=lambda w, lr, wd: lr * wd * w,
    correct_m=lambda m, b, t: m / (1 - b**t),
    correct_v=lambda v, b, t: v / (1 - b**t),
    step=lambda a, b, e: a / (np.sqrt(b) + e),
):
    """With places to go wrong."""
    g = gradient(dw, w, weight_decay)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    adam = lr * step(correct_m(m, beta1, t), correct_v(v, beta2, t), eps)
    return w - adam - decay(w, lr, weight_decay), m, v


def no_decay(w, lr, wd):
    return 0 * w


for name, spoilt in {
    "adam": {"decay": no_decay},
    "penalty_in_the_gradient": {"gradient": lambda g, w, wd: g + wd * w, "decay": no_decay},
    "penalty_with_its_two": {"gradient": lambda g, w, wd: g + 2 * wd * w, "decay": no_decay},
    "penalty_and_decay": {"gradient": lambda g, w, wd: g + wd * w},
    "decay_without_the_rate": {"decay": lambda w, lr, wd: wd * w},
    "decay_with_the_rate_squared": {"decay": lambda w, lr, wd: lr**2 * wd * w},
    "decay_of_two_lambda": {"decay": lambda w, lr, wd: 2 * lr * wd * w},
    "decay_halved": {"decay": lambda w, lr, wd: lr * wd * w / 2},
    "growth": {"decay": lambda w, lr, wd: -lr * wd * w},
    "decay_of_the_signs": {"decay": lambda w, lr, wd: lr * wd * np.sign(w)},
    "decay_of_the_squares": {"decay": lambda w, lr, wd: lr * wd * w**2},
    "decay_by_the_norm": {"decay": lambda w, lr, wd: lr * wd * np.linalg.norm(w)},
    "decay_of_its_own": {"decay": lambda w, lr, wd: 0.01 * lr * w},
    "decay_of_one": {"decay": lambda w, lr, wd: lr * wd},
    "decay_and_rate_added": {"decay": lambda w, lr, wd: (lr + wd) * w},
    "decay_of_the_mean_weight": {"decay": lambda w, lr, wd: lr * wd * w.mean()},
    "first_moment_not_corrected": {"correct_m": lambda m, b, t: m},
    "second_moment_not_corrected": {"correct_v": lambda v, b, t: v},
    "no_correction": {"correct_m": lambda m, b, t: m, "correct_v": lambda v, b, t: v},
    "beta_squared": {
        "correct_m": lambda m, b, t: m / (1 - b**2),
        "correct_v": lambda v, b, t: v / (1 - b**2),
    },
    "t_one_ahead": {
        "correct_m": lambda m, b, t: m / (1 - b ** (t + 1)),
        "correct_v": lambda v, b, t: v / (1 - b ** (t + 1)),
    },
    "power_of_one_minus_beta": {
        "correct_m": lambda m, b, t: m / (1 - b) ** t,
        "correct_v": lambda v, b, t: v / (1 - b) ** t,
    },
    "epsilon_inside_the_root": {"step": lambda a, b, e: a / np.sqrt(b + e)},
    "epsilon_forgotten": {"step": lambda a, b, e: a / np.maximum(np.sqrt(b), 1e-300)},
    "root_forgotten": {"step": lambda a, b, e: a / (b + e)},
    "ascent": {"step": lambda a, b, e: -a / (np.sqrt(b) + e)},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)


@put(WRONG)
def decay_divided_by_the_root(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    # Beside the moments, but inside the quotient.
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    a, b = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * (a + weight_decay * w) / (np.sqrt(b) + eps), m, v


@put(WRONG)
def moment_with_the_penalty(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    # The first moment has it, the second one has not.
    m = beta1 * m + (1 - beta1) * (dw + weight_decay * w)
    v = beta2 * v + (1 - beta2) * dw**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@put(WRONG)
def corrected_rate_in_the_decay(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    # The corrections are put into lr, and the decay uses it.
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    root = math.sqrt(1 - beta2**t)
    lr = lr * root / (1 - beta1**t)
    return w - lr * (m / (np.sqrt(v) + eps * root) + weight_decay * w), m, v


@put(WRONG)
def moments_not_returned(w, dw, m, v, t, **options):
    return textbook(w, dw, m, v, t, **options)[0], m, v


@put(WRONG)
def corrected_moments_returned(w, dw, m, v, t, **options):
    w, m, v = textbook(w, dw, m, v, t, **options)
    return w, m / (1 - options["beta1"] ** t), v / (1 - options["beta2"] ** t)


@put(WRONG)
def moments_swapped(w, dw, m, v, t, **options):
    w, m, v = textbook(w, dw, m, v, t, **options)
    return w, v, m


@put(WRONG)
def betas_swapped(w, dw, m, v, t, *, beta1, beta2, **options):
    return textbook(w, dw, m, v, t, beta1=beta2, beta2=beta1, **options)


@put(WRONG)
def always_the_first_step(w, dw, m, v, t, **options):
    # Right for t = 1.
    return textbook(w, dw, m, v, 1, **options)


@put(WRONG)
def state_of_zeros(w, dw, m, v, t, **options):
    # Right at the first step.
    return textbook(w, dw, np.zeros_like(m), np.zeros_like(v), t, **options)


@put(WRONG)
def biases_spared(w, dw, m, v, t, **options):
    # Vectors do not decay: that is for the optimizer to decide, not for the step.
    wd = options["weight_decay"] if w.ndim > 1 else 0.0
    return textbook(w, dw, m, v, t, **{**options, "weight_decay": wd})


@put(WRONG)
def step_only(w, dw, m, v, t, **options):
    new, m, v = textbook(w, dw, m, v, t, **options)
    return new - w, m, v
