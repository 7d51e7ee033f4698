"""Solutions of ``log_softmax(u)`` for rows of scores ``(N, K)``, finite for scores of any size."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(u):
    v = u - u.max(axis=1, keepdims=True)
    return v - np.log(np.exp(v).sum(axis=1, keepdims=True))


@right
def log_sum_exp_added_back(u):
    top = np.max(u, axis=1)
    lse = top + np.log(np.sum(np.exp(u - top[:, None]), axis=1))
    return u - lse[:, None]


@right
def logaddexp_reduced(u, axis=-1):
    return u - np.logaddexp.reduce(u, axis=axis, keepdims=True)


@right
def pure_python(u):
    rows = []
    for row in u.tolist():
        top = max(row)
        lse = top + math.log(math.fsum(math.exp(v - top) for v in row))
        rows.append([v - lse for v in row])
    return np.array(rows, dtype=u.dtype).reshape(u.shape)


@right
def differences_to_each_score(u):
    # -log sum_j exp(u_j - u_k), with the largest difference taken out.
    d = u[:, None, :] - u[:, :, None]
    top = d.max(axis=2)
    return -(top + np.log(np.exp(d - top[:, :, None]).sum(axis=2)))


@right
def log1p_of_the_others(u):
    # The largest term is a 1; log1p of all others.
    v = u - u.max(axis=1, keepdims=True)
    e = np.exp(v)
    e[np.arange(len(u)), v.argmax(axis=1)] = 0
    return v - np.log1p(e.sum(axis=1, keepdims=True))


@right
def divide_and_conquer(u):
    def lse(a):
        if a.shape[1] == 1:
            return a
        half = a.shape[1] // 2
        return np.logaddexp(lse(a[:, :half]), lse(a[:, half:]))

    return u - lse(u)


# --- right values in a deviating form ---------------------------------------------------------

RESULT = "v - np.log(np.exp(v).sum(axis=1, keepdims=True))"
form.edit("nested_lists", textbook, RESULT, f"({RESULT}).tolist()")
form.edit("leading_axis", textbook, RESULT, f"({RESULT})[None]")
form.edit("axis_in_the_middle", textbook, RESULT, f"({RESULT})[:, None]")
form.edit("double_precision", textbook, "v = u", "u = u.astype(float)\n    v = u")

# --- wrong ------------------------------------------------------------------------------------


@wrong
def sums_kept_for_the_shape(u, sums={}):  # noqa: B006
    lse = np.logaddexp.reduce(u, axis=1, keepdims=True)
    return u - sums.setdefault(u.shape, lse)
