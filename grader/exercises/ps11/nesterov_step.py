"""``nesterov_step(w, grad_fn, v, *, lr, mu) -> (w, v)``: look ahead, then step."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    OwnRun,
    function,
    holds,
    shapes,
    slips,
    unchanged_inputs,
    values,
)
from grader.exercises.optimizers import OF_MOTION, in_motion


def nesterov_step(w, grad_fn, v, *, lr, mu):
    dw = grad_fn(w + mu * v)
    new_v = mu * v - lr * dw
    new_w = w + new_v
    return new_w, new_v


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def landscape(n: int, shape: tuple[int, ...]) -> dict[str, Any]:
        """Gradient ``A w + bend * sin(w) - b`` with bend below the smallest curvature.

        So two points that differ have gradients that differ.
        """
        root = rng.uniform(-1, 1, size=(shape[0], shape[0]))
        return {
            "A": root @ root.T / shape[0] + np.eye(shape[0]),
            "b": rng.uniform(6, 8, size=shape),  # so large that no gradient along the path vanishes
            "bend": 0.5,
        }

    return in_motion(rng, landscape)


def run(nesterov_step, case):
    asked = [0]

    def grad_fn(point):
        asked[0] += 1
        w = np.reshape(point, case["w"].shape)  # (1, D) for (D,) is a matter of form
        return np.reshape(case["A"] @ w + case["bend"] * np.sin(w) - case["b"], np.shape(point))

    w, v = case["w"], case["v"]
    path = {"w": {}, "v": {}}
    # A first call with other numbers shows a velocity that is kept between calls.
    nesterov_step(w + 1, grad_fn, v + 1, lr=0.2, mu=0.5)
    asked[0] = 0
    for k in range(len(case["lr"])):
        w, v = nesterov_step(w, grad_fn, v, lr=case["lr"][k], mu=case["mu"][k])
        # Copies, because the next step may change the arrays in place; lists become arrays.
        w, v = np.array(w), np.array(v)
        path["w"][f"in step {k + 1}"] = w.copy()
        path["v"][f"in step {k + 1}"] = v.copy()
    return {**path, "gradients asked for": str(asked[0])}


def asked_once(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    calls, steps = got["gradients asked for"], want["gradients asked for"]
    if calls == steps:
        return None
    return f"`grad_fn` was called {calls} times in {steps} steps; call it once a step."


exercise = function(
    nesterov_step,
    returns="w, v",
    points=2,
    cases=cases,
    run=OwnRun(run, each_step=("lr", "mu")),
    judge=[
        values(
            "w",
            weight=2,
            cases="w after one step from rest",
            help="""From rest, the look ahead is w itself, so the step is that of momentum. What are
            v and w there?""",
        ),
        values(
            "w",
            weight=4,
            cases="w after steps in motion",
            help="`v` is the whole step. From where does it lead to the new w?",
        ),
        values(
            "v",
            weight=4,
            title="v, the step that was just taken",
            help="""`grad_fn` is a function of a point. At which point do you evaluate it, and how
            often?""",
        ),
    ],
    form=(
        shapes("w", "v"),
        holds("one gradient a step", asked_once, alone=False),
        unchanged_inputs(),
    ),
    answers=("course_lib.optimizers.nesterov", *OF_MOTION),
    hints="""
    Only one thing differs from momentum: the point of the gradient. It is the point that w reaches
    by a share `mu` of the old step alone.

    A smaller example: grad_fn(w) = 2·w, w = 5, v = −4, lr = 0.1, mu = 0.5. The old velocity leads
    to 5 − 2 = 3. The gradient there is 6, so v = −2 − 0.6 = −2.6 and w = 2.4. (Momentum would use
    the gradient 10 at w and give v = −3, w = 2.)
    """,
    mistakes=(
        *slips("""
dw = grad_fn(w)
    This is momentum without the look ahead: you compute the gradient at w. Which point would w
    reach by the old velocity alone?
