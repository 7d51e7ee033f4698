"""``adamw_step(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay) -> (w, m, v)``: AdamW."""

from typing import Any

import numpy as np

from course_lib.optimizers import adam_step, adamw_step
from grader.checking import Case, Exercise, Mistake, _, shapes, unchanged_inputs, values
from grader.exercises.ps09.adam_step import LATER, means, run, steps


def cases(rng: np.random.Generator) -> list[Case]:
    def some(about: str, shape: tuple[int, ...], t: int, n: int, *, fresh: bool) -> Case:
        w = rng.uniform(1, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
        decay = float(rng.uniform(0.2, 0.4))
        return steps(rng, about, shape, t, n, fresh=fresh, w=w, weight_decay=decay)

    without = some("without decay", (3,), 2, 2, fresh=False)
    without["weight_decay"] = 0.0
    return [
        some("the first step", (3,), 1, 1, fresh=True),
        without,
        some("the first four steps", (2,), 1, 4, fresh=True),
        some("from step 7 on", (4,), 7, 3, fresh=False),
        some("a matrix, from step 20 on", (3, 2), 20, 2, fresh=False),
    ]


def epsilon_hat(
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
    weight_decay: float,
) -> Any:
    """With Adam's step in the faster order of its paper, which `adam_step` accepts as well."""
    m, v = means(m, dw, beta1), means(v, dw**2, beta2)
    rate = lr * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
    return w - lr * weight_decay * w - rate * m / (v**0.5 + eps), m, v


def wrong(
    name: str,
    hint: str,
    *,
    gradient: Any = lambda w, dw, decay: dw,
    moments: Any = lambda m, v, dw, b1, b2: (means(m, dw, b1), means(v, dw**2, b2)),
    divisors: Any = lambda b1, b2, t: (1 - b1**t, 1 - b2**t),
    step: Any = lambda w, m, v, eps, decay: m / (v**0.5 + eps),
    move: Any = lambda w, step, lr, decay: w - lr * decay * w - lr * step,
    back: Any = lambda new, old: new,
) -> Mistake:
    """AdamW with one of its parts replaced by a wrong one."""

    def adamw_step(
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
        weight_decay: float,
    ) -> Any:
        old = m, v
        m, v = moments(m, v, gradient(w, dw, weight_decay), beta1, beta2)
        m_divisor, v_divisor = divisors(beta1, beta2, t)
        by = step(w, m / m_divisor, v / v_divisor, eps, weight_decay)
        return back((move(w, by, lr, weight_decay), m, v), old)

    return Mistake(adamw_step, hint, name=name)


def penalty_in_the_gradient(
    w: Any, dw: Any, m: Any, v: Any, t: int, *, weight_decay: float, **settings: float
) -> Any:
    return adam_step(w, dw + weight_decay * w, m, v, t, **settings)


def penalty_of_two(
    w: Any, dw: Any, m: Any, v: Any, t: int, *, weight_decay: float, **settings: float
) -> Any:
    return adam_step(w, dw + 2 * weight_decay * w, m, v, t, **settings)


def both_ways(
    w: Any, dw: Any, m: Any, v: Any, t: int, *, weight_decay: float, **settings: float
) -> Any:
    return adamw_step(w, dw + weight_decay * w, m, v, t, weight_decay=weight_decay, **settings)


exercise = Exercise(
    name="adamw_step",
    takes=("adamw_step",),
    points=2,
    reference=(adamw_step,),
    accepts=((epsilon_hat,),),
    cases=cases,
    run=run,
    # The float type is not judged: np.sqrt(1 - beta2**t), a float64, is a usual factor, and
    # optimizers cast w back.
    judge=[
        values("m", weight=2, title=_("m, the running mean of the gradient without a penalty")),
        values("v", weight=2, title=_("v, the running mean of its square")),
        values("w", weight=2, cases="the first step", title=_("w after the first step")),
        values("w", weight=2, cases="without decay", title=_("without decay it is Adam")),
        values("w", weight=3, cases=LATER, title=_("w after later steps")),
        shapes(),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            penalty_in_the_gradient,
            hint=_(
                "The decay went into the gradient, and from there into m and v. So it is divided "
                "by the root as well, and weights with large gradients hardly decay. This is what "
                "AdamW was made to avoid."
            ),
        ),
        Mistake(
            penalty_of_two,
            hint=_(
                "The gradient of a penalty lam·sum(w²) was added to dw. Here the decay stays out "
                "of the gradient, and beside the step: no factor of 2, no root."
            ),
        ),
        Mistake(
            both_ways,
            hint=_("The decay works twice: once in the gradient, once beside the step."),
        ),
        wrong(
            "no decay",
            _("`weight_decay` is not used. Without gradient, what should become of w?"),
            move=lambda w, step, lr, decay: w - lr * step,
        ),
        wrong(
            "decay without the rate",
            _(
                "w shrinks by weight_decay in every step, whatever the rate. Here lr multiplies "
                "the decay too, so that a schedule slows down both."
            ),
            move=lambda w, step, lr, decay: w - decay * w - lr * step,
        ),
        wrong(
            "decay divided",
            _(
                "The decay stands above the root together with m, and is divided by it. It is to "
                "take the same share of every weight."
            ),
            step=lambda w, m, v, eps, decay: (m + decay * w) / (v**0.5 + eps),
            move=lambda w, step, lr, decay: w - lr * step,
        ),
        wrong(
            "growth",
            _("The weights grow by the decay. Decay is to bring them nearer to 0."),
            move=lambda w, step, lr, decay: w + lr * decay * w - lr * step,
        ),
        wrong(
            "decay afterwards",
            _(
                "The decay takes its share of the w behind the step. In the formula both are "
                "computed from the w that was handed in."
            ),
            move=lambda w, step, lr, decay: (w - lr * step) * (1 - lr * decay),
        ),
        wrong(
            "a constant decay",
            _("Every weight loses the same amount. It should be a share of the weight itself."),
            move=lambda w, step, lr, decay: w - lr * decay - lr * step,
        ),
        wrong(
            "by sign",
            _("w moves towards 0 by a fixed amount, which is an L1 penalty. Decay takes a share."),
            move=lambda w, step, lr, decay: w - lr * decay * np.sign(w) - lr * step,
        ),
        wrong(
            "replaces w",
            _("w is only multiplied by the decay. The share that is LEFT is 1 − lr·weight_decay."),
            move=lambda w, step, lr, decay: lr * decay * w - lr * step,
        ),
        wrong(
            "no correction",
            _(
                "The bias correction is missing: m and v begin at zero and are too small at first. "
                "It is the same as in Adam."
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
            _("The correction is that of the first step, whatever `t` is. It has to fade."),
            divisors=lambda b1, b2, t: (1 - b1, 1 - b2),
        ),
        wrong(
            "eps inside the root",
            _("eps stands inside the root. As in Adam it is added to the root."),
            step=lambda w, m, v, eps, decay: m / (v + eps) ** 0.5,
        ),
        wrong(
            "no eps",
            _(
                "The argument `eps` is not used: it is left out, or a number of your own stands in "
                "its place. Without any, a coordinate whose gradient is 0 is divided 0 by 0."
            ),
            step=lambda w, m, v, eps, decay: m / v**0.5,
        ),
        wrong(
            "no root",
            _("The step is divided by v, a square. In which unit should the step be?"),
            step=lambda w, m, v, eps, decay: m / (v + eps),
        ),
        wrong(
            "ascent",
            _("The step goes uphill, while the decay is right. Which sign has the step of Adam?"),
            move=lambda w, step, lr, decay: w - lr * decay * w + lr * step,
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
            "not squared",
            _("`v` follows the gradient itself. It should know its size, whatever its sign."),
            moments=lambda m, v, dw, b1, b2: (means(m, dw, b1), means(v, dw, b2)),
        ),
        wrong(
            "keeps nothing",
            _("m and v come back as they were. The next step needs the new ones."),
            back=lambda new, old: (new[0], *old),
        ),
    ],
    answers=("course_lib.optimizers.adamw", "course_lib.optimizers.adam"),
    returns="(w, m, v)",
    hints=(
        _(
            "Begin with your Adam, and leave m and v as they are there. Then: what does the decay "
            "take away from w, and where must it not enter?"
        ),
        _(
            "w_new = w − lr·weight_decay·w − (the step of Adam). Your own adam_step, called with "
            "dw alone, gives m, v and w minus its step."
        ),
        _(
            "Smaller: w = 5, dw = 2, m = v = 0, t = 1, lr = 0.1, weight_decay = 0.2, no eps. The "
            "step of Adam is 0.1·2/√4 = 0.1, the decay 0.1·0.2·5 = 0.1, so w = 4.8."
        ),
    ),
)
