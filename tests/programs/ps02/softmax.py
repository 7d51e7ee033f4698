"""Solutions of ``softmax(u)``: rows of scores ``(N, K)`` become rows of probabilities."""

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
def one_over_sum_of_ratios(u):
    # y_k = 1 / sum_j exp(u_j - u_k); an overflow gives 1 / inf, which is right.
    with np.errstate(over="ignore"):
        return 1 / np.exp(u[:, None, :] - u[:, :, None]).sum(axis=2)


@right
def a_little_above_the_maximum(u):
    e = np.exp(u - u.max(axis=1)[:, np.newaxis] - 1)
    return e / (e.sum(axis=1).reshape(-1, 1) + 1e-12)


# --- right values in a deviating form ---------------------------------------------------------

Y = "e / e.sum(axis=1, keepdims=True)"
form.edit("squeezed", textbook, Y, f"np.squeeze({Y})")  # (K,) for N = 1

# --- wrong ------------------------------------------------------------------------------------


@wrong
def largest_score_of_all_calls(u, top=[-np.inf]):  # noqa: B006
    # The shift only ever grows: 0 / 0 after a call with large scores.
    top[0] = max(top[0], float(u.max()))
    e = np.exp(u - top[0])
    return e / e.sum(axis=1, keepdims=True)
