"""Solutions of ``softmax(u)``: rows of scores ``(N, K)`` become rows of probabilities."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(u):
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@right
def through_the_logarithm(u):
    return np.exp(u - np.logaddexp.reduce(u, axis=1, keepdims=True))


@right
def pure_python(u):
    rows = []
    for row in u.tolist():
        top = max(row)
        e = [math.exp(v - top) for v in row]
        rows.append([v / math.fsum(e) for v in e])
    return np.array(rows, dtype=u.dtype)


@right
def one_over_sum_of_ratios(u):
    # y_k = 1 / sum_j exp(u_j - u_k); an overflow gives 1 / inf, which is right.
    with np.errstate(over="ignore"):
        return 1 / np.exp(u[:, None, :] - u[:, :, None]).sum(axis=2)


@right
def matrix_of_ones(u):
    e = np.exp(u - u.max(axis=-1)[:, None])
    return e / (e @ np.ones((u.shape[1], 1), dtype=u.dtype))


@right
def divided_twice(u):
    # Any number near the largest serves; a first softmax in logarithms, then made exact.
    v = u - np.max(u, 1).reshape(-1, 1)
    y = np.exp(v - np.log(np.exp(v).sum(1, keepdims=True)))
    return y / y.sum(1, keepdims=True)


@right
def sorted_scores(u):
    top = np.sort(u, axis=1)[:, -1:]
    e = np.exp(np.subtract(u, top))
    return np.einsum("nk,n->nk", e, 1 / np.einsum("nk->n", e))


@right
def running_maximum(u):
    # One pass, as on hardware: maximum and sum are corrected together.
    top, total = np.full(len(u), -np.inf, dtype=u.dtype), np.zeros(len(u), dtype=u.dtype)
    for k in range(u.shape[1]):
        new = np.maximum(top, u[:, k])
        total = total * np.exp(top - new) + np.exp(u[:, k] - new)
        top = new
    return np.exp(u - top[:, None]) / total[:, None]


@right
def powers_of_e(u):
    e = np.power(np.asarray(np.e, dtype=u.dtype), u - u.max(1, keepdims=True))
    return e / np.add.reduce(e, axis=1, keepdims=True)


@right
def differences_to_the_first_column(u):
    d = u - u[:, :1]
    e = np.exp(d - d.max(axis=1, keepdims=True))
    return np.divide(e, np.sum(e, axis=1)[:, np.newaxis])


@right
def half_of_the_shift_twice(u):
    e = np.exp(0.5 * (u - np.max(u, axis=1)[:, None])) ** 2
    return np.divide(e, np.add.reduce(e, axis=1, keepdims=True))


@right
def a_little_above_the_maximum(u):
    e = np.exp(u - u.max(axis=1)[:, np.newaxis] - 1)
    return e / (e.sum(axis=1).reshape(-1, 1) + 1e-12)


# --- right values in a deviating form ---------------------------------------------------------

Y = "e / e.sum(axis=1, keepdims=True)"
form.edit("nested_lists", textbook, Y, f"({Y}).tolist()")
form.edit("leading_axis", textbook, Y, f"({Y})[None]")
form.edit("squeezed", textbook, Y, f"np.squeeze({Y})")  # (K,) for N = 1
form.edit("double_precision", textbook, "e = ", "u = u.astype(float)\n    e = ")

# --- wrong ------------------------------------------------------------------------------------

SHIFT = "u.max(axis=1, keepdims=True)"
EDITS = {
    # 0 / 0 where all scores of a row are very negative.
    "shifted_by_the_largest_size": ("u.max", "np.abs(u).max"),
    "shifted_by_the_first": (SHIFT, "u[:, :1]"),
    "shifted_by_a_hundred": (SHIFT, "100"),
    "shifted_by_the_sum": ("u.max", "u.sum"),
    "clipped_scores": (f"u - {SHIFT}", "np.clip(u, -10, 10)"),
    "clipped_from_above": (f"u - {SHIFT}", "np.minimum(u, 20)"),
    # An overflow is hidden: zeros in place of the largest class.
    "nan_replaced": (f"u - {SHIFT})\n    return {Y}", f"u)\n    return np.nan_to_num({Y})"),
    "transposed": (Y, f"({Y}).T"),
    "normalised_by_the_largest": (Y, "e / (e.sum(axis=1, keepdims=True) - 1)"),
    "normalised_by_the_mean": ("e.sum", "e.mean"),
    "normalised_by_the_euclidean_length": ("e.sum(", "np.linalg.norm(e, "),
    "absolute_scores_over_their_sum": (Y, "np.abs(u) / np.abs(u).sum(axis=1, keepdims=True)"),
    "sigmoids_over_their_sum": (f"np.exp(u - {SHIFT})", "1 / (1 + np.exp(-u))"),
    "powers_of_two": ("np.exp(", "np.exp2("),
    "squares": (f"np.exp(u - {SHIFT})", "(u - u.min(axis=1, keepdims=True) + 1e-9) ** 2"),
    "hardmax": (Y, "(e == 1) * np.ones_like(u)"),
    "one_more_class": (Y, "e / (e.sum(axis=1, keepdims=True) + 1)"),  # as in the sigmoid
    "large_number_in_the_denominator": (Y, "e / (e.sum(axis=1, keepdims=True) + 1e-2)"),
    "scaled_by_the_root_of_k": ("e = ", "u = u / np.sqrt(u.shape[1])\n    e = "),
    "standardised_scores": ("e = ", "u = (u - u.mean(1)[:, None]) / u.std(1)[:, None]\n    e = "),
    "softmax_of_the_softmax": ("return ", f"e = np.exp({Y})\n    return "),
    "derivative": (Y, f"{Y} * (1 - {Y})"),
    "smoothed": (Y, f"0.99 * {Y} + 0.01 / u.shape[1]"),
    "rounded": (Y, f"np.round({Y}, 3)"),
    "first_row_for_all": (Y, f"np.repeat(({Y})[:1], len(u), axis=0)"),  # right for N = 1
    "first_row_forgotten": (Y, f"np.concatenate([u[:1], ({Y})[1:]])"),
    "returned_in_the_first_iteration": (Y, f"{Y} * (np.arange(len(u)) == 0)[:, None]"),
    "last_class_forgotten": (Y, f"{Y} * (np.arange(u.shape[1]) < u.shape[1] - 1)"),
    "whole_number_exponents": ("e = ", "u = np.round(u)\n    e = "),
    "half_precision": (SHIFT + ")", SHIFT + ").astype(np.float16)"),
    "value_and_cache": (Y, f"{Y}, {Y}"),
    "two_mistakes": (f"u - {SHIFT})\n    return {Y}", "u)\n    return e / e.sum(axis=0)"),
}
for name, (old, new) in EDITS.items():
    wrong.edit(name, textbook, old, new)


@wrong
def largest_score_of_all_calls(u, top=[-np.inf]):  # noqa: B006
    # The shift only ever grows: 0 / 0 after a call with large scores.
    top[0] = max(top[0], float(u.max()))
    e = np.exp(u - top[0])
    return e / e.sum(axis=1, keepdims=True)
