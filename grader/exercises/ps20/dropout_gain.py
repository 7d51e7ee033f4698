"""``dropout_gain(trial) -> (units, wrong, low, high)``: what dropout changes, on a budget."""

import numpy as np

from course_lessons import dropout as lesson
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import Truth, new_noise, told_apart

SHIFT, OWN = 0.15, 0.05  # of all accuracies with dropout, of those of one drop probability, at most


def dropout_gain(trial):
    units, wrong, rates = 16, 0, trial.options["lr"]
    plain = max(rates, key=lambda lr: trial(units, wrong, 0, lr, 0))
    tried = [(p, lr) for p in (0.2, 0.5, 0.8) for lr in rates]
    best = max(tried, key=lambda setting: trial(units, wrong, *setting, 0))
    d = [trial(units, wrong, *best, s) - trial(units, wrong, 0, plain, s) for s in range(1, 7)]
    low, high = interval(d)
    return units, wrong, low, high


def moves(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Truth]:
    """Another gain in each situation, and other best settings: probabilities, rates exchanged."""
    values = table.copy()
    for place in np.ndindex(*table.shape[:2]):
        plain, dropped = table[place][0], table[place][1:]
        values[place][0] = told_apart(rng, np.roll(plain, rng.integers(len(plain)), axis=0))
        dropped = np.roll(
            dropped[rng.permutation(len(dropped))], rng.integers(len(dropped[0])), axis=1
        )
        dropped = dropped + rng.uniform(-OWN, OWN, size=(len(dropped), 1, 1))
        values[place][1:] = told_apart(rng, dropped) + rng.uniform(-SHIFT, SHIFT)
    best = values.mean(axis=-1).max(axis=-1)

    def truth(units: int, wrong: float) -> float:
        at = best[lesson.OPTIONS["units"].index(units), lesson.OPTIONS["wrong"].index(wrong)]
        return float(at[1:].max() - at[0])

    return values, truth


exercise = experiment(
    dropout_gain,
    returns="(units, wrong, low, high)",
    options=lesson.OPTIONS,
    compares=("drop_prob", lesson.OPTIONS["drop_prob"][1:], 0),
    budget=32,
    train=lesson.train,
    seeds=40,
    table="dropout_gain.npy",
    world=new_noise(moves, alike=(0, 1, 3)),
    points=5,
    quantity="the gain of the situation that you chose",
    hints=(
        step(
            """Count first: how many settings does each side have, and how many trainings are left
            for the seeds that you report?""",
            RULES,
        ),
        step(
            """Both sides may choose: without dropout the learning rate, with dropout the rate and
            the drop probability. In another world others are the best, so search in the
            function.""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """A seed that has chosen a setting makes it look slightly too good; other seeds do
            not. Report the same seeds for both sides, and take the differences within each
            seed.""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """A smaller example: the differences 0.02, 0.06, 0.04 have the mean 0.04 and the
            standard deviation 0.02. For three seeds t is 4.3, so `interval(d)` is 0.04 ± 4.3 ·
            0.02/√3.""",
            COVERAGE,
            WIDTH,
        ),
    ),
)
