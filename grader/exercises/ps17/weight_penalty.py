"""``weight_penalty(weights, lam1, lam2) -> (value, gradients)``: L1, L2 and the elastic net."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
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

MATRICES = "matrices"
AXES = "arrays with one axis, three and four"
ONLY_L1, ONLY_L2 = "lam2 = 0: the L1 penalty", "lam1 = 0: the L2 penalty"
ZEROS = "weights of 0"


def weight_penalty(weights, lam1, lam2):
    sizes = sum(np.sum(np.abs(W)) for W in weights)
    squares = sum(np.sum(W**2) for W in weights)
    value = lam1 * sizes + lam2 * squares
    gradients = [lam1 * np.sign(W) + 2 * lam2 * W for W in weights]
    return value, gradients


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def penalised(about: str, of: list[tuple[int, ...]], lam1: float, lam2: float) -> Case:
        """Weights of both signs, of one sign more often; neither they nor their sum are near 0."""

        def some_weights(shape: tuple[int, ...], sign: int) -> np.ndarray:
            signs = np.where(np.arange(np.prod(shape)) % 3 == 1, -sign, sign).reshape(shape)
            return np.asarray(rng.uniform(0.5, 1.5, size=shape) * signs)

        weights = [some_weights(shape, (-1) ** i) for i, shape in enumerate(of)]
        lam1, lam2 = (float(lam * rng.uniform(0.9, 1.1)) for lam in (lam1, lam2))
        return case(about, weights=weights, lam1=lam1, lam2=lam2)

    zeros = penalised("", [(3, 4), (5,)], 0.7, 0.3)
    zeros["weights"][0][[0, 2], [1, 3]] = 0.0
    zeros["weights"][1][2] = 0.0
    return {
        MATRICES: [
            penalised("one matrix", [(3, 2)], 0.1, 0.3),
            penalised("two matrices", [(4, 3), (3, 2)], 0.25, 0.1),
            penalised("two of the same shape", [(3, 3), (3, 3)], 0.02, 0.05),
            penalised("strong penalties", [(5, 4), (4, 1)], 3.0, 2.0),
            float32(penalised("float32", [(4, 3), (2, 5)], 0.3, 0.4)),
        ],
        AXES: [penalised("", [(5,), (2, 3, 2, 2), (1, 4), (2, 2, 3)], 0.4, 0.6)],
        ONLY_L1: [penalised("", [(2, 3), (3, 2)], 0.3, 0.2) | {"lam2": 0.0}],
        ONLY_L2: [penalised("", [(2, 3), (3, 2)], 0.3, 0.2) | {"lam1": 0.0}],
        ZEROS: [zeros],
    }


def any_subgradient(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Where w = 0, every subgradient of lam1 |w| (any number from -lam1 to lam1) counts as 0."""
    gradients = outputs["gradients"]
    if (case["weights"][0] != 0).all() or not isinstance(gradients, list):
        return outputs
    judged = list(gradients)
    for i, (W, g) in enumerate(zip(case["weights"], gradients, strict=False)):
        if isinstance(g, np.ndarray) and g.shape == W.shape:
            allowed = np.abs(g) <= case["lam1"] * (1 + 1e-9)
            judged[i] = np.where((W == 0) & allowed, 0, g)
    return {**outputs, "gradients": judged}


KEPT: list[np.ndarray] = []


def piling_up(weights, lam1, lam2):
    """Your list also contains gradients of an earlier call. Do you make the list in the function's
    body, or as a default argument `gradients=[]`, which is made only once for all calls?
    """
    value, gradients = weight_penalty(weights, lam1, lam2)
    KEPT.extend(gradients)
    del KEPT[: -2 * len(gradients)]
    return value, list(KEPT)


