"""The programs that the initialisers share: each catalogue is made from the rule of its variance.

A program of ``NORMAL`` and ``UNIFORM`` is given the variance ``v`` that the rule has for the shape,
one of ``DERIVED`` the right initialiser.
"""

import functools
import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np

from tests.programs.catalogue import Catalogue

Rule = Callable[[float, float], float]  # from n_in and n_out to the variance

NORMAL, UNIFORM, DERIVED = Catalogue(), Catalogue(), Catalogue()


def normal(rule: Rule, **taken_for_it: Rule) -> Catalogue:
    """The catalogue of a normal initialiser, with variances that its own is taken for."""
    return catalogue(NORMAL, rule, taken_for_it)


def uniform(rule: Rule, **taken_for_it: Rule) -> Catalogue:
    """The catalogue of a uniform initialiser, with variances that its own is taken for."""
    taken_for_it |= {
        "always_one": lambda a, b: 1.0,
        "variance_for_the_deviation": lambda a, b: rule(a, b) ** 2,
    }
    return catalogue(UNIFORM, rule, taken_for_it)


def catalogue(drawn: Catalogue, rule: Rule, taken_for_it: dict[str, Rule]) -> Catalogue:
    programs = Catalogue()
    (textbook,) = drawn.right.programs["textbook"]
    draw = of_variance(textbook, rule)
    for kind, of_draws, derived in zip(programs.kinds, drawn.kinds, DERIVED.kinds, strict=True):
        for name, (program,) in of_draws.programs.items():
            kind.add(name, of_variance(program, rule), chance=of_draws.chance.get(name, ""))
        for name, (program,) in derived.programs.items():
            kind.add(name, functools.partial(program, draw))
    taken_for_it |= {
        "product_of_the_fans": lambda a, b: 2 / (a * b),
        "gain_of_tanh": lambda a, b: 25 / 9 * rule(a, b),
    }
    for name, other in taken_for_it.items():
        programs.wrong.add(name, of_variance(textbook, other))
    return programs


def of_variance(program: Any, rule: Rule) -> Any:
    def initializer(shape, rng):
        return program(shape, rng, rule(*shape))

    return initializer


# --- normal -----------------------------------------------------------------------------------


@NORMAL.right
def textbook(shape, rng, v):
    return rng.normal(0, np.sqrt(v), size=shape)


@NORMAL.right
def last_axis_first(shape, rng, v):
    # Other draws end up in the first row.
    return rng.normal(size=shape[::-1]).transpose() * np.sqrt(v)


@NORMAL.right
def flat_and_backwards(shape, rng, v):
    return (np.sqrt(v) * rng.standard_normal(math.prod(shape)))[::-1].reshape(shape)


@NORMAL.right
def box_and_muller(shape, rng, v):
    radius = np.sqrt(-2 * v * np.log1p(-rng.random(shape)))
    return radius * np.cos(2 * np.pi * rng.random(shape))


@NORMAL.right
def inverse_of_the_distribution(shape, rng, v):
    quantile = NormalDist(0, math.sqrt(v)).inv_cdf
    draws = 1 - rng.random(math.prod(shape))  # never 0
    return np.array([quantile(min(p, 1 - 1e-16)) for p in draws]).reshape(shape)


@NORMAL.right
def sum_of_two(shape, rng, v):
    # Variances add up.
    half = np.sqrt(v / 2)
    return rng.normal(0, half, shape) + rng.normal(0, half, shape)


@NORMAL.right
def signs_apart(shape, rng, v):
    size = np.abs(rng.normal(0, np.sqrt(v), shape))
    return np.where(rng.random(shape) < 0.5, -size, size)


@NORMAL.right
def single_precision(shape, rng, v):
    # The shape alone does not ask for a precision.
    return rng.standard_normal(shape, dtype=np.float32) * np.float32(math.sqrt(v))


@NORMAL.right
def standardised(shape, rng, v):
    W = rng.normal(size=shape)
    W -= W.mean()
    return W / W.std() * np.sqrt(v)


@NORMAL.open
def truncated_and_corrected(shape, rng, v):
    # The variance is right and the tails are missing, as some libraries do it.
    return truncated_and_not_corrected(shape, rng, v) / 0.87962566103423978


@NORMAL.open
def twelve_uniforms(shape, rng, v):
    # Normal for every purpose of a network, but not exactly.
    return np.sqrt(v) * (rng.random((12, *shape)).sum(axis=0) - 6)


@NORMAL.wrong
def shifted(shape, rng, v):
    return rng.normal(0.1, np.sqrt(v), size=shape)


@NORMAL.wrong
def truncated_and_not_corrected(shape, rng, v):
    draws = rng.standard_normal(shape)
    while (far := np.abs(draws) > 2).any():
        draws[far] = rng.standard_normal(far.sum())
    return draws * np.sqrt(v)


@NORMAL.wrong
def clipped(shape, rng, v):
    return np.clip(textbook(shape, rng, v), -np.sqrt(v), np.sqrt(v))


