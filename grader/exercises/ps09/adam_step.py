"""``adam_step(w, dw, m, v, t, *, lr, beta1, beta2, eps) -> (w, m, v)``: one step of Adam."""

from typing import Any

import numpy as np

from course_lib.optimizers import adam_step
from grader.checking import Case, Exercise, Mistake, _, case, shapes, unchanged_inputs, values
from grader.exercises.ps09.adagrad_step import gradients


def steps(
    rng: np.random.Generator,
    about: str,
    shape: tuple[int, ...],
    t: int,
    n: int,
    *,
    fresh: bool,
    **own: Any,
) -> Case:
    """The first of n steps is number t; its running means are zero (fresh) or already moved.

    AdamW adds to it what is its ``own``.
    """
    usual = {
        "w": rng.normal(size=shape),
        "dw": gradients(rng, n, shape),
        "m": np.zeros(shape) if fresh else rng.normal(size=shape),
        "v": np.zeros(shape) if fresh else rng.uniform(0.1, 2, size=shape),
        "t": t,
        "lr": float(rng.uniform(0.05, 0.2)),
        "beta1": float(rng.uniform(0.8, 0.85)),
        "beta2": float(rng.uniform(0.95, 0.98)),
        "eps": float(rng.uniform(0.02, 0.05)),
    }
    return case(about, **usual | own)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        steps(rng, "the first step", (3,), 1, 1, fresh=True),
        steps(rng, "the first four steps", (2,), 1, 4, fresh=True),
        steps(rng, "from step 7 on", (4,), 7, 3, fresh=False),
        steps(rng, "a matrix, from step 20 on", (3, 2), 20, 2, fresh=False),
    ]


LATER = ("the first four steps", "from step 7 on", "a matrix, from step 20 on")


def run(optimizer_step: Any, case: Case) -> dict[str, Any]:
    w, m, v, t = case["w"], case["m"], case["v"], case["t"]
    names = ("lr", "beta1", "beta2", "eps", "weight_decay")
    settings = {name: case[name] for name in names if name in case}
    path: dict[str, Any] = {"w": {}, "m": {}, "v": {}}
    # A first call with other numbers: means kept outside of the call would show.
    optimizer_step(w + 1, case["dw"][0] + 1, m + 1, v + 1, t, **settings)
    for dw in case["dw"]:
        w, m, v = optimizer_step(w, dw, m, v, t, **settings)
        for name, value in (("w", w), ("m", m), ("v", v)):
            # A copy, because the next step may change the array in place.
            path[name][f"t = {t}"] = np.array(value)
        t += 1
    return path


def epsilon_hat(
    w: Any, dw: Any, m: Any, v: Any, t: int, *, lr: float, beta1: float, beta2: float, eps: float
) -> Any:
    """Adam in the faster order that section 2 of its paper ends with: eps is added unscaled."""
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    rate = lr * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
    return w - rate * m / (v**0.5 + eps), m, v


def means(old: Any, new: Any, beta: float) -> Any:
    return beta * old + (1 - beta) * new


def wrong(
    name: str,
    hint: str,
    *,
    moments: Any = lambda m, v, dw, b1, b2: (means(m, dw, b1), means(v, dw**2, b2)),
    divisors: Any = lambda b1, b2, t: (1 - b1**t, 1 - b2**t),
    move: Any = lambda w, m, v, lr, eps: w - lr * m / (v**0.5 + eps),
) -> Mistake:
    """Adam with one of its three parts replaced by a wrong one."""

    def adam_step(
        w: Any,
        dw: Any,
        m: Any,
        v: Any,
        t: int,
        *,
        lr: float,
        beta1: float,
        beta2: float,
        eps: float,
    ) -> Any:
        m, v = moments(m, v, dw, beta1, beta2)
        m_divisor, v_divisor = divisors(beta1, beta2, t)
        return move(w, m / m_divisor, v / v_divisor, lr, eps), m, v

    return Mistake(adam_step, hint, name=name)