exercise = function(
    weight_penalty,
    returns="value, gradients",
    points=3,
    cases=cases,
    observe=any_subgradient,
    judge=[
        values(
            "value",
            weight=3,
            cases=MATRICES,
            rtol=1e-4,
            title="the value",
            help="The value is one number, to which every entry of every array adds two terms. "
            "What does a single weight w add?",
        ),
        values(
            "gradients",
            weight=4,
            cases=MATRICES,
            title="a gradient for each matrix",
            help="There is a gradient for each array, of its shape. What is the derivative of the "
            "two terms that a single weight w adds to the value?",
        ),
        values(
            "value",
            "gradients",
            weight=2,
            cases=AXES,
            help="An array may have one, three or four axes, and all its entries count. Which of "
            "your lines needs exactly two axes?",
        ),
        values(
            "value",
            "gradients",
            cases=ZEROS,
            after="a gradient for each matrix",
            help="At w = 0, |w| has a kink, and no weight may get nan there. Which numbers are "
            "between the derivatives on both sides?",
        ),
        # What knows only one of the penalties is right in one of them.
        values("value", "gradients", cases=(ONLY_L1, ONLY_L2), alone=False, title="one penalty"),
    ],
    form=(shapes(cases=MATRICES), dtype("gradients", cases="float32"), unchanged_inputs()),
    answers=("grader.exercises.ps17.weight_penalty", "course_lib.regularizers"),
    hints="""
    Each entry w occurs in only two terms, λ1·|w| and λ2·w², so you compute the gradient entry by
    entry, in the shape of the array.

    A smaller example: weights = [[[1, −2]], [3]], two arrays, λ1 = 0.1 and λ2 = 0.2. The absolute
    values add up to 6 and the squares to 14, so the value is 0.6 + 2.8 = 3.4. The gradients are
    [[0.5, −0.9]] and [1.3].
    """,
    mistakes=(
        *slips("""
gradients = [lam1 * np.sign(W) + lam2 * W for W in weights]
    The part of the squares is half of what it should be. What is the derivative of w²?
gradients = [lam1 + 2 * lam2 * W for W in weights]
    You add λ1 to every gradient. For a weight below 0, does |w| rise or fall when w rises?
gradients = [lam1 * (W > 0) + 2 * lam2 * W for W in weights]
    The part of |w| is 0 for weights below 0, but |w| is not constant on the left of 0.
gradients = [lam1 * W + 2 * lam2 * W for W in weights]
    The part of |w| grows with the weight. The derivative of |w| has only two values, apart from the
    kink at 0.
gradients = [lam1 * np.abs(W) + 2 * lam2 * W for W in weights]
    You compute the gradients from |w| itself. The derivative of |w| is another function of w.
gradients = [2 * lam1 * np.sign(W) + 2 * lam2 * W for W in weights]
    The derivative of w² has a factor 2, that of |w| has none.
gradients = [lam1 * np.sign(W) + 2 * lam2 * np.abs(W) for W in weights]
    The part of the squares is positive for all weights. For a weight below 0, does w² rise or fall
    when w rises?
gradients = [lam1 * np.sign(W) + 2 * lam2 * W**2 for W in weights]
    The gradients contain w². Differentiate it.
gradients = [lam1 * W / np.abs(W) + 2 * lam2 * W for W in weights]
    A weight of 0 gets nan, because w / |w| is 0/0 there. NumPy has a function for the sign of a
    number.
gradients = [2 * lam2 * W for W in weights]
    The gradients lack the part of λ1·|w|.
gradients = [lam1 * np.sign(W) for W in weights]
    The gradients lack the part of λ2·w².
gradients = [np.sign(W) + 2 * W for W in weights]
    The gradients contain neither `lam1` nor `lam2`.
gradients = [-lam1 * np.sign(W) - 2 * lam2 * W for W in weights]
    The gradients have the opposite sign. A gradient points uphill; the minus sign belongs to the
    step of the optimizer.
gradients = np.concatenate([np.ravel(lam1 * np.sign(W) + 2 * lam2 * W) for W in weights])
    You return the gradients as one long vector. Return a list with one gradient per array, in its
    shape.
gradients = sum(np.sum(lam1 * np.sign(W) + 2 * lam2 * W) for W in weights)
    You add up the derivatives of all entries. A step moves each weight by its own derivative, so
    return one array for each array of `weights`.
sizes = sum(np.sum(W) for W in weights)
    Weights of opposite sign cancel in the value. Where do you take the absolute value?
sizes = sum(np.abs(np.sum(W)) for W in weights)
    You add up the weights of an array and then take the absolute value. In which order do Σ and |·|
    occur in Σ |w|?
squares = sum(np.sum(W) ** 2 for W in weights)
    You add up the entries and then square the sum, so entries of opposite sign cancel. Which comes
    first in Σ w²?
squares = sum(np.sqrt(np.sum(W**2)) for W in weights)
    You add up the norms of the arrays instead of their squares. If the weights are twice as large,
    this part should be four times as large.
squares = sum(np.linalg.norm(W.reshape(len(W), -1), 2) ** 2 for W in weights)
    `np.linalg.norm(W, 2)` of a matrix is its largest singular value, not the root of the sum of the
    squares of all entries.
sizes = sum(np.linalg.norm(W.reshape(len(W), -1), 1) for W in weights)
    Of each matrix you use only the column with the largest sum of |w|, as in `np.linalg.norm(W,
    1)`. The penalty adds up all entries.
value = lam1 * sizes
    The value lacks the squares.
value = lam2 * squares
    The value lacks the absolute values.
value = lam1 * sizes + lam2 / 2 * squares
    The value has a factor ½ that the gradients do not have. The penalty of this course has no ½.
value = sizes + squares
    The value contains neither `lam1` nor `lam2`.
value = lam1 * (sizes + lam2 * squares)
    Your λ1 multiplies the squares, too. In S2's elastic net it does; here each sum has its own
    strength.
value = (lam1 * sizes + lam2 * squares) / len(weights)
    You divide the value by the number of arrays. If you cut one matrix into two, the penalty should
    stay the same.
lam1, lam2 = lam2, lam1
    `lam1` and `lam2` are exchanged. Which of them belongs to |w|?
weights = weights[:1]
    You use only the first array and return one gradient for every length of `weights`. Does your
    function return inside the loop?
sizes = sum(np.mean(np.abs(W)) for W in weights)
squares = sum(np.mean(W**2) for W in weights)
    You average over the entries of each array. A penalty is a sum; a mean would become weaker when
    a layer gets wider.
value = np.array([lam1 * np.sum(np.abs(W)) + lam2 * np.sum(W**2) for W in weights])
    You return one value per array. The penalty is a single number.
value = sum(lam1 * sum(np.abs(W)) + lam2 * sum(W**2) for W in weights[:1])
    Your value is still an array: Python's `sum`, or `axis=0`, adds up only the rows. Add all
    entries up to one number.
sizes = sum(np.sum(np.abs(W)) for W in weights if W.ndim > 1)
squares = sum(np.sum(W**2) for W in weights if W.ndim > 1)
gradients = [(lam1 * np.sign(W) + 2 * lam2 * W) * (W.ndim > 1) for W in weights]
    You skip arrays with one axis. The caller has already left out the biases, so every array in
    `weights` counts.
weights = list(np.array(weights))
    You turn a list of arrays into one array, as `np.array` or `np.abs` do. That works only if all
    arrays have the same shape. Process them one by one.
return value, gradients[::-1]
    Your gradients are in reverse order. Return them in the order of `weights`.
"""),
        mistake(piling_up, name="piling up"),
    ),
)
