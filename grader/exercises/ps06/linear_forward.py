"""``linear_forward(x, W, b) -> (u, cache)``: the affine map ``u = x @ W + b`` of a batch."""

import numpy as np

from grader.checking.contract import Case, case, float32, function, loop, slips, values


def linear_forward(x, W, b):
    u = x @ W + b
    cache = (x, W)
    return u, cache


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
    return [
        batch(rng, "one row", 1, 2, 3),
        batch(rng, "more rows than columns", 5, 3, 2),
        batch(rng, "as many rows as columns", 3, 3, 3),
        batch(rng, "one input, one output", 4, 1, 1),
        batch(rng, "one input, three outputs", 4, 1, 3),
        batch(rng, "many rows", 70, 3, 2),
        float32(batch(rng, "float32", 3, 4, 2)),
    ]


exercise = function(
    linear_forward,
    returns="u, cache",
    points=2,
    cases=cases,
    judge=[values("u", weight=4)],
    answers=("course_lib.functional.linear",),
    hints=(
        "Row n of `u` is row n of `x`, times `W`, plus `b`. Write the shapes under each letter.",
        "NumPy adds `b` of shape (n_out,) to every row of an (N, n_out) array by itself.",
        "A smaller example: x = [[1, 2]], W = [[3], [4]], b = [5] gives u = [[1·3 + 2·4 + 5]] = "
        "[[16]]. Store in the cache the arrays that the backward pass will need.",
        loop("""
        u = np.zeros((x.shape[0], W.shape[1]))
        for n in range(x.shape[0]):
            for j in range(W.shape[1]):
                u[n, j] = b[j]
                for i in range(x.shape[1]):
                    u[n, j] += x[n, i] * W[i, j]
        """),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3, 2),
    mistakes=slips("""
u = x @ W
    The bias `b` is missing: add it to every row of `x @ W`.
u = x @ (W + b)
    `b` is added to the weights. Add it to the product: `(x @ W) + b`.
u = x @ W + len(W) * b
    `b` is added once for each input. How often must it be added to each output?
u = x @ W - b
    `b` has the wrong sign: which one does it have in u = xW + b?
u = x @ W.reshape(W.shape[::-1]).T + b
    Your code uses the weights in the wrong places, as if `W` were stored row by row with the shape
    (n_out, n_in). Which entry of `W` belongs to input i and output j?
return cache, u
    The first result looks like a cache. In which order are `u` and the cache returned?
u = x * W + b
    `*` multiplies element by element. The matrix product is written `@`.
u = x @ W + b[:, None]
    You add `b` as a column, one number for each sample. It has one number for each output, so add
    it to every row.
"""),
)
