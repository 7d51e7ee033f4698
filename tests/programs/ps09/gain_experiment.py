"""Solutions of ``gain_experiment(trial) -> (gain, low, high)``, for sixteen layers of sines."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36}
RATES = (0.03, 0.1, 0.3)


def best_rate(trial, gain):
    return max(RATES, key=lambda lr: trial(gain, lr, 0))


def interval(trial, gain, lr, lr_of_formula, seeds, factor=None):
    d = np.array([trial(gain, lr, s) - trial(1.52, lr_of_formula, s) for s in seeds])
    half = (factor or T[len(d)]) * d.std(ddof=1) / len(d) ** 0.5
    return gain, d.mean() - half, d.mean() + half


@right
def two_gains_at_all_rates(trial):
    _, gain, lr = max((trial(g, lr, 0), g, lr) for g in (1.0, 1.2) for lr in RATES)
    return interval(trial, gain, lr, best_rate(trial, 1.52), range(1, 6))


@right
def gains_first_and_then_rates(trial):
    gain = max((1.0, 1.1, 1.2), key=lambda g: trial(g, 0.1, 0))
    return interval(trial, gain, best_rate(trial, gain), best_rate(trial, 1.52), range(1, 7))


@right
def one_gain_and_seven_seeds(trial):
    return interval(trial, 1.1, best_rate(trial, 1.1), best_rate(trial, 1.52), range(1, 8))


@right
def two_samples_of_seeds(trial):
    """Not paired, with Welch's standard error and the factor of the smaller sample."""
    lr, lr_of_formula = best_rate(trial, 1.1), best_rate(trial, 1.52)
    a = [trial(1.1, lr, s) for s in range(1, 8)]
    b = [trial(1.52, lr_of_formula, s) for s in range(11, 18)]
    half = T[7] * np.sqrt(np.var(a, ddof=1) / 7 + np.var(b, ddof=1) / 7)
    return np.array([1.1, np.mean(a) - np.mean(b) - half, np.mean(a) - np.mean(b) + half])


@wrong
def another_rate_for_the_gain_only(trial):
    lr = best_rate(trial, 1.1)
    return interval(trial, 1.1, lr, 0.1, range(1, 9))


@wrong
def the_gain_that_keeps_the_signal(trial):
    return interval(trial, 1.4, best_rate(trial, 1.4), best_rate(trial, 1.52), range(1, 8))


@wrong
def too_small_a_factor(trial):
    lr, lr_of_formula = best_rate(trial, 1.1), best_rate(trial, 1.52)
    return interval(trial, 1.1, lr, lr_of_formula, range(1, 4), factor=0.6)


@wrong
def interval_of_the_first_world(trial, kept=[]):  # noqa: B006
    if not kept:
        kept.append(one_gain_and_seven_seeds(trial))
    trial(1.1, 0.1, 0)
    return kept[0]
