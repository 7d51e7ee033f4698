"""``race_report(trial, method, scale) -> (low, high)``: the loss of a method minus Adam's, each at
its own best rate, where the loss is multiplied by ``scale`` before the gradients are taken.
"""

from collections.abc import Sequence
from math import log10

import numpy as np

from course_lessons import adaptive_methods as lesson
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import each_side, new_noise, shifted

METHODS, RATES = lesson.OPTIONS["method"], lesson.OPTIONS["lr"]
BY_SCALE = ("SGD", "momentum", "Nesterov")  # ten times the gradient, a tenth of the best rate
RACED = (*BY_SCALE, "Adagrad", "RMSProp")
PLACES = 3  # of the list of rates, from a rate to a tenth of it

NOT_MOVED = (
    "In worlds with another scale, you report SGD, momentum or Nesterov at a rate for the scale 1. "
    "If each gradient is ten times as long, how long is a step of gradient descent, and which rate "
    "makes it as long as before?"
)
MOVED = (
    "In worlds with another scale, you move the rate of Adam, RMSProp or Adagrad as well. Put 10 g "
    "in place of g in the formula of Adagrad: what is left of the 10?"
)
OTHER_WAY = (
    "With the scale you move the rate of SGD, momentum or Nesterov in the wrong direction. Which "
    "rate makes a step as long as before if each gradient is ten times as long?"
)


def race_report(trial, method, scale):
    rates, losses = trial.options["lr"], {}
    for name in (method, "Adam"):
        k = rates.index(lesson.BEST[name] / (scale if name in BY_SCALE else 1))
        best = min(rates[k - 1 : k + 2], key=lambda lr: trial(name, lr, 0))
        losses[name] = np.array([trial(name, best, seed) for seed in range(5)])
    return interval(losses[method] - losses["Adam"])


def moves(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, float, str, float]:
    """Other best rates of the methods, and a hidden number from 0 to 0.8 in the losses of each.

    The loss is multiplied by a power of ten. Its best rate moves with this scale, for a method
    whose step is proportional to the gradient, and by up to one place more.
    """
    decades = int(rng.integers(-2, 2))
    by = [PLACES * decades * (name in BY_SCALE) for name in METHODS]
    table = each_side(rng, np.array([*map(shifted, table, by)]), lower=True)
    table += rng.uniform(0, 0.8, size=(len(METHODS), 1, 1))
    lowest = dict(zip(METHODS, table.mean(axis=2).min(axis=1), strict=True))
    method = str(rng.choice(RACED))
    return table, lowest[method] - lowest["Adam"], method, 10.0**decades


def misplaced(told: Sequence[float], settings: Sequence[tuple[int, ...]]) -> str:
    """What is wrong with the rates that report: moved with the scale, or not."""
    decades = round(log10(told[1]))
    for at, rate in settings:
        name = METHODS[at]
        moved = round((RATES.index(lesson.BEST[name]) - rate) / PLACES)
        if name in BY_SCALE and moved != decades:
            return NOT_MOVED if moved == 0 else OTHER_WAY if moved == -decades else ""
        if name not in BY_SCALE and moved:
            return MOVED
    return ""


exercise = experiment(
    race_report,
    options=lesson.OPTIONS,
    compares=("method", None, "Adam"),
    misplaced=misplaced,
    budget=14,
    world=new_noise(moves, alike=(0, 1), lower=True),
    points=5,
    table="race_report.npy",
    train=lesson.train,
    quantity="the difference",
    hints=(
        step(
            """Count before you write: two methods times the rates that you try times the seeds of
            the search, plus two times the seeds of the report.""",
            RULES,
        ),
        step(
            """If the loss is multiplied by 10, so is each gradient. Put 10 g in place of g in the
            step of each method: which rate makes the same step as before? The best rate lies up to
            one place of `trial.options["lr"]` beside this one, so three rates find it. One seed is
            enough to choose among them.""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """Report both methods with the same seeds, subtract seed by seed, and return
            `interval(d)` of these differences. A smaller example: of the differences 0.1, 0.2, 0.3
            it is 0.2 ± 0.25.""",
            COVERAGE,
            WIDTH,
        ),
    ),
)
