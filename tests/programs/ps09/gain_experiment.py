"""Solutions of ``gain_experiment(trial) -> (gain, low, high)``, for sixteen layers of sines."""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.leads import best_rate, pairs, two_samples

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

RATES = (0.03, 0.1, 0.3)


def tuned(trial, gain):
    return gain, best_rate(trial, gain, RATES)


@right
def two_gains_at_all_rates(trial):
    _, gain, lr = max((trial(g, lr, 0), g, lr) for g in (1.0, 1.2) for lr in RATES)
    return pairs(trial, (gain, lr), tuned(trial, 1.52), range(1, 6))


@right
def rates_first_and_then_gains(trial):
    lr = best_rate(trial, 1.1, RATES)
    gain = max((0.9, 1.1, 1.3), key=lambda g: trial(g, lr, 0))
    return pairs(trial, (gain, lr), tuned(trial, 1.52), range(1, 7))


@right
def gains_first_and_then_rates(trial):
    gain = max((0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4), key=lambda g: trial(g, 0.1, 0))
    return pairs(trial, tuned(trial, gain), tuned(trial, 1.52), range(1, 7))


@right
def four_gains_at_all_rates(trial):
    _, gain, lr = max((trial(g, lr, 0), g, lr) for g in (0.9, 1.0, 1.2, 1.3) for lr in RATES)
    return pairs(trial, (gain, lr), tuned(trial, 1.52), range(1, 5))


@right
def not_paired(trial):
    _, gain, lr = max((trial(g, lr, 0), g, lr) for g in (1.0, 1.2) for lr in RATES)
    return np.array(two_samples(trial, (gain, lr), tuned(trial, 1.52), n=5))


@wrong
def one_gain_and_nine_seeds(trial):
    return pairs(trial, tuned(trial, 1.1), tuned(trial, 1.52), range(1, 10))


@wrong
def one_rate_for_the_formula(trial):
    _, gain, lr = max((trial(g, lr, 0), g, lr) for g in (1.0, 1.2) for lr in RATES)
    return pairs(trial, (gain, lr), (1.52, 0.1), range(1, 7))


@wrong
def too_small_a_factor(trial):
    _, gain, lr = max((trial(g, lr, 0), g, lr) for g in (1.0, 1.2) for lr in RATES)
    return pairs(trial, (gain, lr), tuned(trial, 1.52), range(1, 4), t=0.6)


@wrong
def an_interval_that_was_not_measured(trial):
    _, gain, _ = max((trial(g, lr, 0), g, lr) for g in (1.0, 1.2) for lr in RATES)
    return gain, 0.07, 0.29


@wrong
def the_gain_of_the_formula(trial):
    return 1.52, *two_gains_at_all_rates(trial)[1:]


@wrong
def a_gain_that_was_never_trained(trial):
    return 0.8, *two_gains_at_all_rates(trial)[1:]


@wrong
def interval_of_the_first_world(trial, kept=[]):  # noqa: B006
    if not kept:
        kept.append(two_gains_at_all_rates(trial))
    trial(1.1, 0.1, 0)
    return kept[0]
