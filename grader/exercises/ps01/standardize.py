"""``standardize(x_train, x_new) -> (z_train, z_new)``: both in the units of the training set."""

import numpy as np

from grader.checking.contract import Case, case, float32, form_step, function, slips, step, values


def standardize(x_train, x_new):
    mean = x_train.mean(axis=0)
    std = x_train.std(axis=0)
    never = x_train.max(axis=0) == x_train.min(axis=0)  # rounding may leave a std of 1e-17
    scale = np.where(never, 1, std).astype(x_train.dtype)
    z_train = (x_train - mean) / scale
    z_new = (x_new - mean) / scale
    return z_train, z_new


def tables(
    rng: np.random.Generator,
    about: str,
    n: int,
    d: int,
    *,
    new: int = 4,
    scale: float = 1.0,
    constant: tuple[int, ...] = (),
) -> Case:
    """Two tables whose columns lie far from 0 and have different standard deviations, none near 1.

    The second has other means and standard deviations. A constant column holds a multiple of 1/4:
    its mean is exact, however it is computed, so its std is exactly 0. (:func:`rounded_mean` makes
    the other kind.)
    """
    x = rng.normal(size=(n, d))
    if n > 1:
        x = (x - x.mean(axis=0)) / x.std(axis=0)
    spread = rng.uniform(2, 4, size=d)
    spread[::2] = rng.uniform(0.2, 0.6, size=spread[::2].size)
    centre = rng.choice([-1.0, 1.0], size=d) * rng.uniform(2, 5, size=d)
    offset = rng.choice([-1.0, 1.0], size=d) * rng.uniform(1, 2, size=d)
    other = offset + rng.uniform(0.3, 0.6) * rng.normal(size=(new, d))
    x, other = (scale * (centre + spread * z) for z in (x, other))
    for column in constant:
        x[:, column] = rng.choice([-1.0, 1.0]) * rng.integers(9, 40) / 4
    return case(about, x_train=x, x_new=other)


def rounded_mean(
    rng: np.random.Generator, about: str, n: int, size: float = 1.0, *, single: bool = False
) -> Case:
    """A table with a column of equal numbers whose mean is rounded: NumPy's std of it is not 0."""
    made = tables(rng, about, n, 3)
    made = float32(made) if single else made
    x = made["x_train"]
    x[:, 1] = size
    while not x[:, 1].std() > 0 or not x.std(axis=0)[1] > 0:
        x[:, 1] = size * rng.random()
    made["x_new"][:, 1] += x[0, 1]
    return made


def far_from_zero(rng: np.random.Generator, about: str, far: float, by: int) -> Case:
    """A table with a column far from 0 whose values differ only by ``by``, and yet they differ.

    The sums of such numbers, and so their mean, are exact.
    """
    made = tables(rng, about, 8, 3)
    made["x_train"][:, 1] = far + by * rng.permutation([1, 1, 1, 1, 0, 0, 0, 0])
    made["x_new"][:, 1] = far + by * rng.integers(-4, 4, size=4)
    return made


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    # Two values differ from the first one, which is the mean: not those that one compares first.
    some_equal = tables(rng, "most values of a feature are equal", 8, 2, constant=(0,))
    some_equal["x_train"][[2, 5], 0] += np.array([1, -1]) * rng.integers(1, 9) / 4
    equal_in_new = tables(rng, "a feature that never changes in the new data", 5, 3)
    equal_in_new["x_new"][:, 1] = equal_in_new["x_new"][0, 1]
    return {
        "features that change": [
            tables(rng, "three samples, two features", 3, 2),
            tables(rng, "as many samples as features", 4, 4),
            tables(rng, "more samples than features", 9, 3),
            tables(rng, "one new sample", 5, 2, new=1),
            tables(rng, "one feature", 5, 1),
            some_equal,
            equal_in_new,
            float32(tables(rng, "float32", 7, 3)),
        ],
        "a feature that never changes": [
            tables(rng, "one of three features never changes", 6, 3, constant=(1,)),
            tables(rng, "nothing ever changes", 4, 2, constant=(0, 1)),
            tables(rng, "one training sample", 1, 3),
        ],
        "also where the mean of equal numbers is rounded": [
            rounded_mean(rng, "a feature that never changes, with a rounded mean", 10),
            rounded_mean(rng, "large numbers that never change", 10, 1e9),
            rounded_mean(rng, "float32 numbers that never change", 10, single=True),
        ],
        "a small std is kept": [
            tables(rng, "features in very large units", 8, 2, scale=1e-3),
            tables(rng, "features in enormous units", 8, 2, scale=1e-140),
            far_from_zero(rng, "a feature far from 0 that changes by little", 2.0**23, 1),
            far_from_zero(rng, "a feature that hardly changes", 2.0**52, 4),
        ],
    }


