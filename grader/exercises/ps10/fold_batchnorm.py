"""``fold_batchnorm(W, b, gamma, beta, mean, var, eps) -> (W, b)``: two affine maps in one."""

from typing import Any

import numpy as np

from course_lib.functional import fold_batchnorm
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    case,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)


def layer(rng: np.random.Generator, about: str, n_in: int, n_out: int) -> Case:
    """A linear layer and a batch norm behind it, with statistics of its own."""

    def away_from_zero(size: Any) -> Any:
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
    single = layer(rng, "float32", 3, 4)
    for name in ("W", "b", "gamma", "beta", "mean", "var"):
        single[name] = single[name].astype(np.float32)
    return [
        layer(rng, "one input, one output", 1, 1),
        layer(rng, "more inputs than outputs", 3, 2),
        layer(rng, "more outputs than inputs", 2, 5),
        layer(rng, "as many inputs as outputs", 4, 4),
        still,
        single,
    ]


def run(fold_batchnorm: Any, case: Case) -> dict[str, Any]:
    names = ("W", "b", "gamma", "beta", "mean", "var", "eps")
    W, b = fold_batchnorm(*(case[name] for name in names))
    return {"W": W, "b": b}


def no_eps(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / np.sqrt(var)
    return W * s, (b - mean) * s + beta


def eps_outside(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / (np.sqrt(var) + eps)
    return W * s, (b - mean) * s + beta


def own_eps(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / np.sqrt(var + 1e-5)
    return W * s, (b - mean) * s + beta


def variance(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / (var + eps)
    return W * s, (b - mean) * s + beta


def no_gamma(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = 1 / np.sqrt(var + eps)
    return W * s, (b - mean) * s + beta


def b_not_scaled(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / np.sqrt(var + eps)
    return W * s, b - mean * s + beta


def nothing_scaled(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / np.sqrt(var + eps)
    return W * s, b - mean + beta


def no_mean(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / np.sqrt(var + eps)
    return W * s, b * s + beta


def no_b(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / np.sqrt(var + eps)
    return W * s, beta - mean * s


def no_beta(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / np.sqrt(var + eps)
    return W * s, (b - mean) * s


def beta_scaled(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / np.sqrt(var + eps)
    return W * s, (b - mean + beta) * s


def mean_added(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / np.sqrt(var + eps)
    return W * s, (b + mean) * s + beta


def W_kept(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / np.sqrt(var + eps)
    return W.copy(), (b - mean) * s + beta


def b_kept(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / np.sqrt(var + eps)
    return W * s, b.copy()


def rows_scaled(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / np.sqrt(var + eps)
    return W * s[:, None], (b - mean) * s + beta


def W_centred(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / np.sqrt(var + eps)
    return (W - mean) * s + beta, (b - mean) * s + beta


def norm_before(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / np.sqrt(var + eps)
    return s[:, None] * W, b + (beta - mean * s) @ W


def in_place(W: Any, b: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    s = gamma / np.sqrt(var + eps)
    W *= s
    return W, (b - mean) * s + beta


exercise = Exercise(
    name="fold_batchnorm",
    takes=("fold_batchnorm",),
    points=2,
    reference=(fold_batchnorm,),
    cases=cases,
    run=run,
    judge=[
        values("W", weight=3),
        values("b", weight=3),
        shapes(),
        dtype(cases="float32"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            no_eps,
            _("`eps` is missing: batch normalisation in test mode divides by √(var + eps)."),
        ),
        Mistake(
            eps_outside,
            _("eps is added to the standard deviation. Batch normalisation adds it to `var`."),
        ),
        Mistake(
            own_eps,
            _("A number of your own stands where `eps` belongs. The argument says which it was."),
        ),
        Mistake(
            variance,
            _("You divide by the variance. By what does batch normalisation divide?"),
        ),
        Mistake(
            no_gamma,
            _("`gamma` is missing. It scales what was normalised: `x @ W` and the biases."),
        ),
        Mistake(
            b_not_scaled,
            _(
                "The old bias is added as it was. It stands before the batch normalisation: what "
                "happens there to all that comes in?"
            ),
        ),
        Mistake(
            nothing_scaled,
            _(
                "W is right. In the new bias nothing is scaled: write out gamma·(u − mean)/std + "
                "beta for u = b, the output for x = 0."
            ),
        ),
        Mistake(
            no_mean,
            _("The new bias does not know `mean`, which batch normalisation takes off."),
        ),
        Mistake(
            no_b,
            _("The old bias `b` is lost. What is the output for x = 0?"),
        ),
        Mistake(
            no_beta,
            _("`beta` is missing: it is added last, behind everything."),
        ),
        Mistake(
            beta_scaled,
            _("`beta` is scaled along with the bias. It is added after the scaling."),
        ),
        Mistake(
            mean_added,
            _("`mean` enters the new bias with the wrong sign: it is taken off u."),
        ),
        Mistake(
            W_kept,
            _(
                "W came back as it was. Twice the input must move the output as much as before: by "
                "which factor does batch normalisation stretch each output?"
            ),
        ),
        Mistake(
            b_kept,
            _("The bias came back as it was. What do both steps together make of x = 0?"),
        ),
        Mistake(
            rows_scaled,
            _(
                "The rows of W are scaled; a row belongs to an input. Batch normalisation scales "
                "outputs: which part of W leads to output j?"
            ),
        ),
        Mistake(
            W_centred,
            _(
                "W itself went through the batch normalisation. Only u = x @ W + b does: expand "
                "gamma·(x @ W + b − mean)/std + beta, and sort by what is multiplied by x."
            ),
        ),
        Mistake(
            norm_before,
            _(
                "This folds a batch normalisation that stands before the layer. Here it stands "
                "behind: mean and var are those of the outputs."
            ),
        ),
        Mistake(
            in_place,
            _("The values are right, but W was changed in place, and it belongs to your caller."),
        ),
    ],
    answers=(
        "course_lib.functional.fold_batchnorm",
        "course_lib.functional.batchnorm",
        "course_lib.functional.spatial_batchnorm",
    ),
    returns="(W, b)",
    hints=(
        _("In test mode mean and var are constants. What kind of map is batch normalisation then?"),
        _(
            "Write gamma·(x @ W + b − mean)/√(var + eps) + beta and sort: what is multiplied by x, "
            "and what is left when x = 0? The former is the new W, the latter the new b."
        ),
        _(
            "Smaller: one input, one output, W = 2, b = 7, mean = 1, var = 3.75, eps = 0.25 (so "
            "the root is 2), gamma = 6, beta = 5. For x = 0: u = 7, normalised 3, output 23. For "
            "x = 1: u = 9, normalised 4, output 29. So the new bias is 23, and the new weight 6."
        ),
    ),
)
