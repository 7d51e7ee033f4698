"""``race_report(trial) -> (method, low, high)``: the loss of a method minus Adam's, each at its own
best rate.
"""

import numpy as np

from course_lessons import adaptive_methods as lesson
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import Truth, each_side, new_noise

METHODS = lesson.OPTIONS["method"]


def race_report(trial):
    method, rates, losses = "RMSProp", trial.options["lr"], {}
    for name, usual in ((method, 0.01), ("Adam", 0.02)):
        k = rates.index(usual)
        best = min(rates[k - 2 : k + 3], key=lambda lr: trial(name, lr, 0))
        losses[name] = np.array([trial(name, best, seed) for seed in range(1, 6)])
    low, high = interval(losses[method] - losses["Adam"])
    return method, low, high


def moves(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Truth]:
    """Other best rates of the methods, and a hidden number from 0 to 0.8 in the losses of each."""
    table = each_side(rng, table, by=2, lower=True)
    table += rng.uniform(0, 0.8, size=(len(METHODS), 1, 1))
    lowest = dict(zip(METHODS, table.mean(axis=2).min(axis=1), strict=True))
    adams = lowest.pop("Adam")  # its difference from itself is 0 by definition
    return table, lambda method: float(lowest.get(method, np.nan) - adams)


exercise = experiment(
    race_report,
    returns="(method, low, high)",
    options=lesson.OPTIONS,
    compares=("method", None, "Adam"),
    budget=20,
    world=new_noise(moves, alike=(0, 1), lower=True),
    points=5,
    table="race_report.npy",
    train=lesson.train,
    quantity="the difference of your method, which is not Adam",
    hints=(
        step(
            """Count before you write: two methods times the rates that you try times the seeds of
            the search, plus two times the seeds of the report.""",
            RULES,
        ),
        step(
            """In each world the best rate of a method lies up to two places to the left or right of
            the usual one. So five rates for each method find it: the usual one, two below and two
            above it in `trial.options["lr"]`. One seed is enough to choose among them.""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """Report both methods with the same seeds, subtract seed by seed, and return both ends
            of `interval(d)` of these differences. A smaller example: of the differences 0.1, 0.2,
            0.3 it is 0.2 ± 0.25.""",
            COVERAGE,
            WIDTH,
        ),
    ),
)
