"""Solutions of ``flip_tanh_units(params, mask) -> params``: masked units change their signs."""

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
def textbook(params, mask):
    (W1, b1), (W2, b2) = params
    sign = np.where(mask, -1, 1).astype(W1.dtype)
    return [(W1 * sign, b1 * sign), (W2 * sign[:, None], b2.copy())]


@put(RIGHT)
def chosen_entry_by_entry(params, mask):
    (W1, b1), (W2, b2) = params
    return [
        (np.where(mask, -W1, W1), np.where(mask, -b1, b1)),
        (np.where(mask[:, np.newaxis], -W2, W2), np.array(b2)),
    ]


@put(RIGHT)
def copies_then_masked(params, mask):
    (W1, b1), (W2, b2) = [(W.copy(), b.copy()) for W, b in params]
    W1[:, mask] *= -1
    b1[mask] *= -1
    W2[mask] *= -1
    return [(W1, b1), (W2, b2)]


@put(RIGHT)
def diagonal_matrix(params, mask):
    (W1, b1), (W2, b2) = params
    S = np.diag((1 - 2 * np.asarray(mask, dtype=int)).astype(W1.dtype))
    return [(W1 @ S, b1 @ S), (S @ W2, b2 + 0)]


@put(RIGHT)
def unit_by_unit(params, mask):
    (W1, b1), (W2, b2) = params
    W1, b1, W2 = np.copy(W1), np.copy(b1), np.copy(W2)
    for j in np.flatnonzero(mask):
        W1[:, j] = -W1[:, j]
        b1[j] = -b1[j]
        for k in range(W2.shape[1]):
            W2[j, k] = -W2[j, k]
    return [(W1, b1), (W2, np.copy(b2))]


@put(RIGHT)
def power_of_minus_one(params, mask, base=-1.0):
    (W1, b1), (W2, b2) = params
    sign = np.power(base, mask.astype(W1.dtype)).astype(W1.dtype)
    return [
        (np.einsum("ij,j->ij", W1, sign), sign * b1),
        (np.einsum("j,jk->jk", sign, W2), b2 * 1),
    ]


@put(RIGHT)
def twice_the_masked_taken_away(params, mask):
    (W1, b1), (W2, b2) = params
    m = mask.astype(W1.dtype)
    return [(W1 - 2 * W1 * m, b1 - 2 * b1 * m), (W2 - 2 * (W2.T * m).T, b2.copy())]


@put(RIGHT)
def negative_where(params, mask):
    (W1, b1), (W2, b2) = [(W.copy(), b.copy()) for W, b in params]
    np.negative(W1, out=W1, where=mask)
    np.negative(b1, out=b1, where=mask)
    np.negative(W2.T, out=W2.T, where=mask)
    return ((W1, b1), (W2, b2))


