"""``l1_penalty(weights, lam) -> (value, gradients)``: the penalty on weights that are not zero."""

import numpy as np

from grader.checking.contract import slips, values
from grader.exercises.penalties import (
    any_subgradient,
    common_mistakes,
    penalty,
    penalty_cases,
)


def l1_penalty(weights, lam):
    value = lam * sum(np.sum(np.abs(W)) for W in weights)
    gradients = [lam * np.sign(W) for W in weights]
    return value, gradients


exercise = penalty(
    l1_penalty,
    """The value is one number, to which every entry of every array adds its term. What does a
    single weight w add?""",
    """There is a gradient for each array, of its shape. Draw |w|. What is its derivative on the
    right of 0, and what on the left?""",
    [
        values(
            "value",
            "gradients",
            cases="weights of 0",
            after="a gradient for each matrix",
            help="""At w = 0, |w| has a kink, and no weight may get nan there. Which numbers are
            between the derivatives on both sides?""",
        ),
        # Zeros satisfy it.
        values("value", "gradients", cases="a lam of 0", alone=False),
    ],
    cases=penalty_cases,
    observe=any_subgradient,
    answers=("course_lib.regularizers",),
    hints="""
    R = λ Σ |w| over all entries of all arrays. Each entry occurs in one term, whose derivative is
    ±λ.

    A smaller example: weights = [[[1, −2]], [3]], two arrays, and λ = 0.1. The absolute values 1, 2
    and 3 add up to 6, so the value is 0.6, and the gradients are [[0.1, −0.1]] and [0.1].
    """,
    mistakes=(
        *slips("""
gradients = [lam * np.ones_like(W) for W in weights]
    All gradients are positive. For a weight below 0, how does |w| change?
gradients = [lam * (W > 0) for W in weights]
    Weights below 0 get the gradient 0, but |w| is not constant on the left of 0.
gradients = [2 * lam * W for W in weights]
    The gradients grow with the weights, as those of squares do. What is the derivative of |w| at w
    = 0.5, and what at w = 5?
gradients = [lam * W for W in weights]
    The gradients are multiples of the weights. The derivative of |w| has only two values, apart
    from the kink at 0.
gradients = [lam * np.abs(W) for W in weights]
    You compute the gradients from |w| itself. The derivative of |w| is another function of w.
gradients = [2 * lam * np.sign(W) for W in weights]
    The gradients are twice too large. The derivative of w² has a factor 2, that of |w| does not.
value = lam * sum(np.sum(W) for W in weights)
    Weights of opposite sign cancel in the value. Where do you take the absolute value?
value = lam * sum(np.abs(np.sum(W)) for W in weights)
    You add up the weights of an array and then take the absolute value. In which order do Σ and |·|
    occur in Σ |w|?
gradients = [lam * W / np.abs(W) for W in weights]
    A weight of 0 gets nan, because w / |w| is 0/0 there. NumPy has a function for the sign of a
    number.
value = lam * sum(np.linalg.norm(W.reshape(len(W), -1), 1) for W in weights)
    Of each matrix you use only the column with the largest sum of |w|, as in `np.linalg.norm(W,
    1)`. The penalty adds up all entries.
value = lam * sum(np.sqrt(np.sum(W**2)) for W in weights)
    The value is the Euclidean norm. L1 adds the absolute values themselves.
lam = lam / 2
    This penalty has no factor ½, because its derivative has no factor 2.
value = lam / 2 * sum(np.sum(np.abs(W)) for W in weights)
    The value has a factor ½ that the gradients do not have.
value = lam * sum(np.sum(W) for W in weights)
gradients = [lam * np.ones_like(W) for W in weights]
    You do not take the absolute value |w|, neither for the value nor for the gradients, so negative
    weights make the penalty smaller.
value = lam * sum(np.sum(W**2) for W in weights)
gradients = [2 * lam * W for W in weights]
    This is the L2 penalty. The L1 penalty adds up the absolute values.
"""),
        *common_mistakes(l1_penalty, term="np.abs(W)", slope="np.sign(W)"),
    ),
)
