"""``loss_experiment(trial) -> (loss, low, high)``: which loss suits counts with unknown noise, and
by how much.
"""

import numpy as np

from course_lessons import losses as lesson
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import Truth, each_side, new_noise

SQUARED, ABSOLUTE, POISSON = range(3)  # places of the losses
WORSE = 0.2  # by so much a loss may be worse than the better one


def loss_experiment(trial):
    rates, usual = trial.options["lr"], {"squared": 0.003, "absolute": 0.03, "poisson": 0.03}
    rate, error = {}, {}
    for loss in usual:
        k = rates.index(usual[loss])
        total = {lr: sum(trial(loss, lr, seed) for seed in range(2)) for lr in rates[k - 1 : k + 2]}
        rate[loss] = min(total, key=total.get)
        error[loss] = total[rate[loss]]
    chosen = "absolute" if error["absolute"] < error["poisson"] else "poisson"
    both = [[trial(loss, rate[loss], s) for s in range(2, 8)] for loss in ("squared", chosen)]
    low, high = interval(np.subtract(*both))
    return chosen, low, high


def moves(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Truth]:
    """Other best rates, and hidden numbers in the errors of the absolute and the Poisson loss.

    So either of the two losses may be the better one.
    """
    table = each_side(rng, table, lower=True)
    table[ABSOLUTE] += rng.uniform(-0.3, 0.9)
    table[POISSON] += rng.uniform(-0.3, 0.3)
    best = table.mean(axis=2).min(axis=1)

    def gain(loss: str) -> float:
        place = lesson.OPTIONS["loss"].index(loss)
        if place == SQUARED or best[place] > best[[ABSOLUTE, POISSON]].min() + WORSE:
            return float("nan")  # not the loss that was asked for
        return float(best[SQUARED] - best[place])

    return table, gain


exercise = experiment(
    loss_experiment,
    returns="(loss, low, high)",
    options=lesson.OPTIONS,
    compares=("loss", "squared", None),
    budget=30,
    world=new_noise(moves, alike=(1,), noise=0.6, lower=True),
    points=5,
    table="loss_experiment.npy",
    train=lesson.train,
    quantity="the gain of your loss, which must be nearly the larger one",
    hints=(
        step(
            """Count before you write. Three losses, times the rates that you try, times the seeds
            of this search; then two losses, times the seeds of the report.""",
            RULES,
        ),
        step(
            """In each world the best rate of a loss may lie one place to the left or to the right
            of the one from home. So three rates for each loss find it: the one from home and
            its two neighbours in `trial.options["lr"]`. Two seeds each are 18 trainings. They
            also say which of the two losses is better here, each at its best rate.""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """Report with seeds that have not chosen anything. For each of them subtract the error
            of your loss from that of the squared error. `interval` of these differences gives
            both ends. A smaller example: of the gains 0.1, 0.2, 0.3 the interval is 0.2 ± 0.25.""",
            COVERAGE,
            WIDTH,
        ),
    ),
)
