"""Solutions of ``digit_map(rates, momenta, curvatures) -> digits``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def growth(lr, mu, curvature):
    return max(abs(np.roots([1, -(1 + mu - lr * curvature), mu])))


@right
def growth_by_growth(rates, momenta, curvatures):
    rows = [[max(growth(lr, mu, k) for k in curvatures) for lr in rates] for mu in momenta]
    return -100 * np.log10(rows)


@right
def without_a_loop(rates, momenta, curvatures):
    mu = momenta[:, None, None]
    c = 1 + mu - rates[:, None] * curvatures
    inside = c**2 - 4 * mu
    real = (np.abs(c) + np.sqrt(np.maximum(inside, 0))) / 2
    size = np.where(inside < 0, np.sqrt(mu), real)
    return -100 * np.log10(size.max(axis=-1))


@right
def only_the_extreme_curvatures(rates, momenta, curvatures):
    # Between them no direction has a larger growth.
    ends = min(curvatures), max(curvatures)
    digits = np.zeros((len(momenta), len(rates)))
    for place in np.ndindex(*digits.shape):
        mu, lr = momenta[place[0]], rates[place[1]]
        digits[place] = min(-np.log(growth(lr, mu, k)) for k in ends) * 100 / np.log(10)
    return digits


@wrong
def momenta_of_the_first_call(rates, momenta, curvatures, kept={}):  # noqa: B006
    first = kept.setdefault(len(momenta), momenta)
    return without_a_loop(rates, first, curvatures)
