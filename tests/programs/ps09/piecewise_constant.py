"""Solutions of ``piecewise_constant(t, *, boundaries, values)``: a boundary begins a piece."""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.schedules import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(t, *, boundaries, values):
    piece = sum(t >= b for b in boundaries)
    return values[piece]


@right
def sorted_search(t, *, boundaries, values):
    return np.array(values, dtype=float)[np.searchsorted(boundaries, t, side="right")]


@right
def from_the_end(t, *, first=0, **options):
    boundaries, values = list(options["boundaries"]), list(options["values"])
    while boundaries and boundaries[-1] > t:
        boundaries.pop()
        values.pop()
    return np.asarray(values[first - 1])


@right
def added_up(t, *, boundaries, values):
    passed = np.array(boundaries) <= t
    return values[0] + np.sum(np.diff(values) * passed)


enter_what_fits_all(programs, textbook)


@form
def lists_changed(t, *, boundaries, values):
    value = textbook(t, boundaries=boundaries, values=values)
    values[:] = [value] * len(values)
    return value


# --- wrong ------------------------------------------------------------------------------------

for name, formula in {
    "later_boundaries_counted": "values[len(boundaries) - piece]",
    "last_boundary_only": "values[-1] if t >= boundaries[-1] else values[0]",
    "first_value": "values[0]",
    "last_value": "values[-1]",
    "exact_boundaries_only": "values[boundaries.index(t) + 1 if t in boundaries else 0]",
    "time_as_the_index": "values[min(t, len(values) - 1)]",
    "boundary_for_value": "float([0, *boundaries][piece])",
    "number_of_the_piece": "float(piece)",
    "values_added": "sum(values[: piece + 1])",
    "straight_lines": "float(np.interp(t, [0, *boundaries], values))",
}.items():
    wrong.edit(name, textbook, "values[piece]", formula)

wrong.edit(
    "nearest_boundary",
    textbook,
    "values[piece]",
    "values[np.argmin(np.abs(np.array([0, *boundaries]) - t))]",
    chance="if the first boundary is 4, step 2 is as near to 0",
)
