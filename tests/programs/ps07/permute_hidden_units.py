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


@right
def exchanges(params, order):
    # One exchange after another, until every unit stands where it belongs.
    (W1, b1), (W2, b2) = params
    W1, b1, W2 = W1.copy(), b1.copy(), W2.copy()
    now = list(range(len(b1)))
    for j, old in enumerate(int(k) for k in order):
        i = now.index(old)
        now[i], now[j] = now[j], now[i]
        W1[:, [i, j]], b1[[i, j]], W2[[i, j]] = W1[:, [j, i]], b1[[j, i]], W2[[j, i]]
    return [(W1, b1), [W2, b2.copy()]]


# --- right values in a deviating form ---------------------------------------------------------


@form
def in_place(params, order):
    (W1, b1), (W2, b2) = params
    W1[...], b1[...], W2[...] = W1[:, order], b1[order], W2[order]
    return params


@form
def first_layer_in_place(params, order):
    new = textbook(params, order)
    params[0][0][...] = new[0][0]
    return new


@form
def into_the_list(params, order):
    params[:] = textbook(params, order)
    return params


@form
def biases_as_rows(params, order):
    return [(W, b[None]) for W, b in textbook(params, order)]


@form
def nested_lists(params, order):
    return [(W.tolist(), b.tolist()) for W, b in textbook(params, order)]


@form
def double_precision(params, order):
    return [(W.astype(float), b.astype(float)) for W, b in textbook(params, order)]


# --- wrong ------------------------------------------------------------------------------------

for name, (old, new) in {
    "first_layer_forgotten": ("W1[:, order]", "W1"),
    "first_layer_transposed": ("W1[:, order]", "W1.T[order]"),
    "first_layer_with_noise": ("W1[:, order]", "1.001 * W1[:, order]"),
    "rows_of_the_first_layer": ("W1[:, order]", "W1[order % len(W1)]"),
    "one_row_only": ("W1[:, order]", "np.vstack([W1[:1, order], W1[1:]])"),
    "first_unit_only": ("W1[:, order]", "np.column_stack([W1[:, order[:1]], W1[:, 1:]])"),
    "inverse_in_the_first_layer": ("W1[:, order]", "W1[:, np.argsort(order)]"),
    "inverse_in_the_bias": ("b1[order]", "b1[np.argsort(order)]"),
    "columns_of_the_second_layer": ("W2[order]", "W2[:, order % W2.shape[1]]"),
    "second_layer_transposed": ("W2[order]", "W2.T[:, order]"),
    "output_bias_as_well": ("b2.copy()", "np.roll(b2, 1) + b2"),
    "output_bias_zero": ("b2.copy()", "0 * b2"),
    "signs_turned_with_the_units": (
        "W1[:, order], b1[order]), (W2[order]",
        "-W1[:, order], b1[order]), (-W2[order]",
    ),
    "first_layer_only_returned": (", (W2[order], b2.copy())]", "]"),
    "layers_swapped": ("b2.copy())]", "b2.copy())][::-1]"),
    "flat_result": (
        "[(W1[:, order], b1[order]), (W2[order], b2.copy())]",
        "W1[:, order], b1[order], W2[order], b2.copy()",
    ),
    "biases_before_weights": (
        "(W1[:, order], b1[order]), (W2[order], b2.copy())",
        "(b1[order], W1[:, order]), (b2.copy(), W2[order])",
    ),
}.items():
    wrong.edit(name, textbook, old, new)


def with_order(change):
    return lambda params, order: textbook(params, change(order))


may_be_identity = "the changed order may leave all units in place"

wrong.add("order_reversed", with_order(lambda order: order[::-1]))
wrong.add("one_place_further", with_order(lambda order: np.roll(order, 1)), chance=may_be_identity)
wrong.add("counted_from_one", with_order(lambda order: order - 1), chance=may_be_identity)
wrong.add("twice", with_order(lambda order: order[order]))
wrong.add("first_unit_everywhere", with_order(lambda order: np.full(len(order), order[0])))
wrong.add("own_order", with_order(lambda order: np.roll(np.arange(len(order)), 1)))
wrong.add("own_shuffle", with_order(lambda order: np.random.default_rng(5).permutation(len(order))))
wrong.add("two_units_swapped", with_order(lambda order: [1, 0, *range(2, len(order))]))


@wrong(chance="the biases may be sorted already")
def sorted_by_bias(params, order):
    return textbook(params, np.argsort(params[0][1]))


@wrong
def overwritten_while_read(params, order):
    # A column that is still needed has been replaced.
    (W1, b1), (W2, b2) = [(W.copy(), b.copy()) for W, b in params]
    for j, old in enumerate(order):
        W1[:, j], b1[j], W2[j] = W1[:, old], b1[old], W2[old]
    return [(W1, b1), (W2, b2)]


programs.carry(right.programs["textbook"])
