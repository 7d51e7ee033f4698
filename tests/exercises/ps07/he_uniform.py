"""Programs for ``he_uniform``."""

from tests.exercises.initializers import uniform


def variance(shape):
    n_in, n_out = shape
    return 2 / n_in


VARIANTS, DRESSED, WRONG = uniform(variance)
