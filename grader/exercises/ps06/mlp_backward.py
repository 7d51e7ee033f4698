"""``mlp_backward(dy, cache) -> (dx, [(dW, db), …])``: through all layers, the last one first."""

from grader.checking.contract import pair, slip, slips, step, values
from grader.exercises.ps06.linear_backward import linear_backward
from grader.exercises.ps06.mlp_forward import batch, cases, mlp_forward
from grader.exercises.ps06.relu_backward import relu_backward


def mlp_backward(dy, cache):
    dz, dparams = dy, []
    for linear_cache, relu_cache in reversed(cache):
        du = dz if relu_cache is None else relu_backward(dz, relu_cache)
        dz, dW, db = linear_backward(du, linear_cache)
        dparams.append((dW, db))
    return dz, dparams[::-1]


def run(mlp_forward, mlp_backward, case):
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


exercise = pair(
    mlp_forward,
    mlp_backward,
    returns="dx, [(dW, db), …]",
    points=3,
    uses=("linear_forward", "relu_forward", "linear_backward", "relu_backward"),
    cases=cases,
    run=run,
    judge=[
        values(
            "dx",
            weight=3,
            help="""Go through the layers from the last to the first. From its upstream gradient,
            each layer computes `dW`, `db` and the downstream gradient for the layer before it.""",
        ),
        values("dW", weight=3),
        values("db", weight=3),
    ],
    answers=("course_lib.functional.mlp",),
    hints=(
        step(
            "Look at a single layer: what was the input of its linear layer in the forward pass, "
            "and what is its upstream gradient? In which order are the layers returned?",
            "values of dW",
            "values of db",
        ),
        "Your own `linear_backward` and `relu_backward` do the work, each with the cache of "
        "its forward call. In which order do the two come in the backward pass?",
        "A smaller example: x = 2, w1 = 3, b1 = −1, w2 = −2 gave u1 = 5, z1 = 5. With dy = 1: dw2 "
        "= z1 = 5, db2 = 1, dz1 = w2 = −2, du1 = −2 (u1 was positive), dw1 = x·du1 = −4, db1 = −2, "
        "dx = w1·du1 = −6. With b1 = −7, u1 = −1 and z1 = 0: dw2 = 0, db2 = 1, and all below is 0.",
    ),
    grows=lambda rng, n: batch(rng, "growing", n, [3, 4, 3]),
    mistakes=(
        *slips("""
du = dz if relu_cache is None else dz
    The backward pass skips the ReLUs, so the gradients of all layers but the last are wrong. Where
    a unit was inactive in the forward pass, its downstream gradient is 0.
du = dz if relu_cache is None else relu_forward(dz)[0]
    ReLU is applied to the gradient. The gradient passes where the pre-activation `u` was positive,
    and there it passes with either sign.
du = dy if relu_cache is None else relu_backward(dy, relu_cache)
    Every layer starts from `dy` again. The upstream gradient of a layer is the `dx` of the layer
    after it.
"""),
        *slips(
            """
return relu_backward(dz, linear_cache[0]), dparams[::-1]
    Weights and biases are right, but `dx` is 0 where `x` was not positive. Before the first layer
    there is no ReLU.
return du, dparams[::-1]
    Weights and biases are right, but `dx` is still the gradient with respect to the first layer's
    `u`: one step is left, through its weights.
""",
            needs=("values of dW", "values of db"),
        ),
        *slips("""
return dz, dparams
    The pairs are in the order in which you computed them, the last layer first. `params` begins
    with the first layer, so the gradients must begin with it, too.
dz, dW, db = (du @ linear_cache[1], *linear_backward(du, linear_cache)[1:])
    The gradient is multiplied by `W` untransposed. `du` has the width of the layer's output and
    must get that of its input, also where both are equal.
dparams.append((dW / dy.shape[0], db / dy.shape[0]))
    `dW` and `db` are divided by the number of rows. The mean over the samples belongs to the loss,
    and `dy` already contains it. Here the rows are added.
last = (linear_cache, y)
    `dy` is set to 0 where the output `y` is negative, but no ReLU follows the last layer. Pass `dy`
    unchanged to the backward function of the last layer.
dparams.append((db, dW))
    In each pair `db` comes before `dW`: return them in the order of `params`.
dparams.append((dW, du[-1]))
    Each `db` contains only the last row. All rows use the same `b`, so add over the rows.
dparams.append((dW, du))
    `db` has one row per sample. All samples use the same `b`, so add their gradients.
"""),
        *slips(
            """
dz, dW, db = linear_backward(du, linear_cache)[0], *linear_backward(dz, linear_cache)[1:]
    dx is right, but you compute dW and db from the gradient before ReLU's mask. First mask the
    gradient, then compute all three from it.
""",
            needs=("values of dx",),
        ),
        slip(
            "return y, [*cache, last]",
            "inputs = [x, *[u for _, u in cache]]\n"
            "    return y, [((u, c[1]), r) for u, (c, r) in zip(inputs, [*cache, last])]",
            "For `dW` you multiply by the pre-activations `u` of the layer before, in all "
            "layers but the first. The input of the linear layer was z = relu(u).",
        ),
    ),
)
