"""Solutions of ``log_softmax(u)`` for rows of scores ``(N, K)``, finite for scores of any size."""

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
    shifted = u - u.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


@put(RIGHT)
def log_sum_exp_added_back(u):
    top = np.max(u, axis=1)
    lse = top + np.log(np.sum(np.exp(u - top[:, None]), axis=1))
    return u - lse[:, None]


@put(RIGHT)
def logaddexp_reduced(u, axis=-1):
    return u - np.logaddexp.reduce(u, axis=axis, keepdims=True)


@put(RIGHT)
def logaddexp_column_by_column(u):
    lse = u[:, 0]
    for k in range(1, u.shape[1]):
        lse = np.logaddexp(lse, u[:, k])
    return u - lse.reshape(-1, 1)


@put(RIGHT)
def pure_python(u):
    rows = []
    for row in u.tolist():
        top = max(row)
        lse = top + math.log(math.fsum(math.exp(v - top) for v in row))
        rows.append([v - lse for v in row])
    return np.array(rows, dtype=u.dtype).reshape(u.shape)


@put(RIGHT)
def row_by_row(u):
    result = np.empty_like(u)
    for n in range(u.shape[0]):
        row = u[n] - np.max(u[n])
        result[n] = row - np.log(np.sum(np.exp(row)))
    return result


@put(RIGHT)
def columns_by_transposing(u):
    v = u.T
    v = v - v.max(axis=0)
    return (v - np.log(np.exp(v).sum(axis=0))).T


@put(RIGHT)
def differences_to_each_score(u):
    # -log sum_j exp(u_j - u_k), with the largest difference taken out.
    d = u[:, None, :] - u[:, :, None]
    top = d.max(axis=2)
    return -(top + np.log(np.exp(d - top[:, :, None]).sum(axis=2)))


@put(RIGHT)
def log1p_of_the_others(u):
    # The largest term is a 1; log1p of all others.
    v = u - u.max(axis=1, keepdims=True)
    e = np.exp(v)
    e[np.arange(len(u)), v.argmax(axis=1)] = 0
    return v - np.log1p(e.sum(axis=1, keepdims=True))


@put(RIGHT)
def base_two(u):
    two = np.asarray(np.log(2), dtype=u.dtype)
    v = (u - u.max(1, keepdims=True)) / two
    return (v - np.log2(np.exp2(v).sum(1, keepdims=True))) * two


@put(RIGHT)
def divide_and_conquer(u):
    def lse(a):
        if a.shape[1] == 1:
            return a
        half = a.shape[1] // 2
        return np.logaddexp(lse(a[:, :half]), lse(a[:, half:]))

    return u - lse(u)


@put(RIGHT)
def shifted_until_nothing_changes(u):
    # Each round takes out the logarithm of the sum that is left; the second is rounding only.
    y = u - u.max(axis=1)[:, None]
    for _ in range(3):
        y = y - np.log(np.exp(y).sum(axis=1))[:, None]
    return y


@put(RIGHT)
def along_an_axis(u):
    def one(row):
        row = row - row.max()
        return row - np.log(np.exp(row).sum())

    return np.apply_along_axis(one, -1, u)


@put(RIGHT)
def copied_and_changed(u, *, out=None):
    out = u.copy() if out is None else out
    out -= out.max(axis=1, keepdims=True)
    out -= np.log(np.einsum("nk->n", np.exp(out)))[:, None]
    return out


@put(RIGHT)
def cumulative(u):
    return u - np.logaddexp.accumulate(u, axis=1)[:, -1:]


