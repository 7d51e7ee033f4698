"""``noise_experiment(trial) -> (low, high)``: how small may the initial weights be?"""

from collections.abc import Callable

import numpy as np

from course_lib.course.lessons.symmetry import LEARNS, OPTIONS, train
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import shifted

POWERS = np.array(OPTIONS["power"])
SHIFT = 1.4  # of all critical powers, at most
LESS, MOST = 0.1, 0.3  # how much seeds differ, as a standard deviation, beside what they do at home


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
    powers = np.array([critical(lr, seed) for seed in (0, 1, 2, 3)])
    half = 3.1824 * powers.std(ddof=1) / np.sqrt(len(powers))
    return powers.mean() - half, powers.mean() + half


def critical_powers(table: np.ndarray) -> np.ndarray:
    """For each rate and seed the power at which the accuracy passes the limit; inf if nowhere."""
    learns = table >= LEARNS
    first = np.maximum(learns.argmax(axis=0), 1)
    after, before = (np.take_along_axis(table, k[None], axis=0)[0] for k in (first, first - 1))
    share = (LEARNS - before) / np.where(after > before, after - before, np.inf)
    found = POWERS[first - 1] + (POWERS[first] - POWERS[first - 1]) * np.maximum(share, 0)
    return np.where(learns.any(axis=0), found, np.inf)


def world(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Callable[[], float]]:
    """Other powers are critical, another rate is the best one, and seeds differ more."""
    n_powers, _, n_seeds = table.shape
    shift = rng.uniform(-SHIFT, SHIFT)
    of_seeds = rng.normal(0, rng.uniform(LESS, MOST), size=(n_seeds,))
    table = shifted(table, rng.integers(-1, 2), axis=1)
    # The accuracies at powers between those of the table, which is continued beyond its ends.
    power = POWERS[:, None] - shift - of_seeds
    place = np.clip((power - POWERS[0]) / (POWERS[1] - POWERS[0]), 0, n_powers - 1)[:, None]
    below = np.minimum(place.astype(int), n_powers - 2)
    low, high = (np.take_along_axis(table, k, axis=0) for k in (below, below + 1))
    values = low + (place - below) * (high - low)
    truth = float(np.min(critical_powers(table).mean(axis=-1)) + shift + of_seeds.mean())
    return values, lambda: truth


exercise = experiment(
    noise_experiment,
    returns="(low, high)",
    options=OPTIONS,
    budget=24,
    table="noise_experiment.npy",
    train=train,
    seeds=24,
    world=world,
    coverage=0.8,
    half=0.65,
    widest=1.1,
    points=5,
    quantity="the mean critical power at the best rate",
    hints=(
        "Count: how many trainings take a bracket from a width of 4 to one of 0.25? How many rates "
        "and how many seeds does the budget allow?",
        "Compare rates on the same seed. Then spend the rest on more seeds at the best rate.",
        "Report `interval` of the critical powers, one for each seed.",
    ),
    mistakes=slips("""
learns = trial(middle, lr, seed) >= 0.5
    You search for the power at which the accuracy passes 0.5. From which accuracy on has a network
    learnt, by the definition in section 7?
rates = (0.1,)
    You use one rate, and it may be far from the best. Noise that is too small for one rate is large
    enough for another.
rates = (1.0, 3.0)
    You try the rates that are good for the real networks. In other worlds the best rate may be one
    place higher in the list.
half = powers.std(ddof=1) / np.sqrt(len(powers))
    Your interval reaches one standard error to each side. How many are needed with so few seeds?
half = 3.1824 * powers.std(ddof=1)
    Your interval reaches t standard deviations to each side. The mean of n values is more certain
    than one of them: divide by the root of n.
"""),
)
