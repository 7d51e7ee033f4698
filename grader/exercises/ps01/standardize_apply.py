"""``standardize_apply(x, stats)``: any data in the units that the training data has given."""

import numpy as np

from grader.checking.contract import Case, case, float32, function, values


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
        "Two steps in S0's order: which one first?",
        "z = (x − mean) / std, feature by feature. NumPy lines (D,) up with each row of (N, D).",
        "Smaller: mean [3, 7], std [2, 1]. The new sample [7, 6] becomes [(7 − 3) / 2, (6 − 7) "
        "/ 1] = [2, −1].",
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)


def slip(new, hint, **more):
    """The whole expression written as ``new``."""
    exercise.slip('(x - stats["mean"]) / stats["std"]', new, hint, **more)


OWN = "np.where(x.std(axis=0) == 0, 1, x.std(axis=0))"

slip(
    f"(x - x.mean(axis=0)) / {OWN}",
    "The data is standardised by its own mean and spread; `stats` is not used. Then the same "
    "patient gets other numbers in other company, and a single one gets 0.",
)
slip(
    '(x - x.mean(axis=0)) / stats["std"]',
    'The mean is that of the data at hand. The one to subtract is `stats["mean"]`.',
)
slip(
    f'(x - stats["mean"]) / {OWN}',
    'The spread is that of the data at hand. The one to use is `stats["std"]`.',
)
slip('x - stats["mean"]', "The mean is gone, but every feature still has its unit.")
slip(
    'x / stats["std"]', "The spread is right, but the features are not centred: where is the mean?"
)
slip(
    'x - stats["mean"] / stats["std"]',
    "Python divides before it subtracts: what is divided by `std` here?",
)
slip(
    'x / stats["std"] - stats["mean"]',
    "The mean is subtracted after the division, but it is in the old unit. Which of the two steps "
    "comes first?",
)
slip(
    '(x - stats["mean"]) / stats["std"] ** 2',
    "Divided by the square of `std`: what unit has that for lengths in metres?",
)
slip(
    '(x - stats["mean"]) / np.sqrt(stats["std"])',
    "Divided by the root of `std`: it is a standard deviation already.",
)
slip(
    '(x - stats["mean"]) * stats["std"]',
    "Multiplied by `std`: a wide feature becomes wider. It should end at spread 1.",
)
slip(
    'x * stats["std"] + stats["mean"]',
    "This goes from standard units back to the old ones. Which way is asked for?",
)
slip(
    '(stats["mean"] - x) / stats["std"]',
    "The sign is turned: what is above the mean should be positive.",
)


@exercise.mistake(needs=("values of z",))
def in_place(x, stats):
    """The values are right, but `x` itself was overwritten, and it belongs to whoever called you.
    Make a new array.
    """
    x -= stats["mean"]
    x /= stats["std"]
    return x
