"""What the exercises on losses ``(value, gradient)`` of outputs (N, K) share."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checking.contract import Case, Exercise, float32, shapes, unchanged_inputs
from grader.checking.contract.compare import as_numbers, same_values

Draw = Callable[[np.random.Generator, str, tuple[int, int]], Case]

TABLES = (
    "one sample",
    "one output",
    "more samples than outputs",
    "as many samples as outputs",
    "float32",
    "stored column by column",
)
# Small numbers with which students limit a probability and its logarithm.
LIMITS = (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)
# The float type of a loss's gradient is not judged: targets are often float64.
MAY_BE_INFINITE = 100.0  # a loss above this, the mean of losses of which one is 1000 or more
FORM_OF_A_LOSS = (shapes(cases=TABLES), unchanged_inputs(cases=TABLES))


def table_cases(draw: Draw, rng: np.random.Generator) -> list[Case]:
    """The forms of a batch that a loss of outputs (N, K) is tried on, smallest first."""
    return [
        draw(rng, "one sample", (1, 2)),
        draw(rng, "one output", (4, 1)),
        draw(rng, "more samples than outputs", (5, 3)),
        draw(rng, "as many samples as outputs", (3, 3)),
        float32(draw(rng, "float32", (3, 4))),
        by_columns(draw(rng, "stored column by column", (3, 4))),
    ]


def by_columns(made: Case) -> Case:
    """The case with its arrays in Fortran order."""
    return {n: np.asfortranarray(a) if isinstance(a, np.ndarray) else a for n, a in made.items()}


def some_labels(rng: np.random.Generator, n: int, n_classes: int) -> Any:
    """Labels of n samples, of which, if there are three, two are the same and two are not."""
    chosen = rng.integers(n_classes, size=n)
    if n > 2:
        chosen[:3] = rng.permutation([chosen[0], chosen[0], (chosen[0] + 1) % n_classes])
    return chosen


def kinks_apart(
    outputs: dict[str, Any], name: str, kink: Any, first: Any, last: Any
) -> dict[str, Any]:
    """The outputs with the gradient ``name`` in two parts: 0 where ``kink`` holds, and the rest.

    At a kink every subgradient between ``first`` and ``last`` counts as 0. One of the two is 0 or
    they have opposite signs, so that 0 is a subgradient too.
    """
    given = np.asarray(outputs[name])
    d = given.squeeze()
    if d.shape != kink.shape or d.dtype.kind not in "biuf" or not kink.any():
        return outputs
    low, high = np.minimum(first, last), np.maximum(first, last)
    allowed = (d >= low * (1 + 1e-9)) & (d <= high * (1 + 1e-9))
    there = np.where(allowed, 0, d)[kink]
    return {
        **outputs,
        name: np.where(kink, 0, d).reshape(given.shape),
        f"{name} at the kink": there,
    }


def of_sure_answers(got: dict[str, Any], want: dict[str, Any], rtol: float = 1e-5) -> str | None:
    """What is wrong with the value where probabilities are rounded to 0 or 1, in words.

    It is large or infinite where an answer is wrong by a score of 1000, and 0 where all are right.
    The value of ordinary answers is right.
    """
    right = float(want["value"])
    problem = same_values("value", got["value"], right, rtol, infinite_ok=right > MAY_BE_INFINITE)
    value = as_numbers(got["value"])
    if problem is None or value is None or value.size != 1:
        return problem
    number = float(np.real(value).item())
    if np.isnan(number):
        return problem + ": 0·inf and inf − inf are nan. Which exp or log gives the infinity?"
    if np.isinf(number):
        return problem + ": exp(1000) and −log(0) are inf. Which of them is in your formula?"
    if number < right or abs(number) < 1e-2:
        return problem + (
            ": something limits the probability, such as a clip or a small number inside the "
            "logarithm. If you write the loss with the scores, you need neither"
        )
    return problem


# Name of the mistake: the factors of value and gradient for N samples and K outputs, the hint.
FACTORS: dict[str, tuple[Callable[[int, int], float], Callable[[int, int], float], str]] = {
    "gradient of the sum": (
        lambda N, K: 1,
        lambda N, K: N,
        "`{gradient}` is N times too large. The value is a mean over the N samples, so its "
        "gradient contains the factor 1/N.",
    ),
    "both summed": (
        lambda N, K: N,
        lambda N, K: N,
        "Value and gradient are sums over the samples. Losses of this course are means over the "
        "samples, so that the same learning rate suits every batch size.",
    ),
    "value summed": (
        lambda N, K: N,
        lambda N, K: 1,
        "The value is the sum over the samples. The loss is their mean, and `{gradient}` is the "
        "gradient of this mean.",
    ),
    "both over the outputs": (
        lambda N, K: 1 / K,
        lambda N, K: 1 / K,
        "Value and gradient are K times too small: a loss is summed over the K outputs and "
        "averaged only over the N samples. `np.mean` of an (N, K) array divides by both.",
    ),
    "value over the outputs": (
        lambda N, K: 1 / K,
        lambda N, K: 1,
        "The value is K times too small, because `np.mean` averages over the whole (N, K) array. "
        "By which number do you have to divide the sum?",
    ),
    "gradient over the outputs": (
        lambda N, K: 1,
        lambda N, K: 1 / K,
        "`{gradient}` is K times too small, because you divide by the number of all entries. The "
        "loss is divided only by N.",
    ),
    "mean without a gradient's share": (
        lambda N, K: 1 / K,
        lambda N, K: N,
        "The value is a mean over all entries, but `{gradient}` is not divided at all. Value and "
        "gradient have to be divided by the same number. Which one?",
    ),
    "sign of the gradient": (
        lambda N, K: 1,
        lambda N, K: -1,
        "`{gradient}` has the wrong sign. Raise one entry of `{outputs}` a little: if the loss "
        "grows, is the derivative positive or negative?",
    ),
}


def value_and_gradient_mistakes(exercise: Exercise) -> None:
    """Enter the mistakes of every loss of outputs (N, K).

    They divide by something else than N, return one value per sample, or turn the gradient round.
    The gradient is called after the first argument: ``dy`` for ``y``.
    """
    (loss,) = exercise.reference
    name = next(iter(inspect.signature(loss).parameters))

    def scaled(of_value: Any, of_gradient: Any) -> Any:
        def wrong(outputs: Any, *rest: Any) -> Any:
            value, d = loss(outputs, *rest)
            return value * of_value(*outputs.shape), d * d.dtype.type(of_gradient(*outputs.shape))

        return wrong

    for what, (of_value, of_gradient, hint) in FACTORS.items():
        hint = hint.format(gradient=f"d{name}", outputs=name)
        exercise.mistake(scaled(of_value, of_gradient), name=what, hint=hint)

    @exercise.mistake(name="value for each sample")
    def value_for_each_sample(*given: Any) -> Any:
        """The value is one number per sample. The loss of a batch is one number."""
        rows = [[a[n : n + 1] if np.ndim(a) else a for a in given] for n in range(len(given[0]))]
        return np.array([loss(*row)[0] for row in rows]), loss(*given)[1]
