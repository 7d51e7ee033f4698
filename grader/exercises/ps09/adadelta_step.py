"""``adadelta_step(w, dw, cache, delta, *, lr, rho, eps) -> (w, cache, delta)``: one step."""

import numpy as np

from grader.checking.contract import Case, step, steps, values
from grader.exercises.optimizers import steps_with_cache


def adadelta_step(w, dw, cache, delta, *, lr, rho, eps):
    new_cache = rho * cache + (1 - rho) * dw**2
    dx = -np.sqrt(delta + eps) / np.sqrt(new_cache + eps) * dw
    new_delta = rho * delta + (1 - rho) * dx**2
    return w + lr * dx, new_cache, new_delta


def cases(rng: np.random.Generator) -> list[Case]:
    def some(about: str, shape: tuple[int, ...], n: int, *, fresh: bool) -> Case:
        """From running means of zeros (fresh) or ones that have moved already."""
        delta = np.zeros(shape) if fresh else rng.uniform(0.1, 0.4, size=shape)
        lr, rho = float(rng.uniform(0.4, 0.6)), float(rng.uniform(0.7, 0.8))
        return steps_with_cache(rng, about, shape, n, fresh=fresh, delta=delta, lr=lr, rho=rho)

    return [
        some("the first step", (3,), 1, fresh=True),
        some("the first four steps", (2,), 4, fresh=True),
        some("means that have moved already", (4,), 3, fresh=False),
        some("a matrix", (3, 2), 2, fresh=False),
    ]


LATER = ("the first four steps", "means that have moved already", "a matrix")

CACHE = "cache, the running mean of the squared gradients"
DELTA = "delta, the running mean of the squared steps"
FIRST_W, LATER_W = "w after the first step", "w after later steps"

exercise = steps(
    adadelta_step,
    returns="w, cache, delta",
    points=2,
    cases=cases,
    judge=[
        values("cache", weight=2, title=CACHE),
        values("delta", weight=3, title=DELTA),
        values("w", weight=2, cases="the first step", title=FIRST_W),
        values("w", weight=3, cases=LATER, title=LATER_W),
    ],
    without=("sign", "lr", "eps"),
    answers=("course_lib.optimizers.adadelta",),
    hints=(
        step(
            "The cache is that of RMSProp. Which share of the old one stays, and what gets the "
            "rest?",
            CACHE,
        ),
        step(
            "Four lines: the gradient into the cache, the step dx, the step into delta, then w. In "
            "dx, which root stands above the line and which below, where is eps, and which sign "
            "has it? Where does lr come in?",
            FIRST_W,
        ),
        step("`delta` is a running mean too. Which quantity's squares does it collect?", DELTA),
        step(
            "In a later step delta is no longer 0. Which of the two means does dx find old, and "
            "which new?",
            LATER_W,
        ),
        "Both means keep rho of the old and take 1 − rho of the new square. dx = "
        "−√(delta + eps) / √(cache + eps) · dw, and w moves by lr·dx.",
        "Smaller: w = 5, dw = 2, cache = 4, delta = 0.25, rho = 0.5, lr = 1, no eps. The cache "
        "becomes 0.5·4 + 0.5·4 = 4, dx = −0.5/2·2 = −0.5, delta = 0.5·0.25 + 0.5·0.25 = 0.25, "
        "w = 4.5.",
    ),
)

