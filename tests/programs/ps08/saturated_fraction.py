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
def by_histogram(z, low, high):
    counts, _ = np.histogram(z, bins=[-np.inf, np.nextafter(low, np.inf), high, np.inf])
    return np.array([(counts[0] + counts[2]) / counts.sum()])