def keeps_corrected(w: Any, dw: Any, m: Any, v: Any, t: int, **settings: float) -> Any:
    w, m, v = adam_step(w, dw, m, v, t, **settings)
    return w, m / (1 - settings["beta1"] ** t), v / (1 - settings["beta2"] ** t)


def keeps_nothing(w: Any, dw: Any, m: Any, v: Any, t: int, **settings: float) -> Any:
    return adam_step(w, dw, m, v, t, **settings)[0], m, v


def one_step_behind(w: Any, dw: Any, m: Any, v: Any, t: int, **settings: float) -> Any:
    _w, new_m, new_v = adam_step(w, dw, m, v, t, **settings)
    m_hat, v_hat = m / (1 - settings["beta1"] ** t), v / (1 - settings["beta2"] ** t)
    return w - settings["lr"] * m_hat / (v_hat**0.5 + settings["eps"]), new_m, new_v


def without_momentum(w: Any, dw: Any, m: Any, v: Any, t: int, **settings: float) -> Any:
    _w, m, v = adam_step(w, dw, m, v, t, **settings)
    v_hat = v / (1 - settings["beta2"] ** t)
    return w - settings["lr"] * dw / (v_hat**0.5 + settings["eps"]), m, v


def v_before_m(w: Any, dw: Any, m: Any, v: Any, t: int, **settings: float) -> Any:
    w, m, v = adam_step(w, dw, m, v, t, **settings)
    return w, v, m


