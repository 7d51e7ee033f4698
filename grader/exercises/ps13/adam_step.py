"""``adam_step(w, dw, m, v, t, *, lr, beta1, beta2, eps) -> (w, m, v)``: one step of Adam."""

import numpy as np

from grader.checking.contract import Case, slips, steps, values
from grader.exercises.optimizers import ADAM_SLIPS, BETAS, MEANS, first_and_later


def adam_step(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    new_m = beta1 * m + (1 - beta1) * dw
    new_v = beta2 * v + (1 - beta2) * dw**2
    m_hat, v_hat = new_m / (1 - beta1**t), new_v / (1 - beta2**t)
    step = lr * m_hat / (np.sqrt(v_hat) + eps)
    w = w - step
    return w, new_m, new_v


def epsilon_hat(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    """Adam in the faster order that section 2 of its paper ends with: eps is added unscaled."""
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return w - rate * m / (np.sqrt(v) + eps), m, v


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    found = first_and_later(rng, MEANS, counted=True, **BETAS)
    found["w after later steps"][1]["dw"][:, -1] = 0  # m is not 0, so w moves
    return found


exercise = steps(
    adam_step,
    returns="w, m, v",
    points=3,
    cases=cases,
    accepts=((epsilon_hat,),),
    judge=[
        values(
            "m",
            weight=2,
            title="m, the running mean of the gradient",
            help="""`m` is a running mean: a weighted sum of the old m and dw. Which number gives
            the weights?""",
        ),
        values(
            "v",
            weight=2,
            title="v, the running mean of its square",
            help="""`v` is a running mean too. Of which quantity is it the mean, and which weight
            has the old v?""",
        ),
        values(
            "w",
            weight=3,
            cases="w after the first step",
            help="""There are three stages: update m and v, compute the corrected means, then take
            the step. What are the numerator and the denominator of the step, and where do you add
            eps?""",
        ),
        values(
            "w",
            weight=5,
            cases="w after later steps",
            help="""Compare a later step with the first. Which of m, v and t are different there,
            and where does your step use them?""",
        ),
    ],
    without=("sign",),
    answers=(
        "course_lib.optimizers.adam",
        "course_lib.optimizers.adamw",
        "course_lib.optimizers.average",  # the corrected means
        "course_lib.optimizers.rmsprop",  # its cache is v
    ),
    hints="""
    Put a constant gradient g into m, from m = 0: after t steps m = (1 − beta1^t)·g. By which number
    do you divide m to get g? Do the same for v and g².

    A smaller example: w = 5, dw = 2, m = v = 0, t = 1, beta1 = 0.9, beta2 = 0.99, lr = 0.1, no eps.
    m = 0.2 and v = 0.04; corrected 0.2/0.1 = 2 and 0.04/0.01 = 4; the step is 0.1·2/√4 = 0.1, so w
    = 4.9.
    """,
    mistakes=(
        *slips(ADAM_SLIPS),
        *slips("""
w = w + step
    The step goes uphill. m is a mean of gradients, without a minus of its own.
"""),
    ),
)
