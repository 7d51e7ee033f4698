"""Solutions of ``member_experiment(trial) -> (low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {2: 12.7, 3: 4.3, 4: 3.18, 5: 2.78, 6: 2.57, 25: 2.06}


def interval(gain):
    half = T[len(gain)] * np.std(gain, ddof=1) / len(gain) ** 0.5
    return np.mean(gain) - half, np.mean(gain) + half


def plan(trial, few, many, pairs):
    """The interval of some pairs: ``few`` members with all images, ``many`` with a quarter."""
    return interval([trial("quarter", many, s) - trial("all", few, s) for s in range(pairs)])


@right
def members_where_they_help(trial):
    return plan(trial, 4, 16, 5)


@right
def four_pairs(trial):
    return plan(trial, 8, 16, 4)


@right
def what_is_left_goes_to_two_pairs(trial):
    of_quarter = [trial("quarter", 16, seed) for seed in range(4)]
    of_all = [trial("all", members, seed) for seed, members in enumerate((8, 8, 8, 4))]
    return interval(np.subtract(of_quarter, of_all))


@right
def wider_by_what_the_last_members_may_add(trial):
    low, high = plan(trial, 4, 16, 5)
    return low - 0.003, high + 0.003


@wrong
def all_on_repetitions(trial):
    return plan(trial, 2, 2, 25)


@wrong
def all_on_members(trial):
    return plan(trial, 16, 32, 2)


@wrong(chance="the width is measured beside that of other pairs")
def sixteen_on_both_sides(trial):
    return plan(trial, 16, 16, 3)


@wrong
def eight_on_both_sides(trial):
    return plan(trial, 8, 8, 6)


@wrong
def without_an_experiment(trial):
    trial("all", 2, 0)
    return -0.03, 0.03


@wrong
def with_numbers_from_the_first_world(trial, kept=[]):  # noqa: B006
    kept.append(kept[0] if kept else plan(trial, 4, 16, 5))
    trial("all", 2, 0)
    return kept[0]


programs.beside_the_point = [
    "without_an_experiment",
    "all_on_repetitions",
    "all_on_members",
    "eight_on_both_sides",
]

programs.equivalent = changes("""
of_all, of_quarter = (np.array([trial(images, members, seed) for seed in range(5)]) for images, members in (('all', 4), ('quarter', 16))) -> of_all, of_quarter = (np.array([trial(images, members, seed) for seed in range(4)]) for images, members in (('all', 4), ('quarter', 16)))
    nearly as many pairs are a good plan, too
""")
