"""Solutions of ``member_experiment(trial) -> (low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {2: 12.7, 3: 4.3, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 12: 2.2, 32: 2.04}


def plan(trial, few, many, pairs):
    """The interval of some pairs: ``few`` members with all images, ``many`` with a quarter."""
    gain = [trial("quarter", many, seed) - trial("all", few, seed) for seed in range(pairs)]
    half = T[pairs] * np.std(gain, ddof=1) / pairs**0.5
    return np.mean(gain) - half, np.mean(gain) + half


@right
def as_many_on_both_sides(trial):
    return plan(trial, 16, 16, 4)


@right
def members_where_they_help(trial):
    return plan(trial, 4, 16, 6)


@right
def one_pair_more(trial):
    return plan(trial, 2, 16, 7)


@right
def what_the_last_members_add(trial):
    """Five pairs, and one seed with 32 instead of 16: a third of what it adds moves the middle."""
    gain = [trial("quarter", 16, seed) - trial("all", 2, seed) for seed in range(5)]
    added = trial("quarter", 32, 0) - trial("quarter", 16, 0)
    middle, half = np.mean(gain) + added / 3, T[5] * np.std(gain, ddof=1) / 5**0.5
    return middle - half, middle + half


@wrong
def all_on_repetitions(trial):
    return plan(trial, 2, 2, 32)


@wrong
def all_on_members(trial):
    return plan(trial, 32, 32, 2)


@wrong
def all_on_members_with_two_standard_errors(trial):
    low, high = plan(trial, 32, 32, 2)
    middle, half = (low + high) / 2, 2 / 12.7 * (high - low) / 2
    return middle - half, middle + half


@wrong
def eight_on_both_sides(trial):
    return plan(trial, 8, 8, 8)


@wrong
def without_an_experiment(trial):
    trial("all", 2, 0)
    return -0.03, 0.03


@wrong
def with_numbers_from_the_first_world(trial, kept=[]):  # noqa: B006
    kept.append(kept[0] if kept else plan(trial, 4, 16, 6))
    trial("all", 2, 0)
    return kept[0]
