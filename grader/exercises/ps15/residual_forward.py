"""``residual_forward(x, f_forward) -> (y, cache)``: x + f(x)."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    dtype,
    float32,
    function,
    holds,
    shapes,
    slip,
    slips,
    unchanged_inputs,
    values,
)


def residual_forward(x, f_forward):
    z, f_cache = f_forward(x)
    y = x + z
    return y, f_cache


def block(rng: np.random.Generator, about: str, *shape: int) -> Case:
    """An input and the weights of a block ``tanh(tanh(x @ W + ½) @ W)``."""
    D = shape[-1]
    W = rng.uniform(0.5, 1, size=(D, D)) * rng.choice([-1.0, 1.0], size=(D, D)) / np.sqrt(D)
    dy = rng.uniform(0.5, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    x = rng.uniform(0.3, 1, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    return case(about, x=x, W=W, dy=dy)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        block(rng, "one row of one column", 1, 1),
        block(rng, "more rows than columns", 4, 2),
        block(rng, "as many rows as columns", 3, 3),
        block(rng, "sequences", 2, 4, 3),
        float32(block(rng, "float32", 2, 3)),
    ]


def run(residual_forward: Any, case: Case) -> dict[str, Any]:
    asked, kept = [0], []

    def f_forward(x: Any) -> Any:
        asked[0] += 1
        z = np.tanh(np.tanh(np.asarray(x) @ case["W"] + 0.5) @ case["W"])
        kept.append((z, z.copy()))
        return z, ("of f", x, z)

    residual_forward(1 - case["x"], f_forward)  # shows what is kept between calls
    asked[0] = 0
    y, _cache = residual_forward(case["x"], f_forward)
    same = all(np.array_equal(z, before) for z, before in kept)
    return {
        "y": y,
        "calls of f": str(asked[0]),
        "output of f": "as it was" if same else "changed",
    }


def asked_once(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    calls = got["calls of f"]
    return None if calls == "1" else f"`f_forward` was called {calls} times; call it once."


exercise = function(
    residual_forward,
    returns="y, cache",
    points=1,
    cases=cases,
    run=run,
    judge=[
        values(
            "y",
            weight=7,
            help="""The block computes z = f(x). The shortcut carries x around it. What arrives
            where the two meet?""",
        ),
        holds(
            "f_forward is called once",
            asked_once,
            weight=2,
            alone=False,
            help="""A second call repeats the whole forward pass of the block. In a block with
            dropout, output and cache would not even belong together. How do you take both values
            from one call?""",
        ),
    ],
    form=(
        shapes("y"),
        dtype("y", cases="float32"),
        values("output of f", title="the output of f is not changed", alone=False),
        unchanged_inputs(),
    ),
    answers=("course_lib.functional.residual",),
    hints="""
    `f_forward(x)` returns two values: the output of the block, and the cache that its backward pass
    needs later.

    A smaller example: f_forward doubles its input. For x = [1, −3] the block gives [2, −6], and y =
    [3, −9].
    """,
    mistakes=(
        slip(
            "z, f_cache = f_forward(x)",
            "f_cache, z = f_forward(x)",
            "You exchange the two values of `f_forward`: it returns the output first, then "
            "the cache.",
        ),
        *slips("""
z, f_cache = f_forward(x), None
    You add x to everything that `f_forward` returns. It returns two values, so it needs two names:
    `z, f_cache = f_forward(x)`.
y = z
    y is the output of the block alone. Where is the shortcut that carries x around it?
y = x
    y is x: the output of the block is not used.
y = x * z
    You multiply the two paths. A shortcut adds.
y = x - z
    You subtract the output of the block. A shortcut adds.
y = z - x
    You subtract x, which is what the block is said to learn: f(x) = y − x. Solve this for y.
y = (x + z) / 2
    You take the mean of the two paths. A shortcut adds them.
y = (x + z) / np.sqrt(2)
    You divide the sum by √2. That keeps the variance, but the task asks for x + f(x).
y = x + z / np.sqrt(2)
    You scale the output of the block by 1/√2. The task asks for x + f(x).
y = np.maximum(x + z, 0)
    A ReLU follows your sum, as in the first residual networks. The task asks for x + f(x): what
    passes the shortcut is not changed.
y = x + np.maximum(z, 0)
    A ReLU is applied to the output of the block. If the block has one, f_forward computes it.
y = x + z + x
    x is added twice. The shortcut adds it once.
y = x + z + z
    The output of the block is added twice.
y = z + z
    You add the output of the block to itself. What does the shortcut carry?
y = np.concatenate([x, z], axis=-1)
    You put the two paths side by side, so y has twice as many columns. A shortcut adds them.
z, f_cache = f_forward(f_forward(x)[0])
    The block is applied twice, to x and to its own output. Apply it once.
y = z + f_forward(z)[0]
    The block is applied twice, and the shortcut begins behind the first time. Both paths begin at
    x.
"""),
    ),
)
