"""``layer_gradient_norms(weights, x, dy) -> list``: the norm of each layer's weight gradient."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from grader.checking.contract import Case, case, function, slips, unchanged_inputs, values


def layer_gradient_norms(weights, x, dy):
    zs = [x]
    for W in weights:
        zs.append(1 / (1 + np.exp(-(zs[-1] @ W))))
    norms, dz = [], dy
    for i in reversed(range(len(weights))):
        z_in, z, W = zs[i], zs[i + 1], weights[i]
        du = dz * z * (1 - z)
        dW = z_in.T @ du
        norms.append(np.sqrt(np.sum(dW**2)))
        dz = du @ W.T
    return norms[::-1]


def net(rng: np.random.Generator, about: str, n: int, sizes: Sequence[int], size: float) -> Case:
    """Weights of standard deviation ``size / sqrt(n_in)``; samples that are not centred."""
    weights = [rng.normal(size=(n_in, n_out)) * size / n_in**0.5 for n_in, n_out in pairwise(sizes)]
    dy = rng.uniform(0.5, 2, size=(n, sizes[-1])) * rng.choice([-1.0, 1.0], size=(n, sizes[-1]))
    return case(about, weights=weights, x=rng.normal(size=(n, sizes[0])) + 0.5, dy=dy)


def is_sorted(case: Case) -> bool:
    """Whether the norms grow from layer to layer, so that they are sorted already."""
    norms = layer_gradient_norms(case["weights"], case["x"], case["dy"])
    return bool(sorted(norms) == norms)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    three = net(rng, "three layers", 5, (4, 3, 5, 2), 2.0)
    while is_sorted(three):
        three = net(rng, "three layers", 5, (4, 3, 5, 2), 2.0)
    deep = net(rng, "", 4, [5] * 11, 1.0)
    deep["dy"] *= 1e4  # the gradient at the first layer is still far from underflow
    return {
        "one layer": [net(rng, "", 3, (4, 2), 2.0)],
        "two and three layers": [
            net(rng, "two layers, one sample", 1, (2, 3, 4), 2.0),
            net(rng, "square layers", 3, (4, 4, 4), 2.0),
            three,
        ],
        "ten layers": [deep],
    }


def observe(case, outputs):
    """The norms one by one, because the first one is tiny compared with the last one."""
    norms = outputs["norms"]
    if not isinstance(norms, list | np.ndarray) or np.ndim(norms) == 0:
        return outputs
    return {"norms": [np.asarray(norm) for norm in norms]}


exercise = function(
    layer_gradient_norms,
    returns="a list of numbers, one for each layer, the first layer's first",
    outputs="norms",
    points=2,
    cases=cases,
    observe=observe,
    judge=[
        values(
            "norms",
            weight=2,
            cases="one layer",
            help="""Start with a single layer. Which gradient arrives at its output, and what is its
            input?""",
        ),
        values(
            "norms",
            weight=4,
            cases="two and three layers",
            help="Go forward and keep the input and the output of each layer, then go backward.",
        ),
        values(
            "norms",
            weight=2,
            cases="ten layers",
            help="The first of ten norms is small, but not 0. Does your code round anything?",
        ),
    ],
    form=(unchanged_inputs(),),
    answers=("course_lib.diagnostics",),
    hints="""
    Layer by layer from the last: du = dz·z·(1 − z) with the layer's output z; dW = z_inᵀ du with
    its input; the norm is the root of the sum of all dW²; and dz = du Wᵀ goes to the layer before.

    A smaller example: one layer, x = [[2]], W = [[0]], dy = [[8]]. z = 0.5, derivative 0.25, du =
    2, dW = 2·2 = 4, so the list is [4]. With a second layer W₂ = [[0]] after it, dz = du·W₂ = 0 and
    the list is [0, 1]: the second layer's input is 0.5, and 0.5·2 = 1.
    """,
    grows=lambda rng, n: net(rng, "growing", n, (3, 4, 2), 2.0),
    mistakes=(
        *slips(
            """