@NORMAL.wrong(chance="a small layer has zeros alone, or not")
def whole_numbers(shape, rng, v):
    return textbook(shape, rng, v).astype(int)


# --- uniform ----------------------------------------------------------------------------------


def within(limit, shape, rng):
    return rng.uniform(-limit, limit, size=shape)


UNIFORM.right.add("textbook", lambda shape, rng, v: within(np.sqrt(3 * v), shape, rng))


@UNIFORM.right
def stretched_from_zero_to_one(shape, rng, v):
    return math.sqrt(3 * v) * (2 * rng.random(shape) - 1)


@UNIFORM.right
def last_axis_first_and_negative(shape, rng, v):
    # Other draws end up in the first row, with the other sign.
    a = np.sqrt(3 * v)
    return a - 2 * a * rng.random(shape[::-1]).transpose()


@UNIFORM.right
def flat_backwards_and_centred(shape, rng, v):
    a = np.sqrt(3) * np.sqrt(v)
    return (a * (rng.random(math.prod(shape)) - 0.5) * 2)[::-1].reshape(shape)


@UNIFORM.right
def sizes_and_signs_apart(shape, rng, v):
    size = rng.uniform(0, math.sqrt(3 * v), shape)
    return np.where(rng.random(shape) < 0.5, -size, size)


@UNIFORM.right
def exponentials(shape, rng, v):
    # exp(-E) is uniform between 0 and 1.
    return np.sqrt(12 * v) * (np.exp(-rng.exponential(size=shape)) - 1 / 2)


@UNIFORM.right
def integers_scaled(shape, rng, v):
    k = rng.integers(-(2**40), 2**40, size=shape, endpoint=True)
    return np.sqrt(3 * v) * (k / 2**40)


@UNIFORM.right
def normals_through_their_distribution(shape, rng, v):
    u = np.array([NormalDist().cdf(g) for g in rng.standard_normal(math.prod(shape))])
    return math.sqrt(3 * v) * (2 * u - 1).reshape(shape)


@UNIFORM.right
def in_single_precision(shape, rng, v):
    return np.float32(math.sqrt(3 * v)) * (2 * rng.random(shape, dtype=np.float32) - 1)


@UNIFORM.open
def shuffled_slices(shape, rng, v):
    # One value in each of equal slices: uniform, but the entries are not independent.
    n = math.prod(shape)
    u = (rng.permutation(n) + rng.random(n)) / n
    return np.sqrt(3 * v) * (2 * u - 1).reshape(shape)


@UNIFORM.wrong(chance="four percent more variance are within chance, or not")
def two_percent_off(shape, rng, v):
    return within(1.02 * np.sqrt(3 * v), shape, rng)


@UNIFORM.wrong
def negative_only(shape, rng, v):
    return rng.uniform(-math.sqrt(3 * v), 0, size=shape)


@UNIFORM.wrong
def two_uniforms_averaged(shape, rng, v):
    # A triangle between the right bounds.
    a = np.sqrt(3 * v)
    return (within(a, shape, rng) + within(a, shape, rng)) / 2


@UNIFORM.wrong
def triangle_of_this_variance(shape, rng, v):
    a = math.sqrt(6 * v)
    return rng.triangular(-a, 0, a, size=shape)


@UNIFORM.wrong
def cosine_of_an_angle(shape, rng, v):
    # The right bounds, and more near them than in the middle.
    return np.sqrt(3 * v) * np.cos(np.pi * rng.random(shape))


@UNIFORM.wrong
def few_values(shape, rng, v):
    limit = np.sqrt(3 * v)
    return rng.choice(np.linspace(-limit, limit, 5), size=shape)


@UNIFORM.wrong
def limits_alone(shape, rng, v):
    return rng.choice([-np.sqrt(3 * v), np.sqrt(3 * v)], size=shape)


# Mean and variance are right, but for chance: the squares of the weights do not differ, so hardly
# any deviation of their mean is allowed.
SIGNS = "the two signs are equally frequent, or not quite"


@NORMAL.wrong(chance=SIGNS)
@UNIFORM.wrong(chance=SIGNS)
def random_signs(shape, rng, v):
    return rng.choice([-np.sqrt(v), np.sqrt(v)], size=shape)


# --- derived from the right one ---------------------------------------------------------------


@DERIVED.form
def nested_lists(right, shape, rng):
    return right(shape, rng).tolist()


@DERIVED.form
def leading_axis(right, shape, rng):
    return right(shape, rng)[None]


@DERIVED.wrong
def flat(right, shape, rng):
    return right(shape, rng).ravel()


@DERIVED.wrong
def larger_width_for_both(right, shape, rng):
    return right((max(shape), max(shape)), rng)[: shape[0], : shape[1]]


@DERIVED.wrong
def one_column_for_all(right, shape, rng):
    # All units are the same: what random weights are to prevent.
    return np.repeat(right(shape, rng)[:, :1], shape[1], axis=1)


@DERIVED.wrong
def nothing_returned(right, shape, rng):
    right(shape, rng)
