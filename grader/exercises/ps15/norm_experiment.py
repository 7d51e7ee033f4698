"""``norm_experiment(trial) -> (low, high)``: how much batch normalisation protects from initial
weights that are ten times too large.
"""

from collections.abc import Callable

import numpy as np

from course_lib.course.lessons import batch_normalisation as lesson
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import shifted

FACTORS = lesson.OPTIONS["factor"]
RIGHT, WRONG = FACTORS.index(1), FACTORS.index(10)
PLAIN, NORMALISED = range(2)  # places of the networks


def norm_experiment(trial):
    rates, search, report = trial.options["lr"], (1, 2), (3, 4, 5)
    usual = {
        ("plain", 1): 0.3,
        ("plain", 10): 0.01,
        ("normalised", 1): 1.0,
        ("normalised", 10): 1.0,
    }
    reached = {}
    for cell, rate in usual.items():
        k = rates.index(rate)
        tried = rates[k - 1 : k + 2]
        mean = {lr: np.mean([trial(*cell, lr, seed) for seed in search]) for lr in tried}
        best = max(mean, key=mean.get)
        reached[cell] = np.array([trial(*cell, best, seed) for seed in report])
    drop = {name: reached[name, 1] - reached[name, 10] for name in ("plain", "normalised")}
    gain = drop["plain"] - drop["normalised"]
    error = gain.std(ddof=1) / np.sqrt(len(gain))
    half = 4.3027 * error
    return gain.mean() - half, gain.mean() + half


def world(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Callable[[], float]]:
    """Other best rates of the settings, and a hidden number in the accuracy of some of them.

    The rates of each setting, a network and a factor, move by one place up or down, or not; at the
    end of the list the last one is taken twice. The plain network at wrong factors gets a number
    from -0.4 to 0.4.
    """
    for cell in np.ndindex(table.shape[:2]):
        table[cell] = shifted(table[cell], rng.integers(-1, 2))
    hidden = rng.uniform(-0.4, 0.4)
    table[PLAIN, np.arange(len(FACTORS)) != RIGHT] += hidden
    best = table.mean(axis=3).max(axis=2)
    drop = best[:, RIGHT] - best[:, WRONG]
    return table, lambda: float(drop[PLAIN] - drop[NORMALISED])


exercise = experiment(
    norm_experiment,
    returns="(low, high)",
    options=lesson.OPTIONS,
    budget=lesson.BUDGET,
    world=world,
    points=5,
    coverage=0.9,
    half=0.75,
    widest=0.5,
    worlds=400,  # so that 2 standard errors are not right often enough by chance
    table="norm_experiment.npy",
    train=lesson.train,
    seeds=60,
    quantity="the gain at factor 10",
    hints="""
    Which line of the check is short of points? *The rules*: count before you write. Four settings
    (plain and normalised, at factor 1 and at 10), times the rates that you try, times the seeds of
    this search, plus four times the seeds of the report. *How often the interval is right*: does
    the function search the best rate of each setting in each world, around the one that is best at
    home, and is the report `interval(gains)`? *The width*: one seed more in the report.

    Every setting has its own best rate, and in each world it may lie one place to the left or to
    the right of the one at home. So three rates for each setting find it: the one from home and its
    two neighbours in `trial.options["lr"]`. One or two seeds choose among them: two choose better,
    one leaves more for the report.

    For each seed of the report compute one gain: subtract the accuracies seed by seed.
    `interval(gains)` from the setup cell is the interval. A smaller example: gains 0.1, 0.2, 0.3
    have the mean 0.2, and the interval is 0.2 ± 0.25.
    """,
    mistakes=slips("""
best = 0.1
    All four settings train at one rate. Whose best rate is it? The drop of a network that trains at
    a bad rate says nothing about its initial weights.
best = rate
    You use the rates that are best at home. In each world the best rate of a setting may be another
    one, so the function has to search.
tried = rates[k : k + 2]
    Two rates for each setting miss one of the three places where the best one may be.
half = 2 * error
    The interval is mean ± 2 standard errors. With so few seeds the standard error is itself
    uncertain. Which t belongs to your number of seeds?
gain = drop["normalised"] - drop["plain"]
    The sign is wrong: the gain is the drop of the plain network minus that of the normalised one.
gain = drop["plain"]
    This is the drop of the plain network alone. How much of it is left with batch normalisation?
gain = reached["normalised", 10] - reached["plain", 10]
    You compare the two networks at the wrong factor alone. They differ at factor 1, too, and that
    part has nothing to do with the initial weights.
rates, search, report = trial.options["lr"], (1, 2), (3, 4)
half = 2 * error
    Two seeds and 2 standard errors: the standard deviation of two numbers is hardly known. Which t
    belongs to two seeds, and what would a third one cost?
rates, search, report = trial.options["lr"], (1, 2), (3, 4, 5, 6)
    Too many trainings: count the rates and the seeds of the search, and the seeds of the report,
    for all four settings.
"""),
)