return norms
    The numbers are right, but their order is wrong: the first layer's norm comes first.
""",
            needs=("one layer",),
        ),
        *slips("""
return sorted(norms)
    You sort the norms by size, the smallest first. Return them in the order of the layers.
return sorted(norms, reverse=True)
    You sort the norms by size, the largest first. Return them in the order of the layers.
du = dz
    The derivative of the sigmoid is missing: in the backward pass each layer multiplies by it
    before it reaches the weights.
du = dz * z * (1 - z) if i < len(weights) - 1 else dz
    The last layer has a sigmoid like all others, and `dy` is the gradient with respect to its
    output. Where do you multiply by its derivative?
du = dz * z_in * (1 - z_in)
    You compute the derivative from the layer's input. The sigmoid comes after the weights, so use
    the layer's output.
du = dz / (1 + np.exp(-z)) / (1 + np.exp(z))
    You apply the sigmoid a second time before you compute the derivative. In z·(1 − z), z is
    already the output of the sigmoid.
du = dz * (1 - z**2)
    1 − z² is the derivative of tanh. What is the derivative of the sigmoid, in terms of its output
    z?
dz = dz @ W.T
    You pass `dz @ W.T` to the layer before. The gradient has to be multiplied by the derivative of
    the sigmoid first, then by the weights.
dz = du @ W
    You use the weights in the backward pass as in the forward pass. The upstream gradient has a
    column for each output of the layer; the downstream gradient has one for each input.
dW = x.T @ du
    This is right only for the first layer, because you multiply by `x` in all of them. What is the
    input of this layer?
norms.append(np.sum(dW**2))
    Your norms are squared. The Frobenius norm takes the root.
norms.append(np.linalg.norm(dW, 2))
    `np.linalg.norm(dW, 2)` is the largest singular value of a matrix. The Frobenius norm is the
    root of the sum of all squares.
norms.append(np.sum(np.abs(dW)))
    You add up the absolute values of all entries. The Frobenius norm adds up their squares.
norms.append(np.mean(np.abs(dW)))
    You average the absolute values of the entries. The Frobenius norm adds up their squares.
return norms[:0:-1]
    The last layer's norm is missing. It is the first one in the backward pass.
norms.append(np.sqrt(np.sum(dz**2)))
    This is the norm of the gradient at each layer's output. The task asks for the norm of its dW.
norms.append(np.sqrt(np.mean(dW**2)))
    You take the root of the mean of the squares. The Frobenius norm takes the root of their sum.
norms.append(np.sqrt(np.sum(dW**2)) / len(x))
    There is a factor 1/N too many. If the loss is a mean, `dy` already contains it; dW is a sum
    over the samples.
norms.append(np.sqrt(np.sum(du**2)))
    This is the norm of du, the gradient of the layer's `z_in @ W`. The task asks for the norm of
    dW.
norms.append(np.sqrt(np.sum((du @ W.T) ** 2)))
    This is the norm of each layer's downstream gradient. The task asks for the norm of its dW.
norms.append(np.sqrt(np.sum(W**2)))
    This is the norm of the weights themselves. The task asks for the norm of their gradient.
return [norm / norms[0] for norm in norms[::-1]]
    You divide all norms by the last layer's norm. The task asks for the norms themselves.
norms.append(np.max(np.abs(dW)))
    You return the largest entry of each gradient. The norm uses all entries.
zs.append(np.tanh(zs[-1] @ W))
du = dz * (1 - z**2)
    Your layers use tanh, but they should use the sigmoid.
zs.append(np.maximum(zs[-1] @ W, 0))
du = dz * (z > 0)
    Your layers use ReLU, but they should use the sigmoid.
zs.append(zs[-1] @ W)
du = dz
    Your layers are linear. In the forward pass each layer ends with a sigmoid.
"""),
    ),
)
