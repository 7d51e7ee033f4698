"""``activation_experiment(trial) -> (function, low, high)``: the best of four, and its lead.

Thirty layers; the table has their validation accuracies, from the lesson's `train`.
"""

from collections.abc import Callable

import numpy as np

from course_lib.course.lessons.activations import OPTIONS, train
from grader.checking.contract import experiment, slips, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH, shifted
from grader.exercises.leads import INTERVALS, OVER, lead_over

NEAR = 0.05  # below the best mean accuracy: such a function counts as best


def activation_experiment(trial):
    rates, candidates = (0.01, 0.03, 0.1), ("leaky ReLU", "ELU", "GELU", "tanh")
    found = {(f, lr): trial(f, lr, 0) for f in candidates for lr in rates}
    best, lr = max(found, key=found.get)
    lr_of_relu = max(rates, key=lambda rate: trial("ReLU", rate, 0))
    d = np.array([trial(best, lr, s) - trial("ReLU", lr_of_relu, s) for s in range(1, 8)])
    half = 2.4469 * d.std(ddof=1) / np.sqrt(len(d))  # t for 95 %, 6 degrees of freedom
    return best, d.mean() - half, d.mean() + half


def world(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Callable[[str], float]]:
    """Four functions exchange their trainings, best rates move, ReLU is worse or better.

    A hidden number from -0.1 to 0.4 is added to the accuracies of ReLU, the first of the options.
    """
    table[1:] = table[1 + rng.permutation(4)]
    for k in range(5):
        table[k] = shifted(table[k], rng.integers(-1, 2))
    table[0] = np.maximum(table[0] + rng.uniform(-0.1, 0.4), 0)
    return table, lead_over("ReLU", OPTIONS["function"], table, NEAR)


exercise = experiment(
    activation_experiment,
    returns="(function, low, high)",
    options=OPTIONS,
    budget=30,
    table="thirty_layers.npy",
    train=train,
    seeds=32,
    world=world,
    coverage=0.85,
    half=0.6,
    widest=0.18,
    points=5,
    quantity="the lead of your function, whose top must be within 0.05 of the highest",
    hints=(
        step(
            "Write the plan as a sum: functions · rates · search seeds, and rates of ReLU · "
            "search seeds, and 2 · report seeds. Is it at most 30? What you return has "
            "three parts, and low is below high.",
            RULES,
        ),
        step(
            "The numbers in the message say what to change. If most of the error stays with "
            "other seeds, look at the search: each function has its own best rate, ReLU as well, "
            "and any of the four may win. If the intervals reach too short, look at the report: is "
            "it the `interval` of pairs, and are their seeds new? If they are too wide, report "
            "more pairs.",
            COVERAGE,
        ),
        step(
            "More seeds for the report make the interval narrower. How many trainings does your "
            "search need, if one seed is enough for it?",
            WIDTH,
        ),
    ),
    mistakes=(
        *INTERVALS,
        *slips(f"""
rates, candidates = (0.03,), ("leaky ReLU", "ELU", "GELU", "tanh")
    All your trainings have one rate. In many worlds it is three times too high or too low for one
    of the functions.
lr_of_relu = lr
    ReLU is trained at the best rate of the winner. Which rate is its own best one?
best, lr = "GELU", max(rates, key=lambda rate: trial("GELU", rate, 0))
    You report GELU in every world. In most of them another function is better.
best, lr = max((key for key in found if key[0] == "tanh"), key=found.get)
    You report tanh in every world. In most of them another function is better.
d = np.array([found[best, lr] - trial("ReLU", lr_of_relu, 0)] * 2)
half = 0.05
    Your interval has one difference in the middle, and its width is a constant. How much do
    differences vary from seed to seed? Train pairs with new seeds.
d = np.array([trial("ReLU", lr_of_relu, s) - trial(best, lr, s) for s in range(1, 8)])
    The sign is wrong: the lead is the accuracy of your function minus that of ReLU.
d = np.array([trial(best, lr, s) - trial("ReLU", lr_of_relu, s) for s in range(1, 9)])
{OVER}"""),
    ),
)
