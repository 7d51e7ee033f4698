"""Solutions of ``safe_setting(trial) -> (lr, mu, low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {8: 2.36, 10: 2.26, 11: 2.23, 12: 2.2, 13: 2.18, 15: 2.14, 18: 2.11, 20: 2.09, 21: 2.09}


def nine(trial):
    """The usual setting and its neighbours."""
    rates, momenta = trial.options["lr"], trial.options["mu"]
    k, m = rates.index(0.77), momenta.index(0.8)
    return [(lr, mu) for lr in rates[k - 1 : k + 2] for mu in momenta[m - 1 : m + 2]]


def reported(trial, setting, seeds):
    steps = np.array([trial(*setting, seed) for seed in seeds])
    half = T[len(steps)] * steps.std(ddof=1) / len(steps) ** 0.5
    return *setting, steps.mean() - half, steps.mean() + half


@open_
def two_hospitals_choose(trial):
    means = {one: trial(*one, 0) + trial(*one, 1) for one in nine(trial)}
    return reported(trial, min(means, key=means.get), range(2, 14))


@right
def one_line_after_the_other(trial):
    """The best of three rates at the usual momentum, then the best of three momenta there."""
    settings = np.array(nine(trial)).reshape(3, 3, 2)

    def best(line):
        return min(line, key=lambda one: sum(trial(*one, seed) for seed in range(3)))

    rate = best(settings[:, 1])[0]
    return reported(trial, best([(rate, mu) for mu in settings[0, :, 1]]), range(3, 18))


@open_
def one_rate_back(trial):
    """One hospital chooses; the next lower rate leaves room for the others."""
    rates = trial.options["lr"]
    lr, mu = min(nine(trial), key=lambda one: trial(*one, 0) + trial(*one, 1))
    return reported(trial, (rates[rates.index(lr) - 1], mu), range(2, 14))


@right
def the_three_fastest_once_more(trial):
    settings = sorted(nine(trial), key=lambda one: trial(*one, 0))[:3]
    best = min(settings, key=lambda one: sum(trial(*one, seed) for seed in range(4)))
    return reported(trial, best, range(4, 16))


@right
def the_worst_hospital_counts(trial):
    settings = sorted(nine(trial), key=lambda one: trial(*one, 0))[:5]
    best = min(settings, key=lambda one: max(trial(*one, seed) for seed in range(3)))
    return reported(trial, best, range(3, 14))


@wrong
def one_hospital_chooses(trial):
    return reported(trial, min(nine(trial), key=lambda one: trial(*one, 0)), range(1, 22))


@wrong
def the_setting_from_home(trial):
    return reported(trial, (0.77, 0.8), range(20))


@wrong
def the_usual_momentum(trial):
    means = {one: trial(*one, 0) + trial(*one, 1) for one in nine(trial) if one[1] == 0.9}
    return reported(trial, min(means, key=means.get), range(2, 22))


@wrong
def a_slow_safe_setting(trial):
    return reported(trial, (0.53, 0.8), range(20))


@wrong
def without_an_experiment(trial):
    trial(0.77, 0.8, 0)
    return 0.77, 0.8, 0.9, 1.2


@wrong
def with_numbers_from_the_first_world(trial, kept=[]):  # noqa: B006
    kept.append(kept[0] if kept else two_hospitals_choose(trial))
    trial(0.77, 0.8, 0)
    return kept[0]


programs.beside_the_point = [
    "without_an_experiment",
    "the_setting_from_home",
    "the_usual_momentum",
    "one_hospital_chooses",
]

programs.equivalent = changes("""
first = {setting: trial(*setting, 0) for setting in tried} -> first = {setting: trial(*setting, 1) for setting in tried}
    one seed of several that has chosen biases hardly
kept = sorted(tried, key=first.get)[:4] -> kept = sorted(tried, key=first.get)[:3]
    three of the settings are enough to keep
means = {setting: np.mean([trial(*setting, seed) for seed in (0, 1, 2)]) for setting in kept} -> means = {setting: np.sum([trial(*setting, seed) for seed in (0, 1, 2)]) for setting in kept}
    the sum is largest where the mean is
low, high = interval([trial(lr, mu, seed) for seed in range(3, 16)]) -> low, high = interval([trial(lr, mu, seed) for seed in range(4, 16)])
    nearly as many pairs are a good plan, too
low, high = interval([trial(lr, mu, seed) for seed in range(3, 16)]) -> low, high = interval([trial(lr, mu, seed) for seed in range(2, 16)])
    one seed of several that has chosen biases hardly
low, high = interval([trial(lr, mu, seed) for seed in range(3, 16)]) -> low, high = interval([trial(lr, mu, seed) for seed in range(3, 15)])
    nearly as many pairs are a good plan, too
means = {setting: np.mean([trial(*setting, seed) for seed in (0, 1, 2)]) for setting in kept} -> means = {setting: np.mean([trial(*setting, seed) for seed in (1, 1, 2)]) for setting in kept}
    other seeds do as well
means = {setting: np.mean([trial(*setting, seed) for seed in (0, 1, 2)]) for setting in kept} -> means = {setting: np.mean([trial(*setting, seed) for seed in (0, 1, 3)]) for setting in kept}
    other seeds do as well
""")
