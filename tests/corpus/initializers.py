"""Solutions of ``initialiser(shape, rng) -> array``, for whichever variance an exercise asks.

``shape`` is ``(n_in, n_out)``, or ``(C_out, C_in, kh, kw)`` of a convolution. A rule gives the
variance of its entries, ``v``, from what goes into a unit and how many units an input reaches.
"""

import copy
import functools
import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np

from .tables import Table

Rule = Callable[[float, float], float]
Draw = Callable[[Any, Any, float], Any]  # shape, generator, variance
Drawn = tuple[dict[str, Draw], dict[str, Draw], dict[str, Draw]]  # right, open to debate, wrong

RULES: dict[str, Rule] = {
    "he": lambda a, b: 2 / a,
    "lecun": lambda a, b: 1 / a,
    "glorot": lambda a, b: 2 / (a + b),
    "sum_without_the_two": lambda a, b: 1 / (a + b),
    "product_of_the_fans": lambda a, b: 2 / (a * b),
    "always_one_hundredth": lambda a, b: 1e-4,
    "always_one": lambda a, b: 1.0,
}

NORMAL: Drawn = ({}, {}, {})
UNIFORM: Drawn = ({}, {}, {})


def fans(shape):
    """What goes into a unit, and how many units an input reaches."""
    if len(shape) == 4:
        field = shape[2] * shape[3]
        return shape[1] * field, shape[0] * field
    return shape[0], shape[1]


def tables(drawn: Drawn, rule: Rule) -> tuple[Table, Table, Table, Table]:
    """RIGHT, FORM, EITHER and WRONG of the initialiser whose variance is ``rule``."""
    right, either, wrong = drawn
    textbook = right["textbook"]

    def made(table: dict[str, Draw]) -> Table:
        return {name: (of_variance(draw, rule),) for name, draw in table.items()}

    def built_on_it(table: dict[str, Callable[[Any, Any, Any], Any]]) -> Table:
        drawing = of_variance(textbook, rule)
        return {name: (functools.partial(built, drawing),) for name, built in table.items()}

    def matrices_only(shape, rng):
        # Convolutions have their fans elsewhere; the exercise may be about matrices only.
        return textbook(shape, rng, rule(shape[0], shape[1]))

    confused = {
        name: (of_variance(textbook, other),)
        for name, other in near(rule).items()
        if any(other(*pair) != rule(*pair) for pair in ((3, 5), (7, 2)))
    }
    return (
        made(right),
        built_on_it(FORM),
        made(either) | built_on_it(EITHER) | {"matrices_only": (matrices_only,)},
        confused | made(wrong) | built_on_it(WRONG),
    )


def of_variance(draw: Draw, rule: Rule):
    def initialiser(shape, rng):
        return draw(shape, rng, rule(*fans(shape)))

    return initialiser


def near(rule: Rule) -> dict[str, Rule]:
    """What the rule is taken for."""
    taken_for: dict[str, Rule] = RULES | {
        "fan_out_for_fan_in": lambda a, b: rule(b, a),
        "root_for_the_variance": lambda a, b: math.sqrt(rule(a, b)),
        "variance_for_the_deviation": lambda a, b: rule(a, b) ** 2,
        "twice_as_much": lambda a, b: 2 * rule(a, b),
        "upside_down": lambda a, b: 1 / rule(a, b),
        "gain_of_tanh": lambda a, b: 25 / 9 * rule(a, b),
    }
    if rule(3, 5) == rule(3, 7):  # one in the sum of both fans would be within chance
        taken_for["bias_counted_as_an_input"] = lambda a, b: rule(a + 1, b)
    return taken_for


def put(table: dict[str, Any]):
    def keep(function):
        assert function.__name__ not in table, f"{function.__name__} stands in the table already"
        table[function.__name__] = function
        return function

    return keep


# --- normal -----------------------------------------------------------------------------------


@put(NORMAL[0])
def textbook(shape, rng, v):
    return rng.normal(0, np.sqrt(v), size=shape)


@put(NORMAL[0])
def standard_normal_scaled(shape, rng, v):
    return math.sqrt(v) * rng.standard_normal(shape)


@put(NORMAL[0])
def entry_by_entry(shape, rng, v):
    W = np.zeros(shape)
    for index in np.ndindex(*shape):
        W[index] = rng.normal(loc=0.0, scale=v**0.5)
    return W


@put(NORMAL[0])
def last_axis_first(shape, rng, v):
    # Other draws end up in the first row.
    return rng.normal(size=shape[::-1]).transpose() * np.sqrt(v)


@put(NORMAL[0])
def flat_and_backwards(shape, rng, v):
    return (np.sqrt(v) * rng.standard_normal(math.prod(shape)))[::-1].reshape(shape)


