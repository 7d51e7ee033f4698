"""``gain_experiment(trial) -> (gain, low, high)``: which gain, and how far ahead of the formula's?

Sixteen layers of sines; the table has their validation accuracies, from the lesson's `train`.
"""

from collections.abc import Callable

import numpy as np

from course_lib.course.lessons.initialisation import FORMULA, OPTIONS, train
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import shifted
from grader.exercises.leads import INTERVALS, OVER, lead_over, steps

NEAR = 0.02  # below the best mean accuracy: such a gain counts as best
GUESSING = 0.1  # accuracy of a guess


def gain_experiment(trial):
    gain, rates, seeds = 1.1, (0.03, 0.1, 0.3), range(2, 6)
    lr = max(rates, key=lambda rate: trial(gain, rate, 0) + trial(gain, rate, 1))
    lr_of_formula = max(rates, key=lambda rate: trial(1.52, rate, 0) + trial(1.52, rate, 1))
    d = np.array([trial(gain, lr, s) - trial(1.52, lr_of_formula, s) for s in seeds])
    half = 3.18 * d.std(ddof=1) / np.sqrt(len(d))  # t for 95 %, 3 degrees of freedom
    return gain, d.mean() - half, d.mean() + half


def world(
    rng: np.random.Generator, table: np.ndarray
) -> tuple[np.ndarray, Callable[[float], float]]:
    """The best rates move by up to a step, and the formula's gain is better or worse.

    What it has above guessing is multiplied by a hidden factor.
    """
    at = OPTIONS["gain"].index(FORMULA)
    for rows in (slice(at), slice(at, None)):
        table[rows] = shifted(table[rows], rng.integers(-1, 2), axis=1)
    table[at] = np.minimum(GUESSING + rng.uniform(0.75, 1.25) * (table[at] - GUESSING), 1.0)
    return table, lead_over(FORMULA, OPTIONS["gain"], table, NEAR)


exercise = experiment(
    gain_experiment,
    returns="(gain, low, high)",
    options=OPTIONS,
    budget=20,
    table="sixteen_sines.npy",
    train=train,
    seeds=24,
    world=world,
    coverage=0.8,
    half=0.65,
    widest=0.15,
    points=5,
    quantity="the lead",
    hints=steps(
        "gains",
        "1.52",
        20,
        "your gain has its own best rate, and so has 1.52. Which one or two gains keep both passes "
        "near 1 in the figure?",
    ),
    mistakes=(
        *INTERVALS,
        *slips(f"""
gain, rates, seeds = 1.1, (0.1,), range(2, 10)
    All your trainings have one rate. In some worlds it is three times the best rate of one side.
lr_of_formula = lr
    1.52 is trained at the best rate of your gain. Which rate is its own best one?
gain, rates, seeds = 1.4, (0.03, 0.1, 0.3), range(2, 6)
    Your gain lies next to 1.52. Which gains does the figure of both passes suggest?
gain, rates, seeds = 1.1, (0.03, 0.1, 0.3), range(2, 7)
{OVER}"""),
    ),
)
