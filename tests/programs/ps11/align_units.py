"""Solutions of ``align_units(params, other) -> params``: into the places of other."""

import numpy as np

from course_lessons.symmetry import digits
from tests.programs.catalogue import Catalogue
from tests.programs.ps11.match_units import nearest_of_both_signs, textbook

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def put(params, layer, order, sign):
    """The hidden units of a layer in their new places."""
    new = [(W.copy(), b.copy()) for W, b in params]
    (W, b), (V, c) = new[layer : layer + 2]
    new[layer : layer + 2] = (W[:, order] * sign, b[order] * sign), (V[order] * sign[:, None], c)
    return new


def matched(params, other, layer, of, match=textbook):
    return put(params, layer, *match(of(params, layer), of(other, layer)))


def incoming(params, layer):
    W, b = params[layer]
    return np.concatenate([W, b[None]]).T


def every_weight(params, layer):
    return np.concatenate([incoming(params, layer), params[layer + 1][0]], axis=1)


@right
def incoming_weights(params, other):
    for layer in range(len(params) - 1):
        params = matched(params, other, layer, incoming)
    return params


@right
def the_last_layer_by_all_weights(params, other):
    for layer in range(len(params) - 1):
        last = layer == len(params) - 2
        params = matched(params, other, layer, every_weight if last else incoming)
    return params


@right
def again_with_all_weights(params, other):
    """Once all layers are matched, each can be matched once more by all weights."""
    for of in (incoming, every_weight, every_weight):
        for layer in range(len(params) - 1):
            params = matched(params, other, layer, of)
    return params


@right
def by_cosines(params, other):
    def directions(params, layer):
        rows = incoming(params, layer)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    for layer in range(len(params) - 1):
        params = matched(params, other, layer, directions)
    return params


@right
def by_what_the_units_answer(params, other):
    """The outputs of the units for images, or for random inputs where there are others."""
    n = len(params[0][0])
    x = digits().x_train if n == 64 else np.random.default_rng(0).normal(size=(2000, n))
    orders, signs, z, y = [], [], x, x
    for (W, b), (V, c) in zip(params[:-1], other[:-1], strict=True):
        z, y = np.tanh(z @ W + b), np.tanh(y @ V + c)
        A, B = ((a - a.mean(axis=0)) / a.std(axis=0) for a in (z, y))
        order, sign = textbook(A.T, B.T)
        orders.append(order)
        signs.append(sign)
    for layer, (order, sign) in enumerate(zip(orders, signs, strict=True)):
        params = put(params, layer, order, sign)
    return params


@form
def into_the_given_list(params, other):
    for layer in range(len(params) - 1):
        params[:] = matched(params, other, layer, incoming)
    return params


@wrong
def nearest_units_of_all_weights(params, other):
    for layer in range(len(params) - 1):
        order, sign = nearest_of_both_signs(every_weight(params, layer), every_weight(other, layer))
        if len(set(order)) == len(order):
            params = put(params, layer, order, sign)
    return params


@wrong(chance="the networks are trained from new seeds")
def sorted_by_length(params, other):
    for layer in range(len(params) - 1):
        A, B = (np.linalg.norm(incoming(p, layer), axis=1) for p in (params, other))
        order = np.empty(len(A), dtype=int)
        order[np.argsort(B)] = np.argsort(A)
        sign = np.sign(np.sum(incoming(params, layer)[order] * incoming(other, layer), axis=1))
        params = put(params, layer, order, sign)
    return params


@wrong
def random_twin(params, other):
    rng = np.random.default_rng(0)
    for layer in range(len(params) - 1):
        m = len(params[layer][1])
        params = put(params, layer, rng.permutation(m), rng.choice([-1.0, 1.0], size=m))
    return params


programs.beside_the_point = [
    "return params",
    "return other",
    "random_twin",
    "sorted_by_length",
]
