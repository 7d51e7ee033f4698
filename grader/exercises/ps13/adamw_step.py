"""``adamw_step(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay) -> (w, m, v)``: AdamW."""

import numpy as np

from grader.checking.contract import Case, mistake, slips, step, steps, values
from grader.exercises.optimizers import ADAM_SLIPS, BETAS, MEANS, first_and_later
from grader.exercises.ps13.adam_step import epsilon_hat as adam_epsilon_hat

STILL = "a weight decays, too, whose gradient and m are 0"


def adamw_step(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    new_m = beta1 * m + (1 - beta1) * dw
    new_v = beta2 * v + (1 - beta2) * dw**2
    m_hat, v_hat = new_m / (1 - beta1**t), new_v / (1 - beta2**t)
    decay = lr * weight_decay * w
    step = lr * m_hat / (np.sqrt(v_hat) + eps)
    w = w - decay - step
    return w, new_m, new_v


def epsilon_hat(w, dw, m, v, t, *, lr, weight_decay, **settings):
    """With Adam's step in the faster order of its paper, which `adam_step` accepts as well."""
    new, m, v = adam_epsilon_hat(w, dw, m, v, t, lr=lr, **settings)
    return new - lr * weight_decay * w, m, v


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    also = {"without decay it is Adam": {"weight_decay": 0.0}, STILL: {"weight_decay": 4.0}}
    found = first_and_later(rng, MEANS, counted=True, also=also, weight_decay=(0.2, 0.4), **BETAS)
    (still,) = found[STILL]
    still["dw"][:, 0] = still["m"][0] = 0
    return found


def only_where_there_is_a_gradient(w, dw, m, v, t, *, lr, weight_decay, **settings):
    """A weight whose gradient is 0 does not decay. Every weight shrinks by the same share."""
    new, m, v = adamw_step(w, dw, m, v, t, lr=lr, weight_decay=0.0, **settings)
    return new - lr * weight_decay * w * (dw != 0), m, v


exercise = steps(
    adamw_step,
    returns="w, m, v",
    points=2,
    cases=cases,
    accepts=((epsilon_hat,),),
    judge=[
        values("m", title="m, the running mean of the gradient without a penalty"),
        values("v", title="v, the running mean of its square"),
        values("w", weight=2, cases="w after the first step"),
        values(
            "w",
            cases="without decay it is Adam",
            help="""With weight_decay = 0, w has to move as in Adam. What does your adam_step give
            there, for the same values?""",
        ),
        values(
            "w",
            cases=STILL,
            help="""Here one weight has dw = 0 and m = 0, so Adam would not move it. By which factor
            does it shrink?""",
        ),
        values("w", weight=4, cases="w after later steps"),
    ],
    answers=("course_lib.optimizers.adamw", "course_lib.optimizers.adam"),
    hints=(
        step(
            """`m` and `v` are those of Adam and do not contain the decay. Of which quantity is each
            of them the mean, and with which beta?""",
            "m, the running mean of the gradient without a penalty",
            "v, the running mean of its square",
        ),
        step(
            """The decay subtracts a share of w, in addition to the step of Adam. Which share is it,
            and of which w?""",
            "w after the first step",
            "w after later steps",
        ),
        """w_new = w − lr·weight_decay·w − (the step of Adam). Your own adam_step, called with dw,
        returns w minus the step of Adam, m and v.""",
        """A smaller example: w = 5, dw = 2, m = v = 0, t = 1, lr = 0.1, weight_decay = 0.2, no
        eps. The step of Adam is 0.1·2/√4 = 0.1, the decay 0.1·0.2·5 = 0.1, so w = 4.8.""",
    ),
    mistakes=(
        *slips("""
dw = dw + weight_decay * w
decay = 0
    You add the decay to the gradient, so it enters m and v and is divided by the root, too. Then
    weights with large gradients hardly decay. AdamW was designed to avoid this.
dw = dw + 2 * weight_decay * w
decay = 0
    You add the gradient of a penalty lam·sum(w²) to dw. Here the decay is not part of the gradient:
    subtract it separately, without a factor 2 and without a root.
dw = dw + weight_decay * w
    You apply the decay twice: once in the gradient, once separately.
w = w - step
    `weight_decay` is not used. How should w change if the gradient is 0?
decay = lr * weight_decay * w * (w.ndim > 1)
    Arrays with one axis do not decay. The caller chooses which arrays decay, so here every given
    array decays.
decay = lr * 0.01 * w
    Every weight shrinks by the share 0.01·lr, whatever `weight_decay` is.
decay = weight_decay * w
    w shrinks by the share weight_decay in every step, for every rate. Here lr multiplies the decay,
    too, so that a schedule reduces both.
w = w - lr * (m_hat + weight_decay * w) / (np.sqrt(v_hat) + eps)
    You add the decay to m in the numerator, so it is divided by the root. It should take the same
    share of every weight.
w = w + decay - step
    Your decay increases the weights. It should move them towards 0.
w = (w - step) * (1 - lr * weight_decay)
    You compute the decay from the w after the step. Both are taken from the given w.
decay = lr * weight_decay
    You subtract the same amount from every weight. It should be a share of the weight itself.
decay = lr * weight_decay * np.sign(w)
    w moves towards 0 by a fixed amount, as with an L1 penalty. Weight decay subtracts a share of w.
w = decay - step
    You multiply w by the decay itself. The share that REMAINS is 1 − lr·weight_decay.
w = w - decay + step
    The step of Adam goes uphill. Which sign does it have?
"""),
        mistake(only_where_there_is_a_gradient),
        *slips(ADAM_SLIPS),
    ),
)
