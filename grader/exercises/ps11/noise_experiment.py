"""``noise_experiment(trial) -> (low, high)``: how small may the initial weights be?"""

import numpy as np

from course_lessons.experiment import interval
from course_lessons.symmetry import LEARNS, OPTIONS, train
from grader.checking.contract import experiment, step
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH
from grader.checking.contract.families.worlds import World, shifted

POWERS = np.array(OPTIONS["power"])
SHIFT = 1.4  # of all critical powers, at most
OF_SEEDS = 0.3  # how much seeds differ more than at home, as a standard deviation


def noise_experiment(trial):
    def critical(lr, seed):
        low, high = -5.0, -1.0
        for _ in range(4):
            middle = (low + high) / 2
            learns = trial(middle, lr, seed) >= 0.9
            low, high = (low, middle) if learns else (middle, high)
        return (low + high) / 2

    rates = (1.0, 3.0, 10.0)
    lr = min(rates, key=lambda rate: critical(rate, 0))
    return interval([critical(lr, seed) for seed in (0, 1, 2, 3)])


def critical_powers(table: np.ndarray) -> np.ndarray:
    """For each rate and seed the power at which the accuracy passes the limit; inf if nowhere."""
    learns = table >= LEARNS
    first = np.maximum(learns.argmax(axis=0), 1)
    after, before = (np.take_along_axis(table, k[None], axis=0)[0] for k in (first, first - 1))
    share = (LEARNS - before) / np.where(after > before, after - before, np.inf)
    found = POWERS[first - 1] + (POWERS[first] - POWERS[first - 1]) * np.maximum(share, 0)
    return np.where(learns.any(axis=0), found, np.inf)


def world(rng: np.random.Generator, table: np.ndarray, loud: float, seeds: int) -> World:
    """Other powers are critical, another rate is the best one, and seeds differ more."""
    table = shifted(table, rng.integers(-1, 2), axis=1)
    shift = rng.uniform(-SHIFT, SHIFT)
    truth = float(np.min(critical_powers(table).mean(axis=-1)) + shift)
    of_seeds = rng.normal(0, OF_SEEDS * loud, size=seeds)
    table = table[..., rng.integers(table.shape[-1], size=seeds)]
    # The accuracies at powers between those of the table, which is continued beyond its ends.
    power = POWERS[:, None] - shift - of_seeds
    place = np.clip((power - POWERS[0]) / (POWERS[1] - POWERS[0]), 0, len(table) - 1)[:, None]
    below = np.minimum(place.astype(int), len(table) - 2)
    low, high = (np.take_along_axis(table, k, axis=0) for k in (below, below + 1))
    return World(low + (place - below) * (high - low), lambda: truth)


exercise = experiment(
    noise_experiment,
    returns="(low, high)",
    options=OPTIONS,
    budget=24,
    table="noise_experiment.npy",
    train=train,
    seeds=24,
    world=world,
    coverage=0.88,
    points=5,
    quantity="the mean critical power at the best rate",
    hints=(
        step(
            """Count: how many trainings take a bracket from a width of 4 to one of 0.25? How many
            rates and how many seeds does the budget allow?""",
            RULES,
            WIDTH,
        ),
        step(
            """Compare rates on the same seed. Then spend the rest on more seeds at the best
            rate.""",
            COVERAGE,
            WIDTH,
        ),
        step(
            """Report `interval` of the critical powers, one for each seed.""",
            COVERAGE,
            WIDTH,
        ),
    ),
)
