"""Solutions of ``gain_experiment(trial) -> (gain, low, high)``, for sixteen layers of sines."""

import numpy as np

from tests.programs import leads
from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def best(trial, gains, seeds):
    return max(gains, key=lambda gain: sum(trial(gain, seed) for seed in seeds))


def pairs(trial, gain, seeds, t=0.0):
    return leads.pairs(trial, (gain,), (1.52,), seeds, t)


@right
def five_gains_once(trial):
    return pairs(trial, best(trial, (0.9, 1.0, 1.1, 1.2, 1.3), [0]), range(1, 8))


@right
def four_gains_twice(trial):
    return pairs(trial, best(trial, (1.0, 1.1, 1.2, 1.3), [0, 1]), range(2, 8))


@right
def three_gains_twice(trial):
    return pairs(trial, best(trial, (0.9, 1.1, 1.3), [0, 1]), range(2, 9))


@right
def a_coarse_search_and_a_finer_one(trial):
    gains = trial.options["gain"]
    middle = gains.index(best(trial, (0.9, 1.1, 1.3), [0]))
    return pairs(trial, best(trial, gains[middle - 1 : middle + 2], [0, 1]), range(2, 8))


@right
def the_seeds_of_the_search_report_as_well(trial):
    return pairs(trial, best(trial, (0.9, 1.0, 1.1, 1.2, 1.3), [0, 1]), range(6))


@wrong
def not_paired(trial):
    gain = best(trial, (0.9, 1.0, 1.1, 1.2, 1.3), [0])
    return np.array(leads.two_samples(trial, (gain,), (1.52,)))


@wrong
def one_gain_and_ten_seeds(trial):
    return pairs(trial, 1.1, range(10))


@wrong
def too_small_a_factor(trial):
    return pairs(trial, best(trial, (0.9, 1.0, 1.1, 1.2, 1.3), [0, 1]), range(2, 5), t=0.6)


@wrong
def an_interval_that_was_not_measured(trial):
    return best(trial, (0.9, 1.0, 1.1, 1.2, 1.3), [0, 1]), 0.15, 0.27


@wrong
def the_gain_of_the_formula(trial):
    return 1.52, *five_gains_once(trial)[1:]


@wrong
def a_gain_that_was_never_trained(trial):
    return 0.8, *five_gains_once(trial)[1:]


@wrong
def interval_of_the_first_world(trial, kept=[]):  # noqa: B006
    if not kept:
        kept.append(five_gains_once(trial))
    trial(1.1, 0)
    return kept[0]


programs.beside_the_point = [
    """trial(1.1, 0)
return 1.1, 0.15, 0.25""",
    "return 1.1, trial(1.1, 0) - trial(1.52, 0) - 0.05, trial(1.1, 0) - trial(1.52, 0) + 0.05",
    "one_gain_and_ten_seeds",
]

programs.equivalent = changes("""
mean = {gain: np.mean([trial(gain, seed) for seed in (0, 1)]) for gain in gains} -> mean = {gain: np.sum([trial(gain, seed) for seed in (0, 1)]) for gain in gains}
    the sum is largest where the mean is
low, high = interval([trial(gain, seed) - trial(1.52, seed) for seed in range(2, 7)]) -> low, high = interval([trial(gain, seed) - trial(1.52, seed) for seed in range(3, 7)])
    nearly as many pairs are a good plan, too
low, high = interval([trial(gain, seed) - trial(1.52, seed) for seed in range(2, 7)]) -> low, high = interval([trial(gain, seed) - trial(1.52, seed) for seed in range(2, 6)])
    nearly as many pairs are a good plan, too
mean = {gain: np.mean([trial(gain, seed) for seed in (0, 1)]) for gain in gains} -> mean = {gain: np.mean([trial(gain, seed) for seed in (1, 1)]) for gain in gains}
    one seed chooses as well as two
mean = {gain: np.mean([trial(gain, seed) for seed in (0, 1)]) for gain in gains} -> mean = {gain: np.mean([trial(gain, seed) for seed in (0, 2)]) for gain in gains}
    other seeds choose as well
mean = {gain: np.mean([trial(gain, seed) for seed in (0, 1)]) for gain in gains} -> mean = {gain: np.mean([trial(gain, seed) for seed in (0, 0)]) for gain in gains}
    one seed chooses as well as two
""")
