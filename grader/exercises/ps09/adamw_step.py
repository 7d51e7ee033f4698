"""``adamw_step(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay) -> (w, m, v)``: AdamW."""

import numpy as np

from grader.checking.contract import Case, step, steps, values
from grader.exercises.optimizers import ADAM_SLIPS, steps_with_moments
from grader.exercises.ps09.adam_step import FIRST_W, LATER, LATER_W, V
from grader.exercises.ps09.adam_step import adam_step as adam
from grader.exercises.ps09.adam_step import epsilon_hat as adam_epsilon_hat


def adamw_step(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    new_m = beta1 * m + (1 - beta1) * dw
    new_v = beta2 * v + (1 - beta2) * dw**2
    m_hat, v_hat = new_m / (1 - beta1**t), new_v / (1 - beta2**t)
    decay = lr * weight_decay * w
    return w - decay - lr * m_hat / (np.sqrt(v_hat) + eps), new_m, new_v


def epsilon_hat(w, dw, m, v, t, *, lr, weight_decay, **settings):
    """With Adam's step in the faster order of its paper, which `adam_step` accepts as well."""
    new, m, v = adam_epsilon_hat(w, dw, m, v, t, lr=lr, **settings)
    return new - lr * weight_decay * w, m, v


def cases(rng: np.random.Generator) -> list[Case]:
    def some(about: str, shape: tuple[int, ...], t: int, n: int, *, fresh: bool) -> Case:
        w = rng.uniform(1, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
        decay = float(rng.uniform(0.2, 0.4))
        return steps_with_moments(rng, about, shape, t, n, fresh=fresh, w=w, weight_decay=decay)

    without = some("without decay", (3,), 2, 2, fresh=False)
    without["weight_decay"] = 0.0
    return [
        some("the first step", (3,), 1, 1, fresh=True),
        without,
        some("the first four steps", (2,), 1, 4, fresh=True),
        some("from step 7 on", (4,), 7, 3, fresh=False),
        some("a matrix, from step 20 on", (3, 2), 20, 2, fresh=False),
    ]


M = "m, the running mean of the gradient without a penalty"
ADAM = "without decay it is Adam"

exercise = steps(
    adamw_step,
    returns="w, m, v",
    points=2,
    cases=cases,
    accepts=((epsilon_hat,),),
    judge=[
        values("m", weight=2, title=M),
        values("v", weight=2, title=V),
        values("w", weight=2, cases="the first step", title=FIRST_W),
        values("w", weight=2, cases="without decay", title=ADAM),
        values("w", weight=3, cases=LATER, title=LATER_W),
    ],
    answers=("course_lib.optimizers.adamw", "course_lib.optimizers.adam"),
    hints=(
        step(
            "`m` and `v` are those of Adam, and know nothing of the decay. What is each of them a "
            "mean of, and with which beta?",
            M,
            V,
        ),
        step(
            "With weight_decay = 0, w has to move as in Adam. What does your adam_step give there, "
            "for the same values?",
            ADAM,
        ),
        step(
            "The decay takes a share of w, beside the step of Adam. Which share is it, and of "
            "which w?",
            FIRST_W,
            LATER_W,
        ),
        "w_new = w − lr·weight_decay·w − (the step of Adam). Your own adam_step, called with dw "
        "alone, gives m, v and w minus its step.",
        "Smaller: w = 5, dw = 2, m = v = 0, t = 1, lr = 0.1, weight_decay = 0.2, no eps. The step "
        "of Adam is 0.1·2/√4 = 0.1, the decay 0.1·0.2·5 = 0.1, so w = 4.8.",
    ),
)


@exercise.mistake
def penalty_in_the_gradient(w, dw, m, v, t, *, weight_decay, **settings):
    """The decay went into the gradient, and from there into m and v. So it is divided by the root
    as well, and weights with large gradients hardly decay. This is what AdamW was made to avoid.
    """
    return adam(w, dw + weight_decay * w, m, v, t, **settings)


@exercise.mistake
def penalty_of_two(w, dw, m, v, t, *, weight_decay, **settings):
    """The gradient of a penalty lam·sum(w²) was added to dw. Here the decay stays out of the
    gradient, and beside the step: no factor of 2, no root.
    """
    return adam(w, dw + 2 * weight_decay * w, m, v, t, **settings)


@exercise.mistake
def decay_twice(w, dw, m, v, t, *, weight_decay, **settings):
    """The decay works twice: once in the gradient, once beside the step."""
    return adamw_step(w, dw + weight_decay * w, m, v, t, weight_decay=weight_decay, **settings)


exercise.slip(
    "w - decay",
    "w",
    "`weight_decay` is not used. Without gradient, what should become of w?",
)
exercise.slip(
    "lr * weight_decay * w",
    "lr * weight_decay * w * (w.ndim > 1)",
    "Arrays with one axis do not decay. Which arrays decay is the caller's choice: here each one "
    "that is handed in does.",
)
exercise.slip(
    "lr * weight_decay * w",
    "weight_decay * w",
    "w shrinks by weight_decay in every step, whatever the rate. Here lr multiplies the decay too, "
    "so that a schedule slows down both.",
)
exercise.slip(
    "w - decay - lr * m_hat",
    "w - lr * (m_hat + weight_decay * w)",
    "The decay stands above the root together with m, and is divided by it. It is to take the same "
    "share of every weight.",
)
exercise.slip(
    "w - decay",
    "w + decay",
    "The weights grow by the decay. Decay is to bring them nearer to 0.",
)
exercise.slip(
    "w - decay - lr * m_hat / (np.sqrt(v_hat) + eps)",
    "(w - lr * m_hat / (np.sqrt(v_hat) + eps)) * (1 - lr * weight_decay)",
    "The decay takes its share of the w behind the step. In the formula both are computed from the "
    "w that was handed in.",
)
exercise.slip(
    "weight_decay * w",
    "weight_decay",
    "Every weight loses the same amount. It should be a share of the weight itself.",
)
exercise.slip(
    "weight_decay * w",
    "weight_decay * np.sign(w)",
    "w moves towards 0 by a fixed amount, which is an L1 penalty. Decay takes a share.",
)
exercise.slip(
    "w - decay",
    "decay",
    "w is only multiplied by the decay. The share that is LEFT is 1 − lr·weight_decay.",
)
exercise.slip(
    "- lr * m_hat",
    "+ lr * m_hat",
    "The step goes uphill, while the decay is right. Which sign has the step of Adam?",
)
for old, new, hint in ADAM_SLIPS:
    exercise.slip(old, new, hint)
