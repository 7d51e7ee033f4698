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
def gains_first_and_then_rates(trial):
    gain = max((1.0, 1.1, 1.2), key=lambda g: trial(g, 0.1, 0))
    return pairs(trial, tuned(trial, gain), tuned(trial, 1.52), range(1, 7))


@right
def one_gain_and_seven_seeds(trial):
    return pairs(trial, tuned(trial, 1.1), tuned(trial, 1.52), range(1, 8))


@right
def not_paired(trial):
    return np.array(two_samples(trial, tuned(trial, 1.1), tuned(trial, 1.52)))


@wrong
def another_rate_for_the_gain_only(trial):
    return pairs(trial, tuned(trial, 1.1), (1.52, 0.1), range(1, 9))


@wrong
def the_gain_that_keeps_the_signal(trial):
    return pairs(trial, tuned(trial, 1.4), tuned(trial, 1.52), range(1, 8))


@wrong
def too_small_a_factor(trial):
    return pairs(trial, tuned(trial, 1.1), tuned(trial, 1.52), range(1, 4), t=0.6)


@wrong
def the_gain_of_the_formula(trial):
    return 1.52, *one_gain_and_seven_seeds(trial)[1:]


@wrong
def a_gain_that_was_never_trained(trial):
    return 0.8, *one_gain_and_seven_seeds(trial)[1:]


@wrong
def interval_of_the_first_world(trial, kept=[]):  # noqa: B006
    if not kept:
        kept.append(one_gain_and_seven_seeds(trial))
    trial(1.1, 0.1, 0)
    return kept[0]
