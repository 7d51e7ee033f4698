"""``strength_experiment(trial) -> (strength, low, high)``: how strong, and what does it gain?"""

import numpy as np

from course_lessons import augmentation as lesson
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import Truth, new_noise, shifted, told_apart

GOOD = 0.03  # how far below the best strength the returned one may be


def strength_experiment(trial):
    rates, strengths = trial.options["lr"], trial.options["strength"]
    k = rates.index(0.1)
    near = rates[k - 1 : k + 2]
    plain = max(near, key=lambda lr: trial(0, lr, 0))
    tried = [(s, lr) for s in strengths[1:5] for lr in near]
    strength, lr = max(tried, key=lambda one: trial(*one, 0))
    gain = [trial(strength, lr, seed) - trial(0, plain, seed) for seed in range(1, 8)]
    low, high = interval(gain)
    return strength, low, high


def moves(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Truth]:
    """Another best strength, another best rate with changes and without, another gain."""
    changed = shifted(table[1:], rng.integers(-1, 2))
    table[1:] = told_apart(rng, shifted(changed, rng.integers(-1, 2), axis=1))
    table[0] = told_apart(rng, shifted(table[0], rng.integers(-1, 2)))
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
    compares=("strength", None, 0),
    budget=lesson.BUDGET,
    world=new_noise(moves, alike=(0, 1)),
    points=5,
    table="strength_experiment.npy",
    train=lesson.train,
    quantity="the gain of your strength, which must be good",
    hints=(
        step(
            """Count before you write. Without changes, the rates that you try; with changes,
            strengths times rates; both times the seeds of this search; plus two times the seeds
            of the report.""",
            RULES,
        ),
        step(
            """In each world, the best strength and the two best rates may lie one place to the
            left or to the right of the usual ones in `trial.options`. A strength and a rate
            belong together: a strength looks weak at a rate that does not suit it.""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """Report the same seeds for both sides, so that their runs are pairs, and take one
            gain for each seed, then `interval(gains)`. A smaller example: of 0.04, 0.05, 0.06
            it is 0.05 ± 0.025.""",
            COVERAGE,
            WIDTH,
        ),
    ),
)
