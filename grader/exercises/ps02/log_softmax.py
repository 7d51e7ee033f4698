"""``log_softmax(u) -> (N, K)``: logarithms of probabilities, also of the tiniest."""

import numpy as np

from grader.checking.contract import function, step, values
from grader.exercises.losses import LIMITS
from grader.exercises.scores import (
    APART,
    FORM_OF_SCORES,
    LARGE,
    MODERATE,
    ORDINARY,
    moderate_scores,
    score_cases,
)


def log_softmax(u):
    shifted = u - u.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


exercise = function(
    log_softmax,
    returns="log_p",
    points=2,
    cases=score_cases,
    judge=[
        values("log_p", weight=6, cases=MODERATE, title=ORDINARY),
        # rtol: a score 4,000 below the others is most of the scale, and the others have to show.
        values(
            "log_p",
            weight=3,
            cases=LARGE,
            rtol=1e-8,
            title="scores around 1000, the lost ones among them",
            after=ORDINARY,
        ),
        values(
            "log_p",
            weight=2,
            cases=APART,
            rtol=1e-8,
            title="each row whatever the others are",
            after=ORDINARY,
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
            "Which numbers of the result, put through `np.exp`, have to sum to 1?",
            ORDINARY,
        ),
        step(
            "A score 4,000 below the others of its row has the logarithm −4000, though its "
            "probability is rounded to 0. Which step of yours loses it?",
            "scores around 1000, the lost ones among them",
            "each row whatever the others are",
        ),
        "Start from log(a/b) = log a − log b, with a = exp(u) and b = Σ exp(u).",
        "log exp(u) is u: no exponential is needed there. In log Σ exp(u) shift the row by its "
        "maximum first; shift the u in front as well, and the shift cancels.",
        "Smaller: u = [[1000, 1000 + log 3]] becomes [[−log 3, 0]] after the shift. Σ exp is "
        "1/3 + 1 = 4/3 and its logarithm 0.288, so log_p = [[−1.099 − 0.288, −0.288]] = "
        "[[−1.386, −0.288]], the logarithms of 1/4 and 3/4.",
    ),
    grows=lambda rng, n: moderate_scores(rng, "growing", n, 3),
)

exercise.slip(
    "shifted - np.log(np.exp(shifted)",
    "np.log(np.exp(shifted) / np.exp(shifted)",
    "Where a probability is rounded to 0, its logarithm is −inf, though it is about −4000 there. "
    "log(a/b) = log a − log b: which of the two logarithms need not be computed at all?",
    needs=(ORDINARY,),
)
exercise.slip(
    "u - u.max(axis=1, keepdims=True)\n    return shifted - np.log(np.exp(shifted)",
    "u\n    return np.log(np.exp(shifted) / np.exp(shifted)",
    "Scores of 1000 overflow in `np.exp`, and a lost probability has the logarithm −inf. Shift "
    "each row first; then write log(a/b) as log a − log b: which of the two logarithms need not be "
    "computed at all?",
    needs=(ORDINARY,),
)
for eps in LIMITS:
    exercise.slip(
        "shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))",
        f"np.log(np.maximum(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True), {eps}))",
        f"No result is below −{-np.log(eps):.1f}, the logarithm of {eps}, where −4000 is expected. "
        "A clip or a small number inside the logarithm does that. Write log(a/b) as log a − log b: "
        "then neither is needed.",
        needs=(ORDINARY,),
    )
