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
def divided_where_not_zero(y, t):
    r = np.array(y - t)
    grad = r / np.maximum(np.abs(r), np.finfo(r.dtype).tiny) / len(r)
    return np.array(np.mean(np.abs(r)) * r.size / len(r)), grad


made_of(programs, textbook, without=["gradient_of_the_call_before"])
