"""Solutions of ``mean_absolute_error(y, t) -> (value, dy)``: sum over K, mean over N.

Where ``y = t`` any number between -1/N and 1/N is right in the gradient.
"""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.losses import made_of

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(y, t):
    r = y - t
    return np.abs(r).sum() / len(y), np.sign(r) / len(y)


@right
def plus_one_at_the_kink(y, t):
    N = y.shape[0]
    grad = np.where(y >= t, 1, -1).astype(y.dtype) / N
    return np.sum(np.absolute(t - y)) / N, grad


@right
def minus_one_at_the_kink(y, t):
    N = y.shape[0]
    grad = np.full_like(y, -1 / N)
    grad[y > t] = 1 / N
    return float(np.linalg.norm((y - t).ravel(), 1)) / N, grad


@right
def comparison_minus_comparison(y, t):
    N = len(t)
    signs = (y > t).astype(np.int8) - (y < t).astype(np.int8)
    return sum(abs(y - t).ravel().tolist()) / N, (signs / N).astype(y.dtype)


@right
def largest_minus_smallest(y, t):
    value = np.sum(np.maximum(y, t) - np.minimum(y, t)) / len(y)
    return value, ((y > t) * 1.0 - (y < t) * 1.0) / len(y)


@right
def entry_by_entry(y, t):
    N, value, grad = len(y), 0.0, y.copy()
    for i, a in np.ndenumerate(y):
        if a > t[i]:
            value, grad[i] = value + (a - t[i]) / N, 1 / N
        elif a < t[i]:
            value, grad[i] = value + (t[i] - a) / N, -1 / N
        else:
            grad[i] = 0.5 / N
    return value, grad


@right
def root_of_the_square(y, t):
    r = y - t
    size = np.sqrt(r * r)
    slope = np.divide(r, size, out=np.zeros_like(size), where=size > 0)
    return size.reshape(len(r), -1).sum(1).mean(), slope / len(r)


@right
def signs_times_residuals(y, t):
    r = y - t
    s = np.sign(r)
    return np.vdot(s, r) / len(r), s / len(r)


@right
def divided_where_not_zero(y, t):
    r = np.array(y - t)
    grad = r / np.maximum(np.abs(r), np.finfo(r.dtype).tiny) / len(r)
    return np.array(np.mean(np.abs(r)) * r.size / len(r)), grad


@right
def heaviside_function(y, t):
    # np.heaviside gives the value at the kink; -1/3 lies between -1 and 1.
    grad = (2 * np.heaviside(y - t, 1 / 3) - 1) / len(y)
    return np.average(np.abs(y - t).reshape(len(y), -1).sum(axis=-1)), grad.astype(y.dtype)


# --- wrong ------------------------------------------------------------------------------------

EDITS = {
    "absolute_value_of_the_sum": ("np.abs(r).sum()", "np.abs(r.sum())"),
    "value_squared": ("np.abs(r)", "np.square(r)"),
    "too_steep_at_the_kink": ("np.sign(r)", "np.where(r == 0, 3.0, np.sign(r))"),
    "smoothed": (
        "np.abs(r).sum() / len(y), np.sign(r)",
        "np.sqrt(r * r + 0.01).sum() / len(y), r / np.sqrt(r * r + 0.01)",
    ),
    "huber": (
        "np.abs(r).sum() / len(y), np.sign(r)",
        "np.where(abs(r) < 1, r * r / 2, abs(r) - 0.5).sum() / len(y), np.clip(r, -1, 1)",
    ),
    "hyperbolic_tangent": ("np.sign(r)", "np.tanh(r)"),
    "tolerance_of_a_tenth": ("np.sign(r)", "np.sign(r) * (np.abs(r) > 0.1)"),
    "euclidean_length": (
        "np.abs(r).sum() / len(y), np.sign(r)",
        "np.linalg.norm(r, axis=1).mean(), r / (np.linalg.norm(r, axis=1)[:, None] + 1e-12)",
    ),
    "largest_error": ("np.abs(r).sum()", "np.abs(r).max(axis=1).sum()"),
    "median_for_mean": (  # right for N = 1
        "np.abs(r).sum() / len(y)",
        "np.median(np.abs(r).sum(axis=1))",
    ),
    "absolute_values_subtracted": ("y - t", "np.abs(y) - np.abs(t)"),
    "whole_numbers": ("y - t", "np.rint(y) - np.rint(t)"),
    "divided_as_whole_numbers": ("np.sign(r) /", "np.sign(r) //"),  # right for N = 1
    "relative_error": (
        "np.abs(r).sum() / len(y), np.sign(r)",
        "np.abs(r / t).sum() / len(y), np.sign(r) / np.abs(t)",
    ),
    "gradients_of_both": ("np.sign(r) / len(y)", "(np.sign(r) / len(y), -np.sign(r) / len(y))"),
}
for name, (old, new) in EDITS.items():
    wrong.edit(name, textbook, old, new)
DRAWN = "whether the signs that were drawn agree"


drawn = ["targets_in_reverse", "gradient_of_the_call_before"]
made_of(programs, textbook, without=["both_halved"], drawn=drawn)
