"""``mlp_forward(x, params) -> (y, cache)``: affine maps with ReLU between them."""

from itertools import pairwise
from typing import Any

import numpy as np

from course_lib.functional import mlp_forward
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

# Rounding differs from program to program, so a right one might see another sign below this.
KINK = 1e-3


def batch(rng: np.random.Generator, about: str, n: int, widths: list[int]) -> Case:
    """A random network, drawn again until its ReLUs are partly open and never near the kink."""
    while True:
        x = rng.normal(size=(n, widths[0]))
        params = [[rng.normal(size=shape), rng.normal(size=shape[1])] for shape in pairwise(widths)]
        if tells_apart(x, params):
            return case(about, x=x, params=params, dy=rng.normal(size=(n, widths[-1])))


def tells_apart(x: np.ndarray, params: list[list[np.ndarray]]) -> bool:
    """Whether some unit is closed in every hidden layer, and no row has all of them closed."""
    z = x
    for W, b in params[:-1]:
        u = z @ W + b
        is_open = u > 0
        if np.abs(u).min() < KINK or is_open.all() or not is_open.any(axis=1).all():
            return False
        z = np.maximum(u, 0)
    W, b = params[-1]
    # A ReLU too many, on the input or on the output, has to show.
    return bool((x < -KINK).any() and (z @ W + b < -KINK).any())


def cases(rng: np.random.Generator) -> list[Case]:
    single = batch(rng, "float32", 4, [3, 5, 4, 3])
    single["x"], single["dy"] = single["x"].astype(np.float32), single["dy"].astype(np.float32)
    single["params"] = [[p.astype(np.float32) for p in pair] for pair in single["params"]]
    return [
        batch(rng, "one linear layer", 3, [3, 4]),
        batch(rng, "one hidden layer", 4, [3, 5, 3]),
        batch(rng, "one row", 1, [3, 4, 4, 3]),
        batch(rng, "three hidden layers", 4, [3, 5, 4, 6, 3]),
        batch(rng, "all widths as many as rows", 4, [4, 4, 4, 4, 4]),
        batch(rng, "one input, one output", 5, [1, 4, 3, 1]),
        single,
    ]


SHALLOW = ("one linear layer", "one hidden layer")
DEEP = (
    "one row",
    "three hidden layers",
    "all widths as many as rows",
    "one input, one output",
    "float32",
)


def run(mlp_forward: Any, case: Case) -> dict[str, Any]:
    params = [(W, b) for W, b in case["params"]]
    y, cache = mlp_forward(case["x"], params)
    case["params"] = [list(pair) for pair in params]  # a popped or reversed list is a change too
    return {"y": y}


def relu_after_last(x: Any, params: Any) -> Any:
    for W, b in params:
        x = np.maximum(x @ W + b, 0)
    return x, None


def no_relu(x: Any, params: Any) -> Any:
    for W, b in params:
        x = x @ W + b
    return x, None


def relu_before_each(x: Any, params: Any) -> Any:
    for W, b in params:
        x = np.maximum(x, 0) @ W + b
    return x, None


def always_two_layers(x: Any, params: Any) -> Any:
    (W1, b1), (W2, b2) = params[0], params[1]
    return np.maximum(x @ W1 + b1, 0) @ W2 + b2, None


def stops_before_last(x: Any, params: Any) -> Any:
    for W, b in params[:-1]:
        x = np.maximum(x @ W + b, 0)
    return x, None


def same_input_for_all(x: Any, params: Any) -> Any:
    for W, b in params:
        u = x @ W + b
    return u, None


def no_biases(x: Any, params: Any) -> Any:
    for W, _b in params[:-1]:
        x = np.maximum(x @ W, 0)
    return x @ params[-1][0], None


exercise = Exercise(
    name="mlp_forward",
    takes=("mlp_forward",),
    points=2,
    reference=(mlp_forward,),
    uses=("linear_forward", "relu_forward"),
    cases=cases,
    run=run,
    judge=[
        values("y", weight=2, cases=SHALLOW, title=_("values of y with at most one hidden layer")),
        values("y", weight=4, cases=DEEP, title=_("values of y with more hidden layers")),
        shapes("y"),
        dtype("y"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            relu_after_last,
            hint=_(
                "No output of yours is negative: ReLU is applied after the last layer too. It "
                "stands between layers only, the last one is linear."
            ),
        ),
        Mistake(
            no_relu,
            hint=_(
                "There is no ReLU between your layers. Without it all of them together are one "
                "affine map, however many there are."
            ),
        ),
        Mistake(
            relu_before_each,
            hint=_(
                "ReLU is applied to the input `x` as well, which loses its negative values. The "
                "first affine map sees `x` as it is."
            ),
        ),
        Mistake(
            always_two_layers,
            hint=_(
                "You compute two layers, but `params` may hold any number of pairs, also a single "
                "one: go through it with a loop."
            ),
        ),
        Mistake(
            stops_before_last,
            hint=_("You return the last hidden layer. The affine map of the last pair is missing."),
        ),
        Mistake(
            same_input_for_all,
            hint=_(
                "Every layer starts from `x` again. The input of a layer is what the layer below "
                "has put out: hand it on from turn to turn of the loop."
            ),
        ),
        Mistake(
            no_biases,
            hint=_("The biases are missing: each layer is `z @ W + b` before its ReLU."),
        ),
    ],
    answers=("course_lib.functional.mlp",),
    returns="(y, cache)",
    hints=(
        _("Write it for two layers on paper first, then see which lines repeat."),
        _(
            "Your own `linear_forward` and `relu_forward` do the work: a loop over `params` hands "
            "the output of one layer to the next. Where is the last layer different?"
        ),
        _(
            "Smaller: x = [[2]], params = [([[3]], [−1]), ([[−2]], [4])]. u1 = 2·3 − 1 = 5, "
            "z1 = max(5, 0) = 5, y = 5·(−2) + 4 = −6, and −6 it stays. For the way back keep, "
            "layer by layer, what your backward functions ask for."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, [3, 4, 3]),
)
