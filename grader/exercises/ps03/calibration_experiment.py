"""``calibration_experiment(trial) -> (remedy, low, high)``: by how much a remedy lowers the
calibration error.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.course.lessons import margins as lesson
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import shifted

REMEDIES = lesson.OPTIONS["remedy"]
NONE = REMEDIES.index("none")


def calibration_experiment(trial):
    remedy, steps = "temperature", trial.options["epochs"]
    seeds = range(1, 7)
    usual = {"none": 10, remedy: 40}
    errors = {}
    for name, epochs in usual.items():
        k = steps.index(epochs)
        tried = steps[k - 1 : k + 2]
        best = min(tried, key=lambda epochs: trial(name, epochs, 0))
        errors[name] = np.array([trial(name, best, seed) for seed in seeds])
    gain = errors["none"] - errors[remedy]
    error = gain.std(ddof=1) / np.sqrt(len(gain))
    half = 2.5706 * error
    return remedy, gain.mean() - half, gain.mean() + half


def world(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Callable[..., float]]:
    """Other best numbers of epochs, and a hidden number in all errors without a remedy.

    The epochs of each remedy move by one place up or down, or not; at the end of the list the last
    one is taken twice. The hidden number is from 0 to 0.2.
    """
    for place in range(len(REMEDIES)):
        table[place] = shifted(table[place], int(rng.integers(-1, 2)))
    table[NONE] += rng.uniform(0, 0.2)
    best = table.mean(axis=2).min(axis=1)

    def gain(remedy: Any) -> float:
        if remedy == "none":
            return float("nan")  # it is 0 by definition
        return float(best[NONE] - best[REMEDIES.index(remedy)])

    return table, gain


exercise = experiment(
    calibration_experiment,
    returns="(remedy, low, high)",
    options=lesson.OPTIONS,
    budget=lesson.BUDGET,
    world=world,
    points=5,
    coverage=0.86,
    half=0.7,
    widest=0.05,
    table="calibration_experiment.npy",
    train=lesson.train,
    seeds=60,
    quantity="the gain of the remedy of your choice",
    hints="""
    Which line of the check is short of points? *The rules*: count before you write: the numbers of
    epochs that you try, times the seeds of this search, plus the seeds of the report, for both
    sides. *How often the interval is right*: does the function search the best number of epochs of
    each side in each world, and does it use the t of its number of seeds? *The width*: more seeds
    in the report.

    Without a remedy the best number of epochs may be the one from home, half or twice it: three
    neighbours in `trial.options["epochs"]`. One seed is enough to choose among them, because they
    differ by much more than two seeds do. Is this so on the side with the remedy? With the
    temperature all numbers are nearly as good; with smoothing, 20 and 40 epochs differ by as much
    as two seeds do, so choose by the mean of two.

    Report with seeds that have not chosen anything. For each of them compute one gain, the error
    without the remedy minus the error with it. `interval` of these gains gives both ends. A smaller
    example: of the gains 0.01, 0.02, 0.03 the interval is 0.02 ± 0.025.
    """,
    mistakes=slips("""
best = 160
    Both sides train for 160 epochs. Without a remedy that is far too long: the gain says how much
    of the harm of too long a training the remedy repairs. Give each side its own best number.
best = 40
    Both sides train for the same number of epochs. Whose best number is it?
best = epochs
    You use the numbers of epochs that are best at home. In each world the best number without a
    remedy may be another one, so the function has to search.
tried = steps[k : k + 2]
    Two numbers of epochs miss one of the three places where the best one may be.
best = max(tried, key=lambda epochs: trial(name, epochs, 0))
    You choose the largest calibration error. Is a large error good?
half = error
    The interval is mean ± 1 standard error. How many does t ask for, with your number of seeds?
gain = errors[remedy] - errors["none"]
    The sign is wrong: the gain is the error without the remedy minus the error with it.
gain = errors["none"]
    This is the error without a remedy alone. How much of it is left with the remedy?
seeds = range(1, 3)
half = 2 * error
    Two seeds and 2 standard errors: the standard deviation of two numbers is hardly known. Which t
    belongs to two seeds, and what would more seeds cost?
seeds = range(1, 4)
half = 2 * error
    The interval is mean ± 2 standard errors with three seeds. So few seeds leave the standard error
    uncertain. Which t belongs to three seeds?
remedy, steps = "smoothing", trial.options["epochs"]
best = 160
    Both sides train for 160 epochs, also with smoothing. Give each side its own best number.
seeds = range(1, 8)
    Too many trainings: count the numbers of epochs of the search and the seeds of the report for
    both sides.
return "none", -0.01, 0.01
    The remedy "none" against itself has the gain 0 by definition. Choose a remedy.
"""),
)