RIGHT["partially_applied"] = (functools.partial(power_of_minus_one, base=-1),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def in_place(params, mask):  # all arrays are changed
    (W1, b1), (W2, b2) = params
    W1[:, mask] *= -1
    b1[mask] *= -1
    W2[mask] *= -1
    return params


@put(FORM)
def second_layer_in_place(params, mask):  # W2 is changed
    new = textbook(params, mask)
    params[1][0][...] = new[1][0]
    return new


@put(FORM)
def whole_numbers_as_signs(params, mask):  # int64 makes float64 out of float32
    (W1, b1), (W2, b2) = params
    sign = 1 - 2 * mask.astype(np.int64)
    return [(W1 * sign, b1 * sign), (W2 * sign[:, None], b2.copy())]


@put(FORM)
def bias_as_a_row(params, mask):  # (1, m)
    (W1, b1), second = textbook(params, mask)
    return [(W1, b1[None]), second]


@put(FORM)
def nested_lists(params, mask):  # lists
    return [(W.tolist(), b.tolist()) for W, b in textbook(params, mask)]


# The output bias is not touched, and nobody changes what was given; but it is no new array.
@put(EITHER)
def output_bias_itself(params, mask):
    (W1, b1), (W2, _) = textbook(params, mask)
    return [(W1, b1), (W2, params[1][1])]


# --- wrong ------------------------------------------------------------------------------------


def variant(
    params,
    mask,
    *,
    W1=lambda W, s: W * s,
    b1=lambda b, s: b * s,
    W2=lambda W, s: W * s[:, None],
    b2=lambda b, s: b.copy(),
    sign=lambda mask: np.where(mask, -1.0, 1.0),
):
    """With places to go wrong."""
    (A, a), (B, b) = params
    s = sign(mask).astype(A.dtype)
    return [(W1(A, s), b1(a, s)), (W2(B, s), b2(b, s))]


def kept(array, s):
    return array.copy()


for name, spoilt in {
    "the_other_units": {"sign": lambda mask: np.where(mask, 1.0, -1.0)},
    "all_units": {"sign": lambda mask: -np.ones(len(mask))},
    "no_unit": {"sign": lambda mask: np.ones(len(mask))},
    "first_unit_of_the_mask_only": {
        "sign": lambda mask: np.where(np.arange(len(mask)) == np.argmax(mask), -1.0, 1.0)
    },
    "masked_units_removed": {"sign": lambda mask: np.where(mask, 0.0, 1.0)},
    "unmasked_units_removed": {"sign": lambda mask: np.where(mask, -1.0, 0.0)},
    "minus_two": {"sign": lambda mask: np.where(mask, -2.0, 1.0)},
    "mask_as_numbers": {"sign": lambda mask: mask * 1.0},
    "mask_turned_round": {"sign": lambda mask: np.where(mask[::-1], -1.0, 1.0)},
    "first_layer_forgotten": {"W1": kept},
    "hidden_bias_forgotten": {"b1": kept},
    "second_layer_forgotten": {"W2": kept},
    "first_layer_only": {"b1": kept, "W2": kept},
    "weights_only_and_no_bias_in_either": {"b1": kept, "b2": lambda b, s: -b},
    "output_bias_as_well": {"b2": lambda b, s: -b},
    "second_layer_all_of_it": {"W2": lambda W, s: -W},
    "first_row_of_the_first_layer": {"W1": lambda W, s: np.vstack([W[:1] * s, W[1:]])},
    "first_column_of_the_second_layer": {
        "W2": lambda W, s: np.column_stack([W[:, :1] * s[:, None], W[:, 1:]])
    },
    "columns_of_the_second_layer": {"W2": lambda W, s: W * np.resize(s, W.shape[1])},
    "rows_of_the_first_layer": {"W1": lambda W, s: W * np.resize(s, len(W))[:, None]},
    "first_layer_transposed": {"W1": lambda W, s: (W * s).T},
    "bias_made_positive": {"b1": lambda b, s: np.abs(b) * s},
    "signs_and_absolute_values": {"W1": lambda W, s: np.abs(W) * s},
    "exponential_identity": {"b1": lambda b, s: np.where(s < 0, 1 - b, b)},  # that of the sigmoid
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)


@put(WRONG)
def output_bias_of_a_sigmoid(params, mask):
    # sigmoid(-u) = 1 - sigmoid(u): the bias takes up the one.
    (W1, b1), (W2, b2) = params
    new = variant(params, mask)
    return [new[0], (new[1][0], b2 + W2[mask].sum(axis=0))]


@put(WRONG)
def truth_values_as_indices(params, mask):
    # Units 0 and 1 instead of those that are False and True.
    (W1, b1), (W2, b2) = [(W.copy(), b.copy()) for W, b in params]
    for j in mask.astype(int):
        W1[:, j] *= -1
        b1[j] *= -1
        W2[j] *= -1
    return [(W1, b1), (W2, b2)]


@put(WRONG)
def flipped_along_the_axis(params, mask):
    # np.flip turns the order round, not the sign.
    (W1, b1), (W2, b2) = params
    return [(np.flip(W1, axis=1), b1[::-1].copy()), (np.flip(W2, axis=0), b2.copy())]


@put(WRONG)
def first_layer_only_returned(params, mask):
    return textbook(params, mask)[:1]


@put(WRONG)
def flat_result(params, mask):
    (W1, b1), (W2, b2) = textbook(params, mask)
    return W1, b1, W2, b2


@put(WRONG)
def layers_swapped(params, mask):
    return textbook(params, mask)[::-1]


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
