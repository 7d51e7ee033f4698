"""A planned experiment with made-up trainings: which of two networks is better?"""

from typing import Any

import numpy as np

from grader.checking.contract import experiment
from grader.checking.contract.exercise import step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import each_side, new_noise

LR = (0.01, 0.1, 1.0)
SEEDS = 60
OPTIONS = {"network": ("a", "b"), "lr": LR}
BUDGET = 16


def trainings() -> np.ndarray:
    """Accuracies of two networks: seeds change both alike, and a rate off the best costs 0.1."""
    rng = np.random.default_rng(0)
    off = np.array([0.1, 0.0, 0.1])
    both = 0.03 * rng.standard_normal(SEEDS)
    return 0.7 + both - off[None, :, None] + 0.01 * rng.standard_normal((2, 3, SEEDS))


def moves(rng, table):
    """Network b is better or worse by a hidden number, and both best rates may be other ones."""
    table = each_side(rng, table)
    table[1] += rng.uniform(-0.15, 0.15)
    best = table.mean(axis=-1).max(axis=1)
    return table, best[1] - best[0]


world = new_noise(moves, alike=(1,))


def which_is_better(trial):
    rates = [0.01, 0.1, 1.0]
    best = [max(rates, key=lambda lr: trial(name, lr, 0)) for name in "ab"]
    a, b = ([trial("ab"[k], best[k], seed) for seed in range(1, 6)] for k in (0, 1))
    d = np.subtract(b, a)
    half = 2.7764 * d.std(ddof=1) / np.sqrt(len(d))  # t for 95 %, 4 degrees of freedom
    return d.mean() - half, d.mean() + half


EXERCISE: Any = experiment(
    which_is_better,
    options=OPTIONS,
    compares=("network", "b", "a"),
    budget=BUDGET,
    table=trainings(),
    world=world,
    points=6,
    seeds=SEEDS,
    quantity="the true difference",
    hints=(
        step("Count the trainings.", RULES),
        step("Try each rate.", COVERAGE),
        step("More pairs.", WIDTH),
    ),
)
