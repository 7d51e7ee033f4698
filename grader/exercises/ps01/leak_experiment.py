"""``leak_experiment(trial) -> (low, high)``: how many points of accuracy a leak adds."""

from collections.abc import Callable

import numpy as np

from course_lib.course.lessons import data as lesson
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import shifted


def leak_experiment(trial):
    tried = {"photos": (32, 64), "digits": (1, 2, 4, 8)}
    seeds = range(1, 9)
    reached = {}
    for split, epochs in tried.items():
        best = max(epochs, key=lambda e: trial(split, e, 0))
        reached[split] = np.array([trial(split, best, seed) for seed in seeds])
    gain = reached["photos"] - reached["digits"]
    half = 2.3646 * gain.std(ddof=1) / np.sqrt(len(gain))
    low, high = gain.mean() - half, gain.mean() + half
    return low, high


def world(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Callable[[], float]]:
    """The leak adds more or less, and each split has its best epochs up to one place away."""
    for split in range(len(table)):
        table[split] = shifted(table[split], int(rng.integers(-1, 2)))
    table[0] += rng.uniform(-0.2, 0.2)
    photos, digits = table.mean(axis=-1).max(axis=-1)
    return table, lambda: float(photos - digits)


exercise = experiment(
    leak_experiment,
    returns="(low, high)",
    options=lesson.OPTIONS,
    budget=24,
    train=lesson.train,
    seeds=60,
    table="leak_experiment.npy",
    world=world,
    points=5,
    coverage=0.85,
    half=0.7,
    widest=0.11,
    quantity="the gain in their world",
    hints="""
    Which line of the check is short of points? *The rules*: count before you write. The numbers of
    epochs that you try for each split, times the seeds of this search, plus two times the seeds of
    the report. *How often the interval is right*: does the function search the best epochs of each
    split in each world, and does it use the t of its number of seeds? *The width*: more seeds in
    the report, and the same seeds for both splits.

    Each split has its own best number of epochs, and in another world it may lie one place to the
    left or to the right. One seed is enough to choose among a few numbers of epochs. Where does the
    split by photos have its best one, in your own trainings and in a world that is moved?

    Report with seeds that have not chosen anything. For each of them compute one difference, photos
    minus digits. `interval` of these differences gives both ends. A smaller example: the
    differences 0.1, 0.2 and 0.3 have the mean 0.2 and the standard error 0.058. With t = 4.3 for
    three, the interval is 0.2 ± 0.25.
    """,
    mistakes=slips("""
best = 64
    Both splits train for the same number of epochs, the one that is best for the leaky split. Which
    number would somebody choose who splits by digits?
best = 4
    Both splits train for the same number of epochs, the one that is best without the leak. Which
    number would the owner of the leaky split choose?
best = max((8, 16, 32, 64), key=lambda e: trial("photos", e, 0))
    Both splits get the best epochs of the split by photos. Who has not been allowed to choose?
best = max((1, 2, 4, 8), key=lambda e: trial("digits", e, 0))
    Both splits get the best epochs of the split by digits. Who has not been allowed to choose?
tried = {"photos": (64,), "digits": (4,)}
    You use the epochs that are best in the notebook. In each world the best ones of a split may be
    others, so the function has to search.
tried = {"photos": (16,), "digits": (1, 2, 4, 8)}
    The split by photos has only one number of epochs, and its accuracy still rises there. Which one
    would its owner choose?
seeds = range(1, 3)
half = 2 * gain.std(ddof=1) / np.sqrt(len(gain))
    Two seeds and 2 standard errors: the standard deviation of two numbers is hardly known. Which t
    belongs to two seeds, and how many seeds does the budget allow?
half = gain.std(ddof=1) / np.sqrt(len(gain))
    Your interval reaches one standard error to each side. How many does it need for 95 % with your
    number of seeds?
half = 2.3646 * gain.std(ddof=1)
    Your interval is that of a single difference. The error of the mean of n differences is their
    standard deviation divided by √n.
half = 2.3646 * gain.std(ddof=1) / len(gain)
    You divide the standard deviation by n. The standard error divides it by √n.
gain = reached["digits"] - reached["photos"]
    The sign is wrong: the gain is the accuracy of the split by photos minus that by digits.
gain = np.array(reached["photos"]) - np.roll(reached["digits"], 1)
    You subtract accuracies of different seeds. A study with many wrong labels is hard for both
    splits; with the same seed on both sides this cancels.
seeds = range(1, 11)
    Too many trainings: count the epochs of the search and the seeds of the report for both splits.
"""),
)
