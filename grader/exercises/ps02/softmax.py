"""``softmax(u) -> (N, K)``: probabilities from scores of any size."""

import numpy as np

from grader.checking.contract import function, slips, step, values
from grader.exercises.scores import (
    APART,
    FORM_OF_SCORES,
    LARGE,
    ORDINARY,
    SOFTMAX,
    moderate_scores,
    score_cases,
)


def softmax(u):
    top = u.max(axis=1, keepdims=True)
    e = np.exp(u - top)
    total = e.sum(axis=1, keepdims=True)
    return e / total


exercise = function(
    softmax,
    returns="y",
    points=2,
    cases=score_cases,
    judge=[
        values(
            "y",
            weight=6,
            cases=ORDINARY,
            help="Two steps for each row: exponentials, and a division that makes them sum to 1.",
        ),
        values("y", weight=3, cases=LARGE, title="scores around 1000", after=ORDINARY),
        values(
            "y", weight=2, cases=APART, title="each row, independent of the others", after=ORDINARY
        ),
    ],
    form=FORM_OF_SCORES,
    answers=SOFTMAX,
    hints=(
        step(
            "What do `np.exp(1000)` and `np.exp(-1000)` give, and what are their quotients? No "
            "exponent may be above 0, and in every row one exponent has to be 0.",
            "scores around 1000",
            "each row, independent of the others",
        ),
        "exp(u − c) / Σ exp(u − c) is the same for every number c, because exp(−c) cancels. "
        "Choose c for each row so that no exponent is above 0. Keep the axis when you take the "
        "maximum or the sum of a row: (N, 1) broadcasts to (N, K).",
        "A smaller example: u = [[0, log 3]] has the exponentials 1 and 3, so y = [[1/4, 3/4]]. "
        "For [[1000, 1000 + log 3]], subtract 1000 + log 3 first: exp(−log 3) = 1/3 and exp(0) = "
        "1, and again y = [[1/4, 3/4]].",
    ),
    grows=lambda rng, n: moderate_scores(rng, "growing", (n, 3)),
    mistakes=(
        *slips(
            """
top = 0
    Scores of 1000 give nan, since `np.exp(1000)` is infinite. Which number may you subtract from
    all scores of a row without changing its softmax?
top = u.max()
    You use one shift for the whole batch, so a row far below the largest score becomes 0/0. Shift
    each row by its own maximum.
top = u.mean(axis=1, keepdims=True)
    You shift the scores, but where one score of a row lies 4,000 below the others, the exponentials
    of the others still overflow. After which shift is no exponent above 0?
e = np.exp(np.clip(u, -100, 100))
    Scores around 1000 all get the same probability, because you clip them to the same limit. A
    shift keeps their differences, and only the differences matter.
top = u.max()
total = e.sum(axis=1, keepdims=True) + 1e-12
    Rows far below the largest score of the batch become 0, because the small number in the
    denominator hides a 0/0. If you shift each row by its own maximum, you do not need this number.
""",
            needs=(ORDINARY,),
        ),
        *slips("""
top = u.max(axis=0)
total = e.sum(axis=0)
    The columns sum to 1. The probabilities of one sample, which is a row, have to sum to 1. Which
    axis is that?
top = u.max()
total = e.sum()
    All N·K probabilities together sum to 1. Each row has to sum to 1: sum over axis 1 and keep the
    axis (`keepdims=True`) so that the shapes broadcast.
total = e.sum(axis=1)
    The row sums have shape (N,) and are broadcast along the rows, which fails or, for N = K,
    divides by the wrong ones. `keepdims=True` makes them (N, 1).
top = 0
total = e.sum(axis=1)
    There are two mistakes. The row sums have shape (N,) and are broadcast along the rows: with
    `keepdims=True` they are (N, 1). And scores of 1000 overflow in `np.exp`: which number may you
    subtract from all scores of a row first?
top = u.max(axis=1)
    The rows' maxima have shape (N,) and are broadcast along the rows, which fails or, for N = K,
    shifts by the wrong ones. `keepdims=True` makes them (N, 1).
return e
    The largest entry of each row is 1, so the rows sum to more than 1.
return u / u.sum(axis=1, keepdims=True)
    You divide the scores themselves by their sum, so negative scores give negative probabilities.
    Which function in the formula makes them positive first?
return 1 / (1 + np.exp(-u))
    You apply a sigmoid to each score, so a row need not sum to 1. In a softmax the probabilities of
    a row sum to 1.
return u - top - np.log(total)
    These are the logarithms, but the task asks for the probabilities.
e = np.exp(u.min(axis=1, keepdims=True) - u)
    The highest score gets the lowest probability: look at the sign in exp.
total = e.sum(axis=0)
    The exponentials are divided by their sums over axis 0, so that each column sums to 1. Which
    numbers are the probabilities of one sample?
total = e.sum()
    The exponentials are divided by the sum of all of them, over all samples. Which of them are the
    probabilities of one sample?
top = u.max(axis=0)
    The maximum over axis 0 differs from class to class. exp(−c) cancels only if c is the same in
    the whole row. Over which axis do you have to take the maximum?
return np.exp(u) / total
    The rows do not sum to 1: the scores in the denominator are shifted, those in the numerator are
    not.
total = np.exp(u).sum(axis=1, keepdims=True)
    The rows do not sum to 1: the scores in the numerator are shifted, those in the denominator are
    not.
e = np.exp(u / np.abs(u).max(axis=1, keepdims=True))
    You divide the scores by the largest one, which changes their differences. Subtract the largest
    one of the row instead.
"""),
    ),
)