exercise = Exercise(
    name="adam_step",
    takes=("adam_step",),
    points=2,
    reference=(adam_step,),
    accepts=((epsilon_hat,),),
    cases=cases,
    run=run,
    # The float type is not judged: np.sqrt(1 - beta2**t), a float64, is a usual factor, and
    # optimizers cast w back.
    judge=[
        values("m", weight=2, title=_("m, the running mean of the gradient")),
        values("v", weight=2, title=_("v, the running mean of its square")),
        values("w", weight=2, cases="the first step", title=_("w after the first step")),
        values("w", weight=4, cases=LATER, title=_("w after later steps")),
        shapes(),
        unchanged_inputs(),
    ],
    mistakes=[
        wrong(
            "no correction",
            _(
                "The bias correction is missing: m and v begin at zero and are too small at first. "
                "By how much, after t steps on a constant gradient?"
            ),
            divisors=lambda b1, b2, t: (1, 1),
        ),
        wrong(
            "only m corrected",
            _("`m` is corrected for its start at zero, `v` is not. Both began there."),
            divisors=lambda b1, b2, t: (1 - b1**t, 1),
        ),
        wrong(
            "only v corrected",
            _("`v` is corrected for its start at zero, `m` is not. Both began there."),
            divisors=lambda b1, b2, t: (1, 1 - b2**t),
        ),
        wrong(
            "t + 1",
            _("t is counted from 1 and arrives ready to use: no 1 has to be added to it."),
            divisors=lambda b1, b2, t: (1 - b1 ** (t + 1), 1 - b2 ** (t + 1)),
        ),
        wrong(
            "t ignored",
            _(
                "The correction is that of the first step, whatever `t` is. It has to fade: with "
                "many steps behind, m and v are no longer too small."
            ),
            divisors=lambda b1, b2, t: (1 - b1, 1 - b2),
        ),
        wrong(
            "beta ** 2",
            _("The exponent is fixed at 2. It is the number of the step."),
            divisors=lambda b1, b2, t: (1 - b1**2, 1 - b2**2),
        ),
        wrong(
            "(1 - beta) ** t",
            _("The brackets are off: the power belongs to beta alone, before the subtraction."),
            divisors=lambda b1, b2, t: ((1 - b1) ** t, (1 - b2) ** t),
        ),
        wrong(
            "beta * t",
            _("beta is multiplied by t. What is left of the start at zero shrinks by beta a step."),
            divisors=lambda b1, b2, t: (1 - b1 * t, 1 - b2 * t),
        ),
        wrong(
            "multiplied by the correction",
            _("The correction goes the wrong way: m and v are too SMALL at first."),
            divisors=lambda b1, b2, t: (1 / (1 - b1**t), 1 / (1 - b2**t)),
        ),
        wrong(
            "eps inside the root",
            _("eps stands inside the root. In Adam it is added to the root."),
            move=lambda w, m, v, lr, eps: w - lr * m / (v + eps) ** 0.5,
        ),
        wrong(
            "no eps",
            _(
                "The argument `eps` is not used: it is left out, or a number of your own stands in "
                "its place. Without any, a coordinate whose gradient is 0 is divided 0 by 0."
            ),
            move=lambda w, m, v, lr, eps: w - lr * m / v**0.5,
        ),
        wrong(
            "no root",
            _("The step is divided by v, a square. In which unit should the step be?"),
            move=lambda w, m, v, lr, eps: w - lr * m / (v + eps),
        ),
        wrong(
            "ascent",
            _("The step goes uphill. m is a mean of gradients, without a minus of its own."),
            move=lambda w, m, v, lr, eps: w + lr * m / (v**0.5 + eps),
        ),
        wrong(
            "no rate",
            _("`lr` is not used. What would change if it were twice as large?"),
            move=lambda w, m, v, lr, eps: w - m / (v**0.5 + eps),
        ),
        wrong(
            "betas swapped",
            _("The betas are swapped: beta1 belongs to m, beta2 to v."),
            moments=lambda m, v, dw, b1, b2: (means(m, dw, b2), means(v, dw**2, b1)),
        ),
        wrong(
            "weights swapped",
            _("beta is how much of the old mean is KEPT; the new gradient gets the small rest."),
            moments=lambda m, v, dw, b1, b2: (means(dw, m, b1), means(dw**2, v, b2)),
        ),
        wrong(
            "sums for means",
            _(
                "m and v are too large: in a mean, the weights of old and new sum to 1. (Plain "
                "momentum does without; Adam's correction counts on it.)"
            ),
            moments=lambda m, v, dw, b1, b2: (b1 * m + dw, b2 * v + dw**2),
        ),
        wrong(
            "not squared",
            _("`v` follows the gradient itself. It should know its size, whatever its sign."),
            moments=lambda m, v, dw, b1, b2: (means(m, dw, b1), means(v, dw, b2)),
        ),
        wrong(
            "m squared",
            _("`v` is the mean of the squared gradient, not of the squared `m`."),
            moments=lambda m, v, dw, b1, b2: (
                means(m, dw, b1),
                means(v, means(m, dw, b1) ** 2, b2),
            ),
        ),
        wrong(
            "added up",
            _("`v` only grows, as in Adagrad. Adam forgets: the old v fades by beta2."),
            moments=lambda m, v, dw, b1, b2: (means(m, dw, b1), v + dw**2),
        ),
        Mistake(
            keeps_corrected,
            hint=_(
                "The corrected means are handed back. Correct copies for this one step; the next "
                "step goes on from the uncorrected m and v."
            ),
        ),
        Mistake(
            keeps_nothing,
            hint=_("m and v come back as they were. The next step needs the new ones."),
        ),
        Mistake(
            one_step_behind,
            hint=_("w moves by the old m and v. Take today's gradient in first, then move."),
        ),
        Mistake(
            without_momentum,
            hint=_("w moves by the gradient of this step alone, as in RMSProp. What is m for?"),
        ),
        Mistake(v_before_m, hint=_("Two results are in each other's place: return w, m, v.")),
    ],
    answers=("course_lib.optimizers.adam", "course_lib.optimizers.adamw"),
    returns="(w, m, v)",
    hints=(
        _("Three stages: move m and v a little, correct copies of them, then take the step."),
        _(
            "Put a constant gradient g into m, from m = 0: after t steps m = (1 − beta1^t)·g. "
            "Dividing by which number gives g? The same for v and g²."
        ),
        _(
            "Smaller: w = 5, dw = 2, m = v = 0, t = 1, beta1 = 0.9, beta2 = 0.99, lr = 0.1, no "
            "eps. m = 0.2 and v = 0.04; corrected 0.2/0.1 = 2 and 0.04/0.01 = 4; the step is "
            "0.1·2/√4 = 0.1, so w = 4.9."
        ),
    ),
)