@put(NORMAL[0])
def box_and_muller(shape, rng, v):
    radius = np.sqrt(-2 * v * np.log1p(-rng.random(shape)))
    return radius * np.cos(2 * np.pi * rng.random(shape))


@put(NORMAL[0])
def distribution_turned_round(shape, rng, v):
    normal = NormalDist(0, math.sqrt(v))
    draws = 1 - rng.random(math.prod(shape))  # never 0
    return np.array([normal.inv_cdf(min(p, 1 - 1e-16)) for p in draws]).reshape(shape)


@put(NORMAL[0])
def sum_of_two(shape, rng, v):
    # Variances add up.
    half = np.sqrt(v / 2)
    return rng.normal(0, half, shape) + rng.normal(0, half, shape)


@put(NORMAL[0])
def signs_apart(shape, rng, v):
    size = np.abs(rng.normal(0, np.sqrt(v), shape))
    return np.where(rng.random(shape) < 0.5, -size, size)


@put(NORMAL[1])
def truncated_and_corrected(shape, rng, v):
    # The variance is right and the tails are missing, as some libraries do it.
    return truncated_and_not_corrected(shape, rng, v) / 0.87962566103423978


@put(NORMAL[1])
def twelve_uniforms(shape, rng, v):
    # Normal for every purpose of a network, but not exactly.
    return np.sqrt(v) * (rng.random((12, *shape)).sum(axis=0) - 6)


@put(NORMAL[2])
def uniform_of_this_variance(shape, rng, v):
    limit = np.sqrt(3 * v)
    return rng.uniform(-limit, limit, shape)


@put(NORMAL[2])
def within_the_deviation(shape, rng, v):
    # U(-a, a) has variance a^2 / 3.
    return rng.uniform(-np.sqrt(v), np.sqrt(v), shape)


@put(NORMAL[2])
def deviation_as_the_mean(shape, rng, v):
    return rng.normal(np.sqrt(v), size=shape)


@put(NORMAL[2])
def deviation_as_the_mean_and_no_spread(shape, rng, v):
    return rng.normal(np.sqrt(v), 0, size=shape)


@put(NORMAL[2])
def absolute_values(shape, rng, v):
    return np.abs(textbook(shape, rng, v))


@put(NORMAL[2])
def truncated_and_not_corrected(shape, rng, v):
    draws = rng.standard_normal(shape)
    while (far := np.abs(draws) > 2).any():
        draws[far] = rng.standard_normal(far.sum())
    return draws * np.sqrt(v)


@put(NORMAL[2])
def clipped(shape, rng, v):
    return np.clip(textbook(shape, rng, v), -np.sqrt(v), np.sqrt(v))


# --- uniform ----------------------------------------------------------------------------------


def within(limit, shape, rng):
    return rng.uniform(-limit, limit, size=shape)


UNIFORM[0]["textbook"] = lambda shape, rng, v: within(np.sqrt(3 * v), shape, rng)


@put(UNIFORM[0])
def stretched_from_zero_to_one(shape, rng, v):
    return math.sqrt(3 * v) * (2 * rng.random(shape) - 1)


@put(UNIFORM[0])
def one_by_one(shape, rng, v):
    a = (3 * v) ** 0.5
    W = np.empty(shape)
    for index in np.ndindex(*shape):
        W[index] = rng.uniform(low=-a, high=a)
    return W


@put(UNIFORM[0])
def last_axis_first_and_negative(shape, rng, v):
    # Other draws end up in the first row, with the other sign.
    a = np.sqrt(3 * v)
    return a - 2 * a * rng.random(shape[::-1]).transpose()


@put(UNIFORM[0])
def flat_backwards_and_centred(shape, rng, v):
    a = np.sqrt(3) * np.sqrt(v)
    return (a * (rng.random(math.prod(shape)) - 0.5) * 2)[::-1].reshape(shape)


@put(UNIFORM[0])
def sizes_and_signs_apart(shape, rng, v):
    size = rng.uniform(0, math.sqrt(3 * v), shape)
    return np.where(rng.random(shape) < 0.5, -size, size)


@put(UNIFORM[0])
def exponentials(shape, rng, v):
    # exp(-E) is uniform between 0 and 1.
    return np.sqrt(12 * v) * (np.exp(-rng.exponential(size=shape)) - 1 / 2)


@put(UNIFORM[0])
def whole_numbers(shape, rng, v):
    k = rng.integers(-(2**40), 2**40, size=shape, endpoint=True)
    return np.sqrt(3 * v) * (k / 2**40)


