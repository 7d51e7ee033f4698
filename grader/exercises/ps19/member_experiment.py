"""``member_experiment(trial) -> (low, high)``: what fewer images gain for very many members."""

import numpy as np

from course_lessons import ensembles as lesson
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import new_noise, shifted

ALL, QUARTER = range(2)  # places of the images


def member_experiment(trial):
    of_all, of_quarter = (
        np.array([trial(images, members, seed) for seed in range(5)])
        for images, members in (("all", 4), ("quarter", 16))
    )
    return interval(of_quarter - of_all)


def moves(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, float]:
    """Members that do the work of twice as many, or not, and a hidden number for the quarter.

    On each side, M members reach what 2M reach in the table, or what M reach; the most members what
    they reach there. The quarter gets a number from -0.1 to 0.1.
    """
    table = np.array([shifted(of, rng.integers(0, 2)) for of in table])
    table[QUARTER] += rng.uniform(-0.1, 0.1)
    most = table[:, -1].mean(axis=1)
    return table, most[QUARTER] - most[ALL]


exercise = experiment(
    member_experiment,
    options=lesson.OPTIONS,
    compares=("images", "quarter", "all"),
    budget=100,
    cost="members",
    world=new_noise(moves, noise=2.5),
    points=5,
    coverage=0.91,
    table="member_experiment.npy",
    train=lesson.train,
    seeds=64,
    quantity="the gain with 32 members",
    hints=(
        step("The sum of the members over all calls is at most 100.", RULES),
        step(
            """With so few members, is the gain already that of 32? Look at the table of accuracies.
            Which side gains much from its last members, and which hardly anything? Spend the
            members of a pair where they help.""",
            COVERAGE,
        ),
        step(
            """From two or three pairs the interval is wide: Student's factor is 12.7 for two, 4.3
            for three and 3.2 for four. So how many members can the two ensembles of a pair have
            together?""",
            WIDTH,
        ),
        step(
            """A smaller example: for the gains −0.01, −0.02, −0.03 of three seeds, `interval(d)` is
            −0.02 ± 0.025.""",
            COVERAGE,
            WIDTH,
        ),
    ),
)
