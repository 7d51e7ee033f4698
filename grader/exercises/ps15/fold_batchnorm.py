"""``fold_batchnorm(W, b, gamma, beta, mean, var, eps) -> (W, b)``: two affine maps in one."""

import numpy as np

from grader.checking.contract import Case, case, float32, function, slips, values
from grader.exercises.normalisation import form, parameters


def fold_batchnorm(W, b, gamma, beta, mean, var, eps):
    s = gamma / np.sqrt(var + eps)
    new_W = W * s
    new_b = (b - mean) * s + beta
    return new_W, new_b


def layer(rng: np.random.Generator, about: str, n_in: int, n_out: int) -> Case:
    """A linear layer and the batch normalisation after it, with its own statistics."""

    def away_from_zero(size):
        return rng.uniform(0.4, 2, size=size) * rng.choice([-1.0, 1.0], size=size)

    return case(
        about,
        W=away_from_zero((n_in, n_out)),
        b=away_from_zero(n_out),
        mean=away_from_zero(n_out),
        var=rng.choice([rng.uniform(0.3, 0.6), rng.uniform(1.8, 3)], size=n_out),
        **parameters(rng, n_out),
    )


def cases(rng: np.random.Generator) -> list[Case]:
    still = layer(rng, "an output that hardly varies", 3, 2)  # where eps shows
    still["var"][0] = rng.uniform(1e-3, 3e-3)
    return [
        layer(rng, "one input, one output", 1, 1),
        layer(rng, "more inputs than outputs", 3, 2),
        layer(rng, "more outputs than inputs", 2, 5),
        layer(rng, "as many inputs as outputs", 4, 4),
        still,
        float32(layer(rng, "float32", 3, 4)),
    ]


exercise = function(
    fold_batchnorm,
    returns="W, b",
    points=2,
    cases=cases,
    judge=[
        values(
            "W",
            weight=3,
            help="""The new W is the factor of x. In test mode mean and var are constants. By how
            much does output j of the batch normalisation grow when u = x @ W + b grows by 1?""",
        ),
        values(
            "b",
            weight=3,
            help="""The new b is the output for x = 0. What is the input of the batch normalisation
            there, and what is its output?""",
        ),
    ],
    form=form(),
    answers=(
        "course_lib.functional.fold_batchnorm",
        "course_lib.functional.batchnorm",
        "course_lib.functional.spatial_batchnorm",
    ),
    hints="""
    Write gamma·(x @ W + b − mean)/√(var + eps) + beta and expand it. The factor of x is the new W,
    and the value for x = 0 is the new b.

    A smaller example: one input, one output, W = 2, b = 7, mean = 1, var = 3.75, eps = 0.25 (so the
    root is 2), gamma = 6, beta = 5. For x = 0: u = 7, normalised 3, output 23. For x = 1: u = 9,
    normalised 4, output 29. So the new bias is 23, and the new weight 6.
    """,
    mistakes=(
        *slips("""
s = gamma / np.sqrt(var)
    `eps` is missing: batch normalisation in test mode divides by √(var + eps).
s = gamma / (np.sqrt(var) + eps)
    You add eps to the standard deviation. Batch normalisation adds it to `var`.
s = gamma / np.sqrt(var + 1e-5)
    You use a number of your own instead of the argument `eps`.
s = gamma / (var + eps)
    You divide by the variance. By what does batch normalisation divide?
s = 1 / np.sqrt(var + eps)
    `gamma` is missing. It scales everything that is normalised: `x @ W` and the biases.
s = gamma * np.sqrt(var + eps)
    The scale is gamma·√(var + eps). Does batch normalisation multiply by the standard deviation?
new_b = b * s - mean + beta
    You subtract `mean` after the scaling. When does batch normalisation subtract it?
new_b = (b - beta) * s + mean
    `mean` and `beta` are exchanged. Which one comes before the scaling?
return new_b, new_W
    W and b are exchanged: return W, b.
new_b = b - mean * s + beta
    You add the old bias unchanged. It is part of the input of the batch normalisation, so it is
    scaled, too.
new_b = b * s + beta
    The new bias lacks `mean`, which batch normalisation subtracts.
new_b = beta - mean * s
    The old bias `b` is missing. What is the output for x = 0?
new_b = (b - mean) * s
    `beta` is missing. It is added last.
new_b = (b - mean + beta) * s
    You scale `beta` along with the bias. Add it after the scaling.
new_b = (b + mean) * s + beta
    `mean` has the wrong sign in the new bias: it is subtracted from u.
new_W = W.copy()
    You return W unchanged. By which factor does batch normalisation multiply each output?
new_b = b.copy()
    You return the bias unchanged. What is the output of both steps for x = 0?
new_W = W * s[:, None]
    You scale the rows of W, but a row belongs to an input. Batch normalisation scales outputs.
    Which part of W leads to output j?
new_W = (W - mean) * s + beta
    You apply the batch normalisation to W itself, but it applies to u = x @ W + b. Expand gamma·(x
    @ W + b − mean)/std + beta and find the factor of x.
new_W = s[:, None] * W
new_b = b + (beta - mean * s) @ W
    This folds a batch normalisation before the layer. Here it comes after the layer, so mean and
    var are those of the outputs.
"""),
        *slips(
            """
new_W = W / np.sqrt(var + eps)
    The new W lacks `gamma`, which multiplies everything that is normalised.
""",
            needs=("values of b",),
        ),
        *slips(
            """
new_b = (b - mean) / np.sqrt(var + eps) + beta
    W has the factor `gamma`, but the new bias does not. Does the batch normalisation multiply b −
    mean by gamma, too?
new_b = b - mean + beta
    W is right, but in the new bias nothing is scaled. Write out gamma·(u − mean)/std + beta for u =
    b, the output for x = 0.
""",
            needs=("values of W",),
        ),
    ),
)
