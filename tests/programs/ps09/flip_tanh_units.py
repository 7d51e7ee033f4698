"""Solutions of ``flip_tanh_units(params, mask) -> params``: masked units change their signs."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(params, mask):
    (W1, b1), (W2, b2) = params
    sign = np.where(mask, -1, 1).astype(W1.dtype)
    return [(W1 * sign, b1 * sign), (W2 * sign[:, None], b2.copy())]


@right
def diagonal_matrix(params, mask):
    (W1, b1), (W2, b2) = params
    S = np.diag((1 - 2 * np.asarray(mask, dtype=int)).astype(W1.dtype))
    return [[W1 @ S, b1 @ S], [S @ W2, b2 + 0]]


@right
def unit_by_unit(params, mask):
    (W1, b1), (W2, b2) = params
    W1, b1, W2 = np.copy(W1), np.copy(b1), np.copy(W2)
    for j in np.flatnonzero(mask):
        W1[:, j] = -W1[:, j]
        b1[j] = -b1[j]
        for k in range(W2.shape[1]):
            W2[j, k] = -W2[j, k]
    return [W1, b1], [W2, b2]


# --- right values in a deviating form ---------------------------------------------------------


@form
def in_place(params, mask):
    (W1, b1), (W2, b2) = params
    W1[:, mask] *= -1
    b1[mask] *= -1
    W2[mask] *= -1
    return params


@form
def into_the_list(params, mask):
    params[:] = textbook(params, mask)
    return params


form.edit("whole_numbers_as_signs", textbook, ".astype(W1.dtype)", "")


@form
def bias_as_a_row(params, mask):
    (W1, b1), second = textbook(params, mask)
    return [(W1, b1[None]), second]


# --- wrong ------------------------------------------------------------------------------------

wrong.edit("mask_reversed", textbook, "np.where(mask, -1, 1)", "np.where(mask[::-1], -1, 1)")