@put(UNIFORM[0])
def normals_through_their_distribution(shape, rng, v):
    u = np.array([NormalDist().cdf(g) for g in rng.standard_normal(math.prod(shape))])
    return math.sqrt(3 * v) * (2 * u - 1).reshape(shape)


@put(UNIFORM[1])
def shuffled_slices(shape, rng, v):
    # One value in each of equal slices: uniform, but the entries are not independent.
    n = math.prod(shape)
    u = (rng.permutation(n) + rng.random(n)) / n
    return np.sqrt(3 * v) * (2 * u - 1).reshape(shape)


@put(UNIFORM[2])
def normal_of_this_variance(shape, rng, v):
    return rng.normal(0, np.sqrt(v), shape)


@put(UNIFORM[2])
def limit_without_the_three(shape, rng, v):
    # U(-a, a) has variance a^2 / 3.
    return within(np.sqrt(v), shape, rng)


@put(UNIFORM[2])
def limit_without_the_root(shape, rng, v):
    return within(3 * v, shape, rng)


@put(UNIFORM[2])
def root_of_the_numerator_only(shape, rng, v):
    # sqrt(6) / n.
    return within(np.sqrt(6) * v / 2, shape, rng)


@put(UNIFORM[2])
def twelve_for_three(shape, rng, v):
    # The whole width for half of it.
    return within(np.sqrt(12 * v), shape, rng)


@put(UNIFORM[2])
def positive_only(shape, rng, v):
    return rng.uniform(0, np.sqrt(3 * v), shape)


@put(UNIFORM[2])
def centring_forgotten(shape, rng, v):
    return 2 * np.sqrt(3 * v) * rng.random(shape)


@put(UNIFORM[2])
def upper_bound_forgotten(shape, rng, v):
    return rng.uniform(-np.sqrt(3 * v), size=shape)


@put(UNIFORM[2])
def two_uniforms_averaged(shape, rng, v):
    # A triangle between the right bounds.
    a = np.sqrt(3 * v)
    return (within(a, shape, rng) + within(a, shape, rng)) / 2


@put(UNIFORM[2])
def cosine_of_an_angle(shape, rng, v):
    # The right bounds, and more near them than in the middle.
    return np.sqrt(3 * v) * np.cos(np.pi * rng.random(shape))


@put(UNIFORM[2])
def few_values(shape, rng, v):
    limit = np.sqrt(3 * v)
    return rng.choice(np.linspace(-limit, limit, 5), size=shape)


# Mean and variance are right.
@put(NORMAL[2])
@put(UNIFORM[2])
def random_signs(shape, rng, v):
    return rng.choice([-np.sqrt(v), np.sqrt(v)], size=shape)


# --- made of a right one ----------------------------------------------------------------------

FORM: dict[str, Any] = {}
EITHER: dict[str, Any] = {}
WRONG: dict[str, Any] = {}


@put(FORM)
def nested_lists(right, shape, rng):
    return right(shape, rng).tolist()


@put(FORM)
def leading_axis(right, shape, rng):
    return right((*shape,), rng)[None]


@put(EITHER)
def single_precision(right, shape, rng):
    # The shape alone does not ask for a precision.
    return right(shape, rng).astype(np.float32)


@put(WRONG)
def shape_turned_round(right, shape, rng):
    return np.ascontiguousarray(right(shape, rng).transpose())


@put(WRONG)
def flat(right, shape, rng):
    return right(shape, rng).ravel()


@put(WRONG)
def one_row_for_all(right, shape, rng):
    # Every input has the same weights.
    return np.repeat(right(shape, rng)[:1], shape[0], axis=0)


@put(WRONG)
def one_column_for_all(right, shape, rng):
    # All units are the same: what random weights are to prevent.
    return np.repeat(right(shape, rng)[..., :1], shape[-1], axis=-1)


@put(WRONG)
def one_number_for_all(right, shape, rng):
    return np.full(shape, right(shape, rng).flat[0])


@put(WRONG)
def zeros(right, shape, rng):
    rng.random(shape)
    return np.zeros(shape)


@put(WRONG)
def global_generator(right, shape, rng):
    return right(shape, np.random)


@put(WRONG)
def generator_of_its_own(right, shape, rng):
    return right(shape, np.random.default_rng())


@put(WRONG)
def seed_of_its_own(right, shape, rng):
    # Every layer begins with the same numbers, whatever rng is.
    return right(shape, np.random.default_rng(0))


@put(WRONG)
def generator_not_advanced(right, shape, rng):
    # Two layers of one shape get the same weights.
    return right(shape, copy.deepcopy(rng))


@put(WRONG)
def nothing_returned(right, shape, rng):
    right(shape, rng)
