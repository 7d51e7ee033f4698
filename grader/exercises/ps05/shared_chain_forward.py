"""``shared_chain_forward(x, W, n) -> (y, cache)``: n times ``z = sigmoid(z @ W)`` with one W."""

from typing import Any

import numpy as np

from course_lib.functional import shared_chain_forward, sigmoid_forward
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    case,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)


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


def run(shared_chain_forward: Any, case: Case) -> dict[str, Any]:
    y, _cache = shared_chain_forward(case["x"], case["W"], case["n"])
    return {"y": y}


def sigmoid(u: Any) -> Any:
    return sigmoid_forward(u)[0]


def always_from_x(x: Any, W: Any, n: int) -> Any:
    z = x
    for _i in range(n):
        z = sigmoid(x @ W)
    return z, None


def sigmoid_at_the_end(x: Any, W: Any, n: int) -> Any:
    return sigmoid(x @ np.linalg.matrix_power(W, n)), None


def last_without_sigmoid(x: Any, W: Any, n: int) -> Any:
    z = x
    for _i in range(n - 1):
        z = sigmoid(z @ W)
    return z @ W, None


def sigmoid_first(x: Any, W: Any, n: int) -> Any:
    z = x
    for _i in range(n):
        z = sigmoid(z) @ W
    return z, None


def without_sigmoid(x: Any, W: Any, n: int) -> Any:
    z = x
    for _i in range(n):
        z = z @ W
    return z, None


def without_W(x: Any, W: Any, n: int) -> Any:
    z = sigmoid(x @ W)
    for _i in range(n - 1):
        z = sigmoid(z)
    return z, None


def one_too_many(x: Any, W: Any, n: int) -> Any:
    z = x
    for _i in range(n + 1):
        z = sigmoid(z @ W)
    return z, None


def one_too_few(x: Any, W: Any, n: int) -> Any:
    z = x
    for _i in range(n - 1):
        z = sigmoid(z @ W)
    return z, None


def transposed(x: Any, W: Any, n: int) -> Any:
    z = x
    for _i in range(n):
        z = sigmoid(z @ W.T)
    return z, None


def element_by_element(x: Any, W: Any, n: int) -> Any:
    z = x
    for _i in range(n):
        z = sigmoid(z * W)
    return z, None


def tanh_for_sigmoid(x: Any, W: Any, n: int) -> Any:
    z = x
    for _i in range(n):
        z = np.tanh(z @ W)
    return z, None


def plus_in_the_exponent(x: Any, W: Any, n: int) -> Any:
    z = x
    for _i in range(n):
        z = sigmoid(-z @ W)
    return z, None


def infinity_by_infinity(x: Any, W: Any, n: int) -> Any:
    z = x
    for _i in range(n):
        e = np.exp(z @ W)
        z = e / (1 + e)
    return z, None


def all_steps(x: Any, W: Any, n: int) -> Any:
    steps = [x]
    for _i in range(n):
        steps.append(sigmoid(steps[-1] @ W))
    return steps[1:], None


def W_grows(x: Any, W: Any, n: int) -> Any:
    z = x
    for _i in range(n):
        z = sigmoid(z @ W)
        W = W @ W
    return z, None


SOME = (
    "one unit, used twice",
    "used twice, one row",
    "used three times",
    "as many rows as columns",
    "used five times",
)

exercise = Exercise(
    name="shared_chain_forward",
    takes=("shared_chain_forward",),
    points=2,
    reference=(shared_chain_forward,),
    cases=cases,
    run=run,
    judge=[
        values("y", weight=2, cases="used once", title=_("W used once")),
        values("y", weight=5, cases=SOME, title=_("W used several times")),
        values("y", cases="float32", title=_("float32, by value")),
        values("y", cases="large numbers", title=_("large numbers give no nan")),
        shapes("y"),
        dtype("y"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            always_from_x,
            hint=_(
                "The result is that of a single step, whatever n is: does each of your steps go on "
                "with what the one before put out?"
            ),
        ),
        Mistake(
            sigmoid_at_the_end,
            hint=_("All products first, one sigmoid at the end. It belongs to every step."),
        ),
        Mistake(
            last_without_sigmoid,
            hint=_("The last step has no sigmoid. Here all n steps are alike."),
        ),
        Mistake(
            sigmoid_first,
            hint=_("The sigmoid comes before the product. A step is z = sigmoid(z @ W)."),
        ),
        Mistake(
            without_sigmoid,
            hint=_("The sigmoid is missing: a chain of products alone is one product."),
        ),
        Mistake(
            without_W,
            hint=_("After the first step W is not used any more. It takes part in every step."),
        ),
        Mistake(
            one_too_many,
            hint=_("One step too many: with n = 1 there is one product and one sigmoid."),
        ),
        Mistake(
            one_too_few,
            hint=_("One step too few: with n = 1 there is one product and one sigmoid."),
        ),
        Mistake(
            transposed,
            hint=_(
                "W is transposed. It is square, so the shapes do not tell; samples are rows and a "
                "step is z @ W."
            ),
        ),
        Mistake(
            element_by_element,
            hint=_("`*` multiplies element by element. The matrix product is `@`."),
        ),
        Mistake(
            tanh_for_sigmoid,
            hint=_("This is tanh. The chain uses the sigmoid, between 0 and 1."),
        ),
        Mistake(
            plus_in_the_exponent,
            hint=_("The sigmoid is turned: it has to rise with u. Look at the sign in `exp`."),
        ),
        Mistake(
            infinity_by_infinity,
            hint=_(
                "Large numbers give nan: exp(1000) is infinite, and infinite by infinite is nan. "
                "Which way to write the sigmoid has an exponential only below the bar?"
            ),
        ),
        Mistake(
            all_steps,
            hint=_("All steps came back. `y` is the last one; the others belong in the cache."),
        ),
        Mistake(
            W_grows,
            hint=_("W changes from step to step. All steps use the W you are given."),
        ),
    ],
    answers=("course_lib.functional.shared_chain",),
    returns="(y, cache)",
    hints=(
        _("One step takes z to sigmoid(z @ W). Where does it start, and how often is it done?"),
        _(
            "A loop with n rounds and one line in it. The way back will need, for every step, what "
            "went in and what came out: keep them in a list."
        ),
        _(
            "Smaller: x = [[0]], W = [[2]], n = 2. First sigmoid(0·2) = 0.5, then sigmoid(0.5·2) = "
            "sigmoid(1) = 0.731: y = [[0.731]]."
        ),
    ),
    grows=lambda rng, n: chain(rng, "growing", n, 3, 2),
)
