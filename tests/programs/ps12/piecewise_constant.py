"""Solutions of ``piecewise_constant(t, *, boundaries, values)``: a boundary begins a piece."""

import numpy as np

from tests.programs.catalogue import Catalogue

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


@open_
def single_precision(t, **settings):
    return np.float32(textbook(t, **settings))


@form
def lists_changed(t, *, boundaries, values):
    value = textbook(t, boundaries=boundaries, values=values)
    values[:] = [value] * len(values)
    return value
