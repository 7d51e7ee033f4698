"""``safe_setting(trial) -> (lr, mu, low, high)``: a setting of momentum for all hospitals."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.course.lessons import momentum as lesson
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import shifted

RATES, MOMENTA = lesson.OPTIONS["lr"], lesson.OPTIONS["mu"]
NEAR = 0.2  # hundreds of steps more than the best setting needs


def safe_setting(trial):
    rates, momenta = trial.options["lr"], trial.options["mu"]
    k, m = rates.index(0.77), momenta.index(0.8)
    tried = [(lr, mu) for lr in rates[k - 1 : k + 2] for mu in momenta[m - 1 : m + 2]]
    first = {setting: trial(*setting, 0) for setting in tried}
    kept, search, report = sorted(tried, key=first.get)[:4], (0, 1, 2), range(3, 16)
    means = {setting: np.mean([trial(*setting, seed) for seed in search]) for setting in kept}
    lr, mu = min(means, key=means.get)
    steps = np.array([trial(lr, mu, seed) for seed in report])
    error = steps.std(ddof=1) / np.sqrt(len(steps))
    half = 2.1787 * error
    return lr, mu, steps.mean() - half, steps.mean() + half


def world(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Callable[..., float]]:
    """Another best rate and momentum, and a hidden number in all results.

    Both lists move by one place up or down, or not; at the end of a list the last one is taken
    twice. A number from 0 to 0.8 is added to all results.
    """
    for axis in (0, 1):
        table = shifted(table, rng.integers(-1, 2), axis)
    table = table + rng.uniform(0, 0.8)
    means = table.mean(axis=2)

    def steps(lr: Any, mu: Any) -> float:
        mean = float(means[RATES.index(lr), MOMENTA.index(mu)])
        return mean if mean <= means.min() + NEAR else float("nan")  # far from the best one

    return table, steps


exercise = experiment(
    safe_setting,
    returns="(lr, mu, low, high)",
    options=lesson.OPTIONS,
    budget=30,
    world=world,
    points=5,
    coverage=0.8,
    half=0.78,
    widest=0.45,
    table="safe_setting.npy",
    train=lesson.train,
    seeds=60,
    quantity="the mean of your setting, which must be safe",
    hints="""
    Which line of the check is short of points? *The rules*: count before you write: rates times
    momenta times hospitals of the search, plus the hospitals of the report. *How often the interval
    is right*: does the function search in each world, do enough hospitals choose, and do others
    report? *The width*: one hospital that does not get there makes the interval very wide. Did
    your search see enough hospitals to leave such a setting out?

    In each world the best rate and the best momentum lie up to one place to the left or right of
    those nearest to your setting of section 3, with the first margin that suffices. So three rates
    and three momenta contain the best setting. Nine settings on each of two hospitals are 18
    trainings. A search in two rounds needs no more: all nine settings on
    one hospital, then only the best few on two more.

    `interval` of the results of the report gives both ends: the mean ± t standard errors. A smaller
    example: 0.6, 0.7, 0.8 have the mean 0.7 and the standard error 0.1/√3 = 0.058, and t is 4.3, so
    the interval is 0.7 ± 0.25.
    """,
    mistakes=slips("""
kept, search, report = sorted(tried, key=first.get)[:1], (0, 1, 2), range(3, 22)
    One hospital chooses. The fastest setting there may lie beyond the largest stable rate of
    another hospital. How many hospitals must get there before you trust a setting?
lr, mu = 0.77, 0.8
    You use the setting that is best at home. In each world another one may be the best, so the
    function has to search.
lr, mu = 0.92, 0.8
    This is the place of the formula. It leaves no room for a hospital with a larger curvature.
kept, search, report = [s for s in tried if s[1] == 0.9], (0, 1, 2), range(3, 16)
    You try the momentum 0.9 only. What does the best setting of the other momenta need?
kept, search, report = [s for s in tried if s[0] == 0.77], (0, 1, 2), range(3, 16)
    You try one rate only. In a world whose limit lies lower, it diverges in many hospitals.
lr, mu = max(means, key=means.get)
    You keep the slowest setting. Fewer steps are better.
error = steps.std(ddof=1)
    You report ± t standard deviations of single hospitals. The mean of n hospitals is more certain
    than one of them: divide by √n.
error = steps.std(ddof=1) / len(steps)
    The standard error of a mean of n numbers is their standard deviation divided by √n.
half = error
    The interval is mean ± one standard error. How many standard errors belong to your number of
    hospitals?
kept, search, report = sorted(tried, key=first.get)[:4], (0, 1, 2), (3, 4)
half = 2 * error
    Two hospitals report, with 2 standard errors. The standard deviation of two numbers is hardly
    known. Which t belongs to two, and what would more hospitals cost?
kept, search, report = sorted(tried, key=first.get)[:4], (0, 1, 2), range(3, 30)
    Too many trainings: count the settings of the search and the hospitals of the report.
"""),
)
