"""``he_normal(shape, rng) -> W``: normal weights of variance 2 / n_in."""

import numpy as np

from grader.exercises.initializers import initializer


def he_normal(shape, rng):
    n_in, n_out = shape
    return rng.normal(0, np.sqrt(2 / n_in), size=shape)


exercise = initializer(
    he_normal,
    variance="2 / n_in",
    hints=(
        "A ReLU halves the mean square of a symmetric signal. By which factor does the variance "
        "of the weights have to grow, compared with a linear layer, to compensate for this?",
        "`rng.normal(0, s, size=shape)` has the variance s². Which s gives the required variance?",
        "Smaller: for shape (8, 3) the variance is 2/8 and the standard deviation 1/2, so a "
        "standard normal number 0.8 becomes the weight 0.4. Twenty-four of them are drawn.",
    ),
)

exercise.slips("""
return rng.normal(0, np.sqrt(1 / n_in), size=shape)
    The variance is 1 / n_in, which suits linear layers. Which share of the mean square of a
    symmetric signal remains after a ReLU?
""")
