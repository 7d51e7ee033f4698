"""``residual_backward(dy, cache, f_backward) -> dx``: two paths, two gradients."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    dtype,
    holds,
    mistake,
    pair,
    shapes,
    slips,
    unchanged_inputs,
    values,
)
from grader.exercises.ps15.residual_forward import cases, residual_forward


def residual_backward(dy, cache, f_backward):
    f_cache = cache
    df = f_backward(dy, f_cache)
    dx = dy + df
    return dx


def run(residual_forward: Any, residual_backward: Any, case: Case) -> dict[str, Any]:
    asked = [0]

    def f_forward(x: Any) -> Any:
        z = np.tanh(np.tanh(np.asarray(x) @ case["W"] + 0.5) @ case["W"])
        return z, {"x": x, "z": z}

    def f_backward(dz: Any, f_cache: Any) -> Any:
        asked[0] += 1
        if not isinstance(f_cache, dict) or set(f_cache) != {"x", "z"}:
            raise ValueError(
                "f_backward takes the f_cache that f_forward returned, but it was given a "
                + type(f_cache).__name__
            )
        # Input and output of the block as its cache holds them: both show a change in place.
        dh = (np.asarray(dz) * (1 - f_cache["z"] ** 2)) @ case["W"].T
        return (dh * (1 - np.tanh(f_cache["x"] @ case["W"] + 0.5) ** 2)) @ case["W"].T

    # A whole pass before and a forward pass in between show what is kept between calls.
    _y, earlier = residual_forward(1 - case["x"], f_forward)
    residual_backward(case["dy"] + 1, earlier, f_backward)
    _y, cache = residual_forward(case["x"], f_forward)
    residual_forward(0.5 - case["x"], f_forward)
    asked[0] = 0
    dx = residual_backward(case["dy"], cache, f_backward)
    return {"dx": dx, "calls of f_backward": str(asked[0])}


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


def keeps(x, f_forward):
    z, f_cache = f_forward(x)
    return x + z, (f_cache, x, z, f_forward)


def input_into_the_block(dy, cache, f_backward):
    """You call `f_backward` with x. It takes the gradient that arrives at the output of the block,
    and the cache.
    """
    f_cache, x, _z, _f = cache
    return dy + f_backward(x, f_cache)


def output_into_the_block(dy, cache, f_backward):
    """You call `f_backward` with the output of the block. It takes the gradient that arrives
    there.
    """
    f_cache, _x, z, _f = cache
    return dy + f_backward(z, f_cache)


def sum_into_the_block(dy, cache, f_backward):
    """You call `f_backward` with y. It takes the gradient that arrives at the output of the
    block.
    """
    f_cache, x, z, _f = cache
    return dy + f_backward(x + z, f_cache)


def input_in_place_of_dy(dy, cache, f_backward):
    """You add x in the backward pass. The shortcut adds x in the forward pass: which gradient does
    it carry back?
    """
    f_cache, x, _z, _f = cache
    return x + f_backward(dy, f_cache)


def input_times_dy(dy, cache, f_backward):
    """You multiply dy by x. The derivative of x + f(x) with respect to its first x is 1."""
    f_cache, x, _z, _f = cache
    return x * dy + f_backward(dy, f_cache)


def forward_pass_of_the_block(dy, cache, f_backward):
    """You send dy through the forward pass of the block. Its backward pass is `f_backward`."""
    _f_cache, _x, _z, f_forward = cache
    return dy + f_forward(dy)[0]


def changes_x(x, f_forward):
    z, f_cache = f_forward(x)
    x += z
    return x, f_cache


def block_of_a_changed_input(dy, cache, f_backward):
    """The forward pass changes x in place, with `x += z` or `y = x; y += z`. The cache of the block
    holds the same array, so its backward pass computes with other numbers. Write `y = x + z`.
    """
    return residual_backward(dy, cache, f_backward)


def changes_z(x, f_forward):
    z, f_cache = f_forward(x)
    z += x
    return z, f_cache


def block_of_a_changed_output(dy, cache, f_backward):
    """The forward pass changes z in place, with `z += x`. The cache of the block may hold the same
    array, as that of a sigmoid does, and its backward pass computes with other numbers. Write
    `y = x + z`.
    """
    return residual_backward(dy, cache, f_backward)


exercise = pair(
    residual_forward,
    residual_backward,
    returns="dx",
    points=2,
    cases=cases,
    run=run,
    own_forward=beside_differences,
    judge=[
        values(
            "dx",
            weight=9,
            help="""Draw the graph: x goes to the block and to the sum. Which gradient arrives at
            the end of each of the two paths?""",
        ),
        holds(
            "f_backward is called once",
            asked_once,
            weight=2,
            alone=False,
            help="""Every call of f_backward repeats the backward pass of the whole block; a block
            with weights would add up their gradients twice. Keep its result under a name.""",
        ),
    ],
    form=(shapes("dx"), dtype("dx", cases="float32"), unchanged_inputs()),
    answers=("course_lib.functional.residual",),
    hints="""
    x is used twice: by the shortcut and by the block. Which gradient arrives at x on each path, and
    how does the chain rule combine them?

    A smaller example: f doubles its input, so f_backward doubles its gradient. For dy = [1, −3] the
    block gives [2, −6], and dx = [3, −9].
    """,
    mistakes=(
        *slips("""
