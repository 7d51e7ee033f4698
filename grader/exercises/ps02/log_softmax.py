"""``log_softmax(u) -> (N, K)``: logarithms of probabilities, even of very small ones."""

import numpy as np

from grader.checking.contract import function, slips, step, values
from grader.exercises.losses import LIMITS
from grader.exercises.scores import (
    APART,
    FORM_OF_SCORES,
    LARGE,
    ORDINARY,
    SOFTMAX,
    moderate_scores,
    score_cases,
)


def log_softmax(u):
    top = u.max(axis=1, keepdims=True)
    shifted = u - top
    total = np.exp(shifted).sum(axis=1, keepdims=True)
    return shifted - np.log(total)


exercise = function(
    log_softmax,
    returns="log_p",
    points=1,
    cases=score_cases,
    judge=[
        values(
            "log_p",
            weight=6,
            cases=ORDINARY,
            help="Which numbers of the result, put through `np.exp`, have to sum to 1?",
        ),
        # rtol: a score 4,000 below the others sets the scale, and errors in the others have to
        # count, too.
        values(
            "log_p",
            weight=3,
            cases=LARGE,
            rtol=1e-8,
            title="scores around 1000, some underflow to 0",
            after=ORDINARY,
        ),
        values(
            "log_p",
            weight=2,
            cases=APART,
            rtol=1e-8,
            title="each row, independent of the others",
            after=ORDINARY,
        ),
    ],
    form=FORM_OF_SCORES,
    answers=(SOFTMAX[1], SOFTMAX[0], SOFTMAX[2]),  # the advice names the first
    hints=(
        step(
            "A score 4,000 below the others of its row has the logarithm −4000, though its "
            "probability is rounded to 0. Which step of your code loses this number?",
            "scores around 1000, some underflow to 0",
            "each row, independent of the others",
        ),
        "Start from log(a/b) = log a − log b, with a = exp(u) and b = Σ exp(u).",
        "log exp(u) is u: no exponential is needed there. In log Σ exp(u) shift the row by its "
        "maximum first; shift the first u, too, so that the shift cancels.",
        "A smaller example: u = [[1000, 1000 + log 3]] becomes [[−log 3, 0]] after the shift. Σ "
        "exp is 1/3 + 1 = 4/3 and its logarithm 0.288, so log_p = [[−1.099 − 0.288, −0.288]] = "
        "[[−1.386, −0.288]], the logarithms of 1/4 and 3/4.",
    ),
    grows=lambda rng, n: moderate_scores(rng, "growing", (n, 3)),
    mistakes=(
        *slips(
            """
return np.log(np.exp(shifted) / total)
    Where a probability is rounded to 0, its logarithm is −inf, though the right value is about
    −4000. log(a/b) = log a − log b: which of the two logarithms can you write down without
    `np.log`?
shifted = u
return np.log(np.exp(shifted) / total)
    Scores of 1000 overflow in `np.exp`, and a probability that is rounded to 0 has the logarithm
    −inf. Shift each row first; then write log(a/b) as log a − log b. Which of the two logarithms
    can you write down without `np.log`?
shifted = u
    Scores of 1000 overflow in `np.exp` before you take the logarithm. Shift each row first; the
    result does not change.
top = u.max()
    You use one shift for the whole batch, so a row far below the largest score gets the logarithm
    of 0. Shift each row by its own maximum.
""",
            needs=(ORDINARY,),
        ),
        *slips("""
return u - np.log(total)
    You shift the scores inside the exponential, but not outside it, so each row is off by its
    largest score. Use the same scores in both places.
return shifted - top - np.log(total)
    You subtract the largest score of the row once too often. If both terms use shifted scores, the
    shift has already cancelled.
return shifted - total
    You subtract the sum of the exponentials without its logarithm. What is log(a/b)?
return shifted / np.log(total)
    The logarithm of a quotient is a difference, not a quotient.
return shifted - shifted.sum(axis=1, keepdims=True)
    The scores were added up instead of their exponentials. The logarithm of a sum is not the sum of
    the logarithms.
return np.exp(shifted) / total
    These are the probabilities, but the task asks for their logarithms.
return -shifted + np.log(total)
    The signs are wrong: logarithms of probabilities are never positive.
top = u.max(axis=0)
total = np.exp(shifted).sum(axis=0)
    exp of your result sums to 1 down the columns. The probabilities of one sample, which is a row,
    have to sum to 1. Which axis is that?
top = u.max()
total = np.exp(shifted).sum()
    All N·K probabilities together sum to 1. Each row has to sum to 1: sum over axis 1 and keep the
    axis (`keepdims=True`).
total = np.exp(shifted).sum(axis=1)
    The logarithms of the row sums have shape (N,) and are broadcast along the rows, which fails or,
    for N = K, subtracts the wrong ones. `keepdims=True` makes them (N, 1).
top = u.max(axis=1)
    The rows' maxima have shape (N,) and are broadcast along the rows, which fails or, for N = K,
    shifts by the wrong ones. `keepdims=True` makes them (N, 1).
total = np.exp(shifted).sum(axis=0)
    The exponentials are summed over axis 0. Which ones belong to one sample, whose probabilities
    sum to 1?
total = np.exp(shifted).sum()
    The exponentials of all samples are summed. Which ones belong to one sample, whose probabilities
    sum to 1?
top = u.max(axis=0)
    The maximum over axis 0 differs from class to class. A shift cancels only if it is the same in
    the whole row. Over which axis do you have to take the maximum?
return shifted + np.log(total)
    The logarithm of the sum is added, and some results are above 0. Which sign does log b have in
    log(a/b)?
"""),
        *slips(
            "".join(
                f"""
return np.log(np.maximum(np.exp(shifted) / total, {eps}))
    No result is below −{-np.log(eps):.1f}, the logarithm of {eps}, where −4000 is expected. A clip
    or a small number inside the logarithm does that. Write log(a/b) as log a − log b: then neither
    is needed.
"""
                for eps in LIMITS
            ),
            needs=(ORDINARY,),
        ),
    ),
)
