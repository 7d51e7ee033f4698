"""``paired_error(a, b) -> (difference, error)``: a mean of pairs and its standard error."""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, unchanged_inputs, values


def paired_error(a, b):
    d = a - b
    difference = d.mean()
    error = d.std(ddof=1) / np.sqrt(len(d))
    return difference, error


def pairs(rng: np.random.Generator, about: str, n: int, own: float, lead: float) -> Case:
    """Accuracies of two methods on n splits that are easy or hard for both."""
    split = 0.1 * rng.normal(size=n)
    a, b = (split + own * rng.normal(size=n) for _ in range(2))
    return case(about, a=0.7 + lead + a, b=0.7 + b)


exercise = function(
    paired_error,
    returns="difference, error",
    points=2,
    cases=lambda rng: [
        pairs(rng, "two splits", 2, 0.05, 0.1),
        pairs(rng, "five splits", 5, 0.03, 0.05),
        pairs(rng, "b is better", 8, 0.04, -0.2),
        pairs(rng, "many splits", 50, 0.1, 0.02),
    ],
    judge=[
        values(
            "difference",
            weight=2,
            help="Of which numbers is it the mean, and which one is subtracted from which?",
        ),
        values(
            "error",
            weight=5,
            help="""Write the differences into an array d, one for each pair. Which steps lead from
            d to the standard error of its mean?""",
        ),
    ],
    form=(shapes(), unchanged_inputs()),
    answers=("course_lib.comparison",),
    hints=(
        "One number for each split: d = a − b. Everything else is computed from d.",
        "A smaller example: a = [0.9, 0.8, 0.7], b = [0.8, 0.6, 0.4]. d = [0.1, 0.2, 0.3] has the "
        "mean 0.2 and, with N − 1, the standard deviation 0.1. The error is 0.1/√3 = 0.058.",
    ),
    mistakes=slips("""
error = np.sqrt(a.var(ddof=1) + b.var(ddof=1)) / np.sqrt(len(d))
    Your error is that of two methods on different splits. On the same splits, what makes a split
    hard for both is in a and in b, and cancels in a − b.
error = d.std() / np.sqrt(len(d))
    You divide by N in the standard deviation. With few differences this is too small; use N − 1
    (`ddof=1`).
error = d.std(ddof=1)
    This is the standard deviation of one difference. By which factor is that of the mean of N
    differences smaller?
error = d.std(ddof=1) / len(d)
    You divide by N. The variance of a mean is divided by N, and the standard error is its root.
error = d.var(ddof=1) / len(d)
    This is the variance of the mean. The standard error is its root.
error = np.sqrt(np.mean(d**2) / len(d))
    You measure the differences from 0, not from their mean. Two methods with the same lead
    everywhere have the error 0.
error = abs(d.mean()) / np.sqrt(len(d))
    You divide the mean difference by √N. How much do the differences vary?
d = b - a
    The sign is wrong: the difference is a minus b.
d = np.abs(a - b)
    You take the sizes of the differences. Where b is better, the difference is negative.
d = a
    Only `a` is used. What is the difference of a pair?
return difference, 2 * error
    Your error is doubled. How many standard errors an interval has is decided later.
"""),
)
