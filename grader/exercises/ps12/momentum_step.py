"""``momentum_step(w, dw, v, *, lr, mu) -> (w, v)``: one step of the heavy ball."""

import numpy as np

from grader.checking.contract import Case, slips, step, steps, values
from grader.exercises.optimizers import OF_MOTION, gradients, in_motion


def momentum_step(w, dw, v, *, lr, mu):
    new_v = mu * v - lr * dw
    new_w = w + new_v
    return new_w, new_v


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def moving() -> dict[str, list[Case]]:
        return in_motion(rng, lambda n, shape: {"dw": gradients(rng, n, shape)})

    found, tiny = moving(), moving()["w after one step from rest"][0]
    tiny |= {"about": "a tiny rate", "lr": [1e-10 * lr for lr in tiny["lr"]]}
    tiny["dw"] = 1e10 * tiny["dw"]
    found["w after one step from rest"].append(tiny)
    motion = found["w after steps in motion"]
    dw = motion[-1]["dw"]
    dw[:, -1, -1] = dw[1] = 0  # what moves goes on without a gradient
    for name, size in (("small", 1e-4), ("large", 1e4)):  # no step is too short or too long
        one = moving()["w after steps in motion"][0] | {"about": f"a {name} step in motion"}
        motion.append(one | {part: size * one[part] for part in ("w", "dw", "v")})
    return found


exercise = steps(
    momentum_step,
    returns="w, v",
    without=("sign", "state", "order", "in place", "lr"),  # they have hints of their own below
    points=2,
    cases=cases,
    judge=[
        values("w", cases="w after one step from rest"),
        values("w", weight=6, cases="w after steps in motion"),
        values(
            "v",
            weight=2,
            title="v, the step that was just taken",
            help="""First the velocity: which share of the old step do you keep, what does the
            gradient add to it, and with which sign?""",
        ),
    ],
    answers=OF_MOTION,
    hints=(
        step(
            "`v` is the step from the old w to the new one. How do you get the new w?",
            "w after one step from rest",
            "w after steps in motion",
        ),
        """The new step is a share `mu` of the last step plus the step of gradient descent. w moves
        by the new step.""",
        """A smaller example: w = 5, dw = 2, v = 1, lr = 0.1, mu = 0.5. Half of the last step is
        0.5, the gradient adds −0.2, so v = 0.3 and w = 5.3: still uphill, but slower. With the
        same gradient again: v = −0.05 and w = 5.25.""",
    ),
    mistakes=(
        *slips(
            """
new_w = w - new_v
    `v` is right, but w moves in the opposite direction. There are two signs: one in `v`, one in the
    update of w. `v` is the step itself.
new_w = w + v
    `v` is right, but w moves by the old `v`, so the gradient acts one step late. Compute the new
    velocity first, then move w.
new_w = w + lr * new_v
    `v` is right, but w moves by `lr` times `v`. `v` already contains `lr`.
new_w = new_v
    `v` is right, but the first result is only the step. Return the new w.
new_w = w - lr * dw
    `v` is right, but the update of w does not use it: w takes the step of gradient descent.
new_w = w - lr * dw + new_v
    `v` is right, but the gradient acts on w twice: once inside `v`, once beside it. `v` already
    contains the whole gradient term.
new_w = w + mu * new_v
    `v` is right, but w moves only by `mu` times `v`. `v` is the whole step and already contains
    `mu`.
new_w = w - lr * dw + mu * new_v
    `v` is right, but w moves by −lr·dw + mu·v with the new `v`. This is Nesterov's method, which
    comes later in the notebook. Here w moves by `v` itself.
""",
            needs=("v, the step that was just taken",),
        ),
        *slips("""
new_v = mu * v + lr * dw
    w moves uphill. The step goes against the gradient. Where is this sign in your code?
"""),
        *slips(
            """
new_v = mu * v + lr * dw
new_w = w - new_v
    This is S4's convention: your `v` has the opposite sign of the step. From rest, w is right; but
    the given `v` is a step, and you return its opposite.
return new_w, v
    w is right, but you return the old `v`. The next step needs the new one.
""",
            needs=("w after one step from rest",),
        ),
        *slips("""
new_v = mu * v + dw
new_w = w - lr * new_v
    This is PyTorch's convention: `v` sums up gradients, and lr multiplies it at the end. Here `v`
    is a step, in the unit of w, so a later change of lr does not affect earlier steps.
new_v = mu * v - dw
new_w = w + lr * new_v
    You multiply `v` by lr only in the update of w. Here `v` is the whole step, which already
    contains the rate.
new_v = lr * (mu * v - dw)
    You multiply the old step by lr, too. It already contains its rate. By which number do you
    multiply it now?
new_v = mu * v - dw
    `lr` is not used. By how much does a gradient of 1 change `v`?
new_v = -lr * dw
    In the numbers that are wrong the old `v` is not used, as in gradient descent without momentum.
    Which share of the last step do you keep?
new_v = v - lr * dw
    You keep the whole old step for every `mu`. That is motion without friction, which never comes
    to rest.
new_v = (1 - mu) * v - lr * dw
    You keep the share 1 − mu of the old step. `mu` is the share to keep.
new_v = 0.9 * v - lr * dw
    You use the fixed number 0.9 instead of the argument `mu`.
new_v = mu * v - (1 - mu) * lr * dw
    You multiply the gradient term by 1 − mu, so `v` is a running mean, as Adam's m will be. Here
    the weights of old and new need not sum to 1.
new_v = mu * v + (1 - mu) * dw
new_w = w - lr * new_v
    `v` is the running mean of the gradients, as Adam's m will be. Here `v` is a step: it contains
    the rate, and the new gradient has the factor lr, not 1 − mu.
new_v = lr * v - mu * dw
    `lr` and `mu` are exchanged. Which of them multiplies the gradient?
new_v = mu * (v - lr * dw)
    You multiply the new gradient term by `mu`, too. Your brackets contain more than the old step.
return new_v, new_w
    The two results are exchanged: return w, v.
new_v = mu * w - lr * dw
    You multiply the weights themselves by `mu`. Which quantity should you multiply by `mu`?
return new_w, -new_v
    The `v` that you return has the wrong sign: `v` is the step that w has just taken, the new w
    minus the old one.
"""),
    ),
)
