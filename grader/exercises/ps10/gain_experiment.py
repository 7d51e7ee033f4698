"""``gain_experiment(trial) -> (gain, low, high)``: which gain, and how far ahead of the formula's?

Sixteen layers of sines; the table has their validation accuracies, from the lesson's `train`.
"""

import numpy as np

from course_lessons.experiment import interval
from course_lessons.initialisation import BUDGET, FORMULA, NEAR, OPTIONS, train
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import Truth, new_noise, shifted
from grader.exercises.leads import lead_over

GUESSING = 0.1  # accuracy of a guess


def gain_experiment(trial):
    gains = (0.9, 1.0, 1.1, 1.2, 1.3)
    mean = {gain: np.mean([trial(gain, seed) for seed in (0, 1)]) for gain in gains}
    gain = max(mean, key=mean.get)
    low, high = interval([trial(gain, seed) - trial(1.52, seed) for seed in range(2, 7)])
    return gain, low, high


def moves(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Truth]:
    """The best gain moves by up to two places.

    What the formula's gain has above guessing is multiplied by a hidden factor; with none of them
    it becomes one of the best.
    """
    at = OPTIONS["gain"].index(FORMULA)
    table[:at] = shifted(table[:at], rng.integers(-2, 3))
    table[at] += (rng.uniform(0.7, 1.2) - 1) * (table[at].mean() - GUESSING)
    return table, lead_over(FORMULA, OPTIONS["gain"], table[:, None], NEAR)


exercise = experiment(
    gain_experiment,
    returns="(gain, low, high)",
    options=OPTIONS,
    compares=("gain", None, FORMULA),
    budget=BUDGET,
    table="sixteen_sines.npy",
    train=train,
    world=new_noise(moves, alike=(0,), noise=0.7),
    points=4,
    quantity="the lead of your gain, which must be one of the best",
    hints=(
        step(
            """Write the plan as a sum: gains · seeds of the search, and for each difference the
            trainings that are new, two or one. Is it at most 20? What you return has three
            parts, and low is below high.""",
            RULES,
        ),
        step(
            """If the gain often does not count: in which worlds can your search not find one of
            the best?""",
            COVERAGE,
        ),
        step(
            """More seeds for the lead make the interval narrower. How many trainings does your
            search need for each gain?""",
            WIDTH,
        ),
    ),
)
