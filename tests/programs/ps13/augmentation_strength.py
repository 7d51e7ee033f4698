"""Solutions of ``augmentation_strength()``, judged by the accuracy that they reach."""

import numpy as np

from grader.exercises.ps13.augmentation_strength import augmentation_strength as reference
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds
right.add("reference", reference)


@right
def numbers_of_numpy():
    return {"max_shear": np.float32(0.25), "max_degrees": np.int64(45), "max_shift": np.array(1)}


@right
def a_whole_number_as_a_float():
    return {"max_shift": 1.0, "max_degrees": 32, "max_shear": 0}