RIGHT["partially_applied"] = (functools.partial(logaddexp_reduced, axis=1),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(u):  # lists
    return textbook(u).tolist()


@put(FORM)
def tuple_of_rows(u):  # a tuple of arrays
    return tuple(textbook(u))


@put(FORM)
def shifted_in_place(u):  # u is changed
    u -= u.max(axis=1, keepdims=True)
    return u - np.log(np.exp(u).sum(axis=1, keepdims=True))


@put(FORM)
def leading_axis(u):  # (1, N, K)
    return textbook(u)[np.newaxis]


@put(FORM)
def double_precision(u):  # float64 from float32
    return textbook(np.array(u, dtype=float))


# --- wrong ------------------------------------------------------------------------------------


def softmax(u, axis=1):
    e = np.exp(u - u.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@put(WRONG)
def logarithm_of_the_softmax(u):
    # -inf where the probability underflows.
    return np.log(softmax(u))


@put(WRONG)
def tiny_number_in_the_log(u):
    # Nothing falls below -27.6.
    return np.log(softmax(u) + 1e-12)


@put(WRONG)
def clipped_probabilities(u):
    p = softmax(u)
    return np.log(np.clip(p, np.finfo(p.dtype).tiny, 1))


@put(WRONG)
def infinities_replaced(u):
    return np.nan_to_num(np.log(softmax(u)))


@put(WRONG)
def not_shifted(u):
    # -inf for large scores.
    return u - np.log(np.exp(u).sum(axis=1, keepdims=True))


@put(WRONG)
def shifted_by_the_mean(u):
    v = u - u.mean(axis=1, keepdims=True)
    return v - np.log(np.exp(v).sum(axis=1, keepdims=True))


@put(WRONG)
def shifted_by_the_largest_of_all(u):
    # Infinite for rows far below the largest score of the batch.
    v = u - u.max()
    return v - np.log(np.exp(v).sum(axis=1, keepdims=True))


@put(WRONG)
def shifted_by_the_largest_size(u):
    v = u - np.abs(u).max(axis=1, keepdims=True)
    return v - np.log(np.exp(v).sum(axis=1, keepdims=True))


@put(WRONG)
def shift_forgotten_in_front(u):
    shifted = u - u.max(axis=1, keepdims=True)
    return u - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


@put(WRONG)
def shift_forgotten_in_the_sum(u):
    shifted = u - u.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(u).sum(axis=1, keepdims=True))


@put(WRONG)
def shift_added_twice(u):
    top = u.max(axis=1, keepdims=True)
    return u - 2 * top - np.log(np.exp(u - top).sum(axis=1, keepdims=True))


@put(WRONG)
def logarithm_forgotten(u):
    shifted = u - u.max(axis=1, keepdims=True)
    return shifted - np.exp(shifted).sum(axis=1, keepdims=True)


@put(WRONG)
def exponential_forgotten(u):
    shifted = u - u.max(axis=1, keepdims=True)
    return shifted - np.log(np.abs(shifted).sum(axis=1, keepdims=True) + 1e-12)


@put(WRONG)
def maximum_only(u):
    # Nearly right where one score is far above the others.
    return u - u.max(axis=1, keepdims=True)


@put(WRONG)
def over_the_batch(u):
    v = u - u.max(axis=0)
    return v - np.log(np.exp(v).sum(axis=0))


@put(WRONG)
def over_everything(u):
    # Right for N = 1.
    return u - np.logaddexp.reduce(u, axis=None)


@put(WRONG)
def sums_meet_the_columns(u):
    # An error for N != K, wrong for N = K.
    shifted = u - u.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1))


@put(WRONG)
def sums_meet_the_columns_where_square(u):
    # Wrong for N = K > 1 only.
    shifted = u - u.max(axis=1, keepdims=True)
    sums = np.log(np.exp(shifted).sum(axis=1))
    return shifted - (sums if len(u) == u.shape[1] > 1 else sums[:, None])


@put(WRONG)
def probabilities(u):
    return softmax(u)


@put(WRONG)
def positive_sign(u):
    return -textbook(u)


@put(WRONG)
def logarithm_to_base_two(u):
    return textbook(u) / np.log(2)


@put(WRONG)
def logarithm_to_base_ten_in_the_sum(u):
    v = u - u.max(axis=1, keepdims=True)
    return v - np.log10(np.exp(v).sum(axis=1, keepdims=True))


@put(WRONG)
def mean_for_sum(u):
    v = u - u.max(axis=1, keepdims=True)
    return v - np.log(np.exp(v).mean(axis=1, keepdims=True))


@put(WRONG)
def sum_of_logarithms(u):
    # log of the sum taken for the sum of the logs.
    v = u - u.max(axis=1, keepdims=True)
    return v - v.sum(axis=1, keepdims=True)


@put(WRONG)
def log1p_of_the_sum(u):
    v = u - u.max(axis=1, keepdims=True)
    return v - np.log1p(np.exp(v).sum(axis=1, keepdims=True))


@put(WRONG)
def log_sigmoid(u):
    return -np.logaddexp(0, -u)


@put(WRONG)
def clipped_scores(u):
    return textbook(np.clip(u, -20, 20))


@put(WRONG)
def clipped_result(u):
    # Wrong for very unlikely classes only.
    return np.maximum(textbook(u), -100)


@put(WRONG)
def applied_twice_to_the_probabilities(u):
    return textbook(softmax(u))


@put(WRONG)
def temperature(u):
    return textbook(u / 2)


@put(WRONG)
def sum_and_scores_exchanged(u):
    v = u - u.max(axis=1, keepdims=True)
    return np.log(np.exp(v).sum(axis=1, keepdims=True)) - v


@put(WRONG)
def losses_of_the_rows(u):
    return textbook(u).sum(axis=1)


@put(WRONG)
def log_sum_exp_returned(u):
    return np.logaddexp.reduce(u, axis=1, keepdims=True)


@put(WRONG)
def first_row_for_all(u):
    # Right for N = 1.
    return u - np.logaddexp.reduce(u[:1], axis=1, keepdims=True)


@put(WRONG)
def own_class_left_out(u):
    # The sum over all other classes: log of the odds.
    K = u.shape[1]
    others = [np.logaddexp.reduce(np.delete(u, k, axis=1), axis=1) for k in range(K)]
    return u - np.stack(others, axis=1) if K > 1 else u


@put(WRONG)
def rounded_scores(u):
    return textbook(np.trunc(u))


@put(WRONG)
def sums_kept_for_the_shape(u, sums={}):  # noqa: B006
    lse = np.logaddexp.reduce(u, axis=1, keepdims=True)
    return u - sums.setdefault(u.shape, lse)


@put(WRONG)
def noise_of_its_own(u):
    return textbook(u + np.random.default_rng().gumbel(size=u.shape))


@put(WRONG)
def both_returned(u):
    log_p = textbook(u)
    return log_p, np.exp(log_p)


@put(WRONG)
def two_mistakes(u):
    v = u - u.max(axis=0)
    return np.log(np.exp(v).sum(axis=0)) - v


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
