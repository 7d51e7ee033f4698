"""Solutions of ``rate_experiment(trial) -> (lr, low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {3: 4.3, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 10: 2.26}


def report(trial, lr, seeds):
    """The interval of the gain of a rate, from pairs with these seeds."""
    d = np.array([trial(lr, seed) - trial(0.25, seed) for seed in seeds])
    half = T[len(d)] * d.std(ddof=1) / len(d) ** 0.5
    return lr, d.mean() - half, d.mean() + half


@right
def one_seed_chooses(trial):
    lr = max(trial.options["lr"][4:9], key=lambda lr: trial(lr, 0))
    return report(trial, lr, range(1, 8))


@right
def every_second_rate_then_its_neighbours(trial):
    rates = trial.options["lr"]
    k = max((4, 6, 8), key=lambda k: trial(rates[k], 0))
    lr = max(rates[k - 1 : k + 2], key=lambda lr: trial(lr, 0) + trial(lr, 1))
    return report(trial, lr, range(2, 8))


@right
def the_search_reports_too(trial):
    lr = max(trial.options["lr"][4:9], key=lambda lr: trial(lr, 0) + trial(lr, 1))
    return report(trial, lr, range(6))


@wrong
def up_to_the_limit(trial):
    lr = max(trial.options["lr"][1:4], key=lambda lr: trial(lr, 0) + trial(lr, 1))
    return report(trial, lr, range(2, 9))


@wrong
def the_name_of_a_rate_far_below(trial):
    _lr, low, high = one_seed_chooses(trial)
    return trial.options["lr"][0], low, high


@wrong
def the_rate_from_home(trial):
    return report(trial, 1.0, range(10))


@wrong
def without_an_experiment(trial):
    trial(1.0, 0)
    return 1.0, 0.05, 0.11


@wrong
def with_numbers_from_the_first_world(trial, kept=[]):  # noqa: B006
    kept.append(kept[0] if kept else one_seed_chooses(trial))
    trial(1.0, 0)
    return kept[0]
