"""Solutions of ``to_bfloat16(x)``: float32 numbers that bfloat16 can hold."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x):
    bits = x.view(np.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000).view(np.float32)


@right
def number_by_number(x):  # round takes halves to even numbers, and so do the last bits
    if x.ndim == 0:
        fraction, exponent = math.frexp(float(x))
        return math.ldexp(round(256 * fraction), exponent - 8)
    return np.array([number_by_number(part) for part in x], dtype=np.float32)


@right
def the_nearer_neighbour(x):
    bits = np.asarray(x.view(np.uint32) & 0xFFFF0000)
    low, high = bits.view(np.float32), (bits + 0x10000).view(np.float32)
    to_low, to_high, odd = np.abs(x - low), np.abs(high - x), bits >> 16 & 1 == 1
    return np.where((to_high < to_low) | ((to_high == to_low) & odd), high, low)


# --- wrong ------------------------------------------------------------------------------------


@wrong
def spacing_of_one_to_two(x):
    return np.round(x * 128) / np.float32(128)


@wrong
def first_result_for_the_shape(x, results={}):  # noqa: B006
    return results.setdefault(x.shape, textbook(x))
