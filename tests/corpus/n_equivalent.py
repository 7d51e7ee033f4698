"""Solutions of ``n_equivalent(m) -> int``: m! orders of m tanh units and 2^m signs."""

import functools
import math

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(m):
    return math.factorial(m) * 2**m


@put(RIGHT)
def product_of_even_numbers(m):
    return math.prod(range(2, 2 * m + 1, 2))


@put(RIGHT)
def recursive(m):
    return 1 if m == 0 else 2 * m * recursive(m - 1)


@put(RIGHT)
def loop(m):
    count = 1
    for k in range(1, m + 1):
        count *= k
        count *= 2
    return count


@put(RIGHT)
def shifted(m, signs=1):
    return math.perm(m) << (signs * m)


@put(RIGHT)
def reduced(m):
    return functools.reduce(lambda count, k: count * 2 * k, range(1, m + 1), 1)


@put(RIGHT)
def python_objects_in_an_array(m):
    return int(np.prod(2 * np.arange(1, m + 1, dtype=object)))


@put(RIGHT)
def choices_of_flipped_units(m):
    return sum(math.comb(m, k) for k in range(m + 1)) * math.factorial(m)


RIGHT["partially_applied"] = (functools.partial(shifted, signs=1),)


@put(FORM)
def list_of_one(m):  # [count]
    return [textbook(m)]


@put(FORM)
def tuple_of_one(m):  # (count,)
    return (textbook(m),)


@put(FORM)
def array_of_shape_one(m):  # (1,), of Python's whole numbers
    return np.array([textbook(m)], dtype=object)


# An integer is asked for; as floats these are exact for a few units only.
@put(EITHER)
def float_of_it(m):
    return float(textbook(m))


@put(EITHER)
def gamma_function(m):
    return math.gamma(m + 1) * 2.0**m


@put(EITHER)
def gamma_function_rounded(m):
    return round(math.gamma(m + 1)) * 2**m


# Whether a layer without units is asked for is not said.
@put(EITHER)
def no_end_for_no_units(m):
    return 2 if m == 1 else 2 * m * no_end_for_no_units(m - 1)


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def orders_only(m):
    return math.factorial(m)


@put(WRONG)
def signs_only(m):
    # Right for m = 0 and m = 1.
    return 2**m


@put(WRONG)
def sum_for_product(m):
    # Right for no m: 3 for m = 1, 6 for m = 2.
    return math.factorial(m) + 2**m


@put(WRONG)
def twice_the_orders(m):
    # One sign for the whole layer: right for m = 1.
    return 2 * math.factorial(m)


@put(WRONG)
def square_for_power(m):
    # m**2: right for no m above 0 but 2 and 4.
    return math.factorial(m) * m**2


@put(WRONG)
def power_upside_down_of_the_caret(m):
    # In Python ^ is exclusive or.
    return math.factorial(m) * (2 ^ m)


@put(WRONG)
def two_times_m(m):
    # Right for m = 1 and m = 2.
    return math.factorial(m) * 2 * m


@put(WRONG)
def factorial_of_twice(m):
    # (2 m)!: right for m = 0 and m = 1.
    return math.factorial(2 * m)


@put(WRONG)
def factorial_of_the_power(m):
    return math.factorial(2 ** min(m, 8))


@put(WRONG)
def one_unit_too_few(m):
    # range(1, m).
    return math.prod(range(1, m)) * 2**m


@put(WRONG)
def one_unit_too_many(m):
    return math.factorial(m + 1) * 2**m


@put(WRONG)
def loop_from_zero(m):
    count = 1
    for k in range(m):
        count *= k
    return count * 2**m


@put(WRONG)
def squares_of_the_orders(m):
    return math.factorial(m) ** 2


@put(WRONG)
def pairs_for_orders(m):
    # The exchanges of two units.
    return math.comb(m, 2) * 2**m


@put(WRONG)
def three_signs(m):
    return math.factorial(m) * 3**m


@put(WRONG)
def itself_not_counted(m):
    return textbook(m) - 1


@put(WRONG)
def overflowing(m):
    # 64 bits: right up to m = 16.
    with np.errstate(all="ignore"):
        return int(np.prod(2 * np.arange(1, m + 1), dtype=np.int64))


@put(WRONG)
def thirty_two_bits(m):
    # Right up to m = 9.
    return (textbook(m) + 2**31) % 2**32 - 2**31


@put(WRONG)
def formula_of_stirling(m):
    return round(math.sqrt(2 * math.pi * m) * (m / math.e) ** m * 2**m)


@put(WRONG)
def units_to_the_power(m):
    # Right for m = 0 and m = 1.
    return m**m * 2**m


@put(WRONG)
def logarithm(m):
    return math.lgamma(m + 1) + m * math.log(2)


@put(WRONG)
def answer_of_the_lecture(m):
    return math.factorial(10) * 2**10


@put(WRONG)
def text(m):
    return str(textbook(m))
