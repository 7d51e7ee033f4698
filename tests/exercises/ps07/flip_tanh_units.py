"""Programs for ``flip_tanh_units``."""

import numpy as np


def signs(params, mask):
    (W1, b1), (W2, b2) = params
    sign = np.where(mask, -1, 1).astype(W1.dtype)
    return [(W1 * sign, b1 * sign), (W2 * sign[:, None], b2)]


def where(params, mask):
    (W1, b1), (W2, b2) = params
    rows = mask[:, np.newaxis]
    return ((np.where(mask, -W1, W1), np.where(mask, -b1, b1)), (np.where(rows, -W2, W2), b2))


def copies(params, mask):
    (W1, b1), (W2, b2) = [(W.copy(), b.copy()) for W, b in params]
    W1[:, mask] *= -1
    b1[mask] *= -1
    W2[mask] *= -1
    return [(W1, b1), (W2, b2)]


def by_matrix(params, mask):
    (W1, b1), (W2, b2) = params
    S = np.diag(1 - 2 * mask.astype(W1.dtype))
    return [[W1 @ S, b1 @ S], [S @ W2, b2]]


def unit_by_unit(params, mask):
    (W1, b1), (W2, b2) = params
    W1, b1, W2 = W1.copy(), b1.copy(), W2.copy()
    for j, flips in enumerate(mask):
        if flips:
            W1[:, j], b1[j], W2[j] = -W1[:, j], -b1[j], -W2[j]
    return [(W1, b1), (W2, b2)]


def powers(params, mask):
    (W1, b1), (W2, b2) = params
    sign = np.float32(-1) ** mask.astype(np.float32)
    W = (W2.T * sign).T
    return [((W1 * sign).astype(W1.dtype), (b1 * sign).astype(b1.dtype)), (W.astype(W2.dtype), b2)]


def from_true_positions(params, mask):
    (W1, b1), (W2, b2) = params
    sign = np.ones(len(b1), dtype=b1.dtype)
    sign[np.flatnonzero(mask)] = -1
    return [(sign * W1, sign * b1), (np.einsum("j,jk->jk", sign, W2), b2.copy())]


VARIANTS = [
    (f.__name__, (f,))
    for f in (signs, where, copies, by_matrix, unit_by_unit, powers, from_true_positions)
]


def in_place(params, mask):
    (W1, b1), (W2, b2) = params
    W1[:, mask] *= -1
    b1[mask] *= -1
    W2[mask] *= -1
    return params


def whole_number_signs(params, mask):
    (W1, b1), (W2, b2) = params
    sign = 1 - 2 * mask
    return [(W1 * sign, b1 * sign), (W2 * sign[:, None], b2)]


def lists(params, mask):
    return [[a.tolist() for a in pair] for pair in signs(params, mask)]


def into_the_list(params, mask):
    params[:] = signs(params, mask)
    return params


DRESSED = [(f.__name__, (f,)) for f in (in_place, whole_number_signs, lists, into_the_list)]


def sizes(params, mask):
    (W1, b1), (W2, b2) = params
    return [(np.where(mask, -np.abs(W1), W1), b1), (W2, b2)]


def permutes(params, mask):
    (W1, b1), (W2, b2) = params
    order = np.argsort(mask, kind="stable")
    return [(W1[:, order], b1[order]), (W2[order], b2)]


def minus_one_for_all(params, mask):
    (W1, b1), (W2, b2) = params
    return [(-W1, -b1), (np.where(mask[:, None], -W2, W2), b2)]


def first_unit(params, mask):
    other = np.zeros_like(mask)
    other[0] = True
    return signs(params, other)


def double_flip(params, mask):
    return signs(signs(params, mask), mask)


def W2_inverted(params, mask):
    (W1, b1), (W2, b2) = signs(params, mask)
    return [(W1, b1), (-W2, b2)]


def noise(params, mask):
    (W1, b1), second = signs(params, mask)
    return [(W1 * 1.001, b1), second]


WRONG = [
    (f.__name__, (f,))
    for f in (sizes, permutes, minus_one_for_all, first_unit, double_flip, W2_inverted, noise)
]
