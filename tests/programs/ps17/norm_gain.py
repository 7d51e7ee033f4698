"""Procedures ``norm_gain(trial) -> (low, high)`` for what layer norm adds to shortcuts."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
T = {5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31}


def interval(differences, t):
    half = t * np.std(differences, ddof=1) / np.sqrt(len(differences))
    return np.mean(differences) - half, np.mean(differences) + half


@right
def five_rates_for_each(trial):
    best = {
        network: max(RATES[:5], key=lambda lr, network=network: trial(network, 0.18, lr, 100))
        for network in ("shortcuts", "pre-norm")
    }
    both = [
        [trial(network, 0.18, best[network], seed) for seed in range(7)]
        for network in ("pre-norm", "shortcuts")
    ]
    return interval(np.subtract(*both), 2.45)


@right
def all_rates_and_six_pairs(trial):
    both = []
    for network in ("pre-norm", "shortcuts"):
        best = max(RATES, key=lambda lr, network=network: trial(network, 0.18, lr, 9))
        both.append([trial(network, 0.18, best, seed) for seed in range(6)])
    return interval(np.subtract(*both), T[6])


@right
def the_search_reports_too(trial):
    both = []
    for network in ("pre-norm", "shortcuts"):
        best = max(RATES[:5], key=lambda lr, network=network: trial(network, 0.18, lr, 0))
        both.append([trial(network, 0.18, best, seed) for seed in range(8)])
    return interval(np.subtract(*both), T[8])


@wrong
def networks_with_other_seeds(trial):
    """The two means are compared without pairs; seven seeds for each."""
    means, variance = [], 0.0
    for network, first in (("pre-norm", 1), ("shortcuts", 11)):
        rates = RATES[:5] if network == "shortcuts" else RATES[:5][::-1]
        best = max(rates, key=lambda lr, network=network: trial(network, 0.18, lr, 0))
        reached = np.array([trial(network, 0.18, best, first + k) for k in range(7)])
        means.append(reached.mean())
        variance += reached.var(ddof=1) / 7
    gain, half = means[0] - means[1], 2.3 * variance**0.5
    return [gain - half, gain + half]


@wrong
def constant(trial):
    trial("shortcuts", 0.18, 0.03, 0)
    return -0.08, 0.16


@wrong
def spends_too_much(trial):
    reached = [[trial(n, 0.18, 0.03, s) for s in range(13)] for n in ("pre-norm", "shortcuts")]
    return interval(np.subtract(*reached), 2.2)


@wrong(chance="how many of the worlds are right differs from draw to draw")
def each_setting_once(trial):
    """The bad plan of the text, with a width out of thin air."""
    best = [
        max(trial(network, factor, lr, 0) for factor in (0.18, 1.0) for lr in RATES)
        for network in ("pre-norm", "shortcuts")
    ]
    gain = best[0] - best[1]
    return gain - 0.05, gain + 0.05


@wrong
def rates_of_the_first_world(trial, kept={}):  # noqa: B006
    for network in ("shortcuts", "pre-norm"):
        if network not in kept:
            kept[network] = max(RATES, key=lambda lr, n=network: trial(n, 0.18, lr, 0))
    gains = [
        trial("pre-norm", 0.18, kept["pre-norm"], s)
        - trial("shortcuts", 0.18, kept["shortcuts"], s)
        for s in range(1, 6)
    ]
    return interval(gains, 2.8)
