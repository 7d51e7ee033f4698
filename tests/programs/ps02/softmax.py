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
def running_maximum(u):
    # One pass, as on hardware: maximum and sum are corrected together.
    top, total = np.full(len(u), -np.inf, dtype=u.dtype), np.zeros(len(u), dtype=u.dtype)
    for k in range(u.shape[1]):
        new = np.maximum(top, u[:, k])
        total = total * np.exp(top - new) + np.exp(u[:, k] - new)
        top = new
    return np.exp(u - top[:, None]) / total[:, None]


@right
def differences_to_the_first_column(u):
    d = u - u[:, :1]
    e = np.exp(d - d.max(axis=1, keepdims=True))
    return np.divide(e, np.sum(e, axis=1)[:, np.newaxis])


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


@wrong
def largest_score_of_all_calls(u, top=[-np.inf]):  # noqa: B006
    # The shift only ever grows: 0 / 0 after a call with large scores.
    top[0] = max(top[0], float(u.max()))
    e = np.exp(u - top[0])
    return e / e.sum(axis=1, keepdims=True)
