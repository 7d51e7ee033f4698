"""Solutions of ``penalised_minimum(a, h, lam1, lam2) -> w``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def three_cases(a, h, lam1, lam2):
    right_of_0 = (h * a - lam1) / (h + 2 * lam2)
    left_of_0 = (h * a + lam1) / (h + 2 * lam2)
    w = np.zeros_like(a)
    w = np.where(right_of_0 > 0, right_of_0, w)
    return np.where(left_of_0 < 0, left_of_0, w)


@right
def half_of_two_distances(a, h, lam1, lam2):
    pull = h * a
    return (pull + (np.abs(pull - lam1) - np.abs(pull + lam1)) / 2) / (h + 2 * lam2)


@right
def thresholded_then_shrunk(a, h, lam1, lam2):
    moved = np.sign(a) * np.maximum(np.abs(a) - lam1 / h, 0)
    return moved * (h / (h + 2 * lam2))


@wrong
def stops_at_the_first_small_one(a, h, lam1, lam2):
    w = three_cases(a, h, lam1, lam2).ravel()
    w[np.flatnonzero(w == 0)[:1].sum() + 1 :] = 0
    return w.reshape(a.shape)


@wrong
def strength_of_the_first_call(a, h, lam1, lam2, kept=[]):  # noqa: B006
    kept.append(lam1)
    return three_cases(a, h, kept[0], lam2)


@wrong
def smallest_l2_penalty(a, h, lam1, lam2):
    return three_cases(a, h, lam1, max(lam2, 1e-6) if lam2 else lam2)


programs.beside_the_point = [
    "return a",
    "return h * a / (h + 2 * lam2)",
    "return np.where(np.abs(a) > lam1, a, 0)",
]
