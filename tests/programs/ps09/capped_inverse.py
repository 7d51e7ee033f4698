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


# --- wrong ------------------------------------------------------------------------------------

for name, formula in {
    "one_step_late": "min(cap, numerator / max(t - 1, 1))",
    "cap_only": "float(cap)",
    "product": "cap * numerator / t",
    "sum": "cap + numerator / t",
    "falling_from_the_cap": "cap / (1 + t / numerator)",
    "cap_over_time": "min(cap, cap * numerator / t)",
    "switched_on_too_late": "cap if t <= 2 * numerator / cap else numerator / t",
    "switched_on_too_early": "cap if t <= numerator / cap / 2 else numerator / t",
    "exponential": "min(cap, numerator * np.exp(-t))",
}.items():
    wrong.edit(name, textbook, "min(cap, numerator / t)", formula)

CAP = "the cap is drawn from two ranges"
wrong.edit("cap_of_one_tenth", textbook, "min(cap", "min(0.1", chance=CAP)
wrong.edit("numerator_of_one", textbook, "numerator / t", "1 / t", chance=CAP)
wrong.edit("squared_time", textbook, "/ t", "/ t**2", chance=CAP)
wrong.edit("upside_down", textbook, "numerator / t", "t / numerator", chance=CAP)
