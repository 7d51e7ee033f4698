"""Solutions of ``best_rate(trial, network, rates, seeds)``: the one with the best mean."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def by_key(trial, network, rates, seeds):
    return max(rates, key=lambda lr: np.mean([trial(network, lr, seed) for seed in seeds]))


@right
def by_sums_in_a_dictionary(trial, network, rates, seeds):
    total = dict.fromkeys(rates, 0.0)
    for seed in seeds:
        for lr in rates:
            total[lr] += trial(network, lr, seed)
    return sorted(total, key=total.get)[-1]


@right
def by_the_mean_of_a_table(trial, network, rates, seeds):
    table = np.array([[trial(network=network, lr=lr, seed=seed) for lr in rates] for seed in seeds])
    return np.asarray(rates)[table.mean(axis=0).argmax()]


@right
def the_best_so_far_trained_twice(trial, network, rates, seeds):
    best, highest = None, -np.inf
    for lr in rates:
        mean = sum(trial(network, lr, seed) for seed in seeds) / len(seeds)
        if mean > highest:
            best, highest = lr, mean
    for seed in seeds:
        trial(network, best, seed)  # known already: no new training
    return best


@wrong
def most_seeds_won(trial, network, rates, seeds):
    table = np.array([[trial(network, lr, seed) for lr in rates] for seed in seeds])
    return rates[np.bincount(table.argmax(axis=1), minlength=len(rates)).argmax()]


@wrong
def all_rates_that_there_are(trial, network, rates, seeds):
    return by_key(trial, network, trial.options["lr"], seeds)


@wrong
def trains_and_returns_the_middle(trial, network, rates, seeds):
    by_key(trial, network, rates, seeds)
    return rates[len(rates) // 2]


@wrong
def rate_of_the_call_before(trial, network, rates, seeds, kept=[]):  # noqa: B006
    kept.append(by_key(trial, network, rates, seeds))
    return kept[0]


@wrong
def the_other_network(trial, network, rates, seeds):
    other = {"plain": "normalised", "normalised": "plain"}[network]
    return by_key(trial, other, rates, seeds)
