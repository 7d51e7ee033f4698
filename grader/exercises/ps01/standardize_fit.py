"""``standardize_fit(x) -> {"mean", "std"}``: what is learnt from the training data."""

from typing import Any

import numpy as np

from course_lib.preprocessing import standardize_fit
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    case,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)

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
    single = table(rng, "float32", 7, 3)
    single["x"] = single["x"].astype(np.float32)
    return [
        table(rng, "three samples, two features", 3, 2),
        table(rng, "as many samples as features", 4, 4),
        table(rng, "more samples than features", 9, 3),
        table(rng, "one feature", 5, 1),
        table(rng, "a feature that never changes", 6, 3, constant=(1,)),
        table(rng, "nothing ever changes", 4, 2, constant=(0, 1)),
        rounded_mean(rng, ROUNDED, 10),
        table(rng, "one sample", 1, 3),
        table(rng, "features in very large units", 8, 2, scale=1e-3),
        single,
    ]


CHANGING = (
    "three samples, two features",
    "as many samples as features",
    "more samples than features",
    "one feature",
    "float32",
)
STD = _("the standard deviation of every feature")
CONSTANT = ("a feature that never changes", "nothing ever changes", "one sample")


def run(standardize_fit: Any, case: Case) -> dict[str, Any]:
    stats = standardize_fit(case["x"])
    return {"mean": stats["mean"], "std": stats["std"]}


def ones_if_constant(std: Any, x: Any) -> Any:
    return np.where(np.ptp(x, axis=0) == 0, 1, std)


def where_exactly_zero(x: Any) -> Any:
    std = x.std(axis=0)
    return {"mean": x.mean(axis=0), "std": np.where(std == 0, 1, std)}


def unbiased(x: Any) -> Any:
    r = x - x.mean(axis=0)
    std = np.sqrt(np.sum(r * r, axis=0) / max(len(x) - 1, 1))
    return {"mean": x.mean(axis=0), "std": ones_if_constant(std, x)}


def variance(x: Any) -> Any:
    return {"mean": x.mean(axis=0), "std": ones_if_constant(x.var(axis=0), x)}


def by_sample(x: Any) -> Any:
    return {"mean": x.mean(axis=1), "std": np.where(np.ptp(x, axis=1) == 0, 1, x.std(axis=1))}


def one_for_all(x: Any) -> Any:
    return {"mean": x.mean(), "std": x.std() or 1.0}


def zero_stays(x: Any) -> Any:
    return {"mean": x.mean(axis=0), "std": x.std(axis=0)}


def a_little_added(x: Any) -> Any:
    return {"mean": x.mean(axis=0), "std": x.std(axis=0) + 1e-8}


def at_least_one(x: Any) -> Any:
    return {"mean": x.mean(axis=0), "std": np.maximum(x.std(axis=0), 1)}


def all_or_none(x: Any) -> Any:
    std = x.std(axis=0)
    return {"mean": x.mean(axis=0), "std": np.ones_like(std) if (std == 0).any() else std}


def not_centred(x: Any) -> Any:
    std = np.sqrt(np.mean(x * x, axis=0))
    return {"mean": x.mean(axis=0), "std": np.where(np.ptp(x, axis=0) == 0, 1, std)}


def range_for_spread(x: Any) -> Any:
    return {"mean": x.mean(axis=0), "std": ones_if_constant(np.ptp(x, axis=0), x)}


def from_zero_to_one(x: Any) -> Any:
    return {"mean": x.min(axis=0), "std": ones_if_constant(np.ptp(x, axis=0), x)}


def mean_distance(x: Any) -> Any:
    return {
        "mean": x.mean(axis=0),
        "std": ones_if_constant(np.abs(x - x.mean(axis=0)).mean(axis=0), x),
    }


def median_for_mean(x: Any) -> Any:
    return {"mean": np.median(x, axis=0), "std": ones_if_constant(x.std(axis=0), x)}


def in_place(x: Any) -> Any:
    mean = x.mean(axis=0)
    x -= mean
    return {"mean": mean, "std": ones_if_constant(np.sqrt((x * x).mean(axis=0)), x)}


def a_pair(x: Any) -> Any:
    return x.mean(axis=0), ones_if_constant(x.std(axis=0), x)


def other_keys(x: Any) -> Any:
    return {"mu": x.mean(axis=0), "sigma": ones_if_constant(x.std(axis=0), x)}


