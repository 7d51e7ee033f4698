"""``momentum_step(w, dw, v, *, lr, mu) -> (w, v)``: one step of the heavy ball."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, step, steps, values


def momentum_step(w, dw, v, *, lr, mu):
    v = mu * v - lr * dw
    return w + v, v


def away_from_zero(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Numbers of either sign, none of them small."""
    return rng.uniform(0.6, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)


def several_steps(
    rng: np.random.Generator,
    about: str,
    shape: tuple[int, ...],
    n: int,
    *,
    at_rest: bool = False,
    keeps: bool = True,
) -> Case:
    """n steps, each with its own rate and mu; no array can be unpacked as a pair."""
    dw = away_from_zero(rng, (n, *shape))
    dw.reshape(n, -1)[:, 0] = rng.uniform(1.5, 2, size=n)  # a gradient cut off at 1 shows
    return case(
        about,
        w=away_from_zero(rng, shape),
        dw=list(dw),
        v=np.zeros(shape) if at_rest else away_from_zero(rng, shape),
        lr=rng.uniform(0.05, 0.12, size=n).tolist(),
        mu=rng.uniform(0.6, 0.8, size=n).tolist() if keeps else [0.0] * n,
    )


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        several_steps(rng, "one step from rest", (3,), 1, at_rest=True),
        several_steps(rng, "one step in motion", (3,), 1),
        several_steps(rng, "one step in motion, mu = 0", (3,), 1, keeps=False),
        several_steps(rng, "four steps from rest", (3,), 4, at_rest=True),
        several_steps(rng, "five steps of a matrix in motion", (4, 2), 5),
    ]


MOVING = (
    "one step in motion",
    "one step in motion, mu = 0",
    "four steps from rest",
    "five steps of a matrix in motion",
)
W_IS_RIGHT = ("w after one step from rest", "w after steps in motion")
V_IS_RIGHT = ("v, the step that was just taken",)

exercise = steps(
    momentum_step,
    returns="w, v",
    without=("sign", "state", "order", "in place", "lr"),  # they have hints of their own below
    points=2,
    cases=cases,
    judge=[
        values("w", cases="one step from rest", title=W_IS_RIGHT[0]),
        values("w", weight=6, cases=MOVING, title=W_IS_RIGHT[1]),
        values("v", weight=2, title=V_IS_RIGHT[0]),
    ],
    answers=(
        "course_lib.optimizers.momentum",
        "course_lib.optimizers.nesterov",
        "course_lib.optimizers.effective_lr",
        "course_lib.optimizers.sgd",
    ),
    hints=(
        step(
            "First the velocity: which share of the old step do you keep, what does the gradient "
            "add to it, and with which sign?",
            *V_IS_RIGHT,
        ),
        step(
            "`v` is the step from the old w to the new one. How do you get the new w?", *W_IS_RIGHT
        ),
        "The new step is a share `mu` of the last step plus the step of gradient descent. w "
        "moves by the new step.",
        "Smaller: w = 5, dw = 2, v = 1, lr = 0.1, mu = 0.5. Half of the last step is 0.5, the "
        "gradient adds −0.2, so v = 0.3 and w = 5.3: still uphill, but slower. With the same "
        "gradient again: v = −0.05 and w = 5.25.",
    ),
)

exercise.slips("""
v = mu * v + lr * dw
    w moves uphill. The step goes against the gradient. Where is this sign in your code?
""")
exercise.slips(
    """
return w - v, v
    `v` is right, but w moves in the opposite direction. There are two signs: one in `v`, one in the
    update of w. `v` is the step itself.
""",
    needs=V_IS_RIGHT,
)
exercise.slips(
    """
v = mu * v + lr * dw
return w - v, v
    This is S4's convention: your `v` has the opposite sign of the step. From rest, w is right; but
    the given `v` is a step, and you return its opposite.
""",
    needs=W_IS_RIGHT[:1],
)
exercise.slips("""
v = mu * v + dw
return w - lr * v, v
    This is PyTorch's convention: `v` sums up gradients, and lr multiplies it at the end. Here `v`
    is a step, in the unit of w, so a later change of lr does not affect earlier steps.
v = mu * v - dw
return w + lr * v, v
    You multiply `v` by lr only in the update of w. Here `v` is the whole step, which already
    contains the rate.
v = lr * (mu * v - dw)
    You multiply the old step by lr, too. It already contains its rate. By which number do you
    multiply it now?
v = mu * v - dw
    `lr` is not used. By how much does a gradient of 1 change `v`?
v = -lr * dw
    The old `v` is not used, so this is gradient descent without momentum. Which share of the last
    step do you keep?
v = v - lr * dw
    You keep the whole old step for every `mu`. That is motion without friction, which never comes
    to rest.
v = (1 - mu) * v - lr * dw
    You keep the share 1 − mu of the old step. `mu` is the share to keep.
v = 0.9 * v - lr * dw
    You use the fixed number 0.9 instead of the argument `mu`.
v = mu * v - (1 - mu) * lr * dw
    You multiply the gradient term by 1 − mu, so `v` is a running mean, as Adam's m will be. Here
    the weights of old and new need not sum to 1.
v = mu * v + (1 - mu) * dw
return w - lr * v, v
    `v` is the running mean of the gradients, as Adam's m will be. Here `v` is a step: it contains
    the rate, and the new gradient has the factor lr, not 1 − mu.
v = lr * v - mu * dw
    `lr` and `mu` are exchanged. Which of them multiplies the gradient?
v = mu * (v - lr * dw)
    You multiply the new gradient term by `mu`, too. Your brackets contain more than the old step.
""")
exercise.slip(
    "v = mu * v - lr * dw\n    return w + v, v",
    "return w + mu * v - lr * dw, v",
    "w is right, but you return the old `v`. The next step needs the new one.",
    needs=W_IS_RIGHT[:1],
)
exercise.slip(
    "v = mu * v - lr * dw\n    return w + v, v",
    "return w + v, mu * v - lr * dw",
    "`v` is right, but w moves by the old `v`, so the gradient acts one step late. Compute the "
    "new velocity first, then move w.",
    needs=V_IS_RIGHT,
)
exercise.slips(
    """
return w + lr * v, v
    `v` is right, but w moves by `lr` times `v`. `v` already contains `lr`.
return v, v
    `v` is right, but the first result is only the step. Return the new w.
return w - lr * dw, v
    `v` is right, but the update of w does not use it: w takes the step of gradient descent.
return w - lr * dw + v, v
    `v` is right, but the gradient acts on w twice: once inside `v`, once beside it. `v` already
    contains the whole gradient term.
return w + mu * v, v
    `v` is right, but w moves only by `mu` times `v`. `v` is the whole step and already contains
    `mu`.
return w - lr * dw + mu * v, v
    `v` is right, but w moves by −lr·dw + mu·v with the new `v`. This is Nesterov's method, which
    comes later in the notebook. Here w moves by `v` itself.
""",
    needs=V_IS_RIGHT,
)
exercise.slips("""
return v, w + v
    The two results are exchanged: return w, v.
v = mu * w - lr * dw
    You multiply the weights themselves by `mu`. Which quantity should you multiply by `mu`?
return w + v, -v
    The first step is right, but the `v` that you return has the wrong sign: `v` is the step that w
    has just taken, the new w minus the old one.
""")