exercise.slip(
    "u - u.max(axis=1, keepdims=True)",
    "u",
    "Scores of 1000 overflow in `np.exp`, and the logarithm comes too late. Shift each row before: "
    "what does that do to the result?",
    needs=(ORDINARY,),
)
exercise.slip(
    "u.max(axis=1, keepdims=True)",
    "u.max()",
    "One shift is used for the whole batch. A row far below the largest score gets the logarithm "
    "of 0: let every row have its own.",
    needs=(ORDINARY,),
)
exercise.slip(
    "return shifted",
    "return u",
    "Inside the exponential the scores are shifted, outside they are not. Then each row is off by "
    "its largest score: use the same scores in both places.",
)
exercise.slip(
    "return shifted",
    "return shifted - u.max(axis=1, keepdims=True)",
    "The largest score of the row was subtracted once too often. If both terms are made of shifted "
    "scores, the shift has cancelled already.",
)
exercise.slip(
    "np.log(np.exp(shifted).sum(axis=1, keepdims=True))",
    "np.exp(shifted).sum(axis=1, keepdims=True)",
    "The sum of the exponentials is subtracted as it is. What is log(a/b)?",
)
exercise.slip(
    "shifted - np.log",
    "shifted / np.log",
    "The logarithm of a quotient is a difference, and not a quotient.",
)
exercise.slip(
    "np.log(np.exp(shifted).sum(axis=1, keepdims=True))",
    "shifted.sum(axis=1, keepdims=True)",
    "The scores were added up instead of their exponentials. The logarithm of a sum is not the sum "
    "of the logarithms.",
)
exercise.slip(
    "shifted - np.log(np.exp(shifted)",
    "(np.exp(shifted) / np.exp(shifted)",
    "These are the probabilities; here their logarithms are asked for.",
)
exercise.slip(
    "return shifted -",
    "return -shifted +",
    "The signs are wrong: logarithms of probabilities are never positive.",
)
exercise.slip(
    "u.max(axis=1, keepdims=True)\n"
    "    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))",
    "u.max(axis=0)\n    return shifted - np.log(np.exp(shifted).sum(axis=0))",
    "exp of your result sums to 1 down the columns. The probabilities of one sample, one row, have "
    "to: which axis is that?",
)
exercise.slip(
    "u.max(axis=1, keepdims=True)\n"
    "    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))",
    "u.max()\n    return shifted - np.log(np.exp(shifted).sum())",
    "All N·K probabilities together sum to 1. Each row has to: sum over axis 1 and keep the axis "
    "(`keepdims=True`).",
)
exercise.slip(
    ".sum(axis=1, keepdims=True)",
    ".sum(axis=1)",
    "The logarithms of the row sums have shape (N,) and are broadcast along the columns, which "
    "fails or, for N = K, subtracts the wrong ones. `keepdims=True` makes them (N, 1).",
)
exercise.slip(
    "u.max(axis=1, keepdims=True)",
    "u.max(axis=1)",
    "The rows' maxima have shape (N,) and are broadcast along the columns, which fails or, for "
    "N = K, shifts by the wrong ones. `keepdims=True` makes them (N, 1).",
)
exercise.slip(
    "shifted = u - u.max(axis=1, keepdims=True)",
    "u -= u.max(axis=1, keepdims=True)\n    shifted = u",
    "The values are right, but `u` itself was changed, and the code that called the function still "
    "needs it. `u = u - …` makes a new array, `u -= …` does not.",
)
exercise.slip(
    "np.exp(shifted).sum(axis=1, keepdims=True)",
    "np.exp(shifted).sum(axis=0)",
    "The exponentials are summed over axis 0. Which ones belong to one sample, whose probabilities "
    "sum to 1?",
)
exercise.slip(
    "np.exp(shifted).sum(axis=1, keepdims=True)",
    "np.exp(shifted).sum()",
    "The exponentials of all samples are summed. Which ones belong to one sample, whose "
    "probabilities sum to 1?",
)
exercise.slip(
    "u.max(axis=1, keepdims=True)",
    "u.max(axis=0)",
    "The maximum over axis 0 is another number for each class. A shift cancels only if it is the "
    "same in the whole row: over which axis is the maximum taken then?",
)
exercise.slip(
    "return shifted -",
    "return shifted +",
    "The logarithm of the sum is added, and some results are above 0. Which sign does log(a/b) "
    "give to log b?",
)