dx = df
    dx lacks the gradient of the shortcut. x reaches y on two paths: what arrives on the one that
    does not pass the block?
dx = dy
    dx lacks the gradient of the block. x reaches y on two paths.
dx = dy - df
    You subtract the gradient of the block. How does the chain rule combine two paths?
dx = df - dy
    You subtract the gradient of the shortcut. How does the chain rule combine two paths?
dx = dy * df
    You multiply the gradients of the two paths. Along one path derivatives are multiplied; how are
    two paths combined?
dx = dy * (1 + df)
    You multiply by dy once more. `f_backward(dy, …)` has multiplied by it already.
dx = 1 + df
    The gradient of the shortcut is 1 in your dx. The derivative of y with respect to x is 1 there:
    which gradient arrives at the beginning of the shortcut?
dx = dy + dy + df
    The gradient of the shortcut is added twice.
dx = dy + df + df
    The gradient of the block is added twice.
dx = df + df
    You add the gradient of the block to itself. Which gradient does the shortcut carry back?
dx = dy + dy
    You add dy twice, as if the block passed it unchanged. `f_backward` goes back through the block.
dx = (dy + df) / 2
    You take the mean of the two gradients, or give each path one half of dy. A sum passes the whole
    gradient to each of its two terms.
dx = (dy + df) / np.sqrt(2)
    You divide the sum by √2, but the forward pass does not.
dx = dy + df / np.sqrt(2)
    You scale the gradient of the block by 1/√2, but the forward pass does not.
df = f_backward(np.ones_like(dy), f_cache)
    You pass ones to `f_backward`. It takes the gradient that arrives at the output of the block.
df = f_backward(np.ones_like(dy), f_cache)
dx = dy * (1 + df)
    You pass ones to `f_backward` and multiply by dy afterwards. That is right only if each output
    of the block depends on one input. Pass the gradient that arrives at the block.
df = f_backward(dy / 2, f_cache)
    Half of dy enters the block. A sum passes the whole gradient to each of its two terms.
df = f_backward(f_backward(dy, f_cache), f_cache)
    The gradient passes the block twice. It was used once in the forward pass.
dx = df + f_backward(df, f_cache)
    The gradient passes the block twice. Both paths begin at dy.
dx = dy + np.maximum(df, 0)
    You set negative gradients of the block to 0. A sum passes gradients of either sign.
dx = np.where(dy + df > 0, dy + df, 0)
    You set negative gradients to 0. The sum in the forward pass has no ReLU behind it.
"""),
        mistake(input_into_the_block, others={"residual_forward": keeps}),
        mistake(output_into_the_block, others={"residual_forward": keeps}),
        mistake(sum_into_the_block, others={"residual_forward": keeps}),
        mistake(input_in_place_of_dy, others={"residual_forward": keeps}),
        mistake(input_times_dy, others={"residual_forward": keeps}),
        mistake(forward_pass_of_the_block, others={"residual_forward": keeps}),
        mistake(block_of_a_changed_input, others={"residual_forward": changes_x}),
        mistake(block_of_a_changed_output, others={"residual_forward": changes_z}),
    ),
)
