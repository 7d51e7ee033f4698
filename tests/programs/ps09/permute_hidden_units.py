"""Solutions of ``permute_hidden_units(params, order) -> params``: ``order[j]`` becomes j."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(params, order):
    (W1, b1), (W2, b2) = params
    return [(W1[:, order], b1[order]), (W2[order], b2.copy())]


@right
def permutation_matrix(params, order):
    (W1, b1), (W2, b2) = params
    P = np.eye(len(b1), dtype=W1.dtype)[:, order]
    return [[W1 @ P, b1 @ P], [P.T @ W2, b2 + 0]]


@right
def scattered_by_the_inverse(params, order):
    (W1, b1), (W2, b2) = params
    place = np.argsort(order)
    V1, c1, V2 = W1.copy(), b1.copy(), W2.copy()
    V1[:, place], c1[place], V2[place] = W1, b1, W2
    return (V1, c1), (V2, b2.copy())


@right
def units_as_rows_of_one_matrix(params, order):
    # All that belongs to a unit side by side.
    (W1, b1), (W2, b2) = params
    units = np.concatenate([W1.T, b1[:, None], W2], axis=1)[order]
    n = W1.shape[0]
    return [units[:, :n].T, units[:, n]], [units[:, n + 1 :], np.copy(b2)]


# --- right values in a deviating form ---------------------------------------------------------


@form
def in_place(params, order):
    (W1, b1), (W2, b2) = params
    W1[...], b1[...], W2[...] = W1[:, order], b1[order], W2[order]
    return params


@form
def into_the_list(params, order):
    params[:] = textbook(params, order)
    return params


@form
def biases_as_rows(params, order):
    return [(W, b[None]) for W, b in textbook(params, order)]
