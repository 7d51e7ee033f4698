"""``shared_chain_backward(dy, cache) -> (dx, dW)``: one W, as many gradients as it has uses."""

from typing import Any

import numpy as np

from course_lib.functional import shared_chain_backward, shared_chain_forward
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)
from grader.exercises.ps05.shared_chain_forward import chain
from grader.exercises.shared_cache import shared_cache


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        chain(rng, "one unit, used twice", 3, 1, 2),
        chain(rng, "used once", 2, 3, 1),
        chain(rng, "used twice, one row", 1, 2, 2),
        chain(rng, "used three times", 4, 2, 3),
        chain(rng, "as many rows as columns", 3, 3, 3),
        chain(rng, "float32", 3, 2, 3, "float32"),
    ]


def run(shared_chain_forward: Any, shared_chain_backward: Any, case: Case) -> dict[str, Any]:
    x, W, n, dy = case["x"], case["W"], case["n"], case["dy"]
    # A whole pass before and a forward pass in between: what is kept outside of the calls shows.
    _y, earlier = shared_chain_forward(x + 1, W - 1, n)
    shared_chain_backward(dy + 1, earlier)
    _y, cache = shared_chain_forward(x, W, n)
    shared_chain_forward(x[::-1] - 1, W + 1, n + 1)
    dx, dW = shared_chain_backward(dy, cache)
    return {"dx": dx, "dW": dW}


def parts(dy: Any, cache: Any) -> tuple[Any, list[Any]]:
    """dx, and the gradient of every single use of W, the first use first."""
    W, steps = cache
    dz, partial = dy, list[Any]()
    for z_before, z in reversed(steps):
        du = dz * z * (1 - z)
        partial.insert(0, z_before.T @ du)
        dz = du @ W.T
    return dz, partial


def first_use_only(dy: Any, cache: Any) -> Any:
    dx, partial = parts(dy, cache)
    return dx, partial[0]


def last_use_only(dy: Any, cache: Any) -> Any:
    dx, partial = parts(dy, cache)
    return dx, partial[-1]


def not_summed(dy: Any, cache: Any) -> Any:
    dx, partial = parts(dy, cache)
    return dx, partial


def mean_over_uses(dy: Any, cache: Any) -> Any:
    dx, partial = parts(dy, cache)
    return dx, sum(partial) / len(partial)


def last_use_times_n(dy: Any, cache: Any) -> Any:
    dx, partial = parts(dy, cache)
    return dx, len(partial) * partial[-1]


def product_of_uses(dy: Any, cache: Any) -> Any:
    dx, partial = parts(dy, cache)
    product = partial[0]
    for one in partial[1:]:
        product = product * one
    return dx, product


def steps_forwards(dy: Any, cache: Any) -> Any:
    W, steps = cache
    return parts(dy, (W, steps[::-1]))[0], sum(parts(dy, (W, steps[::-1]))[1])


def dy_at_every_step(dy: Any, cache: Any) -> Any:
    W, steps = cache
    dW = 0 * W
    for z_before, z in steps:
        dW = dW + z_before.T @ (dy * z * (1 - z))
    z = steps[0][1]
    return (dy * z * (1 - z)) @ W.T, dW


def wrong(
    name: str,
    hint: str,
    *,
    slope: Any = lambda z_before, z: z * (1 - z),
    left: Any = lambda z_before, z, x: z_before,
    down: Any = lambda du, W: du @ W.T,
    scale: Any = lambda dW, N, n: dW,
    end: Any = lambda dz, du: dz,
) -> Mistake:
    """The way back with one of its parts replaced by a wrong one."""

    def shared_chain_backward(dy: Any, cache: Any) -> Any:
        W, steps = cache
        dz, dW = dy, 0 * W
        for z_before, z in reversed(steps):
            du = dz * slope(z_before, z)
            dW = dW + left(z_before, z, steps[0][0]).T @ du
            dz = down(du, W)
        return end(dz, du), scale(dW, len(dy), len(steps))

    return Mistake(shared_chain_backward, hint, name=name)


SEVERAL = ("one unit, used twice", "used twice, one row")
MORE = ("used three times", "as many rows as columns")