exercise.slip(
    "np.sqrt(delta + eps)",
    "np.sqrt(delta)",
    "w never moves, if delta begins at zero: without any step there is no size of steps to go by. "
    "What stands beside delta under its root?",
)
exercise.slip(
    "np.sqrt(new_cache + eps)",
    "np.sqrt(new_cache)",
    "eps helps delta, but not the cache. It stands under both roots: a coordinate that never got a "
    "gradient would be divided by 0.",
)
exercise.slip(
    "np.sqrt(delta + eps) / np.sqrt(new_cache + eps)",
    "(np.sqrt(delta) + eps) / (np.sqrt(new_cache) + eps)",
    "eps is added to both roots, as in Adam. Adadelta is the exception: there it stands inside of "
    "them. What does that change for the size of the first step?",
)
exercise.slip(
    "np.sqrt(new_cache + eps)",
    "(np.sqrt(new_cache) + eps)",
    "Above, eps stands inside the root, below it is added to the root.",
)
exercise.slip(
    "np.sqrt(delta + eps) / np.sqrt(new_cache + eps)",
    "(delta + eps) / (new_cache + eps)",
    "The roots are missing: the means are of squares. In which unit is the step now, and in which "
    "is w?",
)
exercise.slip(
    "np.sqrt(delta + eps) / np.sqrt(new_cache + eps)",
    "np.sqrt(new_cache + eps) / np.sqrt(delta + eps)",
    "The ratio is upside down. Gradients ten times as large should leave the step as long as it "
    "was: where does their size have to stand?",
)
exercise.slip(
    "-np.sqrt(delta + eps)",
    "-1",
    "This is the step of RMSProp: the size of earlier steps is not used. What is delta for?",
)
exercise.slip(
    "dx**2",
    "(lr * dx) ** 2",
    "delta remembers lr·dx. In this course it remembers dx itself, before lr: else a small rate "
    "would shrink the steps twice.",
)
exercise.slip(
    "dx**2",
    "dw**2",
    "delta follows the squared gradient, as the cache does. It is to know the size of the steps, "
    "in the unit of w.",
)
exercise.slip(
    "dx**2",
    "dx",
    "delta follows the step itself, and a root of it may be nan. It knows squares.",
)
exercise.slip(
    "rho * delta + (1 - rho) * dx**2",
    "dx**2",
    "delta is the square of the last step alone. A mean also keeps a share of the old.",
)
exercise.slip(
    "rho * delta + (1 - rho)",
    "(1 - rho) * delta + rho",
    "In delta, rho is how much of the old mean is KEPT; the new square gets the rest.",
)
exercise.slip(
    "rho * cache + (1 - rho)",
    "(1 - rho) * cache + rho",
    "In the cache, rho is how much of the old mean is KEPT; the new square gets the rest.",
)
exercise.slip(
    "    new_cache = ",
    "    rho = 0.95\n    new_cache = ",
    "The results do not depend on `rho`: 0.95 stands in its place.",
)
exercise.slip(
    "    new_cache = ",
    "    eps = 1e-6\n    new_cache = ",
    "The results do not depend on `eps`: a number of your own stands in its place.",
)
exercise.slip(
    "dx = -",
    "dx = -lr * ",
    "`lr` multiplies the move of w twice: once inside dx, once after it. The task has it once.",
)
exercise.slip(
    "rho * cache + (1 - rho) *",
    "cache +",
    "The cache only grows, as in Adagrad. What does rho do to the old one?",
)
exercise.slip(
    "dw**2",
    "dw",
    "The cache follows the gradient itself. It should know its size, whatever its sign.",
)
exercise.slip(
    "np.sqrt(new_cache + eps)",
    "np.sqrt(cache + eps)",
    "The step is measured by the old cache. Today's gradient is to enter the cache first. (Only "
    "delta lags behind, since it needs the step.)",
)
exercise.slip(
    "w + lr * dx",
    "w - lr * np.sqrt(new_delta + eps) / np.sqrt(new_cache + eps) * dw",
    "w moves by the new delta, which has this very step in it already. Compute the step once, with "
    "the delta you were given, then use it for both.",
)
exercise.slip(
    "w + lr", "w - lr", "The step goes uphill. Is the minus counted twice, or not at all?"
)
exercise.slip(
    "lr * dx",
    "dx",
    "`lr` is not used. The original has none; here the step is multiplied by it.",
)
exercise.slip(
    "(1 - rho) * dw**2",
    "dw**2",
    "In the cache, old and new enter with weights rho and 1. In a mean, the weights sum to 1.",
)
exercise.slip(
    "(1 - rho) * dx**2",
    "dx**2",
    "In delta, old and new enter with weights rho and 1. In a mean, the weights sum to 1.",
)
