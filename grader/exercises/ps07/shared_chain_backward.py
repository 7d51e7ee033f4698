"""``shared_chain_backward(dy, cache) -> (dx, dW)``: the gradient of a W that is used n times."""

import numpy as np

from grader.checking.contract import pair, slips, values
from grader.exercises.ps07.shared_chain_forward import chain, chains, shared_chain_forward


def shared_chain_backward(dy, cache):
    W, zs = cache
    dz, dW = dy, np.zeros_like(W)
    for k in reversed(range(1, len(zs))):
        du = dz * zs[k] * (1 - zs[k])
        dW = dW + zs[k - 1].T @ du
        dz = du @ W.T
    return dz, dW


exercise = pair(
    shared_chain_forward,
    shared_chain_backward,
    returns="dx, dW",
    points=3,
    cases=chains,
    judge=[
        values(
            weight=2,
            cases="W used once",
            help="""One step is z = sigmoid(z @ W). By which derivative do you multiply `dy` first,
            and which two products follow?""",
        ),
        values(
            "dW",
            weight=5,
            cases="W used several times",
            title="dW of a W used several times",
            help="""Imagine that each step has its own W. What would be the gradient of each one?
            How do you combine them if all these W are the same?""",
        ),
        values(
            "dx",
            weight=3,
            cases="W used several times",
            title="dx through all steps",
            help="""The downstream gradient of one step is the upstream gradient of the step before
            it. Which one remains at the end?""",
        ),
        values(cases="float32, by value"),
    ],
    answers=("course_lib.functional.shared_chain",),
    hints="""
    Go backwards through the steps. In each step, multiply by the derivative of the sigmoid, then
    compute two products: this step's share of dW, and the gradient for the step before.

    A smaller example: x = 0, W = 2, n = 2 gave z1 = 0.5 and y = 0.731. With dy = 1: du2 =
    0.731·0.269 = 0.197, share 0.5·0.197 = 0.098, dz1 = 2·0.197 = 0.393. du1 = 0.393·0.5·0.5 =
    0.098, share 0·0.098 = 0, dx = 2·0.098 = 0.197. dW = 0.098 + 0.
    """,
    grows=lambda rng, n: chain(rng, "growing", n, 3, 2),
    mistakes=(
        *slips("""
dW = zs[k - 1].T @ du
    `dW` is only the share of the first use of W: each iteration of your loop replaces the share
    found before. A change of W affects the loss at every place where W is used.
dW = dW + zs[k - 1].T @ (du @ W.T)
    You compute `dW` with a gradient that was already multiplied by W. In u = z @ W, which gradient
    belongs to u, and which one to z?
return dz, zs[-2].T @ (dy * zs[-1] * (1 - zs[-1]))
    `dW` is only the share of the last use of W. A change of W affects the loss at every place where
    W is used.
dW = [zs[k - 1].T @ du, *(dW if k < len(zs) - 1 else [])]
    You return one gradient per use of W, as on S3's slide. But there is only one W to update. How
    does the chain rule combine several paths?
return dz, dW / (len(zs) - 1)
    `dW` is n times too small, because you average the shares of the uses.
return dz, (len(zs) - 1) * zs[-2].T @ (dy * zs[-1] * (1 - zs[-1]))
    `dW` is n times the share of the last use. Each of the other uses has its own share.
dW = (dW if k < len(zs) - 1 else 1) * (zs[k - 1].T @ du)
    You multiply the shares. The derivatives along ONE path are multiplied, but the paths are not.
for k in range(1, len(zs)):
    You go through the steps from the first to the last. `dy` arrives at the end of the chain. Which
    step comes first in the backward pass?
for k in reversed(range(2, len(zs))):
    The backward pass lacks one step, the first use of W. How many steps has the chain, and with
    which one does your loop end?
for k in reversed(range(1, len(zs) - 1)):
    The backward pass lacks one step, the last use of W. How many steps has the chain, and with
    which one does your loop start?
du = dy * zs[k] * (1 - zs[k])
    You pass `dy` to every step, as if each were the last one. A step gets the downstream gradient
    of the step after it.
du = dz
    The sigmoid is missing in the backward pass: you treat its derivative as 1.
du = dz * zs[k - 1] * (1 - zs[k - 1])
    You compute the derivative z·(1 − z) from the input of the step. Which z is its output?
du = dz * (1 - zs[k] ** 2)
    1 − z² is the derivative of tanh. The chain has a sigmoid.
du = dz * sigmoid(zs[k]) * (1 - sigmoid(zs[k]))
    You apply the sigmoid to `z`, which is already its output.
dW = dW + zs[k].T @ du
    You compute `dW` with the output z of the step. Which z did W multiply?
dW = dW + zs[0].T @ du
    You compute `dW` with `x` in every step. From the second step on, W multiplied another array.
dz = du @ W
    You multiply the gradient by W itself. As W is square, the shapes do not show this mistake.
    Which product is the backward pass of z @ W?
dz = du
    You pass the gradient to the step before without W. What is the backward pass of z @ W?
return dz, dW / len(dy)
    You divide `dW` by the number of rows. If the loss is a mean, `dy` already contains this factor.
return dz, dW.T
    `dW` is transposed. As it is square, its shape does not show this. Entry (i, j) of W leads from
    input i to unit j.
"""),
        *slips(
            """
return du, dW
    `dW` is right; `dx` is still the gradient of the first u = x @ W.
""",
            needs=("dW of a W used several times",),
        ),
    ),
)
