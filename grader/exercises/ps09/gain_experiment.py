"""``gain_experiment(trial) -> (gain, low, high)``: which gain, and how far ahead of the formula's?

Sixteen layers of sines; the table has their validation accuracies, from the lesson's `train`.
"""

from collections.abc import Callable

import numpy as np

from course_lib.course.lessons.initialisation import FORMULA, NEAR, OPTIONS, train
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import shifted
from grader.exercises.leads import INTERVALS, OVER, lead_over, steps

GUESSING = 0.1  # accuracy of a guess


def gain_experiment(trial):
    gains, rates, seeds = (0.9, 1.1, 1.3), (0.03, 0.1, 0.3), range(1, 7)
    found = {(gain, lr): trial(gain, lr, 0) for gain in gains for lr in rates}
    gain, lr = max(found, key=found.get)
    lr_of_formula = max(rates, key=lambda rate: trial(1.52, rate, 0))
    d = np.array([trial(gain, lr, s) - trial(1.52, lr_of_formula, s) for s in seeds])
    half = 2.5706 * d.std(ddof=1) / np.sqrt(len(d))  # t for 95 %, 5 degrees of freedom
    return gain, d.mean() - half, d.mean() + half


def world(
    rng: np.random.Generator, table: np.ndarray
) -> tuple[np.ndarray, Callable[[float], float]]:
    """The best gain moves by up to two places, the best rates by one.

    What the formula's gain has above guessing is multiplied by a hidden factor.
    """
    at = OPTIONS["gain"].index(FORMULA)
    table[:at] = shifted(table[:at], rng.integers(-2, 3))
    for rows in (slice(at), slice(at, None)):
        table[rows] = shifted(table[rows], rng.integers(-1, 2), axis=1)
    table[at] = np.minimum(GUESSING + rng.uniform(0.7, 1.3) * (table[at] - GUESSING), 1.0)
    return table, lead_over(FORMULA, OPTIONS["gain"], table, NEAR)


exercise = experiment(
    gain_experiment,
    returns="(gain, low, high)",
    options=OPTIONS,
    budget=24,
    table="sixteen_sines.npy",
    train=train,
    seeds=24,
    world=world,
    coverage=0.8,
    half=0.7,
    widest=0.16,
    points=5,
    quantity="the lead",
    hints=steps(
        "gains",
        "1.52",
        24,
        "1.52 has its own best rate, and all other gains share one: how many of them must try all "
        "rates? Do the gains that you compare reach from 0.9 to 1.3?",
    ),
    mistakes=(
        *INTERVALS,
        *slips(f"""
gains, rates, seeds = (0.9, 1.1, 1.3), (0.1,), range(1, 11)
    All your trainings have one rate. In some worlds it is three times the best rate of one side.
lr_of_formula = lr
    1.52 is trained at the best rate of your gain. Which rate is its own best one?
gains, rates, seeds = (1.1,), (0.03, 0.1, 0.3), range(1, 10)
    Your plan returns the same gain in each world, but the best one differs. Which trainings of
    yours could show that another gain is better?
gains, rates, seeds = (1.3, 1.4), (0.03, 0.1, 0.3), range(1, 7)
    All your gains lie next to 1.52. Which other gains does the figure of both passes leave open?
gains, rates, seeds = (0.9, 1.1, 1.3), (0.03, 0.1, 0.3), range(1, 8)
{OVER}"""),
    ),
)
