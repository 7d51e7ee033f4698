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


# The paper's efficient order, with eps outside as it is.
epsilon_hat = right.edit("epsilon_hat", rate_corrected, "eps * root", "eps")


@right
def denominator_by_name(w, dw, m, v, t, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    exp_avg = m * beta1 + dw * (1 - beta1)
    exp_avg_sq = v * beta2 + dw * dw * (1 - beta2)
    bias1, bias2 = 1 - beta1**t, 1 - beta2**t
    denominator = np.sqrt(exp_avg_sq) / math.sqrt(bias2) + eps
    return w - (lr / bias1) * (exp_avg / denominator), exp_avg, exp_avg_sq


@right
def copies_in_place(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    w, m, v = w.copy(), m.copy(), v.copy()
    m *= beta1
    m += (1 - beta1) * dw
    v *= beta2
    v += (1 - beta2) * np.power(dw, 2)
    w -= lr * m / (1 - np.power(beta1, t)) / ((v / (1 - np.power(beta2, t))) ** 0.5 + eps)
    return w, m, v


@right
def list_returned(w, dw, m, v, t, **options):
    return list(textbook(w, dw, m, v, t, **options))


@right
def power_by_products(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    left1 = left2 = 1.0
    for _ in range(t):
        left1, left2 = left1 * beta1, left2 * beta2
    m = np.average([m, dw], axis=0, weights=[beta1, 1 - beta1])
    v = np.average([v, dw * dw], axis=0, weights=[beta2, 1 - beta2])
    return w - lr * (m / (1 - left1)) / (eps + (v / (1 - left2)) ** 0.5), m, v


enter_what_fits_all(programs, textbook, 3)


# --- wrong ------------------------------------------------------------------------------------

for name, root in {
    "norm_of_the_second_moment": "np.sqrt(v_hat.mean()) + eps",
    "norm_of_each_row": "np.sqrt(v_hat.mean(axis=-1, keepdims=True)) + eps",
    "cube_root": "np.cbrt(v_hat) + eps",
    "epsilon_in_both_places": "np.sqrt(v_hat + eps) + eps",
}.items():
    wrong.edit(name, textbook, "np.sqrt(v_hat) + eps", root)

for name, v in {
    "absolute_value_for_square": "beta2 * v + (1 - beta2) * np.abs(dw)",
    "square_forgotten": "np.abs(beta2 * v + (1 - beta2) * dw)",
    "squared_norm_of_the_gradient": "beta2 * v + (1 - beta2) * np.sum(dw**2)",
    "second_state_ignored": "(1 - beta2) * dw**2",
    "plus_equals_slip": "v + beta2 * v + (1 - beta2) * dw**2",  # as a slide prints it for RMSProp
    "second_moment_about_the_mean": "beta2 * v + (1 - beta2) * (dw - m) ** 2",
    "largest_second_moment": "np.maximum(v, beta2 * v + (1 - beta2) * dw**2)",  # AMSGrad
}.items():
    wrong.edit(name, textbook, "beta2 * v + (1 - beta2) * dw**2", v)

wrong.edit("nesterov_moment", textbook, "m / (1", "(beta1 * m + (1 - beta1) * dw) / (1")
wrong.edit("heavy_ball_moment", textbook, "(1 - beta1) * dw", "dw")
wrong.edit("gradient_step", textbook, "m_hat / (np.sqrt(v_hat) + eps)", "dw")
wrong.edit("weight_decay", textbook, "w - lr", "(1 - 0.01 * lr) * w - lr")
wrong.edit("two_mistakes", textbook, "m_hat / (np.sqrt(v_hat) + eps)", "m / np.sqrt(v + eps)")
wrong.edit(
    "beta_times_t",
    textbook,
    "(1 - beta1**t)\n    v_hat = v / (1 - beta2**t)",
    "abs(1 - beta1 * t)\n    v_hat = v / abs(1 - beta2 * t)",
)


@wrong
def infinity_norm(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * dw
    v = np.maximum(beta2 * v, np.abs(dw))
    return w - lr * m / (1 - beta1**t) / (v + eps), m, v


@wrong
def betas_swapped_everywhere(w, dw, m, v, t, *, beta1, beta2, **options):
    return textbook(w, dw, m, v, t, beta1=beta2, beta2=beta1, **options)


@wrong(chance="whether the steps differ by less than the tolerance")
def largest_returned(w, dw, m, v, t, **options):
    w, m, new = textbook(w, dw, m, v, t, **options)
    return w, m, np.maximum(v, new)


@wrong
def size_of_the_gradient(w, dw, m, v, t, **options):
    return textbook(w, np.abs(dw), m, v, t, **options)


@wrong
def one_rate_for_all(w, dw, m, v, t, **options):
    _w, m, _v = textbook(w, dw, m, v, t, **options)
    return textbook(w, np.full_like(dw, np.sqrt(np.mean(dw**2))), m, v, t, **options)


@wrong
def two_formulas_in_turn(w, dw, m, v, t, **options):
    return (epsilon_hat if t % 2 else textbook)(w, dw, m, v, t, **options)


@wrong
def correction_for_ten_steps(w, dw, m, v, t, **options):
    # "The correction is over by then."
    return textbook(w, dw, m, v, t if t <= 10 else 10**6, **options)


@wrong
def correction_at_the_first_step_only(w, dw, m, v, t, **options):
    return textbook(w, dw, m, v, t if t == 1 else 10**6, **options)


@wrong
def steps_from_zero(w, dw, m, v, t, **options):
    return textbook(w, dw, m, v, max(t - 1, 1), **options)


@wrong
def counter_of_its_own(w, dw, m, v, t, *, counter=[0], **options):  # noqa: B006
    counter[0] += 1
    return textbook(w, dw, m, v, counter[0], **options)


@wrong
def first_row_only(w, dw, m, v, t, **options):
    # A popular course's tests compare one row.
    new, m, v = textbook(w, dw, m, v, t, **options)
    return np.concatenate([new[:1], w[1:]]), m, v


@wrong
def dictionary_returned(w, dw, m, v, t, **options):
    return dict(zip("wmv", textbook(w, dw, m, v, t, **options), strict=True))
