"""``standardize_apply(x, stats)``: any data in the units that the training data has given."""

import numpy as np

from grader.checking.contract import Case, case, float32, form_step, function, step, values


def standardize_apply(x, stats):
    return (x - stats["mean"]) / stats["std"]


def batch(rng: np.random.Generator, about: str, n: int, d: int) -> Case:
    """Data whose own mean and spread are others than those in stats."""
    mean = rng.choice([-1.0, 1.0], size=d) * rng.uniform(2, 5, size=d)
    std = rng.uniform(2, 4, size=d)
    std[::2] = rng.uniform(0.2, 0.6, size=std[::2].size)
    offset = rng.choice([-1.0, 1.0], size=d) * rng.uniform(1, 2, size=d)
    x = mean + std * (offset + rng.uniform(0.3, 0.6) * rng.normal(size=(n, d)))
    return case(about, x=x, stats={"mean": mean, "std": std})


def cases(rng: np.random.Generator) -> list[Case]:
    constant = batch(rng, "a feature that never changed in training", 4, 3)
    constant["stats"]["std"][1] = 1.0
    return [
        batch(rng, "one sample", 1, 2),
        batch(rng, "more samples than features", 5, 3),
        batch(rng, "as many samples as features", 4, 4),
        batch(rng, "one feature", 3, 1),
        constant,
        float32(batch(rng, "float32", 6, 3)),
    ]


exercise = function(
    standardize_apply,
    returns="z",
    points=1,
    cases=cases,
    judge=[values("z", weight=5)],
    answers=("course_lib.preprocessing.standardize",),
    hints=(
        step("Two steps in S0's order: which one first?", "values of z"),
        step(
            "z = (x − mean) / std for each feature. NumPy lines up (D,) with each row of (N, D).",
            "values of z",
        ),
        step(
            "Smaller: mean [3, 7], std [2, 1]. The new sample [7, 6] becomes [(7 − 3) / 2, (6 − 7) "
            "/ 1] = [2, −1].",
            "values of z",
        ),
        form_step(
            "shapes",
            "float type is kept",
            "inputs are left as they were",
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)


MEAN, STD, ALL = 'stats["mean"]', 'stats["std"]', '(x - stats["mean"]) / stats["std"]'
OWN_STD = "np.where(x.std(axis=0) == 0, 1, x.std(axis=0))"

exercise.slip(
    ALL,
    f"(x - x.mean(axis=0)) / {OWN_STD}",
    "The data is standardised by its own mean and spread. Then the same patient gets other numbers "
    "in other company, and a single one gets 0. Whose statistics does `stats` hold?",
)
exercise.slip(
    MEAN,
    "x.mean(axis=0)",
    "The mean is that of the data at hand. Which mean does `stats` hold, and of which data?",
)
exercise.slip(
    STD,
    OWN_STD,
    "The spread is that of the data at hand. Which one does `stats` hold, and of which data?",
)
exercise.slip(
    STD,
    f"np.where(x.max(axis=0) == x.min(axis=0), 1, {STD})",
    "Where a feature is the same in all samples at hand, as in a single sample, `std` is left out. "
    "Which data has already told whether a feature ever changes?",
)
exercise.slip(
    f" / {STD}", "", "The mean is gone, but every feature still has its unit. What removes it?"
)
exercise.slip(
    ALL, f"x / {STD}", "The spread is right, but the features are not centred: where is the mean?"
)
exercise.slip(
    ALL,
    f"x - {MEAN} / {STD}",
    "Python divides before it subtracts: what is divided by `std` here?",
)
exercise.slip(
    ALL,
    f"x / {STD} - {MEAN}",
    "The mean is subtracted after the division, but it is in the old unit. Which of the two steps "
    "comes first?",
)
exercise.slip(
    STD,
    f"{STD} ** 2",
    "Divided by the square of `std`: what unit has that for lengths in metres?",
)
exercise.slip(
    STD,
    f"np.sqrt({STD})",
    "Divided by the root of `std`: it is a standard deviation already. What does `stats` hold?",
)
exercise.slip(
    "/ stats",
    "* stats",
    "Multiplied by `std`: a wide feature becomes wider. It should end at spread 1.",
)
exercise.slip(
    ALL,
    f"x * {STD} + {MEAN}",
    "This goes from standard units back to the old ones. Which way is asked for?",
)
exercise.slip(
    "x - stats", "x + stats", "The mean is added. Where should a sample at the mean end up?"
)
exercise.slip(
    ALL,
    f"({MEAN} - x) / {STD}",
    "The sign is turned: what is above the mean should be positive.",
)
exercise.slip(
    ALL, f"(x - {STD}) / {MEAN}", "`mean` and `std` have changed places. Which one is a centre?"
)


@exercise.mistake(needs=("values of z",))
def in_place(x, stats):
    """The values are right, but `x` itself was overwritten, and it belongs to the caller.
    Make a new array.
    """
    x -= stats["mean"]
    x /= stats["std"]
    return x
