"""``loss_experiment(trial) -> (loss, low, high)``: which loss suits counts with unknown noise, and
by how much.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.course.lessons import losses as lesson
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import shifted

SQUARED, ABSOLUTE, POISSON = range(3)  # places of the losses
WORSE = 0.2  # by so much a loss may be worse than the better one


def loss_experiment(trial):
    rates, usual = trial.options["lr"], {"squared": 0.003, "absolute": 0.03, "poisson": 0.03}
    rate, error = {}, {}
    search, report = range(2), range(2, 8)
    for loss in usual:
        k = rates.index(usual[loss])
        tried = rates[k - 1 : k + 2]
        total = {lr: sum(trial(loss, lr, seed) for seed in search) for lr in tried}
        rate[loss] = min(total, key=total.get)
        error[loss] = total[rate[loss]]
    chosen = "absolute" if error["absolute"] < error["poisson"] else "poisson"
    both = [[trial(loss, rate[loss], seed) for seed in report] for loss in ("squared", chosen)]
    gain = np.subtract(*both)
    half = 2.5706 * gain.std(ddof=1) / np.sqrt(len(gain))
    return chosen, gain.mean() - half, gain.mean() + half


def world(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Callable[..., float]]:
    """Other best rates, and hidden numbers in the errors of the absolute and the Poisson loss.

    Each loss's rates move by one place up or down, or not; at the end of the list the last one is
    taken twice. So either of the two losses may be the better one.
    """
    for loss in range(len(table)):
        table[loss] = shifted(table[loss], int(rng.integers(-1, 2)))
    table[ABSOLUTE] += rng.uniform(-0.3, 0.9)
    table[POISSON] += rng.uniform(-0.3, 0.3)
    best = table.mean(axis=2).min(axis=1)

    def gain(loss: Any) -> float:
        place = lesson.OPTIONS["loss"].index(loss)
        if place == SQUARED or best[place] > best[[ABSOLUTE, POISSON]].min() + WORSE:
            return float("nan")  # not the loss that was asked for
        return float(best[SQUARED] - best[place])

    return table, gain


exercise = experiment(
    loss_experiment,
    returns="(loss, low, high)",
    options=lesson.OPTIONS,
    budget=30,
    world=world,
    points=5,
    coverage=0.82,
    half=0.68,
    widest=1.0,
    table="loss_experiment.npy",
    train=lesson.train,
    seeds=60,
    quantity="the gain of your loss, which must be nearly the larger one",
    hints="""
    Which line of the check is short of points? *The rules*: count before you write. Three losses,
    times the rates that you try, times the seeds of this search; then two losses, times the seeds
    of the report. *How often the interval is right*: does the function search the best rate of each
    loss in each world, does it compare the absolute error with the Poisson loss, and does it use
    the t of its number of seeds? *The width*: more seeds in the report.

    In each world the best rate of a loss may lie one place to the left or to the right of the one
    from home. So three rates for each loss find it: the one from home and its two neighbours in
    `trial.options["lr"]`. Two seeds each are 18 trainings. They also say which of the two losses is
    better here, each at its best rate.

    Report with seeds that have not chosen anything. For each of them subtract the error of your
    loss from that of the squared error. `interval` of these differences gives both ends. A smaller
    example: of the gains 0.1, 0.2, 0.3 the interval is 0.2 ± 0.25.
    """,
    mistakes=slips("""
chosen = "poisson"
    Your function returns "poisson" in every world, because the targets are counts. That is the rule
    of thumb. Does the noise of these counts satisfy its assumption in each world?
chosen = "absolute"
    Your function returns "absolute" in every world. In some worlds the Poisson loss is clearly
    better. Which trainings tell you?
tried = (0.01,)
    All losses train at one rate. Whose best rate is it? A loss that trains at a bad rate has a
    large error that says nothing about the loss.
tried = rates[k : k + 1]
    You use the rates that are best at home. In each world the best rate of a loss may be another
    one, so the function has to search.
search, report = range(2), range(2, 4)
half = 2 * gain.std(ddof=1) / np.sqrt(len(gain))
    Two seeds in the report and 2 standard errors: the standard deviation of two numbers is hardly
    known. Which t belongs to two seeds, and what would more seeds cost?
search, report = range(2), range(2, 5)
half = 4.3027 * gain.std(ddof=1) / np.sqrt(len(gain))
    The interval of three seeds is too wide. You have trainings left: count them.
half = gain.std(ddof=1) / np.sqrt(len(gain))
    The interval is mean ± 1 standard error, which contains the truth in about two of three cases.
    Which t belongs to your number of seeds?
gain = -np.subtract(*both)
    The sign is wrong: the gain is the error of the squared error minus that of your loss.
both = [[trial(loss, rate[loss], seed) for seed in report] for loss in ("absolute", "poisson")]
    You compare the absolute error with the Poisson loss. The gain is asked for over the squared
    error.
search, report = range(3), range(3, 8)
    Too many trainings: count those of the search and those of the report.
chosen = "absolute" if error["absolute"] > error["poisson"] else "poisson"
    You return the loss with the larger error.
"""),
)
