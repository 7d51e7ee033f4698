"""``negatives_experiment(trial) -> (low, high)``: what chosen negatives gain over random ones."""

from collections.abc import Callable

import numpy as np

from course_lib.course.lessons import distances as lesson
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import shifted


def negatives_experiment(trial):
    search, report = (0, 1), range(2, 8)
    tried, usual = (0.3, 1.0, 3.0), 3.0
    single = {m: np.mean([trial(1, m, seed) for seed in search]) for m in tried}
    chosen = {n: np.mean([trial(n, usual, seed) for seed in search]) for n in (2, 4, 8)}
    margin = max(single, key=single.get)
    count = max(chosen, key=chosen.get)
    randomly = np.array([trial(1, margin, seed) for seed in report])
    nearest = np.array([trial(count, usual, seed) for seed in report])
    gain = nearest - randomly
    error = gain.std(ddof=1) / np.sqrt(len(gain))
    half = 2.5706 * error
    return gain.mean() - half, gain.mean() + half


def world(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Callable[..., float]]:
    """Another best number of candidates, other best margins, and a hidden number in the gain.

    The best number becomes 2, 4 or 8. The margins of random and of chosen negatives move by one
    place up or down, or not. All accuracies with chosen negatives get a number from -0.06 to 0.06.
    """
    table[0] = shifted(table[0], rng.integers(-1, 2))
    chosen = shifted(table[1:], rng.integers(-1, 2))
    table[1:] = shifted(chosen, rng.integers(-1, 2), axis=1) + rng.uniform(-0.06, 0.06)
    best = table.mean(axis=2).max(axis=1)
    gain = float(best[1:].max() - best[0])
    return table, lambda: gain


exercise = experiment(
    negatives_experiment,
    returns="(low, high)",
    options=lesson.OPTIONS,
    budget=24,
    world=world,
    points=5,
    coverage=0.85,
    half=0.6,
    widest=0.05,
    table="negatives_experiment.npy",
    train=lesson.train,
    seeds=60,
    quantity="the gain of the best number of candidates",
    hints="""
    Which line of the check is short of points? *The rules*: count before you write. The search
    costs each number of candidates and each margin that you try, times its seeds; the report costs
    two trainings for each seed. *How often the interval is right*: does the function search in each
    world the margin of random negatives, and the number of candidates? *The width*: more seeds in
    the report, and the differences of pairs.

    For one candidate, the best margin is 0.3, 1 or 3 in each world. For more candidates, the margin
    3 is never far from the best one, because the accuracies at 1, 3 and 10 are nearly the same. So
    this side needs a search over 2, 4 and 8 candidates, at a single margin.

    Report the same seeds for both sides, so that their runs are pairs. For each seed compute one
    gain; `interval(gains)` gives both ends. A smaller example: of the gains 0.01, 0.02 and 0.03 it
    is 0.02 ± 0.025.
    """,
    mistakes=slips("""
chosen = {32: 0.0}
    You compare the hardest negatives with random ones. The gain is that of the best number of
    candidates, and where labels are wrong, it is not the largest number. Which ones do you try?
tried, usual = (1.0,), 1.0
    Both sides train at the margin 1. In each world random negatives and chosen ones have best
    margins of their own. Which side loses most at a wrong margin?
tried, usual = (3.0,), 3.0
    Both sides train at the margin 3. What does this margin cost the random negatives?
chosen = {4: 0.0}
    You take four candidates in each world. The best number is 2, 4 or 8, so the function has to
    search.
tried, usual = (1.0,), 3.0
    Random negatives train at the margin that is best in our trainings. In each world it may be a
    neighbour of it, so the function has to search.
search, report = (0, 1, 2), (3, 4)
half = 2 * error
    Two seeds report, and the interval is mean ± 2 standard errors. The standard deviation of two
    numbers is hardly known, so 2 is far too few. How many seeds does the search need, and how many
    are left for the report?
gain = randomly - nearest
    The sign is wrong: the gain is the accuracy with the chosen negatives minus that with random
    ones.
error = gain.std(ddof=1)
    You report ± t standard deviations of single gains. The mean of n gains is more certain than one
    of them: divide by √n.
error = gain.std(ddof=1) / len(gain)
    The standard error of a mean of n numbers is their standard deviation divided by √n.
search, report = (0, 1), range(2, 9)
    Too many trainings: count the settings of the search times their seeds, and two trainings for
    each seed of the report.
"""),
)
