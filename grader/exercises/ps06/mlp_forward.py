"""``mlp_forward(x, params) -> (y, cache)``: linear layers with ReLU between them."""

from itertools import pairwise

import numpy as np

from grader.checking.contract import Case, case, float32, function, slips, values
from grader.exercises.ps06.linear_forward import linear_forward
from grader.exercises.ps06.relu_forward import relu_forward

KINK = 1e-3  # rounding differs: a right program might see another sign below this


def mlp_forward(x, params):
    cache, z = [], x
    for W, b in params[:-1]:
        u, linear_cache = linear_forward(z, W, b)
        z, relu_cache = relu_forward(u)
        cache.append((linear_cache, relu_cache))
    W, b = params[-1]
    y, linear_cache = linear_forward(z, W, b)
    last = (linear_cache, None)
    return y, [*cache, last]


def batch(rng: np.random.Generator, about: str, n: int, widths: list[int]) -> Case:
    """A random network, drawn again until its ReLUs are partly active and never near the kink."""
    while True:
        x = rng.normal(size=(n, widths[0]))
        params = [[rng.normal(size=shape), rng.normal(size=shape[1])] for shape in pairwise(widths)]
        if tells_apart(x, params):
            return case(about, x=x, params=params, dy=rng.normal(size=(n, widths[-1])))


def above_zero(rng: np.random.Generator, about: str, n: int, widths: list[int]) -> Case:
    """A network whose outputs are positive, so that a ReLU after the last layer does not show."""
    made = batch(rng, about, n, widths)
    y, _cache = mlp_forward(made["x"], made["params"])
    made["params"][-1][1] = made["params"][-1][1] - y.min(axis=0) + rng.uniform(0.2, 1, widths[-1])
    return made


def tells_apart(x: np.ndarray, params: list[list[np.ndarray]]) -> bool:
    """Whether some unit is inactive in every hidden layer, and no row has all of them inactive."""
    y, cache = mlp_forward(x, params)
    for _linear_cache, u in cache[:-1]:
        is_active = u > 0
        if np.abs(u).min() < KINK or is_active.all() or not is_active.any(axis=1).all():
            return False
    # A ReLU too many, on the input or on the output, has to show.
    return bool((x < -KINK).any() and (y < -KINK).any())


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        "values of y with at most one hidden layer": [
            batch(rng, "one linear layer", 3, [3, 4]),
            batch(rng, "one hidden layer", 4, [3, 5, 3]),
        ],
        "values of y with more hidden layers": [
            batch(rng, "one row", 1, [3, 4, 4, 3]),
            batch(rng, "three hidden layers", 4, [3, 5, 4, 6, 3]),
            batch(rng, "all widths as many as rows", 4, [4, 4, 4, 4, 4]),
            batch(rng, "one input, one output", 5, [1, 4, 3, 1]),
            float32(batch(rng, "float32", 4, [3, 5, 4, 3])),
        ],
        "values of y where all of them are above 0": [
            above_zero(rng, "outputs above 0, one hidden layer", 4, [3, 5, 2]),
            above_zero(rng, "outputs above 0, two hidden layers", 4, [3, 4, 5, 3]),
        ],
    }


def run(mlp_forward, case):
    params = [(W, b) for W, b in case["params"]]
    y, cache = mlp_forward(case["x"], params)
    case["params"] = [list(pair) for pair in params]  # a popped or reversed list is a change too
    return {"y": y}


exercise = function(
    mlp_forward,
    returns="y, cache",
    points=1,
    uses=("linear_forward", "relu_forward"),
    cases=cases,
    run=run,
    judge=[
        values(
            "y",
            weight=2,
            cases="values of y with at most one hidden layer",
            help="""Begin with small networks. With a single pair in `params`, there is one linear
            layer. What is added with a second pair?""",
        ),
        values(
            "y",
            weight=4,
            cases="values of y with more hidden layers",
            help="Write it for three layers on paper, then see which lines repeat.",
        ),
        # Only the last layer may be wrong here.
        values("y", weight=3, cases="values of y where all of them are above 0"),
    ],
    answers=("course_lib.functional.mlp",),
    hints="""
    Call your own `linear_forward` and `relu_forward` in a loop over `params`. The output of one
    layer is the input of the next. How is the last layer different?

    A smaller example: x = [[2]], params = [([[3]], [−1]), ([[−2]], [4])]. u1 = 2·3 − 1 = 5, z1 =
    max(5, 0) = 5, y = 5·(−2) + 4 = −6, without a ReLU. For the backward pass, store the caches of
    all layers.
    """,
    grows=lambda rng, n: batch(rng, "growing", n, [3, 4, 3]),
    mistakes=(
        *slips("""
return relu_forward(y)[0], cache
    Your outputs are never negative, so you apply ReLU after the last layer, too. Apply it only
    between the layers. The last layer is linear.
z, relu_cache = u, None
    There is no ReLU between your layers. Without it, all layers together act as one layer.
x = relu_forward(x)[0]
    You also apply ReLU to the input `x`, so its negative values are lost. Pass `x` unchanged to the
    first linear layer.
params = [params[0], params[1]]
    You compute two layers, but `params` may contain any number of pairs, also a single one. Use a
    loop over `params`.
return z, cache
    You return the last hidden layer. The linear layer of the last pair is missing.
y, linear_cache = linear_forward(x, W, b)
    Every layer starts from `x` again. The input of a layer is the output of the layer before it, so
    keep that output in a variable of the loop.
z, relu_cache = relu_forward(u - b)[0] + b, None
    In the hidden layers `b` is added behind ReLU. Which of the two comes first in a layer?
z, relu_cache = np.where(u > 0, u, 0.01 * u), None
    Between the layers a hundredth of each negative number passes: that is the leaky ReLU. What does
    ReLU make of them?
z, relu_cache = relu_forward(u) if W is not params[-2][0] else (u, None)
    The ReLU before the last layer is missing. Behind which layers does a ReLU stand?
u, linear_cache = linear_forward(z, W, 0 * b)
    The hidden layers have no bias. Each layer computes x @ W + b.
y, linear_cache = linear_forward(z, W, 0 * b)
    The last layer has no bias. Each layer computes x @ W + b.
params = [(W, 0 * b) for W, b in params]
    The biases are missing: each layer is `z @ W + b` before its ReLU.
z, relu_cache = 1 / (1 + np.exp(-u)), u
    Between your layers stands a sigmoid. This network has ReLU there.
"""),
        *slips(
            """
z, relu_cache = (u, u) if cache else relu_forward(u)
    Only your first layer has a ReLU. It follows every layer except the last.
""",
            needs=("values of y with at most one hidden layer",),
        ),
    ),
)