exercise = Exercise(
    name="shared_chain_backward",
    takes=("shared_chain_forward", "shared_chain_backward"),
    points=3,
    reference=(shared_chain_forward, shared_chain_backward),
    cases=cases,
    run=run,
    judge=[
        values("dx", "dW", weight=2, cases="used once", title=_("W used once")),
        values("dW", weight=5, cases=(*SEVERAL, *MORE), title=_("dW of a W used several times")),
        values("dx", weight=3, cases=(*SEVERAL, *MORE), title=_("dx through all steps")),
        values("dx", "dW", cases="float32", title=_("float32, by value")),
        shapes(),
        dtype(),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            first_use_only,
            hint=_(
                "`dW` is the share of the first use of W alone: each round replaces what the one "
                "before had found. The loss feels a change of W at every place where it is used."
            ),
        ),
        Mistake(
            last_use_only,
            hint=_(
                "`dW` is the share of the last use of W alone. The loss feels a change of W at "
                "every place where it is used."
            ),
        ),
        Mistake(
            not_summed,
            hint=_(
                "There is a gradient for each use of W, as on S3's slide. But there is one W to be "
                "stepped with: what does the chain rule do with several paths?"
            ),
        ),
        Mistake(
            mean_over_uses,
            hint=_("`dW` is n times too small: the shares of the uses are averaged."),
        ),
        Mistake(
            last_use_times_n,
            hint=_("n times the share of the last use. The other uses have shares of their own."),
        ),
        Mistake(
            product_of_uses,
            hint=_("The shares are multiplied. Along ONE path slopes multiply; paths do not."),
        ),
        Mistake(
            steps_forwards,
            hint=_(
                "You go through the steps from the first to the last. `dy` arrives at the end of "
                "the chain: which step has to answer first?"
            ),
        ),
        Mistake(
            dy_at_every_step,
            hint=_(
                "Every step is handed `dy`, as if it were the last one. A step gets what the step "
                "behind it has sent down."
            ),
        ),
        wrong(
            "no slope",
            _("The sigmoid is missing on the way back: `dz` passes it as if its slope were 1."),
            slope=lambda z_before, z: 1,
        ),
        wrong(
            "slope of what went in",
            _("The slope z·(1 − z) is taken at the z before the step. Which z came out of it?"),
            slope=lambda z_before, z: z_before * (1 - z_before),
        ),
        wrong(
            "slope of tanh",
            _("1 − z² is the slope of tanh. The chain has a sigmoid."),
            slope=lambda z_before, z: 1 - z**2,
        ),
        wrong(
            "sigmoid of a sigmoid",
            _("The sigmoid is applied to `z`, which has been through it already."),
            slope=lambda z_before, z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
        ),
        wrong(
            "what came out",
            _("`dW` is made with the z behind the step. What did W multiply?"),
            left=lambda z_before, z, x: z,
        ),
        wrong(
            "always x",
            _(
                "`dW` is made with `x` in every step. From the second on, W multiplied something "
                "else."
            ),
            left=lambda z_before, z, x: x,
        ),
        wrong(
            "W not transposed",
            _("On its way down the gradient meets W as it is. Square shapes fit either way."),
            down=lambda du, W: du @ W,
        ),
        wrong(
            "without W",
            _("On its way down the gradient does not meet W at all: z @ W has a way back, too."),
            down=lambda du, W: du,
        ),
        wrong(
            "divided by N",
            _("`dW` is divided by the number of rows. A mean of the loss is inside `dy` already."),
            scale=lambda dW, N, n: dW / N,
        ),
        wrong(
            "transposed",
            _(
                "`dW` is transposed. It is square, so the shape does not tell: entry (i, j) of W "
                "leads from input i to unit j."
            ),
            scale=lambda dW, N, n: dW.T,
        ),
        wrong(
            "dx stops at u",
            _("`dW` is right; `dx` is still the gradient of the first u = x @ W."),
            end=lambda dz, du: du,
        ),
        shared_cache(shared_chain_forward, shared_chain_backward),
    ],
    answers=("course_lib.functional.shared_chain",),
    returns="(dx, dW)",
    hints=(
        _(
            "Forget for a moment that all W are the same one: what would be the gradient of each? "
            "And then, if a single W stands in all places?"
        ),
        _(
            "Backwards through the steps: through the sigmoid, then two products, one for this "
            "use's share of dW and one for what goes down to the step before."
        ),
        _(
            "Smaller: x = 0, W = 2, n = 2 gave z1 = 0.5 and y = 0.731. With dy = 1: du2 = "
            "0.731·0.269 = 0.197, share 0.5·0.197 = 0.098, dz1 = 2·0.197 = 0.393. du1 = "
            "0.393·0.5·0.5 = 0.098, share 0·0.098 = 0, dx = 2·0.098 = 0.197. dW = 0.098 + 0."
        ),
    ),
    grows=lambda rng, n: chain(rng, "growing", n, 3, 2),
)
