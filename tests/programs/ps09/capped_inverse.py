"""Solutions of ``capped_inverse(t, *, cap, numerator) -> float``: min(cap, numerator / t)."""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.schedules import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(t, *, cap, numerator):
    return min(cap, numerator / t)


@right
def numpy_minimum(t, *, cap, numerator):
    return np.minimum(float(cap), numerator / t)


@right
def zero_dimensional_array(t, **options):
    return np.asarray(min(options["cap"], options["numerator"] / t), dtype=float)


@right
def clipped_in_single_precision(t, *, cap, numerator):
    return np.clip(np.float32(numerator / t), 0, cap)


enter_what_fits_all(programs, textbook)
