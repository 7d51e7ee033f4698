"""``adadelta_step(w, dw, cache, delta, *, lr, rho, eps) -> (w, cache, delta)``: one step."""

import numpy as np

from grader.checking.contract import Case, slips, steps, values
from grader.exercises.optimizers import first_and_later


def adadelta_step(w, dw, cache, delta, *, lr, rho, eps):
    new_cache = rho * cache + (1 - rho) * dw**2
    dx = -np.sqrt(delta + eps) / np.sqrt(new_cache + eps) * dw
    new_delta = rho * delta + (1 - rho) * dx**2
    w = w + lr * dx
    return w, new_cache, new_delta


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    means = {"cache": (0.5, 3), "delta": (0.1, 0.4)}
    return first_and_later(rng, means, lr=(0.4, 0.6), rho=(0.7, 0.8))


exercise = steps(
    adadelta_step,
    returns="w, cache, delta",
    points=1,
    cases=cases,
    judge=[
        values(
            "cache",
            weight=2,
            title="cache, the running mean of the squared gradients",
            help="""The cache is that of RMSProp. Which share of the old cache do you keep, and what
            has the rest as its weight?""",
        ),
        values(
            "delta",
            weight=2,
            title="delta, the running mean of the squared steps",
            help="`delta` is a running mean too. Of the squares of which quantity?",
        ),
        values(
            "w",
            weight=3,
            cases="w after the first step",
            help="""Write four lines: update the cache with the gradient, compute the step dx,
            update delta with dx, then move w. In dx, which root is the numerator and which the
            denominator, where is eps, and what is the sign? Where do you use lr?""",
        ),
        values(
            "w",
            weight=5,
            cases="w after later steps",
            help="""In a later step delta is no longer 0. For which of the two means does dx use the
            old value, and for which the new one?""",
        ),
    ],
    without=("sign", "lr", "eps"),
    answers=("course_lib.optimizers.adadelta",),
    hints="""
    Both means are rho times the old mean plus 1 − rho times the new square. dx = −√(delta + eps) /
    √(cache + eps) · dw, and w moves by lr·dx.

    A smaller example: w = 5, dw = 2, cache = 4, delta = 0.25, rho = 0.5, lr = 1, no eps. The cache
    becomes 0.5·4 + 0.5·4 = 4, dx = −0.5/2·2 = −0.5, delta = 0.5·0.25 + 0.5·0.25 = 0.25, w = 4.5.
    """,
    mistakes=slips("""
dx = -np.sqrt(delta) / np.sqrt(new_cache + eps) * dw
    w never moves if delta starts at zero, because the step is then 0 for ever. What do you have to
    add to delta under its root?
dx = -np.sqrt(delta + eps) / np.sqrt(new_cache) * dw
    You add eps to delta, but not to the cache. It belongs under both roots, because a coordinate
    that never had a gradient would be divided by 0.
dx = -(np.sqrt(delta) + eps) / (np.sqrt(new_cache) + eps) * dw
    You add eps to both roots, as in Adam. Adadelta is the exception: it adds eps inside the roots.
dx = -np.sqrt(delta + eps) / (np.sqrt(new_cache) + eps) * dw
    In the numerator you add eps inside the root, in the denominator to the root. It belongs inside
    both roots.
dx = -(delta + eps) / (new_cache + eps) * dw
    The roots are missing, although the means are means of squares. Which unit has your step, and
    which unit has w?
dx = -np.sqrt(new_cache + eps) / np.sqrt(delta + eps) * dw
    Numerator and denominator are exchanged. Gradients ten times as large should not change the
    step. Where does their size belong?
dx = -1 / np.sqrt(new_cache + eps) * dw
    This is the step of RMSProp: you do not use the size of earlier steps. Where does delta belong?
new_delta = rho * delta + (1 - rho) * (lr * dx) ** 2
    You update delta with lr·dx. In this course it uses dx itself, without lr; otherwise a small
    rate would shrink the steps twice.
new_delta = rho * delta + (1 - rho) * dw**2
    You update delta with the squared gradient, like the cache. It should hold the mean squared
    step, in the squared unit of w.
new_delta = rho * delta + (1 - rho) * dx
    You update delta with the step itself, so its root may be nan. Use the squared step.
new_delta = dx**2
    delta is only the square of the last step. A running mean also keeps a share of the old value.
new_delta = (1 - rho) * delta + rho * dx**2
    In delta, rho is the weight of the OLD mean; the new square has the weight 1 − rho.
new_cache = (1 - rho) * cache + rho * dw**2
    In the cache, rho is the weight of the OLD mean; the new square has the weight 1 − rho.
rho = 0.95
    The results do not depend on `rho`: you use the fixed number 0.95 instead.
eps = 1e-6
    The results do not depend on `eps`: you use a number of your own instead.
dx = -lr * np.sqrt(delta + eps) / np.sqrt(new_cache + eps) * dw
    You multiply the step of w by `lr` twice: once inside dx, once after it. The task has it once.
new_cache = cache + dw**2
    The cache only grows, as in Adagrad. What does rho do to the old cache?
new_cache = rho * cache + (1 - rho) * dw
    You update the cache with the gradient itself. It should measure its size, independent of its
    sign.
dx = -np.sqrt(delta + eps) / np.sqrt(cache + eps) * dw
    You compute the step with the old cache. Update the cache with the current gradient first. (Only
    delta is updated after the step, because it needs the step.)
w = w - lr * np.sqrt(new_delta + eps) / np.sqrt(new_cache + eps) * dw
    You compute the step of w with the new delta, which already contains this step. Compute the step
    once, with the given delta, then use it for w and delta.
w = w - lr * dx
    The step goes uphill. Does your code have the minus sign twice, or not at all?
w = w + dx
    `lr` is not used. The original has none; here the step is multiplied by it.
new_cache = rho * cache + dw**2
    In the cache, old and new have the weights rho and 1. In a mean, the weights sum to 1.
new_delta = rho * delta + dx**2
    In delta, old and new have the weights rho and 1. In a mean, the weights sum to 1.
"""),
)
