"""``nesterov_step(w, grad_fn, v, *, lr, mu) -> (w, v)``: look ahead, then step."""

from typing import Any

import numpy as np

from course_lib.optimizers import nesterov_step
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    case,
    holds,
    shapes,
    unchanged_inputs,
    values,
)
from grader.exercises.ps08.momentum_step import MOVING, away_from_zero


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


def run(nesterov_step: Any, case: Case) -> dict[str, Any]:
    asked = [0]

    def grad_fn(point: Any) -> Any:
        asked[0] += 1
        w = np.reshape(point, case["w"].shape)  # (1, D) for (D,) is a matter of form
        return np.reshape(case["A"] @ w + case["bend"] * np.sin(w) - case["b"], np.shape(point))

    w, v = case["w"], case["v"]
    path: dict[str, Any] = {"w": {}, "v": {}}
    # A first call with other numbers: a velocity kept outside of the call would show.
    nesterov_step(w + 1, grad_fn, v + 1, lr=0.2, mu=0.5)
    asked[0] = 0
    for k in range(len(case["lr"])):
        w, v = nesterov_step(w, grad_fn, v, lr=case["lr"][k], mu=case["mu"][k])
        # Copies, because the next step may change the arrays in place; lists become arrays.
        w, v = np.array(w), np.array(v)
        path["w"][f"step {k + 1}"] = w.copy()
        path["v"][f"step {k + 1}"] = v.copy()
    return {**path, "gradients asked for": asked[0]}


