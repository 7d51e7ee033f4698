"""``member_experiment(trial) -> (low, high)``: what fewer images gain for very many members."""

from collections.abc import Callable

import numpy as np

from course_lib.course.lessons import ensembles as lesson
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import shifted

ALL, QUARTER = range(2)  # places of the images


def member_experiment(trial):
    few, many, seeds = 4, 16, range(5)
    of_all = np.array([trial("all", few, seed) for seed in seeds])
    of_quarter = np.array([trial("quarter", many, seed) for seed in seeds])
    gain = of_quarter - of_all
    error = gain.std(ddof=1) / np.sqrt(len(gain))
    half = 2.7764 * error
    return gain.mean() - half, gain.mean() + half


def world(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Callable[..., float]]:
    """Members that do the work of twice as many, or not, and a hidden number for the quarter.

    On each side, M members reach what 2M reach in the table, or what M reach; the most members what
    they reach there. The quarter gets a number from -0.1 to 0.1.
    """
    for images in (ALL, QUARTER):
        table[images] = shifted(table[images], rng.integers(0, 2))
    table[QUARTER] += rng.uniform(-0.1, 0.1)
    most = table[:, -1].mean(axis=1)
    gain = float(most[QUARTER] - most[ALL])
    return table, lambda: gain


exercise = experiment(
    member_experiment,
    returns="(low, high)",
    options=lesson.OPTIONS,
    budget=100,
    cost="members",
    world=world,
    points=5,
    coverage=0.84,
    half=0.75,
    widest=0.06,
    table="member_experiment.npy",
    train=lesson.train,
    seeds=64,
    quantity="the gain with 32 members",
    hints="""
    Which line of the check is short of points? *The rules*: the sum of the members over all calls
    is at most 100. *How often the interval is right*: with so few members, is the gain already that
    of 32? And do you take `interval` of the differences of pairs? *The width*: more pairs, so fewer
    members in each.

    From two or three pairs the interval is wide: Student's factor is 12.7 for two, 4.3 for three
    and 3.2 for four. So how many members can the two ensembles of a pair have together?

    Look at the table of accuracies. Which side gains much from its last members, and which hardly
    anything? In section 4, which side had the larger correlation? Spend the members of a pair where
    they help.

    A smaller example: for the gains −0.01, −0.02, −0.03 of three seeds, `interval(d)` is −0.02 ±
    0.025.
    """,
    mistakes=slips("""
few, many, seeds = 2, 2, range(25)
    You spend all on repetitions. The interval is narrow, but around the gain of two members: with
    32 it is another one.
few, many, seeds = 8, 8, range(6)
    Both sides have eight members. Does the side with a quarter of the images gain nothing from its
    next 24?
few, many, seeds = 16, 4, range(5)
    Most of your members are on the side with all images, where they share most of their errors. On
    which side do the members that you leave out cost more?
few, many, seeds = 32, 16, range(2)
half = 12.7 * error
    You spend all on members, and two pairs report. Their standard deviation is hardly known, so the
    factor is 12.7, and your intervals are wide.
few, many, seeds = 16, 16, range(3)
half = 2 * error
    Three pairs report, and the interval is mean ± 2 standard errors. The standard deviation of
    three numbers is hardly known: the factor is 4.3.
gain = of_all - of_quarter
    The sign is wrong: the gain is the accuracy with a quarter of the images minus that with all.
error = gain.std(ddof=1)
    You report ± t standard deviations of single gains. The mean of n gains is more certain than one
    of them: divide by √n.
error = gain.std(ddof=1) / len(gain)
    The standard error of a mean of n numbers is their standard deviation divided by √n.
few, many, seeds = 16, 16, range(4)
    Too many trainings: add up the members of all calls, on both sides.
"""),
)
