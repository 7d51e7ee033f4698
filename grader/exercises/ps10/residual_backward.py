"""``residual_backward(dy, cache, f_backward) -> dx``: two paths, two gradients."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    dtype,
    holds,
    pair,
    shapes,
    unchanged_inputs,
    values,
)
from grader.exercises.ps10.residual_forward import cases, residual_forward


def residual_backward(dy, cache, f_backward):
    f_cache = cache
    df = f_backward(dy, f_cache)
    dx = dy + df
    return dx


def run(residual_forward: Any, residual_backward: Any, case: Case) -> dict[str, Any]:
    asked = [0]

    def f_forward(x: Any) -> Any:
        z = np.tanh(np.asarray(x) @ case["W"])
        return z, {"x": x, "z": z}

    def f_backward(dz: Any, f_cache: Any) -> Any:
        asked[0] += 1
        if not isinstance(f_cache, dict) or set(f_cache) != {"x", "z"}:
            raise ValueError(
                "f_backward takes the f_cache that f_forward returned, but it was given a "
                + type(f_cache).__name__
            )
        du = np.asarray(dz) * (1 - np.tanh(f_cache["x"] @ case["W"]) ** 2)
        return du @ case["W"].T

    # A whole pass before and a forward pass in between show what is kept between calls.
    _y, earlier = residual_forward(1 - case["x"], f_forward)
    residual_backward(case["dy"] + 1, earlier, f_backward)
    _y, cache = residual_forward(case["x"], f_forward)
    residual_forward(0.5 - case["x"], f_forward)
    asked[0] = 0
    dx = residual_backward(case["dy"], cache, f_backward)
    return {"dx": np.array(dx), "calls of f_backward": str(asked[0])}


def asked_once(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    calls = got["calls of f_backward"]
    return None if calls == "1" else f"`f_backward` was called {calls} times; call it once."


def beside_differences(residual_forward: Any, residual_backward: Any, case: Case) -> dict[str, Any]:
    def f_forward(x: Any) -> Any:
        z = np.tanh(np.asarray(x) @ case["W"])
        return z, z

    def f_backward(dz: Any, z: Any) -> Any:
        return (np.asarray(dz) * (1 - z**2)) @ case["W"].T

    def loss(x: Any) -> float:
        return float((np.asarray(residual_forward(x, f_forward)[0]) * case["dy"]).sum())

    x = case["x"]
    dx = residual_backward(case["dy"].copy(), residual_forward(x.copy(), f_forward)[1], f_backward)
    measured = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = 1e-5
        measured[place] = (loss(x + step) - loss(x - step)) / 2e-5
    return {"dx": dx, "measured dx": measured}


exercise = pair(
    residual_forward,
    residual_backward,
    returns="dx",
    points=2,
    cases=cases,
    run=run,
    own_forward=beside_differences,
    judge=[values("dx", weight=6), holds("f_backward is called once", asked_once)],
    form=(shapes("dx"), dtype("dx", cases="float32"), unchanged_inputs()),
    answers=("course_lib.functional.residual",),
    hints="""
    x is used twice: by the shortcut and by the block. Which gradient arrives at x on each path, and
    how does the chain rule combine them?

    Smaller: f doubles its input, so f_backward doubles its gradient. For dy = [1, −3] the block
    gives [2, −6], and dx = [3, −9].
    """,
)
