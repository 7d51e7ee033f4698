"""Solutions of ``log_softmax(u)`` for rows of scores ``(N, K)``, finite for scores of any size."""

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


# --- right values in a deviating form ---------------------------------------------------------

RESULT = "v - np.log(np.exp(v).sum(axis=1, keepdims=True))"
form.edit("axis_in_the_middle", textbook, RESULT, f"({RESULT})[:, None]")

# --- wrong ------------------------------------------------------------------------------------


@wrong
def sums_kept_for_the_shape(u, sums={}):  # noqa: B006
    lse = np.logaddexp.reduce(u, axis=1, keepdims=True)
    return u - sums.setdefault(u.shape, lse)
