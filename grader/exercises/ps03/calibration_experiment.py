"""``calibration_experiment(trial) -> (remedy, low, high)``: by how much a remedy lowers the
calibration error.
"""

import numpy as np

from course_lessons import margins as lesson
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import Truth, new_noise, shifted, told_apart

REMEDIES = lesson.OPTIONS["remedy"]
NONE = REMEDIES.index("none")


def calibration_experiment(trial):
    remedy, steps, errors = "temperature", trial.options["epochs"], {}
    for name, usual in (("none", 10), (remedy, 40)):
        k = steps.index(usual)
        best = min(steps[k - 1 : k + 2], key=lambda epochs: trial(name, epochs, 0))
        errors[name] = np.array([trial(name, best, seed) for seed in range(1, 7)])
    low, high = interval(errors["none"] - errors[remedy])
    return remedy, low, high


def moves(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Truth]:
    """Other best numbers of epochs, and a hidden number from 0 to 0.2 in all errors of "none"."""
    for place in range(len(REMEDIES)):
        table[place] = shifted(table[place], rng.integers(-1, 2))
    table[NONE] = told_apart(rng, table[NONE], lower=True) + rng.uniform(0, 0.2)
    best = dict(zip(REMEDIES, table.mean(axis=2).min(axis=1), strict=True))
    without = best.pop("none")  # the gain of "none" is 0 by definition
    return table, lambda remedy: float(without - best.get(remedy, np.nan))


exercise = experiment(
    calibration_experiment,
    returns="(remedy, low, high)",
    options=lesson.OPTIONS,
    compares=("remedy", "none", None),
    budget=lesson.BUDGET,
    world=new_noise(moves, alike=(0, 1), lower=True),
    points=5,
    table="calibration_experiment.npy",
    train=lesson.train,
    quantity="the gain of the remedy of your choice",
    hints=(
        step(
            """Count before you write: the numbers of epochs that you try, times the seeds of this
            search, plus the seeds of the report, for both sides.""",
            RULES,
        ),
        step(
            """On each side the best number of epochs may be the one from home, half or twice it:
            three neighbours in `trial.options["epochs"]`. One seed is enough to choose among
            them.""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """Report with seeds that have not chosen anything. For each of them compute one gain,
            the error without the remedy minus the error with it. `interval` of these gains
            gives both ends. A smaller example: of the gains 0.01, 0.02, 0.03 the interval is
            0.02 ± 0.025.""",
            COVERAGE,
            WIDTH,
        ),
    ),
)
