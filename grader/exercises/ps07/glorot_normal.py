"""``glorot_normal(shape, rng) -> W``: normal weights of variance 2 / (n_in + n_out)."""

import numpy as np

from grader.exercises.initializers import initializer


def glorot_normal(shape, rng):
    n_in, n_out = shape
    return rng.normal(0, np.sqrt(2 / (n_in + n_out)), size=shape)


exercise = initializer(
    glorot_normal,
    variance="2 / (n_in + n_out)",
    hints=(
        "The forward pass needs the variance 1 / n_in, the backward pass 1 / n_out. Which "
        "denominator is a compromise between the two?",
        "One over the mean of n_in and n_out is the variance. `rng.normal(0, s, size=shape)` has "
        "the variance s².",
        "Smaller: for shape (6, 2) the mean is 4, the variance 1/4, the standard deviation 1/2, so "
        "a standard normal number 0.8 becomes the weight 0.4. Twelve of them are drawn.",
    ),
)

exercise.slips("""
return rng.normal(0, np.sqrt(2 / n_in + n_out), size=shape)
    The weights grow with the number of outputs. A fraction on one line needs brackets around its
    denominator. What does your code divide by what?
""")
