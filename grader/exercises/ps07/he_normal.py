"""``he_normal(shape, rng) -> W``: normal weights of variance 2 / n_in."""

from typing import Any

import numpy as np

from course_lib.initializers import he_normal
from grader.checking import Exercise, Mistake, _
from grader.exercises.ps07.lecun_normal import (
    HINT_BY_OUTPUTS,
    HINT_FIXED,
    HINT_GLOBAL,
    HINT_MULTIPLIED,
    HINT_RANDOM,
    HINT_ROOT,
    HINT_ROOT_TWICE,
    HINT_ROWS,
    HINT_SEED,
    HINT_SIGNS,
    HINT_TRANSPOSED,
    HINT_UNIFORM,
    HINT_UNIFORM_STD,
    HINT_UNSCALED,
    HINT_ZEROS,
    Wanted,
    cases,
    fixed_width,
    judge,
    run,
    unscaled,
    zeros,
)


def root_forgotten(shape: Any, rng: Any) -> Any:
    return rng.normal(0, 2 / shape[0], size=shape)


def root_twice(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(np.sqrt(2 / shape[0])), size=shape)


def by_outputs(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(2 / shape[1]), size=shape)


def by_both(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(2 / (shape[0] + shape[1])), size=shape)


def lecun(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(1 / shape[0]), size=shape)


def root_of_the_width_only(shape: Any, rng: Any) -> Any:
    return rng.normal(0, 2 / np.sqrt(shape[0]), size=shape)


def multiplied(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) / np.sqrt(2 / shape[0])


def uniform_of_that_variance(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(6 / shape[0])
    return rng.uniform(-limit, limit, size=shape)


def uniform_up_to_the_deviation(shape: Any, rng: Any) -> Any:
    std = np.sqrt(2 / shape[0])
    return rng.uniform(-std, std, size=shape)


def random_for_normal(shape: Any, rng: Any) -> Any:
    return rng.random(shape) * np.sqrt(2 / shape[0])


def without_signs(shape: Any, rng: Any) -> Any:
    return np.abs(rng.normal(0, np.sqrt(2 / shape[0]), size=shape))


def transposed(shape: Any, rng: Any) -> Any:
    n_in, n_out = shape
    return rng.normal(0, np.sqrt(2 / n_in), size=(n_out, n_in))


def same_rows(shape: Any, rng: Any) -> Any:
    return np.ones((shape[0], 1)) * rng.normal(0, np.sqrt(2 / shape[0]), size=shape[1])


def own_generator(shape: Any, rng: Any) -> Any:
    return np.random.default_rng().normal(0, np.sqrt(2 / shape[0]), size=shape)


def fixed_seed(shape: Any, rng: Any) -> Any:
    return np.random.default_rng(0).normal(0, np.sqrt(2 / shape[0]), size=shape)


wanted = Wanted("2 / n_in", lambda n_in, n_out: 2 / n_in)

exercise = Exercise(
    name="he_normal",
    takes=("he_normal",),
    points=1,
    reference=(he_normal,),
    cases=cases,
    run=run,
    observe=wanted.observe,
    judge=judge(wanted),
    mistakes=[
        Mistake(root_forgotten, hint=HINT_ROOT),
        Mistake(by_outputs, hint=HINT_BY_OUTPUTS),
        Mistake(
            lecun,
            hint=_(
                "The variance is 1 / n_in, which suits linear layers. What is left of the mean "
                "square of a symmetric signal when a ReLU has passed it on?"
            ),
        ),
        Mistake(
            by_both,
            hint=_(
                "The variance is 2 / (n_in + n_out), Glorot's compromise. He's rule looks at the "
                "way forward alone."
            ),
        ),
        Mistake(
            root_of_the_width_only,
            hint=_(
                "The variance is 4 / n_in, twice too large. Only a part of the fraction went under "
                "the root; which one was left outside?"
            ),
        ),
        Mistake(multiplied, hint=HINT_MULTIPLIED),
        Mistake(root_twice, hint=HINT_ROOT_TWICE),
        Mistake(unscaled, hint=HINT_UNSCALED),
        Mistake(fixed_width, hint=HINT_FIXED),
        Mistake(uniform_of_that_variance, hint=HINT_UNIFORM),
        Mistake(uniform_up_to_the_deviation, hint=HINT_UNIFORM_STD),
        Mistake(random_for_normal, hint=HINT_RANDOM),
        Mistake(without_signs, hint=HINT_SIGNS),
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
            "A ReLU halves the mean square of a symmetric signal. By what has the variance of the "
            "weights to grow, compared with a linear layer, to make up for it?"
        ),
        _(
            "`rng.normal(0, s, size=shape)` has the variance s². Which s has the variance that is "
            "asked for?"
        ),
        _(
            "Smaller: for shape (8, 3) the variance is 2/8 and the standard deviation 1/2, so a "
            "standard normal number 0.8 becomes the weight 0.4. Twenty-four of them are drawn."
        ),
    ),
)
