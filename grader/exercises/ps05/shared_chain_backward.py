"""``shared_chain_backward(dy, cache) -> (dx, dW)``: one W, as many gradients as it has uses."""

import numpy as np

from grader.checking.contract import Case, pair, step, values
from grader.exercises.ps05.shared_chain_forward import chain, shared_chain_forward


def shared_chain_backward(dy, cache):
    W, zs = cache
    dz, dW = dy, np.zeros_like(W)
    for k in reversed(range(1, len(zs))):
        du = dz * zs[k] * (1 - zs[k])
        dW = dW + zs[k - 1].T @ du
        dz = du @ W.T
    return dz, dW


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        chain(rng, "one unit, used twice", 3, 1, 2),
        chain(rng, "used once", 2, 3, 1),
        chain(rng, "used twice, one row", 1, 2, 2),
        chain(rng, "used three times", 4, 2, 3),
        chain(rng, "as many rows as columns", 3, 3, 3),
        chain(rng, "float32", 3, 2, 3, "float32"),
    ]


SEVERAL = (
    "one unit, used twice",
    "used twice, one row",
    "used three times",
    "as many rows as columns",
)

exercise = pair(
    shared_chain_forward,
    shared_chain_backward,
    returns="dx, dW",
    points=3,
    cases=cases,
    judge=[
        values("dx", "dW", weight=2, cases="used once", title="W used once"),
        values("dW", weight=5, cases=SEVERAL, title="dW of a W used several times"),
        values("dx", weight=3, cases=SEVERAL, title="dx through all steps"),
        values("dx", "dW", cases="float32", title="float32, by value"),
    ],
    answers=("course_lib.functional.shared_chain",),
    hints=(
        step(
            "One step is z = sigmoid(z @ W). Which derivative does `dy` meet first, and which two "
            "products follow?",
            "W used once",
        ),
        step(
            "Forget for a moment that all W are the same one: what would be the gradient of each? "
            "And then, if a single W stands in all places?",
            "dW of a W used several times",
        ),
        step(
            "The downstream gradient of one step is the upstream gradient of the step before it. "
            "Which one is left at the end?",
            "dx through all steps",
        ),
        "Backwards through the steps: through the sigmoid, then two products, one for this "
        "use's share of dW and one for what goes down to the step before.",
        "Smaller: x = 0, W = 2, n = 2 gave z1 = 0.5 and y = 0.731. With dy = 1: du2 = "
        "0.731·0.269 = 0.197, share 0.5·0.197 = 0.098, dz1 = 2·0.197 = 0.393. du1 = "
        "0.393·0.5·0.5 = 0.098, share 0·0.098 = 0, dx = 2·0.098 = 0.197. dW = 0.098 + 0.",
    ),
    grows=lambda rng, n: chain(rng, "growing", n, 3, 2),
)

SUM = "dW = dW + zs[k - 1].T @ du"
SLOPE = "dz * zs[k] * (1 - zs[k])"
LAST = "zs[-2].T @ (dy * zs[-1] * (1 - zs[-1]))"

exercise.slip(
    SUM,
    "dW = zs[k - 1].T @ du",
    "`dW` is the share of the first use of W alone: each round replaces what the one before had "
    "found. The loss feels a change of W at every place where it is used.",
)
exercise.slip(
    f"{SUM}\n        dz = du @ W.T",
    "dz = du @ W.T\n        dW = dW + zs[k - 1].T @ dz",
    "`dW` is made with a gradient that has been multiplied by W. In u = z @ W, which gradient "
    "belongs to u, and which one to z?",
)
exercise.slip(
    "return dz, dW",
    f"return dz, {LAST}",
    "`dW` is the share of the last use of W alone. The loss feels a change of W at every place "
    "where it is used.",
)
exercise.slip(
    SUM,
    "dW = [zs[k - 1].T @ du, *(dW if k < len(zs) - 1 else [])]",
    "There is a gradient for each use of W, as on S3's slide. But there is one W to be stepped "
    "with: what does the chain rule do with several paths?",
)
exercise.slip(
    "return dz, dW",
    "return dz, dW / (len(zs) - 1)",
    "`dW` is n times too small: the shares of the uses are averaged.",
)
exercise.slip(
    "return dz, dW",
    f"return dz, (len(zs) - 1) * {LAST}",
    "n times the share of the last use. The other uses have shares of their own.",
)
exercise.slip(
    SUM,
    "dW = (dW if k < len(zs) - 1 else 1) * (zs[k - 1].T @ du)",
    "The shares are multiplied. Along ONE path slopes multiply; paths do not.",
)
exercise.slip(
    "reversed(range(1, len(zs)))",
    "range(1, len(zs))",
    "You go through the steps from the first to the last. `dy` arrives at the end of the chain: "
    "which step has to answer first?",
)
exercise.slip(
    "reversed(range(1, len(zs)))",
    "reversed(range(2, len(zs)))",
    "One step of the backward pass is missing, that of the first use of W. How many steps has the "
    "chain, and with which one does your loop end?",
)
exercise.slip(
    "reversed(range(1, len(zs)))",
    "reversed(range(1, len(zs) - 1))",
    "One step of the backward pass is missing, that of the last use of W. How many steps has the "
    "chain, and with which one does your loop begin?",
)
exercise.slip(
    SLOPE,
    "dy * zs[k] * (1 - zs[k])",
    "Every step is handed `dy`, as if it were the last one. A step gets what the step behind it "
    "has sent down.",
)
exercise.slip(
    SLOPE,
    "dz",
    "The sigmoid is missing in the backward pass: `dz` passes it as if its slope were 1.",
)
exercise.slip(
    SLOPE,
    "dz * zs[k - 1] * (1 - zs[k - 1])",
    "The slope z·(1 − z) is taken at the z before the step. Which z came out of it?",
)
exercise.slip(
    SLOPE, "dz * (1 - zs[k] ** 2)", "1 − z² is the derivative of tanh. The chain has a sigmoid."
)
exercise.slip(
    SLOPE,
    "dz * sigmoid(zs[k]) * (1 - sigmoid(zs[k]))",
    "The sigmoid is applied to `z`, which has been through it already.",
)
exercise.slip(
    "zs[k - 1].T", "zs[k].T", "`dW` is made with the z behind the step. What did W multiply?"
)
exercise.slip(
    "zs[k - 1].T",
    "zs[0].T",
    "`dW` is made with `x` in every step. From the second on, W multiplied something else.",
)
exercise.slip(
    "du @ W.T",
    "du @ W",
    "The gradient is multiplied by W as it is. Square shapes fit either way: which product is the "
    "backward pass of z @ W?",
)
exercise.slip(
    "du @ W.T",
    "du",
    "W does not come in where the gradient is passed to the step before: what is the backward pass "
    "of z @ W?",
)
exercise.slip(
    "return dz, dW",
    "return dz, dW / len(dy)",
    "`dW` is divided by the number of rows. A mean of the loss is inside `dy` already.",
)
exercise.slip(
    "return dz, dW",
    "return dz, dW.T",
    "`dW` is transposed. It is square, so the shape does not tell: entry (i, j) of W leads from "
    "input i to unit j.",
)
exercise.slip(
    "return dz, dW",
    "return du, dW",
    "`dW` is right; `dx` is still the gradient of the first u = x @ W.",
    needs=("dW of a W used several times",),
)
