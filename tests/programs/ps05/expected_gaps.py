"""Solutions of ``expected_gaps(squares, curvatures, variances, batches, rates) -> gaps``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(squares, curvatures, variances, batches, rates):
    gaps = []
    for B, lr in zip(batches, rates, strict=True):
        squares = (1 - lr * curvatures) ** 2 * squares + lr**2 * variances / B
        gaps.append(0.5 * curvatures @ squares)
    return np.array(gaps)


@right
def direction_by_direction(squares, curvatures, variances, batches, rates):
    total = np.zeros(len(rates))
    for V, lam, s2 in zip(squares, curvatures, variances, strict=True):
        for k, lr in enumerate(rates):
            V = V - 2 * lr * lam * V + (lr * lam) ** 2 * V + lr * lr * s2 / batches[k]
            total[k] += lam * V / 2
    return total


@right
def as_a_distance_from_the_floor(squares, curvatures, variances, batches, rates):
    gaps = np.zeros(len(rates))
    for k, lr in enumerate(rates):
        shrink = (1 - lr * curvatures) ** 2
        floor = lr**2 * variances / batches[k] / (1 - shrink)
        squares = floor + shrink * (squares - floor)
        gaps[k] = np.dot(curvatures, squares) / 2
    return gaps


@wrong
def goes_on_where_it_ended(squares, curvatures, variances, batches, rates, kept={}):  # noqa: B006
    start = kept.get(len(squares), squares)
    for B, lr in zip(batches, rates, strict=True):
        kept[len(squares)] = (1 - lr * curvatures) ** 2 * start + lr**2 * variances / B
    return textbook(start, curvatures, variances, batches, rates)


wrong.edit(
    "no_error_at_small_rates", textbook, "lr**2 * variances", "(lr > 0.01) * lr**2 * variances"
)

programs.beside_the_point = [
    "return np.zeros(len(rates))",
    "return np.full(len(rates), np.sum(curvatures * squares) / 2)",
    "noise = 0",
]

programs.equivalent = changes("""
kept = (1 - lr * curvatures) ** 2 * squares -> kept = (lr * curvatures - 1) ** 2 * squares
    a square has no sign
for B, lr in zip(batches, rates, strict=True): -> for B, lr in zip(batches, rates, strict=False):
    both lists have the same length
""")
