"""``he_uniform(shape, rng) -> W``: uniform weights of variance 2 / n_in."""

import numpy as np

from grader.exercises.initializers import initializer


def he_uniform(shape, rng):
    n_in, n_out = shape
    limit = np.sqrt(6 / n_in)
    return rng.uniform(-limit, limit, size=shape)


exercise = initializer(
    he_uniform,
    variance="2 / n_in",
    uniform=True,
    hints=(
        "The variance is that of `he_normal`. What is the variance of a uniform distribution "
        "from −a to a?",
        "It is a² / 3. Set it equal to the required variance and solve for a.",
        "Smaller: for shape (6, 2) the variance is 2/6 = 1/3, so a² = 1 and the twelve weights "
        "lie between −1 and 1.",
    ),
)

exercise.slips("""
limit = np.sqrt(3 / n_in)
    The variance is 1 / n_in, half of the required one: it suits a layer without ReLU.
limit = np.sqrt(1 / n_in)
    The weights reach up to 1/√n_in, as PyTorch's do by default. Their variance is a sixth of He's.
    For which a is a²/3 equal to He's variance?
""")
