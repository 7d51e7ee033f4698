"""``remedy_experiment(trial) -> (low, high)``: what a penalty gains over stopping in time."""

import numpy as np

from course_lib.course.lessons import penalties as lesson
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import two_sides


def remedy_experiment(trial):
    lams, search, report = trial.options["lam"], (0, 1), range(6)
    reached = {}
    for remedy, usual in (("stop", 0.02), ("penalty", 0.01)):
        k = lams.index(usual)
        tried = lams[k - 1 : k + 2]
        means = {lam: np.mean([trial(remedy, lam, seed) for seed in search]) for lam in tried}
        best = max(means, key=means.get)
        reached[remedy] = np.array([trial(remedy, best, seed) for seed in report])
    gain = reached["penalty"] - reached["stop"]
    error = gain.std(ddof=1) / np.sqrt(len(gain))
    half = 2.5706 * error
    return gain.mean() - half, gain.mean() + half


exercise = experiment(
    remedy_experiment,
    returns="(low, high)",
    options=lesson.OPTIONS,
    budget=20,
    world=two_sides(hidden=0.1),
    points=5,
    coverage=0.85,
    half=0.6,
    widest=0.06,
    table="remedy_experiment.npy",
    train=lesson.train,
    seeds=60,
    quantity="the gain of the penalty",
    hints="""
    Which line of the check is short of points? *The rules*: count before you write. Two remedies,
    times the strengths that you try, times the seeds of this search, plus two times the seeds of
    the report that are new. *How often the interval is right*: does the function search each
    remedy's own best strength in each world, and does it take the `interval` of the differences?
    *The width*: more seeds in the report, and the differences of pairs.

    The best strengths of the two remedies differ, and in each world either may lie one place to the
    left or to the right of the usual one. So three strengths for each remedy find it: the usual one
    and its two neighbours in `trial.options["lam"]`.

    A training that was made for the search costs nothing when you ask for it again. So let the
    seeds of the search report, too, and add as many new ones as the budget allows, the same seeds
    for both remedies.

    A smaller example: for the gains 0.01, 0.02, 0.03 of three seeds, `interval(d)` is 0.02 ± 0.025.
    """,
    mistakes=slips("""
best = 0.02
    Both remedies have the strength that is best for stopping. Your formula says that they are alike
    there. Does a network keep its assumptions: a parabola, a start at 0?
best = 0.01
    Both remedies have the strength that is best for the penalty. Is it also the best moment to
    stop?
best = usual
    You use the strengths that are best at home. In each world the best strength of a remedy may be
    another one, so the function has to search.
tried = lams[k : k + 2]
    Two strengths for each remedy miss one of the three places where the best one may be.
half = 2 * error
lams, search, report = trial.options["lam"], (0, 1, 2), (3,)
    One seed reports, and its standard deviation is not a number. How many seeds does the search
    need, and how many are left for the report?
lams, search, report = trial.options["lam"], (0, 1, 2), (1, 2)
half = 2 * error
    Two seeds report, and the interval is mean ± 2 standard errors. The standard deviation of two
    numbers is hardly known, so 2 is far too few: t is 12.7.
gain = reached["stop"] - reached["penalty"]
    The sign is wrong: the gain is the accuracy with the penalty minus that with stopping.
error = gain.std(ddof=1)
    You report ± t standard deviations of single gains. The mean of n gains is more certain than one
    of them: divide by √n.
error = gain.std(ddof=1) / len(gain)
    The standard error of a mean of n numbers is their standard deviation divided by √n.
lams, search, report = trial.options["lam"], (0, 1), range(2, 8)
    Too many trainings: count the strengths of the search and the new seeds of the report for both
    remedies.
"""),
)
