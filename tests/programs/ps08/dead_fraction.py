"""Solutions of ``dead_fraction(z) -> float``: share of columns that are <= 0 for every row."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(z):
    return float(np.mean(np.all(z <= 0, axis=0)))


@right
def largest_of_each_column(z):
    return (z.max(axis=0) <= 0).mean()


@right
def counted(z):
    return np.asarray([np.sum(np.sum(z <= 0, axis=0) == len(z)) / z.shape[1]])


# --- wrong ------------------------------------------------------------------------------------


wrong.add("four_in_five_off", lambda z: np.mean((z <= 0).mean(axis=0) >= 0.8))
