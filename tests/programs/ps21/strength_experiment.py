"""Plans ``strength_experiment(trial) -> (strength, low, high)`` within 30 trainings."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {3: 4.3, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 12: 2.2}
NEAR = (0.03, 0.1, 0.3)


def interval(trial, strength, lr, plain, report):
    gain = np.array([trial(strength, lr, seed) - trial(0, plain, seed) for seed in report])
    half = T[len(gain)] * gain.std(ddof=1) / len(gain) ** 0.5
    return strength, gain.mean() - half, gain.mean() + half


def best_of(trial, settings, search):
    return max(settings, key=lambda setting: sum(trial(*setting, seed) for seed in search))


@right
def three_strengths_times_three_rates(trial):
    plain = best_of(trial, [(0, lr) for lr in NEAR], [0])
    best = best_of(trial, [(s, lr) for s in (0.2, 0.4, 0.6) for lr in NEAR], [0])
    return interval(trial, *best, plain[1], range(1, 10))


@open_
def strengths_then_rates(trial):
    # The strength at the usual rate first, then its rate; two seeds for each.
    plain = best_of(trial, [(0, lr) for lr in NEAR], [0, 1])
    strength, _ = best_of(trial, [(s, 0.1) for s in (0.2, 0.4, 0.6, 0.8)], [0, 1])
    best = best_of(trial, [(strength, lr) for lr in NEAR], [0, 1])
    return interval(trial, *best, plain[1], range(2, 8))


@right
def four_strengths_and_fewer_pairs(trial):
    plain = best_of(trial, [(0, lr) for lr in NEAR], [4])
    best = best_of(trial, [(s, lr) for s in (0.2, 0.4, 0.6, 0.8) for lr in NEAR], [4])
    return interval(trial, *best, plain[1], range(10, 16))


@right
def seeds_of_the_search_report_too(trial):
    plain = best_of(trial, [(0, lr) for lr in NEAR], [0])
    best = best_of(trial, [(s, lr) for s in (0.2, 0.4, 0.6) for lr in NEAR], [0])
    return interval(trial, *best, plain[1], range(9))


@wrong
def the_largest_change(trial):
    plain = best_of(trial, [(0, lr) for lr in NEAR], [0])
    best = best_of(trial, [(1, lr) for lr in NEAR], [0])
    return interval(trial, *best, plain[1], range(1, 10))


@wrong
def one_rate_for_both(trial):
    strength, _ = best_of(trial, [(s, 0.1) for s in (0.2, 0.4, 0.6)], [0, 1])
    return interval(trial, strength, 0.1, 0.1, range(2, 11))


@wrong
def without_an_experiment(trial):
    trial(0.4, 0.1, 0)
    return 0.4, 0.05, 0.11


@wrong
def with_numbers_from_the_first_world(trial, kept=[]):  # noqa: B006
    kept.append(kept[0] if kept else three_strengths_times_three_rates(trial))
    trial(0.4, 0.1, 0)
    return kept[0]


programs.beside_the_point = [
    "without_an_experiment",
    "one_rate_for_both",
    "the_largest_change",
]

programs.equivalent = changes("""
near = rates[k - 1:k + 2] -> near = rates[k - 1:k + 3]
    one more rate is searched
gain = [trial(strength, lr, seed) - trial(0, plain, seed) for seed in range(1, 8)] -> gain = [trial(strength, lr, seed) - trial(0, plain, seed) for seed in range(2, 8)]
    nearly as many pairs are a good plan, too
gain = [trial(strength, lr, seed) - trial(0, plain, seed) for seed in range(1, 8)] -> gain = [trial(strength, lr, seed) - trial(0, plain, seed) for seed in range(0, 8)]
    one seed of several that has chosen biases hardly
gain = [trial(strength, lr, seed) - trial(0, plain, seed) for seed in range(1, 8)] -> gain = [trial(strength, lr, seed) - trial(0, plain, seed) for seed in range(1, 7)]
    nearly as many pairs are a good plan, too
plain = max(near, key=lambda lr: trial(0, lr, 0)) -> plain = max(near, key=lambda lr: trial(0, lr, 1))
    one seed of several that has chosen biases hardly
strength, lr = max(tried, key=lambda one: trial(*one, 0)) -> strength, lr = max(tried, key=lambda one: trial(*one, 1))
    one seed of several that has chosen biases hardly
""")
