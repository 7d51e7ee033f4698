"""Programs for ``he_normal``."""

from tests.exercises.initializers import normal


def variance(shape):
    n_in, n_out = shape
    return 2 / n_in


VARIANTS, DRESSED, WRONG = normal(variance)
