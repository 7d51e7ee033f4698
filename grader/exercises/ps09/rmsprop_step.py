"""``rmsprop_step(w, dw, cache, *, lr, decay, eps) -> (w, cache)``: one step of RMSProp."""

import numpy as np

from grader.checking.contract import Case, step, steps, values
from grader.exercises.optimizers import steps_with_cache


def rmsprop_step(w, dw, cache, *, lr, decay, eps):
    new = decay * cache + (1 - decay) * dw**2
    return w - lr * dw / (np.sqrt(new) + eps), new


def cases(rng: np.random.Generator) -> list[Case]:
    def some(about: str, shape: tuple[int, ...], n: int, *, fresh: bool) -> Case:
        decay = float(rng.uniform(0.7, 0.8))
        return steps_with_cache(rng, about, shape, n, fresh=fresh, decay=decay)

    return [
        some("the first step", (3,), 1, fresh=True),
        some("the first four steps", (2,), 4, fresh=True),
        some("a cache that is filled already", (4,), 3, fresh=False),
        some("a matrix", (3, 2), 2, fresh=False),
    ]


LATER = ("the first four steps", "a cache that is filled already", "a matrix")

CACHE = "cache, the running mean of the squared gradients"
W = ("w after the first step", "w after later steps")

exercise = steps(
    rmsprop_step,
    returns="w, cache",
    points=2,
    cases=cases,
    judge=[
        values("cache", weight=3, title=CACHE),
        values("w", weight=3, cases="the first step", title=W[0]),
        values("w", weight=4, cases=LATER, title=W[1]),
    ],
    without=("sign", "eps"),
    answers=("course_lib.optimizers.rmsprop",),
    hints=(
        step(
            "The cache differs from Adagrad's: a sum that never forgets becomes a mean that does. "
            "Which share of the old one stays, and which share has dw²? In a mean they sum to 1.",
            CACHE,
        ),
        step(
            "The step is that of Adagrad. Which cache is below the line, the one that was handed "
            "in or the new one, and where is eps added?",
            *W,
        ),
        "A running mean moves from the old value towards the new one: decay of the old, 1 − decay "
        "of the new, which here is dw². The step uses the new mean, as in Adagrad.",
        "Smaller: w = 5, cache = 4, dw = 6, lr = 0.5, decay = 0.75, no eps. The cache becomes "
        "0.75·4 + 0.25·36 = 12, the step 0.5·6/√12 = 0.866, so w = 4.134.",
    ),
)

exercise.slip(
    "decay * cache +",
    "cache + decay * cache +",
    "The cache never forgets: the old one is kept whole, and a share of it is added on top, as "
    "`cache += decay_rate * cache + …` on the slide does. Feed in gradients of 1 and watch where "
    "the cache goes; a mean of ones is 1.",
)
exercise.slip(
    "decay * cache + (1 - decay) *",
    "cache +",
    "The cache only grows, as in Adagrad. What does `decay` do to the old one?",
)
exercise.slip(
    "decay * cache",
    "cache",
    "The old cache is kept whole and only the new square is weighted. In a mean, the weights of "
    "old and new sum to 1.",
)
exercise.slip(
    "(1 - decay) *",
    "",
    "The old cache fades, but the new square enters whole: the cache ends several times too large. "
    "In a mean, the weights of old and new sum to 1.",
)
exercise.slip(
    "decay * cache + (1 - decay)",
    "(1 - decay) * cache + decay",
    "decay is how much of the old cache is KEPT; the new square gets the small rest.",
)
exercise.slip(
    "decay * cache + (1 - decay)",
    "0.9 * cache + 0.1",
    "The argument `decay` is not used: 0.9 stands in its place.",
)
exercise.slip(
    "decay * cache + (",
    "(",
    "The old cache is not used at all. `decay` says how much of it stays.",
)
exercise.slip(
    "dw**2",
    "dw",
    "The cache follows the gradient itself. It should know its size, whatever its sign.",
)
exercise.slip(
    "(1 - decay) * dw**2",
    "((1 - decay) * dw) ** 2",
    "The weight 1 − decay is squared together with dw. To what does the power belong?",
)
exercise.slip(
    "decay * cache + (1 - decay) * dw**2",
    "decay * (cache + (1 - decay) * dw**2)",
    "The old cache has the weight decay, the new square decay·(1 − decay). In a mean, the weights "
    "of old and new sum to 1: what does a pair of brackets take in?",
)
exercise.slip(
    "dw**2",
    "abs(dw)",
    "The cache is a mean of |dw|. Since the step takes a root of it, of what should the mean be?",
)
exercise.slip(
    "sqrt(new",
    "sqrt(cache",
    "w moves by the old cache. Take today's gradient in first, then move.",
)
exercise.slip(
    "w - lr",
    "w + lr",
    "The step goes uphill. Which sign has a step against the gradient?",
)
exercise.slip(
    "+ eps",
    "+ 1e-8",
    "The steps do not depend on the argument `eps`. Is it left out, or does a number of your own "
    "stand in its place?",
)
exercise.slip(
    ") + eps)",
    " + eps))",
    "eps stands inside the root. In this course's RMSProp it is added to the root.",
)
exercise.slip(
    "(np.sqrt(new) + eps)",
    "np.sqrt(new) + eps",
    "w drifts upwards by eps in every step: `a / b + eps` is (a/b) + eps in Python. What is eps to "
    "be added to?",
)
exercise.slip(
    "np.sqrt(new)",
    "new",
    "The step is divided by the mean of a square. In which unit is it then? The name is short for "
    "root mean square.",
)
