"""``shared_chain_forward(x, W, n) -> (y, cache)``: n times ``z = sigmoid(z @ W)`` with one W."""

import numpy as np

from grader.checking.contract import Case, case, function, step, values


def sigmoid(u):
    return 0.5 * (1 + np.tanh(u / 2))


def shared_chain_forward(x, W, n):
    zs = [x]
    for _ in range(n):
        zs.append(sigmoid(zs[-1] @ W))
    return zs[-1], (W, zs)


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
        values("y", cases="large numbers", title="large numbers give no nan"),
    ],
    answers=("course_lib.functional.shared_chain",),
    hints=(
        step(
            "One step takes z to sigmoid(z @ W). Where does it start, and how often is it done?",
            *("W used once", "W used several times"),
        ),
        step(
            "What is exp(u) at u = 1000, and exp(−u) at u = −1000? No quotient of two such numbers "
            "has a value.",
            "large numbers give no nan",
        ),
        "A loop with n rounds and one line in it. The backward pass will need, for every step, "
        "what went in and what came out: keep them in a list.",
        "Smaller: x = [[0]], W = [[2]], n = 2. First sigmoid(0·2) = 0.5, then sigmoid(0.5·2) = "
        "sigmoid(1) = 0.731: y = [[0.731]].",
    ),
    grows=lambda rng, n: chain(rng, "growing", n, 3, 2),
)

exercise.slip(
    "zs[-1] @ W",
    "x @ W",
    "The result is that of a single step, whatever n is: does each of your steps go on with what "
    "the one before put out?",
)
exercise.slip(
    "return zs[-1]",
    "return sigmoid(x @ np.linalg.matrix_power(W, n))",
    "All products first, one sigmoid at the end. It belongs to every step.",
)
exercise.slip(
    "return zs[-1]",
    "return zs[-2] @ W",
    "The last step has no sigmoid. Here all n steps are alike.",
)
exercise.slip(
    "sigmoid(zs[-1] @ W)",
    "sigmoid(zs[-1]) @ W",
    "The sigmoid comes before the product. A step is z = sigmoid(z @ W).",
)
exercise.slip(
    "sigmoid(zs[-1] @ W)",
    "zs[-1] @ W",
    "The sigmoid is missing: a chain of products alone is one product.",
)
exercise.slip(
    "sigmoid(zs[-1] @ W)",
    "sigmoid(zs[-1] if len(zs) > 1 else x @ W)",
    "After the first step W is not used any more. It takes part in every step.",
)
exercise.slip(
    "range(n)",
    "range(n + 1)",
    "One step too many: with n = 1 there is one product and one sigmoid.",
)
exercise.slip(
    "range(n)",
    "range(n - 1)",
    "One step too few: with n = 1 there is one product and one sigmoid.",
)
exercise.slip(
    "zs[-1] @ W",
    "zs[-1] @ W.T",
    "W is transposed. It is square, so the shapes do not tell; samples are rows and a step is "
    "z @ W.",
)
exercise.slip(
    "zs[-1] @ W",
    "zs[-1] * W",
    "`*` multiplies element by element. The matrix product is `@`.",
)
exercise.slip(
    "sigmoid(zs[-1] @ W)",
    "np.tanh(zs[-1] @ W)",
    "This is tanh. The chain uses the sigmoid, between 0 and 1.",
)
exercise.slip(
    "sigmoid(zs[-1] @ W)",
    "sigmoid(-zs[-1] @ W)",
    "The sigmoid is turned: it has to rise with u. Look at the sign in `exp`.",
)
exercise.slip(
    "zs.append(sigmoid(zs[-1] @ W))",
    "e = np.exp(zs[-1] @ W)\n        zs.append(e / (1 + e))",
    "Large numbers give nan: exp(1000) is infinite, and infinite by infinite is nan. Which way to "
    "write the sigmoid has an exponential only below the bar?",
    needs=("W used once", "W used several times"),
)
exercise.slip(
    "return zs[-1]",
    "return zs[1:]",
    "All steps came back. `y` is the last one; the others belong in the cache.",
)
exercise.slip(
    "zs[-1] @ W",
    "zs[-1] @ np.linalg.matrix_power(W, len(zs))",
    "The second step multiplies by W², the third by W³, and so on. Which matrix belongs to every "
    "step?",
)
exercise.slip(
    "zs.append(sigmoid(zs[-1] @ W))",
    "zs.append(sigmoid(zs[-1] @ W))\n        W = W @ W",
    "W changes from step to step. All steps use the W you are given.",
)
