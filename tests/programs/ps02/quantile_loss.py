"""Solutions of ``quantile_loss(y, t, q) -> (value, dy)``: sum over K, mean over N.

Where ``y = t`` any number between the derivatives of both sides is right in the gradient.
"""

import numpy as np

from tests.programs.catalogue import Catalogue, changes
from tests.programs.losses import made_of

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(y, t, q):
    r = y - t
    a, b = 2 - 2 * q, 2 * q
    return np.where(r > 0, a * r, -b * r).sum() / len(y), np.where(r > 0, a, -b) / len(y)


@right
def the_larger_of_two_lines(y, t, q):
    too_large, too_small = 2 * (1 - q) * (y - t), 2 * q * (t - y)
    value = np.maximum(too_large, too_small).sum(axis=1).mean()
    slope = 2 * (1 - q) * (too_large >= too_small) - 2 * q * (too_large < too_small)
    return value, slope / len(y)


@right
def absolute_error_and_a_line(y, t, q):
    r = np.asarray(y - t)
    tilt = 1 - 2 * q
    value = float(np.sum(np.abs(r) + tilt * r)) / len(r)
    return value, (np.sign(r) + tilt * (r != 0)) / len(r)


@right
def entry_by_entry(y, t, q):
    value, dy = 0.0, np.zeros_like(y)
    for place, r in np.ndenumerate(y - t):
        dy[place] = 0 if r == 0 else 2 * (1 - q) if r > 0 else -2 * q
        value += dy[place] * r
    return value / len(y), dy / len(y)


@wrong
def share_of_the_first_call(y, t, q, kept=[]):  # noqa: B006
    kept.append(q)
    return textbook(y, t, kept[0])


made_of(programs, textbook, without=["gradient_of_the_call_before"])


@wrong
def minus_one_where_met(y, t, q):
    value, dy = textbook(y, t, q)
    return value, np.where(y == t, -1 / len(y), dy)


programs.beside_the_point = [
    "return np.mean((y - t) ** 2), (y - t) / len(y)",
    "return np.sum(np.abs(y - t)) / len(y), np.sign(y - t) / len(y)",
]

programs.equivalent = changes("""
weight = np.where(r > 0, above, below) -> weight = np.where(r >= 0, above, below)
    at r = 0 the weight is multiplied by 0
""")
