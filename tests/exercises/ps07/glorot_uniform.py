"""Programs for ``glorot_uniform``."""

from tests.exercises.initializers import uniform


def variance(shape):
    n_in, n_out = shape
    return 2 / (n_in + n_out)


VARIANTS, DRESSED, WRONG = uniform(variance)
