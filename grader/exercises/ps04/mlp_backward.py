"""``mlp_backward(dy, cache) -> (dx, [(dW, db), …])``: through all layers, the last one first."""

from typing import Any

from course_lib.functional import linear_backward, mlp_backward, mlp_forward, relu_backward
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)
from grader.exercises.ps04.mlp_forward import batch, cases
from grader.exercises.shared_cache import shared_cache


def run(mlp_forward: Any, mlp_backward: Any, case: Case) -> dict[str, Any]:
    x, dy = case["x"], case["dy"]
    params = [(W, b) for W, b in case["params"]]
    # A whole pass before and a forward pass in between: what is kept outside of the calls shows.
    _y, earlier = mlp_forward(x - 1, [(W + 1, b - 1) for W, b in case["params"]])
    mlp_backward(dy + 1, earlier)
    _y, cache = mlp_forward(x, params)
    mlp_forward(x[::-1] + 1, [(W - 1, b + 1) for W, b in case["params"]])
    dx, dparams = mlp_backward(dy, cache)
    pairs = list(dparams)
    case["params"] = [list(pair) for pair in params]  # a popped or reversed list is a change too
    return {"dx": dx, "dW": [pair[0] for pair in pairs], "db": [pair[1] for pair in pairs]}


def keeps_preactivations(x: Any, params: Any) -> Any:
    y, cache = mlp_forward(x, params)
    kept, u = [], x
    for (W, b), ((z, _W), relu_cache) in zip(params, cache, strict=True):
        kept.append(((u, W), relu_cache))
        u = z @ W + b
    return y, kept


def not_handed_down(dy: Any, cache: Any) -> Any:
    dparams = []
    for linear_cache, relu_cache in reversed(cache):
        du = dy if relu_cache is None else relu_backward(dy, relu_cache)
        dx, dW, db = linear_backward(du, linear_cache)
        dparams.append((dW, db))
    return dx, dparams[::-1]


exercise = Exercise(
    name="mlp_backward",
    takes=("mlp_forward", "mlp_backward"),
    points=3,
    reference=(mlp_forward, mlp_backward),
    uses=("linear_forward", "relu_forward", "linear_backward", "relu_backward"),
    cases=cases,
    run=run,
    judge=[
        values("dx", weight=3),
        values("dW", weight=3),
        values("db", weight=3),
        shapes(),
        dtype(),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake.edit(
            "relu_backward(dz, relu_cache)",
            "dz",
            hint=_(
                "The ReLUs are forgotten on the way back: only the last layer's gradients are "
                "right. Where a unit was closed in the forward pass, no gradient passes."
            ),
        ),
        Mistake.edit(
            "relu_backward(dz, relu_cache)",
            "relu_forward(dz)[0]",
            hint=_(
                "ReLU is applied to the gradient. What decides is where the pre-activation `u` was "
                "positive; there a gradient of either sign passes."
            ),
        ),
        Mistake.edit(
            "cache.append((linear_cache, None))",
            "cache.append((linear_cache, y))",
            hint=_(
                "`dy` is cut where the output `y` is negative, but there is no ReLU behind the "
                "last layer: `dy` goes into its affine map as it is."
            ),
        ),
        Mistake.edit(
            "return dz, dparams[::-1]",
            "return relu_backward(dz, linear_cache[0]), dparams[::-1]",
            hint=_(
                "Weights and biases are right, but `dx` is 0 where `x` was not positive. Before "
                "the first layer there is no ReLU."
            ),
        ),
        Mistake.edit(
            "return dz, dparams[::-1]",
            "return du, dparams[::-1]",
            hint=_(
                "Weights and biases are right, but `dx` is still the gradient with respect to the "
                "first layer's `u`: one step is left, through its weights."
            ),
        ),
        Mistake(
            not_handed_down,
            hint=_(
                "Every layer starts from `dy` again. What arrives at a layer is the gradient that "
                "the layer above has sent down, its `dx`."
            ),
        ),
        Mistake.edit(
            "return dz, dparams[::-1]",
            "return dz, dparams",
            hint=_(
                "The pairs come out last layer first, in the order you computed them. `params` "
                "begins with the first layer, and the gradients must too."
            ),
        ),
        Mistake(
            keeps_preactivations,
            replaces="mlp_forward",
            hint=_(
                "`dW` is right in the first layer only: above, you multiply with the "
                "pre-activations `u` of the layer below. What entered the affine map was z = "
                "relu(u)."
            ),
        ),
        Mistake.edit(
            "linear_backward(du, linear_cache)",
            "(du @ linear_cache[1], *linear_backward(du, linear_cache)[1:])",
            hint=_(
                "On its way down the gradient meets `W` untransposed. `du` has the width of the "
                "layer's output and must get that of its input, also where both are equal."
            ),
        ),
        Mistake.edit(
            "dparams.append((dW, db))",
            "dparams.append((dW / dy.shape[0], db / dy.shape[0]))",
            hint=_(
                "`dW` and `db` are divided by the number of rows. The mean over the samples "
                "belongs to the loss and is already inside `dy`: here the rows are summed."
            ),
        ),
        Mistake.edit(
            "dparams.append((dW, db))",
            "dparams.append((dW, du))",
            hint=_(
                "`db` has a row for every sample. All rows used the same `b`, so their gradients "
                "are added up."
            ),
        ),
        Mistake.edit(
            "dz = dy\n",
            "dz = dy * 0 + 1\n",
            hint=_("`dy` is not used: the chain rule begins with what arrives from above."),
        ),
        shared_cache(mlp_forward, mlp_backward),
    ],
    answers=("course_lib.functional.mlp",),
    returns="(dx, [(dW, db), …])",
    hints=(
        _(
            "Go through the layers from the last to the first. Each turns the gradient of its "
            "output into its own `dW` and `db` and into a gradient for the layer below."
        ),
        _(
            "Your own `linear_backward` and `relu_backward` do the work, each with the cache of "
            "its forward call. In which order do the two come on the way back?"
        ),
        _(
            "Smaller: x = 2, w1 = 3, b1 = −1, w2 = −2 gave u1 = 5, z1 = 5. With dy = 1: dw2 = z1 = "
            "5, db2 = 1, dz1 = w2 = −2, du1 = −2 (u1 was positive), dw1 = x·du1 = −4, db1 = −2, dx "
            "= w1·du1 = −6. With b1 = −7, u1 = −1 and z1 = 0: dw2 = 0, db2 = 1, and all below is "
            "0."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, [3, 4, 3]),
)
