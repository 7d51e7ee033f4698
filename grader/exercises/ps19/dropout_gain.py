"""``dropout_gain(trial) -> (units, wrong, low, high)``: what dropout changes, on a budget."""

import numpy as np

from course_lib.course.lessons import dropout as lesson
from grader.checking.contract import experiment, slips, step
from grader.checking.contract.families.experiment import WIDTH
from grader.checking.contract.families.intervals import Truth

SHIFT, OWN = 0.15, 0.05  # of all accuracies with dropout, of those of one drop probability, at most


def dropout_gain(trial):
    units, wrong, rates = 256, 0.5, trial.options["lr"]
    plain = max(rates, key=lambda lr: trial(units, wrong, 0, lr, 0))
    tried = [(p, lr) for p in (0.2, 0.5, 0.8) for lr in rates]
    best = max(tried, key=lambda setting: trial(units, wrong, *setting, 0))
    seeds = range(1, 7)
    with_it = np.array([trial(units, wrong, *best, seed) for seed in seeds])
    without = np.array([trial(units, wrong, 0, plain, seed) for seed in seeds])
    gain = with_it - without
    half = 4.03 * gain.std(ddof=1) / np.sqrt(len(gain))  # t for 99 %, six seeds
    return units, wrong, gain.mean() - half, gain.mean() + half


def world(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Truth]:
    """Another gain in each situation, and other best settings: probabilities, rates exchanged."""
    values = table.copy()
    for place in np.ndindex(*table.shape[:2]):
        plain, dropped = table[place][0], table[place][1:]
        values[place][0] = np.roll(plain, rng.integers(len(plain)), axis=0)
        dropped = np.roll(
            dropped[rng.permutation(len(dropped))], rng.integers(len(dropped[0])), axis=1
        )
        moved = rng.uniform(-SHIFT, SHIFT) + rng.uniform(-OWN, OWN, size=(len(dropped), 1, 1))
        values[place][1:] = dropped + moved
    best = values.mean(axis=-1).max(axis=-1)

    def truth(units: int, wrong: float) -> float:
        at = best[lesson.OPTIONS["units"].index(units), lesson.OPTIONS["wrong"].index(wrong)]
        return float(at[1:].max() - at[0])

    return values, truth


exercise = experiment(
    dropout_gain,
    returns="(units, wrong, low, high)",
    options=lesson.OPTIONS,
    budget=32,
    train=lesson.train,
    seeds=40,
    table="dropout_gain.npy",
    world=world,
    coverage=0.8,
    widest=0.085,
    points=5,
    quantity="the gain of the situation that you chose",
    hints=(
        "Count first: how many settings does each side have, and how many trainings are left for "
        "the seeds that you report?",
        "Both sides may choose: without dropout the learning rate, with dropout the rate and the "
        "drop probability. In another world others are the best, so search in the function.",
        "A seed that has chosen a setting makes it look slightly too good; other seeds do not. "
        "Report the same seeds for both sides, and take the differences within each seed.",
        step(
            "In which situation does a gain vary least from seed to seed? With few units and wrong "
            "labels it varies most: choose another situation.",
            WIDTH,
        ),
        "A smaller example: the differences 0.02, 0.06, 0.04 have the mean 0.04 and the standard "
        "deviation 0.02. For three seeds t is 4.3, so `interval(d)` is 0.04 ± 4.3 · 0.02/√3.",
    ),
    mistakes=slips("""
tried = [(0.5, lr) for lr in rates]
    You try one drop probability. In which worlds is another one better, and by how much?
tried = [(p, plain) for p in (0.2, 0.5, 0.8)]
    Dropout has to take the learning rate that is best without it. Does each side have its own best
    rate?
plain = 0.1
tried = [(0.5, 0.1)]
    You compare both networks at one setting. What looks like a gain of dropout may be that of a
    learning rate which suits it better.
plain = 0.1
    The network without dropout has a fixed learning rate, and dropout may choose. Give both sides
    their own best rate.
seeds = range(1, 3)
half = 2 * gain.std(ddof=1) / np.sqrt(len(gain))
    With two seeds, two standard errors are too few: the standard deviation of two numbers is itself
    a matter of chance. For two seeds t is 12.7.
half = gain.std(ddof=1) / np.sqrt(len(gain))
    You take one standard error. For 95 % it is multiplied by t, which is 2.6 for six seeds.
half = 4.03 * gain.std(ddof=1) / len(gain)
    You divide the standard deviation by n. The standard error divides it by the root of n.
gain = without - with_it
    Your gain has the other sign: it is the accuracy with dropout minus that without.
without = np.array([trial(units, wrong, 0, plain, seed) for seed in range(1, 3)]).mean()
    You subtract one mean from all. Trainings with the same seed share images and initial weights:
    subtract within each seed.
"""),
)
