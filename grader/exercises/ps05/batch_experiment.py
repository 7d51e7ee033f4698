"""``batch_experiment(trial) -> (low, high)``: single images or batches of 64, on a budget?"""

from collections.abc import Callable

import numpy as np

from course_lib.course.lessons import minibatches as lesson
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import shifted

HIDDEN = 0.15  # what a world adds to the accuracy with large batches, at most


def batch_experiment(trial):
    rates, usual, reached = trial.options["lr"], {1: 0.03, 64: 1.0}, {}
    search, report = range(2), range(2, 8)
    for size, rate in usual.items():
        k = rates.index(rate)
        tried = rates[k - 1 : k + 2]
        best = max(tried, key=lambda lr, size=size: sum(trial(size, lr, s) for s in search))
        reached[size] = np.array([trial(size, best, seed) for seed in report])
    gain = reached[1] - reached[64]
    half = 2.5706 * gain.std(ddof=1) / np.sqrt(len(gain))
    low, high = gain.mean() - half, gain.mean() + half
    return low, high


def world(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Callable[[], float]]:
    """Each batch size has its best rate one place elsewhere, or not; batches gain or lose.

    Beyond the end of the list, its last rate is taken again.
    """
    for size in range(len(table)):
        table[size] = shifted(table[size], int(rng.integers(-1, 2)))
    table[1] += rng.uniform(-HIDDEN, HIDDEN)
    single, large = table.mean(axis=2).max(axis=1)
    return table, lambda: float(single - large)


exercise = experiment(
    batch_experiment,
    returns="(low, high)",
    options=lesson.OPTIONS,
    budget=24,
    table="batch_experiment.npy",
    train=lesson.train,
    seeds=60,
    world=world,
    coverage=0.82,
    half=0.65,
    widest=0.06,
    points=5,
    quantity="the gain in their world",
    hints="""
    Which line of the check is short of points? *The rules*: count before you write. Two batch
    sizes, times the rates that you try, times the seeds of the search, plus two times the seeds of
    the report. *How often the interval is right*: does each batch size get its own best rate, found
    anew in each world, and does the interval use the t of its number of seeds? *The width*: spend
    what is left on more seeds in the report.

    In each world, the best rate of a batch size is the one from home or one of its two neighbours
    in `trial.options["lr"]`. So three rates for each of the two are enough. One seed may mistake a
    neighbour for the best rate; the mean of two seeds is safer.

    A smaller example: gains 0.02, 0.04, 0.09 have the mean 0.05 and the standard deviation 0.036
    (ddof=1). With t = 4.3 for three seeds the interval is 0.05 ± 4.3 · 0.036/√3, from −0.04 to
    0.14.
    """,
    mistakes=slips("""
best = 0.1
    Both batch sizes train at one rate. It is the best one of at most one of them, so your gain
    contains what the other one loses at a wrong rate.
best = 0.3
    Both batch sizes train at one rate, at which single images hardly learn. What does a fair
    comparison give to each side?
best = rate
    You use the rates that are best at home. In each world they may be others, so the function has
    to search.
best = max(tried, key=lambda lr: sum(trial(1, lr, s) for s in search)) if size == 1 else best
    You search for single images alone, and the large batches train at the same rate. What is their
    own best rate?
best = max(tried, key=lambda lr: sum(trial(1, lr, s) for s in search)) if size == 1 else min(rates,
    key=lambda lr: abs(np.log(lr / (64 * best))))
    You search for single images alone and multiply their rate by 64. Up to which batch size did
    the linear scaling rule hold?
tried = rates[k : k + 2]
    Two rates for each batch size miss one of the three places where the best one may be.
gain = reached[64] - reached[1]
    The sign is wrong: the gain is the accuracy with single images minus that with batches of 64.
half = 2 * gain.std(ddof=1)
    You use the standard deviation of one difference. The error of a mean of n differences is
    smaller by √n.
half = gain.std(ddof=1) / np.sqrt(len(gain))
    Your interval reaches one standard error to each side. How many are needed with so few seeds?
search, report = range(1), range(1, 4)
half = 2 * gain.std(ddof=1) / np.sqrt(len(gain))
    Three seeds and 2 standard errors: the standard deviation of three numbers is itself uncertain.
    Which t belongs to three, and how many trainings are left over?
search, report = range(2), range(2, 4)
half = 2 * gain.std(ddof=1) / np.sqrt(len(gain))
    Two seeds and 2 standard errors: the standard deviation of two numbers is hardly known. How many
    trainings are left over?
search, report = range(2), range(2, 9)
    Too many trainings: count the rates of the search times its seeds, and the seeds of the report,
    for both batch sizes.
return -0.02, 0.08
    Your interval does not depend on any training.
"""),
)
