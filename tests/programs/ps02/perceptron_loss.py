"""Solutions of ``perceptron_loss(f, t) -> (value, df)`` with targets -1 and +1.

Where ``f = 0`` any number between 0 and -t/N is right in the gradient.
"""

import math

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.losses import made_of

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(f, t):
    m = t * f
    return np.maximum(0, -m).sum() / len(f), -t * (m <= 0) / len(f)


@right
def nothing_at_the_kink(f, t):
    wrong = (t * f < 0).astype(f.dtype)
    return np.sum(-t * f * wrong) / f.shape[0], (-t * wrong).astype(f.dtype) / f.shape[0]


@right
def half_at_the_kink(f, t):
    # -t (1 - sign(t f)) / 2
    grad = (np.sign(f) - t) / 2 / len(f)
    return (np.abs(f) - t * f).sum() / 2 / len(f), grad.astype(f.dtype)


@right
def classes_apart(f, t):
    N, grad = len(f), np.zeros_like(f)
    missed, false_alarm = (t > 0) & (f < 0), (t < 0) & (f >= 0)
    grad[missed], grad[false_alarm] = -1 / N, 1 / N
    return (f[false_alarm].sum() - f[missed].sum()) / N, grad


@right
def entry_by_entry(f, t):
    total, grad = [], np.zeros_like(f)
    for i, v in np.ndenumerate(f):
        if t[i] * v <= 0:
            total.append(-float(t[i]) * float(v))
            grad[i] = -t[i] / f.shape[0]
    return math.fsum(total) / f.shape[0], grad


@right
def clipped_margin(f, t):
    m = np.clip(t * f, None, 0)
    return -m.reshape(len(f), -1).sum(axis=1).mean(), (-t * (m < 0) / len(f)).astype(f.dtype)


@right
def linear_in_the_outputs(f, t):
    # The loss is homogeneous: its value is the scalar product of gradient and outputs.
    grad = (np.heaviside(-t * f, 0.25) * -t).astype(f.dtype) / len(f)
    return float(np.vdot(grad, f)), grad


@right
def sum_where_wrong(f, t):
    wrong = np.less_equal(t * f, 0)
    value = np.sum(np.abs(f), where=wrong) / len(f)
    return np.array(value), np.where(wrong, -1.0, 0.0).astype(f.dtype) * t.astype(f.dtype) / len(f)


@right
def difference_of_positive_parts(f, t):
    positive, negative = (1 + t) / 2, (1 - t) / 2
    value = (positive * np.maximum(-f, 0) + negative * np.maximum(f, 0)).sum() / len(f)
    grad = (negative * (f > 0) - positive * (f < 0)) / len(f)
    return value, grad.astype(f.dtype)


# --- wrong ------------------------------------------------------------------------------------

LOSS, MASK = "np.maximum(0, -m)", "(m <= 0)"
EDITS = {
    "margin_of_one_in_the_value": (LOSS, "np.maximum(0, 1 - m)"),
    "number_of_mistakes": (LOSS, "(m <= 0)"),
    "small_margin": ("m = t * f", "m = t * f - 0.1"),
    "maximum_forgotten_in_the_value": (LOSS, "(-m)"),
    "absolute_value": (f"{LOSS}.sum() / len(f), -t * {MASK}", "abs(m).sum() / len(f), np.sign(f)"),
    "squared": (
        f"{LOSS}.sum() / len(f), -t * {MASK}",
        "(np.minimum(0, m) ** 2).sum() / len(f), 2 * t * np.minimum(0, m)",
    ),
    "half_the_square": (
        f"{LOSS}.sum() / len(f), -t * {MASK}",
        "(np.minimum(0, m) ** 2).sum() / 2 / len(f), t * np.minimum(0, m)",
    ),
    "gradient_is_the_loss": (f"-t * {MASK}", "t * np.minimum(0, m)"),
    "softplus": (
        f"{LOSS}.sum() / len(f), -t * {MASK}",
        "np.logaddexp(0, -m).sum() / len(f), -t * np.exp(-np.logaddexp(0, m))",
    ),
    "leaky": (
        f"{LOSS}.sum() / len(f), -t * {MASK}",
        "np.maximum(-0.1 * m, -m).sum() / len(f), -t * np.where(m > 0, 0.1, 1)",
    ),
    "target_zero_or_one_in_the_gradient": (f"-t * {MASK}", f"-1.0 * (t > 0) * {MASK}"),
    "outputs_left_alone_unless_far_off": (MASK, "(m < -1)"),
    "too_steep_at_the_kink": (MASK, "np.where(m == 0, 2, m < 0)"),
    "wrong_way_at_the_kink": (MASK, "np.where(m == 0, -1.0, m < 0)"),
    "largest_mistake_only": (f"{LOSS}.sum()", f"{LOSS}.max()"),
    "mean_margin": (f"{LOSS}.sum()", "np.maximum(0, -m.mean()) * len(m)"),
    "averaged_over_mistakes": (  # right where all are wrong
        f"{LOSS}.sum() / len(f), -t * {MASK} / len(f)",
        f"{LOSS}.sum() / max({MASK}.sum(), 1), -t * {MASK} / max({MASK}.sum(), 1)",
    ),
    "predicted_sign_as_gradient": (f"-t * {MASK}", "(np.sign(f) - t)"),  # twice too large
    "rosenblatt_on_targets": (f"-t * {MASK}", "(np.where(f > 0, 1, -1) - t)"),
    "difference_in_place_of_the_product": ("m = t * f", "m = f - t"),
    "negative_class_ignored": ("m = t * f", "t = np.maximum(t, 0)\n    m = t * f"),
    "positive_outputs_only": ("t * f", "t * np.maximum(f, 0)"),
    "losses_not_reduced": (".sum() / len(f)", ""),
}
for name, (old, new) in EDITS.items():
    wrong.edit(name, textbook, old, new)


@open_
def leading_axis(f, t):
    # Which subgradient is taken at the kink is only looked at where the shape is right.
    value, df = textbook(f, t)
    return value, df[None]


# With the same sign drawn twice, which is not rare, the gradient of the call before is right.
made_of(programs, textbook, without=["leading_axis", "gradient_of_the_call_before"])
