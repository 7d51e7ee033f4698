"""Solutions of ``decayed(t, *, kind, lr, last, total)``: each way reaches ``last`` at ``total``."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(t, *, kind, lr, last, total):
    if t >= total:
        return last
    if kind == "exponential":
        return lr * math.exp(-math.log(lr / last) / total * t)
    if kind == "inverse time":
        return lr / (1 + (lr / last - 1) / total * t)
    return lr * (last / lr) ** (int(t // (total / 4)) / 3)


@right
def between_logarithms_and_reciprocals(t, *, kind, lr, last, total):
    share = np.clip(t / total, 0, 1)
    if kind == "inverse time":
        return 1 / ((1 - share) / lr + share / last)
    if kind == "stairs":
        share = np.minimum(np.floor(4 * share), 3) / 3
    return np.exp((1 - share) * np.log(lr) + share * np.log(last))


@right
def with_a_list_of_stairs(t, *, kind, lr, last, total):
    if kind == "stairs":
        values = np.geomspace(lr, last, 4)
        return values[sum(t >= boundary * total / 4 for boundary in (1, 2, 3))]
    return textbook(t, kind=kind, lr=lr, last=last, total=total)


@open_
def single_precision(t, **settings):
    return np.float32(textbook(t, **settings))


wrong.edit(
    "with_a_smallest_rate",
    textbook,
    "return lr / (1 + (lr / last - 1) / total * t)",
    "return max(lr / (1 + (lr / last - 1) / total * t), 0.001)",
)

wrong.edit(
    "stairs_by_a_rounded_quotient", textbook, "int(t // (total / 4))", "int(t * (4 / total))"
)

programs.beside_the_point = [
    "return lr",
    "return last",
    "return lr if t < total else last",
]
