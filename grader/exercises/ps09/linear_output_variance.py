"""``linear_output_variance(n_in, var_w, mean_square_z) -> float``: the variance of a linear layer's
output.
"""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, values


def linear_output_variance(n_in, var_w, mean_square_z):
    return n_in * var_w * mean_square_z


def layer(rng: np.random.Generator, about: str, n_in: int, low: float, high: float) -> Case:
    return case(
        about,
        n_in=n_in,
        var_w=float(rng.uniform(low, high)),
        mean_square_z=float(rng.uniform(2.2, 2.8)),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        "the variance of u": [
            layer(rng, "three inputs", 3, 0.1, 0.2),
            layer(rng, "one input", 1, 0.3, 0.4),
            layer(rng, "a wide layer", 500, 0.003, 0.005),
            layer(rng, "wide weights", 20, 5.0, 6.0),
        ],
        "no signal, no variance": [layer(rng, "", 7, 0.1, 0.2) | {"mean_square_z": 0.0}],
    }


exercise = function(
    linear_output_variance,
    returns="var_u",
    points=1,
    cases=cases,
    judge=[
        values("var_u", weight=4, cases="the variance of u"),
        # A function that returns 0 satisfies it.
        values("var_u", cases="no signal, no variance", alone=False),
    ],
    form=[shapes("var_u", title="a single number")],
    without=("in place",),  # it is given numbers
    answers=("course_lib.initializers",),
    hints="""
    How many products does u add up, and what is the variance of one of them?

    With E(w) = 0, Var(w z) = Var(w) · E(z²). Independent terms: the variance of their sum is the
    sum of their variances.

    A smaller example: 4 inputs, weights of variance 0.5, mean square 3: one product has the
    variance 1.5, the sum of the four 6.
    """,
    mistakes=slips("""
return var_w * mean_square_z
    This is the variance of one product. u is the sum of n_in products, and the variance of a sum of
    independent terms is the sum of their variances.
return var_w * mean_square_z / n_in
    More inputs make your variance smaller. u is the sum of the products, not their mean.
return np.sqrt(n_in * var_w * mean_square_z)
    This is the standard deviation of u. The task asks for the variance.
return n_in * var_w**2 * mean_square_z
    You square `var_w`, which is already the mean square of a weight.
return n_in * var_w * mean_square_z**2
    You square `mean_square_z`, which is already a mean square.
return n_in * var_w**2 * mean_square_z**2
    You square `var_w` and `mean_square_z`, which are already mean squares.
return n_in**2 * var_w * mean_square_z
    You use n_in squared. This would be right if all products were the same number. What is right
    for independent ones?
return np.sqrt(n_in) * var_w * mean_square_z
    The standard deviation of a sum is proportional to √n_in. To what is its variance proportional?
return 0.5 * n_in * var_w * mean_square_z
    The result is half of what it should be. `mean_square_z` already contains the factor ½ of a
    ReLU.
return n_in * (var_w + mean_square_z)
    Weight and input are multiplied in each term, so the mean squares of the two are multiplied,
    too.
return n_in * var_w
    `mean_square_z` is not used, but larger inputs give u a larger variance.
"""),
)