def asked_once(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    calls, steps = got["gradients asked for"], want["gradients asked for"]
    if calls == steps:
        return None
    return _("`grad_fn` was called {calls} times in {steps} steps; call it once a step.").format(
        calls=calls, steps=steps
    )


def at_w(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - lr * grad_fn(w)
    return w + v, v


def whole_step_ahead(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - lr * grad_fn(w + v)
    return w + v, v


def looks_back(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - lr * grad_fn(w - mu * v)
    return w + v, v


def counted_downhill(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v + lr * grad_fn(w - mu * v)
    return w - v, v


def gradient_at_v(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - lr * grad_fn(mu * v)
    return w + v, v


def rate_in_the_look(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - lr * grad_fn(w + lr * v)
    return w + v, v


def looks_at_the_heavy_ball(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - lr * grad_fn(w + mu * v - lr * grad_fn(w))
    return w + v, v


def jumps_twice(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    there = w + mu * v
    v = mu * v - lr * grad_fn(there)
    return there + v, v


def keeps_the_correction(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    step = -lr * grad_fn(w + mu * v)
    return w + mu * v + step, step


def only_the_correction(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = -lr * grad_fn(w + mu * v)
    return w + v, v


def moves_by_the_correction(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    step = -lr * grad_fn(w + mu * v)
    return w + step, mu * v + step


def stays_ahead(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - lr * grad_fn(w + mu * v)
    return w + v + mu * v, v


def without_looking(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    dw = grad_fn(w)
    v = mu * v - lr * dw
    return w + mu * v - lr * dw, v


def rate_outside(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    dw = grad_fn(w)
    v = mu * v + dw
    return w - lr * (dw + mu * v), v


def rate_outside_ahead(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v + grad_fn(w - lr * mu * v)
    return w - lr * v, v


def climbs(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v + lr * grad_fn(w + mu * v)
    return w + v, v


def minus_twice(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - lr * grad_fn(w + mu * v)
    return w - v, v


def no_rate(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - grad_fn(w + mu * v)
    return w + v, v


def keeps_everything(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = v - lr * grad_fn(w + mu * v)
    return w + v, v


def no_share_at_all(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = v - lr * grad_fn(w + v)
    return w + v, v


def usual_mu(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = 0.9 * v - lr * grad_fn(w + 0.9 * v)
    return w + v, v


def mean(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - (1 - mu) * lr * grad_fn(w + mu * v)
    return w + v, v


def old_v_back(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    return w + mu * v - lr * grad_fn(w + mu * v), v


def moves_by_the_old_v(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    return w + v, mu * v - lr * grad_fn(w + mu * v)


def v_before_w(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
    v = mu * v - lr * grad_fn(w + mu * v)
    return v, w + v


exercise = Exercise(
    name="nesterov_step",
    takes=("nesterov_step",),
    points=2,
    reference=(nesterov_step,),
    cases=cases,
    run=run,
    judge=[
        values("w", weight=2, cases="one step from rest", title=_("w after one step from rest")),
        values("w", weight=4, cases=MOVING, title=_("w after steps in motion")),
        values("v", weight=4, title=_("v, the step that was just taken")),
        shapes("w", "v"),
        holds(_("one gradient a step"), asked_once, form=True),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            at_w,
            hint=_(
                "This is plain momentum: the slope is asked for at w. Where would the old "
                "velocity alone have carried you?"
            ),
        ),
        Mistake(
            whole_step_ahead,
            hint=_(
                "You look too far ahead: at w + v. Of the old step only a share goes on; look "
                "where that share leads."
            ),
        ),
        Mistake(
            looks_back,
            hint=_(
                "You look behind you. S3 writes a minus there because its v points the other "
                "way. Ours is the step itself: which sign leads ahead?"
            ),
        ),
        Mistake(
            counted_downhill,
            hint=_(
                "This is S3's bookkeeping: what you keep has the opposite sign of the step. But "
                "the `v` you are handed is a step, and the next call expects one."
            ),
        ),
        Mistake(
            gradient_at_v,
            hint=_("The slope is asked for at mu·v. That is a step, and `grad_fn` wants a place."),
        ),
        Mistake(
            rate_in_the_look,
            hint=_(
                "The look ahead is too short: it is taken with `lr`. Which number says how much "
                "of the old step goes on?"
            ),
        ),
        Mistake(
            looks_at_the_heavy_ball,
            hint=_(
                "You take a whole step of momentum first and look from there, which costs two "
                "gradients. The look uses the old velocity alone."
            ),
        ),
        Mistake(
            jumps_twice,
            hint=_(
                "`v` is right, but w gets the share of the old step twice: in the look ahead, and "
                "once more in `v`. From where does the new step set out?"
            ),
        ),
        Mistake(
            keeps_the_correction,
            hint=_(
                "w is right, but the `v` you return is only the push at the point ahead. The "
                "next call expects the whole step, from the old w to the new one."
            ),
        ),
        Mistake(
            only_the_correction,
            hint=_(
                "The old step decides only where you look, and then it is gone. A share of it "
                "goes on into the new one."
            ),
        ),
        Mistake(
            moves_by_the_correction,
            hint=_("`v` is right, but w moves only by the new push. `v` is the whole step."),
        ),
        Mistake(
            stays_ahead,
            hint=_(
                "`v` is right, but you return the point where the NEXT look will fall. Here w is "
                "the place without the look ahead."
            ),
        ),
        Mistake(
            without_looking,
            hint=_(
                "This form is known from training code that keeps the weights at the point ahead "
                "all the time. Here w is not ahead: first look, then step."
            ),
        ),
        Mistake(
            rate_outside,
            hint=_(
                "This is PyTorch's form: it keeps the weights at the point ahead, and lr outside "
                "of v. Here w is not ahead, and `v` is a step: first look, then step."
            ),
        ),
        Mistake(
            rate_outside_ahead,
            hint=_(
                "`v` sums up gradients, and lr multiplies it at the end. Here `v` is a step, in "
                "the unit of w, with the rate in it."
            ),
        ),
        Mistake(
            climbs,
            hint=_("The ball rolls uphill. Which way does the slope push, and where is that sign?"),
        ),
        Mistake(
            minus_twice,
            hint=_("`v` is right, but w goes the other way. `v` is the step itself."),
        ),
        Mistake(no_rate, hint=_("`lr` is not used: how far does a slope of 1 push?")),
        Mistake(
            keeps_everything,
            hint=_(
                "You look at the right place, but then the old step is kept in full. Which share "
                "of it goes on?"
            ),
        ),
        Mistake(
            no_share_at_all,
            hint=_(
                "`mu` is not used: the old step is kept in full, in the look ahead and in `v`. "
                "Such a ball rolls without friction."
            ),
        ),
        Mistake(
            usual_mu,
            hint=_("A number of your own, 0.9, stands where the argument `mu` belongs."),
        ),
        Mistake(
            mean,
            hint=_(
                "The push of the slope is multiplied by 1 − mu, as in a running mean. Here old "
                "and new are added up, and their weights need not sum to 1."
            ),
        ),
        Mistake(
            old_v_back,
            hint=_("w is right, but `v` comes back as it came. The next step needs the new one."),
        ),
        Mistake(
            moves_by_the_old_v,
            hint=_("`v` is right, but w moves by the old one. First the new velocity, then move."),
        ),
        Mistake(v_before_w, hint=_("The two results are in each other's place: return w, v.")),
    ],
    answers=(
        "course_lib.optimizers.nesterov",
        "course_lib.optimizers.momentum",
        "course_lib.optimizers.effective_lr",
        "course_lib.optimizers.sgd",
    ),
    returns="(w, v)",
    hints=(
        _("`grad_fn` is a function of a place. At which place is it asked, and how often?"),
        _(
            "Compare with momentum: one thing alone changes, the place of the gradient. It is "
            "where w would be after a share `mu` of the old step, and nothing else."
        ),
        _(
            "Smaller: grad_fn(w) = 2·w, w = 5, v = −4, lr = 0.1, mu = 0.5. The old velocity leads "
            "to 5 − 2 = 3. The slope there is 6, so v = −2 − 0.6 = −2.6 and w = 2.4. (Momentum "
            "would take the slope 10 at w and come to v = −3, w = 2.)"
        ),
    ),
)
