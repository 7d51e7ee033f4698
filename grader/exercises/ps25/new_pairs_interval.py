"""``new_pairs_interval(d, m, t) -> (low, high)``: where the mean of m new differences will lie."""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, unchanged_inputs, values


def new_pairs_interval(d, m, t):
    n = len(d)
    middle = np.mean(d)
    s = np.std(d, ddof=1)
    error = s * np.sqrt(1 / n + 1 / m)
    low = middle - t * error
    high = middle + t * error
    return low, high


def pairs(
    rng: np.random.Generator, about: str, n: int, m: int, unit: float = 1.0, gain: float = 0.0
) -> Case:
    """Differences whose mean, spread and number tell all wrong widths apart."""
    d = unit * rng.normal(gain + rng.uniform(-0.1, 0.1), 0.03, size=n)
    return case(about, d=d, m=m, t=float(rng.uniform(1.3, 2)))


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        "few new pairs": [
            pairs(rng, "six and three", 6, 3, gain=0.3),
            pairs(rng, "five and one, in per cent", 5, 1, unit=100.0),
        ],
        "as many new pairs": [pairs(rng, "four and four", 4, 4)],
        "many new pairs": [pairs(rng, "three and fifty", 3, 50)],
    }


exercise = function(
    new_pairs_interval,
    returns="low, high",
    points=2,
    cases=cases,
    judge=[
        values(
            "low",
            "high",
            weight=3,
            cases="few new pairs",
            help="""Your mean is uncertain, and so is that of the new pairs. Of which two
            variances do you take the sum?""",
        ),
        values(
            "low",
            "high",
            weight=1,
            cases="as many new pairs",
            help="Here the two variances are equal.",
        ),
        values(
            "low",
            "high",
            weight=1,
            cases="many new pairs",
            help="Here the second variance is small. Which one is left?",
        ),
    ],
    form=(shapes("low", "high"), unchanged_inputs()),
    answers=("grader.exercises.ps25.new_pairs_interval",),
    hints="""
    Write the variance of the measured mean, then that of the mean of m new differences, both with
    s². The two means are independent. What is the variance of their difference?

    A smaller example: d = [0.01, 0.03] has the mean 0.02 and s² = 0.0002. For one new pair, the
    variance of the difference is 0.0001 + 0.0002. With t = 3 the interval is 0.02 ± 0.052.
    """,
    mistakes=slips("""
error = s * np.sqrt(1 / n + 1 / 3)
    Your interval is for three new pairs, whatever m is.
error = s * np.sqrt(2 / n)
    You take the number of your own pairs twice. How many new pairs are there?
error = s * np.sqrt(1 / n)
    This is the standard error of your own mean. The mean of the new pairs varies as well, even if
    yours were exact.
error = s * np.sqrt(1 / m)
    You treat your own mean as exact. It is a mean of n numbers and varies, too.
error = s * np.sqrt(abs(1 / n - 1 / m))
    You subtract the two variances. Also where independent numbers are subtracted, does chance
    cancel or add up?
error = s * np.sqrt(1 / (n + m))
    You divide by n + m, as if you took the mean of all pairs together. Which two variances have to
    be added?
error = s * (np.sqrt(1 / n) + np.sqrt(1 / m))
    You add two standard deviations. For independent numbers, the variances add up.
error = s * (1 / n + 1 / m)
    This is a variance divided by s. Where is the square root?
error = s
    You take the standard deviation of single differences. The mean of m of them varies less.
error = s**2 * np.sqrt(1 / n + 1 / m)
    You multiply by the variance of the differences. Which number has the unit of a difference?
t = 1.48
    You use a number of standard deviations of your own. It is an argument.
s = np.std(d)
    The standard deviation divides by n. The estimate from n numbers divides by n − 1 (`ddof=1`).
middle = 0
    Your interval is around 0. It should be around the mean of the differences.
middle = np.median(d)
    The interval is around the mean of the differences, not around their median.
low = middle - error
high = middle + error
    You leave out t, the number of standard deviations to each side.
low = middle - t * error / 2
high = middle + t * error / 2
    The interval extends t standard deviations to each side. Yours has half of the width.
low = middle
    The interval begins at the mean. It extends to both sides.
return high, low
    The lower end comes first.
"""),
)
