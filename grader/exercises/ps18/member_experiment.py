"""``member_experiment(trial) -> (low, high)``: what members with fewer images gain together."""

from collections.abc import Callable

import numpy as np

from course_lib.course.lessons import ensembles as lesson
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import shifted

ALL, QUARTER = range(2)  # places of the images


def member_experiment(trial):
    lams, search, report = trial.options["lam"], (0, 1), range(6)
    reached = {}
    for images in ("all", "quarter"):
        k = lams.index(0.008)
        tried = lams[k - 1 : k + 2]
        means = {lam: np.mean([trial(images, lam, seed) for seed in search]) for lam in tried}
        best = max(means, key=means.get)
        reached[images] = np.array([trial(images, best, seed) for seed in report])
    gain = reached["quarter"] - reached["all"]
    error = gain.std(ddof=1) / np.sqrt(len(gain))
    half = 2.57 * error
    return gain.mean() - half, gain.mean() + half


def world(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Callable[..., float]]:
    """Other best strengths of both sides, and a hidden number in the accuracy of the quarter.

    The strengths of each side move by one place up or down, or not; at the end of the list the
    last one is taken twice. The quarter gets a number from -0.1 to 0.1.
    """
    for images in (ALL, QUARTER):
        table[images] = shifted(table[images], rng.integers(-1, 2))
    table[QUARTER] += rng.uniform(-0.1, 0.1)
    best = table.mean(axis=2).max(axis=1)
    gain = float(best[QUARTER] - best[ALL])
    return table, lambda: gain


exercise = experiment(
    member_experiment,
    returns="(low, high)",
    options=lesson.OPTIONS,
    budget=20,
    world=world,
    points=5,
    coverage=0.85,
    half=0.6,
    widest=0.06,
    table="member_experiment.npy",
    train=lesson.train,
    seeds=40,
    quantity="the gain of fewer images",
    hints="""
    Which line of the check is short of points? *The rules*: count before you write. Two sides,
    times the strengths that you try, times the seeds of this search, plus two times the seeds of
    the report that are new. *How often the interval is right*: does the function search each side's
    own best strength in each world, and does it use the t of its number of seeds? *The width*: more
    seeds in the report, and the differences of pairs.

    In each world the best strength of each side may lie one place to the left or to the right of
    the usual one, so the two may differ. Three strengths for each side find them: the usual one and
    its two neighbours in `trial.options["lam"]`.

    An ensemble that was trained for the search costs nothing when you ask for it again. So let the
    seeds of the search report, too, and add as many new ones as the budget allows, the same seeds
    for both sides.

    A smaller example: the gains −0.01, −0.02, −0.03 of three seeds have the mean −0.02 and the
    standard error 0.01/√3 = 0.0058. With t = 4.3 the interval is −0.02 ± 0.025.
    """,
    mistakes=slips("""
tried = (0.0005,)
    Both sides train with nearly no penalty, as in section 1. You measure how much each of them
    suffers without a penalty, not what it can reach.
best = 0.008
    You use the strength that is best at home. In each world the best strength of a side may be
    another one, so the function has to search.
tried = lams[k : k + 2]
    Two strengths for each side miss one of the three places where the best one may be.
lams, search, report = trial.options["lam"], (0, 1, 2), (1, 2)
half = 2 * error
    Two seeds report, and the interval is mean ± 2 standard errors. The standard deviation of two
    numbers is hardly known, so 2 is far too few: t is 12.7.
gain = reached["all"] - reached["quarter"]
    The sign is wrong: the gain is the accuracy with a quarter of the images minus that with all.
error = gain.std(ddof=1)
    You report ± t standard deviations of single gains. The mean of n gains is more certain than one
    of them: divide by √n.
error = gain.std(ddof=1) / len(gain)
    The standard error of a mean of n numbers is their standard deviation divided by √n.
lams, search, report = trial.options["lam"], (0, 1), range(2, 8)
    Too many ensembles: count the strengths of the search and the new seeds of the report for both
    sides.
"""),
)
