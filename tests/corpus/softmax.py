"""Solutions of ``softmax(u)``: rows of scores ``(N, K)`` become rows of probabilities."""

import functools
import math
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(u):
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@put(RIGHT)
def last_axis(u, axis=-1):
    shifted = u - np.amax(u, axis=axis, keepdims=True)
    return np.exp(shifted) / np.sum(np.exp(shifted), axis=axis, keepdims=True)


@put(RIGHT)
def through_the_logarithm(u):
    return np.exp(u - np.logaddexp.reduce(u, axis=1, keepdims=True))


@put(RIGHT)
def columns_by_transposing(u):
    v = (u.T - u.max(axis=1)).T
    e = np.exp(v)
    return (e.T / e.sum(axis=1)).T


@put(RIGHT)
def row_by_row(u):
    y = np.zeros_like(u)
    for n, row in enumerate(u):
        e = np.exp(row - row.max())
        y[n] = e / e.sum()
    return y


@put(RIGHT)
def pure_python(u):
    rows = []
    for row in u.tolist():
        top = max(row)
        e = [math.exp(v - top) for v in row]
        rows.append([v / math.fsum(e) for v in e])
    return np.array(rows, dtype=u.dtype)


@put(RIGHT)
def along_an_axis(u):
    def one(row):
        e = np.exp(row - row.max())
        return e / e.sum()

    return np.apply_along_axis(one, 1, u)


@put(RIGHT)
def one_over_sum_of_ratios(u):
    # y_k = 1 / sum_j exp(u_j - u_k); an overflow gives 1 / inf, which is right.
    with np.errstate(over="ignore"):
        return 1 / np.exp(u[:, None, :] - u[:, :, None]).sum(axis=2)


@put(RIGHT)
def matrix_of_ones(u):
    e = np.exp(u - u.max(axis=-1)[:, None])
    return e / (e @ np.ones((u.shape[1], 1), dtype=u.dtype))


@put(RIGHT)
def divided_twice(u):
    # Any number near the largest serves; a first softmax in logarithms, then made exact.
    v = u - np.max(u, 1).reshape(-1, 1)
    y = np.exp(v - np.log(np.exp(v).sum(1, keepdims=True)))
    return y / y.sum(1, keepdims=True)


@put(RIGHT)
def sorted_scores(u):
    top = np.sort(u, axis=1)[:, -1:]
    e = np.exp(np.subtract(u, top))
    return np.einsum("nk,n->nk", e, 1 / np.einsum("nk->n", e))


@put(RIGHT)
def running_maximum(u):
    # One pass, as on hardware: maximum and sum are corrected together.
    top, total = np.full(len(u), -np.inf, dtype=u.dtype), np.zeros(len(u), dtype=u.dtype)
    for k in range(u.shape[1]):
        new = np.maximum(top, u[:, k])
        total = total * np.exp(top - new) + np.exp(u[:, k] - new)
        top = new
    return np.exp(u - top[:, None]) / total[:, None]


@put(RIGHT)
def copied_and_changed(u):
    y = u.copy()
    y -= y.max(axis=1, keepdims=True)
    np.exp(y, out=y)
    y /= y.sum(axis=1, keepdims=True)
    return y


@put(RIGHT)
def powers_of_e(u):
    e = np.power(np.asarray(np.e, dtype=u.dtype), u - u.max(1, keepdims=True))
    return e / np.add.reduce(e, axis=1, keepdims=True)


@put(RIGHT)
def shifted_by_the_largest_in_size_of_each_part(u):
    # The first column is taken out and then the maximum of the differences.
    d = u - u[:, :1]
    e = np.exp(d - d.max(axis=1, keepdims=True))
    return np.divide(e, np.sum(e, axis=1)[:, np.newaxis])


@put(RIGHT)
def temperature_of_one(u, *, temperature=1.0):
    return textbook(u / temperature)