exercise = Exercise(
    name="standardize_fit",
    takes=("standardize_fit",),
    points=2,
    reference=(standardize_fit,),
    cases=cases,
    run=run,
    judge=[
        values("mean", weight=2, title=_("the mean of every feature")),
        values("std", weight=3, cases=CHANGING, title=STD),
        values(
            "std",
            weight=2,
            cases=CONSTANT,
            title=_("a feature that never changes gets std 1"),
            after=STD,
        ),
        values(
            "std",
            cases=ROUNDED,
            title=_("also where the mean of equal numbers is rounded"),
            after=_("a feature that never changes gets std 1"),
        ),
        values("std", cases="features in very large units", title=_("a small spread is a spread")),
        shapes(),
        dtype(),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            unbiased,
            hint=_(
                "The standard deviations are too large by sqrt(N / (N − 1)). Which of the two "
                "divisors does S0's formula have, N or N − 1?"
            ),
        ),
        Mistake(
            variance,
            hint=_("`std` holds the variance. In which unit would that be for lengths in metres?"),
        ),
        Mistake(
            by_sample,
            hint=_(
                "Mean and spread are taken over the features of each sample. A column is one "
                "feature: over which axis do its values run?"
            ),
        ),
        Mistake(
            one_for_all,
            hint=_(
                "All features share one mean and one spread, so the one in the smallest unit still "
                "weighs least. Every column needs its own."
            ),
        ),
        Mistake(
            zero_stays,
            hint=_(
                "A feature that never changes has the spread 0 here, and whoever divides by it "
                "gets 0 / 0. It is to get 1."
            ),
        ),
        Mistake(
            where_exactly_zero,
            hint=_(
                "Equal numbers do not always have a std of exactly 0: their mean is rounded, and "
                "1e-17 may be left. What else tells that all values of a feature are the same?"
            ),
        ),
        Mistake(
            a_little_added,
            hint=_(
                "A feature that never changes gets a spread near 0: any other value it takes later "
                "would become enormous. It is to get 1."
            ),
        ),
        Mistake(
            at_least_one,
            hint=_(
                "Every spread below 1 is set to 1. Only a feature that never changes gets 1; a "
                "spread of 0.3 is a spread."
            ),
        ),
        Mistake(
            all_or_none,
            hint=_(
                "As soon as one feature never changes, all get 1. Decide for each feature by "
                "itself: `np.where` does."
            ),
        ),
        Mistake(
            not_centred,
            hint=_(
                "This is the distance from 0, not from the mean. Subtract the mean before you "
                "square."
            ),
        ),
        Mistake(
            from_zero_to_one,
            hint=_(
                "This scales to [0, 1] by the smallest and largest value. A single outlier would "
                "decide about both; here mean and standard deviation are asked for."
            ),
        ),
        Mistake(
            range_for_spread,
            hint=_("`std` holds the largest minus the smallest value, and no standard deviation."),
        ),
        Mistake(
            mean_distance,
            hint=_(
                "`std` holds the mean distance from the mean. For the standard deviation distances "
                "are squared before the mean is taken, and the root comes last."
            ),
        ),
        Mistake(
            median_for_mean,
            hint=_("`mean` holds the median, the value in the middle."),
        ),
        Mistake(
            in_place,
            hint=_(
                "The values are right, but `x` itself was overwritten, and it belongs to whoever "
                "called you. `x = x - mean` makes a new array, `x -= mean` does not."
            ),
        ),
        Mistake(
            a_pair,
            hint=_(
                "Two arrays came back where a dictionary is expected: give them their names, "
                '"mean" and "std".'
            ),
        ),
        Mistake(
            other_keys,
            hint=_('The dictionary has other keys. They are "mean" and "std".'),
        ),
    ],
    answers=("course_lib.preprocessing.standardize",),
    returns='{"mean": …, "std": …}, each with one number per feature',
    hints=(
        _("`x` has a sample in every row. Along which axis do you find all values of one feature?"),
        _(
            "std = sqrt of the mean of (x − mean)², column by column, with N in the denominator. "
            "Where the column never changes, 1 instead."
        ),
        _(
            "Smaller: x = [[1, 7], [5, 7]]. The means are [3, 7]. The first column is 2 away from "
            "its mean in both rows: std 2. The second never changes: std 1."
        ),
    ),
    grows=lambda rng, n: table(rng, "growing", n, 3),
)
