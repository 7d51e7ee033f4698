"""``l2_penalty(weights, lam) -> (value, gradients)``: the penalty on large weights, squared."""

import numpy as np

from grader.checking.contract import slips, values
from grader.exercises.penalties import common_mistakes, penalty, penalty_cases


def l2_penalty(weights, lam):
    value = lam * sum(np.sum(W**2) for W in weights)
    gradients = [2 * lam * W for W in weights]
    return value, gradients


exercise = penalty(
    l2_penalty,
    """The value is one number, to which every entry of every array adds its term. What does a
    single weight w add?""",
    """There is a gradient for each array, of its shape. What is the derivative of the term that a
    single weight w adds to the value?""",
    [
        values(
            "value",
            "gradients",
            cases=("weights of 0", "a lam of 0"),
            title="weights of 0, and a lam of 0",
            after="a gradient for each matrix",
            help="What remains of the value and of the gradients with lam = 0?",
        ),
    ],
    cases=penalty_cases,
    answers=("course_lib.regularizers",),
    hints="""
    R = λ Σ w² over all entries of all arrays. Each entry occurs in only one term, so you compute
    the gradient entry by entry, in the shape of the array.

    A smaller example: weights = [[[1, −2]], [3]], two arrays, and λ = 0.1. The squares 1, 4 and 9
    add up to 14, so the value is 1.4, and the gradients are [[0.2, −0.4]] and [0.6].
    """,
    mistakes=(
        *slips("""
gradients = [lam * W for W in weights]
    The gradients are half of what they should be. What is the derivative of w²?
lam = lam / 2
    Value and gradients are half of what they should be. Many texts have a ½ before the sum; this
    course, like S2 and S4, does not.
value = lam / 2 * sum(np.sum(W**2) for W in weights)
    The value has a factor ½ that the gradients do not have. The penalty of this course has no ½.
value = lam * sum(np.sqrt(np.sum(W**2)) for W in weights)
    You add up the norms of the arrays instead of their squares. If the weights are twice as large,
    the penalty should be four times as large.
value = lam * np.sqrt(sum(np.sum(W**2) for W in weights))
    The value is the root of the sum of squares. Is there a root in the formula?
value = lam * sum(np.linalg.norm(W, 2) ** 2 for W in weights)
    `np.linalg.norm(W, 2)` of a matrix is its largest singular value, not the root of the sum of the
    squares of all entries.
value = sum(np.sum((lam * W)**2) for W in weights)
    `lam` is in the value twice, and in the gradients once. Is it inside the square, or do you
    multiply by it again at the end?
lam = lam**2
    Value and gradients contain `lam` squared. In the formula, is it inside or outside the square?
value = lam * sum(np.sum(W) ** 2 for W in weights)
    You add up the entries and then square the sum, so entries of opposite sign cancel. Which comes
    first in Σ w²?
value = lam * sum(np.sum(W.T @ W) for W in weights)
    A matrix product mixes different entries with each other. Every entry times itself is written
    with `*`.
gradients = [2 * lam * W**2 for W in weights]
    The gradients contain w². Differentiate it: the derivative is negative for w < 0.
gradients = [2 * lam * np.abs(W) for W in weights]
    All gradients are positive. For a weight below 0, does w² rise or fall when the weight rises?
value = lam * np.sum(weights**2)
    `weights` is a list, which has no square. Its arrays do. How can you loop over them?
value = lam * sum(np.sqrt(np.sum(W**2)) for W in weights)
gradients = [lam * W / np.sqrt(np.sum(W**2)) for W in weights]
    Value and gradients are those of the norm itself, whose gradient has the same length for small
    and large arrays. With the square, the gradient is proportional to the weights.
value = lam * sum(np.sum(np.abs(W)) for W in weights)
gradients = [lam * np.sign(W) for W in weights]
    This is the L1 penalty. The L2 penalty adds up the squares.
"""),
        *common_mistakes(l2_penalty, term="W**2", slope="2 * W"),
    ),
)
