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
def never_alive(z):
    alive = np.any(z > 0, axis=0)
    return 1 - alive.sum() / alive.size


@right
def counted(z):
    return np.asarray([np.sum(np.sum(z <= 0, axis=0) == len(z)) / z.shape[1]])


# --- right values in a deviating form, and what is left open ----------------------------------


@form
def in_place(z):  # z is changed
    np.maximum(z, 0, out=z)
    z[z > 0] = 1
    return float((z.sum(axis=0) == 0).mean())


@open_
def one_entry(z):  # (1,)
    return np.array([textbook(z)])


@open_
def list_of_one(z):  # list
    return [textbook(z)]


# --- wrong ------------------------------------------------------------------------------------


for name, share in {
    "four_in_five_off": lambda z: np.mean((z <= 0).mean(axis=0) >= 0.8),
}.items():
    wrong.add(name, share)
