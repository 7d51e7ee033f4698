"""``shared_chain_forward(x, W, n) -> (y, cache)``: n times ``z = sigmoid(z @ W)`` with one W."""

import numpy as np

from grader.checking.contract import Case, case, function, step, values


def sigmoid(u):
    return 0.5 * (1 + np.tanh(u / 2))


def shared_chain_forward(x, W, n):
    zs = [x]
    for _ in range(n):
        zs.append(sigmoid(zs[-1] @ W))
    y = zs[-1]
    return y, (W, zs)


def chain(
    rng: np.random.Generator, about: str, N: int, D: int, n: int, dtype: str = "float64"
) -> Case:
    """Weights of either sign, large enough that every use of W shows in its gradient."""
    W = rng.uniform(1, 2.5, size=(D, D)) * rng.choice([-1.0, 1.0], size=(D, D))
    return case(
        about,
        x=rng.normal(size=(N, D)).astype(dtype),
        W=W.astype(dtype),
        n=n,
        dy=(rng.uniform(0.5, 2, size=(N, D)) * rng.choice([-1.0, 1.0], size=(N, D))).astype(dtype),
    )


def cases(rng: np.random.Generator) -> list[Case]:
    column = chain(rng, "one unit, used twice", 3, 1, 2)
    large = chain(rng, "large numbers", 2, 2, 2)
    large["x"] = np.array([[1000.0, -1000.0], [-1000.0, 1000.0]])
    large["W"] = np.diag(rng.uniform(1, 2, size=2)) + 0.1
    return [
        column,
        chain(rng, "used once", 2, 3, 1),
        chain(rng, "used twice, one row", 1, 2, 2),
        chain(rng, "used three times", 4, 2, 3),
        chain(rng, "as many rows as columns", 3, 3, 3),
        chain(rng, "used five times", 2, 2, 5),
        chain(rng, "float32", 3, 2, 3, "float32"),
        large,
    ]


SEVERAL = (
    "one unit, used twice",
    "used twice, one row",
    "used three times",
    "as many rows as columns",
    "used five times",
)

exercise = function(
    shared_chain_forward,
    returns="y, cache",
    points=2,
    cases=cases,
    judge=[
        values("y", weight=2, cases="used once", title="W used once"),
        values("y", weight=5, cases=SEVERAL, title="W used several times"),
        values("y", cases="float32", title="float32, by value"),
        values(
            "y",
            cases="large numbers",
            title="large numbers give no nan",
            help="""What is exp(u) at u = 1000, and exp(−u) at u = −1000? Infinity divided by
            infinity is nan.""",
        ),
    ],
    answers=("course_lib.functional.shared_chain",),
    hints=(
        step(
            "One step takes z to sigmoid(z @ W). Where does the chain start, and how often do "
            "you apply this step?",
            *("W used once", "W used several times"),
        ),
        "Write a loop with n iterations and one line in it. The backward pass will need the "
        "input and the output of every step, so keep them in a list.",
        "Smaller: x = [[0]], W = [[2]], n = 2. First sigmoid(0·2) = 0.5, then sigmoid(0.5·2) = "
        "sigmoid(1) = 0.731: y = [[0.731]].",
    ),
    grows=lambda rng, n: chain(rng, "growing", n, 3, 2),
)

exercise.slips("""
zs.append(sigmoid(x @ W))
    The result is that of a single step for every n. Does each of your steps use the output of the
    one before?
y = sigmoid(x @ np.linalg.matrix_power(W, n))
    You compute all products first and one sigmoid at the end. Each step has its own sigmoid.
y = zs[-2] @ W
    Your last step has no sigmoid. Here all n steps are the same.
zs.append(sigmoid(zs[-1]) @ W)
    The sigmoid comes before the product. A step is z = sigmoid(z @ W).
zs.append(zs[-1] @ W)
    The sigmoid is missing. A chain of matrix products alone is a single matrix product.
zs.append(sigmoid(zs[-1] if len(zs) > 1 else x @ W))
    After the first step you do not use W any more. Every step uses it.
for _ in range(n + 1):
    You take one step too many: with n = 1 there is one product and one sigmoid.
for _ in range(n - 1):
    You take one step too few: with n = 1 there is one product and one sigmoid.
zs.append(sigmoid(zs[-1] @ W.T))
    W is transposed. As it is square, the shapes do not show this. Samples are rows, so a step is z
    @ W.
zs.append(sigmoid(zs[-1] * W))
    `*` multiplies element by element. The matrix product is `@`.
zs.append(np.tanh(zs[-1] @ W))
    This is tanh. The chain uses the sigmoid, between 0 and 1.
zs.append(sigmoid(-zs[-1] @ W))
    Your sigmoid falls with u, but it has to rise. Look at the sign in `exp`.
""")
exercise.slip(
    "zs.append(sigmoid(zs[-1] @ W))",
    "e = np.exp(zs[-1] @ W)\n        zs.append(e / (1 + e))",
    "Large numbers give nan: exp(1000) is infinite, and inf/inf is nan. Which form of the "
    "sigmoid has an exponential only in the denominator?",
    needs=("W used once", "W used several times"),
)
exercise.slips("""
y = zs[1:]
    You return the outputs of all steps. `y` is the last one; the others belong in the cache.
zs.append(sigmoid(zs[-1] @ np.linalg.matrix_power(W, len(zs))))
    The second step multiplies by W², the third by W³, and so on. Each step should multiply by the
    same matrix.
""")
exercise.slip(
    "zs.append(sigmoid(zs[-1] @ W))",
    "zs.append(sigmoid(zs[-1] @ W))\n        W = W @ W",
    "Your W changes from step to step. All steps use the given W.",
)
