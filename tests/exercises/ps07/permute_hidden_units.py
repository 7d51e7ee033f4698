"""Programs for ``permute_hidden_units``."""

import numpy as np


def indexing(params, order):
    (W1, b1), (W2, b2) = params
    return [(W1[:, order], b1[order]), (W2[order, :], b2)]


def take(params, order):
    W1, b1 = params[0]
    W2, b2 = params[1]
    first = np.take(W1, order, axis=1), np.take(b1, order)
    return (first, (np.take(W2, order, axis=0), b2.copy()))


def by_matrix(params, order):
    (W1, b1), (W2, b2) = params
    P = np.eye(len(b1), dtype=W1.dtype)[:, order]
    return [[W1 @ P, b1 @ P], [P.T @ W2, b2]]


def unit_by_unit(params, order):
    (W1, b1), (W2, b2) = params
    new_W1, new_b1, new_W2 = W1.copy(), b1.copy(), W2.copy()
    for j, old in enumerate(order):
        new_W1[:, j] = W1[:, old]
        new_b1[j] = b1[old]
        new_W2[j] = W2[old]
    return [(new_W1, new_b1), (new_W2, b2)]


def stacked(params, order):
    (W1, b1), (W2, b2) = params
    units = np.vstack([W1, b1, W2.T])[:, list(order)]
    n_in = len(W1)
    return [(units[:n_in], units[n_in]), (units[n_in + 1 :].T, b2)]


def sorted_by_place(params, order):
    (W1, b1), (W2, b2) = params
    place = np.argsort(order)  # where each old unit goes
    back = np.argsort(place)
    return [(W1.T[order].T, b1[back]), (W2[back], +b2)]


VARIANTS = [
    (f.__name__, (f,)) for f in (indexing, take, by_matrix, unit_by_unit, stacked, sorted_by_place)
]


def in_place(params, order):
    (W1, b1), (W2, b2) = params
    W1[...], b1[...], W2[...] = W1[:, order], b1[order], W2[order]
    return [(W1, b1), (W2, b2)]


def into_the_list(params, order):
    new = indexing(params, order)
    params[0], params[1] = new
    return params


def lists(params, order):
    return [[a.tolist() for a in pair] for pair in indexing(params, order)]


def always_double(params, order):
    return [tuple(a.astype(np.float64) for a in pair) for pair in indexing(params, order)]


def row_biases(params, order):
    (W1, b1), (W2, b2) = indexing(params, order)
    return [(W1, b1[None]), (W2, b2[None])]


DRESSED = [(f.__name__, (f,)) for f in (in_place, into_the_list, lists, always_double, row_biases)]


def shuffled(params, order):
    return indexing(params, np.random.default_rng(5).permutation(len(order)))


def two_units_swapped(params, order):
    (W1, b1), (W2, b2) = params
    swap = np.arange(len(b1))
    swap[:2] = 1, 0
    return [(W1[:, swap], b1[swap]), (W2[swap], b2)]


def b2_zero(params, order):
    first, (W2, b2) = indexing(params, order)
    return [first, (W2, 0 * b2)]


def W2_transposed(params, order):
    first, (W2, b2) = indexing(params, order)
    return [first, (W2.T, b2)]


def sorts(params, order):
    return indexing(params, np.argsort(params[0][1]))


def layers_exchanged(params, order):
    return indexing(params, order)[::-1]


def first_layer_only(params, order):
    return indexing(params, order)[:1]


def noise(params, order):
    (W1, b1), second = indexing(params, order)
    return [(W1 * 1.001, b1), second]


WRONG = [
    (f.__name__, (f,))
    for f in (
        shuffled,
        two_units_swapped,
        b2_zero,
        W2_transposed,
        sorts,
        layers_exchanged,
        first_layer_only,
        noise,
    )
]
