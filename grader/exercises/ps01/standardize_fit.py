"""``standardize_fit(x) -> {"mean", "std"}``: the training set's statistics."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, float32, form_step, function, slips, step, values


def standardize_fit(x):
    mean = x.mean(axis=0)
    std = x.std(axis=0)
    changes = x.max(axis=0) > x.min(axis=0)  # where not, rounding may leave a std of 1e-17
    return {"mean": mean, "std": np.where(changes, std, 1)}


def table(
    rng: np.random.Generator,
    about: str,
    n: int,
    d: int,
    *,
    scale: float = 1.0,
    constant: tuple[int, ...] = (),
) -> Case:
    """A table whose columns lie far from 0 and have different standard deviations, none near 1. A
    constant column holds a multiple of 1/4: its mean is exact, however it is computed, so its std
    is exactly 0. (:func:`rounded_mean` makes the other kind.)
    """
    x = rng.normal(size=(n, d))
    if n > 1:
        x = (x - x.mean(axis=0)) / x.std(axis=0)
    spread = rng.uniform(2, 4, size=d)
    spread[::2] = rng.uniform(0.2, 0.6, size=spread[::2].size)
    x = scale * (x * spread + rng.choice([-1.0, 1.0], size=d) * rng.uniform(2, 5, size=d))
    for column in constant:
        x[:, column] = rng.choice([-1.0, 1.0]) * rng.integers(9, 40) / 4
    return case(about, x=x)


def rounded_mean(rng: np.random.Generator, about: str, n: int) -> Case:
    """A table with a column of equal numbers whose mean is rounded: NumPy's std of it is not 0."""
    made = table(rng, about, n, 3)
    while not made["x"][:, 1].std() < 1e-12 or not made["x"].std(axis=0)[1] > 0:
        made["x"][:, 1] = rng.integers(1, 1000) / 1000
    return made


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    some_equal = table(rng, "some values of a feature are equal", 8, 2)
    some_equal["x"][[1, -1], 0] = some_equal["x"][0, 0]
    return {
        "the spread of the features relative to each other": [
            table(rng, "three samples, two features", 3, 2),
            table(rng, "as many samples as features", 4, 4),
            table(rng, "more samples than features", 9, 3),
            some_equal,
            float32(table(rng, "float32", 7, 3)),
        ],
        "one feature": [table(rng, "", 5, 1)],
        "a feature that never changes gets std 1": [
            table(rng, "a feature that never changes", 6, 3, constant=(1,)),
            table(rng, "nothing ever changes", 4, 2, constant=(0, 1)),
            table(rng, "one sample", 1, 3),
        ],
        "also where the mean of equal numbers is rounded": [
            rounded_mean(rng, "a feature that never changes, with a rounded mean", 10)
        ],
        "a small std is kept": [table(rng, "features in very large units", 8, 2, scale=1e-3)],
    }


def run(standardize_fit, case):
    stats = standardize_fit(case["x"])
    return {"mean": stats["mean"], "std": stats["std"]}


RATIOS = "std relative to its mean"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Mean, std, and the part of std that a common factor, such as that of N − 1, leaves right."""
    std = np.asarray(outputs["std"])
    if std.dtype.kind not in "biuf":
        return outputs
    return outputs | {RATIOS: std / (np.mean(std) or 1)}


MEAN, STD = "the mean of every feature", "the standard deviation of every feature"
NEVER = "a feature that never changes gets std 1"

exercise = function(
    standardize_fit,
    returns='{"mean": …, "std": …}, each with one number per feature',
    outputs="mean, std",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(
            "mean",
            weight=2,
            title=MEAN,
            help="`x` has a sample in every row. Along which axis is the mean of a feature?",
        ),
        values(RATIOS, weight=3, cases="the spread of the features relative to each other"),
        values(
            "std",
            weight=2,
            cases=("the spread of the features relative to each other", "one feature"),
            title=STD,
            help="""S0's standard deviation is the root of the mean squared distance from the mean.
            Does your code add something to it, or use another divisor?""",
        ),
        values(
            "std",
            weight=2,
            cases=NEVER,
            after=STD,
            help="""Which std has a feature that never changes? A table with one row has only such
            features. What does your function give for [[4, 7]]?""",
        ),
        values(
            "std",
            cases="also where the mean of equal numbers is rounded",
            after=NEVER,
            help="""What is the std of 0.1, 0.1 and 0.1, and what does `np.std` give? How else can
            you tell that all values are the same?""",
        ),
        values(
            RATIOS,
            cases="a small std is kept",
            help="""Lengths of a few millimetres, written in metres, have a std of about 0.001. How
            does your code distinguish them from a feature that never changes?""",
        ),
    ],
    answers=("course_lib.preprocessing.standardize",),
    hints=(
        step(
            "std = sqrt of the mean of (x − mean)², column by column, with N in the denominator. "
            "A column that never changes gets std 1 instead.",
            MEAN,
            STD,
            NEVER,
        ),
        step(
            "A smaller example: x = [[1, 7], [5, 7]]. The means are [3, 7]. The first column is 2 "
            "away from its mean in both rows: std 2. The second never changes: std 1.",
            MEAN,
            STD,
            NEVER,
        ),
        form_step("shapes", "float type is kept", "inputs are left as they were"),
    ),
    grows=lambda rng, n: table(rng, "growing", n, 3),
    mistakes=(
        *slips("""
