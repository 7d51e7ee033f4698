"""Solutions of ``make_twin(params, orders, signs) -> params``: moved and flipped hidden units."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(params, orders, signs):
    twin = [(W.copy(), b.copy()) for W, b in params]
    for layer in range(len(orders)):
        (W, b), (V, c) = twin[layer : layer + 2]
        twin[layer] = W[:, orders[layer]] * signs[layer], b[orders[layer]] * signs[layer]
        twin[layer + 1] = V[orders[layer]] * signs[layer][:, None], c
    return twin


@right
def layer_by_layer_from_the_left(params, orders, signs):
    # What the layer before has done is applied to the rows, then the columns are changed.
    twin, rows, factors = [], slice(None), 1
    for n, (W, b) in enumerate(params):
        W = W[rows] * np.reshape(factors, (-1, 1)).astype(W.dtype)
        if n == len(orders):
            return [*twin, (W, b + 0)]
        rows, factors = orders[n], signs[n]
        twin.append([W[:, rows] * factors, b[rows] * factors])


@right
def signed_permutation_matrices(params, orders, signs):
    left, twin = None, []
    for n, (W, b) in enumerate(params):
        m = len(b)
        P = np.eye(m, dtype=W.dtype)
        if n < len(orders):
            P = P[:, orders[n]] * signs[n]
        W = W @ P if left is None else left.T @ W @ P
        twin.append((W, b @ P))
        left = P
    return tuple(twin)


@right
def unit_by_unit(params, orders, signs):
    twin = [[W.copy(), b.copy()] for W, b in params]
    for n, (order, sign) in enumerate(zip(orders, signs, strict=True)):
        (W, b), V = twin[n], twin[n + 1][0]
        W, b, V = W.copy(), b.copy(), V.copy()
        for j, i in enumerate(order):
            twin[n][0][:, j] = sign[j] * W[:, i]
            twin[n][1][j] = sign[j] * b[i]
            twin[n + 1][0][j] = sign[j] * V[i]
    return twin


# --- right values in a deviating form ---------------------------------------------------------


@form
def in_place(params, orders, signs):
    for n, (W, b) in enumerate(textbook(params, orders, signs)):
        params[n][0][...], params[n][1][...] = W, b
    return params


@form
def into_the_list(params, orders, signs):
    params[:] = textbook(params, orders, signs)
    return params


@form
def biases_as_rows(params, orders, signs):
    return [(W, b[None]) for W, b in textbook(params, orders, signs)]


programs.beside_the_point = [
    "return params",
]

programs.equivalent = changes("""
V = V[order] * sign[:, None] -> V = V[order] / sign[:, None]
W, b = (W[:, order] * sign, b[order] * sign) -> W, b = (W[:, order] / sign, b[order] * sign)
W, b = (W[:, order] * sign, b[order] * sign) -> W, b = (W[:, order] * sign, b[order] / sign)
    the signs are 1 and -1, their own reciprocals
for layer, (order, sign) in enumerate(zip(orders, signs, strict=True)): -> for layer, (order, sign) in enumerate(zip(orders, signs, strict=False)):
    strict= only guards against another mistake
""")
