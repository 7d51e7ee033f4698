"""``standardize_fit(x) -> {"mean", "std"}``: what is learnt from the training data."""

import numpy as np

from grader.checking.contract import FORM, Case, Exercise, case, float32, form_step, step, values


def standardize_fit(x):
    mean = x.mean(axis=0)
    std = x.std(axis=0)
    changes = x.max(axis=0) > x.min(axis=0)  # where not, rounding may leave a std of 1e-17
    return {"mean": mean, "std": np.where(changes, std, 1)}


SOME_EQUAL = "some values of a feature are equal"
ROUNDED = "a feature that never changes, with a rounded mean"


def table(
    rng: np.random.Generator,
    about: str,
    n: int,
    d: int,
    *,
    scale: float = 1.0,
    constant: tuple[int, ...] = (),
) -> Case:
    """A table whose columns lie far from 0 and have a spread of their own, none of them near 1.

    What a constant column holds is a multiple of 1/4: its mean is exact, however it is computed,
    so that its std is exactly 0. (:func:`rounded_mean` makes the other kind.)
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


def cases(rng: np.random.Generator) -> list[Case]:
    some_equal = table(rng, SOME_EQUAL, 8, 2)
    some_equal["x"][[1, -1], 0] = some_equal["x"][0, 0]
    return [
        table(rng, "three samples, two features", 3, 2),
        table(rng, "as many samples as features", 4, 4),
        table(rng, "more samples than features", 9, 3),
        table(rng, "one feature", 5, 1),
        some_equal,
        table(rng, "a feature that never changes", 6, 3, constant=(1,)),
        table(rng, "nothing ever changes", 4, 2, constant=(0, 1)),
        rounded_mean(rng, ROUNDED, 10),
        table(rng, "one sample", 1, 3),
        table(rng, "features in very large units", 8, 2, scale=1e-3),
        float32(table(rng, "float32", 7, 3)),
    ]


CHANGING = (
    "three samples, two features",
    "as many samples as features",
    "more samples than features",
    "one feature",
    SOME_EQUAL,
    "float32",
)
MEAN, STD = "the mean of every feature", "the standard deviation of every feature"
NEVER, SMALL = "a feature that never changes gets std 1", "a small spread is a spread"
ALSO_ROUNDED = "also where the mean of equal numbers is rounded"
CONSTANT = ("a feature that never changes", "nothing ever changes", "one sample")


def run(standardize_fit, case):
    stats = standardize_fit(case["x"])
    return {"mean": stats["mean"], "std": stats["std"]}


exercise = Exercise(
    name="standardize_fit",
    takes=("standardize_fit",),
    points=2,
    reference=(standardize_fit,),
    cases=cases,
    run=run,
    judge=[
        values("mean", weight=2, title=MEAN),
        values("std", weight=3, cases=CHANGING, title=STD),
        values(
            "std",
            weight=2,
            cases=CONSTANT,
            title=NEVER,
            after=STD,
        ),
        values(
            "std",
            cases=ROUNDED,
            title=ALSO_ROUNDED,
            after=NEVER,
        ),
        values("std", cases="features in very large units", title=SMALL),
        *FORM,
    ],
    answers=("course_lib.preprocessing.standardize",),
    returns='{"mean": …, "std": …}, each with one number per feature',
    hints=(
        step("`x` has a sample in every row. Along which axis is the mean of a feature?", MEAN),
        step(
            "S0's standard deviation is the root of the mean squared distance from the mean. Is "
            "something added to it, or another divisor used?",
            STD,
        ),
        step(
            "Which std do the features have that never change? A table with one row has only such: "
            "what does your function give for [[4, 7]]?",
            NEVER,
        ),
        step(
            "What is the std of 0.1, 0.1 and 0.1, and what does `np.std` give? How else can you "
            "tell that all values are the same?",
            ALSO_ROUNDED,
        ),
        step(
            "Lengths of a few millimetres, written in metres, have a spread of 0.001. What tells "
            "them from a feature that never changes?",
            SMALL,
        ),
        step(
            "std = sqrt of the mean of (x − mean)², column by column, with N in the denominator. "
            "Where the column never changes, 1 instead.",
            MEAN,
            STD,
            NEVER,
        ),
        step(
            "Smaller: x = [[1, 7], [5, 7]]. The means are [3, 7]. The first column is 2 away from "
            "its mean in both rows: std 2. The second never changes: std 1.",
            MEAN,
            STD,
            NEVER,
        ),
        form_step(
            "shapes",
            "float type is kept",
            "inputs are left as they were",
        ),
    ),
    grows=lambda rng, n: table(rng, "growing", n, 3),
)

exercise.slip(
    "x.std(axis=0)",
    "np.sqrt(((x - mean) ** 2).sum(axis=0) / max(len(x) - 1, 1))",
    "The standard deviations are too large by sqrt(N / (N − 1)). Which of the two divisors does "
    "S0's formula have, N or N − 1?",
    name="unbiased",
)
exercise.slip(
    "x.std(axis=0)",
    "x.var(axis=0)",
    "`std` holds the variance. In which unit would that be for lengths in metres?",
    name="variance",
)
exercise.slip(
    "mean = x.mean(axis=0)",
    "x = x.T\n    mean = x.mean(axis=0)",
    "Mean and spread are taken over the features of each sample. A column is one feature: over "
    "which axis do its values run?",
    name="by sample",
)


@exercise.mistake
def one_for_all(x):
    """All features share one mean and one spread, so the one in the smallest unit still weighs
    least. Every column needs its own.
    """
    return {"mean": x.mean(), "std": x.std() or 1.0}


exercise.slip(
    "np.where(changes, std, 1)",
    "std",
    "A feature that never changes has the spread 0 here, and dividing by it gives 0 / 0. It is "
    "to get 1.",
    name="zero stays",
)
exercise.slip(
    "x.max(axis=0) > x.min(axis=0)",
    "std > 0",
    "Equal numbers do not always have a std of exactly 0: their mean is rounded, and 1e-17 may be "
    "left. What else tells that all values of a feature are the same?",
    name="where exactly zero",
)
exercise.slip(
    "x.max(axis=0) > x.min(axis=0)",
    "(x[0] != x[1:]).all(axis=0) & (len(x) > 1)",
    "A feature gets std 1 although only some of its values agree. What has to hold for all values "
    "of a feature that never changes?",
    name="some values agree",
)
exercise.slip(
    "np.where(changes, std, 1)",
    "np.ones_like(std)",
    "Every feature gets std 1. Which of them are to get 1, and how does your test tell?",
    name="ones",
)
exercise.slip(
    '"mean": mean',
    '"mean": np.where(changes, mean, 0)',
    "A feature that never changes has the mean 0 here. Which number is the mean of 7, 7 and 7?",
    name="no mean where nothing changes",
)
exercise.slip(
    "np.where(changes, std, 1)",
    "std + 1e-8",
    "A feature that never changes gets a spread near 0: any other value it takes later would "
    "become enormous. It is to get 1.",
    name="a little added",
)
exercise.slip(
    "np.where(changes, std, 1)",
    "np.maximum(std, 1)",
    "Every spread below 1 is set to 1. Only a feature that never changes gets 1; a spread of 0.3 "
    "is a spread.",
    name="at least one",
)
exercise.slip(
    "np.where(changes, std, 1)",
    "std if std.all() else np.ones_like(std)",
    "As soon as one feature never changes, all get 1. Decide for each feature by itself: "
    "`np.where` does.",
    name="all or none",
)
exercise.slip(
    "x.std(axis=0)",
    "np.sqrt((x**2).mean(axis=0))",
    "This is the distance from 0, not from the mean. Subtract the mean before you square.",
    name="not centred",
)
exercise.slip(
    "mean = x.mean(axis=0)\n    std = x.std(axis=0)",
    "mean = x.min(axis=0)\n    std = x.max(axis=0) - x.min(axis=0)",
    "This scales to [0, 1] by the smallest and largest value. A single outlier would decide about "
    "both; here mean and standard deviation are asked for.",
    name="from zero to one",
)
exercise.slip(
    "x.std(axis=0)",
    "np.sqrt(((x - mean) ** 2).sum(axis=0))",
    "The standard deviations are too large by √N. What stands between the squares and the root?",
    name="root of the sum",
)
exercise.slip(
    "mean = x.mean(axis=0)",
    "mean = x.sum(axis=0) / x.shape[1]",
    "The sum over the samples is divided by the number of features. How many values does one "
    "feature have?",
    name="divided by the features",
)
exercise.slip(
    "x.std(axis=0)",
    "x.max(axis=0) - x.min(axis=0)",
    "`std` holds the largest minus the smallest value, and no standard deviation.",
    name="range",
)
exercise.slip(
    "x.std(axis=0)",
    "np.abs(x - mean).mean(axis=0)",
    "`std` holds the mean distance from the mean. For the standard deviation distances are squared "
    "before the mean is taken, and the root comes last.",
    name="mean distance",
)
exercise.slip(
    "x.mean(axis=0)",
    "np.median(x, axis=0)",
    "`mean` holds the median, the value in the middle.",
    name="median",
)
exercise.slip(
    "std = x.std(axis=0)",
    "x -= mean\n    std = x.std(axis=0)",
    "The values are right, but `x` itself was overwritten, and it belongs to the caller. "
    "`x = x - mean` makes a new array, `x -= mean` does not.",
    name="in place",
    needs=(MEAN, STD),
)
exercise.slip(
    'return {"mean": mean, "std": np.where(changes, std, 1)}',
    "return mean, np.where(changes, std, 1)",
    'Two arrays came back where a dictionary is expected: give them their names, "mean" and "std".',
    name="a pair",
)
exercise.slip(
    '"mean": mean, "std"',
    '"mu": mean, "sigma"',
    'The dictionary has other keys. They are "mean" and "std".',
    name="other keys",
)
