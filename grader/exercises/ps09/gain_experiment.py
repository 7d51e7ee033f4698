"""``gain_experiment(trial) -> (gain, low, high)``: which gain, and how far ahead of the formula's?

Sixteen layers of sines; the table has their validation accuracies, from the lesson's `train`.
"""

from collections.abc import Callable

import numpy as np

from course_lib.course.lessons.initialisation import BUDGET, FORMULA, NEAR, OPTIONS, train
from grader.checking.contract import experiment, slips, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH, shifted
from grader.exercises.leads import INTERVALS, OVER, lead_over

GUESSING = 0.1  # accuracy of a guess


def gain_experiment(trial):
    gains, search, seeds = (0.9, 1.0, 1.1, 1.2, 1.3), (0, 1), range(2, 7)
    mean = {gain: np.mean([trial(gain, seed) for seed in search]) for gain in gains}
    gain = max(mean, key=mean.get)
    d = np.array([trial(gain, seed) - trial(1.52, seed) for seed in seeds])
    half = 2.7764 * d.std(ddof=1) / np.sqrt(len(d))  # t for 95 %, 4 degrees of freedom
    return gain, d.mean() - half, d.mean() + half


def world(
    rng: np.random.Generator, table: np.ndarray
) -> tuple[np.ndarray, Callable[[float], float]]:
    """The best gain moves by up to two places.

    What the formula's gain has above guessing is multiplied by a hidden factor; with none of them
    it becomes one of the best.
    """
    at = OPTIONS["gain"].index(FORMULA)
    table[:at] = shifted(table[:at], rng.integers(-2, 3))
    table[at] = np.minimum(GUESSING + rng.uniform(0.7, 1.2) * (table[at] - GUESSING), 1.0)
    return table, lead_over(FORMULA, OPTIONS["gain"], table[:, None], NEAR)


exercise = experiment(
    gain_experiment,
    returns="(gain, low, high)",
    options=OPTIONS,
    budget=BUDGET,
    table="sixteen_sines.npy",
    train=train,
    seeds=60,
    world=world,
    coverage=0.9,
    half=0.7,
    widest=0.11,
    points=4,
    quantity="the lead of your gain, which must be one of the best",
    hints=(
        step(
            "Write the plan as a sum: gains · seeds of the search, and for each difference the "
            "trainings that are new, two or one. Is it at most 20? What you return has three "
            "parts, and low is below high.",
            RULES,
        ),
        step(
            "The numbers in the message say what to change. If the gain often does not count: does "
            "your plan return the same gain in each world, or in which worlds can its search not "
            "find one of the best? If most of the error stays with other seeds: did you subtract "
            "the accuracy of 1.52? If the intervals reach too short: does their width come from "
            "your trainings, with the factor t for so few pairs?",
            COVERAGE,
        ),
        step(
            "More seeds for the lead make the interval narrower. How many trainings does your "
            "search need for each gain?",
            WIDTH,
        ),
    ),
    mistakes=(
        *INTERVALS,
        *slips(f"""
gains, search, seeds = (1.2,), (0,), range(10)
half = 2.2622 * d.std(ddof=1) / np.sqrt(len(d))
    Your plan returns the same gain in each world, but the best one differs. Which trainings of
    yours could show that another gain is better?
gains, search, seeds = (1.1,), (0,), range(10)
half = 2.2622 * d.std(ddof=1) / np.sqrt(len(d))
    Your plan returns 1.1 in each world, but in many of them another gain is much better. How could
    your plan find out?
gains, search, seeds = (1.0,), (0,), range(10)
half = 2.2622 * d.std(ddof=1) / np.sqrt(len(d))
    Your plan returns 1.0 in each world. Which of its trainings could show that a larger gain is
    better there?
gains, search, seeds = trial.options["gain"][:7], (0, 1), range(2, 5)
half = 1.96 * d.std(ddof=1) / np.sqrt(len(d))
    The factor 1.96 is for very many differences. Which one has the t interval of your three?
gains, search, seeds = (0.9, 1.0, 1.1, 1.2, 1.3), (0,), range(1, 2)
half = 0.055
    You chose the width yourself. How could you measure how much a difference varies?
gains, search, seeds = (1.2, 1.3, 1.4), (0, 1), range(2, 9)
half = 2.4469 * d.std(ddof=1) / np.sqrt(len(d))
    All your gains lie above 1.1. In which worlds is the best gain a smaller one?
gains, search, seeds = trial.options["gain"], (0, 1), range(2, 4)
half = 12.706 * d.std(ddof=1) / np.sqrt(len(d))
    Your search takes 16 trainings, and two differences are left. How large is the factor t for two?
gains, search, seeds = trial.options["gain"][:7], (0, 1), range(2, 5)
half = 4.3027 * d.std(ddof=1) / np.sqrt(len(d))
    Your search takes 14 trainings, and three differences are left. Could one seed be enough to
    choose, or are there gains that need no training?
gains, search, seeds = (0.9, 1.0, 1.1, 1.2, 1.3), (0, 1), range(2, 8)
{OVER}d = np.array([trial(1.52, seed) - trial(gain, seed) for seed in seeds])
    The sign is wrong: the lead is the accuracy of your gain minus that of 1.52.
d = np.array([trial(gain, seed) for seed in seeds])
    This is the accuracy of your gain alone. What does 1.52 reach with the same seeds?
"""),
    ),
)
