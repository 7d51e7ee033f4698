"""``standardize_apply(x, stats)``: any data in the units that the training data has given."""

from typing import Any

import numpy as np

from course_lib.preprocessing import standardize_apply
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
    single = batch(rng, "float32", 6, 3)
    single["x"] = single["x"].astype(np.float32)
    single["stats"] = {key: a.astype(np.float32) for key, a in single["stats"].items()}
    return [
        batch(rng, "one sample", 1, 2),
        batch(rng, "more samples than features", 5, 3),
        batch(rng, "as many samples as features", 4, 4),
        batch(rng, "one feature", 3, 1),
        constant,
        single,
    ]


def run(standardize_apply: Any, case: Case) -> dict[str, Any]:
    x, stats = case["x"], case["stats"]
    # A first call with other numbers: what is kept outside of the call would show.
    other = {"mean": stats["mean"] + 1, "std": 2 * stats["std"]}
    standardize_apply(x + 1, other)
    return {"z": standardize_apply(x, stats)}


def own_statistics(x: Any, stats: Any) -> Any:
    std = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(std == 0, 1, std)


def own_mean(x: Any, stats: Any) -> Any:
    return (x - x.mean(axis=0)) / stats["std"]


def own_spread(x: Any, stats: Any) -> Any:
    std = x.std(axis=0)
    return (x - stats["mean"]) / np.where(std == 0, 1, std)


def only_centred(x: Any, stats: Any) -> Any:
    return x - stats["mean"]


def only_scaled(x: Any, stats: Any) -> Any:
    return x / stats["std"]


def no_brackets(x: Any, stats: Any) -> Any:
    return x - stats["mean"] / stats["std"]


def mean_after(x: Any, stats: Any) -> Any:
    return x / stats["std"] - stats["mean"]


def by_variance(x: Any, stats: Any) -> Any:
    return (x - stats["mean"]) / stats["std"] ** 2


def by_root(x: Any, stats: Any) -> Any:
    return (x - stats["mean"]) / np.sqrt(stats["std"])


def multiplied(x: Any, stats: Any) -> Any:
    return (x - stats["mean"]) * stats["std"]


def back_again(x: Any, stats: Any) -> Any:
    return x * stats["std"] + stats["mean"]


def sign(x: Any, stats: Any) -> Any:
    return (stats["mean"] - x) / stats["std"]


def in_place(x: Any, stats: Any) -> Any:
    x -= stats["mean"]
    x /= stats["std"]
    return x


exercise = Exercise(
    name="standardize_apply",
    takes=("standardize_apply",),
    points=1,
    reference=(standardize_apply,),
    cases=cases,
    run=run,
    judge=[values("z", weight=5), shapes(), dtype(), unchanged_inputs()],
    mistakes=[
        Mistake(
            own_statistics,
            hint=_(
                "The data is standardised by its own mean and spread; `stats` is not used. Then "
                "the same patient gets other numbers in other company, and a single one gets 0."
            ),
        ),
        Mistake(
            own_mean,
            hint=_('The mean is that of the data at hand. The one to subtract is `stats["mean"]`.'),
        ),
        Mistake(
            own_spread,
            hint=_('The spread is that of the data at hand. The one to use is `stats["std"]`.'),
        ),
        Mistake(only_centred, hint=_("The mean is gone, but every feature still has its unit.")),
        Mistake(
            only_scaled,
            hint=_("The spread is right, but the features are not centred: where is the mean?"),
        ),
        Mistake(
            no_brackets,
            hint=_("Python divides before it subtracts: what is divided by `std` here?"),
        ),
        Mistake(
            mean_after,
            hint=_(
                "The mean is subtracted after the division, but it is in the old unit. Which of "
                "the two steps comes first?"
            ),
        ),
        Mistake(
            by_variance,
            hint=_("Divided by the square of `std`: what unit has that for lengths in metres?"),
        ),
        Mistake(
            by_root,
            hint=_("Divided by the root of `std`: it is a standard deviation already."),
        ),
        Mistake(
            multiplied,
            hint=_("Multiplied by `std`: a wide feature becomes wider. It should end at spread 1."),
        ),
        Mistake(
            back_again,
            hint=_("This is the way back, from standard units to the old ones."),
        ),
        Mistake(sign, hint=_("The sign is turned: what is above the mean should be positive.")),
        Mistake(
            in_place,
            hint=_(
                "The values are right, but `x` itself was overwritten, and it belongs to whoever "
                "called you. Make a new array."
            ),
        ),
    ],
    answers=("course_lib.preprocessing.standardize",),
    returns="an array like x",
    hints=(
        _("Two steps in S0's order: which one first?"),
        _("z = (x − mean) / std, feature by feature. NumPy lines (D,) up with each row of (N, D)."),
        _(
            "Smaller: mean [3, 7], std [2, 1]. The new sample [7, 6] becomes [(7 − 3) / 2, (6 − 7) "
            "/ 1] = [2, −1]."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
