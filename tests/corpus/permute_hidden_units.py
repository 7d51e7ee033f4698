"""Solutions of ``permute_hidden_units(params, order) -> params``: ``order[j]`` becomes j."""

import functools
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(params, order):
    (W1, b1), (W2, b2) = params
    return [(W1[:, order], b1[order]), (W2[order], b2.copy())]


@put(RIGHT)
def taken(params, order):
    first, second = params
    return [
        (np.take(first[0], order, axis=1), np.take(first[1], order)),
        (np.take(second[0], order, axis=0), np.array(second[1])),
    ]


@put(RIGHT)
def permutation_matrix(params, order):
    (W1, b1), (W2, b2) = params
    P = np.eye(len(b1), dtype=W1.dtype)[:, order]
    return [(W1 @ P, b1 @ P), (P.T @ W2, b2 + 0)]


@put(RIGHT)
def unit_by_unit(params, order):
    (W1, b1), (W2, b2) = params
    V1, c1, V2 = np.empty_like(W1), np.empty_like(b1), np.empty_like(W2)
    for j, old in enumerate(order):
        V1[:, j] = W1[:, old]
        c1[j] = b1[old]
        V2[j, :] = W2[old, :]
    return [(V1, c1), (V2, np.copy(b2))]


@put(RIGHT)
def scattered_by_the_inverse(params, order):
    (W1, b1), (W2, b2) = params
    place = np.argsort(order)
    V1, c1, V2 = W1.copy(), b1.copy(), W2.copy()
    V1[:, place], c1[place], V2[place] = W1, b1, W2
    return [(V1, c1), (V2, b2.copy())]


@put(RIGHT)
def units_as_rows_of_one_matrix(params, order):
    # All that belongs to a unit side by side.
    (W1, b1), (W2, b2) = params
    units = np.concatenate([W1.T, b1[:, None], W2], axis=1)[order]
    n = W1.shape[0]
    return [(units[:, :n].T, units[:, n]), (units[:, n + 1 :], np.copy(b2))]


@put(RIGHT)
def exchanges(params, order):
    # One exchange after another, until every unit stands where it belongs.
    (W1, b1), (W2, b2) = params
    W1, b1, W2 = W1.copy(), b1.copy(), W2.copy()
    now = list(range(len(b1)))
    for j, old in enumerate(int(k) for k in order):
        i = now.index(old)
        now[i], now[j] = now[j], now[i]
        W1[:, [i, j]], b1[[i, j]], W2[[i, j]] = W1[:, [j, i]], b1[[j, i]], W2[[j, i]]
    return [(W1, b1), (W2, b2.copy())]


@put(RIGHT)
def stacked_lists(params, order, axis=-1):
    (W1, b1), (W2, b2) = params
    columns = np.stack([W1[:, k] for k in order], axis=axis)
    return [
        (columns, np.array([b1[k] for k in order], dtype=b1.dtype)),
        (np.stack([W2[k] for k in order]), b2.copy()),
    ]


@put(RIGHT)
def pairs_in_lists(params, order):
    return tuple([W, b] for W, b in textbook(params, order))


