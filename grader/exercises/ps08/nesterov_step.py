"""``nesterov_step(w, grad_fn, v, *, lr, mu) -> (w, v)``: look ahead, then step."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    holds,
    shapes,
    step,
    unchanged_inputs,
    values,
)
from grader.exercises.ps08.momentum_step import MOVING, V_IS_RIGHT, W_IS_RIGHT, away_from_zero


def nesterov_step(w, grad_fn, v, *, lr, mu):
    dw = grad_fn(w + mu * v)
    v = mu * v - lr * dw
    return w + v, v


def landscape(
    rng: np.random.Generator,
    about: str,
    shape: tuple[int, ...],
    n: int,
    *,
    at_rest: bool = False,
    keeps: bool = True,
) -> Case:
    """Gradient ``A w + bend * sin(w) - b`` with bend below the smallest curvature.

    So two points that differ have gradients that differ. No array can be unpacked as a pair.
    """
    root = rng.uniform(-1, 1, size=(shape[0], shape[0]))
    return case(
        about,
        A=root @ root.T / shape[0] + np.eye(shape[0]),
        b=rng.uniform(6, 8, size=shape),  # so large that no gradient vanishes on the way
        bend=0.5,
        w=away_from_zero(rng, shape),
        v=np.zeros(shape) if at_rest else away_from_zero(rng, shape),
        lr=rng.uniform(0.05, 0.12, size=n).tolist(),
        mu=rng.uniform(0.6, 0.8, size=n).tolist() if keeps else [0.0] * n,
    )


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        landscape(rng, "one step from rest", (3,), 1, at_rest=True),
        landscape(rng, "one step in motion", (3,), 1),
        landscape(rng, "one step in motion, mu = 0", (3,), 1, keeps=False),
        landscape(rng, "four steps from rest", (3,), 4, at_rest=True),
        landscape(rng, "five steps of a matrix in motion", (4, 2), 5),
    ]


def run(nesterov_step, case):
    asked = [0]

    def grad_fn(point):
        asked[0] += 1
        w = np.reshape(point, case["w"].shape)  # (1, D) for (D,) is a matter of form
        return np.reshape(case["A"] @ w + case["bend"] * np.sin(w) - case["b"], np.shape(point))

    w, v = case["w"], case["v"]
    path = {"w": {}, "v": {}}
    # A first call with other numbers: a velocity kept outside of the call would show.
    nesterov_step(w + 1, grad_fn, v + 1, lr=0.2, mu=0.5)
    asked[0] = 0
    for k in range(len(case["lr"])):
        w, v = nesterov_step(w, grad_fn, v, lr=case["lr"][k], mu=case["mu"][k])
        # Copies, because the next step may change the arrays in place; lists become arrays.
        w, v = np.array(w), np.array(v)
        path["w"][f"step {k + 1}"] = w.copy()
        path["v"][f"step {k + 1}"] = v.copy()
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
    run=run,
    judge=[
        values("w", weight=2, cases="one step from rest", title=W_IS_RIGHT[0]),
        values("w", weight=4, cases=MOVING, title=W_IS_RIGHT[1]),
        values("v", weight=4, title=V_IS_RIGHT[0]),
    ],
    form=(
        shapes("w", "v"),
        holds("one gradient a step", asked_once, form=True),
        unchanged_inputs(),
    ),
    answers=(
        "course_lib.optimizers.nesterov",
        "course_lib.optimizers.momentum",
        "course_lib.optimizers.effective_lr",
        "course_lib.optimizers.sgd",
    ),
    hints=(
        step(
            "From rest, the step is that of momentum: there is nothing to look ahead with. What "
            "are v and w there?",
            W_IS_RIGHT[0],
        ),
        step(
            "`grad_fn` is a function of a place. At which place is it asked, and how often?",
            *V_IS_RIGHT,
        ),
        step("`v` is the whole step. From where does it lead to the new w?", W_IS_RIGHT[1]),
        "Compare with momentum: one thing alone changes, the place of the gradient. It is "
        "where w would be after a share `mu` of the old step, and nothing else.",
        "Smaller: grad_fn(w) = 2·w, w = 5, v = −4, lr = 0.1, mu = 0.5. The old velocity leads "
        "to 5 − 2 = 3. The slope there is 6, so v = −2 − 0.6 = −2.6 and w = 2.4. (Momentum "
        "would take the slope 10 at w and come to v = −3, w = 2.)",
    ),
)

exercise.slip(
    "w + mu * v)",
    "w)",
    "This is plain momentum: the slope is asked for at w. Where would the old velocity alone have "
    "carried you?",
)
exercise.slip(
    "w + mu * v)",
    "w + v)",
    "You look too far ahead: at w + v. Of the old step only a share goes on; look where that share "
    "leads.",
)
exercise.slip(
    "w + mu * v)",
    "w - mu * v)",
    "You look behind you. S3 writes a minus there because its v points the other way. Ours is the "
    "step itself: which sign leads ahead?",
)
exercise.slip(
    "w + mu * v)",
    "mu * v)",
    "The slope is asked for at mu·v. That is a step, and `grad_fn` wants a place.",
)
exercise.slip(
    "w + mu * v)",
    "w + lr * v)",
    "The look ahead is too short: it is taken with `lr`. Which number says how much of the old "
    "step goes on?",
)
exercise.slip(
    "w + mu * v)",
    "w + mu * v - lr * grad_fn(w))",
    "You take a whole step of momentum first and look from there, which costs two gradients. The "
    "look uses the old velocity alone.",
)
exercise.slip(
    "dw = grad_fn(w + mu * v)",
    "w = w + mu * v\n    dw = grad_fn(w)",
    "`v` is right, but w gets the share of the old step twice: in the look ahead, and once more in "
    "`v`. From where does the new step set out?",
)
exercise.slip(
    "w + v, v",
    "w + v, -lr * dw",
    "w is right, but the `v` you return is only the push at the point ahead. The next call expects "
    "the whole step, from the old w to the new one.",
    needs=W_IS_RIGHT[:1],
)
exercise.slip(
    "= mu * v - lr * dw",
    "= -lr * dw",
    "The old step decides only where you look, and then it is gone. A share of it goes on into the "
    "new one.",
)
exercise.slip(
    "w + v, v",
    "w - lr * dw, v",
    "`v` is right, but w moves only by the new push. `v` is the whole step.",
)
exercise.slip(
    "w + v, v",
    "w + v + mu * v, v",
    "`v` is right, but you return the point where the NEXT look will fall. Here w is the place "
    "without the look ahead.",
)
exercise.slip(
    "w + v, v",
    "w + mu * v - lr * dw, v",
    "Today's push is in w twice: once inside `v`, once beside it. `v` is the whole step.",
)
exercise.slip(
    "w + v, v",
    "w + mu * v, v",
    "w goes only a share `mu` of the new step. `v` is all of it: where has `mu` done its work "
    "already?",
)
exercise.slip(
    "w + v, v",
    "w + lr * v, v",
    "w goes only `lr` times as far as the new step. Where has `lr` done its work already?",
)
exercise.slip(
    "= mu * v - lr * dw",
    "= mu * v + lr * dw",
    "The ball rolls uphill. Which way does the slope push, and where is that sign?",
)
exercise.slip(
    "w + v, v",
    "w - v, v",
    "`v` is right, but w goes the other way. `v` is the step itself.",
)
exercise.slip("lr * dw", "dw", "`lr` is not used: how far does a slope of 1 push?")
exercise.slip(
    "= mu * v - lr * dw",
    "= v - lr * dw",
    "You look at the right place, but then the old step is kept in full. Which share of it goes "
    "on?",
)
exercise.slip(
    "dw = grad_fn(w + mu * v)",
    "mu = 1\n    dw = grad_fn(w + v)",
    "`mu` is not used: the old step is kept in full, in the look ahead and in `v`. Such a ball "
    "rolls without friction.",
)
exercise.slip(
    "dw = grad_fn(w + mu * v)",
    "mu = 0.9\n    dw = grad_fn(w + mu * v)",
    "A number of your own, 0.9, stands where the argument `mu` belongs.",
)
exercise.slip(
    "- lr * dw",
    "- (1 - mu) * lr * dw",
    "The push of the slope is multiplied by 1 − mu, as in a running mean. Here old and new are "
    "added up, and their weights need not sum to 1.",
)
exercise.slip(
    "v = mu * v - lr * dw\n    return w + v, v",
    "return w + mu * v - lr * dw, v",
    "w is right, but `v` comes back as it came. The next step needs the new one.",
    needs=W_IS_RIGHT[:1],
)
exercise.slip(
    "v = mu * v - lr * dw\n    return w + v, v",
    "return w + v, mu * v - lr * dw",
    "`v` is right, but w moves by the old one. First the new velocity, then move.",
)
exercise.slip("w + v, v", "v, w + v", "The two results are in each other's place: return w, v.")


@exercise.mistake
def counted_downhill(w, grad_fn, v, *, lr, mu):
    """This is S3's bookkeeping: what you keep has the opposite sign of the step. But the `v` you
    are handed is a step, and the next call expects one.
    """
    v = mu * v + lr * grad_fn(w - mu * v)
    return w - v, v


@exercise.mistake
def without_looking(w, grad_fn, v, *, lr, mu):
    """This form is known from training code that keeps the weights at the point ahead all the time.
    Here w is not ahead: first look, then step.
    """
    dw = grad_fn(w)
    v = mu * v - lr * dw
    return w + mu * v - lr * dw, v


@exercise.mistake
def rate_outside(w, grad_fn, v, *, lr, mu):
    """This is PyTorch's form: it keeps the weights at the point ahead, and lr outside of v. Here w
    is not ahead, and `v` is a step: first look, then step.
    """
    dw = grad_fn(w)
    v = mu * v + dw
    return w - lr * (dw + mu * v), v


@exercise.mistake
def rate_outside_ahead(w, grad_fn, v, *, lr, mu):
    """`v` sums up gradients, and lr multiplies it at the end. Here `v` is a step, in the unit of w,
    with the rate in it.
    """
    v = mu * v + grad_fn(w - lr * mu * v)
    return w - lr * v, v
