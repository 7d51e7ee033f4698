"""``glorot_uniform(shape, rng) -> W``: uniform weights of variance 2 / (n_in + n_out)."""

from typing import Any

import numpy as np

from course_lib.initializers import glorot_uniform
from grader.checking import Exercise, Mistake, _
from grader.exercises.ps07.glorot_normal import (
    HINT_BY_INPUTS,
    HINT_BY_OUTPUTS,
    HINT_HE,
    HINT_SUM_FOR_MEAN,
)
from grader.exercises.ps07.lecun_normal import (
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
    limit = 6 / (shape[0] + shape[1])
    return rng.uniform(-limit, limit, size=shape)


def deviation_for_limit(shape: Any, rng: Any) -> Any:
    std = np.sqrt(2 / (shape[0] + shape[1]))
    return rng.uniform(-std, std, size=shape)


def three_for_six(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(3 / (shape[0] + shape[1]))
    return rng.uniform(-limit, limit, size=shape)


def by_inputs(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(3 / shape[0])
    return rng.uniform(-limit, limit, size=shape)


def he(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(6 / shape[0])
    return rng.uniform(-limit, limit, size=shape)


def by_outputs(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(3 / shape[1])
    return rng.uniform(-limit, limit, size=shape)


def width_for_limit(shape: Any, rng: Any) -> Any:
    width = np.sqrt(24 / (shape[0] + shape[1]))
    return rng.uniform(-width, width, size=shape)


def from_zero(shape: Any, rng: Any) -> Any:
    return rng.random(shape) * np.sqrt(6 / (shape[0] + shape[1]))


def half_as_wide(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(6 / (shape[0] + shape[1]))
    return limit * (rng.random(shape) - 0.5)


def normal_of_that_variance(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(2 / (shape[0] + shape[1])), size=shape)


def normal_with_the_limit(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(6 / (shape[0] + shape[1])), size=shape)


def unscaled(shape: Any, rng: Any) -> Any:
    return rng.uniform(-1, 1, size=shape)


def transposed(shape: Any, rng: Any) -> Any:
    n_in, n_out = shape
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, size=(n_out, n_in))


def same_rows(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(6 / (shape[0] + shape[1]))
    return np.ones((shape[0], 1)) * rng.uniform(-limit, limit, size=shape[1])


def own_generator(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(6 / (shape[0] + shape[1]))
    return np.random.default_rng().uniform(-limit, limit, size=shape)


def fixed_seed(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(6 / (shape[0] + shape[1]))
    return np.random.default_rng(0).uniform(-limit, limit, size=shape)


# Hints that the uniform initialisers share.
HINT_ROOT = _(
    "Your limit has no root: the weights are too small by far in wide layers. The variance is a² / "
    "3; solve that for a."
)
HINT_DEVIATION = _(
    "The standard deviation serves as the limit, and the variance is a third of what it should be: "
    "most numbers of a uniform distribution lie inside of its limits. How do a² and the variance "
    "compare?"
)
HINT_WIDTH = _(
    "The weights reach twice as far as they should. A root of 12 times the variance is the whole "
    "width, from −a to a."
)
HINT_FROM_ZERO = _(
    "No weight is negative, so their mean is not 0. `rng.random` reaches from 0 to 1; the weights "
    "have to reach from −a to a."
)
HINT_HALF = _(
    "The weights reach half as far as they should. `rng.random(…) - 0.5` reaches from −½ to ½; by "
    "what must that be multiplied to reach from −a to a?"
)
HINT_NORMAL = _(
    "The variance is right, but the weights are normal and have no limit. `rng.uniform(−a, a, …)` "
    "is asked for; which a gives the same variance?"
)
HINT_NORMAL_LIMIT = _(
    "Two things: the weights are normal, and the limit of the uniform distribution serves as their "
    "standard deviation. `rng.uniform` takes limits."
)
HINT_UNSCALED = _(
    "The weights reach from −1 to 1 whatever the shape is: the width of the layer is not used."
)

wanted = Wanted(
    "2 / (n_in + n_out)",
    lambda n_in, n_out: 2 / (n_in + n_out),
    uniform=True,
)

exercise = Exercise(
    name="glorot_uniform",
    takes=("glorot_uniform",),
    points=1,
    reference=(glorot_uniform,),
    cases=cases,
    run=run,
    observe=wanted.observe,
    judge=judge(wanted),
    mistakes=[
        Mistake(deviation_for_limit, hint=HINT_DEVIATION),
        Mistake(three_for_six, hint=HINT_SUM_FOR_MEAN),
        Mistake(root_forgotten, hint=HINT_ROOT),
        Mistake(by_inputs, hint=HINT_BY_INPUTS),
        Mistake(he, hint=HINT_HE),
        Mistake(by_outputs, hint=HINT_BY_OUTPUTS),
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
            "The variance is that of `glorot_normal`. What is the variance of numbers that are "
            "spread evenly from −a to a?"
        ),
        _("It is a² / 3. Set it equal to the variance that is asked for, and solve for a."),
        _(
            "Smaller: for shape (4, 2) the variance is 2/6 = 1/3, so a² = 1 and the eight weights "
            "lie between −1 and 1."
        ),
    ),
)
