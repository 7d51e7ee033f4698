"""What the exercises on weight penalties share: lists of weights, what is judged, and mistakes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    Exercise,
    Mistake,
    case,
    dtype,
    float32,
    function,
    mistake,
    shapes,
    slips,
    unchanged_inputs,
    values,
)
from grader.checking.contract.mistakes import Function
from grader.checking.contract.properties import Property


def penalised(
    rng: np.random.Generator, about: str, of: Sequence[tuple[int, ...]], lam: float
) -> Case:
    """Weights of both signs, of one sign more often; neither they nor their sum are near 0."""

    def some_weights(shape: tuple[int, ...], sign: int) -> np.ndarray:
        signs = np.where(np.arange(np.prod(shape)) % 3 == 1, -sign, sign).reshape(shape)
        return np.asarray(rng.uniform(0.5, 1.5, size=shape) * signs)

    weights = [some_weights(shape, (-1) ** i) for i, shape in enumerate(of)]
    return case(about, weights=weights, lam=float(lam * rng.uniform(0.9, 1.1)))


def penalty_cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    """The lists of weights that all penalties are tried on, smallest first."""
    axes = [(5,), (2, 3, 2, 2), (1, 4), (2, 2, 3)]
    zeros = penalised(rng, "", [(3, 4), (5,)], 0.7)
    zeros["weights"][0][[0, 2], [1, 3]] = 0.0
    zeros["weights"][1][2] = 0.0
    return {
        "matrices": [
            penalised(rng, "one matrix", [(3, 2)], 0.1),
            penalised(rng, "two matrices", [(4, 3), (3, 2)], 0.25),
            penalised(rng, "two of the same shape", [(3, 3), (3, 3)], 0.02),
            penalised(rng, "a strong penalty", [(5, 4), (4, 1)], 3.0),
            float32(penalised(rng, "float32", [(4, 3), (2, 5)], 0.3)),
        ],
        "arrays with one axis, three and four": [penalised(rng, "", axes, 0.4)],
        "a lam of 0": [penalised(rng, "", [(2, 3), (3, 2)], 0.0)],
        "weights of 0": [zeros],
    }


def any_subgradient(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Where w = 0, every subgradient of lam |w| (any number from -lam to lam) counts as 0."""
    gradients = outputs["gradients"]
    if case["about"] != "weights of 0" or not isinstance(gradients, list):
        return outputs
    judged = list(gradients)
    for i, (W, g) in enumerate(zip(case["weights"], gradients, strict=False)):
        if isinstance(g, np.ndarray) and g.shape == W.shape:
            allowed = np.abs(g) <= case["lam"] * (1 + 1e-9)
            judged[i] = np.where((W == 0) & allowed, 0, g)
    return {**outputs, "gradients": judged}


def penalty(
    reference: Function, value: str, gradients: str, also: Sequence[Property], **more: Any
) -> Exercise:
    """An exercise on a penalty: its value, its gradients, and arrays of any number of axes.

    Parameters
    ----------
    value, gradients : help with these two
    also : further properties
    """
    return function(
        reference,
        returns="value, gradients",
        points=2,
        judge=[
            values("value", weight=3, cases="matrices", rtol=1e-4, title="the value", help=value),
            values(
                "gradients",
                weight=4,
                cases="matrices",
                title="a gradient for each matrix",
                help=gradients,
            ),
            values(
                "value",
                "gradients",
                weight=2,
                cases="arrays with one axis, three and four",
                help="""An array may have one, three or four axes, and all its entries count. Which
                of your lines needs exactly two axes?""",
            ),
            *also,
        ],
        form=(
            shapes(cases="matrices"),
            dtype("gradients", cases="float32"),
            unchanged_inputs(),
        ),
        **more,
    )


def common_mistakes(reference: Function, term: str, slope: str) -> tuple[Mistake, ...]:
    """The mistakes that are possible with any penalty.

    Parameters
    ----------
    term, slope : in code, what the entries of ``W`` add to the penalty, and its derivative, as in
        ``value = lam * sum(np.sum(term) for W in weights)`` and
        ``gradients = [lam * slope for W in weights]``
    """
    kept: list[np.ndarray] = []

    def piling_up(*given):
        """Your list also contains gradients of an earlier call. Do you make the list in the
        function's body, or as a default argument `gradients=[]`, which is made only once for all
        calls?
        """
        value, gradients = reference(*given)
        kept.extend(gradients)
        del kept[: -2 * len(gradients)]
        return value, list(kept)

    return (
        *slips(f"""
value = lam * sum(np.sum({term}) for W in weights[-1:])
    The value is that of the last array alone. What does your loop do with the values of the arrays
    before it?
weights = weights[:1]
    You use only the first array and return one gradient for every length of `weights`. Does your
    function return inside the loop?
value = lam * sum(np.mean({term}) for W in weights)
    You average over the entries of each array. A penalty is a sum; a mean would become weaker when
    a layer gets wider.
value = lam * sum(np.mean({term}) for W in weights)
gradients = [lam * {slope} / W.size for W in weights]
    You divide value and gradients by the number of entries. The penalty is a sum over the entries;
    only the loss is averaged, over the samples.
value = lam * sum(np.sum({term}) for W in weights) / len(weights)
    You divide the value by the number of arrays. If you cut one matrix into two, the penalty should
    stay the same.
value = np.array([lam * np.sum({term}) for W in weights])
    You return one value per array. The penalty is a single number.
value = lam * sum(sum({term}) for W in weights)
    Your value is still an array: Python's `sum`, or `axis=0`, adds up only the rows. Add all
    entries up to one number.
lam = 1
    `lam` is not used. If lam is twice as large, the penalty should be, too.
gradients = [{slope} for W in weights]
    The gradients belong to a penalty of strength 1. They have to contain `lam`, too.
value = sum(np.sum({term}) for W in weights)
    The gradients contain `lam`, but the value does not. It has to contain `lam`, too.
value = sum(lam ** (len(weights) - k) * np.sum({term}) for k, W in enumerate(weights))
    Each iteration of your loop multiplies the sum so far by `lam` again. Compute the value by hand
    for a list of two arrays.
gradients = [-lam * {slope} for W in weights]
    The gradients have the opposite sign. A gradient points uphill; the minus sign belongs to the
    step of the optimizer.
gradients = [W - lam * {slope} for W in weights]
    Instead of the gradients, you return the weights after a step with rate 1. Steps are the
    optimizer's task.
gradients = np.concatenate([np.ravel(lam * {slope}) for W in weights])
    You return the gradients as one long vector. Return a list with one gradient per array, in its
    shape.
value = lam * sum(np.sum({term}) for W in weights if W.ndim > 1)
gradients = [lam * {slope} * (W.ndim > 1) for W in weights]
    You skip arrays with one axis. The caller has already left out the biases, so every array in
    `weights` counts.
weights = list(np.array(weights))
    You turn a list of arrays into one array, as `np.array` or `np.abs` do. That works only if all
    arrays have the same shape. Process them one by one.
return value, gradients[::-1]
    Your gradients are in reverse order. Return them in the order of `weights`.
"""),
        mistake(piling_up, name="piling up"),
    )
