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
    """n steps with a rate and a mu of its own each; no array can be unpacked as a pair."""
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
        values("w", weight=2, cases="one step from rest", title=W_IS_RIGHT[0]),
        values("w", weight=4, cases=MOVING, title=W_IS_RIGHT[1]),
        values("v", weight=4, title=V_IS_RIGHT[0]),
    ],
    answers=(
        "course_lib.optimizers.momentum",
        "course_lib.optimizers.nesterov",
        "course_lib.optimizers.effective_lr",
        "course_lib.optimizers.sgd",
    ),
    hints=(
        step(
            "First the velocity: how much of the old step goes on, what does the slope add to it, "
            "and with which sign?",
            *V_IS_RIGHT,
        ),
        step("`v` is the step, from the old w to the new one. What follows for w?", *W_IS_RIGHT),
        "The new step is a share `mu` of the last one, and on top of it the plain step "
        "against the gradient. w moves by the new step.",
        "Smaller: w = 5, dw = 2, v = 1, lr = 0.1, mu = 0.5. Half of the last step is 0.5, the "
        "slope pushes by −0.2, so v = 0.3 and w = 5.3: still uphill, but slower. With the "
        "same slope again: v = −0.05 and w = 5.25.",
    ),
)

exercise.slip(
    "- lr * dw",
    "+ lr * dw",
    "The ball rolls uphill. Which way does the slope push, and where is that sign?",
)
exercise.slip(
    "w + v, v",
    "w - v, v",
    "`v` is right, but w goes the other way. Two signs meet here: one in `v`, one where w moves. "
    "`v` is the step itself.",
    needs=V_IS_RIGHT,
)
exercise.slip(
    "- lr * dw\n    return w + v, v",
    "+ lr * dw\n    return w - v, v",
    "This is S4's bookkeeping: what you keep has the opposite sign of the step. From rest w comes "
    "out right; but the `v` you are handed is a step, and you return its opposite.",
    needs=W_IS_RIGHT[:1],
)
exercise.slip(
    "- lr * dw\n    return w + v, v",
    "+ dw\n    return w - lr * v, v",
    "This is PyTorch's bookkeeping: `v` sums up gradients, and lr multiplies it at the end. Here "
    "`v` is a step, in the unit of w. When lr falls, what happens to a step taken earlier?",
)
exercise.slip(
    "- lr * dw\n    return w + v, v",
    "- dw\n    return w + lr * v, v",
    "lr multiplies `v` only where w moves. Here `v` is the whole step, with the rate in it.",
)
exercise.slip(
    "mu * v - lr * dw",
    "lr * (mu * v - dw)",
    "The old step is multiplied by lr as well. It has had its rate when it was made: what is it "
    "multiplied by now?",
)
exercise.slip("lr * dw", "dw", "`lr` is not used: how far does a slope of 1 push?")
exercise.slip(
    "mu * v - lr * dw",
    "-lr * dw",
    "The old `v` plays no part: this is plain gradient descent. Which share of the last step goes "
    "on?",
)
exercise.slip(
    "mu * v",
    "v",
    "The old step is kept in full, whatever `mu` is. Such a ball rolls without friction and never "
    "comes to rest.",
)
exercise.slip(
    "mu * v",
    "(1 - mu) * v",
    "Of the old step, the share 1 − mu goes on. `mu` is the share that is kept.",
)
exercise.slip(
    "mu * v",
    "0.9 * v",
    "A number of your own, 0.9, stands where the argument `mu` belongs.",
)
exercise.slip(
    "- lr * dw",
    "- (1 - mu) * lr * dw",
    "The push of the slope is multiplied by 1 − mu: `v` is a running mean, as Adam's m will be. "
    "Here old and new are added up, and their weights need not sum to 1.",
)
exercise.slip(
    "- lr * dw\n    return w + v, v",
    "+ (1 - mu) * dw\n    return w - lr * v, v",
    "`v` is the running mean of the gradients, as Adam's m will be. Here `v` is a step: the rate "
    "is in it, and the new push arrives in full.",
)
exercise.slip(
    "mu * v - lr * dw",
    "lr * v - mu * dw",
    "`lr` and `mu` are in each other's place. Which belongs to the slope?",
)
exercise.slip(
    "mu * v - lr * dw",
    "mu * (v - lr * dw)",
    "The new push is weakened by `mu` too. A pair of brackets takes in more than the old step.",
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
    "`v` is right, but w moves by the old one, and today's slope acts a step late. First the new "
    "velocity, then the move.",
    needs=V_IS_RIGHT,
)
exercise.slip(
    "w + v, v",
    "w + lr * v, v",
    "`v` is right, but w goes only `lr` times as far. Where has `lr` done its work already?",
    needs=V_IS_RIGHT,
)
exercise.slip(
    "w + v, v",
    "v, v",
    "`v` is right, but the first result is the step alone. Return the w that it leads to.",
    needs=V_IS_RIGHT,
)
exercise.slip(
    "w + v, v",
    "w - lr * dw, v",
    "`v` is right, but w does not use it: it takes the plain step all the same.",
    needs=V_IS_RIGHT,
)
exercise.slip(
    "w + v, v",
    "w - lr * dw + v, v",
    "`v` is right, but w feels the slope twice: once inside `v`, once beside it. How much of "
    "today's push is in `v` already?",
    needs=V_IS_RIGHT,
)
exercise.slip(
    "w + v, v",
    "w + mu * v, v",
    "`v` is right, but w goes only a share `mu` of it. `v` is the step, all of it: where has `mu` "
    "done its work already?",
    needs=V_IS_RIGHT,
)
exercise.slip(
    "w + v, v",
    "w - lr * dw + mu * v, v",
    "`v` is right, but w goes one more share of it beyond: to where Nesterov's method would look. "
    "That comes later in the notebook.",
    needs=V_IS_RIGHT,
)
exercise.slip("w + v, v", "v, w + v", "The two results are in each other's place: return w, v.")
exercise.slip(
    "v = mu * v",
    "v = mu * w",
    "The weights themselves are multiplied by `mu`. Of what is a share kept?",
)
