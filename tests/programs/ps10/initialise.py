"""Solutions of ``initialise(shape, rng, *, rule, distribution) -> W``.

A program of ``NORMAL`` or ``UNIFORM`` is given the variance ``v`` that the rule has for the shape;
the other distribution is drawn as in a textbook. One of ``DERIVED`` is given a right function.
"""

import functools
import math
from statistics import NormalDist

import numpy as np

from tests.programs.catalogue import Catalogue

NORMAL, UNIFORM, DERIVED = Catalogue(), Catalogue(), Catalogue()

RULES = {
    "lecun": lambda n_in, n_out: 1 / n_in,
    "glorot": lambda n_in, n_out: 2 / (n_in + n_out),
    "he": lambda n_in, n_out: 2 / n_in,
}


def of_draws(normal, uniform, rules=RULES):
    """The function that draws both distributions in these ways."""

    def initialise(shape, rng, *, rule, distribution):
        return {"normal": normal, "uniform": uniform}[distribution](shape, rng, rules[rule](*shape))

    return initialise


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
def nested_lists(right, shape, rng, **how):
    return right(shape, rng, **how).tolist()


@DERIVED.form
def leading_axis(right, shape, rng, **how):
    return right(shape, rng, **how)[None]


@DERIVED.wrong
def flat(right, shape, rng, **how):
    return right(shape, rng, **how).ravel()


@DERIVED.wrong
def larger_width_for_both(right, shape, rng, *, rule, **how):
    variance = RULES[rule]
    share = variance(max(shape), max(shape)) / variance(*shape)
    return right(shape, rng, rule=rule, **how) * np.sqrt(share)


@DERIVED.wrong
def one_column_for_all(right, shape, rng, **how):
    # All units are the same: what random weights are to prevent.
    return np.repeat(right(shape, rng, **how)[:, :1], shape[1], axis=1)


@DERIVED.wrong
def nothing_returned(right, shape, rng, **how):
    right(shape, rng, **how)


programs = Catalogue()
right, form, wrong, open_ = programs.kinds

(BELL,), (BOX,) = NORMAL.right.programs["textbook"], UNIFORM.right.programs["textbook"]
for kind, of_normal, of_uniform, derived in zip(
    programs.kinds, NORMAL.kinds, UNIFORM.kinds, DERIVED.kinds, strict=True
):
    for name, (program,) in of_normal.programs.items():
        kind.add(f"normal_{name}", of_draws(program, BOX), chance=of_normal.chance.get(name, ""))
    for name, (program,) in of_uniform.programs.items():
        if name != "textbook":
            chance = of_uniform.chance.get(name, "")
            kind.add(f"uniform_{name}", of_draws(BELL, program), chance=chance)
    for name, (program,) in derived.programs.items():
        kind.add(name, functools.partial(program, of_draws(BELL, BOX)))

for name, (rule, variance) in {
    "bias_counted_as_an_input": ("he", lambda n_in, n_out: 2 / (n_in + 1)),
    "lecun_by_the_sum": ("lecun", lambda n_in, n_out: 1 / (n_in + n_out)),
    "gain_of_tanh_in_glorot": ("glorot", lambda n_in, n_out: 25 / 9 * 2 / (n_in + n_out)),
    "leaky_slope_in_he": ("he", lambda n_in, n_out: 2 / (1 + 0.3**2) / n_in),
}.items():
    wrong.add(name, of_draws(BELL, BOX, RULES | {rule: variance}))


@right
def if_after_if(shape, rng, *, rule, distribution):
    n_in, n_out = shape
    if rule == "glorot":
        deviation = (2 / (n_in + n_out)) ** 0.5
    elif rule == "he":
        deviation = math.sqrt(2) / math.sqrt(n_in)
    else:
        deviation = n_in**-0.5
    W = rng.standard_normal(shape) if distribution == "normal" else rng.uniform(-1.0, 1.0, shape)
    return W * deviation * (1 if distribution == "normal" else math.sqrt(3))


programs.beside_the_point = [
    "W = rng.standard_normal(shape) if normal else rng.uniform(-1, 1, size=shape)",
    "return np.full(shape, W[0, 0])",
    'rule = "he"',
    "return rng.normal(size=shape)",
    "return rng.normal(0, np.sqrt(2 / shape[0]), size=shape)",
]
