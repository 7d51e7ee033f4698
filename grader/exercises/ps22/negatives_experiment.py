"""``negatives_experiment(trial) -> (low, high)``: what chosen negatives gain over random ones."""

import numpy as np

from course_lessons import distances as lesson
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import Truth, new_noise, shifted, told_apart


def negatives_experiment(trial):
    tried, usual = (0.3, 1.0, 3.0), 3.0
    single = {m: np.mean([trial(1, m, seed) for seed in (0, 1)]) for m in tried}
    chosen = {n: np.mean([trial(n, usual, seed) for seed in (0, 1)]) for n in (2, 4, 8)}
    margin, count = max(single, key=single.get), max(chosen, key=chosen.get)
    gain = [trial(count, usual, seed) - trial(1, margin, seed) for seed in range(2, 8)]
    return interval(gain)


def moves(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Truth]:
    """Another best number of candidates, other best margins, and a hidden number in the gain.

    The best number becomes 2, 4 or 8. The margins of random negatives move by one place up or down,
    or not. All accuracies with chosen negatives get a number from -0.06 to 0.06.
    """
    table[0] = told_apart(rng, shifted(table[0], rng.integers(-1, 2)))
    table[1:] = shifted(table[1:], rng.integers(-1, 2)) + rng.uniform(-0.06, 0.06)
    best = table.mean(axis=2).max(axis=1)
    return table, lambda: float(best[1:].max() - best[0])


exercise = experiment(
    negatives_experiment,
    returns="(low, high)",
    options=lesson.OPTIONS,
    compares=("candidates", (2, 4, 8, 16, 32), 1),
    budget=24,
    world=new_noise(moves, alike=(0, 1), noise=1.5),
    points=5,
    coverage=0.9,
    table="negatives_experiment.npy",
    train=lesson.train,
    quantity="the gain of the best number of candidates",
    hints=(
        step(
            """The search costs each number of candidates and each margin that you try, times its
            seeds; the report costs two trainings for each seed.""",
            RULES,
        ),
        step(
            """For one candidate, the best margin is 0.3, 1 or 3 in each world. For more
            candidates, the margin 3 is never far from the best one, because the accuracies at
            1, 3 and 10 are nearly the same. So this side needs a search over 2, 4 and 8
            candidates, at a single margin.""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """Report the same seeds for both sides, so that their runs are pairs. For each seed
            compute one gain; `interval(gains)` gives both ends. A smaller example: of the gains
            0.01, 0.02 and 0.03 it is 0.02 ± 0.025.""",
            COVERAGE,
            WIDTH,
        ),
    ),
)
