"""Solutions of ``three_rates()``, judged by the loss that they reach."""

import numpy as np

from grader.exercises.ps04.three_rates import three_rates as reference
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds
right.add("reference", reference)


@right
def in_a_tuple():
    return 40.0, 2.0, 4.0


@right
def in_an_array():
    return np.array([45, 1.9, 7.5])


@right
def whole_numbers_in_single_precision():
    return [np.float32(44), np.float32(2.5), 8]


@wrong
def the_best_constant_rate():
    return [2.87] * 3


@wrong
def one_large_step():
    return [25.0, 0.0, 0.0]


@wrong
def the_end_of_a_search_from_ten():
    """One rate at a time over a grid, from 10, 10, 10: no change of a single rate helps further."""
    return [80.7, 4.0, 16.0]


UNREADABLE = {
    "two rates": [32.0, 2.0],
    "a negative rate": [32.0, -2.0, 4.0],
    "an infinite rate": [float("inf"), 2.0, 4.0],
    "a text": ["32", 2.0, 4.0],
    "a matrix": [[32.0, 2.0, 4.0]],
    "a rate that overflows": [1e308, 1e308, 1e308],
    "a dictionary": {"rates": [32.0, 2.0, 4.0]},
    "nan": [float("nan")] * 3,
    "True": [True, 2.0, 4.0],
}
for name, returned in UNREADABLE.items():
    wrong.add(name, lambda returned=returned: returned)
