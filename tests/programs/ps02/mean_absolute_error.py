"""Solutions of ``mean_absolute_error(y, t) -> (value, dy)``: sum over K, mean over N.

Where ``y = t`` any number between -1/N and 1/N is right in the gradient.
"""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.losses import made_of

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(y, t):
    r = y - t
    return np.abs(r).sum() / len(y), np.sign(r) / len(y)


@right
def plus_one_at_the_kink(y, t):
    N = y.shape[0]
    grad = np.where(y >= t, 1, -1).astype(y.dtype) / N
    return np.sum(np.absolute(t - y)) / N, grad


@right
def minus_one_at_the_kink(y, t):
    N = y.shape[0]
    grad = np.full_like(y, -1 / N)
    grad[y > t] = 1 / N
    return float(np.linalg.norm((y - t).ravel(), 1)) / N, grad


@right
def largest_minus_smallest(y, t):
    value = np.sum(np.maximum(y, t) - np.minimum(y, t)) / len(y)
    return value, ((y > t) * 1.0 - (y < t) * 1.0) / len(y)


@right
def entry_by_entry(y, t):
    N, value, grad = len(y), 0.0, y.copy()
    for i, a in np.ndenumerate(y):
        if a > t[i]:
            value, grad[i] = value + (a - t[i]) / N, 1 / N
        elif a < t[i]:
            value, grad[i] = value + (t[i] - a) / N, -1 / N
        else:
            grad[i] = 0.5 / N
    return value, grad


@right
def root_of_the_square(y, t):
    r = y - t
    size = np.sqrt(r * r)
    slope = np.divide(r, size, out=np.zeros_like(size), where=size > 0)
    return size.reshape(len(r), -1).sum(1).mean(), slope / len(r)


@right
def heaviside_function(y, t):
    # np.heaviside gives the value at the kink; -1/3 lies between -1 and 1.
    grad = (2 * np.heaviside(y - t, 1 / 3) - 1) / len(y)
    return np.average(np.abs(y - t).reshape(len(y), -1).sum(axis=-1)), grad.astype(y.dtype)


@right
def divided_where_not_zero(y, t):
    r = np.array(y - t)
    grad = r / np.maximum(np.abs(r), np.finfo(r.dtype).tiny) / len(r)
    return np.array(np.mean(np.abs(r)) * r.size / len(r)), grad


made_of(programs, textbook, without=["gradient_of_the_call_before"])
