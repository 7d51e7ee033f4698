"""``leak_experiment(trial) -> (low, high)``: how many points of accuracy a leak adds."""

import numpy as np

from course_lessons import data as lesson
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import two_sides


def leak_experiment(trial):
    tried, reached = {"photos": (64,), "digits": (2, 4, 8)}, {}
    for split, epochs in tried.items():
        best = max(epochs, key=lambda e: trial(split, e, 0))
        reached[split] = np.array([trial(split, best, seed) for seed in range(1, 7)])
    return interval(reached["photos"] - reached["digits"])


exercise = experiment(
    leak_experiment,
    options=lesson.OPTIONS,
    compares=("split", "photos", "digits"),
    budget=16,
    train=lesson.train,
    table="leak_experiment.npy",
    world=two_sides(hidden=0.2, first=0),
    points=5,
    quantity="the gain in their world",
    hints=(
        step(
            """Count before you write: the numbers of epochs that you try for each split, times the
            seeds of this search, plus two times the seeds of the report.""",
            RULES,
        ),
        step(
            """Each split has its own best number of epochs, and in another world it may lie one
            place to the left or to the right. One seed is enough to choose among a few numbers of
            epochs. Where does the split by photos have its best one, in your own trainings and in a
            world that is moved?""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """Report the same new seeds for both splits, and return `interval` of the differences.
            A smaller example: of 0.1, 0.2, 0.3 it is 0.2 ± 0.25.""",
            COVERAGE,
            WIDTH,
        ),
    ),
)
