"""``race_report(trial, method, scale, kept) -> (low, high)``: the loss of a method minus Adam's.

Each is at its own best rate, where all gradients are multiplied by ``scale``, and ``kept`` is the μ
of momentum and Nesterov and the β₁ of Adam.
"""

from collections.abc import Sequence
from math import log10
from typing import Any

import numpy as np

from course_lessons import adaptive_methods as lesson
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import each_side, new_noise, shifted

METHODS, RATES = lesson.OPTIONS["method"], lesson.OPTIONS["lr"]
BY_SCALE = ("SGD", "momentum", "Nesterov")  # ten times the gradient, a tenth of the best rate
BY_KEPT = ("momentum", "Nesterov")  # their steps grow to 1/(1 − μ) times the first one
RACED = {"SGD": 0.18, "momentum": 0.22, "Nesterov": 0.26, "Adagrad": 0.17, "RMSProp": 0.17}
PLACES = 3  # of the list of rates, from a rate to a tenth of it
HOME = 0.9  # the share that is kept where the best rates of the text hold
PLACES_OF_KEPT = {0.5: 2, HOME: 0, 0.99: -3}  # by which 1 − μ moves a rate

NOT_MOVED = (
    "In worlds with another scale, you report SGD, momentum or Nesterov at a rate for the scale 1. "
    "If each gradient is ten times as long, how long is a step of gradient descent, and which rate "
    "makes it as long as before?"
)
MOVED = (
    "In worlds with another scale, you move the rate of Adam, RMSProp or Adagrad as well. Put 10 g "
    "in place of g in the formula of Adagrad: what is left of the 10?"
)
NOT_BY_KEPT = (
    "In worlds with another `kept`, you report momentum or Nesterov at a rate for 0.9. With the "
    "same gradient for ever, how long does a step of momentum become with μ = 0.9, and with 0.99?"
)
BY_KEPT_TOO = (
    "In worlds with another `kept`, you move the rate of a method whose step does not grow with "
    "it. With the same gradient for ever, what do Adam's m and v become for β₁ = 0.9 and for 0.99?"
)
KEPT_OTHER_WAY = (
    "With `kept` you move the rate of momentum or Nesterov in the wrong direction. Does a step "
    "become longer or shorter if more of the past is kept, and which rate makes up for that?"
)
OTHER_WAY = (
    "With the scale you move the rate of SGD, momentum or Nesterov in the wrong direction. Which "
    "rate makes a step as long as before if each gradient is ten times as long?"
)


def race_report(trial, method, scale, kept):
    losses = {}
    for name in (method, "Adam"):
        lr = lesson.BEST[name]
        lr /= scale if name in BY_SCALE else 1
        lr *= (1 - kept) / (1 - HOME) if name in BY_KEPT else 1
        best = lesson.best_near(trial, name, lr)
        losses[name] = np.array([trial(name, best, seed) for seed in range(5)])
    return interval(losses[method] - losses["Adam"])


def moved(name: str, decades: int, kept: float) -> tuple[int, int]:
    """By how many places of the list a method's best rate moves with the scale, and with kept."""
    return (
        -PLACES * decades * (name in BY_SCALE),
        PLACES_OF_KEPT[kept] * (name in BY_KEPT),
    )


def moves(
    rng: np.random.Generator, table: np.ndarray
) -> tuple[np.ndarray, float, str, float, float]:
    """Other best rates of the methods, and a hidden number from 0 to 0.8 in the losses of each.

    A best rate moves with the scale, with the share that is kept, and by up to one place more.
    """
    decades = int(rng.integers(-2, 2))
    kept = float(rng.choice([*PLACES_OF_KEPT], p=[0.4, 0.2, 0.4]))
    by = [-sum(moved(name, decades, kept)) for name in METHODS]
    table = each_side(rng, np.array([*map(shifted, table, by)]), lower=True)
    table += rng.uniform(0, 0.8, size=(len(METHODS), 1, 1))
    lowest = dict(zip(METHODS, table.mean(axis=2).min(axis=1), strict=True))
    method = str(rng.choice([*RACED], p=[*RACED.values()]))
    return table, lowest[method] - lowest["Adam"], method, 10.0**decades, kept


def misplaced(told: Sequence[Any], settings: Sequence[tuple[int, ...]]) -> str:
    """What is wrong with the rates that report: moved with the scale and the share, or not."""
    decades, kept = round(log10(told[1])), told[2]
    for at, rate in settings:
        name = METHODS[at]
        off = rate - RATES.index(lesson.BEST[name])
        scale, share = moved(name, decades, kept)
        scaled, grown = -PLACES * decades, PLACES_OF_KEPT[kept]  # as of momentum
        slips = [
            (scale, -share, KEPT_OTHER_WAY),
            (0, share, NOT_MOVED) if name in BY_SCALE else (scaled, 0, MOVED),
            (scale, 0, NOT_BY_KEPT) if name in BY_KEPT else (scale, grown, BY_KEPT_TOO),
            (-scale, share, OTHER_WAY),
            (scaled, grown, MOVED),
        ]
        far = abs(off - scale - share)
        found = [
            (abs(off - by_scale - by_share), says)
            for by_scale, by_share, says in slips
            if (by_scale, by_share) != (scale, share)
        ]
        nearest = min(found, key=lambda one: one[0], default=(far, ""))
        if far and nearest[0] <= min(far, 1):
            return nearest[1]
    return ""


exercise = experiment(
    race_report,
    options=lesson.OPTIONS,
    compares=("method", None, "Adam"),
    terms=(),  # the notebook's text says them
    misplaced=misplaced,
    budget=14,
    world=new_noise(moves, alike=(0, 1), lower=True),
    points=5,
    table="race_report.npy",
    train=lesson.train,
    quantity="the difference",
    hints=(
        step(
            """Count before you write: `lesson.best_near` asks for three trainings of each method.
            How many seeds can report with what is left, if both methods have the same ones?""",
            RULES,
        ),
        step(
            """Put 10 g in place of g in the step of each method: which rate makes the same step as
            before? Then give it the same g for ever: how long does a step become with `kept` in
            place of 0.9? The best rate lies up to one place beside the one that makes up for both,
            so `lesson.best_near` finds it.""",
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