std = np.sqrt(((x - mean) ** 2).sum(axis=0) / max(len(x) - 1, 1))
    The standard deviations are too large by sqrt(N / (N − 1)). Which of the two divisors does S0's
    formula have, N or N − 1?
std = x.var(axis=0)
    `std` holds the variance. Which unit does a variance have for lengths in metres?
x = x.T
    You take mean and std over the features of each sample. A column is one feature. Over which axis
    do its values run?
return {"mean": x.mean(), "std": x.std() or 1.0}
    All features share one mean and one std, so a feature with small values stays small. Every
    column needs its own mean and std.
std = np.full_like(mean, x.std())
    Your std is the same number for every feature, taken over the whole table. Every column needs
    its own std.
std = np.full_like(mean, np.sqrt(((x - mean) ** 2).mean()))
    Your std is the same number for every feature, the root of a mean over the whole table. Every
    column needs its own std.
mean = np.full_like(x[0], x.mean())
std = np.full_like(x[0], x.std())
    All features share one mean and one std, taken over the whole table. Every column needs its own
    mean and std.
return {"mean": mean, "std": std}
    A feature that never changes gets std 0, and dividing by it gives 0/0. Its std has to be 1.
changes = std > 0
    Equal numbers do not always have a std of exactly 0: their mean is rounded, and a std of 1e-17
    may remain. How else can you test whether all values of a feature are equal?
changes = (x[0] != x[1:]).all(axis=0) & (len(x) > 1)
    A feature gets std 1 although only some of its values are equal. All values of a feature that
    never changes are equal.
return {"mean": mean, "std": np.ones_like(std)}
    Every feature gets std 1. Which features should get 1, and how does your code test for them?
return {"mean": np.where(changes, mean, 0), "std": np.where(changes, std, 1)}
    A feature that never changes has the mean 0 here. Which number is the mean of 7, 7 and 7?
return {"mean": mean, "std": std + 1e-8}
    A feature that never changes gets a spread near 0: any other value that it takes later would
    become enormous. Its std has to be 1.
return {"mean": mean, "std": np.maximum(std, 1)}
    Every std below 1 is set to 1. Only a feature that never changes gets 1; a std of 0.3 stays 0.3.
return {"mean": mean, "std": std if std.all() else np.ones_like(std)}
    As soon as one feature never changes, all features get std 1. Decide for each feature
    separately, as `np.where` does.
std = np.sqrt((x**2).mean(axis=0))
    `std` measures the distance from 0, not from the mean. Subtract the mean before you square.
mean = x.min(axis=0)
std = x.max(axis=0) - x.min(axis=0)
    This scales to [0, 1] by the smallest and largest value. Both depend on a single outlier; the
    task asks for mean and standard deviation.
std = np.sqrt(((x - mean) ** 2).sum(axis=0))
    The standard deviations are too large by √N. What has to happen between the squares and the
    root?
mean = x.sum(axis=0) / x.shape[1]
    The sum over the samples is divided by the number of features. How many values does one feature
    have?
std = x.max(axis=0) - x.min(axis=0)
    `std` holds the largest minus the smallest value, which is not the standard deviation.
std = np.abs(x - mean).mean(axis=0)
    `std` holds the mean distance from the mean. For the standard deviation, square the distances,
    take their mean, then the root.
mean = np.median(x, axis=0)
    `mean` holds the median, which is the middle one of the sorted values.
return mean, np.where(changes, std, 1)
    You return two arrays, but a dictionary is expected: give them the keys "mean" and "std".
return {"mu": mean, "sigma": np.where(changes, std, 1)}
    The dictionary has other keys than "mean" and "std".
"""),
        *slips(
            """
return {"mean": mean, "std": std if changes.all() else np.ones_like(std)}
    A single feature that never changes sets all of your stds to 1. Decide for each feature by
    itself, for example with `np.where`.
""",
            needs=(STD,),
        ),
    ),
)
