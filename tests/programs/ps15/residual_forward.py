"""Solutions of ``residual_forward(x, f_forward) -> (y, cache)``: x + f(x)."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, f_forward):
    z, f_cache = f_forward(x)
    return x + z, f_cache


@right
def added_to_a_copy(x, f_forward):
    y = x.copy()
    z, *rest = f_forward(x)
    y += z
    return y, {"of the block": rest[0], "x": x}


@right
def block_of_a_copy(x, f_forward):
    result = f_forward(np.array(x))
    return [np.add(result[0], x), (result, x)]


@right
def sum_of_a_stack(x, f_forward):
    z, f_cache = f_forward(x)
    return np.stack([x, z]).sum(axis=0), [f_cache]


@form
def output_of_the_block_changed(x, f_forward):
    z, f_cache = f_forward(x)
    z += x
    return z, f_cache


@wrong
def two_calls(x, f_forward):
    return x + f_forward(x)[0], f_forward(x)[1]
