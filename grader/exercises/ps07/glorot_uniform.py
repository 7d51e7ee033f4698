"""``glorot_uniform(shape, rng) -> W``: uniform weights of variance 2 / (n_in + n_out)."""

import numpy as np

from grader.exercises.initializers import initializer


def glorot_uniform(shape, rng):
    n_in, n_out = shape
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, size=shape)


exercise = initializer(
    glorot_uniform,
    variance="2 / (n_in + n_out)",
    uniform=True,
    hints=(
        "The variance is that of `glorot_normal`. What is the variance of a uniform distribution "
        "from −a to a?",
        "It is a² / 3. Set it equal to the required variance and solve for a.",
        "Smaller: for shape (4, 2) the variance is 2/6 = 1/3, so a² = 1 and the eight weights lie "
        "between −1 and 1.",
    ),
)
