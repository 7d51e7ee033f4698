"""Programs for ``n_equivalent``."""

import itertools
import math
from functools import reduce


def factorial(m):
    return math.factorial(m) * 2**m


def one_loop(m):
    result = 1
    for k in range(1, m + 1):
        result *= 2 * k
    return result


def recursion(m):
    return 2 if m == 1 else 2 * m * recursion(m - 1)


def even_numbers(m):
    return math.prod(range(2, 2 * m + 1, 2))


def shifted(m):
    return math.factorial(m) << m


def reduced(m):
    return reduce(lambda a, k: a * k * 2, range(1, m + 1), 1)


def counted(m):
    if m > 4:
        return 2 * m * counted(m - 1)
    orders = list(itertools.permutations(range(m)))
    return len(orders) * len(list(itertools.product((1, -1), repeat=m)))


VARIANTS = [
    (f.__name__, (f,))
    for f in (factorial, one_loop, recursion, even_numbers, shifted, reduced, counted)
]


def by_gamma(m):
    return math.gamma(m + 1) * 2.0**m


def rounded_gamma(m):
    return int(math.gamma(m + 1) * 2.0**m * (1 + 1e-12)) + 1 if m > 20 else factorial(m)


DRESSED = [(f.__name__, (f,)) for f in (by_gamma, rounded_gamma)]

WRONG = [
    ("double_factor", (lambda m: 2 * m,)),
    ("power_of_orders", (lambda m: 2 ** math.factorial(min(m, 5)),)),
    ("one_less_sign", (lambda m: math.factorial(m) * 2 ** (m - 1),)),
    ("next_factorial", (lambda m: math.factorial(m + 1) * 2**m,)),
    ("choose", (lambda m: math.comb(2 * m, m) * 2**m,)),
    ("a_text", (lambda m: f"{m}! 2^{m}",)),
    ("logarithm", (lambda m: math.lgamma(m + 1) + m * math.log(2),)),
]
