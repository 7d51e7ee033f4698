"""A planned experiment with made-up trainings: which of two networks is better?"""

from typing import Any

import numpy as np

from grader.checking.contract import experiment, slips

LR = (0.01, 0.1, 1.0)
SEEDS = 60


def trainings() -> np.ndarray:
    """Accuracies of two networks: seeds change both alike, and a rate off the best costs 0.1."""
    rng = np.random.default_rng(0)
    off = np.array([0.1, 0.0, 0.1])
    both = 0.03 * rng.standard_normal(SEEDS)
    return 0.7 + both - off[None, :, None] + 0.01 * rng.standard_normal((2, 3, SEEDS))


def world(rng, table):
    """Network b is better or worse by a hidden number, and its best rate may be another one."""
    table[1] = np.roll(table[1], rng.integers(3), axis=0) + rng.uniform(-0.15, 0.15)
    best = table.mean(axis=-1).max(axis=1)
    return table, lambda: best[1] - best[0]


def which_is_better(trial):
    rates = [0.01, 0.1, 1.0]
    best = [max(rates, key=lambda lr: trial(name, lr, 0)) for name in "ab"]
    a, b = ([trial("ab"[k], best[k], seed) for seed in range(1, 9)] for k in (0, 1))
    d = np.subtract(b, a)
    half = 3.5 * d.std(ddof=1) / np.sqrt(len(d))  # t for 99 %, 7 degrees of freedom
    return d.mean() - half, d.mean() + half


EXERCISE: Any = experiment(
    which_is_better,
    returns="(low, high)",
    options={"network": ("a", "b"), "lr": LR},
    budget=24,
    table=trainings(),
    world=world,
    coverage=0.8,
    widest=0.06,
    points=6,
    seeds=SEEDS,
    quantity="the true difference",
    hints=("How far does one training say?", "Try each rate."),
    mistakes=slips("""
rates = [0.1]
    You try one rate. Is it the best of both networks?
half = 0.5 * d.std(ddof=1) / np.sqrt(len(d))
    You take half a standard error.
"""),
)
