"""Solutions of ``rescale_relu_units(params, scales) -> params``: units times c > 0."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(params, scales):
    (W1, b1), (W2, b2) = params
    return [(W1 * scales, b1 * scales), (W2 / scales[:, None], b2.copy())]


@right
def diagonal_matrices(params, scales):
    (W1, b1), (W2, b2) = params
    S = np.diag(scales)
    return [[W1 @ S, b1 @ S], [np.linalg.inv(S) @ W2, b2 + 0]]


@right
def unit_by_unit(params, scales):
    (W1, b1), (W2, b2) = [(W.copy(), b.copy()) for W, b in params]
    for j, c in enumerate(scales):
        W1[:, j] *= c
        b1[j] *= c
        W2[j] /= c
    return ((W1, b1), (W2, b2))


# --- right values in a deviating form ---------------------------------------------------------


@form
def in_place(params, scales):
    (W1, b1), (W2, b2) = params
    W1 *= scales
    b1 *= scales
    W2 /= scales[:, None]
    return params


@form
def into_the_list(params, scales):
    params[:] = textbook(params, scales)
    return params


@form
def bias_as_a_row(params, scales):
    (W1, b1), second = textbook(params, scales)
    return [(W1, b1[None]), second]


# --- wrong ------------------------------------------------------------------------------------


@wrong
def scales_of_the_first_call(params, scales, kept=[]):  # noqa: B006
    kept.append(scales.copy())
    return textbook(params, kept[0][: len(scales)] if len(kept[0]) >= len(scales) else scales)


@wrong
def scales_reversed(params, scales):
    return textbook(params, scales[::-1])
