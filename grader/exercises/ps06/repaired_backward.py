"""``repaired_backward(dy, cache) -> (dx, [(dW, db), …])``: a given backward pass, repaired."""

from itertools import pairwise

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    shapes,
    slips,
    step,
    unchanged_inputs,
    values,
)


def repaired_backward(dy, cache):
    dz, gradients = dy, []
    for layer in range(len(cache), 0, -1):
        z, W, u = cache[layer - 1]
        du = dz if layer == len(cache) else dz * (u > 0)
        dW = z.T @ du
        db = du.sum(axis=0)
        gradients = [(dW, db), *gradients]
        dz = du @ W.T
    return dz, gradients


def run(repaired_backward, case):
    def passed(dy, cache):
        dx, pairs = repaired_backward(dy, cache)
        pairs = list(pairs)
        return {"dx": dx, "dW": [pair[0] for pair in pairs], "db": [pair[1] for pair in pairs]}

    layers = [tuple(layer) for layer in case["cache"]]
    passed(case["dy"] + 1, [(z + 1, W - 1, u + 1) for z, W, u in case["cache"]])
    found = passed(case["dy"], layers)
    case["cache"] = [list(layer) for layer in layers]  # a popped or reversed list is a change too
    return found


KINK = 1e-3  # rounding differs: a right program might see another sign below this


def stored(rng: np.random.Generator, about: str, n: int, widths: list[int]) -> Case:
    """The upstream gradient and the cache of a random network with ReLU between its layers.

    It is drawn again until each hidden layer has inactive units, no sample has only inactive ones,
    no pre-activation is near the kink, and a ReLU on the input or on the output would show.
    """
    while True:
        z, cache = rng.normal(size=(n, widths[0])), []
        for shape in pairwise(widths):
            W, b = rng.normal(size=shape), rng.normal(size=shape[1])
            u = z @ W + b
            cache.append([z, W, u])
            z = np.maximum(u, 0)
        ends_show = (cache[0][0] < -KINK).any() and (u < -KINK).any()
        if ends_show and all(_tells_apart(u) for _z, _W, u in cache[:-1]):
            return case(about, dy=rng.normal(size=(n, widths[-1])), cache=cache)


def _tells_apart(u: np.ndarray) -> bool:
    is_active = u > 0
    return bool(np.abs(u).min() >= KINK and not is_active.all() and is_active.any(axis=1).all())


SHALLOW = "at most one hidden layer"
DEEP = "two or more hidden layers"
ALL = (*(f"{name}: {of}" for name in ("dW", "db") for of in (SHALLOW, DEEP)), "values of dx")

exercise = function(
    repaired_backward,
    returns="dx, [(dW, db), …]",
    points=3,
    cases=lambda rng: {
        SHALLOW: [
            stored(rng, "one hidden layer, one sample", 1, [3, 4, 2]),
            stored(rng, "one hidden layer, four samples", 4, [3, 5, 2]),
            stored(rng, "one layer", 3, [4, 2]),
        ],
        DEEP: [
            stored(rng, "two hidden layers, one sample", 1, [3, 4, 5, 2]),
            stored(rng, "three hidden layers", 4, [3, 5, 4, 6, 3]),
            stored(rng, "all widths as many as samples", 4, [4, 4, 4, 4]),
        ],
    },
    run=run,
    judge=[
        values("dW", weight=3, cases=SHALLOW, title=ALL[0]),
        values("db", cases=SHALLOW, title=ALL[2], alone=False),
        values("dW", weight=3, cases=DEEP, title=ALL[1]),
        values("db", weight=3, cases=DEEP, title=ALL[3]),
        values("dx", weight=3),
    ],
    form=(shapes(), unchanged_inputs()),
    answers=("grader.exercises.ps06.repaired_backward",),
    hints=(
        step(
            """Change the settings of the test one at a time: more samples, one more hidden layer.
            Which change makes the first gradient differ?""",
            *ALL,
        ),
        step(
            """Go through the backward pass from the last layer to the first. The first gradient
            that differs shows the faulty line. Ask which gradients are computed with the same array
            and are right.""",
            *ALL,
        ),
        step(
            """A smaller example: two samples with the inputs 1 and 3 and the upstream gradients 1
            and −1 have dW = 1·1 + 3·(−1) = −2.""",
            *ALL[:2],
        ),
    ),
    mistakes=slips("""
dW = np.outer(z.mean(axis=0), du.sum(axis=0))
dz = dz @ W.T
    This is the given function: it still has its mistakes. Test it with more than one sample, and
    with two hidden layers.
dz = dz @ W.T
    One mistake is repaired. Now test with two hidden layers: in which layer does a gradient differ
    first, and which array does that layer receive?
dW = np.outer(z.mean(axis=0), du.sum(axis=0))
    One mistake is repaired. Now test with several samples: which gradients differ in every layer?
dW = np.outer(z.sum(axis=0), du.sum(axis=0))
dz = dz @ W.T
    `dW` multiplies two sums over the samples. A weight's gradient is a sum of products. And with
    two hidden layers, one more gradient differs.
dW = np.outer(z.sum(axis=0), du.sum(axis=0))
    `dW` multiplies two sums over the samples. A weight's gradient is a sum of products, one for
    each sample.
dW = np.outer(z.mean(axis=0), du.mean(axis=0))
    `dW` multiplies two means over the samples. A weight's gradient is a sum of products, one for
    each sample.
dW = z.T @ du / len(z)
    `dW` is divided by the number of samples. The mean over the samples belongs to the loss, and
    `dy` already contains it.
dW = np.outer(z[0], du[0])
    `dW` contains the first sample only. Every sample uses the same weights.
dW = du.T @ z
    `dW` is transposed. It must have the shape of `W`.
dW = z.T @ dz
    `dW` is computed from the gradient before the mask of the ReLU. In the given function, its
    factor `du` was right.
db = dz.sum(axis=0)
    `db` is computed from the gradient before the mask of the ReLU. This line was right.
db = du.mean(axis=0)
    `db` is a mean over the samples. This line was right.
du = dz
    The backward pass ignores the ReLU. The line that computes `du` was right.
du = dz * (u > 0)
    `dy` is set to 0 where the output is negative, but no ReLU follows the last layer. This line was
    right.
du = dz if layer == len(cache) else dz * (dz > 0)
    The mask asks for the sign of the gradient. The sign of `u` decides; this line was right.
dz = du @ W
    The weights are not transposed. This part of the line was right.
dz = dz @ W.T * (u > 0).all()
    The mask of a ReLU works on each unit and each sample by itself. The line above computes it.
return dz, gradients[::-1]
    The pairs are in the wrong order. This part was right: `params` begins with the first layer.
return du, gradients
    The first result has the shape of the first layer's output. `dx` is the gradient with respect to
    the input.
"""),
)
