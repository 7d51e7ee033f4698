"""What the exercises on weight penalties share: lists of weights, and mistakes of any penalty."""

from collections.abc import Sequence
from functools import wraps
from typing import Any

import numpy as np

from grader.checking.contract import Case, Exercise, case, float32, step

PLAIN = ("one matrix", "two matrices", "two of the same shape", "a strong penalty", "float32")
AXES = "other numbers of axes"
ZEROS = "zeros among the weights"
NOTHING = "lam is 0"
VALUE, GRADIENTS = "the value", "a gradient for each matrix"
ANY_AXES, AT_ZERO = "arrays with one axis, three and four", "weights of 0"
ANY_AXES_STEP = step(
    "An array may have one, three or four axes, and all its entries count. Which of your lines "
    "needs exactly two axes?",
    ANY_AXES,
)


def penalised(
    rng: np.random.Generator, about: str, of: Sequence[tuple[int, ...]], lam: float, **more: float
) -> Case:
    """Weights of both signs, of one sign more often; neither they nor their sum are near 0."""

    def some_weights(shape: tuple[int, ...], sign: int) -> np.ndarray:
        signs = np.where(np.arange(np.prod(shape)) % 3 == 1, -sign, sign).reshape(shape)
        return np.asarray(rng.uniform(0.5, 1.5, size=shape) * signs)

    weights = [some_weights(shape, (-1) ** i) for i, shape in enumerate(of)]
    return case(about, weights=weights, lam=float(lam * rng.uniform(0.9, 1.1)), **more)


def penalty_cases(rng: np.random.Generator, *betas: float) -> list[Case]:
    """The lists of weights that all penalties are tried on, smallest first.

    Parameters
    ----------
    betas : for penalties that have a beta, one that most cases take and one for the strong penalty
    """
    usual = {"beta": betas[0]} if betas else {}
    other = {"beta": betas[1]} if betas else {}
    zeros = penalised(rng, ZEROS, [(3, 4), (5,)], 0.7, **usual)
    zeros["weights"][0][[0, 2], [1, 3]] = 0.0
    zeros["weights"][1][2] = 0.0
    return [
        penalised(rng, "one matrix", [(3, 2)], 0.1, **usual),
        penalised(rng, "two matrices", [(4, 3), (3, 2)], 0.25, **usual),
        penalised(rng, "two of the same shape", [(3, 3), (3, 3)], 0.02, **usual),
        penalised(rng, "a strong penalty", [(5, 4), (4, 1)], 3.0, **other),
        penalised(rng, AXES, [(5,), (2, 3, 2, 2), (1, 4), (2, 2, 3)], 0.4, **usual),
        penalised(rng, NOTHING, [(2, 3), (3, 2)], 0.0, **usual),
        zeros,
        float32(penalised(rng, "float32", [(4, 3), (2, 5)], 0.3, **usual)),
    ]


