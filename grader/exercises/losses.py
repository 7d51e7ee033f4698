"""What the exercises on losses ``(value, gradient)`` of outputs (N, K) share."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    Exercise,
    Mistake,
    PartialCredit,
    Property,
    float32,
    function,
    holds,
    mistake,
    shapes,
    slips,
    unchanged_inputs,
    values,
)
from grader.checking.contract.compare import as_numbers, same_values
from grader.checking.contract.mistakes import Function

Draw = Callable[..., Case]  # draw(rng, about, (N, K))

# Small numbers with which students limit a probability and its logarithm.
LIMITS = (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)
HALF_IF_INFINITE = 100.0  # a loss above this, the mean of losses of which one is 1000 or more


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


def label_cases(draw: Draw, rng: np.random.Generator) -> list[Case]:
    """The same for scores and labels, whose type is the last argument of ``draw``."""
    return [
        draw(rng, "one row, two classes", (1, 2)),
        draw(rng, "more rows than classes", (6, 3)),
        draw(rng, "as many rows as classes", (4, 4), "int32"),
        draw(rng, "labels in one byte", (3, 5), "uint8"),
        float32(draw(rng, "float32", (3, 4))),
        by_columns(draw(rng, "stored column by column", (5, 3))),
    ]


def loss(
    reference: Any,
    *,
    draw: Draw,
    value: str = "",
    gradient: str = "",
    weights: tuple[int, int] = (4, 4),
    of: str = "",
    batches: Callable[[Draw, np.random.Generator], list[Case]] = table_cases,
    special: Callable[[np.random.Generator], Mapping[str, Sequence[Case]]] = lambda rng: {},
    judge: Sequence[Property] = (),
    mistakes: Sequence[Mistake] = (),
    **more: Any,
) -> Exercise:
    """A loss that returns its value and the gradient of its first argument, ``dy`` for ``y``.

    Parameters
    ----------
    draw : makes an ordinary batch of a given shape
    value, gradient : the help with each of the two
    weights : those of the value and the gradient
    of : what follows their names, ", for labels", where other targets are judged apart
    batches : the forms of an ordinary batch
    special, judge : further groups of cases, and the properties that are judged there
    mistakes, more : as for ``function``
    """
    name = f"d{next(iter(inspect.signature(reference).parameters))}"
    of_all_forms = "batches of all forms"
    return function(
        reference,
        returns=f"value, {name}",
        cases=lambda rng: {of_all_forms: batches(draw, rng), **special(rng)},
        judge=[
            values(
                "value", weight=weights[0], cases=of_all_forms, title=f"the value{of}", help=value
            ),
            values(
                name,
                weight=weights[1],
                cases=of_all_forms,
                title=f"the gradient{of}",
                help=gradient,
            ),
            *judge,
        ],
        # The float type of a loss's gradient is not judged: targets are often float64.
        form=(shapes(cases=of_all_forms), unchanged_inputs()),
        grows=lambda rng, n: draw(rng, "growing", (n, 3)),
        mistakes=(*value_and_gradient_mistakes(reference), *mistakes),
        **more,
    )


def by_columns(made: Case) -> Case:
    """The case with its arrays in Fortran order."""
    return {n: np.asfortranarray(a) if isinstance(a, np.ndarray) else a for n, a in made.items()}


def some_labels(rng: np.random.Generator, n: int, n_classes: int) -> Any:
    """Labels of n samples, of which, if there are three, two are the same and two are not.

    Of five classes and more, the last one does not occur.
    """
    occur = n_classes - (n_classes > 4)
    chosen = rng.integers(occur, size=n)
    if n > 2:
        chosen[:3] = rng.permutation([chosen[0], chosen[0], (chosen[0] + 1) % occur])
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


def at_the_kink(name: str, group: str) -> Property:
    """That part of the gradient: a few numbers, which many wrong gradients get right, too."""
    return values(name, f"{name} at the kink", cases=group, alone=False, after="the gradient")


def sure_answers(group: str, after: str, *, rtol: float = 1e-5, weight: int = 1) -> Property:
    """The value in a group of cases where probabilities are rounded to 0 or 1.

    It is large where an answer is wrong by a score of 1000, and 0 where all are right. Infinity in
    place of a large value earns half. A function that always returns 0 or infinity gets part of the
    points, too, so ``after`` is the property of the value of ordinary answers.
    """

    def test(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | PartialCredit | None:
        right = float(want["value"])
        problem = same_values("value", got["value"], right, rtol)
        value = as_numbers(got["value"])
        if problem is None or value is None or value.size != 1:
            return problem
        number = float(np.real(value).item())
        if np.isnan(number):
            return problem + ": 0·inf and inf − inf are nan. Which exp or log gives the infinity?"
        if number == np.inf and right > HALF_IF_INFINITE:
            return PartialCredit(
                0.5,
                problem + ": the logarithm of a probability that is rounded to 0 is −inf. The loss "
                "can be written with the scores, without this probability",
            )
        if np.isinf(number):
            return problem + ": exp(1000) and −log(0) are inf. Which of them is in your formula?"
        if number < right / 2 or abs(number) < 1e-2:
            return problem + (
                ": something limits the probability, such as a clip or a small number inside the "
                "logarithm. If you write the loss with the scores, you need neither"
            )
        return problem

    return replace(holds(group, test, cases=group, weight=weight, alone=False), after=after)


def value_and_gradient_mistakes(reference: Function) -> tuple[Mistake, ...]:
    """The mistakes of every loss of outputs (N, K).

    They divide by something else than N, return one value per sample, or turn the gradient round.
    """
    x = next(iter(inspect.signature(reference).parameters))
    dx, N, K = f"d{x}", f"len({x})", f"{x}.shape[1]"

    def value_for_each_sample(*given: Any) -> Any:
        """The value is one number per sample. The loss of a batch is one number."""
        rows = [[a[n : n + 1] if np.ndim(a) else a for a in given] for n in range(len(given[0]))]
        return np.array([reference(*row)[0] for row in rows]), reference(*given)[1]

    return (
        *slips(f"""
return value, {dx} * {N}
    `{dx}` is N times too large. The value is a mean over the N samples, so its gradient contains
    the factor 1/N.
return value * {N}, {dx} * {N}
    Value and gradient are sums over the samples. Losses of this course are means over the samples,
    so that the same learning rate suits every batch size.
return value * {N}, {dx}
    The value is the sum over the samples. The loss is their mean, and `{dx}` is the gradient of
    this mean.
return value / {K}, {dx} / {K}
    Value and gradient are K times too small: a loss is summed over the K outputs and averaged only
    over the N samples. `np.mean` of an (N, K) array divides by both.
return value / {K}, {dx}
    The value is K times too small, because `np.mean` averages over the whole (N, K) array. By which
    number do you have to divide the sum?
return value, {dx} / {K}
    `{dx}` is K times too small, because you divide by the number of all entries. The loss is
    divided only by N.
return value / {K}, {dx} * {N}
    The value is a mean over all entries, but `{dx}` is not divided at all. Value and gradient have
    to be divided by the same number. Which one?
return value, -{dx}
    `{dx}` has the wrong sign. Raise one entry of `{x}` a little: if the loss grows, is the
    derivative positive or negative?
"""),
        mistake(value_for_each_sample, name="value for each sample"),
    )
