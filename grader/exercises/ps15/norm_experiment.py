"""``norm_experiment(trial) -> (factor, low, high)``: how much batch normalisation protects from
initial weights of a wrong size.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.course.lessons import batch_normalisation as lesson
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import shifted

FACTORS = lesson.OPTIONS["factor"]
RIGHT = FACTORS.index(1)
PLAIN, NORMALISED = range(2)  # places of the networks


def norm_experiment(trial):
    factor, rates, seeds = 10, trial.options["lr"], (1, 2, 3)
    usual = {
        ("plain", 1): 0.3,
        ("plain", factor): 0.01,
        ("normalised", 1): 1.0,
        ("normalised", factor): 1.0,
    }
    reached = {}
    for cell, rate in usual.items():
        k = rates.index(rate)
        tried = rates[k - 1 : k + 2]
        best = max(tried, key=lambda lr: trial(*cell, lr, 0))
        reached[cell] = np.array([trial(*cell, best, seed) for seed in seeds])
    drop = {name: reached[name, 1] - reached[name, factor] for name in ("plain", "normalised")}
    gain = drop["plain"] - drop["normalised"]
    error = gain.std(ddof=1) / np.sqrt(len(gain))
    half = 4.3 * error
    return factor, gain.mean() - half, gain.mean() + half


def world(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Callable[..., float]]:
    """Other best rates of the networks, and a hidden number in the accuracy of two of them.

    Each network's rates move by one place up or down, or not; at the end of the list the last one
    is taken twice. The plain network at wrong factors gets a number from -0.4 to 0.4.
    """
    for cell in np.ndindex(table.shape[:2]):
        table[cell] = shifted(table[cell], rng.integers(-1, 2))
    hidden = rng.uniform(-0.4, 0.4)
    table[PLAIN, np.arange(len(FACTORS)) != RIGHT] += hidden
    best = table.mean(axis=3).max(axis=2)

    def gain(factor: Any) -> float:
        if factor == 1:
            return float("nan")  # the gain of the right weights is 0 by definition
        drop = best[:, RIGHT] - best[:, FACTORS.index(factor)]
        return float(drop[PLAIN] - drop[NORMALISED])

    return table, gain


exercise = experiment(
    norm_experiment,
    returns="(factor, low, high)",
    options=lesson.OPTIONS,
    budget=24,
    world=world,
    points=5,
    coverage=0.88,
    half=0.7,
    widest=0.5,
    table="norm_experiment.npy",
    train=lesson.train,
    seeds=60,
    quantity="the gain at the factor of your choice",
    hints="""
    Which line of the check is short of points? *The rules*: count before you write. Four networks
    (plain and normalised, at factor 1 and at yours), times the rates that you try, times the seeds
    of this search, plus four times the seeds of the report. *How often the interval is right*: does
    the function search each network's best rate in each world, around the one that is best at home
    in the mean over several seeds, and is the report `interval(gains)`? *The width*: one seed more
    in the report, or another f.

    Every network has its own best rate, and in each world it may lie one place to the left or to
    the right of the usual one. So three rates for each network find it: the usual one and its two
    neighbours in `trial.options["lr"]`. One seed is enough to choose among them.

    Report with seeds that have not chosen anything. For each of them compute one gain: subtract the
    accuracies seed by seed. `interval(gains)` from the setup cell is the interval. A smaller
    example: gains 0.1, 0.2, 0.3 have the mean 0.2, and the interval is 0.2 ± 0.25.
    """,
    mistakes=slips("""
best = 0.1
    All four networks train at one rate. Whose best rate is it? The drop of a network that trains at
    a bad rate says nothing about its initial weights.
best = rate
    You use the rates that are best at home. In each world the best rate of a network may be another
    one, so the function has to search.
tried = rates[k : k + 2]
    Two rates for each network miss one of the three places where the best one may be.
half = 2 * error
    The interval is mean ± 2 standard errors. With so few seeds the standard error is itself
    uncertain. Which t belongs to your number of seeds?
gain = drop["normalised"] - drop["plain"]
    The sign is wrong: the gain is the drop of the plain network minus that of the normalised one.
gain = drop["plain"]
    This is the drop of the plain network alone. How much of it is left with batch normalisation?
gain = reached["normalised", factor] - reached["plain", factor]
    You compare the two networks at the wrong factor alone. They differ at factor 1, too, and that
    part has nothing to do with the initial weights.
factor, rates, seeds = 3, trial.options["lr"], (1, 2, 3)
usual = {
    ("plain", 1): 0.3,
    ("plain", factor): 0.1,
    ("normalised", 1): 1.0,
    ("normalised", factor): 1.0,
}
half = 2 * error
    The interval is mean ± 2 standard errors, also at f = 3. With so few seeds the standard error is
    itself uncertain. Which t belongs to your number of seeds?
factor, rates, seeds = 0.1, trial.options["lr"], (1, 2, 3)
usual = {
    ("plain", 1): 0.3,
    ("plain", factor): 1.0,
    ("normalised", 1): 1.0,
    ("normalised", factor): 0.1,
}
half = 2 * error
    The interval is mean ± 2 standard errors, also at f = 0.1. With so few seeds the standard error
    is itself uncertain. Which t belongs to your number of seeds?
factor, rates, seeds = 3, trial.options["lr"], (1, 2, 3, 4, 5)
usual = {
    ("plain", 1): 0.3,
    ("plain", factor): 0.1,
    ("normalised", 1): 1.0,
    ("normalised", factor): 1.0,
}
best = rate
    The rates are those that are best at home. In each world the best rate of a network may be
    another one, so the function has to search, at f = 3, too.
factor, rates, seeds = 10, trial.options["lr"], (1, 2)
half = 2 * error
    Two seeds and 2 standard errors: the standard deviation of two numbers is hardly known. Which t
    belongs to two seeds, and what would a third one cost?
factor, rates, seeds = 10, trial.options["lr"], (1, 2, 3, 4)
    Too many trainings: count the rates of the search and the seeds of the report for all four
    networks.
return 1, -0.01, 0.01
    At factor 1 both drops are 0 by definition, and there is nothing to find. Choose a wrong factor.
"""),
)
