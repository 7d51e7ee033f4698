"""Solutions of ``effective_lr(lr, mu) -> float``: lr / (1 - mu)."""

import functools
import math

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(lr, mu):
    return lr / (1 - mu)


@put(RIGHT)
def times_the_inverse(lr, mu):
    return float(lr * (1.0 - mu) ** -1)


@put(RIGHT)
def long_geometric_sum(lr, mu):
    total, term = 0.0, float(lr)
    while abs(term) > 1e-18 * abs(total):
        total += term
        term *= mu
    return total


@put(RIGHT)
def products_of_powers(lr, mu):
    # 1 + mu + mu^2 + … = (1 + mu)(1 + mu^2)(1 + mu^4) …
    rate = float(lr)
    for k in range(40):
        rate *= 1 + mu ** (2**k)
    return rate


@put(RIGHT)
def fixed_point(lr, mu):
    # v = mu v + lr as a linear equation.
    return np.linalg.solve([[1.0 - mu]], [float(lr)])[0]


@put(RIGHT)
def through_logarithms(lr, mu):
    return lr * math.exp(-math.log1p(-mu))


@put(RIGHT)
def zero_dimensional_array(lr, mu, power=1):
    return np.asarray(lr / (1 - mu) ** power)


RIGHT["partially_applied"] = (functools.partial(zero_dimensional_array, power=1.0),)


@put(FORM)
def list_of_one(lr, mu):  # [rate]
    return [lr / (1 - mu)]


@put(FORM)
def array_of_shape_one(lr, mu):  # (1,)
    return np.atleast_1d(lr / (1 - mu))


@put(FORM)
def comma_too_many(lr, mu):  # (rate,)
    return (lr / (1 - mu),)


@put(EITHER)
def single_precision(lr, mu):
    return np.float32(lr / (1 - mu))


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def product(lr, mu):
    # Right for mu = 0.
    return lr * (1 - mu)


@put(WRONG)
def plus_for_minus(lr, mu):
    # Right for mu = 0.
    return lr / (1 + mu)


@put(WRONG)
def one_plus_mu(lr, mu):
    # Two terms of the sum.
    return lr * (1 + mu)


@put(WRONG)
def ten_terms(lr, mu):
    # Right for small mu.
    return sum(lr * mu**k for k in range(10))


@put(WRONG)
def hundred_terms_from_one(lr, mu):
    return sum(lr * mu**k for k in range(1, 100))


@put(WRONG)
def divided_by_mu(lr, mu):
    return lr / max(mu, 1e-12)


@put(WRONG)
def momentum_squared(lr, mu):
    return lr / (1 - mu**2)


@put(WRONG)
def squared_denominator(lr, mu):
    return lr / (1 - mu) ** 2


@put(WRONG)
def root_of_the_denominator(lr, mu):
    return lr / math.sqrt(1 - mu)


@put(WRONG)
def precedence(lr, mu):
    # Without brackets.
    return lr / 1 - mu


@put(WRONG)
def momentum_ignored(lr, mu):
    return float(lr)


@put(WRONG)
def ten_times(lr, mu):
    # Right for mu = 0.9.
    return 10.0 * lr


@put(WRONG)
def factor_only(lr, mu):
    # Right for lr = 1.
    return 1 / (1 - mu)


@put(WRONG)
def arguments_swapped(lr, mu):
    return mu / (1 - lr) if lr != 1 else 0.0


@put(WRONG)
def share_of_momentum(lr, mu):
    return lr * mu / (1 - mu)


@put(WRONG)
def denominator_turned_round(lr, mu):
    return lr / (mu - 1)


@put(WRONG)
def whole_division(lr, mu):
    return lr // (1 - mu)


@put(WRONG)
def small_number_in_the_denominator(lr, mu):
    return lr / (1 - mu + 0.01)


@put(WRONG)
def rate_added(lr, mu):
    return lr + 1 / (1 - mu)


@put(WRONG)
def capped(lr, mu):
    return min(0.1, lr / (1 - mu))


@put(WRONG)
def exponential(lr, mu):
    return lr * math.exp(mu)


@put(WRONG)
def text(lr, mu):
    return f"{lr / (1 - mu):.3f}"
