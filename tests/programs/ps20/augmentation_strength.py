"""Solutions of ``augmentation_strength()``, judged by the accuracy that they reach."""

import numpy as np

from grader.exercises.ps20.augmentation_strength import augmentation_strength as reference
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


@wrong(chance="its accuracy on new pictures is a little above the lower limit, or not")
def the_default_of_a_tutorial():
    return {"max_shift": 1, "max_degrees": 15.0, "max_shear": 0.3}


@wrong
def everything_as_large_as_it_goes():
    return {"max_shift": 4, "max_degrees": 180.0, "max_shear": 1.0}


UNREADABLE = {
    "a missing key": {"max_shift": 1, "max_degrees": 40.0},
    "a key too many": {"max_shift": 1, "max_degrees": 40.0, "max_shear": 0.1, "p": 0.5},
    "half a pixel": {"max_shift": 0.5, "max_degrees": 40.0, "max_shear": 0.1},
    "a negative angle": {"max_shift": 1, "max_degrees": -40.0, "max_shear": 0.1},
    "more than the image": {"max_shift": 12, "max_degrees": 40.0, "max_shear": 0.1},
    "an infinite angle": {"max_shift": 1, "max_degrees": float("inf"), "max_shear": 0.1},
    "nan": {"max_shift": 1, "max_degrees": 40.0, "max_shear": float("nan")},
    "a text": {"max_shift": "1", "max_degrees": 40.0, "max_shear": 0.1},
    "a list of settings": {"max_shift": 1, "max_degrees": [30.0, 40.0], "max_shear": 0.1},
    "True": {"max_shift": True, "max_degrees": 40.0, "max_shear": 0.1},
}
for name, returned in UNREADABLE.items():
    wrong.add(name, lambda returned=returned: returned)
