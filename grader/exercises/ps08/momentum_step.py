"""``momentum_step(w, dw, v, *, lr, mu) -> (w, v)``: one step of the heavy ball."""

from typing import Any

import numpy as np

from course_lib.optimizers import momentum_step
from grader.checking import Case, Exercise, Mistake, _, case, shapes, unchanged_inputs, values


def away_from_zero(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.uniform(0.6, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)


def steps(
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
        dw=dw,
        v=np.zeros(shape) if at_rest else away_from_zero(rng, shape),
        lr=rng.uniform(0.05, 0.12, size=n).tolist(),
        mu=rng.uniform(0.6, 0.8, size=n).tolist() if keeps else [0.0] * n,
    )


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        steps(rng, "one step from rest", (3,), 1, at_rest=True),
        steps(rng, "one step in motion", (3,), 1),
        steps(rng, "one step in motion, mu = 0", (3,), 1, keeps=False),
        steps(rng, "four steps from rest", (3,), 4, at_rest=True),
        steps(rng, "five steps of a matrix in motion", (4, 2), 5),
    ]


MOVING = (
    "one step in motion",
    "one step in motion, mu = 0",
    "four steps from rest",
    "five steps of a matrix in motion",
)


def run(momentum_step: Any, case: Case) -> dict[str, Any]:
    w, v = case["w"], case["v"]
    path: dict[str, Any] = {"w": {}, "v": {}}
    # A first call with other numbers: a velocity kept outside of the call would show.
    momentum_step(w + 1, case["dw"][0] + 1, v + 1, lr=0.2, mu=0.5)
    for k, dw in enumerate(case["dw"]):
        w, v = momentum_step(w, dw, v, lr=case["lr"][k], mu=case["mu"][k])
        # Copies, because the next step may change the arrays in place; lists become arrays.
        w, v = np.array(w), np.array(v)
        path["w"][f"step {k + 1}"] = w.copy()
        path["v"][f"step {k + 1}"] = v.copy()
    return path


