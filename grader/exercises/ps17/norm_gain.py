"""``norm_gain(trial) -> (low, high)``: what layer normalisation adds to shortcuts."""

import numpy as np

from course_lessons import layer_normalisation as lesson
from course_lessons.experiment import interval
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import Truth, each_side, new_noise


def norm_gain(trial):
    rates, reached = (0.003, 0.01, 0.03, 0.1, 0.3), {}
    for network in ("shortcuts", "pre-norm"):
        best = max(rates, key=lambda lr: trial(network, 0.18, lr, 0))
        reached[network] = np.array([trial(network, 0.18, best, s) for s in range(1, 8)])
    return interval(reached["pre-norm"] - reached["shortcuts"])


def moves(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Truth]:
    """Layer norm adds more or less, and each network has its rates up to two steps elsewhere."""
    table = each_side(rng, table, by=2, axis=1)
    table[1] += rng.uniform(-0.3, 0.3)
    shortcuts, pre_norm = table.mean(axis=-1).max(axis=(1, 2))
    return table, lambda: float(pre_norm - shortcuts)


exercise = experiment(
    norm_gain,
    returns="(low, high)",
    options=lesson.OPTIONS,
    compares=("network", "pre-norm", "shortcuts"),
    budget=24,
    train=lesson.train,
    seeds=32,
    table="norm_gain.npy",
    world=new_noise(moves, alike=(1, 2)),
    points=5,
    coverage=0.9,
    quantity="the gain in their world",
    hints=(
        step(
            """Write down how many trainings your plan needs: for each network the settings that
            you try, times the seeds that choose among them, plus the seeds that measure the
            gain. `interval` needs two differences at least.""",
            RULES,
        ),
        step(
            """The best rate of a world may be two steps from the best rate here. Which rates do
            you have to try, and does each network get its own? How large do the values of
            shortcuts with the factor 1 become (sections 4 and 5), and what does this do to a
            training?""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """Subtract the accuracies seed by seed; `interval(d)` is the interval. A smaller
            example: the differences 0.1, 0.2 and 0.3 give the interval from −0.05 to 0.45.""",
            COVERAGE,
            WIDTH,
        ),
    ),
)