RIGHT["partially_applied"] = (functools.partial(last_axis, axis=1),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(u):  # lists
    return textbook(u).tolist()


@put(FORM)
def list_of_rows(u):  # a list of arrays
    return list(textbook(u))


@put(FORM)
def shifted_in_place(u):  # u is changed
    u -= u.max(axis=1, keepdims=True)
    return textbook(u)


@put(FORM)
def overwritten(u):  # u becomes the result
    u[...] = textbook(u)
    return u


@put(FORM)
def leading_axis(u):  # (1, N, K)
    return textbook(u)[None]


@put(FORM)
def squeezed(u):  # (K,) for N = 1 and (N,) for K = 1
    return np.squeeze(textbook(u))


@put(FORM)
def double_precision(u):  # float64 from float32
    return textbook(u.astype(np.float64))


@put(FORM)
def filled_zeros(u):  # float64 from float32
    y = np.zeros(u.shape)
    for n in range(len(u)):
        y[n] = textbook(u[n : n + 1])[0]
    return y


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def not_shifted(u):
    # inf / inf for large scores.
    return np.exp(u) / np.exp(u).sum(axis=1, keepdims=True)


@put(WRONG)
def shifted_by_the_mean(u):
    # Still overflows for rows with a wide range.
    e = np.exp(u - u.mean(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@put(WRONG)
def shifted_by_the_smallest(u):
    e = np.exp(u - u.min(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@put(WRONG)
def shifted_by_the_largest_size(u):
    # |u|: 0 / 0 where all scores of a row are very negative.
    e = np.exp(u - np.abs(u).max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@put(WRONG)
def shifted_by_the_largest_of_all(u):
    # Rows far below the largest score of the batch: 0 / 0.
    e = np.exp(u - np.max(u))
    return e / e.sum(axis=1, keepdims=True)


@put(WRONG)
def shifted_by_columns(u):
    e = np.exp(u - u.max(axis=0))
    return e / e.sum(axis=1, keepdims=True)


@put(WRONG)
def shifted_by_the_first(u):
    e = np.exp(u - u[:, :1])
    return e / e.sum(axis=1, keepdims=True)


@put(WRONG)
def shift_in_the_numerator_only(u):
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / np.exp(u).sum(axis=1, keepdims=True)


@put(WRONG)
def shifted_the_wrong_way(u):
    e = np.exp(u + u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@put(WRONG)
def clipped_scores(u):
    return textbook(np.clip(u, -10, 10))


@put(WRONG)
def clipped_from_above(u):
    # Right for scores below 20: the large ones become equal.
    e = np.exp(np.minimum(u, 20))
    return e / e.sum(axis=1, keepdims=True)


@put(WRONG)
def nan_replaced(u):
    # An overflow is hidden: zeros in place of the largest class.
    return np.nan_to_num(not_shifted(u))


@put(WRONG)
def over_the_batch(u):
    e = np.exp(u - u.max(axis=0))
    return e / e.sum(axis=0)


@put(WRONG)
def over_everything(u):
    # Right for N = 1.
    e = np.exp(u - u.max())
    return e / e.sum()


@put(WRONG)
def sums_meet_the_columns(u):
    # An error for N != K, wrong for N = K.
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1)


@put(WRONG)
def transposed(u):
    return textbook(u).T


@put(WRONG)
def logarithms(u):
    return u - np.logaddexp.reduce(u, axis=1, keepdims=True)


@put(WRONG)
def not_normalised(u):
    return np.exp(u - u.max(axis=1, keepdims=True))


@put(WRONG)
def normalised_by_the_largest(u):
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / (e.sum(axis=1, keepdims=True) - 1)


@put(WRONG)
def normalised_by_the_mean(u):
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.mean(axis=1, keepdims=True)


@put(WRONG)
def normalised_by_the_euclidean_length(u):
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / np.linalg.norm(e, axis=1, keepdims=True)


@put(WRONG)
def scores_over_their_sum(u):
    return u / u.sum(axis=1, keepdims=True)


@put(WRONG)
def absolute_scores_over_their_sum(u):
    a = np.abs(u)
    return a / a.sum(axis=1, keepdims=True)


@put(WRONG)
def sigmoid_of_each(u):
    return 1 / (1 + np.exp(-u))


@put(WRONG)
def sigmoids_over_their_sum(u):
    s = 1 / (1 + np.exp(-u))
    return s / s.sum(axis=1, keepdims=True)


@put(WRONG)
def powers_of_two(u):
    e = np.exp2(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@put(WRONG)
def softmin(u):
    return textbook(-u)


@put(WRONG)
def hardmax(u):
    return np.eye(u.shape[1], dtype=u.dtype)[u.argmax(axis=1)]


@put(WRONG)
def one_more_class(u):
    # A one in the denominator, as in the sigmoid.
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / (1 + e.sum(axis=1, keepdims=True))


@put(WRONG)
def large_number_in_the_denominator(u):
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / (e.sum(axis=1, keepdims=True) + 1e-2)


@put(WRONG)
def scaled_by_the_root_of_k(u):
    # As in attention; right for K = 1.
    return textbook(u / np.sqrt(u.shape[1]))


@put(WRONG)
def standardised_scores(u):
    s = u.std(axis=1, keepdims=True)
    return textbook((u - u.mean(axis=1, keepdims=True)) / np.where(s > 0, s, 1))


@put(WRONG)
def softmax_of_the_softmax(u):
    return textbook(textbook(u))


@put(WRONG)
def derivative(u):
    y = textbook(u)
    return y * (1 - y)


@put(WRONG)
def first_row_for_all(u):
    # Right for N = 1.
    return np.repeat(textbook(u[:1]), len(u), axis=0)


@put(WRONG)
def first_row_forgotten(u):
    y = textbook(u)
    y[0] = u[0]
    return y


@put(WRONG)
def returned_in_the_first_round(u):
    y = np.zeros_like(u)
    for n in range(len(u)):
        y[n] = textbook(u[n : n + 1])[0]
        return y


@put(WRONG)
def last_class_by_difference_forgotten(u):
    y = textbook(u)
    y[:, -1] = 0
    return y


@put(WRONG)
def result_kept_for_the_shape(u, results={}):  # noqa: B006
    return results.setdefault(u.shape, textbook(u))


@put(WRONG)
def largest_score_of_all_calls(u, top=[-np.inf]):  # noqa: B006
    # The shift only ever grows: 0 / 0 after a call with large scores.
    top[0] = max(top[0], float(u.max()))
    e = np.exp(u - top[0])
    return e / e.sum(axis=1, keepdims=True)


@put(WRONG)
def whole_number_exponents(u):
    return textbook(np.round(u))


@put(WRONG)
def half_precision(u):
    # Three digits only.
    return textbook((u - u.max(axis=1, keepdims=True)).astype(np.float16)).astype(u.dtype)


@put(WRONG)
def value_and_cache(u):
    y = textbook(u)
    return y, y


@put(WRONG)
def two_mistakes(u):
    e = np.exp(u)
    return e / e.sum(axis=0)


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
