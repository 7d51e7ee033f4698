"""Programs for ``leaky_relu_forward``."""

import numpy as np


def choose(u, slope):
    return np.where(u > 0, u, slope * u), u


def upper_line(u, slope):
    return np.maximum(u, slope * u), (u, slope)


def two_parts(u, slope):
    return np.maximum(u, 0) + slope * np.minimum(u, 0), None


def masks(u, slope):
    return u * (u > 0) + slope * u * (u <= 0), {"slope": slope}


def copy_and_scale(u, slope=0.01):
    z = np.array(u)
    z[z < 0] *= slope
    return z, [u]


def by_absolute_value(u, slope):
    return (1 + slope) / 2 * u + (1 - slope) / 2 * np.abs(u), u


def number_by_number(u, slope):
    z = np.empty_like(u)
    for index, value in np.ndenumerate(u):
        z[index] = value if value > 0 else slope * value
    return z, u


def another_name(a, negative_slope=0.3):
    return np.where(a < 0, negative_slope * a, a), a < 0


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        choose,
        upper_line,
        two_parts,
        masks,
        copy_and_scale,
        by_absolute_value,
        number_by_number,
        another_name,
    )
]


def nested_lists(u, slope):
    return [[v if v > 0 else slope * v for v in row] for row in u.tolist()], u


def factors_in_double(u, slope):
    return u * np.where(u > 0, 1.0, slope), u


def over_its_input(u, slope):
    np.multiply(u, slope, out=u, where=u < 0)
    return u, u


DRESSED = [(f.__name__, (f,)) for f in (nested_lists, factors_in_double, over_its_input)]


def no_cache(u, slope):
    return np.where(u > 0, u, slope * u)


def lower_of_all(u, slope):
    return np.maximum(u, slope * np.min(u)), u


def absolute(u, slope):
    return np.where(u > 0, u, slope * np.abs(u)), u


def exponential(u, slope):
    return np.where(u > 0, u, slope * np.expm1(np.minimum(u, 0))), u


def sign_of_the_mean(u, slope):
    return np.where(u.mean(axis=1, keepdims=True) > 0, u, slope * u), u


def subtracted(u, slope):
    return np.maximum(u, 0) - slope * np.minimum(u, 0), u


def one_minus(u, slope):
    return np.where(u > 0, u, (1 - slope) * u), u


def default_slope(u, slope=0.01, negative_slope=0.01):
    return np.where(u > 0, u, negative_slope * u), u


WRONG = [
    (f.__name__, (f,))
    for f in (
        no_cache,
        lower_of_all,
        absolute,
        exponential,
        sign_of_the_mean,
        subtracted,
        one_minus,
        default_slope,
    )
]
