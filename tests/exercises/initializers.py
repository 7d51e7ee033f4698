"""Programs for the initialisers, for whichever variance an exercise asks of a shape."""

import math

import numpy as np


def normal(variance):
    """VARIANTS, DRESSED and WRONG of a normal initialiser."""

    def standard(shape, rng):
        return np.sqrt(variance(shape)) * rng.standard_normal(shape)

    def scale_and_size(shape, rng):
        return rng.normal(loc=0.0, scale=variance(shape) ** 0.5, size=shape)

    def single_precision(shape, rng):
        z = rng.standard_normal(shape, dtype=np.float32)
        return z * np.float32(math.sqrt(variance(shape)))

    def number_by_number(shape, rng):
        W = np.zeros(shape)
        for i in range(shape[0]):
            for j in range(shape[1]):
                W[i, j] = rng.normal(0, math.sqrt(variance(shape)))
        return W

    def box_and_muller(shape, rng):
        n = math.prod(shape)
        radius = np.sqrt(-2 * variance(shape) * np.log1p(-rng.random(n)))
        return (radius * np.cos(2 * np.pi * rng.random(n))).reshape(shape)

    def transposed_draw(shape, rng):
        return rng.normal(0, np.sqrt(variance(shape)), size=shape[::-1]).T

    def standardised(shape, rng):
        W = rng.normal(size=shape)
        W -= W.mean()
        return W / W.std() * np.sqrt(variance(shape))

    def all_numbers(shape, rng):
        return rng.normal(0, math.sqrt(2 / math.prod(shape)), size=shape)

    def cut_off(shape, rng):
        s = math.sqrt(variance(shape))
        return np.clip(rng.normal(0, s, size=shape), -2 * s, 2 * s)

    def laplace(shape, rng):
        return rng.laplace(0, math.sqrt(variance(shape) / 2), size=shape)

    def signs_alone(shape, rng):
        return rng.choice([-1.0, 1.0], size=shape) * math.sqrt(variance(shape))

    def shifted(shape, rng):
        return 0.1 + standard(shape, rng)

    def whole_numbers(shape, rng):
        return standard(shape, rng).astype(int)

    right = (
        standard,
        scale_and_size,
        single_precision,
        number_by_number,
        box_and_muller,
        transposed_draw,
        standardised,
    )
    wrong = (all_numbers, cut_off, laplace, signs_alone, shifted, whole_numbers)
    return named(right), *around(standard, variance, wrong)


def uniform(variance):
    """VARIANTS, DRESSED and WRONG of a uniform initialiser."""

    def standard(shape, rng):
        limit = np.sqrt(3 * variance(shape))
        return rng.uniform(-limit, limit, size=shape)

    def from_the_unit_interval(shape, rng):
        return math.sqrt(12 * variance(shape)) * (rng.random(shape) - 0.5)

    def single_precision(shape, rng):
        limit = np.float32(math.sqrt(3 * variance(shape)))
        return limit * (2 * rng.random(shape, dtype=np.float32) - 1)

    def number_by_number(shape, rng):
        a = (3 * variance(shape)) ** 0.5
        return np.array([[rng.uniform(-a, a) for _ in range(shape[1])] for _ in range(shape[0])])

    def signs_apart(shape, rng):
        sign = rng.choice([-1.0, 1.0], size=shape)
        return sign * rng.uniform(0, math.sqrt(3 * variance(shape)), size=shape)

    def flat_then_shaped(shape, rng):
        flat = rng.random(int(np.prod(shape)))
        a = np.sqrt(3 * variance(shape))
        return np.interp(flat, [0, 1], [-a, a]).reshape(shape)

    def two_percent_off(shape, rng):
        return 1.02 * standard(shape, rng)

    def ends_at_zero(shape, rng):
        return rng.uniform(-math.sqrt(3 * variance(shape)), 0, size=shape)

    def triangular(shape, rng):
        a = math.sqrt(6 * variance(shape))
        return rng.triangular(-a, 0, a, size=shape)

    def a_grid(shape, rng):
        a = math.sqrt(3 * variance(shape))
        return rng.choice([-a, a], size=shape)

    def evenly_spaced(shape, rng):
        a = math.sqrt(3 * variance(shape))
        return np.linspace(-a, a, math.prod(shape)).reshape(shape)

    right = (
        standard,
        from_the_unit_interval,
        single_precision,
        number_by_number,
        signs_apart,
        flat_then_shaped,
    )
    wrong = (two_percent_off, ends_at_zero, triangular, a_grid, evenly_spaced)
    return named(right), *around(standard, variance, wrong)


def around(standard, variance, wrong):
    """DRESSED, and WRONG with the wrong programs that do not depend on the distribution."""

    def a_list(shape, rng):
        return standard(shape, rng).tolist()

    def extra_axis(shape, rng):
        return standard(shape, rng)[None]

    def one_input_more(shape, rng):
        return standard((shape[0] + 1, shape[1]), rng)[1:]

    def larger_for_both(shape, rng):
        return standard((max(shape), max(shape)), rng)[: shape[0], : shape[1]]

    def columns_alike(shape, rng):
        return np.repeat(standard(shape, rng)[:, :1], shape[1], axis=1)

    def seeded_by_shape(shape, rng):
        return standard(shape, np.random.default_rng(shape[0]))

    def flat(shape, rng):
        return standard(shape, rng).ravel()

    wrong += (larger_for_both, columns_alike, seeded_by_shape, flat)
    if variance((3, 5)) == variance((3, 7)):  # one in the sum of both widths would not show
        wrong += (one_input_more,)
    return named((a_list, extra_axis)), named(wrong)


def named(functions):
    return [(f.__name__, (f,)) for f in functions]
