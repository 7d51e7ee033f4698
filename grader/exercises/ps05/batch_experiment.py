"""``batch_experiment(trial) -> (low, high)``: single images or batches of 64, on a budget?"""

import numpy as np

from course_lessons import minibatches as lesson
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import two_sides


def batch_experiment(trial):
    rates, reached = trial.options["lr"], {}
    for size, usual in ((1, 0.03), (64, 1.0)):
        k = rates.index(usual)
        mean = {lr: sum(trial(size, lr, s) for s in range(2)) for lr in rates[k - 1 : k + 2]}
        best = max(mean, key=mean.get)
        reached[size] = np.array([trial(size, best, seed) for seed in range(2, 8)])
    return interval(reached[1] - reached[64])


exercise = experiment(
    batch_experiment,
    returns="(low, high)",
    options=lesson.OPTIONS,
    compares=("batch_size", 1, 64),
    budget=24,
    table="batch_experiment.npy",
    train=lesson.train,
    world=two_sides(hidden=0.15, first=0),
    points=5,
    quantity="the gain in their world",
    hints=(
        step(
            """Count before you write. Two batch sizes, times the rates that you try, times the
            seeds of the search, plus two times the seeds of the report.""",
            RULES,
        ),
        step(
            """In each world, the best rate of a batch size is the one from home or one of its two
            neighbours in `trial.options["lr"]`. So three rates for each of the two are enough.""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """Report the same seeds for both batch sizes and return `interval` of the gains. A
            smaller example: of 0.02, 0.04, 0.09 it is from −0.04 to 0.14.""",
            COVERAGE,
            WIDTH,
        ),
    ),
)
