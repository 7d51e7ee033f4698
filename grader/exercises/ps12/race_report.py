"""``race_report(trial) -> (method, low, high)``: the loss of a method minus Adam's, each at its own
best rate.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.course.lessons import adaptive_methods as lesson
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import shifted

METHODS = lesson.OPTIONS["method"]


def race_report(trial):
    method, rates, seeds = "RMSProp", trial.options["lr"], range(1, 8)
    usual = {method: 0.01, "Adam": 0.02}
    losses = {}
    for name, rate in usual.items():
        k = rates.index(rate)
        tried = rates[k - 2 : k + 3]
        best = min(tried, key=lambda lr: trial(name, lr, 0))
        losses[name] = np.array([trial(name, best, seed) for seed in seeds])
    gap = losses[method] - losses["Adam"]
    t = 2.4469
    half = t * gap.std(ddof=1) / np.sqrt(len(gap))
    return method, gap.mean() - half, gap.mean() + half


def world(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Callable[..., float]]:
    """Other best rates of the methods, and a hidden number in the losses of each.

    The rates of each method move by up to two places up or down; beyond an end of the list the
    last one is taken again. To all losses of a method a number from 0 to 0.8 is added.
    """
    for k in range(len(METHODS)):
        table[k] = shifted(table[k], rng.integers(-2, 3)) + rng.uniform(0, 0.8)
    lowest = table.mean(axis=2).min(axis=1)

    def difference(method: Any) -> float:
        if method == "Adam":
            return float("nan")  # the difference of a method from itself is 0 by definition
        return float(lowest[METHODS.index(method)] - lowest[METHODS.index("Adam")])

    return table, difference


exercise = experiment(
    race_report,
    returns="(method, low, high)",
    options=lesson.OPTIONS,
    budget=24,
    world=world,
    points=5,
    coverage=0.86,
    half=0.7,
    widest=0.25,
    table="race_report.npy",
    train=lesson.train,
    seeds=60,
    quantity="the difference of your method, which is not Adam",
    hints="""
    Which line of the check is short of points? *The rules*: count before you write: two methods
    times the rates that you try times the seeds of the search, plus two times the seeds of the
    report. *How often the interval is right*: does the function search both methods' best rates in
    each world, and is the interval that of `interval(d)`? *The width*: one seed more in the
    report, or another method: the losses of some differ more from seed to seed.

    In each world the best rate of a method lies up to two places to the left or right of the usual
    one. So five rates for each method find it: the usual one, two below and two above it in
    `trial.options["lr"]`. One seed is enough to choose among them.

    Report both methods with the same seeds, subtract seed by seed, and return both ends of
    `interval(d)` of these differences. A smaller example: of the differences 0.1, 0.2, 0.3 it is
    0.2 ± 0.25.
    """,
    mistakes=slips("""
best = 0.01
    Both methods train at the rate 0.01. Whose best rate is it? A method that trains at a bad rate
    loses against any other.
best = 0.001
    Both methods train at PyTorch's default 0.001. Is it near the best rate of either of them here?
best = rate
    You use the rates that are best at home. In each world the best rate of a method may be another
    one, so the function has to search.
method, rates, seeds = "Adagrad", trial.options["lr"], range(1, 8)
usual = {method: 0.1, "Adam": 0.02}
tried = rates[k - 1 : k + 2]
    Three rates for each method miss a best rate that lies two places away from the usual one.
best = max(tried, key=lambda lr: trial(name, lr, 0))
    You keep the rate with the highest loss. A loss should be low.
gap = losses["Adam"] - losses[method]
    The sign is wrong: the difference is the loss of your method minus that of Adam.
gap = losses[method]
    This is the loss of your method alone. How large is it beside that of Adam?
half = t * gap.std(ddof=1)
    The spread of single differences is not the standard error of their mean. By what do you divide
    it?
half = gap.std(ddof=1) / np.sqrt(len(gap))
    The interval is mean ± one standard error. How many standard errors belong to your number of
    seeds?
method, rates, seeds = "RMSProp", trial.options["lr"], (1, 2)
t = 2
    Two seeds and 2 standard errors: the standard deviation of two numbers is hardly known. Which t
    belongs to two seeds, and what would a third one cost?
method, rates, seeds = "Nesterov", trial.options["lr"], (1, 2, 3)
usual = {method: 0.1, "Adam": 0.02}
t = 2
    The interval is mean ± 2 standard errors of three seeds. With so few seeds the standard error is
    itself uncertain. Which t belongs to your number of seeds?
method, rates, seeds = "Nesterov", trial.options["lr"], range(1, 13)
usual = {method: 0.1, "Adam": 0.02}
best = rate
    The rates are those that are best at home, for Nesterov, too. In each world the best rate of a
    method may be another one, so the function has to search.
method, rates, seeds = "Nesterov", trial.options["lr"], range(1, 13)
usual = {method: 0.1, "Adam": 0.02}
best = 0.01
    Both methods train at the rate 0.01, which is far below the best one of Nesterov's momentum.
method, rates, seeds = "RMSProp", trial.options["lr"], range(1, 9)
    Too many trainings: count the rates of the search and the seeds of the report for both methods.
return "Adam", -0.01, 0.01
    The difference of Adam from itself is 0 by definition, and there is nothing to find. Choose
    another method.
"""),
)
