"""``softmax(u) -> (N, K)``: scores of any size become probabilities."""

import numpy as np

from grader.checking.contract import function, step, values
from grader.exercises.scores import (
    APART,
    FORM_OF_SCORES,
    LARGE,
    MODERATE,
    ORDINARY,
    moderate_scores,
    score_cases,
)


def softmax(u):
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


exercise = function(
    softmax,
    returns="y",
    points=2,
    cases=score_cases,
    judge=[
        values("y", weight=6, cases=MODERATE, title=ORDINARY),
        values("y", weight=3, cases=LARGE, title="scores around 1000", after=ORDINARY),
        values(
            "y", weight=2, cases=APART, title="each row whatever the others are", after=ORDINARY
        ),
    ],
    form=FORM_OF_SCORES,
    answers=(
        "course_lib.functional.softmax",
        "course_lib.functional.log_softmax",
        "course_lib.losses.softmax_cross_entropy",
    ),
    hints=(
        step(
            "Two steps for each row: exponentials, and a division that makes them sum to 1.",
            ORDINARY,
        ),
        step(
            "What do `np.exp(1000)` and `np.exp(-1000)` give, and what do their quotients? The "
            "exponents have to stay below 0, and in every row one of them at 0.",
            "scores around 1000",
            "each row whatever the others are",
        ),
        "exp(u − c) / Σ exp(u − c) is the same for every number c, because exp(−c) cancels. Choose "
        "c for each row so that no exponent is above 0. Keep the axis of whatever you take over a "
        "row, so that (N, 1) fits under (N, K).",
        "Smaller: u = [[0, log 3]] has the exponentials 1 and 3, so y = [[1/4, 3/4]]. For "
        "[[1000, 1000 + log 3]], subtract 1000 + log 3 first: exp(−log 3) = 1/3 and exp(0) = 1, "
        "and again y = [[1/4, 3/4]].",
    ),
    grows=lambda rng, n: moderate_scores(rng, "growing", n, 3),
)

exercise.slip(
    "u - u.max(axis=1, keepdims=True)",
    "u",
    "Scores of 1000 give nan, since `np.exp(1000)` is infinite. Which number may you subtract from "
    "all scores of a row without changing its softmax?",
    needs=(ORDINARY,),
)
exercise.slip(
    "u.max(axis=1, keepdims=True)",
    "u.max()",
    "One shift is used for the whole batch. A row far below the largest score becomes 0/0: let "
    "every row have its own.",
    needs=(ORDINARY,),
)
exercise.slip(
    "u.max",
    "u.mean",
    "You do shift the scores, but where one of a row lies 4,000 below the others, their "
    "exponentials still overflow. After which shift is no exponent above 0?",
    needs=(ORDINARY,),
)
exercise.slip(
    "u - u.max(axis=1, keepdims=True)",
    "np.clip(u, -100, 100)",
    "Scores around 1000 all get the same probability: cut off at a limit, they look alike. A shift "
    "keeps their differences, and only these matter.",
    needs=(ORDINARY,),
)
exercise.slip(
    "u.max(axis=1, keepdims=True))\n    return e / e.sum(axis=1, keepdims=True)",
    "u.max(axis=0))\n    return e / e.sum(axis=0)",
    "The columns sum to 1. The probabilities of one sample, one row, have to: which axis is that?",
)
exercise.slip(
    "u.max(axis=1, keepdims=True))\n    return e / e.sum(axis=1, keepdims=True)",
    "u.max())\n    return e / e.sum()",
    "All N·K probabilities together sum to 1. Each row has to: sum over axis 1 and keep the axis "
    "(`keepdims=True`) so that the division fits.",
)
exercise.slip(
    "e.sum(axis=1, keepdims=True)",
    "e.sum(axis=1)",
    "The row sums have shape (N,) and are broadcast along the columns, which fails or, for N = K, "
    "divides by the wrong ones. `keepdims=True` makes them (N, 1).",
)
exercise.slip(
    "u - u.max(axis=1, keepdims=True))\n    return e / e.sum(axis=1, keepdims=True)",
    "u)\n    return e / e.sum(axis=1)",
    "Two things. The row sums have shape (N,) and are broadcast along the columns: with "
    "`keepdims=True` they are (N, 1) and fit. And scores of 1000 overflow in `np.exp`: which "
    "number may you subtract from all scores of a row before?",
)
exercise.slip(
    "u.max(axis=1, keepdims=True)",
    "u.max(axis=1)",
    "The rows' maxima have shape (N,) and are broadcast along the columns, which fails or, for "
    "N = K, shifts by the wrong ones. `keepdims=True` makes them (N, 1).",
)
exercise.slip(
    "e / e.sum(axis=1, keepdims=True)",
    "e",
    "The largest entry of each row is 1, so the rows sum to more than 1.",
)
exercise.slip(
    "e / e.sum",
    "u / u.sum",
    "The scores themselves are divided by their sum, and negative ones give negative "
    "probabilities. Make them positive first: the formula says how.",
)
exercise.slip(
    "e / e.sum(axis=1, keepdims=True)",
    "1 / (1 + np.exp(-u))",
    "These are sigmoids, each score by itself: a row need not sum to 1. In a softmax the classes "
    "share a sum of 1.",
)
exercise.slip(
    "e / e.sum(axis=1, keepdims=True)",
    "u - u.max(axis=1, keepdims=True) - np.log(e.sum(axis=1, keepdims=True))",
    "These are the logarithms; here the probabilities are asked for.",
)
exercise.slip(
    "u - u.max(axis=1, keepdims=True)",
    "u.min(axis=1, keepdims=True) - u",
    "The highest score gets the lowest probability: look at the sign in exp.",
)
exercise.slip(
    "u.max(axis=1, keepdims=True))\n    return e / e.sum(axis=1, keepdims=True)",
    "u.max())\n    return e / (e.sum(axis=1, keepdims=True) + 1e-12)",
    "Rows far below the largest score of the batch get zeros: the small number in the denominator "
    "hides a 0/0. With a shift of its own no row needs it.",
    needs=(ORDINARY,),
)
exercise.slip(
    "e = np.exp(u - u.max(axis=1, keepdims=True))",
    "u -= u.max(axis=1, keepdims=True)\n    e = np.exp(u)",
    "The values are right, but `u` itself was changed, and the code that called the function still "
    "needs it. `u = u - …` makes a new array, `u -= …` does not.",
)
exercise.slip(
    "e.sum(axis=1, keepdims=True)",
    "e.sum(axis=0)",
    "The exponentials are divided by their sums over axis 0, so that each column sums to 1. Which "
    "numbers are the probabilities of one sample?",
)
exercise.slip(
    "e.sum(axis=1, keepdims=True)",
    "e.sum()",
    "The exponentials are divided by the sum of all of them, over all samples. Which of them are "
    "the probabilities of one sample?",
)
exercise.slip(
    "u.max(axis=1, keepdims=True)",
    "u.max(axis=0)",
    "The maximum over axis 0 is another number for each class. exp(−c) cancels only if c is the "
    "same in the whole row: over which axis is the maximum taken then?",
)
exercise.slip(
    "return e /",
    "return np.exp(u) /",
    "The rows do not sum to 1: the scores in the denominator are shifted, those in the numerator "
    "are not.",
)
exercise.slip(
    "e.sum(axis",
    "np.exp(u).sum(axis",
    "The rows do not sum to 1: the scores in the numerator are shifted, those in the denominator "
    "are not.",
)
