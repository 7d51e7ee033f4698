"""``adagrad_step(w, dw, cache, *, lr, eps) -> (w, cache)``: one step of Adagrad."""

import numpy as np

from grader.checking.contract import Case, slips, steps, values
from grader.exercises.optimizers import first_and_later, gradients


def adagrad_step(w, dw, cache, *, lr, eps):
    new = cache + dw**2
    w = w - lr * dw / (np.sqrt(new) + eps)
    return w, new


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    unused = {"dw": gradients(rng, 2, (3,)) * [1, 1, 0], "cache": np.zeros(3)}
    also = {"w where there is no gradient": unused}
    return first_and_later(rng, {"cache": (0.5, 3)}, also=also)


exercise = steps(
    adagrad_step,
    returns="w, cache",
    points=2,
    cases=cases,
    judge=[
        values(
            "cache",
            weight=3,
            title="cache, the sum of the squared gradients",
            help="""What does the cache hold for a coordinate? What does one step add to it, and
            does this change in later steps?""",
        ),
        values(
            "w",
            weight=3,
            cases="w after the first step",
            help="""In which order do you update the cache and take the step? By what do you divide
            lr·dw, and where do you add eps?""",
        ),
        values(
            "w",
            weight=4,
            cases="w after later steps",
            help="""In a later step the cache holds several squares. Which cache does your step use,
            and which one do you return?""",
        ),
        values(
            "w",
            cases="w where there is no gradient",
            alone=False,
            after="w after later steps",
            help="Where every gradient was 0, the cache is 0. By what do you divide dw there?",
        ),
    ],
    without=("sign", "eps"),
    answers=("course_lib.optimizers.adagrad",),
    hints="""
    cache_new = cache + dw², and the step is lr·dw divided by (√cache_new + eps). NumPy computes
    this for each coordinate.

    A smaller example: w = 5, cache = 9, dw = 4, lr = 0.5, no eps. The cache becomes 9 + 16 = 25,
    the step is 0.5·4/√25 = 0.4, so w = 4.6. With the same gradient once more: cache 41, step
    0.5·4/√41 = 0.312, w = 4.288.
    """,
    mistakes=slips("""
new = dw**2
    The cache holds only the square of the last gradient, so every coordinate always moves by about
    lr. How does the given cache enter the new one?
new = 0.9 * cache + 0.1 * dw**2
    Your cache is a running mean, as in RMSProp, in which old gradients fade. Adagrad uses a sum.
    Which weights do old and new have in a sum?
w = w - lr * dw / (new + eps)
    You divide the step by a sum of squares. Try a gradient ten times as large: how much longer is
    your first step, and how much longer should it be?
w = w - lr * dw / (np.sqrt(cache) + eps)
    You compute the step with the old cache. In the first step it is 0, so the step is lr·dw/eps.
    Update the cache first.
w = w - lr * dw / (np.sqrt(new + eps))
    You add eps inside the root. In this course's Adagrad it is added to the root.
w = w - lr * dw / np.sqrt(new + eps**2)
    You add the square of eps inside the root. In this course's Adagrad, eps is added to the root.
w = w - lr * dw / np.sqrt(new)
    Your steps are those without `eps`. For a coordinate that never had a gradient this would be
    0/0. To what does the formula add `eps`?
w = w - lr * dw / (np.sqrt(new) + 1e-8)
    The steps do not depend on the argument `eps`. Do you use a number of your own instead? The
    checks use a large eps, so that this shows.
w = w - lr * dw / np.sqrt(new) + eps
    w drifts upwards by eps in every step: `a / b + eps` is (a/b) + eps in Python. To what do you
    have to add eps?
w = w - lr * dw * (np.sqrt(new) + eps)
    For a coordinate with large gradients, the division should shorten the steps, not lengthen them.
new = cache + dw
    You add up the gradients themselves, so those of opposite sign cancel. The cache should measure
    their size, independent of their sign.
new = cache + abs(dw)
    You add up |dw|. The cache adds up squares; the root comes later.
new = cache + np.sum(dw**2)
    All coordinates share one sum. In Adagrad, each coordinate has its own sum, of its own
    gradients.
new = np.sqrt(cache + dw**2)
w = w - lr * dw / (new + eps)
    You return the root of the cache, so the next step adds a square to a root. Return the sum, and
    take the root only for the step.
w = w + lr * dw / (np.sqrt(new) + eps)
    The step goes uphill. Which sign does a step against the gradient have?
w = lr * dw / (np.sqrt(new) + eps)
    The first result is only the step. Return the new w.
"""),
)
