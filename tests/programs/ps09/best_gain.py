"""Solutions of ``best_gain(trial, gains, seeds)``: the gain with the highest mean accuracy."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def by_key(trial, gains, seeds):
    return max(gains, key=lambda gain: np.mean([trial(gain, seed) for seed in seeds]))


@right
def by_sums_in_a_dictionary(trial, gains, seeds):
    total = dict.fromkeys(gains, 0.0)
    for seed in seeds:
        for gain in gains:
            total[gain] += trial(gain, seed)
    return sorted(total, key=total.get)[-1]


@right
def by_the_mean_of_a_table(trial, gains, seeds):
    table = np.array([[trial(gain=gain, seed=seed) for gain in gains] for seed in seeds])
    return np.asarray(gains)[table.mean(axis=0).argmax()]


@right
def the_best_so_far_trained_twice(trial, gains, seeds):
    best, highest = None, -np.inf
    for gain in gains:
        mean = sum(trial(gain, seed) for seed in seeds) / len(seeds)
        if mean > highest:
            best, highest = gain, mean
    for seed in seeds:
        trial(best, seed)  # known already: no new training
    return best


@wrong
def most_seeds_won(trial, gains, seeds):
    table = np.array([[trial(gain, seed) for gain in gains] for seed in seeds])
    return gains[np.bincount(table.argmax(axis=1), minlength=len(gains)).argmax()]


@wrong
def all_gains_that_there_are(trial, gains, seeds):
    return by_key(trial, trial.options["gain"], seeds)


@wrong
def trains_and_returns_the_middle(trial, gains, seeds):
    by_key(trial, gains, seeds)
    return gains[len(gains) // 2]


@wrong
def gain_of_the_call_before(trial, gains, seeds, kept=[]):  # noqa: B006
    kept.append(by_key(trial, gains, seeds))
    return kept[0]
