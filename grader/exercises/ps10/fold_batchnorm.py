"""``fold_batchnorm(W, b, gamma, beta, mean, var, eps) -> (W, b)``: two affine maps in one."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    dtype,
    float32,
    function,
    shapes,
    step,
    unchanged_inputs,
    values,
)


def fold_batchnorm(W, b, gamma, beta, mean, var, eps):
    s = gamma / np.sqrt(var + eps)
    return W * s, (b - mean) * s + beta


def layer(rng: np.random.Generator, about: str, n_in: int, n_out: int) -> Case:
    """A linear layer and a batch norm behind it, with statistics of its own."""

    def away_from_zero(size):
        return rng.uniform(0.4, 2, size=size) * rng.choice([-1.0, 1.0], size=size)

    return case(
        about,
        W=away_from_zero((n_in, n_out)),
        b=away_from_zero(n_out),
        gamma=away_from_zero(n_out),
        beta=away_from_zero(n_out),
        mean=away_from_zero(n_out),
        var=rng.choice([rng.uniform(0.3, 0.6), rng.uniform(1.8, 3)], size=n_out),
        eps=float(rng.uniform(0.01, 0.05)),
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
    judge=[values("W", weight=3), values("b", weight=3)],
    form=(shapes(), dtype(cases="float32"), unchanged_inputs()),
    answers=(
        "course_lib.functional.fold_batchnorm",
        "course_lib.functional.batchnorm",
        "course_lib.functional.spatial_batchnorm",
    ),
    hints=(
        step(
            "The new W is what multiplies x. In test mode mean and var are constants: by how much "
            "does output j grow in batch normalisation when u = x @ W + b grows by 1?",
            "values of W",
        ),
        step(
            "The new b is the output for x = 0. What does batch normalisation get there, and what "
            "does it make of that?",
            "values of b",
        ),
        "Write gamma·(x @ W + b − mean)/√(var + eps) + beta and sort: what is multiplied by x, "
        "and what is left when x = 0? The former is the new W, the latter the new b.",
        "Smaller: one input, one output, W = 2, b = 7, mean = 1, var = 3.75, eps = 0.25 (so "
        "the root is 2), gamma = 6, beta = 5. For x = 0: u = 7, normalised 3, output 23. For "
        "x = 1: u = 9, normalised 4, output 29. So the new bias is 23, and the new weight 6.",
    ),
)

exercise.slip(
    "var + eps",
    "var",
    "`eps` is missing: batch normalisation in test mode divides by √(var + eps).",
)
exercise.slip(
    "np.sqrt(var + eps)",
    "(np.sqrt(var) + eps)",
    "eps is added to the standard deviation. Batch normalisation adds it to `var`.",
)
exercise.slip(
    "np.sqrt(var + eps)",
    "np.sqrt(var + 1e-5)",
    "A number of your own stands where `eps` belongs. The argument says which it was.",
)
exercise.slip(
    "/ np.sqrt(",
    "/ (",
    "You divide by the variance. By what does batch normalisation divide?",
)
exercise.slip(
    "gamma / np",
    "1 / np",
    "`gamma` is missing. It scales what was normalised: `x @ W` and the biases.",
)
exercise.slip(
    "gamma / np",
    "gamma * np",
    "The scale is gamma·√(var + eps). Does batch normalisation multiply by the standard deviation?",
)
exercise.slip(
    "W * s",
    "W / np.sqrt(var + eps)",
    "The new W has no `gamma`. It multiplies everything that was normalised.",
    needs=("values of b",),
)
exercise.slip(
    "(b - mean) * s + beta",
    "(b - mean) / np.sqrt(var + eps) + beta",
    "W has the factor `gamma`, the new bias has not. Is b − mean multiplied by it, too?",
    needs=("values of W",),
)
exercise.slip(
    "(b - mean) * s + beta",
    "b * s - mean + beta",
    "`mean` is subtracted as it is, after the scaling. When does batch normalisation subtract it?",
)
exercise.slip(
    "(b - mean) * s + beta",
    "(b - beta) * s + mean",
    "`mean` and `beta` are in each other's place: which one comes before the scaling?",
)
exercise.slip(
    "W * s, (b - mean) * s + beta",
    "(b - mean) * s + beta, W * s",
    "W and b are in each other's place: return W, b.",
)
exercise.slip(
    "(b - mean) * s + beta",
    "b - mean * s + beta",
    "The old bias is added as it was. It stands before the batch normalisation: what happens there "
    "to all that comes in?",
)
exercise.slip(
    "(b - mean) * s + beta",
    "b - mean + beta",
    "W is right. In the new bias nothing is scaled: write out gamma·(u − mean)/std + beta for u = "
    "b, the output for x = 0.",
    needs=("values of W",),
)
exercise.slip(
    "(b - mean) * s + beta",
    "b * s + beta",
    "The new bias does not know `mean`, which batch normalisation takes off.",
)
exercise.slip(
    "(b - mean) * s + beta",
    "beta - mean * s",
    "The old bias `b` is lost. What is the output for x = 0?",
)
exercise.slip(
    "(b - mean) * s + beta",
    "(b - mean) * s",
    "`beta` is missing: it is added last, behind everything.",
)
exercise.slip(
    "(b - mean) * s + beta",
    "(b - mean + beta) * s",
    "`beta` is scaled along with the bias. It is added after the scaling.",
)
exercise.slip(
    "(b - mean) * s + beta",
    "(b + mean) * s + beta",
    "`mean` enters the new bias with the wrong sign: it is taken off u.",
)
exercise.slip(
    "return W * s",
    "return W.copy()",
    "W came back as it was. Twice the input must move the output as much as before: by which "
    "factor does batch normalisation stretch each output?",
)
exercise.slip(
    "(b - mean) * s + beta",
    "b.copy()",
    "The bias came back as it was. What do both steps together make of x = 0?",
)
exercise.slip(
    "return W * s",
    "return W * s[:, None]",
    "The rows of W are scaled; a row belongs to an input. Batch normalisation scales outputs: "
    "which part of W leads to output j?",
)
exercise.slip(
    "return W * s",
    "return (W - mean) * s + beta",
    "W itself went through the batch normalisation. Only u = x @ W + b does: expand gamma·(x @ W + "
    "b − mean)/std + beta, and sort by what is multiplied by x.",
)
exercise.slip(
    "W * s, (b - mean) * s + beta",
    "s[:, None] * W, b + (beta - mean * s) @ W",
    "This folds a batch normalisation that stands before the layer. Here it stands behind: mean "
    "and var are those of the outputs.",
)
exercise.slip(
    "return W * s",
    "W *= s\n    return W",
    "The values are right, but W was changed in place, and it belongs to your caller.",
    needs=("values of W", "values of b"),
)
