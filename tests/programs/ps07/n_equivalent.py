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


# --- wrong ------------------------------------------------------------------------------------

for name, formula in {
    "two_for_each_unit": "2 * m",
    "factorial_of_the_power": "math.factorial(2 ** min(m, 8))",
    "power_of_the_orders": "2 ** math.factorial(min(m, 5))",
    "one_unit_too_many": "math.factorial(m + 1) * 2**m",
    "one_sign_too_few": "math.factorial(m) * 2 ** (m - 1)",
    "loop_from_zero": "math.prod(range(m)) * 2**m",
    "squares_of_the_orders": "math.factorial(m) ** 2",
    "pairs_for_orders": "math.comb(m, 2) * 2**m",
    "binomial_for_orders": "math.comb(2 * m, m) * 2**m",
    "three_signs": "math.factorial(m) * 3**m",
    "formula_of_stirling": "round(math.sqrt(2 * math.pi * m) * (m / math.e) ** m * 2**m)",
    "logarithm": "math.lgamma(m + 1) + m * math.log(2)",
    "ten_units_always": "math.factorial(10) * 2**10",
    "text": "str(math.factorial(m) * 2**m)",
    "formula_as_text": 'f"{m}! 2^{m}"',
}.items():
    wrong.edit(name, textbook, "math.factorial(m) * 2**m", formula)


@wrong
def thirty_two_bits(m):
    # Right up to m = 9.
    return (textbook(m) + 2**31) % 2**32 - 2**31
