"""``rmsprop_step(w, dw, cache, *, lr, decay, eps) -> (w, cache)``: one step of RMSProp."""

import numpy as np

from grader.checking.contract import slips, step, steps, values
from grader.exercises.optimizers import first_and_later


def rmsprop_step(w, dw, cache, *, lr, decay, eps):
    new = decay * cache + (1 - decay) * dw**2
    w = w - lr * dw / (np.sqrt(new) + eps)
    return w, new


exercise = steps(
    rmsprop_step,
    returns="w, cache",
    points=2,
    cases=lambda rng: first_and_later(rng, {"cache": (0.5, 3)}, decay=(0.7, 0.8)),
    judge=[
        values(
            "cache",
            weight=3,
            title="cache, the running mean of the squared gradients",
            help="""The cache differs from Adagrad's: it is a running mean instead of a sum. Which
            weight has the old cache, and which weight has dw²? In a mean they sum to 1.""",
        ),
        values("w", weight=3, cases="w after the first step"),
        values("w", weight=4, cases="w after later steps"),
    ],
    without=("sign", "eps"),
    answers=("course_lib.optimizers.rmsprop",),
    hints=(
        step(
            """The step is that of Adagrad. Does its denominator use the given cache or the new one,
            and where do you add eps?""",
            "w after the first step",
            "w after later steps",
        ),
        """A running mean moves from the old value towards the new one: decay times the old mean
        plus 1 − decay times the new value, which here is dw². The step uses the new mean, as in
        Adagrad.""",
        """A smaller example: w = 5, cache = 4, dw = 6, lr = 0.5, decay = 0.75, no eps. The cache
        becomes 0.75·4 + 0.25·36 = 12, the step 0.5·6/√12 = 0.866, so w = 4.134.""",
    ),
    mistakes=(
        *slips("""
new = cache + decay * cache + (1 - decay) * dw**2
    You keep the whole old cache and add a share of it again, as `cache += decay_rate * cache + …`
    on the slide does. With gradients of 1 your cache grows without limit, but a mean of ones is 1.
new = cache + dw**2
    The cache only grows, as in Adagrad. What does `decay` do to the old cache?
new = cache + (1 - decay) * dw**2
    You keep the whole old cache and weight only the new square. In a mean, the weights of old and
    new sum to 1.
new = decay * cache +  dw**2
    You weight the old cache, but not the new square, so the cache becomes several times too large.
    In a mean, the weights of old and new sum to 1.
new = (1 - decay) * cache + decay * dw**2
    decay is the weight of the OLD cache; the new square has the small weight 1 − decay.
new = 0.9 * cache + 0.1 * dw**2
    The argument `decay` is not used: you use the fixed number 0.9 instead.
new = (1 - decay) * dw**2
    The old cache is not used at all. `decay` is its weight.
new = decay * cache + (1 - decay) * dw
    You update the cache with the gradient itself. It should measure its size, independent of its
    sign.
new = decay * cache + ((1 - decay) * dw) ** 2
    You square the weight 1 − decay together with dw. Square only dw.
new = decay * (cache + (1 - decay) * dw**2)
    The old cache has the weight decay, the new square decay·(1 − decay). In a mean, the weights of
    old and new sum to 1. What do your brackets contain?
new = decay * cache + (1 - decay) * abs(dw)
    The cache is a mean of |dw|. The step takes its root, so it should be a mean of squares.
w = w - lr * dw / (np.sqrt(cache) + eps)
    You compute the step with the old cache. Update the cache with the current gradient first, then
    move w.
w = w + lr * dw / (np.sqrt(new) + eps)
    The step goes uphill. Which sign does a step against the gradient have?
w = w - lr * dw / (np.sqrt(new) + 1e-8)
    The steps do not depend on the argument `eps`. Is it missing, or do you use a number of your own
    instead?
w = w - lr * dw / (np.sqrt(new + eps))
    You add eps inside the root. In this course's RMSProp it is added to the root.
w = w - lr * dw / np.sqrt(new) + eps
    w drifts upwards by eps in every step: `a / b + eps` is (a/b) + eps in Python. To what do you
    have to add eps?
w = w - lr * dw / (new + eps)
    You divide the step by a mean square. The name RMSProp stands for root mean square.
"""),
        *slips(
            """
w = w - lr * dw / (np.sqrt(new / (1 - decay)) + eps)
    The cache is right, but in the step you divide it by 1 − decay. A correction of the start at 0
    belongs to Adam; RMSProp uses the cache itself.
""",
            needs=("cache, the running mean of the squared gradients",),
        ),
    ),
)
