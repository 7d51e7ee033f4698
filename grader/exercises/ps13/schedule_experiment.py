"""``schedule_experiment(trial) -> (low, high)``: what a falling rate gains over a constant one."""

import numpy as np

from course_lib.course.experiment import interval
from course_lib.course.lessons import schedules as lesson
from grader.checking.contract import experiment, mistake, slips, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH, two_sides


def schedule_experiment(trial):
    rates, search, report = trial.options["lr"], (0, 1), range(2, 8)
    reached = {}
    for name, usual in (("constant", 0.15), ("cosine", 0.5)):
        k = rates.index(usual)
        tried = rates[k - 1 : k + 2]
        means = {lr: np.mean([trial(name, lr, seed) for seed in search]) for lr in tried}
        best = max(means, key=means.get)
        reached[name] = np.array([trial(name, best, seed) for seed in report])
    gain = reached["cosine"] - reached["constant"]
    error = gain.std(ddof=1) / np.sqrt(len(gain))
    half = 2.5706 * error
    return gain.mean() - half, gain.mean() + half


def no_search(trial):
    """You train at the rates 0.15 and 0.5, with twelve seeds. In each world the best rate
    of a schedule may also be a neighbour in the list: spend some of the trainings to find it.
    """
    gain = [trial("cosine", 0.5, seed) - trial("constant", 0.15, seed) for seed in range(12)]
    return interval(gain)


exercise = experiment(
    schedule_experiment,
    returns="(low, high)",
    options=lesson.OPTIONS,
    budget=24,
    world=two_sides(hidden=0.08),
    points=5,
    coverage=0.85,
    half=0.6,
    widest=0.06,
    table="schedule_experiment.npy",
    train=lesson.train,
    seeds=60,
    quantity="the gain of the falling rate",
    hints=(
        step(
            """Count before you write: two schedules, times the rates that you try, times the seeds
            of this search. For the report, add two for each seed that has not searched: the same
            training again costs nothing.""",
            RULES,
        ),
        step(
            """In each world either best rate may lie one place to the left or to the right of the
            usual one. So three rates for each schedule find it: the usual one and its two
            neighbours in `trial.options["lr"]`.""",
            COVERAGE,
        ),
        step(
            """Report the same seeds for both schedules, compute one gain d for each seed, and
            return `interval(d)` of all. A smaller example: of the gains 0.01, 0.02, 0.03 it is
            0.02 ± 0.025.""",
            COVERAGE,
            WIDTH,
        ),
        step("More seeds in the report make the interval narrower.", WIDTH),
    ),
    mistakes=(
        mistake(no_search),
        *slips("""
best = 0.15
    Both schedules train at one rate, the best one of the constant rate. A cosine has on average
    half of its first rate: is its best rate the same?
best = 0.5
    Both schedules train at one rate, the best one of the cosine. What does this rate cost the
    constant schedule?
best = usual
    You use the rates 0.15 and 0.5. In each world the best rate of a schedule may be
    another one, so the function has to search.
tried = rates[k : k + 2]
    Two rates for each schedule miss one of the three places where the best one may be.
rates, search, report = trial.options["lr"], (0, 1, 2), (3, 4)
half = 2 * error
    Two seeds report, and the interval is mean ± 2 standard errors. The standard deviation of two
    numbers is hardly known, so 2 is far too few. How many seeds does the search need, and how many
    are left for the report?
gain = reached["constant"] - reached["cosine"]
    The sign is wrong: the gain is the accuracy of the cosine minus that of the constant rate.
error = gain.std(ddof=1)
    You report ± t standard deviations of single gains. The mean of n gains is more certain than one
    of them: divide by √n.
error = gain.std(ddof=1) / len(gain)
    The standard error of a mean of n numbers is their standard deviation divided by √n.
rates, search, report = trial.options["lr"], (0, 1), range(2, 9)
    Too many trainings: count the rates of the search and the seeds of the report for both
    schedules.
"""),
    ),
)
