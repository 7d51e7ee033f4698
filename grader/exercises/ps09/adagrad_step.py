"""``adagrad_step(w, dw, cache, *, lr, eps) -> (w, cache)``: one step of Adagrad."""

import numpy as np

from grader.checking.contract import Case, step, steps, values
from grader.exercises.optimizers import steps_with_cache


def adagrad_step(w, dw, cache, *, lr, eps):
    new = cache + dw**2
    return w - lr * dw / (np.sqrt(new) + eps), new


def cases(rng: np.random.Generator) -> list[Case]:
    unused = steps_with_cache(rng, "a coordinate that gets no gradient", (3,), 2, fresh=True)
    unused["dw"][:, 2] = 0
    return [
        steps_with_cache(rng, "the first step", (3,), 1, fresh=True),
        steps_with_cache(rng, "the first four steps", (2,), 4, fresh=True),
        unused,
        steps_with_cache(rng, "a cache that is filled already", (4,), 3, fresh=False),
        steps_with_cache(rng, "a matrix", (3, 2), 2, fresh=False),
    ]


LATER = ("the first four steps", "a cache that is filled already", "a matrix")

CACHE = "cache, the sum of the squared gradients"
FIRST_W, LATER_W = "w after the first step", "w after later steps"
UNUSED = "w where there is no gradient"

exercise = steps(
    adagrad_step,
    returns="w, cache",
    points=2,
    cases=cases,
    judge=[
        values("cache", weight=3, title=CACHE),
        values("w", weight=3, cases="the first step", title=FIRST_W),
        values("w", weight=3, cases=LATER, title=LATER_W),
        values("w", cases="a coordinate that gets no gradient", title=UNUSED, after=LATER_W),
    ],
    without=("sign", "eps"),
    answers=("course_lib.optimizers.adagrad",),
    hints=(
        step(
            "What does the cache know about a coordinate? Say what one step adds to it, and what "
            "becomes of that in the steps after it.",
            CACHE,
        ),
        step(
            "In which order do you take the gradient into the cache, and step? Then: by what is "
            "lr·dw divided, and where is eps added?",
            FIRST_W,
        ),
        step(
            "In a later step the cache holds several squares. Which cache does your step use, and "
            "which one do you return?",
            LATER_W,
        ),
        step("Where every gradient was 0, the cache is 0. By what is dw divided there?", UNUSED),
        "cache_new = cache + dw², and the step is lr·dw divided by (√cache_new + eps). All of it "
        "coordinate by coordinate, as NumPy does by itself.",
        "Smaller: w = 5, cache = 9, dw = 4, lr = 0.5, no eps. The cache becomes 9 + 16 = 25, the "
        "step is 0.5·4/√25 = 0.4, so w = 4.6. With the same gradient once more: cache 41, step "
        "0.5·4/√41 = 0.312, w = 4.288.",
    ),
)

exercise.slip(
    "cache + dw**2",
    "dw**2",
    "The cache holds the square of the last gradient only, so every coordinate moves by about lr "
    "for ever. What should become of the cache that was handed in?",
)
exercise.slip(
    "cache + dw**2",
    "0.9 * cache + 0.1 * dw**2",
    "The cache is a running mean, as in RMSProp: it forgets. Which weights have old and new in a "
    "sum?",
)
exercise.slip(
    "np.sqrt(new)",
    "new",
    "The step is divided by a sum of squares. In which unit is it then? Try a gradient ten times "
    "as large: how much longer should the first step be?",
)
exercise.slip(
    "sqrt(new",
    "sqrt(cache",
    "w moves by the cache from before this step. At the very first step that is 0, and the step "
    "becomes lr·dw/eps. Which comes first?",
)
exercise.slip(
    ") + eps)",
    " + eps))",
    "eps stands inside the root. In this course's Adagrad it is added to the root.",
)
exercise.slip(
    "(np.sqrt(new) + eps)",
    "np.sqrt(new)",
    "A coordinate that never got a gradient became nan: its step is 0/0. There is an argument that "
    "prevents this.",
)
exercise.slip(
    "+ eps",
    "+ 1e-8",
    "The steps do not depend on the argument `eps`. Does a number of your own stand in its place? "
    "The checks use a large eps, so that this shows.",
)
exercise.slip(
    "(np.sqrt(new) + eps)",
    "np.sqrt(new) + eps",
    "w drifts upwards by eps in every step: `a / b + eps` is (a/b) + eps in Python. What is eps to "
    "be added to?",
)
exercise.slip(
    "dw / (",
    "dw * (",
    "A coordinate with large gradients is to have its steps shortened, not lengthened.",
)
exercise.slip(
    "dw**2",
    "dw",
    "The gradients themselves are added up, and those of opposite sign cancel. The cache should "
    "know how large they were, whatever their sign.",
)
exercise.slip(
    "dw**2",
    "abs(dw)",
    "The sizes |dw| are added up. The cache collects squares, the root comes later.",
)
exercise.slip(
    "dw**2",
    "np.sum(dw**2)",
    "All coordinates share one sum. The point of the method is that each coordinate is measured by "
    "its own gradients alone.",
)
exercise.slip(
    "cache + dw**2\n    return w - lr * dw / (np.sqrt(new)",
    "np.sqrt(cache + dw**2)\n    return w - lr * dw / (new",
    "The cache comes back with its root already taken. The next step then adds a square to a root. "
    "Keep the sum, take the root for the step alone.",
)
exercise.slip(
    "w - lr",
    "w + lr",
    "The step goes uphill. Which sign has a step against the gradient?",
)
exercise.slip("w - lr", "lr", "The first result is the step alone. Return the w that it leads to.")