RIGHT["partially_applied"] = (functools.partial(stacked_lists, axis=1),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def in_place(params, order):  # all arrays are changed
    (W1, b1), (W2, b2) = params
    W1[...], b1[...], W2[...] = W1[:, order], b1[order], W2[order]
    return params


@put(FORM)
def first_layer_in_place(params, order):  # W1 is changed
    new = textbook(params, order)
    params[0][0][...] = new[0][0]
    return new


@put(FORM)
def biases_as_rows(params, order):  # (1, m) and (1, n_out)
    return [(W, b[None]) for W, b in textbook(params, order)]


@put(FORM)
def nested_lists(params, order):  # lists
    return [(W.tolist(), b.tolist()) for W, b in textbook(params, order)]


@put(FORM)
def double_precision(params, order):  # float64 from float32
    return [(W.astype(float), b.astype(float)) for W, b in textbook(params, order)]


# The output bias is not touched, and nobody changes what was given; but it is no new array.
@put(EITHER)
def output_bias_itself(params, order):
    (W1, b1), (W2, b2) = params
    return [(W1[:, order], b1[order]), (W2[order], b2)]


# --- wrong ------------------------------------------------------------------------------------


def variant(
    params,
    order,
    *,
    W1=lambda W, p: W[:, p],
    b1=lambda b, p: b[p],
    W2=lambda W, p: W[p],
    b2=lambda b, p: b.copy(),
    p=np.asarray,
):
    """With places to go wrong."""
    (A, a), (B, b) = params
    p = p(order)
    return [(W1(A, p), b1(a, p)), (W2(B, p), b2(b, p))]


def rolled(p):
    return np.roll(p, 1)


for name, spoilt in {
    "inverse": {"p": np.argsort},  # right for exchanges
    "order_turned_round": {"p": lambda p: np.asarray(p)[::-1]},
    "one_place_further": {"p": rolled},
    "counted_from_one": {"p": lambda p: np.asarray(p) - 1},
    "hidden_bias_forgotten": {"b1": lambda b, p: b.copy()},
    "first_layer_forgotten": {"W1": lambda W, p: W.copy()},
    "second_layer_forgotten": {"W2": lambda W, p: W.copy()},
    "second_layer_and_bias_forgotten": {
        "W2": lambda W, p: W.copy(),
        "b1": lambda b, p: b.copy(),
    },
    "nothing_permuted": {"p": lambda p: np.arange(len(p))},
    "inverse_in_the_first_layer": {"W1": lambda W, p: W[:, np.argsort(p)]},
    "inverse_in_the_bias": {"b1": lambda b, p: b[np.argsort(p)]},
    "inverse_in_the_second_layer": {"W2": lambda W, p: W[np.argsort(p)]},
    "rows_of_the_first_layer": {"W1": lambda W, p: W[p % len(W)]},
    "columns_of_the_second_layer": {"W2": lambda W, p: W[:, p % W.shape[1]]},
    "output_bias_as_well": {"b2": lambda b, p: np.roll(b, 1) + b},
    "first_layer_transposed": {"W1": lambda W, p: W.T[p]},
    "second_layer_transposed": {"W2": lambda W, p: W.T[:, p]},
    "first_unit_only": {"W1": lambda W, p: np.column_stack([W[:, p[:1]], W[:, 1:]])},
    "twice": {"p": lambda p: np.asarray(p)[p]},
    "first_unit_everywhere": {"p": lambda p: np.full(len(p), p[0])},
    "signs_turned_with_the_units": {"W1": lambda W, p: -W[:, p], "W2": lambda W, p: -W[p]},
    "one_row_only": {"W1": lambda W, p: np.vstack([W[:1, p], W[1:]])},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)


@put(WRONG)
def order_of_its_own(params, order):
    # The network computes the same, but with its units in another order.
    return variant(params, np.roll(np.arange(len(order)), 1))


@put(WRONG)
def first_layer_only_returned(params, order):
    return textbook(params, order)[:1]


@put(WRONG)
def layers_swapped(params, order):
    return textbook(params, order)[::-1]


@put(WRONG)
def flat_result(params, order):
    (W1, b1), (W2, b2) = textbook(params, order)
    return W1, b1, W2, b2


@put(WRONG)
def biases_before_weights(params, order):
    return [(b, W) for W, b in textbook(params, order)]


@put(WRONG)
def overwritten_while_read(params, order):
    # A column that is still needed has been replaced: right for the order 0, 1, 2, …
    (W1, b1), (W2, b2) = [(W.copy(), b.copy()) for W, b in params]
    for j, old in enumerate(order):
        W1[:, j], b1[j], W2[j] = W1[:, old], b1[old], W2[old]
    return [(W1, b1), (W2, b2)]


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
