"""Programs for ``lecun_normal``."""

from tests.exercises.initializers import normal


def variance(shape):
    n_in, n_out = shape
    return 1 / n_in


VARIANTS, DRESSED, WRONG = normal(variance)
