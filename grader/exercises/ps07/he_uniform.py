"""``he_uniform(shape, rng) -> W``: uniform weights of variance 2 / n_in."""

from typing import Any

import numpy as np

from course_lib.initializers import he_uniform
from grader.checking import Exercise, Mistake, _
from grader.exercises.ps07.glorot_uniform import (
    HINT_DEVIATION,
    HINT_FROM_ZERO,
    HINT_HALF,
    HINT_NORMAL,
    HINT_NORMAL_LIMIT,
    HINT_ROOT,
    HINT_UNSCALED,
    HINT_WIDTH,
    unscaled,
)
from grader.exercises.ps07.lecun_normal import (
    HINT_BY_OUTPUTS,
    HINT_GLOBAL,
    HINT_ROWS,
    HINT_SEED,
    HINT_TRANSPOSED,
    HINT_ZEROS,
    Wanted,
    cases,
    judge,
    run,
    zeros,
)


def root_forgotten(shape: Any, rng: Any) -> Any:
    limit = 6 / shape[0]
    return rng.uniform(-limit, limit, size=shape)


def deviation_for_limit(shape: Any, rng: Any) -> Any:
    std = np.sqrt(2 / shape[0])
    return rng.uniform(-std, std, size=shape)


def lecun(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(3 / shape[0])
    return rng.uniform(-limit, limit, size=shape)


def pytorch_default(shape: Any, rng: Any) -> Any:
    limit = 1 / np.sqrt(shape[0])
    return rng.uniform(-limit, limit, size=shape)


def by_outputs(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(6 / shape[1])
    return rng.uniform(-limit, limit, size=shape)


def by_both(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(6 / (shape[0] + shape[1]))
    return rng.uniform(-limit, limit, size=shape)


def width_for_limit(shape: Any, rng: Any) -> Any:
    width = np.sqrt(24 / shape[0])
    return rng.uniform(-width, width, size=shape)


def from_zero(shape: Any, rng: Any) -> Any:
    return rng.random(shape) * np.sqrt(6 / shape[0])


def half_as_wide(shape: Any, rng: Any) -> Any:
    return np.sqrt(6 / shape[0]) * (rng.random(shape) - 0.5)


def normal_of_that_variance(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(2 / shape[0]), size=shape)


def normal_with_the_limit(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(6 / shape[0]), size=shape)


def transposed(shape: Any, rng: Any) -> Any:
    n_in, n_out = shape
    limit = np.sqrt(6 / n_in)
    return rng.uniform(-limit, limit, size=(n_out, n_in))


def same_rows(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(6 / shape[0])
    return np.ones((shape[0], 1)) * rng.uniform(-limit, limit, size=shape[1])


def own_generator(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(6 / shape[0])
    return np.random.default_rng().uniform(-limit, limit, size=shape)


def fixed_seed(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(6 / shape[0])
    return np.random.default_rng(0).uniform(-limit, limit, size=shape)


wanted = Wanted(
    "2 / n_in",
    lambda n_in, n_out: 2 / n_in,
    uniform=True,
)

exercise = Exercise(
    name="he_uniform",
    takes=("he_uniform",),
    points=1,
    reference=(he_uniform,),
    cases=cases,
    run=run,
    observe=wanted.observe,
    judge=judge(wanted),
    mistakes=[
        Mistake(deviation_for_limit, hint=HINT_DEVIATION),
        Mistake(
            lecun,
            hint=_(
                "The variance is 1 / n_in, half of what is asked for: it would suit a layer "
                "without ReLU."
            ),
        ),
        Mistake(root_forgotten, hint=HINT_ROOT),
        Mistake(
            pytorch_default,
            hint=_(
                "The weights reach up to 1/√n_in, as PyTorch's do if nobody asks for anything. "
                "Their variance is a sixth of He's. Which a has a²/3 equal to it?"
            ),
        ),
        Mistake(by_outputs, hint=HINT_BY_OUTPUTS),
        Mistake(
            by_both,
            hint=_(
                "The variance is 2 / (n_in + n_out), Glorot's compromise. He's rule looks at the "
                "way forward alone."
            ),
        ),
        Mistake(width_for_limit, hint=HINT_WIDTH),
        Mistake(from_zero, hint=HINT_FROM_ZERO),
        Mistake(half_as_wide, hint=HINT_HALF),
        Mistake(normal_of_that_variance, hint=HINT_NORMAL),
        Mistake(normal_with_the_limit, hint=HINT_NORMAL_LIMIT),
        Mistake(unscaled, hint=HINT_UNSCALED),
        Mistake(transposed, hint=HINT_TRANSPOSED),
        Mistake(same_rows, hint=HINT_ROWS),
        Mistake(zeros, hint=HINT_ZEROS),
        Mistake(own_generator, hint=HINT_GLOBAL),
        Mistake(fixed_seed, hint=HINT_SEED),
    ],
    answers=("course_lib.initializers",),
    returns="an array of the given shape",
    hints=(
        _(
            "The variance is that of `he_normal`. What is the variance of numbers that are spread "
            "evenly from −a to a?"
        ),
        _("It is a² / 3. Set it equal to the variance that is asked for, and solve for a."),
        _(
            "Smaller: for shape (6, 2) the variance is 2/6 = 1/3, so a² = 1 and the twelve weights "
            "lie between −1 and 1."
        ),
    ),
)
