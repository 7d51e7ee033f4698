"""Solutions of ``n_equivalent(m) -> int``: m! orders of m tanh units and 2^m signs."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(m):
    return math.factorial(m) * 2**m


@right
def product_of_even_numbers(m):
    return math.prod(range(2, 2 * m + 1, 2))


@right
def recursive(m):
    return 2 if m == 1 else 2 * m * recursive(m - 1)


@right
def python_objects_in_an_array(m):
    return int(np.prod(2 * np.arange(1, m + 1, dtype=object)))


@right
def choices_of_flipped_units(m):
    return sum(math.comb(m, k) for k in range(m + 1)) * math.perm(m)


@form
def list_of_one(m):
    return [textbook(m)]


@form
def tuple_of_one(m):
    return (textbook(m),)


@form
def array_of_shape_one(m):
    return np.array([textbook(m)], dtype=object)


# Floats are exact for a few units only.
@form
def gamma_function_rounded(m):
    return round(math.gamma(m + 1)) * 2**m