TRAIN, NEW = "the training data, standardised", "new data by the training set's statistics"
NEVER, CHANGE = "a feature that never changes", "features that change"

exercise = function(
    standardize,
    returns="z_train, z_new",
    points=3,
    cases=cases,
    judge=[
        values(
            "z_train",
            weight=3,
            cases=CHANGE,
            title=TRAIN,
            help="""Two steps in S0's order: subtract the mean, divide by the standard deviation.
            `x_train` has a sample in every row. Along which axis is the mean of a feature?""",
        ),
        values(
            "z_new",
            weight=6,
            cases=CHANGE,
            title=NEW,
            help="""Which mean and which standard deviation does your code use for `x_new`? A single
            new sample must have a result, too.""",
        ),
        values(
            "z_train",
            "z_new",
            weight=3,
            cases=NEVER,
            after=NEW,
            help="""By which number is a feature divided that never changes in training? A training
            set with one row has only such features. What does your function give for [[4, 7]]?""",
        ),
        values(
            "z_train",
            "z_new",
            weight=2,
            cases="also where the mean of equal numbers is rounded",
            after=NEVER,
            help="""What is the std of 0.1, 0.1 and 0.1, and what does `np.std` give? How else can
            you tell that all values are the same?""",
        ),
        values(
            "z_train",
            "z_new",
            weight=2,
            cases="a small std is kept",
            after=NEW,
            help="""Lengths of a few millimetres, written in metres, have a std of about 0.001. How
            does your code distinguish them from a feature that never changes?""",
        ),
    ],
    answers=("course_lib.preprocessing.standardize",),
    hints=(
        step(
            "std = sqrt of the mean of (x − mean)², column by column, with N in the denominator. "
            "A column that never changes gets std 1 instead. Then z = (x − mean) / std; NumPy "
            "broadcasts (D,) to each row of (N, D).",
            TRAIN,
            NEW,
            NEVER,
        ),
        step(
            "A smaller example: x_train = [[1, 7], [5, 7]]. The means are [3, 7], the standard "
            "deviations 2 and, because the second feature never changes, 1. The new sample [7, 6] "
            "becomes [(7 − 3)/2, (6 − 7)/1] = [2, −1].",
            TRAIN,
            NEW,
            NEVER,
        ),
        form_step("shapes", "float type is kept", "inputs and results stay as they were"),
    ),
    grows=lambda rng, n: tables(rng, "growing", n, 3),
    mistakes=(
        *slips(
            """
never = std == 0
    Equal numbers do not always have a std of exactly 0: their mean is rounded, and a std of 1e-17
    may remain. How else can you test whether all values of a feature are equal?
""",
            needs=(NEVER,),
        ),
        *slips("""
z_new = (x_new - x_new.mean(axis=0)) / np.where(np.ptp(x_new, axis=0) == 0, 1, x_new.std(axis=0))
    You standardise the new data by its own mean and standard deviation. Then the numbers of a
    sample depend on the other new samples, and a single sample always gets 0.
z_new = (x_new - x_new.mean(axis=0)) / scale
    You subtract the mean of `x_new`. From which data may a mean be learnt?
z_new = (x_new - mean) / np.where(np.ptp(x_new, axis=0) == 0, 1, x_new.std(axis=0))
    You divide by the standard deviation of `x_new`. From which data may it be learnt?
z_new = x_new
    The new data stay in their units. The network expects the units of `z_train`.
mean = np.concatenate((x_train, x_new)).mean(axis=0)
std = np.concatenate((x_train, x_new)).std(axis=0)
never = np.ptp(np.concatenate((x_train, x_new)), axis=0) == 0
    Mean and standard deviation are those of both sets together. So the new data influence the
    training: this is a leak.
std = np.sqrt(((x_train - mean) ** 2).sum(axis=0) / max(len(x_train) - 1, 1))
    The standard deviations are too large by sqrt(N / (N − 1)). Which of the two divisors does S0's
    formula have, N or N − 1?
std = x_train.var(axis=0)
    You divide by the variance. Which unit does a variance have for lengths in metres?
mean = x_train.mean()
std = np.full_like(x_train[0], x_train.std())
    All features share one mean and one std, so a feature with small values stays small. Every
    column needs its own mean and std.
std = np.full_like(mean, x_train.std())
    Your std is the same number for every feature, taken over the whole table. Every column needs
    its own std.
never = np.zeros(len(std), bool)
    A feature that never changes gets std 0, and dividing by it gives 0/0. Its std has to be 1.
never = (x_train[:1] == x_train[1:]).any(axis=0) | (len(x_train) < 2)
    A feature gets std 1 although only some of its values are equal. All values of a feature that
    never changes are equal.
never = std < 1e-8 * (1 + 0 * std)
    A std below a limit of yours does not say that a feature never changes: lengths of atoms, in
    metres, differ by less. And the std of large equal numbers may be above it, because their mean
    is rounded. Which test needs no limit?
std = np.sqrt(np.maximum((x_train**2).mean(axis=0) - mean**2, 0))
    You subtract the square of the mean from the mean of the squares. Far from 0 these two numbers
    are almost equal, and what remains is rounding. Subtract the mean first, then square.
never = np.isclose(x_train, x_train[:1]).all(axis=0)
    `np.isclose` calls numbers equal that differ by a millionth of their size. Which comparison
    finds equal numbers only?
never = std < 0.01
    A feature in large units has a small std, and yet it changes. What is true only of a feature
    that never changes?
scale = np.where(never, 1e-8, std).astype(x_train.dtype)
    A feature that never changes gets a std near 0: any other value that it takes later becomes
    enormous. Its std has to be 1.
scale = np.where(never.any(), 1, std).astype(x_train.dtype)
    As soon as one feature never changes, all features get std 1. Decide for each feature
    separately, as `np.where` does.
scale = np.maximum(std, 1)
    Every std below 1 is set to 1. Only a feature that never changes gets 1; a std of 0.3 stays 0.3.
scale = np.ones_like(mean)
    You subtract the mean, but every feature still has its unit. Which step removes the unit?
mean = 0 * x_train[0]
    The features are not centred. Where do you subtract the mean?
std = np.abs(x_train - mean).mean(axis=0)
    You divide by the mean distance from the mean. For the standard deviation, square the distances,
    take their mean, then the root.
mean = x_train.min(axis=0)
std = x_train.max(axis=0) - x_train.min(axis=0)
    This scales to [0, 1] by the smallest and largest value. Both depend on a single outlier; the
    task asks for mean and standard deviation.
mean = np.median(x_train, axis=0)
    `mean` holds the median, which is the middle one of the sorted values.
return z_train
    Only the training data is returned. Which two results does the docstring name?
return z_new, z_train
    The two results are exchanged. The training data comes first.
"""),
    ),
)
