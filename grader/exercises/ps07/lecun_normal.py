"""``lecun_normal(shape, rng) -> W``: normal weights of variance 1 / n_in."""

import numpy as np

from grader.exercises.initializers import initializer


def lecun_normal(shape, rng):
    n_in, n_out = shape
    return rng.normal(0, np.sqrt(1 / n_in), size=shape)


exercise = initializer(
    lecun_normal,
    variance="1 / n_in",
    hints=(
        "A unit adds up n_in products. Which entry of `shape` is n_in, and what variance must a "
        "weight have for their sum to have the variance of one input?",
        "`rng.normal(0, s, size=shape)` has the variance s². Which s gives the required variance?",
        "Smaller: for shape (4, 3) the variance is 1/4 and the standard deviation 1/2, so a "
        "standard normal number 0.8 becomes the weight 0.4. Twelve of them are drawn.",
    ),
)

exercise.slips("""
return rng.normal(0, np.sqrt(2 / n_in), size=shape)
    The variance is 2 / n_in, which suits layers after a ReLU. Here nothing halves the mean square,
    so no factor 2 is needed.
return rng.normal(0, np.sqrt(2 / (n_in + n_out)), size=shape)
    Your variance depends on the number of outputs, too. That is Glorot's compromise; LeCun's rule
    considers only the forward pass.
""")
