"""``norm_experiment(trial) -> (low, high)``: how far batch normalisation leads where the initial
weights are ten times too large.
"""

import numpy as np

from course_lib.course.lessons import batch_normalisation as lesson
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import two_sides
from grader.exercises.leads import OVER


def norm_experiment(trial):
    rates, search, report = trial.options["lr"], (1, 2), range(3, 9)
    reached = {}
    for network, usual in (("plain", 0.01), ("normalised", 1.0)):
        k = rates.index(usual)
        tried = rates[k - 1 : k + 2]
        mean = {lr: np.mean([trial(network, lr, seed) for seed in search]) for lr in tried}
        best = max(mean, key=mean.get)
        reached[network] = np.array([trial(network, best, seed) for seed in report])
    d = reached["normalised"] - reached["plain"]
    half = 2.5706 * d.std(ddof=1) / np.sqrt(len(d))  # t for 95 %, 5 degrees of freedom
    return d.mean() - half, d.mean() + half


exercise = experiment(
    norm_experiment,
    returns="(low, high)",
    options=lesson.OPTIONS,
    budget=lesson.BUDGET,
    world=two_sides(hidden=0.4),
    points=4,
    coverage=0.85,  # of 95 % intervals, if one of a few searches misses the best rate
    half=0.75,
    widest=0.25,
    table="norm_experiment.npy",
    train=lesson.train,
    seeds=60,
    quantity="the lead",
    hints="""
    Which line of the check is short of points? *The rules*: count before you write. Two networks,
    times the rates that you try, times the seeds of this search, plus two networks times the new
    seeds of the lead. *How often the interval is right*: does the function search the best rate of
    each network in each world, around the one that is best in the table, and is the answer
    `interval(d)` of differences, seed by seed? *The width*: more seeds for the lead.

    Each network has its own best rate, and in each world it may lie one place to the left or to
    the right of the one in the table. So three rates for each network find it: that one and its two
    neighbours in `trial.options["lr"]`.

    For each seed of the lead compute one difference: the accuracy of the normalised network minus
    that of the plain one. `interval` of these is the interval. A smaller example: 0.1, 0.2, 0.3
    have the mean 0.2, and the interval is 0.2 ± 0.25.
    """,
    mistakes=slips(f"""
half = d.std(ddof=1) / np.sqrt(len(d))
    Your interval reaches one standard error to each side. Which factor makes it right in 95 % of
    the cases?
best = 0.1
    Both networks train at one rate. Whose best rate is it? A network that trains at a bad rate says
    nothing about its initial weights.
best = usual
    You use the best rates of the table. In each world the best rate of a network may be another
    one, so the function has to search.
tried = rates[k : k + 2]
    Two rates for each network miss one of the three places where the best one may be.
k = rates.index(0.01)
    Both networks try the rates around the best one of the plain network. Where is the best rate of
    the normalised network in the table?
d = reached["plain"] - reached["normalised"]
    The sign is wrong: the lead is the accuracy of the normalised network minus that of the plain
    one.
d = reached["normalised"]
    This is the accuracy of the normalised network. By how much does it lead?
rates, search, report = trial.options["lr"], (1, 2, 3), (4, 5)
half = 2 * d.std(ddof=1) / np.sqrt(len(d))
    Two seeds and 2 standard errors: the standard deviation of two numbers is hardly known. Which t
    belongs to two seeds, and how would a smaller search leave more differences?
rates, search, report = trial.options["lr"], (1, 2), range(3, 10)
{OVER}"""),
)