def any_subgradient(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Where w = 0, every subgradient of lam |w| (any number from -lam to lam) counts as 0."""
    gradients = outputs["gradients"]
    if case["about"] != ZEROS or not isinstance(gradients, list):
        return outputs
    judged = list(gradients)
    for i, (W, g) in enumerate(zip(case["weights"], gradients, strict=False)):
        if isinstance(g, np.ndarray) and g.shape == W.shape:
            allowed = np.abs(g) <= case["lam"] * (1 + 1e-9)
            judged[i] = np.where((W == 0) & allowed, 0, g)
    return {**outputs, "gradients": judged}


def add_common_mistakes(exercise: Exercise) -> None:
    """Add the mistakes that are possible with any penalty to this exercise."""
    penalty = exercise.reference[-1]

    def enter(mistake):
        @wraps(penalty, assigned=())
        def wrong(weights, *settings):
            return mistake(penalty, weights, *settings)

        name = mistake.__name__.replace("_", " ")
        exercise.mistake(name=name, hint=mistake.__doc__ or "")(wrong)

    for mistake in COMMON_MISTAKES:
        enter(mistake)


def only_the_last_array(penalty, weights, *settings):
    """The value is that of the last array alone. What does your loop do with the values of the
    arrays before it?
    """
    return penalty(weights[-1:], *settings)[0], penalty(weights, *settings)[1]


def only_the_first_array(penalty, weights, *settings):
    """You use only the first array and return one gradient for every length of `weights`. Does your
    function return inside the loop?
    """
    return penalty(weights[:1], *settings)


def value_is_a_mean(penalty, weights, *settings):
    """You average over the entries of each array. A penalty is a sum; a mean would become weaker
    when a layer gets wider.
    """
    value = sum(penalty([W], *settings)[0] / W.size for W in weights)
    return value, penalty(weights, *settings)[1]


def both_are_means(penalty, weights, *settings):
    """You divide value and gradients by the number of entries. The penalty is a sum over the
    entries; only the loss is averaged, over the samples.
    """
    value, gradients = value_is_a_mean(penalty, weights, *settings)
    return value, [g / g.size for g in gradients]


def mean_over_the_arrays(penalty, weights, *settings):
    """You divide the value by the number of arrays. If you cut one matrix into two, the penalty
    should stay the same.
    """
    value, gradients = penalty(weights, *settings)
    return value / len(weights), gradients


def one_value_each(penalty, weights, *settings):
    """You return one value per array. The penalty is a single number."""
    values = np.array([penalty([W], *settings)[0] for W in weights])
    return values, penalty(weights, *settings)[1]


def summed_over_the_first_axis(penalty, weights, *settings):
    """Your value is still an array: Python's `sum`, or `axis=0`, adds up only the rows. Add all
    entries up to one number.
    """
    value = 0.0
    for W in weights:
        columns = [penalty([c], *settings)[0] for c in W.reshape(len(W), -1).T]
        value = value + np.reshape(columns, W.shape[1:])
    return value, penalty(weights, *settings)[1]


def without_lam(penalty, weights, lam, *beta):
    """`lam` is not used. If lam is twice as large, the penalty should be, too."""
    return penalty(weights, 1.0, *beta)


def gradient_without_lam(penalty, weights, lam, *beta):
    """The gradients belong to a penalty of strength 1. They have to contain `lam`, too."""
    return penalty(weights, lam, *beta)[0], penalty(weights, 1.0, *beta)[1]


def value_without_lam(penalty, weights, lam, *beta):
    """The gradients contain `lam`, but the value does not. It has to contain `lam`, too."""
    return penalty(weights, 1.0, *beta)[0], penalty(weights, lam, *beta)[1]


def lam_once_more_one_by_one(penalty, weights, lam, *beta):
    """Each iteration of your loop multiplies the sum so far by `lam` again. Compute the value by
    hand for a list of two arrays.
    """
    value = 0.0
    for W in weights:
        value = lam * (value + penalty([W], 1.0, *beta)[0])
    return value, penalty(weights, lam, *beta)[1]


def negative_gradient(penalty, weights, *settings):
    """The gradients have the opposite sign. A gradient points uphill; the minus sign belongs to the
    step of the optimizer.
    """
    value, gradients = penalty(weights, *settings)
    return value, [-g for g in gradients]


def weights_after_a_step(penalty, weights, *settings):
    """Instead of the gradients, you return the weights after a step with rate 1. Steps are the
    optimizer's task.
    """
    value, gradients = penalty(weights, *settings)
    return value, [W - g for W, g in zip(weights, gradients, strict=True)]


def one_long_vector(penalty, weights, *settings):
    """You return the gradients as one long vector. Return a list with one gradient per array, in
    its shape.
    """
    value, gradients = penalty(weights, *settings)
    return value, np.concatenate([g.ravel() for g in gradients])


def arrays_with_one_axis_left_out(penalty, weights, *settings):
    """You skip arrays with one axis. The caller has already left out the biases, so every array in
    `weights` counts.
    """
    value, _ = penalty([W for W in weights if W.ndim > 1], *settings)
    return value, [g if g.ndim > 1 else 0 * g for g in penalty(weights, *settings)[1]]


def made_one_array(penalty, weights, *settings):
    """You turn a list of arrays into one array, as `np.array` or `np.abs` do. That works only if
    all arrays have the same shape. Process them one by one.
    """
    return penalty(list(np.array(weights)), *settings)


def in_reverse_order(penalty, weights, *settings):
    """Your gradients are in reverse order. Return them in the order of `weights`."""
    value, gradients = penalty(weights, *settings)
    return value, gradients[::-1]


def piling_up(penalty, weights, *settings, kept=[]):  # noqa: B006
    """Your list also contains gradients of an earlier call. Do you make the list in the function's
    body, or as a default argument `gradients=[]`, which is made only once for all calls?
    """
    value, gradients = penalty(weights, *settings)
    kept.extend(gradients)
    del kept[: -2 * len(gradients)]
    return value, list(kept)


COMMON_MISTAKES = (
    only_the_last_array,
    only_the_first_array,
    value_is_a_mean,
    both_are_means,
    mean_over_the_arrays,
    one_value_each,
    summed_over_the_first_axis,
    without_lam,
    gradient_without_lam,
    value_without_lam,
    lam_once_more_one_by_one,
    negative_gradient,
    weights_after_a_step,
    one_long_vector,
    arrays_with_one_axis_left_out,
    made_one_array,
    in_reverse_order,
    piling_up,
)
