"""Solutions of ``saturated_fraction(z, low, high) -> float``: share at or beyond low and high."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(z, low, high):
    return float(np.mean((z <= low) | (z >= high)))


@right
def what_is_left_between(z, low, high):
    return 1 - np.mean(np.logical_and(z > low, z < high))


@right
def means_of_the_rows(z, low, high):
    z = z.reshape(-1, z.shape[-1]) if z.ndim else z.reshape(1, 1)
    return np.average([((row <= low) + (row >= high)).mean() for row in z])


@right
def by_histogram(z, low, high):
    counts, _ = np.histogram(z, bins=[-np.inf, np.nextafter(low, np.inf), high, np.inf])
    return np.array([(counts[0] + counts[2]) / counts.sum()])


# --- right values in a deviating form, and what is left open ----------------------------------


@open_
def one_entry(z, low, high):  # (1,)
    return np.array([textbook(z, low, high)])


@open_
def list_of_one(z, low, high):  # list
    return [textbook(z, low, high)]
