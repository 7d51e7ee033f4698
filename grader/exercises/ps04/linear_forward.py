"""``linear_forward(x, W, b) -> (u, cache)``: the affine map ``u = x @ W + b`` of a batch."""

from typing import Any

import numpy as np

from course_lib.functional import linear_forward
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


def batch(rng: np.random.Generator, about: str, n: int, n_in: int, n_out: int) -> Case:
    """A random batch with weights, biases and an upstream gradient."""
    return case(
        about,
        x=rng.normal(size=(n, n_in)),
        W=rng.normal(size=(n_in, n_out)),
        b=rng.normal(size=n_out),
        du=rng.normal(size=(n, n_out)),
    )


def cases(rng: np.random.Generator) -> list[Case]:
    single = batch(rng, "float32", 3, 4, 2)
    for name in ("x", "W", "b", "du"):
        single[name] = single[name].astype(np.float32)
    return [
        batch(rng, "one row", 1, 2, 3),
        batch(rng, "more rows than columns", 5, 3, 2),
        batch(rng, "as many rows as columns", 3, 3, 3),
        batch(rng, "one input, one output", 4, 1, 1),
        batch(rng, "one input, three outputs", 4, 1, 3),
        single,
    ]


def run(linear_forward: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: weights kept outside of the call would show.
    linear_forward(case["x"] + 1, case["W"] - 1, case["b"] + 1)
    u, _cache = linear_forward(case["x"], case["W"], case["b"])
    return {"u": u}


def add_b_to_rows(x: Any, W: Any, b: Any) -> Any:
    return x @ (W + b), (x, W)


def no_bias(x: Any, W: Any, b: Any) -> Any:
    return x @ W, (x, W)


def elementwise(x: Any, W: Any, b: Any) -> Any:
    return x * W + b, (x, W)


exercise = Exercise(
    name="linear_forward",
    takes=("linear_forward",),
    points=2,
    reference=(linear_forward,),
    cases=cases,
    run=run,
    judge=[values("u", weight=4), shapes("u"), dtype("u"), unchanged_inputs()],
    mistakes=[
        Mistake(no_bias, hint=_("The bias `b` is missing: every row of `x @ W` gets it added.")),
        Mistake(
            add_b_to_rows,
            hint=_("`b` is added to the weights. It belongs to the product: `(x @ W) + b`."),
        ),
        Mistake(
            elementwise,
            hint=_("`*` multiplies element by element. The matrix product is written `@`."),
        ),
    ],
    answers=("course_lib.functional.linear", "course_lib.functional.mlp"),
    returns="(u, cache)",
    hints=(
        _("Row n of `u` is row n of `x`, times `W`, plus `b`. Write the shapes under each letter."),
        _("NumPy adds `b` of shape (n_out,) to every row of an (N, n_out) array by itself."),
        _(
            "Smaller: x = [[1, 2]], W = [[3], [4]], b = [5] gives u = [[1·3 + 2·4 + 5]] = [[16]]. "
            "The cache is for you: keep in it what the way back will need."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3, 2),
)
