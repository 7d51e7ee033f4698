"""``schedule_experiment(trial) -> (low, high)``: what a falling rate gains over a constant one."""

import numpy as np

from course_lessons import schedules as lesson
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import two_sides


def schedule_experiment(trial):
    rates, reached = trial.options["lr"], {}
    for name, usual in (("constant", 0.15), ("cosine", 0.5)):
        k = rates.index(usual)
        best = max(rates[k - 1 : k + 2], key=lambda lr: trial(name, lr, 0))
        reached[name] = np.array([trial(name, best, seed) for seed in range(1, 7)])
    return interval(reached["cosine"] - reached["constant"])


exercise = experiment(
    schedule_experiment,
    returns="(low, high)",
    options=lesson.OPTIONS,
    compares=("schedule", "cosine", "constant"),
    budget=18,
    world=two_sides(hidden=0.08, first=1),
    points=5,
    table="schedule_experiment.npy",
    train=lesson.train,
    quantity="the gain of the falling rate",
    hints=(
        step(
            """Count before you write: two schedules, times the rates that you try, times the seeds
            of this search. For the report, add two for each seed that has not searched: the same
            training again costs nothing.""",
            RULES,
        ),
        step(
            """In each world either best rate may lie one place to the left or to the right of the
            usual one. So three rates for each schedule find it: the usual one and its two
            neighbours in `trial.options["lr"]`. How many seeds does a search need?""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """Report the same seeds for both schedules, compute one gain d for each seed, and
            return `interval(d)` of all. A smaller example: of the gains 0.01, 0.02, 0.03 it is
            0.02 ± 0.025.""",
            COVERAGE,
            WIDTH,
        ),
    ),
)
