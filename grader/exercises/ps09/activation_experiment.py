"""``activation_experiment(trial) -> (function, low, high)``: the best of four, and its lead.

Thirty layers; the table has their validation accuracies, from the lesson's `train`.
"""

import numpy as np

from course_lessons.activations import OPTIONS, train
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import Truth, each_side, new_noise
from grader.exercises.leads import lead_over

NEAR = 0.05  # below the best mean accuracy: such a function counts as best


def activation_experiment(trial):
    rates, candidates = (0.01, 0.03, 0.1), ("leaky ReLU", "ELU", "GELU", "tanh")
    found = {(f, lr): trial(f, lr, 0) for f in candidates for lr in rates}
    best, lr = max(found, key=found.get)
    lr_of_relu = max(rates, key=lambda rate: trial("ReLU", rate, 0))
    d = [trial(best, lr, s) - trial("ReLU", lr_of_relu, s) for s in range(1, 8)]
    low, high = interval(d)
    return best, low, high


def moves(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Truth]:
    """Four functions exchange their trainings, best rates move, ReLU is worse or better.

    A hidden number from -0.1 to 0.4 is added to the accuracies of ReLU, the first of the options.
    """
    table[1:] = table[1 + rng.permutation(4)]
    table = each_side(rng, table)
    table[0] += rng.uniform(-0.1, 0.4)
    return table, lead_over("ReLU", OPTIONS["function"], table, NEAR)


exercise = experiment(
    activation_experiment,
    returns="(function, low, high)",
    options=OPTIONS,
    compares=("function", None, "ReLU"),
    budget=30,
    table="thirty_layers.npy",
    train=train,
    seeds=32,
    world=new_noise(moves, alike=(0, 1)),
    points=5,
    quantity="the lead of your function, whose top must be within 0.05 of the highest",
    hints=(
        step(
            """Write the plan as a sum: functions · rates · search seeds, and rates of ReLU ·
            search seeds, and 2 · report seeds. Is it at most 30? What you return has three
            parts, and low is below high.""",
            RULES,
        ),
        step(
            """Each function has its own best rate, ReLU as well, and any of the four may win. Are
            the seeds of the pairs new?""",
            COVERAGE,
        ),
        step(
            """More seeds for the report make the interval narrower. How many trainings does your
            search need, if one seed is enough for it?""",
            WIDTH,
        ),
    ),
)