def climbs(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v + lr * dw
    return w + v, v


def minus_twice(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - lr * dw
    return w - v, v


def counted_downhill(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v + lr * dw
    return w - v, v


def rate_outside(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v + dw
    return w - lr * v, v


def rate_outside_and_minus(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - dw
    return w + lr * v, v


def rate_on_both(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = lr * (mu * v - dw)
    return w + v, v


def no_rate(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - dw
    return w + v, v


def keeps_nothing(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = -lr * dw
    return w + v, v


def keeps_everything(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = v - lr * dw
    return w + v, v


def usual_mu(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = 0.9 * v - lr * dw
    return w + v, v


def mean(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - (1 - mu) * lr * dw
    return w + v, v


def mean_of_gradients(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v + (1 - mu) * dw
    return w - lr * v, v


def swapped_settings(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = lr * v - mu * dw
    return w + v, v


def brackets(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * (v - lr * dw)
    return w + v, v


def old_v_back(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    return w + mu * v - lr * dw, v


def moves_by_the_old_v(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    return w + v, mu * v - lr * dw


def plain_step(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    return w - lr * dw, mu * v - lr * dw


def gradient_twice(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - lr * dw
    return w - lr * dw + v, v


def momentum_twice(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - lr * dw
    return w + mu * v, v


def ahead(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - lr * dw
    return w - lr * dw + mu * v, v


def v_before_w(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - lr * dw
    return v, w + v


def weights_for_v(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> Any:
    return w + mu * w - lr * dw, mu * w - lr * dw


exercise = Exercise(
    name="momentum_step",
    takes=("momentum_step",),
    points=2,
    reference=(momentum_step,),
    cases=cases,
    run=run,
    judge=[
        values("w", weight=2, cases="one step from rest", title=_("w after one step from rest")),
        values("w", weight=4, cases=MOVING, title=_("w after steps in motion")),
        values("v", weight=4, title=_("v, the step that was just taken")),
        shapes(),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            climbs,
            hint=_("The ball rolls uphill. Which way does the slope push, and where is that sign?"),
        ),
        Mistake(
            minus_twice,
            hint=_(
                "`v` is right, but w goes the other way. Two signs meet here: one in `v`, one "
                "where w moves. `v` is the step itself."
            ),
        ),
        Mistake(
            counted_downhill,
            hint=_(
                "This is S4's bookkeeping: what you keep has the opposite sign of the step. From "
                "rest w comes out right; but the `v` you are handed is a step, and you return "
                "its opposite."
            ),
        ),
        Mistake(
            rate_outside,
            hint=_(
                "This is PyTorch's bookkeeping: `v` sums up gradients, and lr multiplies it at "
                "the end. Here `v` is a step, in the unit of w. When lr falls, what happens to a "
                "step taken earlier?"
            ),
        ),
        Mistake(
            rate_outside_and_minus,
            hint=_(
                "lr multiplies `v` only where w moves. Here `v` is the whole step, with the rate "
                "in it."
            ),
        ),
        Mistake(
            rate_on_both,
            hint=_(
                "The old step is multiplied by lr as well. It has had its rate when it was made: "
                "what is it multiplied by now?"
            ),
        ),
        Mistake(no_rate, hint=_("`lr` is not used: how far does a slope of 1 push?")),
        Mistake(
            keeps_nothing,
            hint=_(
                "The old `v` plays no part: this is plain gradient descent. Which share of the "
                "last step goes on?"
            ),
        ),
        Mistake(
            keeps_everything,
            hint=_(
                "The old step is kept in full, whatever `mu` is. Such a ball rolls without "
                "friction and never comes to rest."
            ),
        ),
        Mistake(
            usual_mu,
            hint=_("A number of your own, 0.9, stands where the argument `mu` belongs."),
        ),
        Mistake(
            mean,
            hint=_(
                "The push of the slope is multiplied by 1 − mu: `v` is a running mean, as Adam's "
                "m will be. Here old and new are added up, and their weights need not sum to 1."
            ),
        ),
        Mistake(
            mean_of_gradients,
            hint=_(
                "`v` is the running mean of the gradients, as Adam's m will be. Here `v` is a "
                "step: the rate is in it, and the new push arrives in full."
            ),
        ),
        Mistake(
            swapped_settings,
            hint=_("`lr` and `mu` are in each other's place. Which belongs to the slope?"),
        ),
        Mistake(
            brackets,
            hint=_(
                "The new push is weakened by `mu` too. A pair of brackets takes in more than the "
                "old step."
            ),
        ),
        Mistake(
            old_v_back,
            hint=_("w is right, but `v` comes back as it came. The next step needs the new one."),
        ),
        Mistake(
            moves_by_the_old_v,
            hint=_(
                "`v` is right, but w moves by the old one, and today's slope acts a step late. "
                "First the new velocity, then the move."
            ),
        ),
        Mistake(
            plain_step,
            hint=_("`v` is right, but w does not use it: it takes the plain step all the same."),
        ),
        Mistake(
            gradient_twice,
            hint=_(
                "`v` is right, but w feels the slope twice: once inside `v`, once beside it. How "
                "much of today's push is in `v` already?"
            ),
        ),
        Mistake(
            momentum_twice,
            hint=_(
                "`v` is right, but w goes only a share `mu` of it. `v` is the step, all of it: "
                "where has `mu` done its work already?"
            ),
        ),
        Mistake(
            ahead,
            hint=_(
                "`v` is right, but w goes one more share of it beyond: to where Nesterov's method "
                "would look. That comes later in the notebook."
            ),
        ),
        Mistake(v_before_w, hint=_("The two results are in each other's place: return w, v.")),
        Mistake(
            weights_for_v,
            hint=_("The weights themselves are multiplied by `mu`. Of what is a share kept?"),
        ),
    ],
    answers=(
        "course_lib.optimizers.momentum",
        "course_lib.optimizers.nesterov",
        "course_lib.optimizers.effective_lr",
        "course_lib.optimizers.sgd",
    ),
    returns="(w, v)",
    hints=(
        _("Two lines: what becomes of the velocity, and then of the place?"),
        _(
            "The new step is a share `mu` of the last one, and on top of it the plain step "
            "against the gradient. w moves by the new step."
        ),
        _(
            "Smaller: w = 5, dw = 2, v = 1, lr = 0.1, mu = 0.5. Half of the last step is 0.5, the "
            "slope pushes by −0.2, so v = 0.3 and w = 5.3: still uphill, but slower. With the "
            "same slope again: v = −0.05 and w = 5.25."
        ),
    ),
)
