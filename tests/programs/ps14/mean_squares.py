"""Solutions of ``mean_squares(rates, start, curvature, noise)``: kept and added."""

from itertools import accumulate

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(rates, start, curvature, noise):
    squares, q = np.empty(len(rates)), start * start
    for k, rate in enumerate(rates):
        q = q * (1 - rate * curvature) ** 2 + noise * rate * rate
        squares[k] = q
    return squares


@right
def mean_and_variance(rates, start, curvature, noise):
    mean, variance, squares = start, 0.0, []
    for rate in rates:
        mean = mean - rate * curvature * mean
        variance = (1 - rate * curvature) ** 2 * variance + rate**2 * noise
        squares.append(mean**2 + variance)
    return np.array(squares)


@right
def by_accumulation(rates, start, curvature, noise):
    def step(q, rate):
        return q - 2 * rate * curvature * q + rate**2 * (curvature**2 * q + noise)

    return np.array(list(accumulate(rates, step, initial=start**2)))[1:]


@right
def with_products(rates, start, curvature, noise):
    kept = (1 - np.asarray(rates) * curvature) ** 2
    later = [np.prod(kept[k + 1 : n + 1]) for n in range(len(kept)) for k in range(n + 1)]
    found, at = [], 0
    for n in range(len(kept)):
        shares = np.array(later[at : at + n + 1])
        found.append(
            np.prod(kept[: n + 1]) * start**2 + np.sum(shares * rates[: n + 1] ** 2) * noise
        )
        at += n + 1
    return np.array(found)


@wrong
def goes_on_from_the_last_call(rates, start, curvature, noise, kept=[]):  # noqa: B006
    found = textbook(rates, kept[-1] if kept else start, curvature, noise)
    kept.append(found[-1] ** 0.5)
    return found


wrong.edit(
    "never_past_0", textbook, "(1 - rate * curvature) ** 2", "max(1 - rate * curvature, 0) ** 2"
)

programs.beside_the_point = [
    "return np.full(len(rates), start**2)",
    "return rates**2 * noise",
    "return (1 - rates * curvature) ** 2 * start**2",
]

programs.equivalent = changes("""
kept = 1 - rate * curvature -> kept = rate * curvature - 1
    a square has no sign
""")
