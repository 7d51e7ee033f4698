"""``rate_experiment(trial) -> (lr, low, high)``: a good rate, and what it gains over the limit's.

The table has accuracies of a small network on digits, from the lesson's `train`.
"""

import math

import numpy as np

from course_lessons.experiment import interval
from course_lessons.gradient_descent import FORMULA, NEAR, OPTIONS, train
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import Truth, new_noise, shifted, told_apart

AT = OPTIONS["lr"].index(FORMULA)


def rate_experiment(trial):
    rates = trial.options["lr"][4:9]
    mean = {lr: np.mean([trial(lr, seed) for seed in (0, 1)]) for lr in rates}
    lr = max(mean, key=mean.get)
    low, high = interval([trial(lr, seed) - trial(0.25, seed) for seed in range(2, 7)])
    return lr, low, high


def moves(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Truth]:
    """All rates move by up to two places, and the accuracy at 0.25 falls by a hidden number."""
    table = told_apart(rng, shifted(table, rng.integers(-2, 3)))
    table[AT] -= rng.uniform(0, 0.15)
    mean = table.mean(axis=-1)
    gains = dict(zip(OPTIONS["lr"], (mean - mean[AT]).tolist(), strict=True))
    largest = max(gains.values())
    return table, lambda lr: gains[lr] if gains[lr] >= largest - NEAR else math.nan


exercise = experiment(
    rate_experiment,
    returns="(lr, low, high)",
    options=OPTIONS,
    compares=("lr", None, FORMULA),
    budget=20,
    table="rate_experiment.npy",
    train=train,
    world=new_noise(moves, alike=(0,)),
    points=5,
    quantity="the gain of your rate, which must be good",
    hints=(
        step(
            """Write the plan as a sum: rates of the search · its seeds + 2 · seeds of the report.
            Is it 20 at most? (A training that was made before costs nothing.)""",
            RULES,
        ),
        step(
            """In a world the best rate may lie up to two places of the list below or above the one
            at home. At which places of `trial.options['lr']` may it be?""",
            COVERAGE,
        ),
        step(
            """`interval` of the differences gives both ends. A smaller example: of 0.05, 0.06 and
            0.10 the interval is 0.07 ± 0.066.""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """More pairs in the report make the interval narrower. Which part of the search could
            you leave out? Are both trainings of a pair made with the same seed?""",
            WIDTH,
        ),
    ),
)
