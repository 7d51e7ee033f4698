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
def negative_where(params, mask):
    (W1, b1), (W2, b2) = [(W.copy(), b.copy()) for W, b in params]
    np.negative(W1, out=W1, where=mask)
    np.negative(b1, out=b1, where=mask)
    np.negative(W2.T, out=W2.T, where=mask)
    return ((W1, b1), (W2, b2))


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
def second_layer_in_place(params, mask):
    new = textbook(params, mask)
    params[1][0][...] = new[1][0]
    return new


@form
def into_the_list(params, mask):
    params[:] = textbook(params, mask)
    return params


form.edit("whole_numbers_as_signs", textbook, ".astype(W1.dtype)", "")


@form
def bias_as_a_row(params, mask):
    (W1, b1), second = textbook(params, mask)
    return [(W1, b1[None]), second]


@form
def nested_lists(params, mask):
    return [(W.tolist(), b.tolist()) for W, b in textbook(params, mask)]


# --- wrong ------------------------------------------------------------------------------------

SIGN = "np.where(mask, -1, 1)"

for name, (old, new) in {
    "first_unit_of_the_mask_only": (
        SIGN,
        "np.where(np.arange(len(mask)) == np.argmax(mask), -1, 1)",
    ),
    "first_unit_always": (SIGN, "np.where(np.arange(len(mask)) == 0, -1, 1)"),
    "unmasked_units_removed": (SIGN, "np.where(mask, -1, 0)"),
    "minus_two": (SIGN, "np.where(mask, -2, 1)"),
    "mask_reversed": (SIGN, "np.where(mask[::-1], -1, 1)"),
    "first_layer_forgotten": ("W1 * sign", "W1"),
    "first_layer_transposed": ("W1 * sign", "(W1 * sign).T"),
    "first_layer_with_noise": ("W1 * sign", "1.001 * W1 * sign"),
    "first_row_of_the_first_layer": ("W1 * sign", "np.vstack([W1[:1] * sign, W1[1:]])"),
    "rows_of_the_first_layer": ("W1 * sign", "W1 * np.resize(sign, len(W1))[:, None]"),
    "signs_and_absolute_values": ("W1 * sign", "np.abs(W1) * sign"),
    "absolute_values_made_negative": ("W1 * sign", "np.where(mask, -np.abs(W1), W1)"),
    "first_layer_all_of_it": ("W1 * sign, b1 * sign", "-W1, -b1"),
    "bias_made_positive": ("b1 * sign", "np.abs(b1) * sign"),
    "identity_of_the_sigmoid": ("b1 * sign", "np.where(sign < 0, 1 - b1, b1)"),
    "second_layer_all_of_it": ("W2 * sign[:, None]", "-W2"),
    "second_layer_all_of_it_and_the_mask": ("W2 * sign", "-W2 * sign"),
    "first_column_of_the_second_layer": (
        "W2 * sign[:, None]",
        "np.column_stack([W2[:, :1] * sign[:, None], W2[:, 1:]])",
    ),
    "columns_of_the_second_layer": ("sign[:, None]", "np.resize(sign, W2.shape[1])"),
    "output_bias_instead_of_the_hidden": (
        "b1 * sign), (W2 * sign[:, None], b2.copy()",
        "b1), (W2 * sign[:, None], -b2",
    ),
    "output_bias_of_a_sigmoid": ("b2.copy()", "b2 + W2[mask].sum(axis=0)"),
    # np.flip turns the order round, not the sign.
    "flipped_along_the_axis": (
        "[(W1 * sign, b1 * sign), (W2 * sign[:, None], b2.copy())]",
        "[(np.flip(W1, axis=1), b1[::-1].copy()), (np.flip(W2, axis=0), b2.copy())]",
    ),
    "flat_result": (
        "[(W1 * sign, b1 * sign), (W2 * sign[:, None], b2.copy())]",
        "W1 * sign, b1 * sign, W2 * sign[:, None], b2.copy()",
    ),
    "first_layer_only_returned": (", (W2 * sign[:, None], b2.copy())]", "]"),
    "layers_swapped": ("b2.copy())]", "b2.copy())][::-1]"),
}.items():
    wrong.edit(name, textbook, old, new)


@wrong
def truth_values_as_indices(params, mask):
    # Units 0 and 1 instead of those that are False and True.
    (W1, b1), (W2, b2) = [(W.copy(), b.copy()) for W, b in params]
    for j in mask.astype(int):
        W1[:, j] *= -1
        b1[j] *= -1
        W2[j] *= -1
    return [(W1, b1), (W2, b2)]


@wrong(chance="the masked units may be at the end already")
def masked_units_moved_to_the_end(params, mask):
    (W1, b1), (W2, b2) = params
    order = np.argsort(mask, kind="stable")
    return [(W1[:, order], b1[order]), (W2[order], b2)]


programs.carry(right.programs["textbook"])
