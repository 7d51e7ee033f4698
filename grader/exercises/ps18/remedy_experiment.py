"""``remedy_experiment(trial) -> (low, high)``: what a penalty gains over stopping in time."""

import numpy as np

from course_lessons import penalties as lesson
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import two_sides


def remedy_experiment(trial):
    lams, reached = trial.options["lam"], {}
    for remedy, usual in (("stop", 0.02), ("penalty", 0.01)):
        k = lams.index(usual)
        tried = lams[k - 1 : k + 2]
        means = {lam: np.mean([trial(remedy, lam, seed) for seed in (0, 1)]) for lam in tried}
        best = max(means, key=means.get)
        reached[remedy] = np.array([trial(remedy, best, seed) for seed in range(6)])
    return interval(reached["penalty"] - reached["stop"])


exercise = experiment(
    remedy_experiment,
    returns="(low, high)",
    options=lesson.OPTIONS,
    compares=("remedy", "penalty", "stop"),
    budget=20,
    world=two_sides(hidden=0.1, first=1),
    points=5,
    table="remedy_experiment.npy",
    train=lesson.train,
    quantity="the gain of the penalty",
    hints=(
        step(
            """Count before you write. Two remedies, times the strengths that you try, times the
            seeds of this search, plus two times the seeds of the report that are new.""",
            RULES,
        ),
        step(
            """The best strengths of the two remedies differ, and in each world either may lie one
            place to the left or to the right of the usual one. So three strengths for each
            remedy find it: the usual one and its two neighbours in `trial.options["lam"]`.""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """A training that was made for the search costs nothing when you ask for it again. So
            let the seeds of the search report, too, and add as many new ones as the budget
            allows, the same seeds for both remedies.""",
            WIDTH,
        ),
        step(
            """A smaller example: for the gains 0.01, 0.02, 0.03 of three seeds, `interval(d)` is
            0.02 ± 0.025.""",
            COVERAGE,
            WIDTH,
        ),
    ),
)
