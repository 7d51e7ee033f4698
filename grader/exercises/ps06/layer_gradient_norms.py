"""``layer_gradient_norms(weights, x, dy) -> list``: how much gradient reaches each layer."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from course_lib.diagnostics import layer_gradient_norms
from grader.checking import Case, Exercise, Mistake, _, case, unchanged_inputs, values

DEEP = "ten layers"
SOME = ("one layer", "two layers, one sample", "square layers", "three layers")


def net(rng: np.random.Generator, about: str, n: int, sizes: Sequence[int], size: float) -> Case:
    """Weights of standard deviation ``size / sqrt(n_in)``; samples that are not centred."""
    weights = [rng.normal(size=(n_in, n_out)) * size / n_in**0.5 for n_in, n_out in pairwise(sizes)]
    dy = rng.uniform(0.5, 2, size=(n, sizes[-1])) * rng.choice([-1.0, 1.0], size=(n, sizes[-1]))
    return case(about, weights=weights, x=rng.normal(size=(n, sizes[0])) + 0.5, dy=dy)


def cases(rng: np.random.Generator) -> list[Case]:
    deep = net(rng, DEEP, 4, [5] * 11, 1.0)
    deep["dy"] *= 1e4  # what arrives at the first layer is still far from being rounded off
    return [
        net(rng, "one layer", 3, (4, 2), 2.0),
        net(rng, "two layers, one sample", 1, (2, 3, 4), 2.0),
        net(rng, "square layers", 3, (4, 4, 4), 2.0),
        net(rng, "three layers", 5, (4, 3, 5, 2), 2.0),
        deep,
    ]


def run(layer_gradient_norms: Any, case: Case) -> dict[str, Any]:
    return {"norms": layer_gradient_norms(case["weights"], case["x"], case["dy"])}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """The norms one by one: beside the last layer's the first one's is next to nothing."""
    norms = outputs["norms"]
    if not isinstance(norms, list | np.ndarray) or np.ndim(norms) == 0:
        return outputs
    return {"norms": [np.asarray(norm) for norm in norms]}


def sigmoid(u: Any) -> Any:
    return 1 / (1 + np.exp(-u))


def wrong(
    name: str,
    hint: str,
    *,
    forward: Any = lambda z, W: sigmoid(z @ W),
    du: Any = lambda dz, z, z_in, W, last: dz * z * (1 - z),
    back: Any = lambda du, dz, W: du @ W.T,
    norm: Any = lambda z_in, du, W, x: np.sqrt(np.sum((z_in.T @ du) ** 2)),
    finish: Any = lambda norms: norms[::-1],
) -> Mistake:
    """The function with one of its parts replaced by a wrong one."""

    def layer_gradient_norms(weights: Any, x: Any, dy: Any) -> Any:
        zs = [x]
        for W in weights:
            zs.append(forward(zs[-1], W))
        dz, norms = dy, []
        for i in range(len(weights) - 1, -1, -1):
            d = du(dz, zs[i + 1], zs[i], weights[i], i == len(weights) - 1)
            norms.append(norm(zs[i], d, weights[i], x))
            dz = back(d, dz, weights[i])
        return finish(norms)

    return Mistake(layer_gradient_norms, hint, name=name)


exercise = Exercise(
    name="layer_gradient_norms",
    takes=("layer_gradient_norms",),
    points=2,
    reference=(layer_gradient_norms,),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values("norms", weight=2, cases="one layer", title=_("one layer")),
        values("norms", weight=4, cases=SOME[1:], title=_("two and three layers")),
        values("norms", weight=2, cases=DEEP, title=_("ten layers")),
        unchanged_inputs(),
    ],
    mistakes=[
        wrong(
            "reversed",
            _("The numbers are right, in the wrong order: the first layer's norm comes first."),
            finish=lambda norms: norms,
        ),
        wrong(
            "no slope",
            _(
                "The slope of the sigmoid is missing: on the way back each layer multiplies by it "
                "before it reaches the weights."
            ),
            du=lambda dz, z, z_in, W, last: dz,
        ),
        wrong(
            "no slope at the last layer",
            _(
                "The last layer is a sigmoid like all others, and `dy` is the gradient behind it. "
                "Where is its slope?"
            ),
            du=lambda dz, z, z_in, W, last: dz if last else dz * z * (1 - z),
        ),
        wrong(
            "slope of the input",
            _(
                "The slope is taken from the layer's input. It belongs to the sigmoid that comes "
                "behind the weights: use what this layer puts out."
            ),
            du=lambda dz, z, z_in, W, last: dz * z_in * (1 - z_in),
        ),
        wrong(
            "slope of the sigmoid of z",
            _(
                "The sigmoid is applied a second time before the slope is taken. z·(1 − z) wants "
                "the value that has been through it once."
            ),
            du=lambda dz, z, z_in, W, last: dz * sigmoid(z) * (1 - sigmoid(z)),
        ),
        wrong(
            "slope of tanh",
            _("1 − z² is the slope of tanh. With the sigmoid's value z its own slope is …?"),
            du=lambda dz, z, z_in, W, last: dz * (1 - z**2),
        ),
        wrong(
            "tanh",
            _("The layers compute tanh; they are to be sigmoids."),
            forward=lambda z, W: np.tanh(z @ W),
            du=lambda dz, z, z_in, W, last: dz * (1 - z**2),
        ),
        wrong(
            "relu",
            _("The layers compute ReLU; they are to be sigmoids."),
            forward=lambda z, W: np.maximum(z @ W, 0),
            du=lambda dz, z, z_in, W, last: dz * (z > 0),
        ),
        wrong(
            "no activation",
            _("The layers are linear: on the way forward each one ends with a sigmoid."),
            forward=lambda z, W: z @ W,
            du=lambda dz, z, z_in, W, last: dz,
        ),
        wrong(
            "slope left out further down",
            _(
                "What is handed down is `dz @ W.T`. The gradient passes the sigmoid first, then "
                "the weights: the slope must be in it."
            ),
            back=lambda du, dz, W: dz @ W.T,
        ),
        wrong(
            "not transposed",
            _(
                "On the way down the weights are used as on the way up. What arrives has a column "
                "for each output of the layer; what is handed down has one for each input."
            ),
            back=lambda du, dz, W: du @ W,
        ),
        wrong(
            "x for all",
            _(
                "Right for the first layer only: you multiply by `x` in all of them. What went "
                "into this layer?"
            ),
            norm=lambda z_in, du, W, x: np.sqrt(np.sum((x.T @ du) ** 2)),
        ),
        wrong(
            "squared",
            _("Your norms are squared: the Frobenius norm has a root."),
            norm=lambda z_in, du, W, x: np.sum((z_in.T @ du) ** 2),
        ),
        wrong(
            "spectral",
            _(
                "`np.linalg.norm(dW, 2)` is the largest singular value of a matrix. The Frobenius "
                "norm is the root of the sum of all squares."
            ),
            norm=lambda z_in, du, W, x: np.linalg.norm(z_in.T @ du, 2),
        ),
        wrong(
            "sum of sizes",
            _("You add up the sizes of all entries. The Frobenius norm adds up their squares."),
            norm=lambda z_in, du, W, x: np.sum(np.abs(z_in.T @ du)),
        ),
        wrong(
            "root of the mean",
            _(
                "You take the root of the mean of the squares. It does not depend on the size of "
                "the matrix; the Frobenius norm, with the sum, does."
            ),
            norm=lambda z_in, du, W, x: np.sqrt(np.mean((z_in.T @ du) ** 2)),
        ),
        wrong(
            "over N",
            _(
                "There is a factor 1/N too many. If the loss is a mean, it is in `dy` already; dW "
                "is a sum over the samples."
            ),
            norm=lambda z_in, du, W, x: np.sqrt(np.sum((z_in.T @ du) ** 2)) / len(x),
        ),
        wrong(
            "norm of du",
            _("That is the norm of du, what arrives at the layer. Asked for is that of dW."),
            norm=lambda z_in, du, W, x: np.sqrt(np.sum(du**2)),
        ),
        wrong(
            "norm of dx",
            _("That is the norm of what each layer hands down. Asked for is that of its dW."),
            norm=lambda z_in, du, W, x: np.sqrt(np.sum((du @ W.T) ** 2)),
        ),
        wrong(
            "norm of W",
            _("That is the norm of the weights themselves. Asked for is that of their gradient."),
            norm=lambda z_in, du, W, x: np.sqrt(np.sum(W**2)),
        ),
        wrong(
            "relative to the last",
            _(
                "You divided all norms by the last layer's. That is a good picture, but the norms "
                "themselves are asked for."
            ),
            finish=lambda norms: [norm / norms[0] for norm in norms[::-1]],
        ),
        wrong(
            "largest entry",
            _("You return the largest entry of each gradient. The norm is to take in all of them."),
            norm=lambda z_in, du, W, x: np.max(np.abs(z_in.T @ du)),
        ),
    ],
    answers=("course_lib.diagnostics.layer_gradient_norms",),
    returns="a list of numbers, one for each layer, the first layer's first",
    hints=(
        _("Go forward and keep what goes into each layer and what comes out; then go back."),
        _(
            "Layer by layer from the last: du = dz·z·(1 − z) with the layer's output z; dW = "
            "z_inᵀ du with its input; the norm is the root of the sum of all dW²; and "
            "dz = du Wᵀ goes to the layer before."
        ),
        _(
            "Smaller: one layer, x = [[2]], W = [[0]], dy = [[8]]. z = 0.5, slope 0.25, du = 2, "
            "dW = 2·2 = 4, so the list is [4]. With a second layer W₂ = [[0]] above, dz = du·W₂ = "
            "0 and the list is [0, 1]: the second layer's input is 0.5, and 0.5·2 = 1."
        ),
    ),
    grows=lambda rng, n: net(rng, "growing", n, (3, 4, 2), 2.0),
)
