"""``strength_experiment(trial) -> (strength, low, high)``: how strong, and what does it gain?"""

from collections.abc import Callable

import numpy as np

from course_lib.course.lessons import augmentation as lesson
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import shifted

GOOD = 0.03  # how far below the best strength the returned one may be


def strength_experiment(trial):
    rates, strengths = trial.options["lr"], trial.options["strength"]
    k = rates.index(0.1)
    near = rates[k - 1 : k + 2]
    plain = max(near, key=lambda lr: trial(0, lr, 0))
    tried = [(s, lr) for s in strengths[1:5] for lr in near]
    strength, lr = max(tried, key=lambda one: trial(*one, 0))
    report = range(1, 8)
    with_it = np.array([trial(strength, lr, seed) for seed in report])
    without = np.array([trial(0, plain, seed) for seed in report])
    gain = with_it - without
    error = gain.std(ddof=1) / np.sqrt(len(gain))
    half = 2.4469 * error
    return strength, gain.mean() - half, gain.mean() + half


def world(
    rng: np.random.Generator, table: np.ndarray
) -> tuple[np.ndarray, Callable[[float], float]]:
    """Another best strength, another best rate with changes and without, another gain."""
    table[1:] = shifted(table[1:], rng.integers(-1, 2))
    table[1:] = shifted(table[1:], rng.integers(-1, 2), axis=1)
    table[0] = shifted(table[0], rng.integers(-1, 2))
    table[1:] += rng.uniform(-0.1, 0.1)
    best = table.mean(axis=2).max(axis=1)

    def truth(strength: float) -> float:
        place = lesson.OPTIONS["strength"].index(strength)
        if place == 0 or best[place] < best[1:].max() - GOOD:
            return float("nan")
        return float(best[place] - best[0])

    return table, truth


exercise = experiment(
    strength_experiment,
    returns="(strength, low, high)",
    options=lesson.OPTIONS,
    budget=lesson.BUDGET,
    world=world,
    points=5,
    coverage=0.75,
    half=0.6,
    widest=0.08,
    table="strength_experiment.npy",
    train=lesson.train,
    seeds=60,
    quantity="the gain of your strength, which must be good",
    hints="""
    Which line of the check is short of points? *The rules*: count before you write. Without
    changes, the rates that you try; with changes, strengths times rates; both times the seeds of
    this search; plus two times the seeds of the report. *How often the interval is right*: does the
    function search the strength, and for both sides the rate, in each world? *The width*: more
    seeds in the report.

    In each world, the best strength and the two best rates may lie one place to the left or to the
    right of the usual ones in `trial.options`. A strength and a rate belong together: a strength
    looks weak at a rate that does not suit it.

    Report the same seeds for both sides, so that their runs are pairs, and take one gain for each
    seed, then `interval(gains)`. A smaller example: gains 0.04, 0.05, 0.06 have the mean 0.05 and
    the standard error 0.01/√3 = 0.0058, so the interval is 0.05 ± 4.3 · 0.0058 = 0.05 ± 0.025.
    """,
    mistakes=slips("""
tried = [(1, lr) for lr in near]
    You take the strength that covers the largest change of the camera. Is it a good one for the
    many pictures with small changes? Let the function try others.
tried = [(0.4, lr) for lr in near]
    You try one strength. In some worlds the best one is its neighbour, and yours is too far below.
tried = [(s, plain) for s in strengths[1:5]]
    All strengths get the rate that is best without changes. Which rate does each one need?
near = rates[k : k + 1]
    One rate serves both sides, and no other is tried. In some worlds it is far from the best one of
    one side.
strength, lr = 0.4, 0.1
    You use the settings that are best in section 6. In each world others may be best, so the
    function has to search.
report = range(1, 3)
half = 2 * error
    Two seeds report, with ± 2 standard errors. The standard deviation of two numbers is hardly
    known, so 2 is far too few. How many seeds can you report within the budget?
gain = without - with_it
    The sign is wrong: the gain is the accuracy with changes minus that without.
gain = with_it - with_it.mean() + 0.0
    You compare the networks with changes with themselves. Which accuracy do you subtract?
error = gain.std(ddof=1)
    You report ± t standard deviations of single gains. The mean of n gains is more certain than one
    of them: divide by √n.
error = gain.std(ddof=1) / len(gain)
    The standard error of a mean of n numbers is their standard deviation divided by √n.
report = range(1, 9)
    Too many trainings: count those of the search, and two for each seed of the report.
"""),
)
