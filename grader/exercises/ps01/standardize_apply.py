"""``standardize_apply(x, stats)``: standardise data by the training set's statistics."""

import numpy as np

from grader.checking.contract import Case, case, float32, form_step, function, slips, values


def standardize_apply(x, stats):
    return (x - stats["mean"]) / stats["std"]


def batch(rng: np.random.Generator, about: str, n: int, d: int) -> Case:
    """Data whose own mean and standard deviation differ from those in stats."""
    mean = rng.choice([-1.0, 1.0], size=d) * rng.uniform(2, 5, size=d)
    std = rng.uniform(2, 4, size=d)
    std[::2] = rng.uniform(0.2, 0.6, size=std[::2].size)
    offset = rng.choice([-1.0, 1.0], size=d) * rng.uniform(1, 2, size=d)
    x = mean + std * (offset + rng.uniform(0.3, 0.6) * rng.normal(size=(n, d)))
    return case(about, x=x, stats={"mean": mean, "std": std})


def cases(rng: np.random.Generator) -> list[Case]:
    constant = batch(rng, "a feature that never changed in training", 4, 3)
    constant["stats"]["std"][1] = 1.0
    far = batch(rng, "a sample far from the mean", 4, 2)
    far["x"][1] = far["stats"]["mean"] + far["stats"]["std"] * rng.uniform(4, 6, size=2)
    return [
        batch(rng, "one sample", 1, 2),
        batch(rng, "more samples than features", 5, 3),
        batch(rng, "as many samples as features", 4, 4),
        batch(rng, "one feature", 3, 1),
        constant,
        far,
        float32(batch(rng, "float32", 6, 3)),
    ]


exercise = function(
    standardize_apply,
    returns="z",
    points=1,
    cases=cases,
    judge=[
        values(
            "z",
            weight=5,
            help=(
                "Two steps in S0's order. Which one comes first?",
                "z = (x − mean) / std for each feature. NumPy broadcasts (D,) to each row of "
                "(N, D).",
                "A smaller example: mean [3, 7], std [2, 1]. The new sample [7, 6] becomes [(7 − "
                "3) / 2, (6 − 7) / 1] = [2, −1].",
            ),
        )
    ],
    answers=("course_lib.preprocessing.standardize",),
    hints=(form_step("shapes", "float type is kept", "inputs are left as they were"),),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
    mistakes=slips("""
return (x - x.mean(axis=0)) / np.where(x.std(axis=0) == 0, 1, x.std(axis=0))
    You standardise the data by its own mean and standard deviation. Then the numbers of a sample
    depend on the other samples, and a single sample always gets 0. Of which data does `stats` hold
    the statistics?
return (x - x.mean(axis=0)) / stats["std"]
    You subtract the mean of `x`. Which mean does `stats` hold, and of which data?
return (x - stats["mean"]) / np.where(x.std(axis=0) == 0, 1, x.std(axis=0))
    You divide by the standard deviation of `x`. Which one does `stats` hold, and of which data?
return (x - stats["mean"]) / np.where(x.max(axis=0) == x.min(axis=0), 1, stats["std"])
    If a feature is equal in all samples of `x`, as in a single sample, you do not divide by `std`.
    `stats` already takes care of features that never change in the training set.
return (x - stats["mean"])
    You subtract the mean, but every feature still has its unit. Which step removes the unit?
return x / stats["std"]
    The features are not centred. Where do you subtract the mean?
return x - stats["mean"] / stats["std"]
    Python divides before it subtracts. What is divided by `std` here?
return x / stats["std"] - stats["mean"]
    You subtract the mean after the division, but the mean is in the original unit. Which of the two
    steps comes first?
return (x - stats["mean"]) / stats["std"] ** 2
    You divide by the square of `std`. Which unit does this square have for lengths in metres?
return (x - stats["mean"]) / np.sqrt(stats["std"])
    You divide by the root of `std`, but `std` is already a standard deviation.
return (x - stats["mean"]) * stats["std"]
    You multiply by `std`, so a feature with a large standard deviation gets an even larger one. It
    should become 1.
return x * stats["std"] + stats["mean"]
    This converts standardised data back to the original units. The task asks for the opposite
    direction.
return (x + stats["mean"]) / stats["std"]
    You add the mean. Which value should a sample get that is equal to the mean?
return (stats["mean"] - x) / stats["std"]
    The sign is reversed: values above the mean should become positive.
return (x - stats["std"]) / stats["mean"]
    `mean` and `std` are exchanged. Which one do you subtract, and by which one do you divide?
return (x - stats["mean"][:, None]) / stats["std"][:, None]
    `[:, None]` makes one number for each sample of the statistics. They hold one number for each
    feature and fit the rows as they are.
"""),
)
