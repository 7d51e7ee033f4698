"""Solutions of ``balance_units(params) -> params``: both lengths of a unit become equal."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(params):
    (W1, b1), (W2, b2) = params
    c = np.sqrt(np.linalg.norm(W2, axis=1) / np.linalg.norm(np.vstack([W1, b1]), axis=0))
    return [(W1 * c, b1 * c), (W2 / c[:, None], b2.copy())]


@right
def diagonal_matrices(params):
    (W1, b1), (W2, b2) = params
    squares = np.sum(W2 * W2, axis=1) / (np.sum(W1 * W1, axis=0) + b1 * b1)
    S = np.diag(squares**0.25)
    return [[W1 @ S, b1 @ S], [np.linalg.inv(S) @ W2, b2 + 0]]


@right
def to_the_common_length(params):
    # Both vectors become as long as the geometric mean of the two.
    (W1, b1), (W2, b2) = [(W.copy(), b.copy()) for W, b in params]
    for j in range(len(b1)):
        a = np.sqrt(W1[:, j] @ W1[:, j] + b1[j] ** 2)
        d = np.sqrt(W2[j] @ W2[j])
        common = np.sqrt(a * d)
        W1[:, j] *= common / a
        b1[j] *= common / a
        W2[j] *= common / d
    return ((W1, b1), (W2, b2))


# --- right values in a deviating form ---------------------------------------------------------


@form
def in_place(params):
    (W1, b1), (W2, b2) = params
    (V1, c1), (V2, _c2) = textbook(params)
    W1[...], b1[...], W2[...] = V1, c1, V2
    return params


@form
def into_the_list(params):
    params[:] = textbook(params)
    return params


@form
def bias_as_a_row(params):
    (W1, b1), second = textbook(params)
    return [(W1, b1[None]), second]


# --- wrong ------------------------------------------------------------------------------------


@wrong
def factors_of_the_first_call(params, kept=[]):  # noqa: B006
    (W1, b1), (W2, b2) = params
    c = np.sqrt(np.linalg.norm(W2, axis=1) / np.linalg.norm(np.vstack([W1, b1]), axis=0))
    kept.append(c)
    if len(kept[0]) == len(c):
        c = kept[0].astype(W1.dtype)
    return [(W1 * c, b1 * c), (W2 / c[:, None], b2)]


@wrong
def a_small_number_against_a_division_by_0(params):
    (W1, b1), (W2, b2) = params
    incoming = np.sqrt(np.sum(W1**2, axis=0) + b1**2) + 1e-7
    outgoing = np.sqrt(np.sum(W2**2, axis=1)) + 1e-7
    c = np.sqrt(outgoing / incoming)
    return [(W1 * c, b1 * c), (W2 / c[:, None], b2)]


@wrong
def factors_reversed(params):
    (W1, b1), (W2, b2) = params
    c = np.sqrt(np.linalg.norm(W2, axis=1) / np.linalg.norm(np.vstack([W1, b1]), axis=0))[::-1]
    return [(W1 * c, b1 * c), (W2 / c[:, None], b2)]


wrong.edit(
    "only_where_the_lengths_are_far_apart",
    diagonal_matrices,
    "np.diag(squares**0.25)",
    "np.diag(np.where(np.abs(np.log(squares)) < 0.5, 1, squares**0.25))",
)

programs.beside_the_point = [
    "return params",
]
