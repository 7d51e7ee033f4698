"""``norm_experiment(trial) -> (low, high)``: how far batch normalisation leads where the initial
weights are ten times too large.
"""

import numpy as np

from course_lessons import batch_normalisation as lesson
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import two_sides


def norm_experiment(trial):
    rates, reached = trial.options["lr"], {}
    for network, usual in (("plain", 0.01), ("normalised", 1.0)):
        k = rates.index(usual)
        tried = rates[k - 1 : k + 2]
        mean = {lr: np.mean([trial(network, lr, seed) for seed in (1, 2)]) for lr in tried}
        best = max(mean, key=mean.get)
        reached[network] = np.array([trial(network, best, seed) for seed in range(3, 9)])
    return interval(reached["normalised"] - reached["plain"])


exercise = experiment(
    norm_experiment,
    returns="(low, high)",
    options=lesson.OPTIONS,
    compares=("network", "normalised", "plain"),
    budget=lesson.BUDGET,
    world=two_sides(hidden=0.4, first=1),
    points=4,
    table="norm_experiment.npy",
    train=lesson.train,
    quantity="the lead",
    hints=(
        step(
            """Count before you write. Two networks, times the rates that you try, times the seeds
            of this search, plus two networks times the new seeds of the lead.""",
            RULES,
        ),
        step(
            """Each network has its own best rate, and in each world it may lie one place to the
            left or to the right of the one in the table. So three rates for each network find
            it: that one and its two neighbours in `trial.options["lr"]`.""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """For each seed of the lead compute one difference: the accuracy of the normalised
            network minus that of the plain one. `interval` of these is the interval. A smaller
            example: 0.1, 0.2, 0.3 have the mean 0.2, and the interval is 0.2 ± 0.25.""",
            COVERAGE,
            WIDTH,
        ),
    ),
)