dw = grad_fn(w + v)
    You look too far ahead, at w + v. You keep only a share of the old step, so look ahead by this
    share.
dw = grad_fn(w - mu * v)
    You look backwards. S3 has a minus sign there because its v has the opposite sign. Our v is the
    step itself. Which sign leads ahead?
dw = grad_fn(mu * v)
    You compute the gradient at mu·v. That is a step, but `grad_fn` needs a point.
dw = grad_fn(w + lr * v)
    Your look ahead is too short, because you multiply the old step by `lr`. Which number gives the
    share of the old step?
dw = grad_fn(w + mu * v - lr * grad_fn(w))
    You take a whole step of momentum first and compute the gradient there, which costs two
    gradients. The look ahead uses only the old velocity.
w = w + mu * v
dw = grad_fn(w)
    w moves by the share of the old step twice: in the look ahead and again in `v`. From which
    point does the new step start?
"""),
        *slips(
            """
return new_w, -lr * dw
    Your formula for w is right, but the `v` that you return is only the gradient term. The next
    call expects the whole step, from the old w to the new one.
return new_w, v
    Your formula for w is right, but you return the old `v`. The next step needs the new one.
""",
            needs=("w after one step from rest",),
        ),
        *slips("""
new_v = -lr * dw
    You use the old step only for the look ahead. The new step also contains a share of the old one.
new_w = w - lr * dw
    w moves only by the gradient term. `v` is the whole step.
new_w = w + new_v + mu * new_v
    You return the NEXT look-ahead point. Here w is the point without the look ahead.
new_w = w + mu * new_v - lr * dw
    The gradient acts on w twice: once inside `v`, once beside it. `v` is the whole step.
new_w = w + mu * new_v
    w moves only by `mu` times `v`. `v` is the whole step and already contains `mu`.
new_w = w + lr * new_v
    w moves only by `lr` times `v`. `v` already contains `lr`.
new_v = mu * v + lr * dw
    w moves uphill. The step goes against the gradient. Where is this sign in your code?
new_w = w - new_v
    w moves in the opposite direction. `v` is the step itself.
new_v = mu * v - dw
    `lr` is not used. By how much does a gradient of 1 change `v`?
new_v = v - lr * dw
    You compute the gradient at the right point, but then you keep the whole old step. Which share
    of it do you keep?
mu = 1
dw = grad_fn(w + v)
    `mu` is not used: you keep the whole old step, in the look ahead and in `v`. That is motion
    without friction.
mu = 0.9
    You use the fixed number 0.9 instead of the argument `mu`.
new_v = mu * v - (1 - mu) * lr * dw
    You multiply the gradient term by 1 − mu, as in a running mean. Here the weights of old and new
    need not sum to 1.
new_w = w + v
    w moves by the old `v`. Compute the new velocity first, then move w.
return new_v, new_w
    The two results are exchanged: return w, v.
dw = grad_fn(w - mu * v)
new_v = mu * v + lr * dw
new_w = w - new_v
    This is S3's convention: your `v` has the opposite sign of the step. But the given `v` is a
    step, and the next call expects one.
dw = grad_fn(w)
new_w = w + mu * new_v - lr * dw
    This form keeps the weights at the look-ahead point all the time. Here w is not the look-ahead
    point: compute the gradient ahead first, then step.
dw = grad_fn(w)
new_v = mu * v + dw
new_w = w - lr * (dw + mu * new_v)
    This is PyTorch's form: it keeps the weights at the look-ahead point, and lr outside v. Here w
    is not the look-ahead point, and `v` is a step: compute the gradient ahead first, then step.
dw = grad_fn(w - lr * mu * v)
new_v = mu * v + dw
new_w = w - lr * new_v
    `v` sums up gradients, and lr multiplies it at the end. Here `v` is a step, in the unit of w,
    with the rate in it.
"""),
    ),
)
