"""``rate_experiment(trial) -> (lr, low, high)``: a good rate, and what it gains over the limit's.

The table has accuracies of a small network on digits, from the lesson's `train`.
"""

import math
from collections.abc import Callable

import numpy as np

from course_lib.course.lessons.gradient_descent import FORMULA, NEAR, OPTIONS, train
from grader.checking.contract import experiment, slips, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH, shifted
from grader.exercises.leads import INTERVALS, OVER

AT = OPTIONS["lr"].index(FORMULA)


def rate_experiment(trial):
    rates, search, seeds = trial.options["lr"][4:9], (0, 1), range(2, 7)
    mean = {lr: np.mean([trial(lr, seed) for seed in search]) for lr in rates}
    lr = max(mean, key=mean.get)
    d = np.array([trial(lr, seed) - trial(0.25, seed) for seed in seeds])
    half = 2.78 * d.std(ddof=1) / np.sqrt(len(d))  # t for 95 %, 4 degrees of freedom
    return lr, d.mean() - half, d.mean() + half


def world(
    rng: np.random.Generator, table: np.ndarray
) -> tuple[np.ndarray, Callable[[float], float]]:
    """All rates move by up to two places, and the accuracy at 0.25 falls by a hidden number."""
    table = shifted(table, int(rng.integers(-2, 3)))
    table[AT] -= rng.uniform(0, 0.15)
    mean = table.mean(axis=-1)
    ahead = mean - mean[AT]
    gains = dict(zip(OPTIONS["lr"], ahead.tolist(), strict=True))
    largest = max(gains.values())

    def gain(lr: float) -> float:
        return gains[lr] if gains[lr] >= largest - NEAR else math.nan

    return table, gain


exercise = experiment(
    rate_experiment,
    returns="(lr, low, high)",
    options=OPTIONS,
    budget=20,
    table="rate_experiment.npy",
    train=train,
    seeds=60,
    world=world,
    coverage=0.85,
    half=0.65,
    widest=0.073,
    points=5,
    quantity="the gain of your rate, which must be good",
    hints=(
        step(
            "Write the plan as a sum: rates of the search · its seeds + 2 · seeds of the report. "
            "Is it 20 at most? (A training that was made before costs nothing.)",
            RULES,
        ),
        step(
            "In a world the best rate may lie up to two places of the list below or above the one "
            "at home. At which places of `trial.options['lr']` may it be?",
            COVERAGE,
        ),
        step(
            "A rate one place too high works for some seeds and fails for others. How many seeds "
            "does your search need to see this?",
            COVERAGE,
        ),
        step(
            "`interval` of the differences gives both ends. A smaller example: of 0.05, 0.06 and "
            "0.10 the interval is 0.07 ± 0.066.",
            COVERAGE,
            WIDTH,
        ),
        step(
            "More pairs in the report make the interval narrower. Which part of the search could "
            "you leave out? Are both trainings of a pair made with the same seed?",
            WIDTH,
        ),
    ),
    mistakes=(
        *INTERVALS,
        *slips(f"""
rates, search, seeds = trial.options["lr"][1:4], (0, 1), range(2, 9)
    Your search ends near 2/λmax of the start. What did the figure say about this limit while the
    network trains?
rates, search, seeds = (1.0,), (), range(10)
mean = {1.0: 1.0}
    Your rate is the best one at home. In each world the best rate may be another one, so the
    function has to search.
rates, search, seeds = trial.options["lr"][5:8], (0, 1), range(2, 9)
    Your search covers three places. How far may the best rate of a world lie from the one at home?
rates, search, seeds = trial.options["lr"][4:9], (0, 1), range(2, 5)
half = 2 * d.std(ddof=1) / np.sqrt(len(d))
    Your interval is mean ± 2 standard errors. With three differences the standard error is itself
    uncertain. Which t belongs to your number of seeds?
d = np.array([trial(lr, seed) - trial(0.25, seed + 5) for seed in range(2, 7)])
    The two trainings of a difference have different seeds. With the same seed, what a seed does to
    both rates cancels.
rates, search, seeds = trial.options["lr"][4:9], (0, 1), range(2, 8)
{OVER}d = np.array([trial(0.25, seed) - trial(lr, seed) for seed in seeds])
    The sign is wrong: the gain is the accuracy at your rate minus the one at 0.25.
d = np.array([trial(lr, seed) for seed in seeds])
    This is the accuracy at your rate alone. What does the rate 0.25 reach on the same seeds?
"""),
    ),
)
