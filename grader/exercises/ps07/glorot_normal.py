"""``glorot_normal(shape, rng) -> W``: normal weights of variance 2 / (n_in + n_out)."""

from typing import Any

import numpy as np

from course_lib.initializers import glorot_normal
from grader.checking import Exercise, Mistake, _
from grader.exercises.ps07.lecun_normal import (
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
    return rng.normal(0, 2 / (shape[0] + shape[1]), size=shape)


def root_twice(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(np.sqrt(2 / (shape[0] + shape[1]))), size=shape)


def by_inputs(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(1 / shape[0]), size=shape)


def he(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(2 / shape[0]), size=shape)


def by_outputs(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(1 / shape[1]), size=shape)


def sum_for_mean(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(1 / (shape[0] + shape[1])), size=shape)


def limit_for_deviation(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(6 / (shape[0] + shape[1])), size=shape)


def without_brackets(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(2 / shape[0] + shape[1]), size=shape)


def multiplied(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) / np.sqrt(2 / (shape[0] + shape[1]))


def uniform_of_that_variance(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(6 / (shape[0] + shape[1]))
    return rng.uniform(-limit, limit, size=shape)


def uniform_up_to_the_deviation(shape: Any, rng: Any) -> Any:
    std = np.sqrt(2 / (shape[0] + shape[1]))
    return rng.uniform(-std, std, size=shape)


def random_for_normal(shape: Any, rng: Any) -> Any:
    return rng.random(shape) * np.sqrt(2 / (shape[0] + shape[1]))


def without_signs(shape: Any, rng: Any) -> Any:
    return np.abs(rng.normal(0, np.sqrt(2 / (shape[0] + shape[1])), size=shape))


def transposed(shape: Any, rng: Any) -> Any:
    n_in, n_out = shape
    return rng.normal(0, np.sqrt(2 / (n_in + n_out)), size=(n_out, n_in))


def same_rows(shape: Any, rng: Any) -> Any:
    n_in, n_out = shape
    return np.ones((n_in, 1)) * rng.normal(0, np.sqrt(2 / (n_in + n_out)), size=n_out)


def own_generator(shape: Any, rng: Any) -> Any:
    return np.random.default_rng().normal(0, np.sqrt(2 / (shape[0] + shape[1])), size=shape)


def fixed_seed(shape: Any, rng: Any) -> Any:
    own = np.random.default_rng(0)
    return own.normal(0, np.sqrt(2 / (shape[0] + shape[1])), size=shape)


HINT_BY_INPUTS = _(
    "The variance is 1 / n_in, which keeps the way forward. Glorot's also looks at the way back, "
    "where every input is served by n_out weights."
)
HINT_HE = _(
    "The 2 of the numerator is there, but the denominator has the inputs alone: that is He's rule. "
    "Which other number belongs into the compromise?"
)
HINT_BY_OUTPUTS = _(
    "The variance is 1 / n_out: that keeps the way back alone. The compromise looks at both."
)
HINT_SUM_FOR_MEAN = _(
    "The variance is half of what it should be. What stands in the denominator is the mean of n_in "
    "and n_out; compare it with their sum."
)

wanted = Wanted("2 / (n_in + n_out)", lambda n_in, n_out: 2 / (n_in + n_out))

exercise = Exercise(
    name="glorot_normal",
    takes=("glorot_normal",),
    points=1,
    reference=(glorot_normal,),
    cases=cases,
    run=run,
    observe=wanted.observe,
    judge=judge(wanted),
    mistakes=[
        Mistake(root_forgotten, hint=HINT_ROOT),
        Mistake(by_inputs, hint=HINT_BY_INPUTS),
        Mistake(he, hint=HINT_HE),
        Mistake(by_outputs, hint=HINT_BY_OUTPUTS),
        Mistake(sum_for_mean, hint=HINT_SUM_FOR_MEAN),
        Mistake(
            limit_for_deviation,
            hint=_(
                "The variance is three times too large. The 6 belongs to the limit of the uniform "
                "version; how does the limit of a uniform distribution compare with its standard "
                "deviation?"
            ),
        ),
        Mistake(
            without_brackets,
            hint=_(
                "The weights grow with the number of outputs. A fraction typed on one line needs "
                "brackets around its denominator: what is divided by what in yours?"
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
            "The way forward asks for 1 / n_in, the way back for 1 / n_out. Which number lies "
            "between the two denominators?"
        ),
        _(
            "One over the mean of n_in and n_out is the variance. `rng.normal(0, s, size=shape)` "
            "has the variance s²."
        ),
        _(
            "Smaller: for shape (6, 2) the mean is 4, the variance 1/4, the standard deviation "
            "1/2, so a standard normal number 0.8 becomes the weight 0.4. Twelve of them are drawn."
        ),
    ),
)
