"""``shared_chain_forward(x, W, n) -> (y, cache)``: n times ``z = sigmoid(z @ W)`` with one W."""

import numpy as np

from grader.checking.contract import Case, case, float32, function, slips, step, values


def sigmoid(u):
    return 0.5 * (1 + np.tanh(u / 2))


def shared_chain_forward(x, W, n):
    zs = [x]
    for _ in range(n):
        u = zs[-1] @ W
        zs.append(sigmoid(u))
    y = zs[-1]
    return y, (W, zs)


def chain(rng: np.random.Generator, about: str, N: int, D: int, n: int) -> Case:
    """Weights of either sign, large enough that every use of W shows in its gradient."""
    W = rng.uniform(1, 2.5, size=(D, D)) * rng.choice([-1.0, 1.0], size=(D, D))
    dy = rng.uniform(0.5, 2, size=(N, D)) * rng.choice([-1.0, 1.0], size=(N, D))
    return case(about, x=rng.normal(size=(N, D)), W=W, n=n, dy=dy)


def chains(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        "W used once": [chain(rng, "one step", 2, 3, 1)],
        "W used several times": [
            chain(rng, "one unit, used twice", 3, 1, 2),
            chain(rng, "used twice, one row", 1, 2, 2),
            chain(rng, "used three times", 4, 2, 3),
            chain(rng, "as many rows as columns", 3, 3, 3),
        ],
        "float32, by value": [float32(chain(rng, "float32", 3, 2, 3))],
    }


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    large = chain(rng, "large numbers", 2, 2, 2)
    large["x"] = np.array([[1000.0, -1000.0], [-1000.0, 1000.0]])
    large["W"] = np.diag(rng.uniform(1, 2, size=2)) + 0.1
    groups = chains(rng)
    groups["W used several times"].append(chain(rng, "used five times", 2, 2, 5))
    return groups | {"large numbers give no nan": [large]}


exercise = function(
    shared_chain_forward,
    returns="y, cache",
    points=2,
    cases=cases,
    judge=[
        values("y", weight=2, cases="W used once"),
        values("y", weight=5, cases="W used several times"),
        values("y", cases="float32, by value"),
        values(
            "y",
            cases="large numbers give no nan",
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
        "A smaller example: x = [[0]], W = [[2]], n = 2. First sigmoid(0·2) = 0.5, then "
        "sigmoid(0.5·2) = sigmoid(1) = 0.731: y = [[0.731]].",
    ),
    grows=lambda rng, n: chain(rng, "growing", n, 3, 2),
    mistakes=(
        *slips("""
u = x @ W
    The result is that of a single step for every n. Does each of your steps use the output of the
    one before?
y = sigmoid(x @ np.linalg.matrix_power(W, n))
    You compute all products first and one sigmoid at the end. Each step has its own sigmoid.
y = zs[-2] @ W
    Your last step has no sigmoid. Here all n steps are the same.
zs.append(sigmoid(zs[-1]) @ W)
    The sigmoid comes before the product. A step is z = sigmoid(z @ W).
zs.append(u)
    The sigmoid is missing. A chain of matrix products alone is a single matrix product.
u = zs[-1] if len(zs) > 1 else x @ W
    After the first step you do not use W any more. Every step uses it.
for _ in range(n + 1):
    You take one step too many: with n = 1 there is one product and one sigmoid.
for _ in range(n - 1):
    You take one step too few: with n = 1 there is one product and one sigmoid.
u = zs[-1] @ W.T
    W is transposed. As it is square, the shapes do not show this. Samples are rows, so a step is z
    @ W.
u = zs[-1] * W
    `*` multiplies element by element. The matrix product is `@`.
zs.append(np.tanh(u))
    This is tanh. The chain uses the sigmoid, between 0 and 1.
zs.append(sigmoid(-u))
    Your sigmoid falls with u, but it has to rise. Look at the sign in `exp`.
y = zs[1:]
    You return the outputs of all steps. `y` is the last one; the others belong in the cache.
u = zs[-1] @ np.linalg.matrix_power(W, len(zs))
    The second step multiplies by W², the third by W³, and so on. Each step should multiply by the
    same matrix.
u = zs[-1] @ np.linalg.matrix_power(W, 2 ** (len(zs) - 1))
    Your W changes from step to step. All steps use the given W.
"""),
        *slips(
            """
zs.append(np.exp(u) / (1 + np.exp(u)))
    Large numbers give nan: exp(1000) is infinite, and inf/inf is nan. Which form of the sigmoid has
    an exponential only in the denominator?
""",
            needs=("W used once", "W used several times"),
        ),
    ),
)
