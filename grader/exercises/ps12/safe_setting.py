"""``safe_setting(trial) -> (lr, mu, low, high)``: a setting of momentum for all hospitals."""

import numpy as np

from course_lessons import momentum as lesson
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import World, shifted

RATES, MOMENTA = lesson.OPTIONS["lr"], lesson.OPTIONS["mu"]
NEVER = 5.9  # hundreds of steps: a hospital that does not get there
NEAR = 0.2  # hundreds of steps more than the best setting needs


def safe_setting(trial):
    rates, momenta = trial.options["lr"], trial.options["mu"]
    k, m = rates.index(0.77), momenta.index(0.8)
    tried = [(lr, mu) for lr in rates[k - 1 : k + 2] for mu in momenta[m - 1 : m + 2]]
    first = {setting: trial(*setting, 0) for setting in tried}
    kept = sorted(tried, key=first.get)[:4]
    means = {setting: np.mean([trial(*setting, seed) for seed in (0, 1, 2)]) for setting in kept}
    lr, mu = min(means, key=means.get)
    low, high = interval([trial(lr, mu, seed) for seed in range(3, 16)])
    return lr, mu, low, high


def world(rng: np.random.Generator, table: np.ndarray, loud: float, seeds: int) -> World:
    """Another best rate and momentum, a hidden number in all results, and other hospitals.

    Both lists move by one place up or down, or not; at the end of a list the last one is taken
    twice. A number from 0 to 0.8 is added to all results. A hospital that does not get there stays
    as it is; the others differ half as much as in the table, times the loudness.
    """
    for axis in (0, 1):
        table = shifted(table, rng.integers(-1, 2), axis)
    middle = np.median(table, axis=-1, keepdims=True)
    table = np.where(table < NEVER, middle + loud / 2 * (table - middle), table)
    table += rng.uniform(0, 0.8)
    means = table.mean(axis=2)

    def steps(lr: float, mu: float) -> float:
        mean = float(means[RATES.index(lr), MOMENTA.index(mu)])
        return mean if mean <= means.min() + NEAR else float("nan")  # far from the best one

    return World(table[..., rng.integers(table.shape[-1], size=seeds)], steps, means)


exercise = experiment(
    safe_setting,
    returns="(lr, mu, low, high)",
    options=lesson.OPTIONS,
    compares=("lr", None),
    budget=30,
    world=world,
    coverage=0.82,
    points=5,
    table="safe_setting.npy",
    train=lesson.train,
    quantity="the mean of your setting, which must be safe",
    hints=(
        step(
            """Count before you write: rates times momenta times hospitals of the search, plus the
            hospitals of the report.""",
            RULES,
        ),
        step(
            """In each world the best rate and the best momentum lie up to one place to the left or
            right of those nearest to your setting of section 3, with the first margin that
            suffices. So three rates and three momenta contain the best setting. Nine settings
            on each of two hospitals are 18 trainings. A search in two rounds needs no more: all
            nine settings on one hospital, then only the best few on two more.""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """`interval` of the results of the report gives both ends: the mean ± t standard
            errors. A smaller example: 0.6, 0.7, 0.8 have the mean 0.7 and the standard error
            0.1/√3 = 0.058, and t is 4.3, so the interval is 0.7 ± 0.25.""",
            COVERAGE,
            WIDTH,
        ),
    ),
)
